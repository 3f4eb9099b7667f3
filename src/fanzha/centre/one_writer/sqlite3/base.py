"""SQLite whose transactions queue for their turn by a lock on a file beside the database.

SQLite alone lets writers try again after pauses that grow, so that with many of them the unlucky wait for seconds while nobody
writes; the kernel wakes those who wait for a file's lock one after the other, and frees the lock of a process that was killed.
A connection that a request has done with is kept for the next one: opening it takes longer than most of what a request asks.
"""

from __future__ import annotations

import fcntl
import os
from collections import deque
from typing import Any

from django.db.backends.sqlite3 import base

MOST_IDLE = 20
_idle: deque[tuple[tuple[int, int], Any]] = deque(maxlen=MOST_IDLE)
"""(the file, an open connection to it) of this process; what is too much falls out and is closed."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with a turn for each outermost transaction; a database in memory has no others to wait for."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._turn: int | None = None

    def get_new_connection(self, conn_params: Any) -> Any:
        """One that is idle, when it is to the file that stands there now."""
        while not self.is_in_memory_db() and _idle:
            try:
                file, connection = _idle.pop()
            except IndexError:  # another thread was quicker
                break
            if file == _file(conn_params["database"]):
                return connection
            connection.close()
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        if not self.is_in_memory_db():
            self._turn = os.open(f"{self.settings_dict['NAME']}.turn", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._turn, fcntl.LOCK_EX)
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._give_back()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()
        finally:
            if not self._writing():
                self._give_back()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()
        finally:
            self._give_back()

    def _close(self) -> Any:
        try:
            file = None if self.errors_occurred or self._writing() else _file(self.settings_dict["NAME"])
            if file is not None and self.connection is not None and not self.is_in_memory_db():
                return _idle.append((file, self.connection))
            return super()._close()
        finally:
            self._give_back()

    def _writing(self) -> bool:
        return self.connection is not None and self.connection.in_transaction

    def _give_back(self) -> None:
        if self._turn is not None:
            os.close(self._turn)
            self._turn = None


def _file(path: Any) -> tuple[int, int] | None:
    try:
        told = os.stat(path)
    except OSError:
        return None
    return told.st_dev, told.st_ino
