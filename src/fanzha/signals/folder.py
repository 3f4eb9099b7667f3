"""A signal folder read whole: every row checked, what is refused kept in quarantine and counted, the rest goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

import polars as pl

from fanzha.refusal import Refusal
from fanzha.signals.files import format_of, is_refusal, raw_rows
from fanzha.signals.formats import ENDINGS
from fanzha.signals.quarantine import write_quarantine
from fanzha.signals.schema import TABLES
from fanzha.signals.source import PACKED
from fanzha.signals.uniting import united
from fanzha.signals.validation import Validated, declared_empty, refusal_row, validate


def table_files(folder: Path, first_day: date | None = None) -> tuple[dict[str, list[tuple[Path, str]]], list[Path]]:
    """Table name -> its files with their formats, in name order; and the files that belong to no table.

    A folder named after a table is the lake's: `<table>/day=.../<name>.parquet`; `first_day` leaves out its earlier days, not its registers.
    Refusal when the folder is not there.
    """
    begin = f"day={first_day or ''}"  # `day=register` sorts after every day
    if not folder.is_dir():
        raise Refusal("no such folder of signals", code="folder.missing", where=str(folder))
    found: dict[str, list[tuple[Path, str]]] = {}
    others = []
    for path in sorted(folder.iterdir()):
        named = format_of(path)
        if named and named[0] in TABLES:
            found.setdefault(named[0], []).append((path, named[1]))
        elif path.is_file():
            others.append(path)
        elif path.name in TABLES:
            parts = (part for part in sorted(path.glob("day=*/*.parquet")) if part.parent.name >= begin)
            found.setdefault(path.name, []).extend((part, "parquet") for part in parts)
    return found, others


def read_table_file(path: Path, table: str, form: str) -> Iterator[Validated]:
    """The rows of one file, in parts; each part's good and refused rows."""
    for raw in raw_rows(path, form):
        if is_refusal(raw):
            yield Validated(declared_empty(TABLES[table]), raw)
        else:
            yield validate(table, raw, source=path.name)


def read_parts(
    folder: Path, quarantine: Path | None = None, tables: Collection[str] | None = None, first_day: date | None = None
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Table name and good rows, a piece after the other, a table's pieces together; what is refused goes to `quarantine` at the end.

    `tables` limits what is read, `first_day` (Shanghai) how far back in a lake. Raises Refusal when the folder is missing or holds no table of the contract.
    """
    found, others = table_files(folder, first_day)
    if not found:
        expected = "expected files such as calls.parquet, payments.csv or visits.ndjson.gz"
        raise Refusal(f"no signals here; {expected}", code="folder.empty", where=str(folder))
    refused: dict[str, pl.DataFrame] = {}
    for table, files in found.items():
        if tables is not None and table not in tables:
            continue
        bad = []
        yield table, declared_empty(TABLES[table])
        for path, form in files:
            for part in read_table_file(path, table, form):
                yield table, part.good
                if part.refused.height:
                    bad.append(part.refused)
        if bad:
            refused[table] = pl.concat(bad)
    if others:
        reason = f"expected a file named after a table, as {ENDINGS} (also {', '.join(PACKED)}); not read"
        refused["other"] = pl.concat([refusal_row(path.name, None, None, "file.unknown", reason) for path in others])
    if quarantine is not None:
        write_quarantine(quarantine, refused)


def read_folder(
    folder: Path, quarantine: Path | None = None, tables: Collection[str] | None = None, first_day: date | None = None
) -> dict[str, pl.DataFrame]:
    """Table name -> its good rows, all pieces of `read_parts` united."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for table, good in read_parts(folder, quarantine, tables, first_day):
        parts.setdefault(table, []).append(good)
    return {table: united(frames) for table, frames in parts.items()}
