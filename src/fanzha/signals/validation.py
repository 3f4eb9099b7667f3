"""Every row checked against its table: good rows in the declared types, refused rows with the field and the reason."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import polars as pl

from fanzha.refusal import Refusal
from fanzha.signals.order import known_at
from fanzha.signals.schema import EVENT_TABLES, TABLES, Column, Table
from fanzha.signals.values import as_declared, expectation, is_empty

REFUSED_SCHEMA: dict[str, pl.DataType] = {
    "file": pl.String(),
    "line": pl.Int64(),
    "field": pl.String(),
    "code": pl.String(),
    "reason": pl.String(),
    "row": pl.String(),
}
LINE = "__line__"
_EMPTY = "__empty__"


@dataclass(frozen=True, slots=True)
class Validated:
    """`good`: the schema's columns in order, then the extra ones; `refused`: one row a refused row (REFUSED_SCHEMA)."""

    good: pl.DataFrame
    refused: pl.DataFrame


def refusal_row(file: str, line: int | None, field: str | None, code: str, reason: str, row: str = "") -> pl.DataFrame:
    """One quarantine row."""
    return pl.DataFrame([[file, line, field, code, reason, row]], schema=REFUSED_SCHEMA, orient="row")


def validate(
    table: str, frame: pl.DataFrame, *, source: str, first_line: int = 1, known_by: datetime | None = None
) -> Validated:
    """Check `frame`, the rows of `table` as they came (texts, or typed as in Parquet or Arrow).

    `source` is the file named in what is refused; a row's line is its value in the column `__line__` where there is one,
    else its place counted from `first_line`. `known_by`: events known later than this instant are refused.
    A missing required column refuses all rows with one message.
    Raises Refusal when `table` is not one of the contract's.
    """
    if table not in TABLES:
        raise Refusal(f"no such table; there are {', '.join(TABLES)}", code="table.unknown", where=table)
    declared = TABLES[table]
    missing = [name for name in declared.required if name not in frame.columns]
    if missing:
        reason = f"expected the column {missing[0]!r}, which is required; {frame.height} rows refused"
        frame = _with_lines(frame, first_line)
        rows = frame.drop(LINE)
        refused = frame.select(
            pl.lit(source).alias("file"),
            pl.col(LINE).alias("line"),
            pl.lit(missing[0]).alias("field"),
            pl.lit("column.missing").alias("code"),
            pl.lit(reason).alias("reason"),
            _as_json(rows).alias("row"),
        )
        return Validated(declared_empty(declared), refused)
    typed, faults = _check(declared, frame)
    extra = [name for name in frame.columns if name not in typed and name != LINE]
    good = pl.DataFrame([*typed.values(), *(frame[name] for name in extra)])
    ahead = _ahead(declared, good, faults, known_by)
    bad = faults.is_not_null() | ahead.is_not_null()
    if not bad.any():
        return Validated(good, pl.DataFrame(schema=REFUSED_SCHEMA))
    lines = _with_lines(frame, first_line)
    refused = _refused(declared, lines, faults, faults.is_not_null(), source)
    if ahead.null_count() < frame.height:
        refused = pl.concat([refused, _refused_ahead(lines, ahead, str(known_by), source)]).sort("line")
    return Validated(good.filter(~bad), refused)


def _with_lines(frame: pl.DataFrame, first_line: int) -> pl.DataFrame:
    if LINE not in frame.columns:
        frame = frame.with_row_index(LINE, offset=first_line)
    return frame.with_columns(pl.col(LINE).cast(pl.Int64))


def declared_empty(table: Table) -> pl.DataFrame:
    """No rows, in the table's declared columns and types."""
    return pl.DataFrame(schema=table.schema)


def _check(table: Table, frame: pl.DataFrame) -> tuple[dict[str, pl.Series], pl.Series]:
    """The columns in their declared types, and per row the name of the first column at fault (or null)."""
    here = [column for column in table.columns if column.name in frame.columns]
    told = frame.select(_plan(table.name, tuple((one.name, frame.schema[one.name]) for one in here)))
    typed = {
        column.name: told[column.name]
        if column in here
        else pl.Series(column.name, [None] * frame.height, dtype=column.dtype)
        for column in table.columns
    }
    wrong = [one.name for one in here if _any_wrong(one, told[one.name], told[_EMPTY + one.name])]
    return typed, _subjects_that_are_numbers(typed, _first_fault([table.column(name) for name in wrong], told))


