"""The total that a text states, and the sums that it draws: where a few doubtful ones would make it up, they are it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, pairwise

from fanzha.reading.around import left_of
from fanzha.reading.passages import Passage
from fanzha.reading.sums import Sum

_ABOUT = re.compile(r"[余多]|左右|上下")
_ABOUT_BEFORE = re.compile(r"(?:约|大概|将近|差不多)[^，。]{0,4}\Z")
_LAST = 2
"""Sums at the end that may be a total nobody calls so; ours."""
_ASKED = re.compile(r"[再要让需缴催凑才能可会说讲称叫喊差剩]|如果|借|贷|额度")
_MOST_CHANGES = 4
"""Sums whose role a total may change; ours. More would let chance decide."""
_MOST_LEFT_OUT = 5
"""Sums that a stated loss may leave out in part, at most; ours."""
_LEFT_OUT = 1.0
"""How much may speak against what a total draws where it may rather leave something out; ours."""
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


def _left_out(found: Sequence[Sum]) -> set[int]:
    """What a stated loss may leave out, in fen: nothing, some of what came back, some of the stakes that came back."""
    order = sorted(found, key=lambda one: (one.amount.start, one.told.start))
    back = [one.amount.fen for one in order if one.role == "returned"]
    stakes = [
        one.amount.fen
        for one, after in pairwise(order)
        if one.role == "sent" and after.role == "returned" and after.amount.fen >= one.amount.fen
    ]
    return {
        sum(some)
        for each in (back[:_MOST_LEFT_OUT], stakes[:_MOST_LEFT_OUT])
        for size in range(len(each) + 1)
        for some in combinations(each, size)
    }


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
    if sent and any(low <= whole - each <= high for each in _left_out(found)):
        most = min(most, _LEFT_OUT)
    _change(_drawn(doubtful, most, (low - whole, high - whole)) or [])


def by_a_last_sum(
    masked: str, found: Sequence[Sum], turns: Sequence[Passage], doubtful: Sequence[tuple[Sum, float]], most: float
) -> None:
    """41300，快止付: where no total is stated, the last sum is one if what was sent before it makes it up, or would with a few changes."""
    if not found or stated(found) is not None:
        return
    for last in found[-1 : -1 - _LAST : -1]:
        asked = last.role is not None and not last.total
        offered = turns[last.passage].speaker and not turns[last.passage].own
        if last.role in ("sent", "returned") or (
            asked and (offered or _ASKED.search(left_of(masked, last.amount.start)))
        ):
            continue
        before = [one for one in found if one.amount.end <= last.amount.start]
        sent = [one for one in before if one.role == "sent"]
        if len(sent) < sum(one.role == "sent" for one in found):
            return
        missing = last.amount.fen - sum(one.amount.fen for one in sent)
        able = [each for each in doubtful if each[0] in before and each[0].amount.fen != last.amount.fen]
        drawn = [] if not missing else None if asked else _drawn(able, most, (missing, missing))
        if drawn is not None and len(sent) + sum(-1 if one.role == "sent" else 1 for one in drawn) > 1:
            _change(drawn)
            last.role = "total"
            return


def _drawn(doubtful: Sequence[tuple[Sum, float]], most: float, missing: tuple[int, int]) -> list[Sum] | None:
    """Those of the doubtful sums whose change adds what is missing (fen, at least and at most) and costs least; None where none do."""
    able = sorted((each for each in doubtful if each[1] <= most), key=lambda each: each[1])[:_MOST_DOUBTFUL]
    best: tuple[float, tuple[tuple[Sum, float], ...]] | None = None
    for size in range(1, _MOST_CHANGES + 1):
        for changed in combinations(able, size):
            added = sum(one.amount.fen * (-1 if one.role == "sent" else 1) for one, _ in changed)
            if missing[0] <= added <= missing[1]:
                cost = sum(each for _, each in changed)
                if cost <= most and (best is None or cost < best[0]):
                    best = cost, changed
    return None if best is None else [one for one, _ in best[1]]


def _change(drawn: Sequence[Sum]) -> None:
    for one in drawn:
        one.role = "demand" if one.role == "sent" else "sent"
