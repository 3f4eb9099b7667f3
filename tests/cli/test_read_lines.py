"""`fanzha read` of a file of many narratives: what is wrong with a line is said with its number, and spoils no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from fanzha.cli import app

GOOD = '{"text": "我被骗，微信转账5000元给对方"}'


def read(file: Path, *lines: bytes) -> tuple[int, list[dict[str, Any]]]:
    file.write_bytes(b"\n".join(lines) + b"\n")
    done = CliRunner().invoke(app, ["read", str(file)])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def paid(row: dict[str, Any]) -> list[int]:
    return [one["amount_fen"] for one in row["transfers"]]


def test_a_line_is_named_by_its_number_in_the_file_empty_ones_counted(tmp_path: Path) -> None:
    code, rows = read(tmp_path / "a.jsonl", GOOD.encode(), b"", b"no json", GOOD.encode())
    assert code == 1
    assert rows[1]["error"]["where"] == "a.jsonl:3"
    assert paid(rows[0]) == paid(rows[2]) == [500_000]


def test_a_line_cut_in_the_middle_of_a_character_spoils_no_other(tmp_path: Path) -> None:
    code, rows = read(tmp_path / "a.jsonl", GOOD.encode(), '{"text": "我被'.encode()[:-1] + b'\xff"}', GOOD.encode())
    assert (code, rows[1]["error"]["code"]) == (1, "line.encoding")
    assert paid(rows[0]) == paid(rows[2]) == [500_000]


def test_a_file_of_the_other_encoding_is_read_as_before(tmp_path: Path) -> None:
    for written in (GOOD.encode("gb18030"), b"\xef\xbb\xbf" + GOOD.encode()):
        code, rows = read(tmp_path / "a.jsonl", written)
        assert (code, paid(rows[0])) == (0, [500_000])


def test_half_an_emoji_and_what_json_cannot_hold_end_nothing(tmp_path: Path) -> None:
    half = '{"id": "\\ud83d", "text": "转账5000元\\ud83d"}'
    long, deep = '{"n": ' + "1" * 5000 + ', "text": "x"}', '{"text": ' + "[" * 100_000
    code, rows = read(tmp_path / "a.jsonl", half.encode(), long.encode(), deep.encode(), GOOD.encode())
    assert (code, rows[0]["id"], paid(rows[0])) == (1, "\ud83d", [500_000])
    assert [row["error"]["where"] for row in rows[1:3]] == ["a.jsonl:2", "a.jsonl:3"]
    assert paid(rows[3]) == [500_000]
