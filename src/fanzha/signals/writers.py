"""A table written in any of the formats that the readers read."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

from fanzha.refusal import Refusal
from fanzha.signals.compression import packed
from fanzha.signals.files import format_of
from fanzha.signals.formats import ENDINGS, FORMATS


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write `frame` to `path` in the format its name tells (a key of FORMATS; also `.gz`, `.zst`), atomically. Refusal for another name."""
    named = format_of(path)
    if named is None:
        raise Refusal(f"expected a name that ends in {ENDINGS}", code="format.unknown", where=str(path))
    data = packed(FORMATS[named[1]].written(frame), path.suffix)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    os.replace(part, path)
