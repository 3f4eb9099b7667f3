"""Which sums were paid and which came back, weighed: a second opinion on what the words around a sum say (money_words.yaml).

Every sum has facts that know nothing of those words where it stands: the characters before and after it, who writes, how large it is,
which other sums are equal to it (and what words say of those) or make it up. Each fact has a weight for "paid" and for "returned"
(paid.yaml, learned by `bench/reading_paid.py`); the role by words has a say of its own, and a stated total draws the sums in doubt.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache

from fanzha.reading.passages import Passage
from fanzha.reading.sums import NAME, TIME, Sum
from fanzha.reading.totals import by_the_total
from fanzha.vocabulary import load_data

KINDS = ("paid", "returned")
_SAY = 2.0
"""What the role by words weighs, for and against; of 1, 1.5, 2 and 2.5 the best where whole files were left out."""
_DENIED = 3.0
"""What it weighs against where words deny outright that a sum was paid (没有转), or say that it is only promised; ours."""
_DRAWN = 3.0
"""How much the weights of sums may speak against what a total draws them to, together; of 2, 3, 4 and 6 the best likewise."""
RETURNED = ("returned", "returned again")
_RUNS = re.compile(f"({TIME}|{NAME})\\1+")
_STOP = re.compile(r"[，；;。！？!?\n]|,(?!\d)")
_BEFORE, _FARTHER, _RIGHT, _AFTER = 24, 24, 16, 30
"""Characters of its clause before a sum, of what stands before that in its sentence, of its clause after it and of what follows; ours."""
_SOON = 60
"""Characters after a sum that may speak of it; ours."""
_SHORT = 6
"""Characters between two sums of one list, at most; ours."""
_SIZES = (1_000, 10_000, 50_000, 200_000, 1_000_000, 5_000_000, 20_000_000)
"""Steps of the size of a sum, in fen; ours."""

Weights = Mapping[str, Sequence[float]]


@cache
def weights() -> Weights:
    """The learned weights of each fact for KINDS; a fact without any says nothing."""
    told = load_data("fanzha.reading", "paid.yaml")
    return {str(fact): tuple(map(float, each)) for fact, each in told.items()}


def weighed(masked: str, found: list[Sum], turns: Sequence[Passage], weigh: Weights | None = None) -> list[Sum]:
    """The sums of a masked text, in order, with roles that both opinions and the stated total agree on; `found` have those by words."""
    weigh = weights() if weigh is None else weigh
    ordered = sorted(found, key=lambda one: (one.amount.start, one.told.start))
    costs = []
    for one, facts in zip(ordered, facts_of_sums(masked, ordered, turns), strict=True):
        told = [weigh[fact] for fact in facts if fact in weigh]
        paid = sum([each[0] for each in told]) + _say(one.role == "sent", denied=one.role == "refused")
        back = sum([each[1] for each in told]) + _say(one.role in RETURNED, denied=one.role == "virtual")
        _take(one, paid, back)
        costs.append(abs(paid))
    by_the_total(
        masked,
        ordered,
        [(one, cost) for one, cost in zip(ordered, costs, strict=True) if one.role not in ("lost", "total")],
        _DRAWN,
    )
    return ordered


def _say(holds: bool, *, denied: bool) -> float:
    """What the role by words weighs for one of KINDS."""
    return _SAY if holds else -_DENIED if denied else -_SAY


def _take(one: Sum, paid: float, back: float) -> None:
    """Give a sum the role that weighs most."""
    if paid > 0 and paid >= back:
        if one.role != "sent":
            one.role, one.told = "sent", one.amount
    elif back > 0:
        one.role = one.role if one.role in RETURNED else "returned"
    elif one.role == "sent":
        one.role = "total" if one.total else "demand"
    elif one.role in RETURNED:
        one.role = "virtual"


def facts_of_sums(masked: str, found: Sequence[Sum], turns: Sequence[Passage]) -> list[set[str]]:
    """What speaks for each of the sums, in the order of the text, to be paid or returned."""
    beside = _beside(found)
    facts = []
    for which, one in enumerate(found):
        said = {"any", *beside[which], *_standing(masked, found, which, turns[one.passage])}
        said.update(_words(masked, found, which, turns[one.passage]))
        facts.append(said)
    return facts


def _beside(found: Sequence[Sum]) -> list[list[str]]:
    """How each sum goes with the others: equal, made up of them, a part of one."""
    fen = [one.amount.fen for one in found]
    most = max(fen, default=0)
    facts: list[list[str]] = [[] for _ in found]
    for which, own in enumerate(fen):
        said = facts[which]
        if fen.count(own) > 1:
            said += _alike([each for each in found[:which] if each.amount.fen == own], "before")
            said += _alike([each for each in reversed(found[which + 1 :]) if each.amount.fen == own], "after")
        if own == most:
            said.append("largest")
        for side, parts in (("before", range(which - 1, -1, -1)), ("after", range(which + 1, len(fen)))):
            if run := _run(own, parts, fen):
                said.append(f"made up of those {side}")
                for each in run:
                    facts[each].append("part of a sum")
    return facts


def _alike(others: Sequence[Sum], side: str) -> list[str]:
    """What it says of a sum that equal ones are told on one side, the nearest last."""
    if not others:
        return []
    said = [f"told {side}", f"told {side} as {_kind(others[-1])}"]
    return [*said, f"paid {side}"] if any(each.role == "sent" for each in others) else said


def _kind(one: Sum) -> str:
    """What words say of a sum, roughly."""
    if one.role in RETURNED:
        return "returned"
    return "a total" if one.role in ("total", "lost") else "paid" if one.role == "sent" else "neither"


def _run(whole: int, parts: Sequence[int], fen: Sequence[int]) -> Sequence[int]:
    """The first of `parts` (places in `fen`) that together are `whole`, at least two."""
    reached = 0
    for count, each in enumerate(parts, 1):
        reached += fen[each]
        if reached >= whole:
            return parts[:count] if reached == whole and count > 1 else ()
    return ()


def _standing(masked: str, found: Sequence[Sum], which: int, passage: Passage) -> list[str]:
    """How a sum is written, who writes it, where in the text."""
    one = found[which]
    said = [
        "own turn" if passage.own else "other's turn" if passage.speaker else "prose",
        f"size {bisect_right(_SIZES, one.amount.fen)}",
        f"{min(len(found), 6)} sums",
        f"part {4 * one.amount.start // len(masked)}",
    ]
    if one.amount.bare:
        said.append("bare")
    if one.amount.fen % 10_000:
        said.append("not round")
    if not which:
        said.append("first")
    elif found[which - 1].passage == one.passage:
        said.append("after another")
    if which == len(found) - 1:
        said.append("last")
    if one.total:
        said.append("in all")
    if one.again:
        said.append("again")
    return said


def _words(masked: str, found: Sequence[Sum], which: int, passage: Passage) -> list[str]:
    """The characters around a sum, not over another one."""
    start, end = found[which].amount.start, found[which].amount.end
    last = found[which - 1].amount.end if which else 0
    begin = max(passage.start, last if last <= start else 0)
    until = next((each.amount.start for each in found[which + 1 :] if each.amount.start >= end), len(masked))
    left, right = masked[max(begin, start - _SOON) : start], masked[end : min(until, passage.end)]
    stop = 0
    for each in _STOP.finditer(left):
        stop = each.end()
    near, far = _short(left[stop:]), _short(left[:stop])
    after = _STOP.search(right)
    close = _short(right[: after.start()] if after else right)
    follows = _short(masked[end : min(until, end + _SOON)])[len(close) :]
    said = []
    if start - begin < _SHORT and begin > passage.start:
        said.append(f"from the last {_short(left)}")
    if len(right) < _SHORT and until < passage.end:
        said.append(f"to the next {_short(right)}")
    for size in (1, 2, 3):
        said.append(f"<{near[-size:]}" if len(near) >= size else f"<^{near}")
        said.append(f">{close[:size]}" if len(close) >= size else f">{close}$")
    near, far, close, follows = near[-_BEFORE:], far[-_FARTHER:], close[:_RIGHT], follows[:_AFTER]
    for place, words in (("before", near), ("farther", far), ("right", close), ("after", follows)):
        mark = place[0]
        said += [mark + words[at : at + 2] for at in range(len(words) - 1)]
        if TIME in words:
            said.append(f"time {place}")
        if NAME in words:
            said.append(f"name {place}")
    return said


def _short(words: str) -> str:
    """A text in which each time and each identifier is one sign."""
    return _RUNS.sub(r"\1", words) if TIME in words or NAME in words else words
