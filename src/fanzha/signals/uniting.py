"""Frames of one table as one, whatever types their extra columns have."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import polars as pl


def united(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """All rows in order. A column that one sender writes as texts and another as numbers, lists or records becomes texts, as NDJSON has it;
    so does one of whole numbers and others, since a float would lose the last digits of long ones."""
    types: dict[str, set[pl.DataType]] = {}
    for frame in frames:
        for name, dtype in frame.schema.items():
            if dtype != pl.Null:
                types.setdefault(name, set()).add(dtype)
    apart = {name for name, found in types.items() if len(found) > 1 and not _of_one_kind(found)}
    alike = [frame.with_columns(_as_texts(frame[name]) for name in frame.columns if name in apart) for frame in frames]
    return pl.concat(alike, how="diagonal_relaxed")


def _of_one_kind(found: set[pl.DataType]) -> bool:
    return all(one.is_integer() for one in found) or all(one.is_float() for one in found)


def _as_texts(column: pl.Series) -> pl.Series:
    return pl.Series(column.name, [_as_text(value) for value in column.to_list()], dtype=pl.String)


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)
