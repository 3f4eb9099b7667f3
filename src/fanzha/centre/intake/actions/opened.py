"""The log as this process has it open: opening it for every batch took longer than writing the batch."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fanzha.outbox import Outbox
from fanzha.signals import SignalLog


@dataclass(frozen=True)
class Opened:
    """A log and its outbox, in the hands of one thread at a time."""

    path: Path
    log: SignalLog
    outbox: Outbox


_idle: deque[Opened] = deque()


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """The log at `path`, kept open for whoever comes next; every request has a thread of its own."""
    have = _taken(path) or Opened(path, SignalLog(path), Outbox(path))
    try:
        yield have
    finally:
        _idle.append(have)


def _taken(path: Path) -> Opened | None:
    while _idle:
        try:
            have = _idle.pop()
        except IndexError:  # another thread was quicker
            return None
        if have.path == path and path.exists():
            return have
        have.log.close()
        have.outbox.close()
    return None
