"""A sender's CSV or XLSX as rows of texts with their lines, and what could not be read as a row."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import polars as pl

from fanzha.refusal import Refusal
from fanzha.signals import REFUSED_SCHEMA, csv_table, refusal_row

MOST_ROWS = 200_000
MOST_BYTES = 32 * 1024 * 1024
_EXACT = 2**53
"""A spreadsheet keeps numbers as doubles: of a longer one (a card of 19 digits) the last digits are lost."""


def read_sheet(name: str, data: bytes) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`(rows, refused)`: every value a text, `__line__` the row in the file; `refused` as fanzha.signals.REFUSED_SCHEMA.

    Refusal for a file that is neither CSV nor XLSX, has no header, or more than MOST_ROWS rows or MOST_BYTES bytes.
    """
    if len(data) > MOST_BYTES:
        raise Refusal(f"a file holds at most {MOST_BYTES} bytes; divide it", code="file.size", where=name)
    if name.lower().endswith(".xlsx"):
        return _xlsx(name, data)
    if not name.lower().endswith(".csv"):
        raise Refusal("expected a .csv or .xlsx file", code="file.format", where=name)
    rows, refused = csv_table(data, name)
    if not rows:
        raise Refusal("expected a header and at least one row", code="file.empty", where=name)
    return _limited(pl.concat(rows), name), refused


def _limited(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    if rows.height > MOST_ROWS:
        raise Refusal(f"a file holds at most {MOST_ROWS} rows; divide it", code="file.rows", where=name)
    return rows


def _xlsx(name: str, data: bytes) -> tuple[pl.DataFrame, pl.DataFrame]:
    header: list[str] | None = None
    rows: list[list[Any]] = []
    refused = [pl.DataFrame(schema=REFUSED_SCHEMA)]
    others: dict[str, int] = {}
    for sheet, line, cells in _cells(name, data):
        if all(cell is None or str(cell).strip() == "" for cell in cells):
            continue
        if sheet is not None:  # one of the same columns holds what should be read, another one notes or codes
            others[sheet] = others[sheet] + 1 if sheet in others else 0 if _names(cells) == header else -MOST_ROWS
            continue
        if header is None:
            header = _names(cells)
            continue
        inexact = next((at for at, cell in enumerate(cells[: len(header)]) if _lost_digits(cell)), None)
        if inexact is not None:
            said = "expected text: a number this long has lost its last digits in the spreadsheet"
            as_read = json.dumps(dict(zip(header, map(_text, cells), strict=False)), ensure_ascii=False)
            refused.append(refusal_row(name, line, header[inexact], "cell.inexact", said, as_read))
            continue
        texts = [_text(cell) for cell in cells[: len(header)]]
        rows.append([line, *texts, *[None] * (len(header) - len(texts))])
        if len(rows) > MOST_ROWS:
            break
    for sheet, count in others.items():
        if count <= 0:
            continue
        said = f"expected all rows on the first sheet; {count} rows of the sheet {sheet!r} are not read"
        refused.append(refusal_row(name, None, None, "sheet.other", said))
    if header is None or (not rows and len(refused) == 1):
        raise Refusal("expected a header and at least one row", code="file.empty", where=name)
    if len(set(header)) < len(header):
        raise Refusal("expected a name of its own for each column", code="file.header", where=name)
    schema = {"__line__": pl.Int64, **dict.fromkeys(header, pl.String)}
    return _limited(pl.DataFrame(rows, schema=schema, orient="row"), name), pl.concat(refused)


def _cells(name: str, data: bytes) -> Iterator[tuple[str | None, int, tuple[Any, ...]]]:
    """Every row with its line; the name of its sheet, None for the first. Refusal, also in the middle, for a file that is torn or no spreadsheet."""
    from openpyxl import load_workbook  # it and what it brings take a tenth of a second, which the start would wait for

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for place, sheet in enumerate(book.worksheets):
            for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                yield sheet.title if place else None, line, cells
    except Exception as error:  # openpyxl says nowhere what it raises, and whatever it is would end the worker
        raise Refusal("expected a readable .xlsx file", code="file.unreadable", where=name) from error


def _names(cells: Iterable[Any]) -> list[str]:
    return [str(cell).strip() if cell is not None else f"column {place}" for place, cell in enumerate(cells, 1)]


def _lost_digits(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) > _EXACT


def _text(cell: Any) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, datetime):
        return cell.isoformat(sep="T", timespec="seconds")
    if isinstance(cell, date):
        return f"{cell.isoformat()}T00:00:00"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
