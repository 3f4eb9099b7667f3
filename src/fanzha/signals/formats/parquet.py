"""Parquet: rows come typed; a row's line is its place in the file."""

from __future__ import annotations

import io
from collections.abc import Iterator

import polars as pl

from fanzha.signals.source import PACKED, ROWS, Source
from fanzha.signals.validation import LINE


def rows(source: Source) -> Iterator[pl.DataFrame]:
    """Frames of at most ROWS rows; one that is packed is held whole."""
    if source.path is None or source.path.suffix in PACKED:
        yield pl.read_parquet(io.BytesIO(source.data)).with_row_index(LINE, offset=1)
        return
    file = pl.scan_parquet(source.path, glob=False)  # a bracket or a star in a name is part of it
    height = file.select(pl.len()).collect().item()
    for begin in range(0, max(height, 1), ROWS):
        yield file.slice(begin, ROWS).collect().with_row_index(LINE, offset=begin + 1)


def written(frame: pl.DataFrame) -> bytes:
    """The table as Parquet, compressed with zstd."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()
