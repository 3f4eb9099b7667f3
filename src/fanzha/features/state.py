"""What is remembered: blocks of aggregates by subject and view, and one ring of recent events that they are made of."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fanzha.features.declarations import LONGEST_S, VIEWS, in_keys, layout
from fanzha.features.pairs import move_slots

RING = 1 << 16
MEMORY_S = 180 * 86_400
"""How long a first meeting is remembered (design 3: horizon of 180 days)."""


class Memory(NamedTuple):
    """The arrays of a State as the kernel takes them. Entries: one a touch, newest over oldest, slot = number % size."""

    entries: NDArray[np.int64]  # (slots, 8): E_KEY .. E_BLOCK, one cache line each
    blocks: NDArray[np.int64]
    block_of: NDArray[np.int64]  # (subjects, views), -1 for none
    first_seen: NDArray[np.int64]  # by subject: key, as itself
    first_touched: NDArray[np.int64]  # by subject: key, as a counterparty
    touches: NDArray[np.int64]
    listed_from: NDArray[np.int64]  # microseconds
    listed_until: NDArray[np.int64]
    pair_keys: NDArray[np.int64]
    pairs: NDArray[np.int64]  # (slots, 3): key of the first meeting, count, least value
    latest_keys: NDArray[np.int64]
    latest: NDArray[np.int64]  # (slots, 1): latest entry of a block, counterparty and distinct feature
    followed: NDArray[np.int64]  # subjects met, by view
    counts: NDArray[np.int64]  # entries, blocks used, pairs, latest


ENTRIES, BLOCKS, PAIRS, LATEST = range(4)
E_KEY, E_VALUE, E_ADDED, E_GAP, E_FLAGS, E_SUPERSEDED, E_NEXT, E_BLOCK = range(8)
"""Columns of an entry. E_FLAGS: flags << 1 | once. E_SUPERSEDED: bit f is set when a later entry of the window counts for this
counterparty in feature f of the view. E_NEXT: the next entry of the same block, -1 for none. E_BLOCK: block << 8 | view."""
_FILL: dict[str, int] = {"block_of": -1, "listed_from": 2**62, "listed_until": -(2**62)}
_BY_SUBJECT = ("block_of", "first_seen", "first_touched", "touches", "listed_from", "listed_until")


class State:
    """Grown as subjects and events appear; entries that left the longest window are overwritten."""

    def __init__(self) -> None:
        self.layout = layout()
        self.began = -1
        views = len(VIEWS)
        arrays: dict[str, Any] = {"entries": np.zeros((RING, 8), np.int64)}
        for name in _BY_SUBJECT:
            shape = (1 << 12, views) if name == "block_of" else 1 << 12
            arrays[name] = np.full(shape, _FILL.get(name, 0), np.int64)
        self.memory = Memory(
            **arrays,
            blocks=np.zeros(1 << 16, np.int64),
            pair_keys=np.zeros(1 << 14, np.int64),
            pairs=np.zeros((1 << 14, 3), np.int64),
            latest_keys=np.zeros(1 << 14, np.int64),
            latest=np.zeros((1 << 14, 1), np.int64),
            followed=np.zeros(views, np.int64),
            counts=np.zeros(4, np.int64),
        )

    def hold_subjects(self, count: int) -> None:
        """Make room for subjects 0..count-1."""
        capacity = len(self.memory.touches)
        if count <= capacity:
            return
        grown = {}
        for name in _BY_SUBJECT:
            old = getattr(self.memory, name)
            grown[name] = np.full((max(count, 2 * capacity), *old.shape[1:]), _FILL.get(name, 0), np.int64)
            grown[name][:capacity] = old
        self.memory = self.memory._replace(**grown)

    def hold(self, touches: int, now: int) -> None:
        """Make room for `touches` more at `now` (a key), so that no entry younger than the longest window is lost."""
        memory = self.memory
        entries, used = int(memory.counts[ENTRIES]), int(memory.counts[BLOCKS])
        ring = len(memory.entries)
        while entries + touches > ring:
            oldest = entries + touches - ring - 1
            if touches <= ring and memory.entries[oldest % ring, E_KEY] <= now - in_keys(LONGEST_S):
                break
            memory = _doubled(memory, entries)
            ring *= 2
        most = touches * int(self.layout.block_size.max())
        if used + most > len(memory.blocks):
            blocks = np.zeros(max(2 * len(memory.blocks), used + most), np.int64)
            blocks[:used] = memory.blocks[:used]
            memory = memory._replace(blocks=blocks)
        memory = _hold_slots(memory, "pair_keys", "pairs", PAIRS, touches, now - in_keys(MEMORY_S))
        self.memory = _hold_slots(memory, "latest_keys", "latest", LATEST, 4 * touches, entries - ring)

    def bytes_held(self) -> int:
        """What the arrays take."""
        return sum(array.nbytes for array in self.memory)


def _doubled(memory: Memory, entries: int) -> Memory:
    ring = len(memory.entries)
    entries_of = np.zeros((2 * ring, 8), np.int64)
    at = max(0, entries - ring)
    while at < entries:  # two or three runs, each copied as a whole: everybody waits meanwhile
        ends = at + min(entries - at, ring - at % ring)
        entries_of[at % (2 * ring) :][: ends - at] = memory.entries[at % ring :][: ends - at]
        at = ends
    return memory._replace(entries=entries_of)


def _hold_slots(memory: Memory, keys: str, values: str, counter: int, more: int, least: int) -> Memory:
    """Keep a table at most half full; what is too old to matter is left behind when it is made anew."""
    old_keys, old = getattr(memory, keys), getattr(memory, values)
    if 2 * (int(memory.counts[counter]) + more) <= len(old_keys):
        return memory
    alive = int(((old_keys != 0) & (old[:, 0] >= least)).sum())
    size = len(old_keys)
    while 3 * (alive + more) > size:
        size *= 2
    new_keys, new = np.zeros(size, np.int64), np.zeros((size, old.shape[1]), np.int64)
    memory.counts[counter] = move_slots(old_keys, old, new_keys, new, least)
    return memory._replace(**{keys: new_keys, values: new})
