"""SQLite whose transactions queue for their turn by a lock on a file beside the database.

SQLite alone lets writers try again after pauses that grow, so that with many of them the unlucky wait for seconds while nobody
writes; the kernel wakes those who wait for a file's lock one after the other, and frees the lock of a process that was killed.
"""

from __future__ import annotations

import fcntl
import os
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with a turn for each outermost transaction; a database in memory has no others to wait for."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._turn: int | None = None

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
            return super()._close()
        finally:
            self._give_back()

    def _writing(self) -> bool:
        return self.connection is not None and self.connection.in_transaction

    def _give_back(self) -> None:
        if self._turn is not None:
            os.close(self._turn)
            self._turn = None
