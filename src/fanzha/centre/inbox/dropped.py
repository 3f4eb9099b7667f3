"""What other programs drop: `inbox/<sender>/*.csv` or `*.xlsx` in the home."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

FORMATS = (".csv", ".xlsx")


def senders() -> list[Path]:
    """The folders that senders drop their files into."""
    folder = settings.HOME.root / "inbox"
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def dropped_by(sender: Path) -> list[Path]:
    """What lies in a sender's folder to be taken in."""
    return sorted(path for path in sender.iterdir() if path.suffix.lower() in FORMATS and not path.name.startswith("."))


def may_be_read(path: Path) -> bool:
    """Whether its sender lets the centre read a file."""
    return os.access(path, os.R_OK)


def withheld() -> list[str]:
    """Files that lie there and may not be read, as sender and name: nobody would hear of them."""
    return [
        f"{sender.name}/{path.name}"
        for sender in senders()
        for path in dropped_by(sender)
        if path.is_file() and not may_be_read(path)
    ]
