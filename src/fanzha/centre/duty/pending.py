"""What the next shift has to know of that other apps keep: payments stopped, lines and accounts held. Each says it through SOURCES."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from fanzha.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Pending:
    """Something that waits or runs out. `kind`: what it is; `shown`: whom it concerns, masked; `page`: its address."""

    kind: Text
    shown: str
    page: str
    due_at: datetime | None = None


SOURCES: list[Callable[[str | None, datetime], Iterable[Pending]]] = []
"""Each gives what is pending in a unit (None: everywhere) at an instant; an app appends its own in `ready()`."""


def pending(unit: str | None, now: datetime) -> list[Pending]:
    """What is pending in a unit (None: everywhere), the earliest due first."""
    found = [one for source in SOURCES for one in source(unit, now)]
    return sorted(found, key=lambda one: one.due_at or datetime.max.replace(tzinfo=UTC))
