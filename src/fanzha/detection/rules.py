"""The kernel: brings the state up to date touch by touch and tells which signs fire. Compiled once, cached on disk."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fanzha.features import FLAGS, first_met, shares, windowed

_LISTED, _SUSPECTED, _FIRST, _RARE = FLAGS["listed"], FLAGS["suspected"], FLAGS["first"], FLAGS["rare"]
_NEW_US = 86_400 * 1_000_000
RARE_TOUCHES, RARE_SHARE, RARE_LEAST = 20, 3000, 5
"""A site is rarely seen while it was visited fewer times than RARE_TOUCHES since the engine began, and fewer than once
for every RARE_SHARE subjects of the same view, but at least RARE_LEAST (ours; in a small place everything is seen by few)."""
_SETTLED_US = 6 * 3600 * 1_000_000
"""Before this much was seen, every site would be rare (ours)."""


@njit(cache=True)
def fire(
    touches: NDArray[
        np.int64
    ],  # (n, 9): time, subject, view, counterparty, value, flags, event, updates (-1 or an entry), actor
    begin: int,
    entries: int,
    began: int,
    story_us: int,
    thresholds: NDArray[np.float64],  # by slot of the subject's own kind: 1 number, 2 account
    kinds: NDArray[np.int64],  # 0 victim, 1 number, 2 account, by view
    layout: NDArray[np.int64],
    ratio_rows: NDArray[np.int64],
    gates: NDArray[np.int64],
    weights: NDArray[np.float64],
    limits: NDArray[np.float64],
    needs: NDArray[np.bool_],  # (indicators, windowed features)
    time: NDArray[np.int64],
    others: NDArray[np.int64],
    value: NDArray[np.int64],
    flags: NDArray[np.int64],
    previous: NDArray[np.int64],
    event: NDArray[np.int64],
    last: NDArray[np.int64],
    seen_in: NDArray[np.int64],
    touched: NDArray[np.int64],
    listed_from: NDArray[np.int64],
    listed_until: NDArray[np.int64],
    suspected: NDArray[np.bool_],
    story_began: NDArray[np.int64],
    story_signs: NDArray[np.int64],
    story_rest: NDArray[np.float64],
    pair_key: NDArray[np.int64],
    pair_first: NDArray[np.int64],
    pairs: NDArray[np.int64],
    fired: NDArray[np.int64],  # (m, 2): touch, indicator
    vectors: NDArray[np.float64],  # (m, features)
    stamps: NDArray[np.int64],
    followed: NDArray[np.int64],  # subjects met so far, by view
) -> tuple[int, int, int]:
    """Work through touches from `begin`; returns (next touch, entries, signs written). Stops early when `fired` is full."""
    ring = len(time)
    signs = 0
    out = np.zeros(vectors.shape[1])
    wanted = np.zeros(len(layout), np.bool_)
    per_view = np.zeros(last.shape[1], np.bool_)
    for n in range(begin, len(touches)):
        if signs + len(gates) > len(fired):
            return n, entries, signs
        now, subject, view, other, amount, flag = (
            touches[n, 0],
            touches[n, 1],
            touches[n, 2],
            touches[n, 3],
            touches[n, 4],
            touches[n, 5],
        )
        if listed_from[other] <= now < listed_until[other]:
            flag |= _LISTED
        if suspected[other]:
            flag |= _SUSPECTED
        if subject != other and now - first_met(pair_key, pair_first, pairs, subject, other, now) < _NEW_US:
            flag |= _FIRST
        if touches[n, 7] >= 0:
            at = touches[n, 7]
            if at > entries - 1 - ring:
                value[at % ring] = amount
                flags[at % ring] |= flag
        else:
            touched[other] += 1
            followed[view] += last[subject, view] < 0
            slot = entries % ring
            time[slot], others[slot], value[slot] = now, other, amount
            previous[slot], event[slot] = last[subject, view], touches[n, 6]
            if (
                touched[other] < min(RARE_TOUCHES, max(RARE_LEAST, followed[view] // RARE_SHARE))
                and now - began > _SETTLED_US
            ):
                flag |= _RARE
            flags[slot] = flag
            last[subject, view] = entries
            entries += 1
        own = 0 if kinds[view] == 0 else 1
        if own == 0 and suspected[touches[n, 8]]:
            continue  # an account that launders pays new payees all day; it is no victim
        if now - story_began[subject, own] >= story_us:
            story_signs[subject, own] = 0
            story_rest[subject, own] = 1.0
        wanted[:] = False
        judged = False
        for r in range(len(gates)):
            if gates[r, 0] != view or (story_signs[subject, own] >> r) & 1:
                continue
            if (
                (flag & gates[r, 2]) != gates[r, 2]
                or (gates[r, 3] != 0 and (flag & gates[r, 3]) == 0)
                or amount < gates[r, 4]
            ):
                continue
            judged = True
            for f in range(len(layout)):
                wanted[f] |= needs[r, f]
        if not judged:
            continue
        per_view[:] = False
        for f in range(len(layout)):
            if wanted[f]:
                per_view[layout[f, 0]] = True
        out[:] = 0.0
        for v in range(len(per_view)):
            if per_view[v]:
                stamps[0] = windowed(
                    out, wanted, layout, v, last[subject, v], entries, now, other, amount, began, stamps[0],
                    time, others, value, flags, previous, seen_in,
                )  # fmt: skip
        shares(out, len(layout), ratio_rows)
        for r in range(len(gates)):
            if gates[r, 0] != view or (story_signs[subject, own] >> r) & 1:
                continue
            if (
                (flag & gates[r, 2]) != gates[r, 2]
                or (gates[r, 3] != 0 and (flag & gates[r, 3]) == 0)
                or amount < gates[r, 4]
            ):
                continue
            reached = True
            for k in range(len(limits)):
                if int(limits[k, 0]) != r:
                    continue
                is_at_least = out[int(limits[k, 1])] >= limits[k, 2]
                if is_at_least != (limits[k, 3] > 0.5):
                    reached = False
                    break
            if not reached:
                continue
            if story_signs[subject, own] == 0:
                story_began[subject, own] = now
            story_signs[subject, own] |= 1 << r
            story_rest[subject, own] *= 1.0 - weights[r]
            if own == 1 and 1.0 - story_rest[subject, own] >= thresholds[kinds[view]]:
                suspected[subject] = True
            fired[signs, 0], fired[signs, 1] = n, r
            vectors[signs] = out
            signs += 1
    return len(touches), entries, signs
