"""CSV files of people: any of the encodings they come in, every row kept in its place."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from fanzha.refusal import Refusal


def read_csv(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Header and rows (missing fields empty) of a CSV in UTF-8 (with or without BOM) or GB18030."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    csv.field_size_limit(10_000_000)
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    if reader.fieldnames is None:
        raise Refusal("expected a header and rows, found an empty file", code="file.empty", where=str(path))
    return list(reader.fieldnames), list(reader)


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
