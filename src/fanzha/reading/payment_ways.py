"""By which way each payment may have gone, with what speaks for it: ways that are named plainly, and signs that may mean one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fanzha.reading.belonging import Kind, Mention, State, Value, around, facts, kind
from fanzha.reading.payment_channels import channel, without_contacts
from fanzha.reading.payment_layout import Layout, size
from fanzha.reading.word_search import WordSearch
from fanzha.vocabulary import load_data

_SIGNS: dict[str, str] = load_data("fanzha.reading", "payment_signs.yaml")
_WAYS = [*_SIGNS]
_SEARCH = WordSearch([*_SIGNS.values()])


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways that a text may speak of, with their facts by payment (`beside[payment][way]`); `own` is what each payment's own
    words name plainly."""

    named: Kind
    beside: list[list[list[str]]]
    own: list[str | None]


def ways_told(layout: Layout) -> Ways:
    """The ways that a text may speak of."""
    found = [(start, end, way, "named") for start, end, way in layout.named]
    found += [(start, end, way, "a sign") for start, end, way in _signs(layout)]
    named = kind(layout, [_mention(layout.folded, *one) for one in sorted(found)])
    own = [channel(layout.named, *span) for span in layout.words]
    beside = []
    for number, way in enumerate(layout.ways):
        rows = []
        for one in named.standing:
            value, words = one.mention.value, one.words
            whose = "its" if words == number else "no" if words is None else "earlier" if words < number else "later"
            said = [*facts(layout, number, one, named), f"{way}, {value}", f"{whose} payment's words, {value}"]
            if own[number]:
                said.append("of its words" if own[number] == value else "its words name another")
            rows.append(said)
        beside.append(rows)
    return Ways(named, beside, own)


def way_states(
    layout: Layout, told: Ways, payees: Sequence[Value] | None, sources: Sequence[Value]
) -> list[list[State]]:
    """By which way each payment may have gone; `payees` and `sources` are where it went and came from, where that is decided."""
    states = []
    for number, way in enumerate(layout.ways):
        none = ["none", f"none, {way}", f"none, {size(layout.sent[number].amount.fen)}"]
        if told.own[number]:
            none.append("none, its words name one")
        more = []
        if payees is not None:
            account = "an account" if payees[number] and payees[number].number else "no account"
            more = [account, "a source" if sources[number] else "no source"]
            none.append(f"none, {account}")
        choices = [State(None, none)]
        for one, said in zip(told.named.standing, told.beside[number], strict=True):
            mention = one.mention
            choices.append(State(mention.value, [*said, *(f"{each}, {mention.value}" for each in more)], mention.facts))
        states.append(choices)
    return states


def _mention(folded: str, start: int, end: int, way: str, form: str) -> Mention:
    beside = (f"{folded[start - 1 : start]}<{way}", f"{way}>{folded[end : end + 1]}")
    return Mention(start, end, way, (way, form, f"{form}, {way}", *around(folded, start), *beside))


def _signs(layout: Layout) -> list[tuple[int, int, str]]:
    """Words that may mean a way and do not name it plainly."""
    plain = without_contacts(layout.folded)
    taken = {(way, at) for start, end, way in layout.named for at in range(start, end)}
    found = ((one.start(), one.end(), _WAYS[which]) for which, one in _SEARCH.matches(plain, layout.folded))
    return [each for each in found if (each[2], each[0]) not in taken and (each[2], each[1] - 1) not in taken]
