"""A simulated city on disk: `signals/` as the contract has them, and `truth/` to measure against."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from fanzha.refusal import Refusal
from fanzha.signals import TABLES
from fanzha.simulation.city import City
from fanzha.simulation.habits import drawn

DEFAULT_INFLATION = 200.0
"""Fraud per head over Baise's: enough victims in a small city for a week to measure something."""


def simulate(
    out: Path,
    people: int,
    days: int,
    seed: int,
    start: date,
    inflation: float = DEFAULT_INFLATION,
    habits: int | None = None,
) -> Iterator[tuple[date, int]]:
    """Write a city to `out`, a file a table and day, so that memory does not grow with the days. `habits`: a seed to draw
    how people live and frauds proceed there; None: as usual.

    Yields each day with its number of events as it is written. The same arguments give the same bytes. `truth/city.json` comes
    last: without it a city is unfinished. Refusal when `out` holds signals of days that this city does not live.
    """
    signals, truth = out / "signals", out / "truth"
    signals.mkdir(parents=True, exist_ok=True)
    truth.mkdir(parents=True, exist_ok=True)
    lived = {(start + timedelta(days=n)).isoformat() for n in range(days)}
    there = [path for path in signals.glob("*-????-??-??.parquet") if path.stem[:-11] in TABLES]
    others = sorted(path.name for path in there if path.stem[-10:] not in lived)
    if others:
        raise Refusal(
            f"signals of other days are here; name an empty folder: {others[0]}",
            code="simulation.folder",
            where=str(signals),
        )
    (truth / "city.json").unlink(missing_ok=True)
    for path in there:  # not every table has rows on every day: what is not written over would be another city's
        path.unlink()
    city = City(people, seed, start, inflation, None if habits is None else drawn(habits))
    for name, table in city.registers().items():
        table.write_parquet(signals / f"{name}.parquet", compression="zstd")
    tainted = []
    for index in range(days):
        day = city.day(index)
        date_of_day = start + timedelta(days=index)
        for name, table in day.tables.items():
            table.write_parquet(signals / f"{name}-{date_of_day.isoformat()}.parquet", compression="zstd")
        tainted.append(day.payments_truth)
        yield date_of_day, sum(table.height for table in day.tables.values())
    tables = {**city.truth(), "truth_payments": pl.concat(tainted) if tainted else pl.DataFrame()}
    for name, table in tables.items():
        table.write_parquet(truth / f"{name}.parquet", compression="zstd")
    about = {
        "synthetic": True,
        "people": people,
        "days": days,
        "seed": seed,
        "start": start.isoformat(),
        "inflation": inflation,
        "habits": habits,
    }
    (truth / "city.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
