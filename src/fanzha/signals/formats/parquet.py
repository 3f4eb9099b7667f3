"""Parquet: rows come typed; a row's line is its place in the file."""

from __future__ import annotations

import io
from collections.abc import Iterator

import polars as pl

from fanzha.signals.source import PACKED, Source
from fanzha.signals.validation import LINE


def rows(source: Source) -> Iterator[pl.DataFrame]:
    """All rows in one frame."""
    packed = source.path is None or source.path.suffix in PACKED
    frame = pl.read_parquet(io.BytesIO(source.data) if packed or source.path is None else source.path)
    yield frame.with_row_index(LINE, offset=1)


def written(frame: pl.DataFrame) -> bytes:
    """The table as Parquet, compressed with zstd."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()
