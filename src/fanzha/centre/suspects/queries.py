"""What pages, figures and timelines read of suspects: persons, each once, by group, and how the groups overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from django.db.models import F, QuerySet
from django.urls import reverse

from fanzha.centre.access import vault
from fanzha.centre.cases.models import Case
from fanzha.centre.cases.timeline import Entry
from fanzha.centre.keys import told_key
from fanzha.centre.suspects import lists
from fanzha.centre.suspects.models import Cooperation, Measure, Return, Role, Suspect
from fanzha.vocabulary import Text

PAGE = 50
ALL = Text("合计（每人一次）", "All, each once")
SUSPECT = Text("登记为嫌疑人", "Named as a suspect")
ROLE_ENDED = Text("撤销链条角色", "A role was taken back")
ASKED_ABROAD = Text("国际协作请求", "Request abroad")
ANSWERED = Text("国际协作答复", "Answer from abroad")


@dataclass(frozen=True)
class Line:
    """A suspect with their words, masked."""

    suspect: Suspect
    shown: str
    name: str
    roles: list[Text]
    measure: Text | None
    measured_at: datetime | None
    cases: list[str]


@dataclass(frozen=True)
class Overlap:
    """Persons who stand in all of `groups`."""

    groups: tuple[Text, ...]
    persons: int


def dealt(begin: datetime, end: datetime, group: str = "") -> QuerySet[Suspect]:
    """Persons under a measure that deals with them, taken in [begin, end), each once; `group`: a code of lists.GROUPS, or all."""
    measured = Measure.objects.filter(kind__in=lists.DEALS, at__gte=begin, at__lt=end).order_by().values("suspect")
    found = Suspect.objects.filter(pk__in=measured)
    if group == "overseas":
        return found.filter(overseas_den=True)
    if group:
        roles = Role.objects.filter(role__in=lists.IN_GROUP[group], taken_back_at=None).order_by().values("suspect")
        return found.filter(pk__in=roles)
    return found


def overlaps(begin: datetime, end: datetime) -> list[Overlap]:
    """How many persons each group has, how many stand in two or in all, and how many there are in all: nobody is counted twice unseen."""
    keys = {code: set(dealt(begin, end, code).values_list("pk", flat=True)) for code in lists.GROUPS}
    found = [Overlap((lists.GROUPS[code],), len(people)) for code, people in keys.items()]
    for size in range(2, len(keys) + 1):
        for codes in combinations(keys, size):
            both = set.intersection(*(keys[code] for code in codes))
            found.append(Overlap(tuple(lists.GROUPS[code] for code in codes), len(both)))
    return [*found, Overlap((ALL,), dealt(begin, end).count())]


def chosen(said: Mapping[str, str]) -> QuerySet[Suspect]:
    """The suspects that a page's filters choose, the newest first."""
    found = Suspect.objects.select_related("gang", "den").order_by("-since", "-id")
    if said.get("role") in lists.ROLES:
        found = found.filter(roles__role=said["role"], roles__taken_back_at=None).distinct()
    if said.get("gang"):
        found = found.filter(gang__number=said["gang"].strip().upper())
    if said.get("den"):
        found = found.filter(den__number=said["den"].strip().upper())
    return found.exclude(abroad="") if said.get("abroad") else found


def put_in(kind: str, number: str) -> QuerySet[Suspect]:
    """The persons whom somebody put into a gang or den (`kind`, by its number), each once."""
    return Suspect.objects.filter(**{f"{kind}__number": number}).select_related("gang", "den").order_by("-since", "-id")


def one_page(found: QuerySet[Suspect], before: str) -> tuple[list[Suspect], str]:
    """PAGE suspects before the key `before` (empty: the newest), and the key to go on with; empty at the end."""
    key = told_key(before)
    rows = list((found if key is None else found.filter(pk__lt=key)).order_by("-id")[: PAGE + 1])
    return rows[:PAGE], str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""


def lines(suspects: Iterable[Suspect]) -> list[Line]:
    """Suspects as a list shows them."""
    found = list(suspects)
    shown = vault.masked([token for one in found for token in (one.person, one.name) if token])
    keys = [one.pk for one in found]
    roles: dict[int, list[Text]] = {}
    for key, role in (
        Role.objects.filter(suspect__in=keys, taken_back_at=None).values_list("suspect", "role").distinct()
    ):
        roles.setdefault(key, []).append(lists.ROLES[role])
    last = {one.suspect_id: one for one in Measure.objects.filter(suspect__in=keys).order_by("at", "id")}
    cases: dict[int, list[str]] = {}
    for key, number in Suspect.cases.through.objects.filter(suspect__in=keys).values_list("suspect", "case__number"):
        cases.setdefault(key, []).append(number)
    return [
        Line(
            one,
            shown[one.person],
            shown.get(one.name, ""),
            roles.get(one.pk, []),
            lists.MEASURES[last[one.pk].kind] if one.pk in last else None,
            last[one.pk].at if one.pk in last else None,
            cases.get(one.pk, []),
        )
        for one in found
    ]


def requests() -> QuerySet[Cooperation]:
    """Requests abroad, those that wait for an answer first, each the newest first."""
    return Cooperation.objects.select_related("case", "by").order_by(
        F("answered_at").desc(nulls_first=True), "-sent_at", "-id"
    )


def returned(how: str, begin: datetime, end: datetime) -> QuerySet[Return]:
    """Who came back in [begin, end) in one way."""
    return Return.objects.filter(how=how, at__gte=begin, at__lt=end).select_related("suspect", "cooperation")


def happened_in(case: Case) -> Iterator[Entry]:
    """Suspects of a case with their roles and measures, and requests abroad with their answers, for its timeline."""
    for role in Role.objects.filter(case=case).select_related("suspect", "by"):
        page = reverse("suspects:suspect", args=[role.suspect_id])
        yield Entry(role.at, SUSPECT, role.by.get_username(), lists.ROLES[role.role], page)
        if role.taken_back_at:
            yield Entry(role.taken_back_at, ROLE_ENDED, detail=lists.ROLES[role.role], page=page)
    for one in Measure.objects.filter(case=case).select_related("suspect", "by"):
        page = reverse("suspects:suspect", args=[one.suspect_id])
        yield Entry(one.at, lists.MEASURES[one.kind], one.by.get_username(), one.document, page, one.document)
    for request in Cooperation.objects.filter(case=case).prefetch_related("returns"):
        page = reverse("suspects:cooperation")
        yield Entry(request.sent_at, ASKED_ABROAD, "", request.document, page, request.document)
        if request.answered_at:
            answer = request.answer_document
            yield Entry(request.answered_at, ANSWERED, "", answer, page, answer)
        for back in request.returns.all():
            yield Entry(back.at, lists.RETURNS[back.how], "", back.document, page, back.document)


def of_tokens(tokens: list[str]) -> Iterator[Entry]:
    """Whether tokens are suspects, and what was done about them."""
    for suspect in Suspect.objects.filter(person__in=tokens):
        page = reverse("suspects:suspect", args=[suspect.pk])
        yield Entry(suspect.since, SUSPECT, page=page)
        for one in suspect.measures.select_related("by"):
            yield Entry(one.at, lists.MEASURES[one.kind], one.by.get_username(), one.document, page)
        for back in suspect.returns.all():
            yield Entry(back.at, lists.RETURNS[back.how], detail=back.document, page=page)
