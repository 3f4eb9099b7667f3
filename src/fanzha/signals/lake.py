"""The Parquet lake: everything that came in, by table and Shanghai day, for batch work."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from fanzha import durable
from fanzha.signals.log import SignalLog
from fanzha.signals.schema import TABLES
from fanzha.signals.uniting import united

MOST_BATCHES = 50
"""Batches of the log that are in memory at once; a batch has up to some ten thousand rows."""


def fill_lake(lake: Path, log: SignalLog) -> int:
    """Bring the next MOST_BATCHES of the log into the lake; how many there were. After a kill the same are brought again, once."""
    filled = filled_to(lake)
    batches = log.read(filled, MOST_BATCHES)
    if not batches:
        return 0
    if not cursor_of(
        lake
    ).exists():  # else who is killed in the first filling takes its files for all that it was to bring
        _note(lake, filled)
    for table in sorted({table for batch in batches for table in batch.tables}):
        frames = [batch.tables[table] for batch in batches if table in batch.tables]
        append_to_lake(lake, table, united(frames), f"{batches[0].position:010d}")
    _note(lake, batches[-1].position)
    return len(batches)


def _note(lake: Path, position: int) -> None:
    lake.parent.mkdir(parents=True, exist_ok=True)
    durable.write(cursor_of(lake), str(position).encode())


def cursor_of(lake: Path) -> Path:
    """The file beside the lake that tells up to which position of the log it is filled."""
    return lake.with_suffix(".filled")


def filled_to(lake: Path) -> int:
    """The position of the newest batch of the log that is in the lake; 0 before the first."""
    cursor = cursor_of(lake)
    if cursor.exists():
        return int(cursor.read_text())
    # a lake without a cursor has a file for every batch, named by its position
    return max((int(path.stem) for path in lake.rglob("*.parquet")), default=0)


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
    durable.put(part, path)  # the cursor must never tell of rows that a power cut took