@lru_cache(maxsize=512)
def _plan(table: str, here: tuple[tuple[str, pl.DataType], ...]) -> list[pl.Expr]:
    """How columns of such types are read, and which values are empty. Kept: saying it took as long as reading a small batch."""
    columns = [(TABLES[table].column(name), dtype) for name, dtype in here]
    return [
        *(as_declared(one, pl.col(one.name), dtype).alias(one.name) for one, dtype in columns),
        *(is_empty(pl.col(one.name), dtype).alias(_EMPTY + one.name) for one, dtype in columns),
    ]


def _any_wrong(column: Column, value: pl.Series, empty: pl.Series) -> bool:
    """Whether a value is missing where it is required, or null without having been empty; what is empty reads as null."""
    empties = int(empty.sum())
    return value.null_count() != empties or (column.required and empties > 0)


def _first_fault(columns: list[Column], told: pl.DataFrame) -> pl.Series:
    """Per row the first of the columns whose value is wrong, null where none is."""
    wrong = [
        pl.when((pl.col(one.name).is_null() & ~pl.col(_EMPTY + one.name)) | (one.required & pl.col(_EMPTY + one.name)))
        .then(pl.lit(one.name))
        .otherwise(None)
        for one in columns
    ]
    if not wrong:
        return pl.Series("fault", [None] * told.height, dtype=pl.String)
    return told.select(pl.coalesce(wrong).alias("fault"))["fault"]


def _subjects_that_are_numbers(typed: dict[str, pl.Series], faults: pl.Series) -> pl.Series:
    """A subject of the kind `number` must be one: its token would stand for nobody."""
    if "subject_kind" not in typed:
        return faults
    subject, kind = typed["subject"], typed["subject_kind"]
    number = pl.select(as_declared(Column("subject", "number"), pl.lit(subject), subject.dtype)).to_series()
    wrong = (kind == "number").fill_null(False) & number.is_null() & subject.is_not_null()
    return pl.select(pl.when(faults.is_null() & wrong).then(pl.lit("subject")).otherwise(faults)).to_series()


def _ahead(table: Table, good: pl.DataFrame, faults: pl.Series, known_by: datetime | None) -> pl.Series:
    """Per row without a fault the column by which its event is known later than `known_by`, else null."""
    if known_by is None or table.name not in EVENT_TABLES:
        return pl.Series("ahead", [None] * good.height, dtype=pl.String)
    later = faults.is_null() & (known_at(table.name, good) > known_by)
    told = pl.col("known_at").is_not_null() if table.name == "calls" else pl.lit(False)
    by = pl.when(told).then(pl.lit("known_at")).otherwise(pl.lit(table.time))
    return good.select(pl.when(pl.lit(later)).then(by).alias("ahead"))["ahead"]


def _as_json(rows: pl.DataFrame) -> pl.Series:
    texts = [json.dumps(row, ensure_ascii=False, default=str) for row in rows.iter_rows(named=True)]
    return pl.Series("row", texts, dtype=pl.String)


def _refused(table: Table, frame: pl.DataFrame, faults: pl.Series, bad: pl.Series, source: str) -> pl.DataFrame:
    rows = []
    for fault, row in zip(faults.filter(bad), frame.filter(bad).iter_rows(named=True), strict=True):
        column = table.column(fault)
        found = row[fault]
        empty = found is None or (isinstance(found, str) and not found.strip())
        expected = expectation(Column("subject", "number")) if fault == "subject" and not empty else expectation(column)
        reason = f"expected {expected}, found {'nothing' if empty else repr(found)}"
        line = row.pop(LINE)
        text = json.dumps(row, ensure_ascii=False, default=str)
        rows.append([source, line, fault, "value.missing" if empty else "value.wrong", reason, text])
    return pl.DataFrame(rows, schema=REFUSED_SCHEMA, orient="row")


def _refused_ahead(frame: pl.DataFrame, ahead: pl.Series, known_by: str, source: str) -> pl.DataFrame:
    rows = []
    bad = ahead.is_not_null()
    for field, row in zip(ahead.filter(bad), frame.filter(bad).iter_rows(named=True), strict=True):
        reason = f"expected what is known by now, {known_by}, found {row[field]}; are the clock and the offset right?"
        line = row.pop(LINE)
        text = json.dumps(row, ensure_ascii=False, default=str)
        rows.append([source, line, field, "value.ahead", reason, text])
    return pl.DataFrame(rows, schema=REFUSED_SCHEMA, orient="row")
