"""Kernels: every two subjects that share a trace, with the weight of each shared trace, in arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fanzha.linking.strengths import HUBS, KINDS, PLACE, TraceKind

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
UNKNOWN = np.iinfo(np.int64).min
"""Stands for an instant that nobody knows; no window applies then."""


class Rules(NamedTuple):
    """strengths.yaml as arrays, by the number of a kind."""

    strength: Floats
    window: Ints
    beyond: Floats
    per_level: Floats
    first_level: Ints
    last_level: Ints
    implied: Ints  # the bit of the kind that implies it
    alone: Flags
    hub: int
    hub_times: float
    most: int


def _rules(kinds: list[TraceKind]) -> Rules:
    return Rules(
        np.array([kind.strength for kind in kinds]),
        np.array([kind.window_us for kind in kinds]),
        np.array([kind.beyond for kind in kinds]),
        np.array([kind.per_level for kind in kinds]),
        np.array([kind.first_level for kind in kinds]),
        np.array([kind.last_level for kind in kinds]),
        np.array([1 << PLACE[kind.implied_by] if kind.implied_by else 0 for kind in kinds]),
        np.array([kind.alone for kind in kinds]),
        int(HUBS["more_than"]),
        float(HUBS["times"]),
        int(HUBS["no_pairs_above"]),
    )


_RULES = _rules(list(KINDS.values()))


@njit(cache=True)
def _weight(rules: Rules, kind: int, first: int, second: int, size: int, at: Ints, level: Ints) -> float:
    weight = rules.strength[kind]
    if rules.first_level[kind] > 0:
        deeper = max(level[first], level[second])
        if deeper > rules.last_level[kind]:
            return 0.0
        weight *= rules.per_level[kind] ** max(0, deeper - rules.first_level[kind])
    known = at[first] != UNKNOWN and at[second] != UNKNOWN
    if rules.window[kind] > 0 and known and abs(at[first] - at[second]) > rules.window[kind]:
        weight *= rules.beyond[kind]
    if size > rules.hub:
        weight *= rules.hub_times
    return float(weight)


@njit(cache=True)
def _enumerate(
    rules: Rules, begins: Ints, kind_of: Ints, subject: Ints, at: Ints, level: Ints
) -> tuple[Ints, Ints, Floats]:
    count = 0
    for group in range(len(begins) - 1):
        size = begins[group + 1] - begins[group]
        if 1 < size <= rules.most:
            count += size * (size - 1) // 2
    key, shared, weights = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.float64)
    found = 0
    for group in range(len(begins) - 1):
        size = begins[group + 1] - begins[group]
        if size < 2 or size > rules.most:
            continue
        for first in range(begins[group], begins[group + 1]):
            for second in range(first + 1, begins[group + 1]):
                weight = _weight(rules, kind_of[group], first, second, size, at, level)
                if weight > 0.0:
                    low, high = min(subject[first], subject[second]), max(subject[first], subject[second])
                    key[found] = (low << 32) | high
                    shared[found] = group
                    weights[found] = weight
                    found += 1
    return key[:found], shared[:found], weights[:found]


@njit(cache=True)
def _combine(rules: Rules, key: Ints, shared: Ints, weights: Floats, kind_of: Ints) -> tuple[Ints, Floats, Flags]:
    counted = np.zeros(len(key), np.bool_)
    begin = 0
    link_of, strength, pairs = np.empty(len(key), np.int64), np.empty(len(key), np.float64), 0
    while begin < len(key):
        end = begin
        mask = 0
        while end < len(key) and key[end] == key[begin]:
            mask |= 1 << kind_of[shared[end]]
            end += 1
        rest, stands = 1.0, False
        for place in range(begin, end):
            kind = kind_of[shared[place]]
            if rules.implied[kind] & mask:
                continue
            counted[place] = True
            rest *= 1.0 - weights[place]
            stands = stands or rules.alone[kind]
        # Two kinds that are never enough alone do not make a link together either.
        if stands:
            link_of[pairs], strength[pairs] = key[begin], 1.0 - rest
            pairs += 1
        else:
            counted[begin:end] = False
        begin = end
    return link_of[:pairs], strength[:pairs], counted


def enumerate_pairs(begins: Ints, kind_of: Ints, subject: Ints, at: Ints, level: Ints) -> tuple[Ints, Ints, Floats]:
    """Every pair that shares a trace: key (lower subject << 32 | higher), number of the trace, weight.

    `begins`: where each trace's subjects begin in `subject`, and the end; `at` microseconds UTC or UNKNOWN. Traces of more than
    `hubs.no_pairs_above` subjects give none.
    """
    found: tuple[Ints, Ints, Floats] = _enumerate(_RULES, begins, kind_of, subject, at, level)
    return found


def combine(key: Ints, shared: Ints, weights: Floats, kind_of: Ints) -> tuple[Ints, Floats, Flags]:
    """Pairs sorted by key -> (key of each link, strength 1 - prod(1 - w), which rows count as evidence)."""
    found: tuple[Ints, Floats, Flags] = _combine(_RULES, key, shared, weights, kind_of)
    return found
