"""The log as a thread has it open: opening it for every batch took longer than writing the batch."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from fanzha.detection import Outbox
from fanzha.signals import SignalLog


@dataclass(frozen=True)
class Opened:
    """A log and its outbox, for one thread."""

    path: Path
    log: SignalLog
    outbox: Outbox


_mine = threading.local()


def opened(path: Path) -> Opened:
    """The log at `path`, opened when this thread first asks for it; another path closes the one before."""
    have: Opened | None = getattr(_mine, "opened", None)
    if have is None or have.path != path or not path.exists():
        if have is not None:
            have.log.close()
            have.outbox.close()
        have = _mine.opened = Opened(path, SignalLog(path), Outbox(path))
    return have
