"""Possible impersonation of the centre: what was checked and was not ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from fanzha.centre.access import vault
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.people import queries as people
from fanzha.centre.phrases.models import WrongPhrase

LONGEST_LIST = 200
SHOWN = timedelta(days=30)


@dataclass(frozen=True)
class Suspicion:
    """A number for which wrong phrases were checked: how many of each kind, and when last."""

    number: str
    shown: str
    wrong: int
    expired: int
    spent: int
    last_at: datetime

    @property
    def all(self) -> int:
        return self.wrong + self.expired + self.spent


def suspected(now: datetime) -> int:
    """How many numbers have wrong phrases of the last 30 days."""
    return WrongPhrase.objects.filter(at__gt=now - SHOWN).values("number").distinct().count()


def suspicions(now: datetime) -> list[Suspicion]:
    """Numbers with wrong phrases of the last 30 days, the latest LONGEST_LIST of them, the latest first."""
    counted = {kind: Count("id", filter=Q(kind=kind)) for kind in ("wrong", "expired", "spent")}
    rows = WrongPhrase.objects.filter(at__gt=now - SHOWN).values("number").annotate(last_at=Max("at"), **counted)
    found = list(rows.order_by("-last_at")[:LONGEST_LIST])
    shown = vault.masked([row["number"] for row in found])
    return [Suspicion(shown=shown[row["number"]], **row) for row in found]


def wrong_count(numbers: list[str], now: datetime) -> int:
    """How many wrong phrases of the last 30 days were checked for numbers (tokens)."""
    return WrongPhrase.objects.filter(number__in=numbers, at__gt=now - SHOWN).count()


def numbers_of(order: Order) -> dict[str, str]:
    """The numbers of an order's person (token -> as shown), to which a phrase can be bound."""
    tokens = [one.token for one in people.held_by(order.subject, "number")]
    if not tokens and order.subject.startswith("n-"):
        tokens = [order.subject]
    return vault.masked(tokens)
