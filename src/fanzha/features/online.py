"""The online executor: one touch of a subject at a time, its features from one walk back along each of its views.

Cost per touch is bounded: a walk sees at most WALK events, so a shop with a million payers costs no more than one with 256.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fanzha.features.declarations import AGGREGATES

WALK = 256
_COUNT, _SUM, _MAX, _DISTINCT, _GAP, _RATIO = range(len(AGGREGATES))


@njit(cache=True)
def windowed(
    out: NDArray[np.float64],
    wanted: NDArray[np.bool_],
    layout: NDArray[np.int64],
    view: int,
    head: int,
    entries: int,
    now: int,
    other: int,
    amount: int,
    began: int,
    stamp: int,
    time: NDArray[np.int64],
    others: NDArray[np.int64],
    value: NDArray[np.int64],
    flags: NDArray[np.int64],
    previous: NDArray[np.int64],
    seen_in: NDArray[np.int64],
) -> int:
    """Fill `out` with the wanted features of one view of one subject, as they stand at `now`; returns the next stamp.

    `head`: the view's newest entry; `other`, `amount`: counterparty and value of the event that is judged.
    """
    ring = len(time)
    for f in range(len(layout)):
        if not wanted[f] or layout[f, 0] != view:
            continue
        out[f] = 0.0
        stamp += 1
        at = head
        steps = 0
        smallest = amount
        while at >= 0 and at > entries - 1 - ring and steps < WALK:
            steps += 1
            slot = at % ring
            if time[slot] < now - layout[f, 7]:
                break
            fits = (flags[slot] & layout[f, 2]) == layout[f, 2]
            fits = fits and (layout[f, 3] == 0 or (flags[slot] & layout[f, 3]) != 0)
            fits = fits and layout[f, 4] <= value[slot] < layout[f, 5]
            fits = fits and (layout[f, 6] == 0 or others[slot] == other)
            if fits:
                kind = layout[f, 1]
                if kind == _COUNT:
                    out[f] += 1
                elif kind == _SUM:
                    out[f] += value[slot]
                elif kind == _MAX:
                    out[f] = max(out[f], value[slot])
                elif kind == _DISTINCT:
                    if seen_in[others[slot]] != stamp:
                        seen_in[others[slot]] = stamp
                        out[f] += 1
                elif kind == _GAP:
                    before = previous[slot]
                    earlier = time[before % ring] if before >= 0 and before > entries - 1 - ring else began
                    out[f] = max(out[f], (time[slot] - earlier) / 1e6)
                elif kind == _RATIO:
                    smallest = min(smallest, value[slot])
                    out[f] = amount / max(smallest, 1)
            at = previous[slot]
    return stamp


@njit(cache=True)
def shares(out: NDArray[np.float64], windowed_count: int, ratios: NDArray[np.int64]) -> None:
    """Fill in the ratio features from the windowed ones; 0 where there is nothing to divide by."""
    for r in range(len(ratios)):
        over = out[ratios[r, 1]]
        out[windowed_count + r] = out[ratios[r, 0]] / over if over > 0 else 0.0
