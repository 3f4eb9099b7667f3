"""Long work in processes of its own, side by side; Ctrl-C ends it at once and leaves nothing lying about."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context


@contextmanager
def side_by_side(processes: int, start: str = "spawn") -> Iterator[ProcessPoolExecutor]:
    """A pool of so many processes, begun by `start` (spawn, or fork where nothing has threads yet).

    They die of Ctrl-C, where those of Python alone would go on with the work that is handed out, for minutes. What they keep in
    temporary files lies in one folder, which goes with the pool. Hand out by `submit`: `map` cancels what has not begun, over which
    Python 3.11 stumbles when the processes are dead.
    """
    with (
        tempfile.TemporaryDirectory() as room,
        ProcessPoolExecutor(processes, get_context(start), _begin, (room,)) as pool,
    ):
        yield pool


def _begin(room: str) -> None:
    import polars  # noqa: F401  puts a handler of its own in the place of what it finds, so it comes first

    tempfile.tempdir = room
    signal.signal(signal.SIGINT, signal.SIG_DFL)
