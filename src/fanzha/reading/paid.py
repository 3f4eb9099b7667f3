"""Which sums were paid and which came back, weighed: a second opinion on what the words around a sum say (money_words.yaml).

Each fact of a sum (sum_facts.py) has a weight for "paid" and for "returned" (paid.yaml, learned by `bench/reading_paid.py`); the role by
words has a say of its own, and a stated total draws the sums in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from math import fsum

from fanzha.reading.passages import Passage
from fanzha.reading.sum_facts import RETURNED, facts_of_sums
from fanzha.reading.sums import Sum
from fanzha.reading.totals import by_the_total
from fanzha.vocabulary import load_data

KINDS = ("paid", "returned")
_SAY = 2.0
"""What the role by words weighs, for and against; of 1, 1.5, 2 and 2.5 the best where whole files were left out."""
_DENIED = 3.0
"""What it weighs against where words deny outright that a sum was paid (没有转), or say that it is only promised; ours."""
_DRAWN = 3.0
"""How much the weights of sums may speak against what a total draws them to, together; of 2, 3, 4 and 6 the best likewise."""
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
