"""Which of the things that a narrative tells belong to which payment: one scorer for payees, paying accounts and ways.

The payments are a chain. For each of them every mention (an account, say) and "none" is a state, and facts speak for or
against it: how many clauses and payments lie between, which of both comes first, what words stand there, where the payment before
went. Each fact has a weight (belonging.yaml, learned by `bench/reading_weights.py`); the chain with the largest sum is taken.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any, NamedTuple

from fanzha.reading.around import CLOSE, left_of
from fanzha.reading.payment_layout import OTHER, Layout, Reference
from fanzha.reading.times import When
from fanzha.vocabulary import load_data

_SENDING = re.compile(r"转|汇|付|充|存|打|支|→|投|交|扫|给")
_AROUND = [
    ("after to", re.compile(r"(?:到|给|向|至|往|入|进|→|收款|收钱|对方|户名|叫)[^，；。！？\n]{0,12}\Z")),
    ("after from", re.compile(r"(?:从|用|通过|拿|我|本人|自己|付款)[^，；。！？\n]{0,10}\Z")),
    ("after receives", re.compile(r"收款|收钱|对方|户名|账户名|收的")),
]
_OF_ALL = re.compile(r"都|均|全|每|几笔|这些")
STEPS = ("none", "dropped", "as before", "anew", "changed", "earlier")
_BESIDE = 3
"""Characters between a sum and what stands right after it: 3000元(账户一); ours."""


Value = Any
"""What belongs to a payment: a payment_accounts.Payee, a number or a way; None where nothing does."""


class Mention(NamedTuple):
    """What may belong to payments, at text[start:end]; `facts` are those that hold of it for any payment, the kind of mention
    first."""

    start: int
    end: int
    value: Value
    facts: tuple[str, ...]


class State(NamedTuple):
    """A mention's value or None for "none", with what speaks for it: `known` for any payment, `facts` for this one."""

    value: Value
    facts: Sequence[str]
    known: tuple[str, ...] = ()


def _count(number: int) -> str:
    return str(number) if number < 3 else "3+"


def around(folded: str, start: int) -> list[str]:
    """What the words before a mention say of it."""
    left = left_of(folded, start, CLOSE)
    return [name for name, words in _AROUND if words.search(left)]


class Standing(NamedTuple):
    """Where a mention stands, whatever the payment: the numbers of its clause, item and sentence, the payment that is nearest, the
    one whose words it is among, the one whose turn it is in a list."""

    mention: Mention
    clause: int
    item: int
    sentence: int
    nearest: int
    words: int | None
    turn: int | None
    respectively: bool
    of_all: bool
    only: bool
    who: str
    named: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """All mentions of one kind in order, with where each stands; by payment the values that its words name."""

    standing: list[Standing]
    starts: list[int]
    in_words: list[set[Value]]


def kind(layout: Layout, mentions: Sequence[Mention]) -> Kind:
    """The mentions of one kind, in order of the text."""
    only = len({each.value for each in mentions}) == 1
    standing = [_stand(layout, one, mentions, only=only) for one in mentions]
    in_words: list[set[Value]] = [set() for _ in layout.sent]
    for each in standing:
        if each.words is not None:
            in_words[each.words].add(each.mention.value)
    return Kind(standing, [one.start for one in mentions], in_words)


def _stand(layout: Layout, one: Mention, rivals: Sequence[Mention], *, only: bool) -> Standing:
    at, part = one.start, layout.part(one.start)
    payments = range(len(layout.sent))
    turn = _in_turn(layout, one, rivals)
    writer = layout.turns[part.sentence]
    far = [abs(place - at) for place in layout.places]
    return Standing(
        mention=one,
        clause=part.clause,
        item=part.item,
        sentence=part.sentence,
        nearest=far.index(min(far)) if far else 0,
        words=next((each for each in payments if layout.words[each][0] <= at < layout.words[each][1]), None),
        turn=turn,
        respectively=turn is not None and "分别" in layout.folded[layout.places[turn] : at],
        of_all=bool(_OF_ALL.search(layout.folded, layout.opening(at), at)),
        only=only,
        who="own" if writer.own else "other" if writer.speaker else "prose",
        named=tuple(each for each in layout.references if each.start < at < each.end),
    )


def _in_turn(layout: Layout, mention: Mention, rivals: Sequence[Mention]) -> int | None:
    """Which payment a mention belongs to that stands in a list of as many mentions as payments before it."""
    if len(layout.places) < 2:
        return None
    last = max((place for place in layout.places if place < mention.start), default=None)
    if last is None:
        return None
    following = min((place for place in layout.places if place > mention.start), default=len(layout.folded))
    sentence = layout.sentence(mention.start)
    alike = [each for each in rivals if each.facts[0] == mention.facts[0]]
    listed = [each for each in alike if last < each.start < following and layout.sentence(each.start) == sentence]
    since = max((each.start for each in alike if each.start < last), default=-1)
    paid = [number for number, place in enumerate(layout.places) if since < place < listed[0].start]
    return paid[listed.index(mention)] if len(paid) == len(listed) > 1 else None


