"""NDJSON: a JSON object in each line; a line that is none is refused, and the next is read."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import polars as pl

from fanzha.signals.instants import times_as_text
from fanzha.signals.source import ROWS, Source
from fanzha.signals.validation import LINE, refusal_row


def rows(source: Source) -> Iterator[pl.DataFrame]:
    """Frames of at most ROWS rows, every value a text."""
    waiting: list[dict[str, object]] = []
    for line, text in enumerate(source.text.split("\n"), start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except json.JSONDecodeError as error:
            yield refusal_row(source.name, line, None, "row.shape", f"expected a JSON object, {error}", text)
            continue
        if not isinstance(row, dict):
            yield refusal_row(source.name, line, None, "row.shape", "expected a JSON object in each line", text)
            continue
        waiting.append({LINE: line, **row})
        if len(waiting) >= ROWS:
            yield rows_to_frame(waiting)
            waiting = []
    if waiting:
        yield rows_to_frame(waiting)


def written(frame: pl.DataFrame) -> bytes:
    """The table as NDJSON, times as RFC 3339 with their offset."""
    buffer = io.BytesIO()
    frame.with_columns(*times_as_text(frame)).write_ndjson(buffer)
    return buffer.getvalue()


def rows_to_frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    """JSON objects as a frame of texts (lists and objects as JSON), whatever mixture of types they hold."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {}
    for name in names:
        values = [row.get(name) for row in rows]
        if name == LINE:
            columns[name] = pl.Series(name, values, dtype=pl.Int64)
        else:
            columns[name] = pl.Series(name, [_as_text(value) for value in values], dtype=pl.String)
    return pl.DataFrame(columns)


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
