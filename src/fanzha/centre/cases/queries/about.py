"""Whatever the centre knows of a person or an identifier: where it stands in cases, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from fanzha.centre.access import vault
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.cases import timeline
from fanzha.centre.cases.models import Case, Identifier, InvolvedCard, Transfer
from fanzha.centre.cases.timeline import Entry
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.dissuasion.words import act_words
from fanzha.centre.people.models import Holding
from fanzha.centre.warnings.models import Warning
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
ORDERED = Text("预警劝阻指令", "An order of dissuasion")


@dataclass(frozen=True)
class Found:
    """One of the identifiers that a search may mean: its token, as it is shown, and how many cases name it."""

    token: str
    shown: str
    cases: int
    entries: int


def spelled(typed: str) -> Case | None:
    """The case whose number was typed, if it is one."""
    return Case.objects.filter(number=typed.strip().upper()).first()


def found_by(tokens: list[str]) -> list[Found]:
    """Those of `tokens` that anything is known of."""
    shown = vault.masked(tokens)
    found = []
    for token in tokens:
        entries = timeline.of_tokens([token])
        if entries:
            found.append(Found(token, shown[token], cases_of(token).count(), len(entries)))
    return found


def cases_of(token: str) -> Iterable[Case]:
    """The cases that name a token, the newest first."""
    keys = set(Identifier.objects.filter(token=token).values_list("case", flat=True)[:LONGEST])
    for side in MOVED:
        moved = Transfer.objects.filter(**{side: token}, dropped_at=None).exclude(**{side: ""}).order_by()
        keys |= set(moved.values_list("case", flat=True)[:LONGEST])
    keys |= set(Case.objects.filter(victim=token).values_list("pk", flat=True)[:LONGEST])
    return Case.objects.filter(pk__in=keys)


def same_as(token: str) -> list[str]:
    """A person with what is theirs: the numbers and accounts that registers name, the token itself first."""
    held = Holding.objects.filter(holder=token).values_list("token", flat=True)[:LONGEST]
    return [token, *held]


def in_cases(tokens: list[str]) -> Iterator[Entry]:
    """Where tokens stand in cases."""
    for row in Identifier.objects.filter(token__in=tokens).select_related("case")[:LONGEST]:
        yield Entry(row.since, NAMED, detail=row.case.number, page=_page(row.case))
    for case in Case.objects.filter(victim__in=tokens)[:LONGEST]:
        yield Entry(case.reported_at, VICTIM, detail=case.number, page=_page(case))
    for side in MOVED:
        moved = (
            Transfer.objects.filter(**{f"{side}__in": tokens}, dropped_at=None)
            .exclude(**{side: ""})
            .select_related("case")
        )
        for row in moved[:LONGEST]:
            yield Entry(row.at or row.case.reported_at, PAID, detail=row.case.number, page=_page(row.case))
    for card in InvolvedCard.objects.filter(Q(token__in=tokens) | Q(holder__in=tokens))[:LONGEST]:
        page = reverse("cases:cards")
        yield Entry(card.since, CARD, page=page)
        if card.worked_at:
            yield Entry(card.worked_at, CARD_WORKED, detail=card.note, page=page)


def warned_of(tokens: list[str]) -> Iterator[Entry]:
    """Warnings of tokens and the orders that followed."""
    for one in Warning.objects.filter(subject__in=tokens)[:LONGEST]:
        yield Entry(
            one.issued_at, WARNED, detail=one.case_class or "", page=reverse("warnings:detail", args=[one.warning_id])
        )
    for order in Order.objects.filter(subject__in=tokens)[:LONGEST]:
        yield Entry(
            order.issued_at, ORDERED, detail=order.outcome, page=reverse("dissuasion:order", args=[order.order_id])
        )


def looked_at(tokens: list[str]) -> Iterator[Entry]:
    """Who looked a token up, or changed something under its name."""
    for one in AuditEntry.objects.filter(subject__in=tokens).select_related("actor").order_by("-id")[:LONGEST]:
        if one.action != "search":
            act, reason = act_words(one.action, one.reason)
            yield Entry(one.at, act, one.actor.get_username() if one.actor else "", reason or "")


def _page(case: Case) -> str:
    return reverse("cases:case", args=[case.number])
