"""Open-addressing tables of 64-bit keys: who met whom, and which ids were seen.

A table is (slots, 1 + values): the key + 1 (0 is free) and beside it, in the same cache line, what is known of it.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fanzha.features.compiling import kernel


@kernel()
def home_of(table: NDArray[np.int64], key: int) -> int:
    """The slot where the search for `key` begins."""
    return ((key * 0x9E3779B97F4A7C1) >> 17) & (len(table) - 1)


@kernel()
def slot_of(table: NDArray[np.int64], key: int) -> int:
    """The slot that holds `key`, or the free slot where it belongs."""
    mask = len(table) - 1
    slot = home_of(table, key)
    while table[slot, 0] != 0 and table[slot, 0] != key + 1:
        slot = (slot + 1) & mask
    return slot


@kernel(forceinline=False)
def move_slots(old: NDArray[np.int64], new: NDArray[np.int64], column: int, least: int) -> int:
    """Put what a full table holds into an empty one, leaving out keys whose value in `column` is below `least`; how many were put."""
    count = 0
    for at in range(len(old)):
        if old[at, 0] != 0 and old[at, column] >= least:
            slot = slot_of(new, old[at, 0] - 1)
            for n in range(old.shape[1]):
                new[slot, n] = old[at, n]
            count += 1
    return count


@kernel()
def pair_of(kind: int, subject: int, other: int) -> int:
    """The key of a pair: subjects are below 2**30; who acts as a person and as a number is two subjects."""
    return (kind << 60) | (subject << 30) | other


@njit(cache=True)
def longest_before(
    longest: NDArray[np.int64],
    count: NDArray[np.int64],
    older: NDArray[np.int64],
    hashes: NDArray[np.int64],
    values: NDArray[np.int64],
) -> NDArray[np.int64]:
    """For each 62-bit hash the largest value that it came with before, -1 when it is new; and remember the larger one.

    `longest`, `older`: tables of one value; new hashes go to the first, in the second they are only looked up. `count` (1) is kept
    up to date.
    """
    before = np.zeros(len(hashes), np.int64)
    for n in range(len(hashes)):
        slot = slot_of(longest, hashes[n])
        if longest[slot, 0] == 0:
            old = slot_of(older, hashes[n])
            longest[slot, 0], longest[slot, 1] = hashes[n] + 1, older[old, 1] if older[old, 0] != 0 else -1
            count[0] += 1
        before[n] = longest[slot, 1]
        longest[slot, 1] = max(longest[slot, 1], values[n])
    return before
