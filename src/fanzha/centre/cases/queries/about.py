"""Whatever the centre knows of a person or an identifier: where it stands in cases, and what happened to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from fanzha.centre.access import vault
from fanzha.centre.cases import timeline
from fanzha.centre.cases.models import Case, Identifier, InvolvedCard, Report, Transfer
from fanzha.centre.cases.queries.page import ORDERED
from fanzha.centre.cases.timeline import Entry
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.people.models import Holding
from fanzha.centre.warnings.models import Warning
from fanzha.linking import site_of
from fanzha.vocabulary import Text

LONGEST = 200
MOVED = ("payee", "payer", "holder")
"""Where a token may stand in a transfer; asked one after the other, since an `or` of them reads every row."""
NAMED = Text("案件中出现", "Named in a case")
VICTIM = Text("案件受害人", "The victim of a case")
PAID = Text("收款或付款账户", "Paid or was paid in a case")
CARD = Text("登记为涉案卡", "Became an involved card")
CARD_WORKED = Text("涉案卡已落地核查", "The involved card was worked")
WARNED = Text("预警", "A warning")
REWARNED = Text("再次预警", "Warned again")
REPORTER = Text("报案人", "Reported a loss of somebody else's")


@dataclass(frozen=True)
class Found:
    """One of the identifiers that a search may mean: its token, as it is shown, and how many cases name it."""

    token: str
    shown: str
    cases: int
    entries: int


PAGES: list[Callable[[str], str | None]] = []
"""Each app's: the page of what has a number (of a clue, a series, a gang ...), None for another's."""
LEADS: list[Callable[[str], Iterable[str]]] = []
"""Each app's: further tokens that what was typed may stand for."""


def spelled(typed: str) -> str | None:
    """The page of the case, or of whatever else has the number that was typed."""
    number = typed.strip().upper()
    case = Case.objects.filter(number=number).first()
    return _page(case) if case else next((page for find in PAGES if (page := find(number))), None)


def addresses_of(typed: str) -> list[str]:
    """The addresses in cases that are on the site that was typed, however it was spelled."""
    site = site_of(typed) if "." in typed else ""
    named = (
        Identifier.objects.filter(kind="url", token__icontains=site).order_by() if site else Identifier.objects.none()
    )
    return [one for one in named.values_list("token", flat=True).distinct()[:LONGEST] if site_of(one) == site]


def found_by(tokens: list[str], typed: str) -> list[Found]:
    """Those of `tokens`, and of whatever else was meant by what was typed, that anything is known of."""
    further = [token for find in (addresses_of, *LEADS) for token in find(typed.strip())]
    tokens = list(dict.fromkeys([*tokens, *further]))
    shown = vault.masked(tokens)
    found = []
    for token in tokens:
        entries = timeline.of_tokens([token])
        if entries:
            found.append(Found(token, shown[token], how_many_cases(token), len(entries)))
    return found


def _naming(token: str) -> list[tuple[str, QuerySet[Any]]]:
    """The rows that name a token, of each place where it may stand, and what each calls its case."""
    sides = [Transfer.objects.filter(**{side: token}, dropped_at=None).exclude(**{side: ""}) for side in MOVED]
    named = [Identifier.objects.filter(token=token), *sides]
    return [*(("case", rows) for rows in named), ("pk", Case.objects.filter(victim=token))]


def how_many_cases(token: str) -> int:
    """How many cases name a token."""
    first, *others = (rows.order_by().values_list(key) for key, rows in _naming(token))
    return first.union(*others).count()


def cases_of(token: str) -> QuerySet[Case]:
    """The newest LONGEST cases that name a token, the newest first."""
    keys: set[int] = set()
    for key, rows in _naming(token):
        keys |= set(rows.order_by(f"-{key}").values_list(key, flat=True).distinct()[:LONGEST])
    return Case.objects.filter(pk__in=keys)[:LONGEST]


def same_as(token: str) -> list[str]:
    """A person with what is theirs: the numbers and accounts that registers name, the token itself first."""
    held = Holding.objects.filter(holder=token).values_list("token", flat=True)[:LONGEST]
    return [token, *held]


def in_cases(tokens: list[str]) -> Iterator[Entry]:
    """Where tokens stand in cases."""
    for row in Identifier.objects.filter(token__in=tokens).select_related("case").order_by("-since", "-id")[:LONGEST]:
        yield Entry(row.since, NAMED, detail=row.case.number, page=_page(row.case))
    for case in Case.objects.filter(victim__in=tokens)[:LONGEST]:
        yield Entry(case.reported_at, VICTIM, detail=case.number, page=_page(case))
    for report in (
        Report.objects.filter(reporter__in=tokens).exclude(reporter="").select_related("case").reverse()[:LONGEST]
    ):
        yield Entry(report.reported_at, REPORTER, detail=report.case.number, page=_page(report.case))
    for side in MOVED:
        moved = (
            Transfer.objects.filter(**{f"{side}__in": tokens}, dropped_at=None)
            .exclude(**{side: ""})
            .select_related("case")
            .order_by("-case", "-id")
        )
        for row in moved[:LONGEST]:
            at, number = row.at or row.case.reported_at, row.case.number
            yield Entry(at, PAID, detail=number, page=_page(row.case), day_only=row.day_only)
    for card in InvolvedCard.objects.filter(Q(token__in=tokens) | Q(holder__in=tokens)).reverse()[:LONGEST]:
        page = reverse("cases:cards")
        yield Entry(card.since, CARD, page=page)
        if card.worked_at:
            yield Entry(card.worked_at, CARD_WORKED, detail=card.note, page=page)


def warned_of(tokens: list[str]) -> Iterator[Entry]:
    """Warnings of tokens and the orders that followed."""
    for one in Warning.objects.filter(subject__in=tokens).order_by("-issued_at", "-id")[:LONGEST]:
        yield Entry(
            one.issued_at, WARNED, detail=one.case_class or "", page=reverse("warnings:detail", args=[one.warning_id])
        )
        for again in one.rewarnings.all()[:LONGEST]:
            yield Entry(again.issued_at, REWARNED, page=reverse("warnings:detail", args=[one.warning_id]))
    for order in Order.objects.filter(subject__in=tokens).order_by("-issued_at", "-id")[:LONGEST]:
        page = reverse("dissuasion:order", args=[order.order_id])
        yield Entry(order.issued_at, ORDERED, detail=order.outcome, page=page)
        yield from timeline.acts([order.order_id], page)


def looked_at(tokens: list[str]) -> Iterator[Entry]:
    """Who looked a token up, or changed something under its name."""
    return timeline.acts(tokens)


def _page(case: Case) -> str:
    return reverse("cases:case", args=[case.number])
