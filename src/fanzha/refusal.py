"""The one kind of error that is written for the reader: what happened, where, what was expected."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial


class Refusal(Exception):
    """Work that cannot be done as asked.

    `str()` is one sentence a user can act on; `code` is stable for programs (`model.kind`, `batch.changed`, ...);
    `where` names the file, line or field when there is one.
    """

    def __init__(self, message: str, *, code: str, where: str | None = None) -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.message = message
        self.code = code
        self.where = where

    def __reduce__(self) -> tuple[Callable[[str], Refusal], tuple[str]]:
        """How it comes whole out of another process."""
        return partial(Refusal, code=self.code, where=self.where), (self.message,)
