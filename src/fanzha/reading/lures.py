"""The way in: how the offender first reached the victim, apart from the class of the fraud.

Every way of lures.yaml of which a text has words may be the one, or none: facts speak for and against it (which words, what is said in
their clause, how far ahead of the others they stand, in whose turn). Each fact has a weight (lure_weights.yaml, learned by
`bench/reading_lures.py`); the way with the largest sum is taken.

>>> lure_channel("其接到自称客服的电话，后加微信", [])
'call'
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import NamedTuple

from fanzha.reading.first_signs import compiled
from fanzha.reading.passages import Passage
from fanzha.reading.word_search import WordSearch
from fanzha.vocabulary import load_data

UNKNOWN = "unknown"
_REPORT = compiled(
    r"借(?:了)?(?:我|其|他|她)?(?:的)?手机(?:给[^，。；]{0,6})?打(?:个|一个)?电话|留(?:了|下)?(?:个|一个)电话|(?:拨打|打)(?:了)?(?:110|96110)[^，。]{0,6}|报警电话|(?:110|96110)[^，。；]{0,6}(?:来电|报警|指挥|转)|电话(?:报警|报案)|(?:国家)?反诈中心[^，。]{0,6}|喂[，,你好]*|来电人|从来不打电话|打电话(?:给|到)(?:你们|派出所|110|银行|官方|平台)|(?:回访|联系)电话|手机号(?:码)?(?=\d)"
)
_AT_FIRST = re.compile(r"最[先早开]|一开始|起因|起初")
_AFTER_IT = 40
"""Characters after such words that speak of the beginning; ours."""
_STOP = re.compile(r"[。！？\n]")
_CLAUSE = re.compile(r"[，。；！？\n]")
_BEFORE_CLAUSE = re.compile(r"[，。；！？\n:]")
_LONGEST = 20
"""Characters of a clause that no stop ends; ours."""
_PLACES = (25, 60, 120, 250)
_LEADS = (5, 15, 40, 100)
KINDS = ("told", "named")


class Way(NamedTuple):
    """A way in that may be the one, with what speaks for it."""

    channel: str
    facts: list[str]


@cache
def _ways_in_words() -> tuple[list[tuple[str, str]], WordSearch]:
    """Each kind and channel that has words, and these words."""
    told = load_data("fanzha.reading", "lures.yaml")
    named = {(kind, channel): words for kind in KINDS for channel, words in told[kind].items()}
    return list(named), WordSearch(list(named.values()))


@cache
def _around() -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile(words)) for name, words in load_data("fanzha.reading", "lures.yaml")["around"].items()]


@cache
def _weights() -> dict[str, float]:
    return {str(fact): float(told) for fact, told in load_data("fanzha.reading", "lure_weights.yaml").items()}


def lure_channel(folded: str, turns: Sequence[Passage], *, called: bool = False, written: bool = False) -> str:
    """The channel of lures.yaml that a folded text tells of first, `turns` its passages; "unknown" where none is told.

    `called`, `written`: whether it has a number, a messenger's account of the other side.
    """
    weights = _weights()
    choices = ways(folded, turns, called=called, written=written)
    return max(choices, key=lambda one: sum(weights.get(fact, 0.0) for fact in one.facts)).channel


def ways(folded: str, turns: Sequence[Passage], *, called: bool, written: bool) -> list[Way]:
    """The ways in of which a text has words, and those that need none; parameters as in `lure_channel`."""
    kept = _REPORT.sub(lambda match: "\x00" * len(match.group()), folded)
    met: dict[str, dict[str, re.Match[str]]] = {kind: {} for kind in KINDS}
    named, words = _ways_in_words()
    for which, match in words.first_matches(kept, folded):
        kind, channel = named[which]
        met[kind][channel] = match
    ordered = {kind: sorted(met[kind], key=lambda one: met[kind][one].start()) for kind in KINDS}
    found = []
    for channel in dict.fromkeys([*ordered["told"], *ordered["named"]]):
        facts = [channel]
        for kind in KINDS:
            if channel in met[kind]:
                facts += _of_words(folded, turns, kind, ordered[kind], met[kind], channel)
            else:
                facts += [f"not {kind}", f"{channel} not {kind}"]
        found.append(Way(channel, facts))
    none = [UNKNOWN, *(f"{UNKNOWN}, {min(len(met[kind]), 3)} {kind}" for kind in KINDS)]
    if ordered["told"]:
        first = ordered["told"][0]
        none += [f"{UNKNOWN}, first {first}", f"{UNKNOWN}, {bisect_right(_PLACES, met['told'][first].start())}"]
    found.append(Way(UNKNOWN, none))
    for channel, there in (("call", called), ("im_friend", written)):
        if (there or any(met.values())) and all(channel not in met[kind] for kind in KINDS):
            found.append(Way(channel, [channel, f"{channel} unsaid", f"{channel} unsaid, {there}"]))
    return found


def _of_words(
    folded: str,
    turns: Sequence[Passage],
    kind: str,
    order: list[str],
    met: dict[str, re.Match[str]],
    channel: str,
) -> Iterator[str]:
    """What speaks for a channel by the words of a kind that tell of it first; `order` are the channels by their first words."""
    at, said, rank = met[channel].start(), met[channel].group(), order.index(channel)
    place = bisect_right(_PLACES, at)
    yield f"{kind} rank {min(rank, 4)}"
    yield f"{channel} {kind} rank {min(rank, 3)}"
    if rank:
        yield f"{kind} {channel} after {order[0]}"
    else:
        rival = order[1] if len(order) > 1 else None
        yield f"{kind} leads by {bisect_right(_LEADS, met[rival].start() - at) if rival else 'all'}"
        if rival:
            yield f"{kind} {channel} before {rival}"
    yield f"{kind} at {place}"
    yield f"{channel} {kind} at {place}"
    yield f"{kind} sentence {sum(1 for _ in islice(_STOP.finditer(folded, 0, at), 3))}"
    clause = _clause(folded, at)
    for name, words in _around():
        if words.search(clause):
            yield f"{kind} with {name}"
            yield f"{kind} {channel} with {name}"
    yield f"{kind} {channel} begins {said[:3]}"
    yield f"{kind} {channel} ends {said[-2:]}"
    if (begun := _first(folded)) is not None and 0 <= at - begun <= _AFTER_IT:
        yield "at first"
    turn = next((each for each in turns if each.start <= at < each.end), None)
    yield f"{kind} in {'own turn' if turn and turn.own else 'turn' if turn and turn.speaker else 'prose'}"
    if any(each.speaker for each in turns):
        yield f"{kind} {channel} in a chat's {'turn' if turn and turn.speaker else 'prose'}"


@lru_cache(maxsize=1)  # asked for every way in of one text
def _first(folded: str) -> int | None:
    """Where a text first says that it tells how it began."""
    begun = _AT_FIRST.search(folded)
    return begun.start() if begun else None


def _clause(folded: str, at: int) -> str:
    start = max((stop.end() for stop in _BEFORE_CLAUSE.finditer(folded, max(0, at - _LONGEST * 3), at)), default=0)
    stop = _CLAUSE.search(folded, at)
    return folded[start : stop.start() if stop else at + _LONGEST]
