"""The engine at work on a log: warnings to the outbox batch by batch, the state to its checkpoint. Run it with `python -m`."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from fanzha.detection import checkpoint
from fanzha.detection.engine import Engine
from fanzha.detection.models import choose
from fanzha.detection.touches import Encoded
from fanzha.home import Home, find_home
from fanzha.outbox import Outbox
from fanzha.signals import Batch, SignalLog

CHECKPOINT_S = 120.0
"""Seconds of work that a kill may cost, and more only where writing the state takes long: one part in _COST of the time (ours)."""
_COST = 20
LOOK_S = 0.01
"""How often the engine looks whether anything came."""


class Following:
    """One engine on one log, from its checkpoint on; what was told before is not told twice."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.log, self.outbox, self.engine = SignalLog(path), Outbox(path), engine
        self._state = checkpoint.path_of(path)
        self.position = checkpoint.restore(self._state, engine, self.log.last_position())
        self._saved, self._took = time.monotonic(), 0.0
        self._writer = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def work(self, until_position: int, checkpoint_s: float = CHECKPOINT_S) -> None:
        """Work through the batches up to `until_position`; while the kernel has one, the next is read on another thread.

        Warnings are on disk before the next batch is begun. A position without any is told at the end: who dies before goes through
        those batches again and finds nothing in them again.
        """
        batches, told = self._batches(until_position), self.outbox.position()
        with ThreadPoolExecutor(1) as ahead:

            def following() -> Encoded | None:
                batch = next(batches, None)
                return None if batch is None else self.engine.encoder.encoded(batch)

            coming = ahead.submit(following)
            while (encoded := coming.result()) is not None:
                # A checkpoint stands for one position, so that the encoder must not be ahead of it.
                due = self._is_free() and time.monotonic() - self._saved > max(checkpoint_s, _COST * self._took)
                if not due:
                    coming = ahead.submit(following)
                warnings = self.engine.apply(encoded)
                position = encoded.batch.position
                if position > told and (warnings or position >= until_position):
                    self.outbox.commit(warnings, position, encoded.counts)
                self.position = position
                if due:
                    self._writing = self._writer.submit(self._write, checkpoint.take(self.engine, position))
                    coming = ahead.submit(following)

    def _batches(self, until_position: int) -> Iterator[Batch]:
        read = self.position
        while read < until_position:
            for batch in self.log.read(read, limit=min(8, until_position - read)):
                yield batch
                read = batch.position

    def save(self) -> None:
        """Write the checkpoint now; when this returns, it is on disk."""
        if self._writing is not None:
            self._writing.result()
        self._write(checkpoint.take(self.engine, self.position))

    def forget(self) -> None:
        """Take the checkpoint away: the log has been worked through, and nothing will go on from it."""
        if self._writing is not None:
            self._writing.result()
        self._state.unlink(missing_ok=True)

    def _is_free(self) -> bool:
        """Whether no checkpoint is being written; raises what went wrong with the last one."""
        if self._writing is not None and self._writing.done():
            self._writing.result()
            self._writing = None
        return self._writing is None

    def _write(self, taken: checkpoint.Taken) -> None:
        begin = time.monotonic()
        checkpoint.write(self._state, taken)
        self._saved = time.monotonic()
        self._took = self._saved - begin


def run_engine(home: Home, stop: threading.Event) -> None:
    """Follow the home's log until `stop` is set."""
    following = Following(home.log, choose(home.models).engine())
    while not stop.is_set():
        last = following.log.last_position()
        if last == following.position:
            stop.wait(LOOK_S)
            continue
        following.work(min(last, following.position + 64))
    following.save()


if __name__ == "__main__":
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.signal(signal.SIGINT, lambda *_: stopping.set())
    run_engine(find_home(), stopping)
    sys.exit(0)
