"""Whole files as `.gz` and `.zst` have them, told by the ending of their names."""

from __future__ import annotations

import gzip
import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ZstdError = zstd.ZstdError
"""What `unpacked` raises for a torn `.zst`; a torn `.gz` is an OSError, EOFError or zlib.error."""


def packed(data: bytes, suffix: str) -> bytes:
    """`data` as a file of this suffix holds it, the same bytes each time; as it is for any other suffix."""
    if suffix == ".gz":
        return gzip.compress(data, mtime=0)
    return zstd.compress(data) if suffix == ".zst" else data


def unpacked(data: bytes, suffix: str) -> bytes:
    """What a file of this suffix holds, of one frame or several; as it is for any other suffix."""
    if suffix == ".gz":
        return gzip.decompress(data)
    return zstd.decompress(data) if suffix == ".zst" else data
