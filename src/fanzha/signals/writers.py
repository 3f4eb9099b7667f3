"""A table written in any of the formats that the readers read."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import polars as pl

from fanzha.refusal import Refusal
from fanzha.signals.compression import packed
from fanzha.signals.files import format_of


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write `frame` to `path` in the format its name tells (`.parquet`, `.csv`, `.ndjson`; also `.gz`, `.zst`), atomically."""
    named = format_of(path)
    if named is None:
        raise Refusal("expected a name that ends in .parquet, .csv or .ndjson", code="format.unknown", where=str(path))
    form = named[1]
    buffer = io.BytesIO()
    if form == "parquet":
        frame.write_parquet(buffer, compression="zstd")
    elif form == "csv":
        lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
        as_json = [
            pl.Series(
                name,
                [None if row is None else json.dumps(row, ensure_ascii=False) for row in frame[name].to_list()],
            )
            for name in lists
        ]
        frame.with_columns(*as_json, *_times(frame)).write_csv(buffer)
    else:
        frame.with_columns(*_times(frame)).write_ndjson(buffer)
    part = path.with_name(path.name + ".part")
    part.write_bytes(packed(buffer.getvalue(), path.suffix))
    os.replace(part, path)


def _times(frame: pl.DataFrame) -> list[pl.Expr]:
    return [
        pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%S%.6f%:z")
        for name, dtype in frame.schema.items()
        if isinstance(dtype, pl.Datetime)
    ]
