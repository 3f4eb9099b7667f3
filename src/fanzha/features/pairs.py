"""Open-addressing tables of 64-bit keys: who met whom, and which ids were seen."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def slot_of(keys: NDArray[np.int64], key: int) -> int:
    """The slot that holds `key` (stored as key + 1, so that 0 is free), or the free slot where it belongs."""
    mask = len(keys) - 1
    slot = ((key * 0x9E3779B97F4A7C1) >> 17) & mask
    while keys[slot] != 0 and keys[slot] != key + 1:
        slot = (slot + 1) & mask
    return slot


@njit(cache=True)
def move_slots(
    old_keys: NDArray[np.int64], old: NDArray[np.int64], keys: NDArray[np.int64], new: NDArray[np.int64], least: int
) -> int:
    """Put what a full table holds into an empty one, leaving out rows whose first value is below `least`; how many were put.

    `old`, `new`: the values of each slot, (slots, values).
    """
    count = 0
    for at in range(len(old_keys)):
        if old_keys[at] != 0 and old[at, 0] >= least:
            slot = slot_of(keys, old_keys[at] - 1)
            keys[slot] = old_keys[at]
            new[slot] = old[at]
            count += 1
    return count


@njit(cache=True)
def pair_of(kind: int, subject: int, other: int) -> int:
    """The key of a pair: subjects are below 2**30; who acts as a person and as a number is two subjects."""
    return (kind << 60) | (subject << 30) | other


@njit(cache=True)
def longest_before(
    keys: NDArray[np.int64],
    longest: NDArray[np.int64],
    count: NDArray[np.int64],
    old_keys: NDArray[np.int64],
    old_longest: NDArray[np.int64],
    hashes: NDArray[np.int64],
    values: NDArray[np.int64],
) -> NDArray[np.int64]:
    """For each 62-bit hash the largest value that it came with before, -1 when it is new; and remember the larger one.

    New hashes go to `keys` and `longest`; those of `old_keys` are only looked up. `count` (1) is kept up to date.
    """
    before = np.zeros(len(hashes), np.int64)
    for n in range(len(hashes)):
        slot = slot_of(keys, hashes[n])
        if keys[slot] == 0:
            old = slot_of(old_keys, hashes[n])
            keys[slot] = hashes[n] + 1
            longest[slot, 0] = old_longest[old, 0] if old_keys[old] != 0 else -1
            count[0] += 1
        before[n] = longest[slot, 0]
        longest[slot, 0] = max(longest[slot, 0], values[n])
    return before
