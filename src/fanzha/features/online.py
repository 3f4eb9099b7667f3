"""The online executor: one touch at a time, every aggregate kept up to date as events enter and leave its window.

An event enters and leaves each window once, so a touch costs the same for a shop with a million payers as for one with ten.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fanzha.features.declarations import (
    AGGREGATES,
    FIRST_US,
    HEAD,
    LAST_KEY,
    SUBJECT_KINDS,
    TAILS,
    TIE_BITS,
    Layout,
)
from fanzha.features.pairs import pair_of, slot_of
from fanzha.features.state import (
    BLOCKS,
    E_ADDED,
    E_BLOCK,
    E_FLAGS,
    E_GAP,
    E_KEY,
    E_NEXT,
    E_SUPERSEDED,
    E_VALUE,
    ENTRIES,
    LATEST,
    PAIRS,
    Memory,
)
from fanzha.features.touches import ADDED, AT, FLAG, KEY, ONCE, OTHER, SUBJECT, VALUE, VIEW

_COUNT, _SUM, _MAX, _DISTINCT, _RECENCY = range(len(AGGREGATES))
_PERSON = SUBJECT_KINDS.index("person")
_FIRST_KEYS = FIRST_US // 1000 << TIE_BITS
_SETTLED_KEYS = 6 * 3600 * 1000 << TIE_BITS
"""Before this much was seen, every counterparty would be rare (ours)."""
RARE_TOUCHES, RARE_SHARE, RARE_LEAST = 20, 3000, 5
"""A counterparty is rare while it was touched fewer times than RARE_TOUCHES since the state began, and fewer than once for every
RARE_SHARE subjects of the same view, but at least RARE_LEAST (ours; in a small place everything is seen by few)."""


@njit(cache=True)
def _fits(row: NDArray[np.int64], flags: int, value: int) -> bool:
    if (flags & row[2]) != row[2] or (row[3] != 0 and (flags & row[3]) == 0):
        return False
    return bool(row[4] <= value < row[5])


@njit(cache=True)
def _measured(entry: NDArray[np.int64], row: NDArray[np.int64]) -> int:
    return int(entry[E_GAP]) if row[1] == 1 else int(entry[E_VALUE])


@njit(cache=True)
def _leave(memory: Memory, plan: Layout, view: int, base: int, tail_at: int, limit: int, through: int) -> None:
    """Let entries with a key at or below `limit`, or a number up to `through`, leave the window whose oldest is at `tail_at`."""
    ring = len(memory.entries)
    blocks = memory.blocks
    tail = blocks[base + tail_at]
    if tail < 0 or (memory.entries[tail % ring, E_KEY] > limit and tail > through):
        return
    lost_max = False
    while tail >= 0:
        entry = memory.entries[tail % ring]
        if entry[E_KEY] > limit and tail > through:
            break
        for f in range(plan.view_from[view], plan.view_to[view]):
            row = plan.rows[f]
            if row[8] != tail_at or not _fits(row, entry[E_FLAGS] >> 1, entry[E_VALUE]):
                continue
            place = base + row[7]
            if row[0] == _COUNT:
                blocks[place] -= entry[E_FLAGS] & 1
            elif row[0] == _SUM:
                blocks[place] -= entry[E_ADDED]
            elif row[0] == _MAX:
                lost_max |= _measured(entry, row) >= blocks[place]
            elif row[0] == _DISTINCT:
                blocks[place] -= 1 - ((entry[E_SUPERSEDED] >> (f - plan.view_from[view])) & 1)
        tail = entry[E_NEXT]
    blocks[base + tail_at] = tail
    if lost_max:
        for f in range(plan.view_from[view], plan.view_to[view]):
            row = plan.rows[f]
            if row[8] == tail_at and row[0] == _MAX:
                blocks[base + row[7]] = _largest(memory, row, tail)


@njit(cache=True)
def _largest(memory: Memory, row: NDArray[np.int64], tail: int) -> int:
    ring = len(memory.entries)
    largest = 0
    while tail >= 0:
        entry = memory.entries[tail % ring]
        if _fits(row, entry[E_FLAGS] >> 1, entry[E_VALUE]):
            largest = max(largest, _measured(entry, row))
        tail = entry[E_NEXT]
    return largest


@njit(cache=True)
def _bring_up(memory: Memory, plan: Layout, view: int, base: int, now: int, through: int) -> None:
    for w in range(plan.tails.shape[1]):
        if plan.tails[view, w] == 0:
            break
        _leave(memory, plan, view, base, TAILS + w, now - plan.tails[view, w], through)


@njit(cache=True)
def take(memory: Memory, plan: Layout, touch: NDArray[np.int64], began: int) -> int:
    """Put one touch into the state; returns its flags with listed, first and rare added. `began`: key of the state's first touch."""
    key, subject, view, other = touch[KEY], touch[SUBJECT], touch[VIEW], touch[OTHER]
    value, flags, once = touch[VALUE], touch[FLAG], touch[ONCE]
    counts, blocks, ring = memory.counts, memory.blocks, len(memory.entries)
    if memory.listed_from[other] <= touch[AT] < memory.listed_until[other]:
        flags |= plan.listed
    if memory.first_seen[subject] == 0:
        memory.first_seen[subject] = key
    if memory.first_touched[other] == 0:
        memory.first_touched[other] = key
    if plan.views_of_kind[view] == _PERSON:
        memory.touches[other] += once  # every event touches a person; its other views would count it again
    pair = pair_of(plan.views_of_kind[view], subject, other)
    slot = slot_of(memory.pair_keys, pair)
    if memory.pair_keys[slot] == 0:
        memory.pair_keys[slot] = pair + 1
        memory.pairs[slot, 0], memory.pairs[slot, 1], memory.pairs[slot, 2] = key, 0, value
        counts[PAIRS] += 1
    memory.pairs[slot, 1] += once
    memory.pairs[slot, 2] = min(memory.pairs[slot, 2], value)
    if subject != other and key - memory.pairs[slot, 0] < _FIRST_KEYS:
        flags |= plan.first
    base = memory.block_of[subject, view]
    if base < 0:
        base = counts[BLOCKS]
        counts[BLOCKS] += plan.block_size[view]
        blocks[base : base + plan.block_size[view]] = 0
        memory.block_of[subject, view] = base
        memory.followed[view] += 1
        blocks[base + HEAD] = -1
        blocks[base + LAST_KEY] = began
        for w in range(plan.tails.shape[1]):
            if plan.tails[view, w] != 0:
                blocks[base + TAILS + w] = -1
    if (
        memory.touches[other] < min(RARE_TOUCHES, max(RARE_LEAST, memory.followed[view] // RARE_SHARE))
        and key - began > _SETTLED_KEYS
    ):
        flags |= plan.rare
    _bring_up(memory, plan, view, base, key, -1)
    number = counts[ENTRIES]
    entry = memory.entries[number % ring]
    if number >= ring:
        _bring_up(memory, plan, entry[E_BLOCK] & 0xFF, entry[E_BLOCK] >> 8, -1, number - ring)
    counts[ENTRIES] += 1
    head = blocks[base + HEAD]
    if head > number - ring:
        memory.entries[head % ring, E_NEXT] = number
    blocks[base + HEAD] = number
    entry[E_KEY], entry[E_VALUE], entry[E_ADDED] = key, value, touch[ADDED]
    entry[E_GAP] = ((key >> TIE_BITS) - (blocks[base + LAST_KEY] >> TIE_BITS)) // 1000
    entry[E_FLAGS], entry[E_SUPERSEDED], entry[E_NEXT], entry[E_BLOCK] = flags << 1 | once, 0, -1, base << 8 | view
    blocks[base + LAST_KEY] = key
    for w in range(plan.tails.shape[1]):
        if plan.tails[view, w] != 0 and blocks[base + TAILS + w] < 0:
            blocks[base + TAILS + w] = number
    for f in range(plan.view_from[view], plan.view_to[view]):
        row = plan.rows[f]
        if not _fits(row, flags, value):
            continue
        place = base + row[7]
        if row[0] == _COUNT:
            blocks[place] += once
        elif row[0] == _SUM:
            blocks[place] += touch[ADDED]
        elif row[0] == _MAX:
            blocks[place] = max(blocks[place], _measured(entry, row))
        elif row[0] == _RECENCY:
            blocks[place] = key
        elif row[0] == _DISTINCT:
            bit = f - plan.view_from[view]
            mine = ((base + row[7]) << 31) | other
            before = slot_of(memory.latest_keys, mine)
            earlier = -1
            if memory.latest_keys[before] == 0:
                memory.latest_keys[before] = mine + 1
                counts[LATEST] += 1
            else:
                earlier = memory.latest[before, 0]
            if earlier >= 0 and earlier >= blocks[base + row[8]]:
                memory.entries[earlier % ring, E_SUPERSEDED] |= 1 << bit
            else:
                blocks[place] += 1
            memory.latest[before, 0] = number
    return int(flags)


@njit(cache=True)
def read(memory: Memory, plan: Layout, subject: int, kind: int, now: int, out: NDArray[np.float64]) -> None:
    """Fill the windowed features of one subject of a kind (a place in SUBJECT_KINDS) into `out` as they stand at key `now`."""
    for view in range(len(plan.view_from)):
        if plan.views_of_kind[view] != kind:
            continue
        base = memory.block_of[subject, view]
        if base >= 0:
            _bring_up(memory, plan, view, base, now, -1)
        for f in range(plan.view_from[view], plan.view_to[view]):
            row = plan.rows[f]
            stands = memory.blocks[base + row[7]] if base >= 0 else 0
            if row[0] == _RECENCY:
                length = row[6] >> TIE_BITS
                passed = (now >> TIE_BITS) - (stands >> TIE_BITS)
                out[f] = (passed if stands > now - row[6] else length) / 1000
            else:
                out[f] = stands


@njit(cache=True)
def complete(memory: Memory, plan: Layout, touch: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """Fill in the memory and event features of the touch that is judged, and then the ratios."""
    now, other = touch[KEY] >> TIE_BITS, touch[OTHER]
    slot = slot_of(memory.pair_keys, pair_of(plan.views_of_kind[touch[VIEW]], touch[SUBJECT], other))
    stands = (
        (now - (memory.first_seen[touch[SUBJECT]] >> TIE_BITS)) / 1000,
        (now - (memory.first_touched[other] >> TIE_BITS)) / 1000,
        float(memory.touches[other]),
        (now - (memory.pairs[slot, 0] >> TIE_BITS)) / 1000,
        float(memory.pairs[slot, 1]),
        float(memory.pairs[slot, 2]),
    )
    for n in range(len(stands)):
        if plan.memory[n] >= 0:
            out[plan.memory[n]] = stands[n]
    for n in range(len(plan.event)):
        if plan.event[n] >= 0:
            out[plan.event[n]] = touch[VALUE] if n == 0 else touch[10 + n]
    for r in range(len(plan.ratios)):
        over = out[plan.ratios[r, 2]]
        out[plan.ratios[r, 0]] = out[plan.ratios[r, 1]] / over if over > 0 else 0.0


@njit(cache=True)
def vectors(
    memory: Memory, plan: Layout, touches: NDArray[np.int64], began: int, out: NDArray[np.float64]
) -> None:
    """Every touch with its subject's features right after it: `out` is (touches, FEATURES)."""
    for n in range(len(touches)):
        flags = take(memory, plan, touches[n], began)
        touches[n, FLAG] = flags
        out[n] = plan.absent
        read(memory, plan, touches[n, SUBJECT], plan.views_of_kind[touches[n, VIEW]], touches[n, KEY], out[n])
        complete(memory, plan, touches[n], out[n])
