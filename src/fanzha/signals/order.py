"""When a row was known, and tables cut into slices of known time. Source: contract 1, "What is known when".

What comes too late to be scored is told apart in detection/touches.py (`late_hours` in detection/grading.yaml).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from fanzha.signals.schema import EVENT_TABLES, REGISTER_TABLES, TABLES


def known_at(table: str, frame: pl.DataFrame) -> pl.Series:
    """The instant (UTC, microseconds) from which each row of an event table, or of `listed`, may be used.

    A call is known at `known_at`, by default when it ends; everything else when it happens. ValueError for a register, whose rows have no time.
    """
    if table == "calls":
        ends = pl.col("started_at") + pl.duration(seconds=pl.col("duration_s"))
        return frame.select(pl.coalesce("known_at", ends).alias("known_at")).to_series()
    time = TABLES[table].time
    if time is None:
        raise ValueError(f"{table} is a register, its rows have no time")
    return frame[time].rename("known_at")


def slices(tables: Mapping[str, pl.DataFrame], rows: int) -> Iterator[dict[str, pl.DataFrame]]:
    """The tables cut by known time into slices of about `rows` events, in order; registers come whole in the first.

    Rows known at one moment are never parted. Frames within a slice are sorted by known time, then key.
    """
    ordered: dict[str, tuple[pl.DataFrame, np.ndarray]] = {}
    for name in (*EVENT_TABLES, "listed"):
        frame = tables.get(name)
        if frame is None or frame.is_empty():
            continue
        by = ("__known__", *TABLES[name].key)
        # in the order in which they came where these are equal: of a repeated id the first wins
        frame = frame.with_columns(known_at(name, frame).alias(by[0])).sort(*by, maintain_order=True)
        ordered[name] = (frame.drop("__known__"), frame["__known__"].dt.epoch("us").to_numpy())
    registers = {
        name: tables[name]
        for name in REGISTER_TABLES
        if name != "listed" and name in tables and not tables[name].is_empty()
    }
    if not ordered:
        if registers:
            yield registers
        return
    known = np.sort(np.concatenate([times for _, times in ordered.values()]))
    ends = [int(known[min(at, known.size - 1)]) for at in range(rows - 1, known.size + rows - 1, rows)]
    begins = dict.fromkeys(ordered, 0)
    for end in dict.fromkeys(ends):
        part = dict(registers)
        registers = {}
        for name, (frame, times) in ordered.items():
            stop = int(np.searchsorted(times, end, side="right"))
            if stop > begins[name]:
                part[name] = frame.slice(begins[name], stop - begins[name])
                begins[name] = stop
        if part:
            yield part
