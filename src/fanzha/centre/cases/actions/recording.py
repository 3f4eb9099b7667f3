"""Facts become rows: identifiers behind their tokens, transfers, what they sum up to, and the cards to be worked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from fanzha.centre.access import vault
from fanzha.centre.cases.models import Case, Identifier, InvolvedCard, Report, Transfer
from fanzha.centre.cases.narrative import Item, Moved
from fanzha.centre.duty.queries import unit_for
from fanzha.centre.people import queries as people
from fanzha.signals.tokens import PREFIXES
from fanzha.vocabulary import CITY, OTHER_CLASS

LONGEST = 200
CARDS = ("number", "account")
MOST_ASKED = 5_000
"""Tokens asked for in one statement."""


def token_of(kind: str, value: str) -> str:
    """The token of an identifier, its clear value in the vault; what belongs to the fraud (addresses, apps, wallets) stays clear.

    A number, account or person may come as a token already, from senders whose rows were tokenised on the way in.
    """
    letter = PREFIXES.get(kind)
    if letter and value.startswith(f"{letter}-") and len(value) == len(letter) + 21:
        return value
    return vault.keep(kind, value)[:LONGEST]


def put_identifiers(case: Case, report: Report | None, items: Iterable[Item], sure: bool, now: datetime) -> None:
    """Write identifiers down, each once a case; a side that somebody is sure of replaces one that nobody was."""
    for one in items:
        token = token_of(one.kind, one.value)
        made = {"report": report, "side": one.side, "since": now, "sure": sure}
        row, new = Identifier.objects.get_or_create(case=case, kind=one.kind, token=token, defaults=made)
        if not new and (sure or not row.sure) and (row.side, row.sure) != (one.side, sure):
            row.side, row.sure = one.side, sure or row.sure
            row.save(update_fields=["side", "sure"])
        if row.sure and row.side == "suspect" and row.kind in CARDS:
            put_card(case, row.kind, row.token, now)


def put_card(case: Case, kind: str, token: str, now: datetime) -> None:
    """A card of the other side that was opened in the city becomes a work item, once whatever the number of cases."""
    known = people.holding(token)
    if known is not None and known.opening_place.startswith(CITY.code[:4]):
        made = {"kind": kind, "because": "opened", "place": known.opening_place, "first_case": case}
        made |= {"since": now, "holder": known.holder, "outlet": known.outlet}
        InvolvedCard.objects.get_or_create(token=token, defaults=made)


def put_cards(kind: str, tokens: list[str], now: datetime) -> None:
    """Of numbers or accounts that a register tells of, those that cases named before it did become cards."""
    for begin in range(0, len(tokens), MOST_ASKED):
        asked = tokens[begin : begin + MOST_ASKED]
        named = Identifier.objects.filter(kind=kind, token__in=asked, side="suspect", sure=True).exclude(
            case__state="joined"
        )
        found = {row.token: row.case for row in named.select_related("case").order_by("-id")}
        if kind == "account":
            paid = Transfer.objects.filter(payee__in=asked, back=False, dropped_at=None, confirmed_at__isnull=False)
            for row in paid.exclude(payee="").select_related("case").order_by("id"):
                own = Identifier.objects.filter(case=row.case_id, token=row.payee, side="victim")
                if row.payee not in found and not own.exists():
                    found[row.payee] = row.case
        for token, case in found.items():
            put_card(case, kind, token, now)


def put_transfers(report: Report, moved: Iterable[Moved], now: datetime, sure: bool) -> None:
    """Write the transfers of a report down; those that stand already are confirmed, those that a person left out are dropped.

    Where a person says so, the account that was paid is a card of the other side, named among the identifiers or not.
    """
    case = report.case
    own = set(case.identifiers.filter(side="victim").values_list("token", flat=True))
    standing = list(report.transfers.filter(dropped_at=None))
    for one in moved:
        row = _row(report, one)
        alike = [each for each in standing if _what(each) == _what(row)]
        if alike:  # of several to one payee, that of the same time
            known = next((each for each in alike if each.at == row.at), alike[0])
            standing.remove(known)
            row.pk, row.no_stop, row.case_id = known.pk, known.no_stop, known.case_id
        row.confirmed_at = now if sure else None
        row.save()
        if sure and row.payee and not row.back and row.payee not in own:
            put_card(case, "account", row.payee, now)
    for left in standing:
        left.dropped_at = now
        left.save(update_fields=["dropped_at"])


def _what(row: Transfer) -> tuple[str, int | None, bool]:
    return row.payee, row.amount_fen, row.back


def _row(report: Report, one: Moved) -> Transfer:
    return Transfer(
        case_id=report.case_id,
        report=report,
        at=one.at,
        day_only=one.day_only,
        amount_fen=one.amount_fen,
        payer=token_of("account", one.payer) if one.payer else "",
        payee=token_of("account", one.payee) if one.payee else "",
        bank=one.bank[:80],
        holder=vault.keep("name", one.holder) if one.holder else "",
        channel=one.channel,
        back=one.back,
    )


def bring_back(case: Case) -> None:
    """Of joined cases, transfers that both told stay with the later one; once the earlier tells one no more, the later's counts."""
    told = Transfer.objects.filter(report__case=case, dropped_at=None).order_by("id")
    standing = Counter(_what(one) for one in told if one.case_id == case.pk)
    for report in sorted({one.report_id for one in told if one.case_id != case.pk}):
        lacks = Counter(_what(one) for one in told if one.report_id == report) - standing
        for one in told:
            if one.report_id == report and one.case_id != case.pk and lacks[_what(one)] > 0:
                lacks[_what(one)] -= 1
                standing[_what(one)] += 1
                Transfer.objects.filter(pk=one.pk).update(case=case)


def fill_in(case: Case, **told: Any) -> None:
    """Facts that a case has not yet; what it has stays. The caller saves."""
    unit = told.pop("unit", "") or unit_for(told.get("place") or "")
    if told.get("place") and not case.place:
        case.place, case.unit = told["place"], unit
    if told.get("case_class") and case.case_class == OTHER_CLASS:
        case.case_class, case.classed_at = told["case_class"], told.get("classed_at")
    for name, value in told.items():
        if getattr(case, name) in (None, ""):
            setattr(case, name, value)


def sum_up(case: Case) -> None:
    """What the transfers and reports of a case tell in all; the caller saves.

    What came back is often told without a transfer of its own, and by several reports of one loss: the most that any of them tells.
    """
    rows = list(case.transfers.filter(dropped_at=None).values_list("amount_fen", "back"))
    case.sent_fen = sum(amount or 0 for amount, back in rows if not back)
    came_back = sum(amount or 0 for amount, back in rows if back)
    told = list(case.reports.values_list("returned_fen", "handover"))
    case.returned_fen = max([came_back, *(returned for returned, _ in told)])
    case.handover = sorted({code for _, codes in told for code in codes})
