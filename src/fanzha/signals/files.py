"""The file formats of a signal folder: Parquet, CSV and NDJSON, plain or compressed, as frames with line numbers."""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from fanzha.signals.compression import ZstdError, unpacked
from fanzha.signals.validation import LINE, REFUSED_SCHEMA, refusal_row

ROWS = 500_000
"""How many rows are held at once while a CSV or NDJSON file is read."""

FORMATS = ("parquet", "csv", "ndjson")


def format_of(path: Path) -> tuple[str, str] | None:
    """`(table, format)` of a file by its name (`calls-1.csv.gz` -> `("calls", "csv")`), or None for another file."""
    parts = path.name.split(".")
    if len(parts) > 2 and parts[-1] in ("gz", "zst"):
        parts.pop()
    if len(parts) < 2 or parts[-1] not in FORMATS:
        return None
    return ".".join(parts[:-1]).split("-")[0], parts[-1]


def raw_rows(path: Path, form: str) -> Iterator[pl.DataFrame]:
    """Frames of raw rows with their line in `__line__`, and (as one-row refusals) what could not be read as a row.

    Yields `pl.DataFrame`s; a frame with the columns of REFUSED_SCHEMA is a refusal, not rows.
    """
    try:
        if form == "parquet":
            yield from _parquet(path)
        elif form == "csv":
            yield from _csv(path)
        else:
            yield from _ndjson(path)
    except (
        OSError,
        EOFError,
        zlib.error,
        ZstdError,
        pl.exceptions.PolarsError,
        UnicodeDecodeError,
    ) as error:
        reason = f"expected a readable {form} file; the rest of it is left out ({str(error).splitlines()[0]})"
        yield refusal_row(str(path.name), None, None, "file.unreadable", reason)


def is_refusal(frame: pl.DataFrame) -> bool:
    """Whether a frame of `raw_rows` tells of refused lines instead of holding rows."""
    return list(frame.columns) == list(REFUSED_SCHEMA)


def csv_rows(data: bytes, name: str) -> Iterator[pl.DataFrame]:
    """Like `raw_rows`, of a CSV that is held in memory; `name` is the file named in what is refused."""
    yield from _csv_of(_decoded(data), name)


def _bytes(path: Path) -> bytes:
    return unpacked(path.read_bytes(), path.suffix)


def _text(path: Path) -> str:
    return _decoded(_bytes(path))


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _parquet(path: Path) -> Iterator[pl.DataFrame]:
    source: Path | io.BytesIO = path if path.suffix == ".parquet" else io.BytesIO(_bytes(path))
    frame = pl.read_parquet(source)
    yield frame.with_row_index(LINE, offset=1)


def _csv(path: Path) -> Iterator[pl.DataFrame]:
    yield from _csv_of(_text(path), path.name)


def _csv_of(text: str, name: str) -> Iterator[pl.DataFrame]:
    if '"' not in text:
        quick = _plain_csv(text)
        if quick is not None:
            yield quick
            return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    rows: list[list[object]] = []
    line = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            yield refusal_row(name, line, None, "row.shape", f"expected a CSV record, {error}")
            line = reader.line_num + 1
            continue
        begins, line = line, reader.line_num + 1
        if header is None:
            header = [field.strip() for field in record]
        elif len(record) == len(header):
            rows.append([begins, *record])
        elif record:
            reason = f"expected {len(header)} fields, found {len(record)}"
            yield refusal_row(name, begins, None, "row.shape", reason, ",".join(record))
        if len(rows) >= ROWS and header:
            yield _frame(header, rows)
            rows = []
    if header and rows:
        yield _frame(header, rows)


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
    return frame.rename(str.strip).with_columns(numbers.alias(LINE))


def _frame(header: list[str], rows: list[list[object]]) -> pl.DataFrame:
    schema = {LINE: pl.Int64, **dict.fromkeys(header, pl.String)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _ndjson(path: Path) -> Iterator[pl.DataFrame]:
    rows: list[dict[str, object]] = []
    for line, text in enumerate(_text(path).split("\n"), start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except json.JSONDecodeError as error:
            yield refusal_row(path.name, line, None, "row.shape", f"expected a JSON object, {error}", text)
            continue
        if not isinstance(row, dict):
            yield refusal_row(path.name, line, None, "row.shape", "expected a JSON object in each line", text)
            continue
        rows.append({LINE: line, **row})
        if len(rows) >= ROWS:
            yield rows_to_frame(rows)
            rows = []
    if rows:
        yield rows_to_frame(rows)


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
