"""NDJSON: a JSON object in each line; a line that is none is refused, and the next is read."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator

import polars as pl

from fanzha.signals.instants import times_as_text
from fanzha.signals.source import ROWS, Source
from fanzha.signals.validation import LINE, refusal_row

_HALF = re.compile("[\ud800-\udfff]")
"""Half of a sign, where a message was cut in the middle of an emoji: it is in no encoding."""


def rows(source: Source) -> Iterator[pl.DataFrame]:
    """Frames of at most ROWS rows, every value a text."""
    yield from rows_of(source.text, source.name)


def rows_of(whole: str, name: str) -> Iterator[pl.DataFrame]:
    """Like `rows`, of a text; `name` is the file named in what is refused."""
    waiting: list[dict[str, object]] = []
    for line, text in enumerate(whole.split("\n"), start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError) as error:  # a number of thousands of digits is a ValueError of its own
            yield refusal_row(name, line, None, "row.shape", f"expected a JSON object, {error}", text)
            continue
        if not isinstance(row, dict):
            yield refusal_row(name, line, None, "row.shape", "expected a JSON object in each line", text)
            continue
        waiting.append({**row, LINE: line})
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
            named = _HALF.sub("\ufffd", name)
            columns[named] = pl.Series(named, [_as_text(value) for value in values], dtype=pl.String)
    return pl.DataFrame(columns)


def _as_text(value: object) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _HALF.sub("\ufffd", text)
