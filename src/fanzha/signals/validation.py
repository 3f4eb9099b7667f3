"""Every row checked against its table: good rows in the declared types, refused rows with the field and the reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import polars as pl

from fanzha.refusal import Refusal
from fanzha.signals.order import known_at
from fanzha.signals.schema import EVENT_TABLES, INSTANT, TABLES, Column, Table
from fanzha.vocabulary import normal_number

REFUSED_SCHEMA: dict[str, pl.DataType] = {
    "file": pl.String(),
    "line": pl.Int64(),
    "field": pl.String(),
    "code": pl.String(),
    "reason": pl.String(),
    "row": pl.String(),
}
TOKEN = r"^[a-z]-[a-z2-7]{20}$"
"""What `tokens.Tokeniser` makes of an identifier; a token is as good as the number it stands for."""

_TIME = (
    r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt ]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
    r"([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$"
)
_PLACE = r"^(\d{6}|\d{9}|\d{12}|[A-Z]{2})$"
LINE = "__line__"
_USUAL_NUMBER = rf"^\+86154\d{{8}}$|^\+861[3-9]\d{{9}}$|{TOKEN}"
_EMPTY = "__empty__"
_Reader = Callable[[Column, pl.Expr, pl.DataType], pl.Expr]
"""From a column as it came, of a type, to the column in its declared type; null where a value is not one."""


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
        *(_read(one, pl.col(one.name), dtype).alias(one.name) for one, dtype in columns),
        *(_empty(pl.col(one.name), dtype).alias(_EMPTY + one.name) for one, dtype in columns),
    ]


def _read(column: Column, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """The column in its declared type; lists and records hold nothing where one value is expected."""
    nested = dtype.is_nested() and (column.kind != "list" or isinstance(dtype, pl.Struct))
    return pl.lit(None, column.dtype) if nested else _READ[column.kind](column, raw, dtype)


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
    number = pl.select(_number(Column("subject", "number"), pl.lit(subject), subject.dtype)).to_series()
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


def _empty(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    return raw.is_null() | (raw.str.strip_chars() == "") if dtype == pl.String else raw.is_null()


def _text(_column: Column, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    text = raw if dtype == pl.String else raw.cast(pl.String, strict=False)
    return pl.when(text.str.strip_chars() != "").then(text)


def _number(column: Column, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    return _text(column, raw, dtype).str.strip_chars().map_batches(_valid_numbers, return_dtype=pl.String)


def _valid_numbers(text: pl.Series) -> pl.Series:
    """The same texts, null where one is no number; only spellings that a pattern does not know are parsed."""
    unknown = text.filter(~text.str.contains(_USUAL_NUMBER)).unique()
    wrong = [value for value in unknown.drop_nulls().to_list() if normal_number(value) is None]
    return text if not wrong else pl.select(pl.when(~text.is_in(wrong)).then(text)).to_series()


def _matching(pattern: str) -> _Reader:
    def read(column: Column, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
        text = _text(column, raw, dtype).str.strip_chars()
        return pl.when(text.str.contains(pattern)).then(text)

    return read


def _choice(column: Column, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    text = _text(column, raw, dtype).str.strip_chars()
    return pl.when(text.is_in(list(column.choices))).then(text)


def _time(_column: Column, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.Datetime):
        instant = raw.dt.cast_time_unit("us")
        return instant.dt.replace_time_zone("UTC") if dtype.time_zone is None else instant.dt.convert_time_zone("UTC")
    if dtype != pl.String:
        return pl.lit(None, INSTANT)
    text = raw.str.strip_chars()
    text = pl.when(text.str.contains(_TIME)).then(text.str.to_uppercase())
    text = text.str.replace(" ", "T", literal=True).str.replace(r"Z$", "+00:00").str.replace(r"(\.\d{6})\d+", "$1")
    return text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="us", time_zone="UTC", strict=False)


def _within(column: Column, value: pl.Expr) -> pl.Expr:
    right = pl.lit(True)
    if column.minimum is not None:
        right = right & (value >= column.minimum)
    if column.maximum is not None:
        right = right & (value <= column.maximum)
    return pl.when(right).then(value)


def _int(column: Column, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.String:
        value = raw.str.strip_chars().str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)
    elif dtype.is_float():
        value = pl.when((raw == raw.floor()) & raw.is_finite()).then(raw).cast(pl.Int64, strict=False)
    elif dtype.is_integer() or isinstance(dtype, pl.Decimal):
        value = raw.cast(pl.Int64, strict=False)
    else:
        value = pl.lit(None, pl.Int64)
    return _within(column, value)


def _float(column: Column, raw: pl.Expr, _dtype: pl.DataType) -> pl.Expr:
    value = raw.cast(pl.Float64, strict=False)
    return _within(column, pl.when(value.is_finite()).then(value))


def _bool(_column: Column, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Boolean:
        return raw
    text = raw.cast(pl.String, strict=False).str.strip_chars().str.to_lowercase()
    return text.replace_strict(
        {"true": True, "1": True, "false": False, "0": False}, default=None, return_dtype=pl.Boolean
    )


def _list(_column: Column, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype.is_nested():
        texts = (raw.arr.to_list() if isinstance(dtype, pl.Array) else raw).cast(pl.List(pl.String), strict=False)
        return texts.list.eval(pl.element().filter(pl.element().str.strip_chars() != ""))
    return raw.cast(pl.String).map_batches(_lists, return_dtype=pl.List(pl.String))


def _lists(texts: pl.Series) -> pl.Series:
    return pl.Series(texts.name, [_list_from(value) for value in texts.to_list()], dtype=pl.List(pl.String))


def _list_from(value: str | None) -> list[str] | None:
    if value is None or not value.strip():
        return None
    if value.lstrip().startswith("["):
        try:
            parsed = json.loads(value)
        except (ValueError, RecursionError):
            return None
        return [str(item) for item in parsed if item is not None and str(item).strip()]
    return [item.strip() for item in value.split(";") if item.strip()]


_READ: dict[str, _Reader] = {
    "text": _text,
    "identifier": _text,
    "number": _number,
    "place": _matching(_PLACE),
    "choice": _choice,
    "time": _time,
    "int": _int,
    "float": _float,
    "bool": _bool,
    "list": _list,
}

_EXPECTED = {
    "text": "a text",
    "identifier": "an identifier",
    "number": "a phone number (digits, spaces, dashes, a leading + or country code)",
    "place": "a GB/T 2260 code of 6 or 9 digits, or two capital letters of ISO 3166",
    "time": "an RFC 3339 time with an offset, such as 2026-01-01T08:00:00+08:00",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a JSON array, or texts separated by ;",
}


def expectation(column: Column) -> str:
    """What the column wants, in words."""
    words = "one of " + ", ".join(column.choices) if column.kind == "choice" else _EXPECTED[column.kind]
    if column.minimum is not None:
        words += f" of at least {column.minimum}"
    if column.maximum is not None:
        words += f" and at most {column.maximum}"
    return words


def _as_json(rows: pl.DataFrame) -> pl.Series:
    texts = [json.dumps(row, ensure_ascii=False, default=str) for row in rows.iter_rows(named=True)]
    return pl.Series("row", texts, dtype=pl.String)


def _refused(table: Table, frame: pl.DataFrame, faults: pl.Series, bad: pl.Series, source: str) -> pl.DataFrame:
    rows = []
    for fault, row in zip(faults.filter(bad), frame.filter(bad).iter_rows(named=True), strict=True):
        column = table.column(fault)
        found = row[fault]
        empty = found is None or (isinstance(found, str) and not found.strip())
        expected = _EXPECTED["number"] if fault == "subject" and not empty else expectation(column)
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
