"""A file that is being read: by its path, or held in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from fanzha.encodings import decoded
from fanzha.signals.compression import unpacked

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
        return unpacked(self.path.read_bytes(), self.path.suffix)

    @property
    def text(self) -> str:
        """Its text, `decoded`. UnicodeDecodeError when it is none."""
        return decoded(self.data)
