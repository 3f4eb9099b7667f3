"""What pages and streams read of warnings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from fanzha.centre.access import vault
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.warnings.models import Warning
from fanzha.vocabulary import LEVELS, Text

LONGEST_LIST = 100


@dataclass(frozen=True)
class Line:
    """A warning as a list shows it, its subject masked."""

    warning: Warning
    shown: str
    level: Text
    colour: str


def lines(warnings: Iterable[Warning]) -> list[Line]:
    """Warnings with their masked subject."""
    found = list(warnings)
    shown = vault.masked([one.subject for one in found])
    return [Line(one, shown[one.subject], LEVELS[one.level].name, LEVELS[one.level].colour) for one in found]


def latest(kind: str | None = None) -> QuerySet[Warning]:
    """The newest warnings first; a page shows LONGEST_LIST of them."""
    found = Warning.objects.filter(kind=kind) if kind else Warning.objects.all()
    return found.order_by("-received_at", "level")


def changed_after(change: int, limit: int = 50) -> list[Warning]:
    """Warnings that are new or changed since `change`, in the order of their changes."""
    return list(Warning.objects.filter(changed__gt=change).order_by("changed")[:limit])


def last_change() -> int:
    """The running number of the newest change."""
    newest = Warning.objects.order_by("-changed").first()
    return newest.changed if newest else 0


def history(subject: str) -> list[AuditEntry]:
    """What was done about a warning or an order."""
    return list(AuditEntry.objects.filter(subject=subject).select_related("actor"))


def of_things() -> Iterable[Warning]:
    """Every warning of a number or an account, whatever people judged of it, the oldest first."""
    return Warning.objects.exclude(kind="victim").order_by("issued_at", "id").iterator(500)
