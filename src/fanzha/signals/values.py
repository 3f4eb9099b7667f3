"""What stands in a column of a signal table, as it came, read as what the column declares; and what each kind of column wants, in words."""

from __future__ import annotations

import json
from collections.abc import Callable

import polars as pl

from fanzha.signals.schema import INSTANT, Column
from fanzha.vocabulary import normal_number

TOKEN = r"^[a-z]-[a-z2-7]{20}$"
"""What `tokens.Tokeniser` makes of an identifier; a token is as good as the number it stands for."""

_TIME = (
    r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt ]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
    r"([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$"
)
_PLACE = r"^(\d{6}|\d{9}|\d{12}|[A-Z]{2})$"
_USUAL_NUMBER = rf"^\+86154\d{{8}}$|^\+861[3-9]\d{{9}}$|{TOKEN}"
_EXACT = 2**53
"""Below it a float holds every whole number."""
_Reader = Callable[[Column, pl.Expr, pl.DataType], pl.Expr]
"""From a column as it came, of a type, to the column in its declared type; null where a value is not one."""


def as_declared(column: Column, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """The column in its declared type, null where a value is not one; lists, records and durations hold nothing where one value is expected."""
    if dtype == pl.Binary:  # how some writers of Parquet leave their texts
        raw, dtype = raw.map_batches(_decoded, return_dtype=pl.String), pl.String()
    elif dtype in (pl.Categorical, pl.Enum):
        raw, dtype = raw.cast(pl.String), pl.String()
    one = dtype.inner if isinstance(dtype, pl.List | pl.Array) and column.kind == "list" else dtype
    unreadable = one.is_nested() or one in (pl.Duration, pl.Binary, pl.Object) or (one != dtype and one.is_float())
    return pl.lit(None, column.dtype) if unreadable else _READ[column.kind](column, raw, dtype)


def _decoded(raw: pl.Series) -> pl.Series:
    """Bytes as UTF-8, null where they are none; polars's own cast fails for the whole column at one of these."""
    return pl.Series(raw.name, [None if each is None else _utf8(each) for each in raw], dtype=pl.String)


def _utf8(each: bytes) -> str | None:
    try:
        return each.decode()
    except UnicodeDecodeError:
        return None


def is_empty(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Whether a value says nothing: null, a text of blanks, or no bytes."""
    if dtype == pl.Binary:
        return raw.is_null() | (raw.bin.size() == 0)
    texts = dtype in (pl.String, pl.Categorical, pl.Enum)
    return raw.is_null() | (raw.cast(pl.String).str.strip_chars() == "") if texts else raw.is_null()


def _text(_column: Column, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype.is_float():
        # how a column of whole numbers comes where some are missing; null once their last digits are gone
        whole = pl.when(raw == raw.floor()).then(raw.cast(pl.Int64, strict=False))
        return pl.when(raw.abs() < _EXACT).then(pl.coalesce(whole.cast(pl.String), raw.cast(pl.String)))
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
    elif isinstance(dtype, pl.Decimal):
        whole = raw.cast(pl.Int64, strict=False)
        value = pl.when(raw == whole).then(whole)
    elif dtype.is_integer():
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
