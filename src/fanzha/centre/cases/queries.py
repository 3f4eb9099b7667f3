"""What pages read of cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from fanzha.centre.cases import states
from fanzha.centre.cases.models import Case
from fanzha.centre.dissuasion.filed_cases import FiledCase
from fanzha.vocabulary import CASE_CLASSES, Text

LONGEST_LIST = 100


@dataclass(frozen=True)
class Line:
    """A case with its words."""

    case: Case
    case_class: Text
    state: Text


def latest() -> QuerySet[Case]:
    """The newest cases first."""
    return Case.objects.select_related("order")[:LONGEST_LIST]


def lines(cases: QuerySet[Case] | list[Case]) -> list[Line]:
    """Cases as a list shows them."""
    return [Line(one, CASE_CLASSES[one.case_class].name, states.NAMES[one.state]) for one in cases]


def filed(begin: datetime, end: datetime) -> Iterator[FiledCase]:
    """The cases reported in [begin, end), as the figures of dissuasion ask for them."""
    found = Case.objects.filter(reported_at__gte=begin, reported_at__lt=end, order__isnull=False).select_related(
        "order"
    )
    for case in found:
        page = reverse("cases:case", args=[case.number])
        yield FiledCase(case.number, case.order.subject, case.reported_at, case.order.place, case.case_class, page)
