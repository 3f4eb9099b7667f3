"""The payments of a narrative: what left the victim's side, when, whence, whither, by which way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fanzha.reading.around import CLOSE, left_of
from fanzha.reading.belonging import Mention, State, around, best, chain, weights
from fanzha.reading.party import Party
from fanzha.reading.payees import told_of
from fanzha.reading.payment_channels import SERVICES, channel
from fanzha.reading.payment_layout import Layout
from fanzha.reading.payment_times import payment_times
from fanzha.reading.times import Moment

FIELDS = ("to", "holder", "bank", "source", "channel")
"""What is told of a payment besides its time, in the order in which it is decided: what was decided speaks for what follows."""
_SIZES = ((50_000, "small sum"), (200_000, "middling sum"))
"""Sums below 500 and 2,000 yuan, which are often paid by a code and seldom to a bank; ours."""
_SERVICE = re.compile(r"微信|支付宝|扫|商户|二维码|收款码|现金")
Chosen = Mapping[str, list[str | None]]


@dataclass(slots=True)
class Transfer:
    """A payment; `start` and `end` are where its sum stands in the text. Times are RFC 3339 with +08:00."""

    start: int
    end: int
    at: str | None
    precision: str | None
    amount_fen: int
    source: str | None
    to: str | None
    bank: str | None
    holder: str | None
    channel: str | None


def transfers(layout: Layout, moments: list[Moment], parties: list[Party]) -> list[Transfer]:
    """The payments of a text in order, from where they stand, its times and its accounts."""
    chosen: dict[str, list[str | None]] = {}
    for field in FIELDS:
        chosen[field] = best(layout, states(field, layout, parties, chosen), weights(field))
    named = {way for way in SERVICES if SERVICES[way].search(layout.folded)}
    found = []
    for number, (one, moment) in enumerate(
        zip(layout.sent, payment_times(layout.folded, layout.sent, moments, layout.turns, layout.again), strict=True)
    ):
        row = Transfer(one.amount.start, one.amount.end, None, None, one.amount.fen, None, None, None, None, None)
        for field in FIELDS:
            setattr(row, field, chosen[field][number])
        if row.channel == "qr" and len(named) == 1:
            row.channel = next(iter(named))  # what was scanned is paid by the one service that the text pays by
        if moment and moment.at:
            row.at, row.precision = moment.at.isoformat(), moment.precision
        found.append(row)
    return found


def states(field: str, layout: Layout, parties: list[Party], chosen: Chosen) -> list[list[State]]:
    """What each payment may have for one of FIELDS, given what was `chosen` for those before it in their order."""
    if not layout.sent:
        return []
    if field == "channel":
        return _ways(layout, chosen)
    kind = "number" if field in ("to", "source") else field
    mentions = _of_accounts(kind, layout, parties)
    with_one = {each.number for each in parties if each.number and getattr(each, kind)}
    without = [each for each in parties if not told_of(kind, each, parties)]

    def none(number: int) -> list[str]:
        start, end = layout.words[number]
        lacking = {each.side for each in without if start <= each.start < end}
        said = [f"none, {layout.ways[number]}", *(f"none, {side} without one" for side in lacking)]
        if field != "source":
            said.append(f"none, {_size(layout.sent[number].amount.fen)}")
        if field in ("holder", "bank"):
            to = chosen["to"][number]
            said.append(
                f"none, {'no account' if to is None else 'its account has ' + ('one' if to in with_one else 'none')}"
            )
        return said

    def beside(number: int, one: Mention) -> list[str]:
        return [
            *(f"{layout.ways[number]}, {fact}" for fact in one.facts[1:3]),
            *_agreeing(field, number, one, with_one, chosen),
        ]

    return chain(layout, mentions, none, beside)


def _of_accounts(kind: str, layout: Layout, parties: list[Party]) -> list[Mention]:
    """The accounts that tell their number, bank or holder (`kind`), at their place or elsewhere."""
    found = []
    for one in parties:
        value = told_of(kind, one, parties)
        if value:
            form = "account" if one.number else "holder" if not one.bank else "bank" if not one.holder else "no number"
            there = "told there" if kind in one.spans else "known" if one.spans else "by its label"
            service = "by a service" if _SERVICE.search(left_of(layout.folded, one.start, CLOSE)) else "by no service"
            known = (one.side, form, service, there, *around(layout.folded, one.start))
            number, holder = told_of("number", one, parties), told_of("holder", one, parties)
            found.append(Mention(one.start, one.end, value, known, number, holder))
    return found


def _agreeing(field: str, number: int, one: Mention, with_one: set[str], chosen: Chosen) -> list[str]:
    """How a mention goes with the account and the holder that were chosen for the payment; `with_one` are the accounts of which
    the text tells what `field` is."""
    if field == "to":
        return []
    to = chosen["to"][number]
    if field == "source":
        return ["is the payee" if to == one.value else "is not the payee"]
    said = [f"account {_alike(to, one.number)}"]
    if to and one.number != to:
        said.append(f"{said[0]}, its account has {'one' if to in with_one else 'none'}")
    if field == "bank":
        said.append(f"holder {_alike(chosen['holder'][number], one.holder)}")
    return said


def _alike(chosen: str | None, own: str | None) -> str:
    if chosen is None:
        return "none, has one" if own else "none, has none"
    return "its own" if own == chosen else "another" if own else "alone beside"


def _size(fen: int) -> str:
    return next((name for most, name in _SIZES if fen < most), "large sum")


def _ways(layout: Layout, chosen: Chosen) -> list[list[State]]:
    mentions = [Mention(start, end, way, (way, *around(layout.folded, start))) for start, end, way in layout.named]
    own = [channel(layout.named, *span) for span in layout.words]

    def none(number: int) -> list[str]:
        return [
            f"none, {layout.ways[number]}",
            f"none, {'an' if chosen['to'][number] else 'no'} account",
            f"none, {_size(layout.sent[number].amount.fen)}",
        ]

    def beside(number: int, one: Mention) -> list[str]:
        account = "an account" if chosen["to"][number] else "no account"
        said = [f"{account}, {one.value}", f"{layout.ways[number]}, {one.value}"]
        return [*said, "of its words"] if own[number] == one.value else said

    return chain(layout, mentions, none, beside)
