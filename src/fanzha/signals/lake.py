"""The Parquet lake: everything that came in, by table and Shanghai day, for batch work."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

from fanzha.signals.schema import TABLES


def append_to_lake(lake: Path, table: str, frame: pl.DataFrame, name: str) -> None:
    """Write the rows to `lake/<table>/day=YYYY-MM-DD/<name>.parquet` (registers: `day=register`), each file atomically.

    The same name written twice replaces itself, so a repeated delivery adds nothing.
    """
    time = TABLES[table].time
    if time is None or table == "listed":
        _write(lake / table / "day=register" / f"{name}.parquet", frame)
        return
    days = frame[time].dt.convert_time_zone("Asia/Shanghai").dt.strftime("%Y-%m-%d").alias("__day__")
    for (day,), rows in frame.with_columns(days).group_by("__day__", maintain_order=True):
        _write(lake / table / f"day={day}" / f"{name}.parquet", rows.drop("__day__"))


def _write(path: Path, frame: pl.DataFrame) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    frame.write_parquet(part, compression="zstd")
    os.replace(part, path)
