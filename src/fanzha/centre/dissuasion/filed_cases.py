"""What the figures ask about cases. The app that keeps cases says so through SOURCES; without one, figures of cases have no value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from fanzha.centre.dissuasion.models import Order
from fanzha.centre.dissuasion.standing import LATE, came_to
from fanzha.deadlines import duration


@dataclass(frozen=True, slots=True)
class FiledCase:
    """A case as the figures need it. `subject`: the deceived person (token); `place`: where it was filed; `page`: its address."""

    case_id: str
    subject: str
    filed_at: datetime
    place: str = ""
    case_class: str = ""
    page: str = ""


SOURCES: list[Callable[[datetime, datetime], Iterable[FiledCase]]] = []
"""Each gives the cases filed in [begin, end)."""


def filed(begin: datetime, end: datetime) -> list[FiledCase]:
    """The cases filed in [begin, end)."""
    return [case for source in SOURCES for case in source(begin, end)]


def deceived(begin: datetime, end: datetime) -> set[int]:
    """Orders (keys) opened in [begin, end) whose person had a case filed within the limit after the warning.

    Those who had paid already when they were reached are not among them: they count as late.
    """
    within = duration("figures.deceived_within", begin)
    cases: dict[str, list[datetime]] = {}
    for case in filed(begin, end + within):
        cases.setdefault(case.subject, []).append(case.filed_at)
    warned = Order.objects.filter(opened_at__gte=begin, opened_at__lt=end, subject__in=list(cases))
    found = warned.exclude(came_to(LATE)).values_list("pk", "subject", "opened_at")
    return {pk for pk, who, at in found if any(at < filed_at <= at + within for filed_at in cases[who])}


def warned_before(cases: Iterable[FiledCase]) -> list[FiledCase]:
    """Those cases whose person had an order before the case was filed."""
    told = list(cases)
    first: dict[str, datetime] = {}
    orders = Order.objects.filter(subject__in=[case.subject for case in told]).order_by("opened_at")
    for who, at in orders.values_list("subject", "opened_at"):
        first.setdefault(who, at)
    return [case for case in told if case.subject in first and first[case.subject] < case.filed_at]
