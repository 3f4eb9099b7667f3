"""CSV: a header and rows of texts, quoted as RFC 4180 has it; a record that is broken is refused, and the next is read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import polars as pl

from fanzha.signals.instants import times_as_text
from fanzha.signals.source import ROWS, Source
from fanzha.signals.validation import LINE, refusal_row


def rows(source: Source) -> Iterator[pl.DataFrame]:
    """Frames of at most ROWS rows, every value a text."""
    text, name = source.text, source.name
    if '"' not in text:
        quick = _plain_csv(text)
        if quick is not None:
            yield quick
            return
    lines = io.StringIO(text, newline="")
    reader, before = csv.reader(lines, strict=True), 0
    header: list[str] | None = None
    waiting: list[list[object]] = []
    while True:
        begins, place = before + reader.line_num + 1, lines.tell()
        try:
            record = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            lines.seek(place)  # a quote that is never closed would take the rest of the file with it
            broken = lines.readline().rstrip("\r\n")
            yield refusal_row(name, begins, None, "row.shape", f"expected a CSV record, {error}", broken)
            reader, before = csv.reader(lines, strict=True), begins
            continue
        if header is None:
            header = _apart(record) or None
        elif len(record) == len(header):
            waiting.append([begins, *record])
        elif record:
            reason = f"expected {len(header)} fields, found {len(record)}"
            yield refusal_row(name, begins, None, "row.shape", reason, ",".join(record))
        if len(waiting) >= ROWS and header:
            yield _frame(header, waiting)
            waiting = []
    if header and waiting:
        yield _frame(header, waiting)


def _plain_csv(text: str) -> pl.DataFrame | None:
    """The rows of a CSV without quotes, or None when some line has another number of fields than the header."""
    head = text.split("\n", 1)[0]
    if not head.strip() or "\r" in text.replace("\r\n", "\n"):
        return None
    lines = pl.Series(text.replace("\r\n", "\n").split("\n"))
    filled = lines != ""
    if (lines.filter(filled).str.count_matches(",", literal=True) != head.count(",")).any():
        return None
    numbers = pl.select(pl.int_range(1, len(lines) + 1)).to_series().filter(filled)[1:]
    frame = pl.read_csv(text.encode(), infer_schema=False, quote_char=None)
    if frame.height != len(numbers):
        return None
    frame.columns = _apart(head.split(","))
    return frame.with_columns(numbers.alias(LINE))


def _apart(header: list[str]) -> list[str]:
    """The names of the columns without blanks; of two that are alike, as spreadsheets leave empty ones, each has a name of its own."""
    found: dict[str, int] = {}
    for field in header:
        name, other = field.strip(), field.strip()
        while other in found:
            found[name] += 1
            other = f"{name}_{found[name]}"
        found[other] = 1
    return list(found)


def _frame(header: list[str], rows: list[list[object]]) -> pl.DataFrame:
    schema = {LINE: pl.Int64, **dict.fromkeys(header, pl.String)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def written(frame: pl.DataFrame) -> bytes:
    """The table as CSV: lists as JSON, times as RFC 3339 with their offset."""
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    as_json = [
        pl.Series(name, [None if row is None else json.dumps(row, ensure_ascii=False) for row in frame[name].to_list()])
        for name in lists
    ]
    buffer = io.BytesIO()
    frame.with_columns(*as_json, *times_as_text(frame)).write_csv(buffer)
    return buffer.getvalue()
