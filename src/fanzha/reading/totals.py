"""The total that a text states, and the sums that it draws: where a few doubtful ones would make it up, they are it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from fanzha.reading.around import left_of
from fanzha.reading.sums import Sum

_ABOUT = re.compile(r"[余多]|左右|上下")
_ABOUT_BEFORE = re.compile(r"(?:约|大概|将近|差不多)[^，。]{0,4}\Z")
_MOST_CHANGES = 4
"""Sums whose role a total may change; ours. More would let chance decide."""
_MOST_DOUBTFUL = 12
"""Sums of which those are sought, the most doubtful first; ours."""


def stated(found: Sequence[Sum]) -> Sum | None:
    """The sum that the text calls the loss, else the total that it states to have been paid."""
    lost = next((one for one in found if one.role == "lost"), None)
    totals = [one for one in found if one.role == "total" or (one.role == "sent" and one.total)]
    return lost or (totals[-1] if totals else None)


def meant(masked: str, total: Sum) -> tuple[int, int]:
    """The least and the most, in fen, that a stated total may mean: 四万六千余 is no exact sum (ours: a hundredth less, a twentieth more)."""
    fen = total.amount.fen
    written = masked[total.amount.start : total.amount.end + 2]
    if _ABOUT.search(written) or _ABOUT_BEFORE.search(left_of(masked, total.amount.start)):
        return fen - fen // 100, fen + fen // 20
    return fen, fen


def by_the_total(masked: str, found: Sequence[Sum], doubtful: Sequence[tuple[Sum, float]], most: float) -> None:
    """Where what seems sent does not make up the stated total, and a few of the doubtful sums would, change those that cost least.

    `doubtful`: sums with how unlikely it is that their role is wrong; together those that are changed cost `most` at most.
    """
    total = stated(found)
    if total is None or total.role == "sent":
        return
    back = sum(one.amount.fen for one in found if one.role == "returned")
    low, high = meant(masked, total)
    sent = [one for one in found if one.role == "sent"]
    whole = sum(one.amount.fen for one in sent)
    if sent and (low <= whole <= high or low <= whole - back <= high):
        return
    able = sorted((each for each in doubtful if each[1] <= most), key=lambda each: each[1])[:_MOST_DOUBTFUL]
    best: tuple[float, tuple[tuple[Sum, float], ...]] | None = None
    for size in range(1, _MOST_CHANGES + 1):
        for changed in combinations(able, size):
            after = whole + sum(one.amount.fen * (-1 if one.role == "sent" else 1) for one, _ in changed)
            if low <= after <= high:
                cost = sum(each for _, each in changed)
                if cost <= most and (best is None or cost < best[0]):
                    best = cost, changed
    for one, _ in best[1] if best else ():
        one.role = "demand" if one.role == "sent" else "sent"
