"""Which sums were paid and which came back, weighed: a second opinion on what the words around a sum say (money_words.yaml).

Each fact of a sum (sum_facts.py) has a weight for "paid" and for "returned" (paid.yaml, learned by `bench/reading_paid.py`); the role by
words has a say of its own, and a stated total draws the sums in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from math import fsum

from fanzha.reading.around import CLOSE, left_of
from fanzha.reading.passages import Passage
from fanzha.reading.sum_facts import RETURNED, facts_of_sums
from fanzha.reading.sums import Sum
from fanzha.reading.totals import by_a_last_sum, by_the_total
from fanzha.vocabulary import load_data

KINDS = ("paid", "returned")
_SAY = 2.0
"""What the role by words weighs, for and against; of 1, 1.5, 2 and 2.5 the best where whole files were left out."""
_DENIED = 3.0
"""What it weighs against where words deny outright that a sum was paid (没有转), or say that it is only promised; ours."""
_DRAWN = 3.0
"""How much the weights of sums may speak against what a total draws them to, together; of 2, 3, 4 and 6 the best likewise."""
_CAME_OF_IT = re.compile(r"(?:元|块)?(?:钱)?[^。；\n\d]{0,8}[返退回提][^。；\n\d可能要才]{0,6}")
"""Between a stake and what came back of it."""
_DONE = re.compile("[了到过来]")
_OURS = re.compile("[我其]")
_MOST_BACK = 2
"""How many times a stake may come back; ours."""
_DRAWN_UNSAID = 1.5
"""The same for a total that nobody calls so; ours."""
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
        told = [*filter(None, map(weigh.get, facts))]
        paid = fsum([each[0] for each in told]) + _say(one.role == "sent", denied=one.role == "refused")
        back = fsum([each[1] for each in told]) + _say(one.role in RETURNED, denied=one.role == "virtual")
        _take(one, paid, back)
        costs.append(abs(paid))
    _stakes(masked, ordered, turns)
    doubtful = [each for each in zip(ordered, costs, strict=True) if each[0].role not in ("lost", "total")]
    by_a_last_sum(masked, ordered, turns, doubtful, _DRAWN_UNSAID)
    by_the_total(masked, ordered, doubtful, _DRAWN)
    return ordered


def _stakes(masked: str, ordered: Sequence[Sum], turns: Sequence[Passage]) -> None:
    """垫99返了128: what came back with a little more was paid before, whatever words say of it."""
    for one, after in pairwise(ordered):
        offered = turns[one.passage].speaker and not turns[one.passage].own
        if (
            after.role == "returned"
            and one.role in ("demand", "virtual", None)
            and not offered
            and one.passage == after.passage
        ):
            more = one.amount.fen < after.amount.fen <= _MOST_BACK * one.amount.fen
            done = _DONE.search(masked, one.amount.end, after.amount.start) or _OURS.search(
                left_of(masked, one.amount.start, CLOSE)
            )
            if more and done and _CAME_OF_IT.fullmatch(masked, one.amount.end, after.amount.start):
                one.role, one.told = "sent", one.amount


def _say(holds: bool, *, denied: bool) -> float:
    """What the role by words weighs for one of KINDS."""
    return _SAY if holds else -_DENIED if denied else -_SAY


def _take(one: Sum, paid: float, back: float) -> None:
    """Give a sum the role that weighs most."""
    if paid > 0 and paid >= back:
        if one.role != "sent":
            one.role, one.told = "sent", one.amount
    elif back > 0 and one.role != "refused":
        one.role = one.role if one.role in RETURNED else "returned"
    elif one.role == "sent":
        one.role = "total" if one.total else "demand"
    elif one.role in RETURNED:
        one.role = "virtual"
