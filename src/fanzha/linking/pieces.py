"""A signal folder read a piece at a time: what linking needs of its events is set down in files, and read from there as it is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import polars as pl

from fanzha.linking.folder import EVENTS, WHOLE, Folder, each_once, made_of, plain
from fanzha.signals import TABLES, declared_empty

ROWS = 250_000
"""Rows that are gathered before they are written: files of a lake are small and many. So many are held at once, and no more."""


def folder_of(parts: Iterable[tuple[str, pl.DataFrame]], into: Path) -> tuple[Folder, int]:
    """The folder of pieces of tables (a table's together, as `read_parts` gives them), its events in files of `into`; how many rows."""
    down = {name: [plain(name, declared_empty(TABLES[name]))[0].lazy()] for name in EVENTS}
    tables = {name: declared_empty(TABLES[name]) for name in WHOLE}
    words, rows = plain("numbers", declared_empty(TABLES["numbers"]))[1], 0
    for name, pieces in groupby(parts, itemgetter(0)):
        for part in _gathered(piece for _, piece in pieces):
            rows += part.height
            if name in EVENTS:
                table, said = plain(name, part)
                words = pl.concat([words, said]).unique()
                down[name].append(_written(table, into / f"{name}-{len(down[name]):05d}.parquet"))
            elif name in WHOLE:
                tables[name] = pl.concat([tables[name], part], how="diagonal_relaxed")
    events = {name: pl.concat(parts) for name, parts in down.items()}
    once = each_once(events["calls"], ROWS)
    events["calls"] = pl.concat([_written(part, into / f"once-{n:05d}.parquet") for n, part in enumerate(once)])
    whole = {name: plain(name, table) for name, table in tables.items()}
    said_of = [words, *(said for _, said in whole.values())]
    return made_of({name: table for name, (table, _) in whole.items()}, events, said_of), rows


def _gathered(pieces: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    waiting: list[pl.DataFrame] = []
    for piece in pieces:
        waiting.append(piece)
        if sum(one.height for one in waiting) >= ROWS:
            yield pl.concat(waiting, how="diagonal_relaxed")
            waiting = []
    if waiting:
        yield pl.concat(waiting, how="diagonal_relaxed")


def _written(table: pl.DataFrame, path: Path) -> pl.LazyFrame:
    table.write_parquet(path, compression="lz4")
    return pl.scan_parquet(path, glob=False)
