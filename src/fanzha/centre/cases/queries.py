"""What pages read of cases."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from fanzha.centre.cases import states
from fanzha.centre.cases.models import Case
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
