"""Files that are there whole or not at all, also after the power went."""

from __future__ import annotations

import os
from pathlib import Path


def put(part: Path, path: Path) -> None:
    """Bring a written file into its place, with its bytes and its name on the disk: a reader sees the old file or the new one."""
    _sync(part)
    os.replace(part, path)
    _sync(path.parent)


def write(path: Path, data: bytes) -> None:
    """Write `data` to `path`, replacing what is there."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    put(part, path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
