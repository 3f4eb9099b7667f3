"""The file formats of signals: one module each, with the same two verbs.

- `rows(source)` yields frames of raw rows, texts or typed; each row's line (1-based) in the column LINE. What cannot be read as a row is
  yielded as a `refusal_row`, and reading goes on behind it. Every row is checked afterwards, by `fanzha.signals.validation`.
- `written(frame)` is a table in this format, as bytes.

How to add one: docs/adding/file-format.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import polars as pl

from fanzha.signals.formats import csv, ndjson, parquet
from fanzha.signals.source import Source


class Format(Protocol):
    """What a module of this package has."""

    def rows(self, source: Source) -> Iterator[pl.DataFrame]: ...

    def written(self, frame: pl.DataFrame) -> bytes: ...


FORMATS: dict[str, Format] = {"parquet": parquet, "csv": csv, "ndjson": ndjson}
"""By the end of a file's name; .gz and .zst may follow it."""
ENDINGS = ", ".join(f".{name}" for name in FORMATS)
