"""When two identifiers first had to do with each other: an open-addressing table of 64-bit pair keys."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def first_met(
    keys: NDArray[np.int64], first: NDArray[np.int64], pairs: NDArray[np.int64], one: int, other: int, now: int
) -> int:
    """The moment the pair was first seen; `now` when this is it (it is then remembered). Keys are exact below 2^31 subjects."""
    key = (one << 31) | other
    mask = len(keys) - 1
    slot = ((key * 0x9E3779B97F4A7C1) >> 13) & mask
    while keys[slot] != 0:
        if keys[slot] == key + 1:
            return int(first[slot])
        slot = (slot + 1) & mask
    keys[slot] = key + 1
    first[slot] = now
    pairs[0] += 1
    return now


@njit(cache=True)
def move_pairs(
    old_keys: NDArray[np.int64], old_first: NDArray[np.int64], keys: NDArray[np.int64], first: NDArray[np.int64]
) -> None:
    """Put every pair of a full table into a larger one."""
    mask = len(keys) - 1
    for at in range(len(old_keys)):
        if old_keys[at] == 0:
            continue
        slot = (((old_keys[at] - 1) * 0x9E3779B97F4A7C1) >> 13) & mask
        while keys[slot] != 0:
            slot = (slot + 1) & mask
        keys[slot] = old_keys[at]
        first[slot] = old_first[at]


@njit(cache=True)
def seen_before(
    keys: NDArray[np.int64], first: NDArray[np.int64], pairs: NDArray[np.int64], hashes: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    """Which of the 64-bit hashes were met before (they are now), 62 bits of each compared."""
    met = np.zeros(len(hashes), np.bool_)
    for n in range(len(hashes)):
        one, other = np.int64(hashes[n] >> np.uint64(33)), np.int64(hashes[n] & np.uint64(0x7FFFFFFF))
        before = pairs[0]
        first_met(keys, first, pairs, int(one), int(other), 1)
        met[n] = pairs[0] == before
    return met
