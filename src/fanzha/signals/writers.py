"""A table written in any of the formats that the readers read."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import polars as pl
import zstandard

from fanzha.refusal import Refusal
from fanzha.signals.files import format_of
from fanzha.signals.formats import ENDINGS, FORMATS


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write `frame` to `path` in the format its name tells (a key of FORMATS; also `.gz`, `.zst`), atomically. Refusal for another name."""
    named = format_of(path)
    if named is None:
        raise Refusal(f"expected a name that ends in {ENDINGS}", code="format.unknown", where=str(path))
    data = FORMATS[named[1]].written(frame)
    if path.suffix == ".gz":
        data = gzip.compress(data, mtime=0)
    elif path.suffix == ".zst":
        data = zstandard.compress(data)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    os.replace(part, path)
