"""The files of a signal folder: which table and format they are, and their raw rows with line numbers."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from fanzha.signals.compression import ZstdError
from fanzha.signals.formats import FORMATS, csv
from fanzha.signals.source import PACKED, Source
from fanzha.signals.validation import REFUSED_SCHEMA, refusal_row


def format_of(path: Path) -> tuple[str, str] | None:
    """`(table, format)` of a file by its name (`calls-1.csv.gz` -> `("calls", "csv")`), or None for another file."""
    name = path.name.removesuffix(path.suffix) if path.suffix in PACKED else path.name
    table, _, ending = name.rpartition(".")
    return (table.split("-")[0], ending) if table and ending in FORMATS else None


def raw_rows(path: Path, form: str) -> Iterator[pl.DataFrame]:
    """Frames of raw rows with their line in `__line__`, and (as one-row refusals) what could not be read as a row.

    Yields `pl.DataFrame`s; a frame with the columns of REFUSED_SCHEMA is a refusal, not rows. `form`: a key of FORMATS.
    """
    try:
        yield from FORMATS[form].rows(Source(path.name, path))
    except (
        OSError,
        EOFError,
        zlib.error,
        ZstdError,
        pl.exceptions.PolarsError,
        UnicodeDecodeError,
    ) as error:
        reason = f"expected a readable {form} file; the rest of it is left out ({str(error).splitlines()[0]})"
        yield refusal_row(path.name, None, None, "file.unreadable", reason)


def is_refusal(frame: pl.DataFrame) -> bool:
    """Whether a frame of `raw_rows` tells of refused lines instead of holding rows."""
    return list(frame.columns) == list(REFUSED_SCHEMA)


def csv_rows(data: bytes, name: str) -> Iterator[pl.DataFrame]:
    """Like `raw_rows`, of a CSV that is held in memory; `name` is the file named in what is refused."""
    yield from csv.rows(Source(name, held=data))
