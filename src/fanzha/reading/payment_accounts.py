"""Whom each payment may have gone to and from which account it may have come, with what speaks for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from fanzha.reading.around import CLOSE, left_of
from fanzha.reading.belonging import Kind, Mention, State, Value, around, facts, kind
from fanzha.reading.party import Party
from fanzha.reading.payees import told_of
from fanzha.reading.payment_layout import Layout, size
from fanzha.reading.sides import Side

_SERVICE = re.compile(r"微信|支付宝|扫|商户|二维码|收款码|现金")
_AROUND = 8
"""Where among the facts of a payee those begin that the words before it give (`_payee`)."""
_FAR, _MANY = 3, 4
"""Sentences and clauses from which on two parts of one payee are as good as anywhere; ours."""


class Payee(NamedTuple):
    """Whom money went to, as far as it is told."""

    number: str | None
    holder: str | None
    bank: str | None


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of a text as what may belong to its payments: `payees` with their facts by payment (`beside[payment][payee]`), their
    `sides` and the `ways` that their clauses name, `pairs` of payees that may be one, each with its facts, and paying accounts (`sources`)."""

    payees: Kind
    sides: list[Side]
    ways: list[str | None]
    beside: list[list[list[str]]]
    pairs: list[tuple[int, int, Payee, tuple[str, ...]]]
    sources: Kind


def accounts(layout: Layout, parties: Sequence[Party]) -> Accounts:
    """The accounts of a text as what may belong to its payments."""
    listed = [*parties]
    payees = kind(layout, [_payee(layout, one, listed) for one in listed])
    numbered = [mention for one in listed if (mention := _source(layout, one, listed))]
    beside = [[facts(layout, number, one, payees) for one in payees.standing] for number in range(len(layout.sent))]
    sides = [one.side for one in listed]
    ways = [layout.way_of_clause(each.mention.start) for each in payees.standing]
    return Accounts(payees, sides, ways, beside, _pairs(layout, payees, sides), kind(layout, numbered))


def payee_states(layout: Layout, told: Accounts, ways: Sequence[Value]) -> list[list[State]]:
    """Whom each payment may have gone to; `ways` are the ways that they seem to have gone by."""
    return [_of_payment(layout, told, number, ways[number]) for number in range(len(layout.sent))]


def source_states(layout: Layout, told: Accounts, ways: Sequence[Value], payees: Sequence[Value]) -> list[list[State]]:
    """From which account each payment may have come; `payees` are whom they went to."""
    states = []
    for number, way in enumerate(layout.ways):
        to = payees[number].number if payees[number] else None
        choices = [State(None, ("none", f"none, {way}", f"none, by {ways[number]}"))]
        for one in told.sources.standing:
            form, service = one.mention.facts[1:3]
            said = facts(layout, number, one, told.sources)
            said += [f"{way}, {form}", f"{way}, {service}", f"by {ways[number]}, {form}"]
            said.append("is the payee" if to == one.mention.value else "is not the payee")
            choices.append(State(one.mention.value, said, one.mention.facts))
        states.append(choices)
    return states


def _of_payment(layout: Layout, told: Accounts, number: int, by: Value) -> list[State]:
    way, (start, end) = layout.ways[number], layout.words[number]
    mentions = [one.mention for one in told.payees.standing]
    inside = dict.fromkeys(side for one, side in zip(mentions, told.sides, strict=True) if start <= one.start < end)
    none = ["none", f"none, {way}", f"none, by {by}", f"none, {size(layout.sent[number].amount.fen)}"]
    none += [f"none, {side} in its words" for side in inside]
    none.append("none, some are named" if mentions else "none, nobody is named")
    choices = [State(None, none)]
    beside = []
    for one, local, where in zip(mentions, told.ways, told.beside[number], strict=True):
        form, service = one.facts[1:3]
        said = [*where, f"{way}, {form}", f"{way}, {service}", f"by {by}, {form}", f"by {by}, {service}"]
        if by and local:
            said.append("its clause has the way" if by == local else f"its clause has another way, {form}")
        beside.append(said)
        choices.append(State(one.value, said, one.facts))
    for one_at, other_at, value, joined in told.pairs:
        said = [*joined, *beside[one_at], *(f"and {each}" for each in beside[other_at])]
        choices.append(State(value, said, mentions[one_at].facts))
    return choices


def _payee(layout: Layout, one: Party, parties: list[Party]) -> Mention:
    value = Payee(*(told_of(each, one, parties) for each in ("number", "holder", "bank")))
    form = " ".join(name for name, told in value._asdict().items() if told) or "nothing"
    there = " ".join(each for each in value._fields if each in one.spans) if one.spans else "only its label"
    parts = (f"{'a' if told else 'no'} {name}" for name, told in value._asdict().items())
    known = (one.side, form, _service(layout, one), f"{one.side}, {form}", f"there: {there}", *parts)
    return Mention(one.start, one.end, value, (*known, *around(layout.folded, one.start)))


def _source(layout: Layout, one: Party, parties: list[Party]) -> Mention | None:
    number = told_of("number", one, parties)
    if number is None:
        return None
    form = "account" if one.number else "holder" if not one.bank else "bank" if not one.holder else "no number"
    there = "told there" if "number" in one.spans else "known" if one.spans else "by its label"
    known = (one.side, form, _service(layout, one), there, *around(layout.folded, one.start))
    return Mention(one.start, one.end, number, known)


def _service(layout: Layout, one: Party) -> str:
    return "by a service" if _SERVICE.search(left_of(layout.folded, one.start, CLOSE)) else "by no service"


def _pairs(layout: Layout, payees: Kind, sides: list[Side]) -> list[tuple[int, int, Payee, tuple[str, ...]]]:
    """The payees that tell parts of one: the number here, the name there."""
    found: list[tuple[int, int, Payee, tuple[str, ...]]] = []
    for at, other in combinations(range(len(sides)), 2):
        if "victim" in (sides[at], sides[other]):
            continue
        one, two = payees.standing[at], payees.standing[other]
        first, second = one.mention.value, two.mention.value
        if any(part and more and part != more for part, more in zip(first, second, strict=True)):
            continue
        value = Payee(*(part or more for part, more in zip(first, second, strict=True)))
        if value in (first, second):
            continue
        paid = sum(one.mention.start < place < two.mention.start for place in layout.places)
        joined = (
            "joined",
            f"joined: {one.mention.facts[1]}, {two.mention.facts[1]}",
            f"joined: {sides[at]}, {sides[other]}",
            f"joined: {min(two.sentence - one.sentence, _FAR)} sentences between",
            f"joined: {min(two.clause - one.clause, _MANY)} clauses between",
            f"joined: {min(paid, 2)} payments between",
            "joined: next" if other == at + 1 else "joined: others between",
            *(f"joined: {said} first" for said in one.mention.facts[_AROUND:]),
            *(f"joined: {said} then" for said in two.mention.facts[_AROUND:]),
        )
        found.append((at, other, value, joined))
    return found
