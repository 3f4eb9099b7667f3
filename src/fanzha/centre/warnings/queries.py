"""What pages, streams and figures read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from fanzha.centre.access import vault
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.warnings import states
from fanzha.centre.warnings.models import Warning
from fanzha.deadlines import deadline
from fanzha.metrics import FIGURES
from fanzha.vocabulary import LEVELS, Text

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONGEST_LIST = 100


@dataclass(frozen=True)
class Line:
    """A warning as a list shows it; `late` when its next deadline has passed, `minutes` until (or since) then."""

    warning: Warning
    shown: str
    level: Text
    colour: str
    step: str | None
    minutes: int | None
    late: bool


def lines(warnings: Iterable[Warning], now: datetime) -> list[Line]:
    """Warnings with their masked subject and what is due next."""
    found = list(warnings)
    shown = vault.masked([one.subject for one in found])
    return [_line(one, shown[one.subject], now) for one in found]


def _line(warning: Warning, shown: str, now: datetime) -> Line:
    step = {"received": "sign_in", "taken": "first_call", "contacting": "feedback"}.get(warning.state)
    due = deadline(step, warning.level, warning.clocks_from) if step else None
    minutes = None if due is None else int((due - now).total_seconds() // 60)
    level = LEVELS[warning.level]
    return Line(warning, shown, level.name, level.colour, step, minutes, due is not None and due < now)


def open_warnings(kind: str | None = None, level: int | None = None) -> QuerySet[Warning]:
    """What is still to be done, the most urgent first."""
    found = Warning.objects.filter(state__in=states.OPEN)
    found = found.filter(kind=kind) if kind else found
    found = found.filter(level=level) if level else found
    return found.order_by("level", "-received_at")[:LONGEST_LIST]


def changed_after(change: int, limit: int = 50) -> list[Warning]:
    """Warnings that are new or changed since `change`, in the order of their changes."""
    return list(Warning.objects.filter(changed__gt=change).order_by("changed")[:limit])


def last_change() -> int:
    """The running number of the newest change."""
    newest = Warning.objects.order_by("-changed").first()
    return newest.changed if newest else 0


def history(warning: Warning) -> list[AuditEntry]:
    """What was done about a warning."""
    return list(AuditEntry.objects.filter(subject=warning.warning_id).select_related("actor"))


def day_of(instant: datetime) -> tuple[datetime, datetime]:
    """The Shanghai day of an instant as a half-open window."""
    local = instant.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return local, local + timedelta(days=1)


_CONDITIONS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "level": lambda level: {"level": level},
    "signed_in": lambda yes: {"taken_at__isnull": not yes},
    "contact": lambda result: {"calls__contact": result},
    "outcome": lambda codes: {"outcome__in": codes},
    "open": lambda _: {"state__in": states.OPEN},
}
"""What a condition of a declared figure means in the records of this app."""


def records(figure: str, begin: datetime, end: datetime) -> QuerySet[Warning]:
    """The records behind a figure for warnings received in [begin, end); KeyError for an unknown figure."""
    found = Warning.objects.filter(received_at__gte=begin, received_at__lt=end)
    for condition, value in FIGURES[figure].where.items():
        found = found.filter(**_CONDITIONS[condition](value))
    return found.distinct()


def count(figure: str, begin: datetime, end: datetime) -> int:
    """The figure itself: how many records, or how many distinct subjects, as it is declared."""
    found = records(figure, begin, end)
    if FIGURES[figure].counts == "records":
        return found.count()
    return found.order_by().values("subject").distinct().count()
