"""The list of cases: chosen by filters, a page at a time by its last row, so that the thousandth page costs what the first does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from fanzha.centre.access import vault
from fanzha.centre.cases import lists, states
from fanzha.centre.cases.models import Case, Overdue, SavedFilter
from fanzha.centre.days import typed_time
from fanzha.centre.keys import told_key
from fanzha.vocabulary import CASE_CLASSES, CITY, COUNTIES, Text

PAGE = 50
FILTERS = ("state", "case_class", "unit", "channel", "mine", "late", "open")
ELSEWHERE = Text("其他", "Elsewhere")


@dataclass(frozen=True)
class Line:
    """A case with its words; `victim`: masked; `late`: its examination is past its limit."""

    case: Case
    case_class: Text
    state: Text
    channel: Text | None
    place: Text | None
    victim: str
    late: bool


def chosen(said: Mapping[str, str], user: User, now: datetime) -> QuerySet[Case]:
    """The cases that the filters of a page choose, the newest first; a filter that is none chooses nothing away."""
    found = Case.objects.order_by("-reported_at", "-id")
    for name, known in (("state", states.NAMES), ("case_class", CASE_CLASSES), ("channel", lists.CHANNELS)):
        if said.get(name) in known:
            found = found.filter(**{name: said[name]})
    if said.get("unit"):
        found = found.filter(unit=said["unit"])
    if said.get("mine"):
        found = found.filter(handler=user)
    if said.get("open"):
        found = found.filter(state__in=states.OPEN)
    if said.get("late"):
        running = Overdue.objects.filter(about=OuterRef("number"), ended_at=None)
        found = found.filter(Q(due_at__lt=now) | Exists(running))
    return found


def one_page(found: QuerySet[Case], after: str) -> tuple[list[Case], str]:
    """PAGE cases after the row that `after` names (empty: from the top), and the name of the last one; empty when there are no more."""
    at, _, told = after.partition("~")
    key = told_key(told)
    if at and key is not None:
        try:
            instant = typed_time(at)
        except ValueError:
            return [], ""
        found = found.filter(reported_at__lte=instant).exclude(reported_at=instant, pk__gte=key)
    rows = list(found.defer("leak_note")[: PAGE + 1])
    if len(rows) <= PAGE:
        return rows, ""
    last = rows[PAGE - 1]
    return rows[:PAGE], f"{last.reported_at.isoformat()}~{last.pk}"


def lines(cases: Iterable[Case], now: datetime) -> list[Line]:
    """Cases as a list shows them."""
    found = list(cases)
    shown = vault.masked([one.victim for one in found if one.victim])
    return [_line(one, shown, now) for one in found]


def _line(case: Case, shown: dict[str, str], now: datetime) -> Line:
    return Line(
        case,
        CASE_CLASSES[case.case_class].name,
        states.NAMES[case.state],
        lists.CHANNELS.get(case.channel),
        place_name(case.place),
        shown.get(case.victim, ""),
        case.due_at is not None and case.due_at < now,
    )


def place_name(place: str) -> Text | None:
    """A place in words; None for none."""
    if not place:
        return None
    county = COUNTIES.get(place[:6])
    return county.name if county else CITY.name if place.startswith(CITY.code) else ELSEWHERE


def filters_of(user: User) -> QuerySet[SavedFilter]:
    """The filters that somebody keeps."""
    return SavedFilter.objects.filter(user=user)
