"""Everything that the page of a case shows, masked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse

from fanzha import reading
from fanzha.centre.access import permissions, vault
from fanzha.centre.cases import lists, states, timeline
from fanzha.centre.cases.models import Case, Identifier, Transfer
from fanzha.centre.cases.queries.cards import card_lines
from fanzha.centre.cases.queries.listing import Line, lines
from fanzha.centre.cases.timeline import Entry
from fanzha.vocabulary import Text

LONGEST = 200


@dataclass(frozen=True)
class Shown:
    """An identifier or a transfer with its words, masked."""

    row: Any
    kind: Text
    shown: str
    side: Text | None = None
    holder: str = ""
    no_stop: Text | None = None


def case_page(case: Case, user: User, now: datetime) -> dict[str, Any]:
    """The context of the page of a case."""
    identifiers = list(case.identifiers.all())
    transfers = list(case.transfers.filter(dropped_at=None).select_related("report"))
    tokens = [case.victim, *(one.token for one in identifiers)]
    tokens += [token for one in transfers for token in (one.payee, one.holder, one.payer)]
    shown = vault.masked([token for token in dict.fromkeys(tokens) if token])
    line: Line = lines([case], now)[0]
    happened = timeline.of_case(case)
    return {
        "case": case,
        "line": line,
        "band": lists.band(case.confirmed_loss_fen if case.confirmed_loss_fen is not None else case.loss_fen),
        "differs": case.differs_fen,
        "identifiers": [_identifier(one, shown) for one in identifiers],
        "transfers": [_transfer(one, shown) for one in transfers],
        "reports": [(one, lists.CHANNELS.get(one.channel)) for one in case.reports.all()],
        "work": [(one, lists.WORK[one.kind]) for one in case.work.all()],
        "cards": card_lines(case.cards.all()),
        "recoveries": [(one, lists.RECOVERIES[one.kind]) for one in case.recoveries.select_related("of")],
        "notice": case.notices.first(),
        "care": getattr(case, "care", None),
        "hardship": lists.HARDSHIP.get(case.care.hardship) if hasattr(case, "care") else None,
        "lure": reading.LURES.get(case.lure_channel),
        "leak": lists.LEAKS.get(case.leak),
        "handover": [reading.HANDOVERS[code] for code in case.handover if code in reading.HANDOVERS],
        "overdue": [
            (one, lists.OVERDUE[one.kind], lists.STAGES[one.stage]) for one in case.overdue.filter(ended_at=None)
        ],
        "twins": [*case.earlier_twins.filter(joined=None), *case.later_twins.filter(joined=None)],
        "joined": list(case.joined.all()),
        "steps": [(to, states.NAMES[to]) for to in states.ALLOWED[case.state] if _may(to, case, user)],
        "timeline": happened[:LONGEST],
        "longest": LONGEST,
        "cut": len(happened) >= LONGEST,
        "documents": [*_own_documents(case), *(one for one in happened if one.document)],
        "may_work": permissions.may_work_cases(user) and case.state != "joined",
        "may_file": permissions.may_file(user) and case.state != "joined",
        "may_unmask": permissions.may_unmask(user),
        "clearable": _clearable(identifiers, transfers, shown),
    }


def _may(to: str, case: Case, user: User) -> bool:
    if to == "joined" or (case.state, to) == ("not_filed", "filed"):
        return False
    return permissions.may_work_cases(user) if states.BY[to] == "work" else permissions.may_file(user)


def _identifier(one: Identifier, shown: dict[str, str]) -> Shown:
    return Shown(one, lists.KINDS.get(one.kind, lists.KINDS["name"]), shown[one.token], lists.SIDES[one.side])


def _transfer(one: Transfer, shown: dict[str, str]) -> Shown:
    reason = lists.NO_STOP.get(one.no_stop)
    return Shown(one, lists.KINDS["account"], shown.get(one.payee, ""), None, shown.get(one.holder, ""), reason)


def _clearable(
    identifiers: list[Identifier], transfers: list[Transfer], shown: dict[str, str]
) -> list[tuple[str, Text, str]]:
    """What can be shown in clear beside the victim: token, kind and masked, each once."""
    found = [(one.token, lists.KINDS.get(one.kind, lists.KINDS["name"])) for one in identifiers]
    for one in transfers:
        found += [(one.payee, lists.KINDS["account"]), (one.payer, lists.KINDS["account"])]
        found.append((one.holder, lists.KINDS["name"]))
    return [
        (token, kind, shown[token]) for token, kind in {token: (token, kind) for token, kind in found if token}.values()
    ]


def _own_documents(case: Case) -> Iterator[Entry]:
    """The paper of the last decision about a case, and those of what was recovered."""
    if case.document:
        yield Entry(None, states.NAMES[case.state], document=case.document)
    for one in case.recoveries.exclude(document=""):
        yield Entry(one.at, lists.RECOVERIES[one.kind], document=one.document)


def acts_of(case: Case) -> Iterator[Entry]:
    """What people did about a case, as the audit tells it; of one that came from dissuasion, what was done there before."""
    yield from timeline.acts([case.number])
    if case.order is not None:
        page = reverse("dissuasion:order", args=[case.order.order_id])
        yield Entry(case.order.issued_at, ORDERED, page=page)
        yield from timeline.acts([case.order.order_id], page)


def happened_in(case: Case) -> list[Entry]:
    """What the reports tell: the transfers, and when it was reported."""
    moved = [
        Entry(
            one.at,
            MOVED_BACK if one.back else MOVED,
            detail=f"¥{one.amount_fen / 100:,.2f} {one.bank}".strip(),
            day_only=one.day_only,
        )
        for one in case.transfers.filter(dropped_at=None).exclude(amount_fen=None).exclude(at=None)[:LONGEST]
    ]
    told = [
        Entry(one.reported_at, REPORTED, detail=lists.CHANNELS.get(one.channel, ""), page=reading_page(case, one.pk))
        for one in case.reports.all()
    ]
    return [*moved, *told]


def reading_page(case: Case, report_id: int) -> str:
    """Where a report is read and gone through."""
    return reverse("cases:reading", args=[case.number, report_id])


ORDERED = Text("预警劝阻指令", "An order of dissuasion")
MOVED = Text("受害人转出", "Money went out")
MOVED_BACK = Text("返还受害人", "Money came back")
REPORTED = Text("报案", "Reported")
