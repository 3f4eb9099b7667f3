"""A file that is being read: by its path, or held in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from fanzha.signals.compression import unpacked

PACKED = (".gz", ".zst")
ROWS = 500_000
"""How many rows of a text are held at once while a file is read."""

_BROKEN = 10
"""In UTF-8 fewer than one sign of so many is broken (a message was cut in the middle of one); of GB18030 read as UTF-8 most are. Ours."""


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
        """Its text: UTF-8, with or without a mark, a few broken signs in it or none, else GB18030. UnicodeDecodeError when it is neither."""
        data = self.data
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            mended = data.decode("utf-8-sig", "replace")
            signs = len(mended) - len(mended.encode("ascii", "ignore"))
            few = mended.count("\ufffd") * _BROKEN < signs
            return mended if few else data.decode("gb18030")
