"""`fanzha read`: what is in a case narrative, from a text, a picture or a file of many."""

from __future__ import annotations

import json
import locale
import os
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fanzha.cli.typed import moment_of

if TYPE_CHECKING:
    from fanzha.reading import Reading

app = typer.Typer()
PROCESSES = 2
CHUNK = 100
"""Narratives that a process takes at once."""
PICTURES = (".png", ".jpg", ".jpeg")


@app.command()
def read(
    file: Annotated[Path, typer.Argument(help="A text, a picture (PNG, JPEG), or .jsonl with `text` in every line.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    reported_at: Annotated[
        str | None, typer.Option(help="When it was reported (RFC 3339 with offset): 昨天 counts from it.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="zh or en; default: of the locale.")] = None,
) -> None:
    """Say what is in a narrative: class, way in, payments, loss, numbers, accounts and other identifiers.

    A .jsonl gives one JSON line each (`reported_at` in a line counts before the option); a line that cannot be read
    gives `{"error": ...}` and exit 1 at the end.

    Example: fanzha read statement.txt --reported-at 2024-03-07T16:40:00+08:00
    """
    from fanzha.cli.text_files import read_text as text_of_file
    from fanzha.reading import read as read_text
    from fanzha.reading import read_picture

    moment = moment_of(reported_at, "--reported-at") if reported_at else None
    if file.suffix.lower() == ".jsonl":
        _read_lines(file, reported_at)
        return
    text = read_picture(file) if file.suffix.lower() in PICTURES else text_of_file(file)
    found = read_text(text, moment)
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False))
        return
    for line in _shown(found, language or _language()):
        typer.echo(line)


def _read_lines(file: Path, reported_at: str | None) -> None:
    from fanzha.side_by_side import side_by_side

    told = file.read_bytes().removeprefix(BOM_UTF8).split(b"\n")
    lines = [(place, line) for place, line in enumerate(told, start=1) if line.strip()]
    chunks = [(file.name, lines[at : at + CHUNK], reported_at) for at in range(0, len(lines), CHUNK)]
    if len(chunks) < 2:
        results: Iterator[list[dict[str, Any]]] = map(_read_chunk, chunks)
        _print_lines(results)
        return
    with side_by_side(PROCESSES, "fork") as pool:
        reading = [pool.submit(_read_chunk, chunk) for chunk in chunks]
        _print_lines(one.result() for one in reading)


def _print_lines(results: Iterator[list[dict[str, Any]]]) -> None:
    refused = count = 0
    for chunk in results:
        for row in chunk:
            count += 1
            if "error" in row:
                refused += 1
                typer.echo(f"fanzha: {row['error']['where']}: {row['error']['message']}", err=True)
            typer.echo(_as_line(row))
        if count % 10_000 == 0:
            typer.echo(f"{count} read", err=True)
    if refused:
        typer.echo(f"{refused} of {count} lines could not be read", err=True)
        raise typer.Exit(1)


def _as_line(row: dict[str, Any]) -> str:
    line = json.dumps(row, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:  # half an emoji, cut off by whoever cut the text: as JSON escapes it
        return json.dumps(row)
    return line


def _read_chunk(given: tuple[str, list[tuple[int, bytes]], str | None]) -> list[dict[str, Any]]:
    from fanzha.reading import read as read_text
    from fanzha.refusal import Refusal

    name, lines, reported_at = given
    rows = []
    for place, line in lines:
        where = f"{name}:{place}"
        try:
            told = _told(line, where)
            at = told.get("reported_at") or reported_at
            row = read_text(told["text"], moment_of(at, where) if at else None).as_json()
            rows.append({"id": told["id"], **row} if "id" in told else row)
        except Refusal as refusal:
            rows.append({"error": {"code": refusal.code, "message": refusal.message, "where": where}})
    return rows


def _told(line: bytes, where: str) -> dict[str, Any]:
    """The object of a line. Each line is decoded by itself: one that is cut in the middle of a character spoils no other."""
    from fanzha.refusal import Refusal

    try:
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text = line.decode("gb18030")
        told = json.loads(text)
    except UnicodeDecodeError as error:
        raise Refusal("expected UTF-8 or GB18030", code="line.encoding", where=where) from error
    except json.JSONDecodeError as error:
        raise Refusal(f"no JSON: {error.msg}", code="line.json", where=where) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, thousands of brackets
        raise Refusal(f"no JSON that can be read: {error}", code="line.json", where=where) from error
    if not isinstance(told, dict) or not isinstance(told.get("text"), str):
        raise Refusal('expected {"text": "..."}', code="line.text", where=where)
    return told


def _language() -> str:
    said = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "zh" if not said or said.startswith(("zh", "C", "POSIX")) else "en"


def _shown(found: Reading, language: str) -> Iterator[str]:
    from fanzha.reading import in_words

    yield from in_words(found, language)
