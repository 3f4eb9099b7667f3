"""The files of signals: which table and format they are, their raw rows with line numbers, and how a table becomes one."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from fanzha import durable
from fanzha.refusal import Refusal
from fanzha.signals.compression import ZstdError, packed
from fanzha.signals.formats import ENDINGS, FORMATS, csv
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


def parted(frames: Iterable[pl.DataFrame]) -> tuple[list[pl.DataFrame], pl.DataFrame]:
    """The frames that hold rows, and what could not be read as a row in one frame (REFUSED_SCHEMA)."""
    told = list(frames)
    refused = [pl.DataFrame(schema=REFUSED_SCHEMA), *(one for one in told if is_refusal(one))]
    return [one for one in told if not is_refusal(one)], pl.concat(refused)


def csv_table(data: bytes, name: str) -> tuple[list[pl.DataFrame], pl.DataFrame]:
    """As `parted`, of a CSV that is held in memory; `name` is the file named in what is refused. Refusal for bytes that are no CSV."""
    try:
        return parted(csv.rows(Source(name, held=data)))
    except (UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        raise Refusal("expected a CSV in UTF-8, UTF-16 or GB18030", code="file.unreadable", where=name) from error


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write `frame` to `path` in the format its name tells (a key of FORMATS; also `.gz`, `.zst`), atomically. Refusal for another name."""
    named = format_of(path)
    if named is None:
        raise Refusal(f"expected a name that ends in {ENDINGS}", code="format.unknown", where=str(path))
    durable.write(path, packed(FORMATS[named[1]].written(frame), path.suffix))