def facts(layout: Layout, number: int, where: Standing, among: Kind) -> list[str]:
    """What speaks for a mention to belong to a payment, apart from the payment before; `among` are all mentions of its kind."""
    told, at = layout.places[number], where.mention.start
    side = "before" if at < told else "after"
    first, last = (at, told) if at < told else (told, at)
    between = len([each for each in layout.places if first < each < last]) if len(layout.places) > 1 else 0
    begin, end = bisect_right(among.starts, first), bisect_left(among.starts, last)
    others = {each.mention.value for each in among.standing[begin:end]} if begin < end else set()
    others.discard(where.mention.value)
    said = _distance(layout, number, where, side, between)
    said.append(f"{_count(between)} payments between, {side}")
    said.append(f"{_count(len(others))} others between, {side}")
    if where.of_all and side == "after":
        said.append(f"told of all, {_within(layout, number, where)}")
    elif where.words is not None and not where.named:
        whose = "its" if where.words == number else "earlier" if where.words < number else "later"
        said.append(f"{whose} payment's words, {side}")
    if where.words != number and among.in_words[number] - {where.mention.value}:
        said.append(f"its words have another, {side}")
    if between and OTHER.search(layout.folded, first, last):
        said.append(f"another way between, {side}")
    if 0 <= at - layout.sent[number].amount.end <= _BESIDE:
        said.append("beside it")
    if side == "before" and not between and _SENDING.search(layout.folded, where.mention.end, told):
        said.append("sending between")
    said.append("nearest payment" if where.nearest == number else "another payment is nearer")
    if where.nearest != number and layout.told_in[where.nearest].clause == where.clause:
        said.append("in another's clause")
    if where.only:
        said += ["only one", f"only one, {side}"]
    if side == "after":
        if number == len(layout.sent) - 1:
            said.append("after the last")
        if where.turn is not None:
            whose = "its turn" if where.turn == number else "another's turn"
            said.append(f"{whose}, respectively" if where.respectively else whose)
    said += ["named again" if number in each.of else "others named again" for each in where.named]
    if layout.sent[number].chat:
        said.append(f"in a chat, {where.who} turn {side}")
    return said


def _within(layout: Layout, number: int, where: Standing) -> str:
    """In which part of a text a mention stands with a payment."""
    told = layout.told_in[number]
    if where.item == told.item:
        return "its item"
    return "its sentence" if where.sentence == told.sentence else "farther"


def _distance(layout: Layout, number: int, where: Standing, side: str, between: int) -> list[str]:
    """How far a mention stands from a payment, in clauses and in what stops divide."""
    told, paid = layout.told_in[number], layout.sum_in[number]
    clauses = min(abs(where.clause - told.clause), abs(where.clause - paid.clause))
    items = min(abs(where.item - told.item), abs(where.item - paid.item))
    near = "payments between" if between else "nothing between"
    if clauses == 0:
        return [f"its clause, {side}", f"its clause, {side}, {near}"]
    if items == 0:
        return [f"its item, {side}, {_count(clauses - 1)}", f"its item, {side}, {near}"]
    said = [f"{_count(items)} items {side}", f"{'next item' if items == 1 else 'far'}, {side}, {near}"]
    return [*said, f"its sentence, {side}"] if where.sentence == told.sentence else said


def step(last: Value, value: Value) -> str:
    """How a payment's value goes on from the one before."""
    if value is None:
        return "none" if last is None else "dropped"
    if value == last:
        return "as before"
    if last is None:
        return "anew"
    return "earlier" if isinstance(value, When) and value < last else "changed"


def following(layout: Layout, number: int, along: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    """By each of STEPS what it says that a payment goes on so from the one before; `along` are the steps of what was decided of both
    before (`payee as before`)."""
    return _following(layout.cues[number], layout.ways[number - 1] if number else None, layout.ways[number], along)


@cache
def _following(cue: str, way_before: str | None, way: str, along: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    if way_before is None:
        return {how: (f"{how}, {cue}",) for how in STEPS}
    said = (cue, f"{way_before} then {way}", *along)
    return {how: [f"{how}, {each}" for each in said] for how in STEPS}


@cache
def weights(field: str, file: str = "belonging.yaml") -> Mapping[str, float]:
    """The learned weights of a kind of mention, by fact; a fact without one says nothing."""
    return {str(fact): float(weight) for fact, weight in load_data("fanzha.reading", file)[field].items()}


def _worth(facts: Iterable[str], weigh: Mapping[str, float]) -> float:
    return sum(map(weigh.get, facts, repeat(0.0)))


def best(
    layout: Layout, states: list[list[State]], weigh: Mapping[str, float], along: Sequence[tuple[str, ...]]
) -> list[Value]:
    """The value of each payment in the chain whose facts weigh most (Viterbi); `along` as in `following`, by payment."""
    if all(len(choices) == 1 for choices in states):
        return [None] * len(states)
    worth: dict[Value, float] = {None: 0.0}
    back: list[dict[Value, Value]] = []
    known: dict[tuple[str, ...], float] = {}
    for number, choices in enumerate(states):
        own: dict[Value, float] = {}
        for one in choices:  # of several mentions of one value the one that weighs most
            if one.known not in known:
                known[one.known] = _worth(one.known, weigh)
            weight = known[one.known] + _worth(one.facts, weigh)
            if one.value not in own or weight > own[one.value]:
                own[one.value] = weight
        steps = {how: _worth(said, weigh) for how, said in following(layout, number, along[number]).items()}
        reached: dict[Value, float] = {}
        came: dict[Value, Value] = {}
        leading = sorted((last for last in worth if last is not None), key=worth.__getitem__, reverse=True)[:2]
        for value, weight in own.items():
            likely = (None, value, *leading)  # any other goes on as the leading ones do
            ways = {last: worth[last] + steps[step(last, value)] for last in likely if last in worth}
            came[value] = max(ways, key=ways.__getitem__)
            reached[value] = weight + ways[came[value]]
        worth = reached
        back.append(came)
    chosen: list[Value] = [max(worth, key=worth.__getitem__)]
    for came in reversed(back[1:]):
        chosen.insert(0, came[chosen[0]])
    return chosen
