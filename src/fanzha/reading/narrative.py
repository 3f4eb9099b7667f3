"""A case narrative read: the page that names the steps in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fanzha.reading.accounts_again import accounts_again
from fanzha.reading.amounts import amounts
from fanzha.reading.apps import apps
from fanzha.reading.case_class import case_class
from fanzha.reading.folding import fold
from fanzha.reading.links import Link, urls, wallets, waybills
from fanzha.reading.losses import loss
from fanzha.reading.lures import lure_channel
from fanzha.reading.messengers import Messenger, messengers
from fanzha.reading.paid import weighed
from fanzha.reading.parties import parties
from fanzha.reading.party import Party, without_holders
from fanzha.reading.passages import Passage, passages
from fanzha.reading.payment_channels import at_a_bank, handover, ways
from fanzha.reading.payment_layout import Layout
from fanzha.reading.phones import Phone, phones
from fanzha.reading.reconciling import reconcile
from fanzha.reading.results import AccountRead, ItemRead, NumberRead, Reading, once
from fanzha.reading.sides import side
from fanzha.reading.sums import NAME, TIME, Sum, sums
from fanzha.reading.times import Moment, moments
from fanzha.reading.transfers import Transfer, transfers
from fanzha.reading.whose import facts_of_messengers, facts_of_numbers, whose

_AFTER = 30
"""Characters after a sum that may say by which way it went; ours."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What stands in a folded text, in order, before it is told which payment is which; `masked` is the text with times and
    identifiers each as a run of one sign."""

    folded: str
    turns: list[Passage]
    times: list[Moment]
    accounts: list[Party]
    called: list[Phone]
    written: list[Messenger]
    links: list[Link]
    coins: list[Link]
    parcels: list[Link]
    masked: str
    told: list[Sum]

    def layout(self) -> Layout:
        """Where the payments stand."""
        sent, again = ([one for one in self.told if one.role == role] for role in ("sent", "again"))
        named = ways(without_holders(self.folded, self.accounts), self.folded) if sent else []
        return Layout(self.folded, sent, self.turns, again, [one.start for one in self.times], named)


def gathered(text: str, reported_at: datetime | None) -> Gathered:
    """What stands in a text; parameters as in `read`."""
    folded = fold(text)
    turns = passages(folded)
    times = moments(folded, reported_at, turns)
    accounts = parties(folded, turns)
    for one in accounts:
        if "holder" in one.spans:
            one.holder = text[slice(*one.spans["holder"])]
    accounts = accounts_again(folded, accounts)
    called = phones(folded)
    written = messengers(folded, [(one.start, one.spelled) for one in called])
    links, coins, parcels = urls(folded), wallets(folded), waybills(folded)
    clock = [(one.start, one.end) for one in times]
    taken = [*clock, *(one.spans["number"] for one in accounts if "number" in one.spans)]
    taken += [(one.start, one.end) for found in (called, written, links, coins, parcels) for one in found]
    masked = _masked(folded, clock, taken)
    told = weighed(masked, reconcile(masked, sums(masked, amounts(masked), turns), turns), turns)
    return Gathered(folded, turns, times, accounts, called, written, links, coins, parcels, masked, told)


def read(text: str, reported_at: datetime | None = None) -> Reading:
    """What is in a case narrative.

    `reported_at` (aware) is when it was reported: days that the text leaves open (昨天, 12月3日) count from it; without
    it they stay unknown. Never fails on any text; what is not said is None or empty.
    ValueError for a `reported_at` without a time zone.
    """
    if reported_at is not None and reported_at.tzinfo is None:
        raise ValueError("reported_at needs a time zone")
    found = gathered(text, reported_at)
    folded = found.folded
    facts = facts_of_numbers(folded, found.called, found.turns)
    numbers = [NumberRead(one.value, whose("number", facts[one.value]), (one.start, one.end)) for one in found.called]
    told = facts_of_messengers(folded, found.written, found.turns)
    im = [ItemRead(one.kind, one.value, whose("im", told[one.value]), (one.start, one.end)) for one in found.written]
    paid = transfers(found.layout(), found.times, found.accounts)
    return Reading(
        text=text,
        case_class=case_class(folded),
        lure_channel=lure_channel(
            folded,
            found.turns,
            called=any(one.side == "suspect" for one in numbers),
            written=any(one.side == "suspect" for one in im),
        ),
        numbers=once(numbers),
        accounts=once(
            [
                AccountRead(
                    one.number, one.bank, one.holder if one.side != "victim" else None, one.side, one.spans["number"]
                )
                for one in found.accounts
                if one.number and "number" in one.spans
            ]
        ),
        urls=once([ItemRead("url", one.value, "suspect", (one.start, one.end)) for one in found.links]),
        apps=once(
            [
                ItemRead("app", text[one.start : one.end], "suspect", (one.start, one.end))
                for one in apps(folded, website=bool(found.links))
            ]
        ),
        im=once(im),
        wallets=once([ItemRead("wallet", one.value, "suspect", (one.start, one.end)) for one in found.coins]),
        waybills=once(
            [
                ItemRead("waybill", one.value, side("waybill", folded, one.start, one.end), (one.start, one.end))
                for one in found.parcels
            ]
        ),
        transfers=paid,
        loss=loss(found.masked, found.told),
        handover=handover([(one.channel, _of_a_bank(one, folded, found.turns)) for one in paid], text=folded),
    )


def _of_a_bank(one: Transfer, folded: str, turns: list[Passage]) -> bool:
    """Whether an account at a bank took part in a payment: one is told, or its sentence and what follows say so."""
    if one.to or one.bank or one.source:
        return True
    start = max((each.start for each in turns if each.start <= one.start), default=0)
    return at_a_bank(folded[start : one.end + _AFTER])


def _masked(folded: str, times: list[tuple[int, int]], taken: list[tuple[int, int]]) -> str:
    """The text with times and identifiers each as a run of one sign, so that the words around sums stand out."""
    signs = list(folded)
    for start, end in taken:
        signs[start:end] = NAME * (end - start)
    for start, end in times:
        signs[start:end] = TIME * (end - start)
    return "".join(signs)
