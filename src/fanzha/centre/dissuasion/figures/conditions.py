"""What a condition of a declared figure means in the records of this app."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from fanzha.centre.dissuasion import filed_cases, standing, states
from fanzha.centre.dissuasion.models import Clock, Contact, Result
from fanzha.metrics import Figure
from fanzha.vocabulary import OUTCOMES

VISITS = ("in_person", "in_person_remote", "in_person_after_failed_call", "revisit")
Window = tuple[datetime, datetime]


def this_round(step: list[str] | tuple[str, ...]) -> QuerySet[Clock]:
    """The clocks of steps of the order at hand, since it was last opened."""
    return Clock.objects.filter(order=OuterRef("pk"), again=OuterRef("again"), step__in=step)


def kept_result() -> QuerySet[Result]:
    """What the money kept by the order at hand rests on, the most first: what was kept twice in one order is counted once."""
    proved = standing.results().filter(code__in=standing.EFFECTIVE, amount_fen__gt=0).exclude(evidence="")
    return proved.order_by("-amount_fen", "-id")


def _called() -> Q:
    return Q(Exists(Contact.objects.filter(order=OuterRef("pk"))))


_CONDITIONS: dict[str, Callable[[Any, Window], Q]] = {
    "level": lambda level, _: Q(level=level),
    "levels": lambda levels, _: Q(level__in=levels),
    "signed_in": lambda yes, _: Q(signed_in_at__isnull=not yes),
    "in_time": lambda steps, _: (
        Q(Exists(this_round(steps).filter(met_at__isnull=False))) & ~Q(Exists(this_round(steps).filter(late=True)))
    ),
    "called": lambda yes, _: _called() if yes else ~_called(),
    "reached": lambda yes, _: standing.spoken_with() if yes else ~standing.spoken_with(),
    "met": lambda yes, _: Q(met_at__isnull=not yes),
    "visit_required": lambda _yes, _: Q(Exists(this_round(VISITS).filter(passed_over=False))),
    "outcome": lambda codes, _: standing.came_to(codes),
    "handled_but": lambda codes, _: standing.came_to(set(OUTCOMES) - set(codes)),
    "evidence": lambda _yes, _: Q(Exists(kept_result())),
    "deceived": lambda _yes, window: Q(pk__in=filed_cases.deceived(*window)),
    "open": lambda _yes, _: Q(state__in=states.OPEN),
}


def all_of(where: dict[str, Any], window: Window) -> Q:
    """Every condition of `where` together, for orders opened in `window`."""
    together = Q()
    for name, value in where.items():
        together &= _CONDITIONS[name](value, window)
    return together


def numerator(figure: Figure, window: Window) -> Q:
    """What a record of the numerator is; that of a share lies within its denominator when that is one set of records."""
    mine = all_of(figure.where, window)
    if figure.over == "records" and len(figure.of) == 1:
        mine &= all_of(figure.of[0], window)
    return mine
