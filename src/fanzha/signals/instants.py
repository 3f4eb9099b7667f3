"""Instants as texts."""

from __future__ import annotations

import polars as pl


def times_as_text(frame: pl.DataFrame) -> list[pl.Expr]:
    """Every time of a table as RFC 3339 text with its offset, to the microsecond."""
    return [
        pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%S%.6f%:z")
        for name, dtype in frame.schema.items()
        if isinstance(dtype, pl.Datetime)
    ]
