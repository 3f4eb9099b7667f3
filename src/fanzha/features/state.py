"""What is remembered: blocks of aggregates by subject and view, and one ring of recent events that they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fanzha.features.compiling import kernel
from fanzha.features.declarations import FEATURES, TIE_BITS, VIEWS, Feature, in_keys, layout
from fanzha.features.pairs import move_slots

RING = 1 << 16
MEMORY_S = 180 * 86_400
"""How long two who do not meet again are remembered (design 3: horizon of 180 days), in steps of 2**27 ms."""


class Memory(NamedTuple):
    """The arrays of a State as the kernel takes them. Entries: one a touch, newest over oldest, slot = number % size."""

    entries: NDArray[np.int64]  # (slots, 8): E_KEY .. E_BLOCK, one cache line each
    blocks: NDArray[np.int64]
    block_of: NDArray[np.int64]  # (subjects, views), -1 for none
    about: NDArray[np.int64]  # (subjects, 8): FIRST_SEEN .. LISTED_UNTIL, one cache line each
    pairs: NDArray[np.int64]  # (slots, 4): a table of pairs.py, P_FIRST .. P_LEAST
    latest: NDArray[
        np.int64
    ]  # (slots, 2): a table of pairs.py, the latest entry of a block, counterparty and distinct feature
    followed: NDArray[np.int64]  # subjects met, by view
    counts: NDArray[np.int64]  # entries, blocks used, pairs, latest


ENTRIES, BLOCKS, PAIRS, LATEST = range(4)
E_KEY, E_VALUE, E_ADDED, E_GAP, E_FLAGS, E_SUPERSEDED, E_NEXT, E_BLOCK = range(8)
"""Columns of an entry. E_FLAGS: flags << 1 | once. E_SUPERSEDED: bit f is set when a later entry of the window counts for this
counterparty in feature f of the view. E_NEXT: the next entry of the same block, -1 for none. E_BLOCK: block << 8 | view."""
FIRST_SEEN, FIRST_TOUCHED, TOUCHES, LISTED_FROM, LISTED_UNTIL = range(5)
"""Columns of what is held about a subject: keys, as itself and as a counterparty; how often it was one; microseconds."""
PAIR = ("pair", "first", "met", "least")
P_FIRST, P_MET, P_LEAST = range(1, 4)
"""Columns of a pair: key of the first meeting; when they last met (`met_at`), and in its lower MET_BITS how often; the least value."""
MET_BITS = 32
_STEP_BITS = 27
_NOBODY = {
    "block_of": np.full(len(VIEWS), -1, np.int64),
    "about": np.array([0, 0, 0, 2**62, -(2**62), 0, 0, 0], np.int64),
}
"""What stands where a subject was never seen, by array."""


def _rows(count: int, width: int) -> NDArray[np.int64]:
    """(count, width) zeros that begin with a cache line, so that a row of eight lies in one."""
    held = np.zeros(count * width + 8, np.int64)
    begin = -held.ctypes.data % 64 // 8
    return held[begin : begin + count * width].reshape(count, width)


def _nobodies(count: int) -> dict[str, NDArray[np.int64]]:
    rows = {name: _rows(count, len(nobody)) for name, nobody in _NOBODY.items()}
    for name, nobody in _NOBODY.items():
        rows[name][:] = nobody
    return rows


@kernel()
def met_at(key: int) -> int:
    """A meeting at `key`, as P_MET tells of it beside the count."""
    return key >> (TIE_BITS + _STEP_BITS) << MET_BITS


class State:
    """Grown as subjects and events appear; entries that left the longest window are overwritten."""

    def __init__(self, features: Sequence[Feature] = FEATURES) -> None:
        """`features`: those to keep, in the order of FEATURES."""
        self.layout = layout(features)
        self._longest = int(self.layout.rows[:, 6].max())
        self.began = -1
        views = len(VIEWS)
        self.memory = Memory(
            entries=_rows(RING, 8),
            **_nobodies(1 << 12),
            blocks=np.zeros(1 << 16, np.int64),
            pairs=_rows(1 << 14, 4),
            latest=_rows(1 << 14, 2),
            followed=np.zeros(views, np.int64),
            counts=np.zeros(4, np.int64),
        )

    def hold_subjects(self, count: int) -> None:
        """Make room for subjects 0..count-1."""
        capacity = len(self.memory.about)
        if count <= capacity:
            return
        grown = _nobodies(max(count, 2 * capacity))
        for name, rows in grown.items():
            rows[:capacity] = getattr(self.memory, name)
        self.memory = self.memory._replace(**grown)

    def hold(self, touches: int, now: int) -> None:
        """Make room for `touches` more at `now` (a key), so that no entry younger than the longest window is lost."""
        memory = self.memory
        entries, used = int(memory.counts[ENTRIES]), int(memory.counts[BLOCKS])
        ring = len(memory.entries)
        while entries + touches > ring:
            oldest = entries + touches - ring - 1
            if touches <= ring and memory.entries[oldest % ring, E_KEY] <= now - self._longest:
                break
            memory = _doubled(memory, entries)
            ring *= 2
        most = touches * int(self.layout.block_size.max())
        if used + most > len(memory.blocks):
            blocks = np.zeros(max(2 * len(memory.blocks), used + most), np.int64)
            blocks[:used] = memory.blocks[:used]
            memory = memory._replace(blocks=blocks)
        memory = _hold_slots(memory, "pairs", PAIRS, touches, P_MET, int(met_at(now - in_keys(MEMORY_S))))
        self.memory = _hold_slots(memory, "latest", LATEST, 4 * touches, 1, entries - ring)

    def bytes_held(self) -> int:
        """What the arrays take."""
        return sum(array.nbytes for array in self.memory)


def _doubled(memory: Memory, entries: int) -> Memory:
    ring = len(memory.entries)
    entries_of = _rows(2 * ring, 8)
    at = max(0, entries - ring)
    while at < entries:  # two or three runs, each copied as a whole: everybody waits meanwhile
        ends = at + min(entries - at, ring - at % ring)
        entries_of[at % (2 * ring) :][: ends - at] = memory.entries[at % ring :][: ends - at]
        at = ends
    return memory._replace(entries=entries_of)


def _hold_slots(memory: Memory, name: str, counter: int, more: int, column: int, least: int) -> Memory:
    """Keep a table at most half full; what is below `least` in `column`, too old to matter, is left behind when it is made anew."""
    old = getattr(memory, name)
    if 2 * (int(memory.counts[counter]) + more) <= len(old):
        return memory
    alive = int(((old[:, 0] != 0) & (old[:, column] >= least)).sum())
    size = len(old)
    while 3 * (alive + more) > size:
        size *= 2
    new = _rows(size, old.shape[1])
    memory.counts[counter] = move_slots(old, new, column, least)
    return memory._replace(**{name: new})
