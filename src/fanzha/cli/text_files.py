"""Files of people: any of the encodings they come in, and every row of a CSV kept in its place."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from fanzha.encodings import decoded
from fanzha.refusal import Refusal


def read_csv(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Header and rows (missing fields empty) of a CSV in one of the encodings that people save."""
    text = read_text(path)
    csv.field_size_limit(10_000_000)
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    if reader.fieldnames is None:
        raise Refusal("expected a header and rows, found an empty file", code="file.empty", where=str(path))
    return list(reader.fieldnames), list(reader)


def read_text(path: Path) -> str:
    """The text of a file in one of the encodings that people save; Refusal when it is in none of them."""
    try:
        return decoded(path.read_bytes())
    except UnicodeDecodeError as error:
        raise Refusal("expected a text in UTF-8, UTF-16 or GB18030", code="file.encoding", where=str(path)) from error


def column(path: Path, header: list[str], rows: list[dict[str, str]], name: str) -> list[str]:
    """The values of one column; Refusal naming the columns there are, when there is no such one."""
    if name not in header:
        raise Refusal(f"no column {name!r}; there are {', '.join(header[:20])}", code="column.missing", where=str(path))
    return [row[name] for row in rows]


def write_csv(path: Path, header: list[str], rows: list[list[object]]) -> None:
    """Write a CSV in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
