"""A file that is being read: by its path, or held in memory."""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass, field
from pathlib import Path

import zstandard

PACKED = (".gz", ".zst")
ROWS = 500_000
"""How many rows of a text are held at once while a file is read."""


@dataclass(frozen=True)
class Source:
    """`name`: the file named in what is refused. `path`: where it lies, None for one that is held in memory (`held`)."""

    name: str
    path: Path | None = None
    held: bytes = field(default=b"", repr=False)

    @property
    def data(self) -> bytes:
        """Its bytes, unpacked where the name ends in .gz or .zst. OSError, EOFError, zlib.error or ZstdError for a broken one."""
        if self.path is None:
            return self.held
        data = self.path.read_bytes()
        if self.path.suffix == ".gz":
            return gzip.decompress(data)
        if self.path.suffix == ".zst":
            with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True) as reader:
                return reader.read()
        return data

    @property
    def text(self) -> str:
        """Its text: UTF-8, with or without a mark, else GB18030. UnicodeDecodeError when it is neither."""
        data = self.data
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode("gb18030")
