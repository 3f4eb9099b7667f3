"""The payments of a narrative: what left the victim's side, when, whence, whither, by which way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from fanzha.reading.belonging import State, Value, best, step, weights
from fanzha.reading.party import Party
from fanzha.reading.payment_accounts import Accounts, Payee, accounts, payee_states, source_states
from fanzha.reading.payment_channels import SERVICES
from fanzha.reading.payment_layout import Layout
from fanzha.reading.payment_times import payment_times
from fanzha.reading.payment_ways import Ways, way_states, ways_told
from fanzha.reading.sums import Sum
from fanzha.reading.times import Moment

FIELDS = ("way", "payee", "source", "channel")
"""What is told of a payment besides its time, in the order in which it is decided: what was decided speaks for what follows. `way`
is the channel as far as the ways alone tell it, `channel` what it is once payee and paying account are known."""
_NARRATIVE, _STRETCH = 3000, 1000
"""Characters up to which a text is read as a whole, and of a stretch of a longer one, which sees as many before it and behind; ours: of a
thousand labelled narratives the longest has 700."""
Chosen = Mapping[str, Sequence[Value]]


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


@dataclass(frozen=True, slots=True)
class Choices:
    """What a text tells that may belong to its payments."""

    layout: Layout
    ways: Ways
    accounts: Accounts


def transfers(layout: Layout, moments: list[Moment], parties: list[Party]) -> list[Transfer]:
    """The payments of a text in order, from where they stand, its times and its accounts.

    A text longer than a narrative is read in stretches: what stands far from a payment does not belong to it, and weighing everything
    for each would last a minute for 50,000 characters.
    """
    if len(layout.folded) <= _NARRATIVE:
        return _together(layout, moments, parties)
    return [row for part in _stretches(layout) for row in _stretch(layout, part, moments, parties)]


def _stretches(layout: Layout) -> Iterator[list[Sum]]:
    """The payments in order, those together that stand within a stretch."""
    part: list[Sum] = []
    for one in layout.sent:
        if part and one.told.start - part[0].told.start > _STRETCH:
            yield part
            part = []
        part.append(one)
    if part:
        yield part


def _stretch(layout: Layout, part: list[Sum], moments: list[Moment], parties: list[Party]) -> list[Transfer]:
    first, last = part[0].told.start - _STRETCH, part[-1].told.start + _STRETCH
    begin = max((one.start for one in layout.turns if one.start <= first), default=0)
    end = min((one.start for one in layout.turns if one.start > last), default=len(layout.folded))
    when = [one for one in moments if begin <= one.start < end]
    near = replace(
        layout,
        folded="\0" * begin + layout.folded[begin:end],  # places stay, and what is farther is not there
        sent=[one for one in layout.sent if begin <= one.told.start < end],
        again=[one for one in layout.again if begin <= one.told.start < end],
        times=[one.start for one in when],
        named=[one for one in layout.named if begin <= one[0] < end],
    )
    found = _together(near, when, [one for one in parties if begin <= one.start < end])
    return [row for row, one in zip(found, near.sent, strict=True) if one in part]


def _together(layout: Layout, moments: list[Moment], parties: list[Party]) -> list[Transfer]:
    if not layout.sent:
        return []
    chosen: dict[str, list[Value]] = {}
    told = choices(layout, parties)
    for field in FIELDS:
        chosen[field] = best(
            layout, states(field, told, chosen), weights(field), along(field, chosen, len(layout.sent))
        )
    service = _only_service(layout.folded) if "qr" in chosen["channel"] else None
    found = []
    for number, (one, when) in enumerate(zip(layout.sent, payment_times(layout, moments), strict=True)):
        row = Transfer(one.amount.start, one.amount.end, None, None, one.amount.fen, None, None, None, None, None)
        payee, row.source, row.channel = (chosen[field][number] for field in FIELDS[1:])
        row.to, row.holder, row.bank = payee or Payee(None, None, None)
        if row.channel == "qr" and service:
            row.channel = service  # what was scanned is paid by the one service that the text pays by
        if when:
            row.at, row.precision = when
        found.append(row)
    return found


def _only_service(folded: str) -> str | None:
    """The payment service that a text pays by, None where that is none or more than one."""
    named = [way for way, words in SERVICES.items() if words.search(folded)]
    return named[0] if len(named) == 1 else None


def choices(layout: Layout, parties: list[Party]) -> Choices:
    """What may belong to the payments of a text, which has some."""
    return Choices(layout, ways_told(layout), accounts(layout, parties))


def states(field: str, told: Choices, chosen: Chosen) -> list[list[State]]:
    """What each payment may have for one of FIELDS, given what was `chosen` for those before it in their order."""
    if field == "way":
        return way_states(told.layout, told.ways, None, [])
    if field == "payee":
        return payee_states(told.layout, told.accounts, chosen["way"])
    if field == "source":
        return source_states(told.layout, told.accounts, chosen["way"], chosen["payee"])
    return way_states(told.layout, told.ways, chosen["payee"], chosen["source"])


def along(field: str, chosen: Chosen, payments: int) -> list[tuple[str, ...]]:
    """How each payment goes on from the one before in what was decided before `field`."""
    before = [each for each in FIELDS[: FIELDS.index(field)] if field != "channel" or each != "way"]
    return [
        tuple(f"{each} {step(chosen[each][number - 1], chosen[each][number])}" for each in before) if number else ()
        for number in range(payments)
    ]
