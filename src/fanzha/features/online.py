"""The online executor: one touch at a time, every aggregate kept up to date as events enter and leave its window.

An event enters and leaves each window once, so a touch costs the same for a shop with a million payers as for one with ten.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fanzha.features.ahead import ask_ahead
from fanzha.features.compiling import kernel
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
    FIRST_SEEN,
    FIRST_TOUCHED,
    LATEST,
    LISTED_FROM,
    LISTED_UNTIL,
    MET_BITS,
    P_FIRST,
    P_LEAST,
    P_MET,
    PAIRS,
    TOUCHES,
    Memory,
    met_at,
)
from fanzha.features.touches import ADDED, AT, FLAG, KEY, ONCE, OTHER, SUBJECT, VALUE, VIEW

Ints = NDArray[np.int64]
Table = NDArray[np.int64]
_COUNT, _SUM, _MAX, _DISTINCT, _RECENCY = range(len(AGGREGATES))
_PERSON = SUBJECT_KINDS.index("person")
_COUNTED = (1 << MET_BITS) - 1
_FIRST_KEYS = FIRST_US // 1000 << TIE_BITS
_SETTLED_KEYS = 6 * 3600 * 1000 << TIE_BITS
"""Before this much was seen, every counterparty would be rare (ours)."""
RARE_TOUCHES, RARE_SHARE, RARE_LEAST = 20, 3000, 5
"""A counterparty is rare while it was touched fewer times than RARE_TOUCHES since the state began, and fewer than once for every
RARE_SHARE subjects of the same view, but at least RARE_LEAST (ours; in a small place everything is seen by few)."""


@kernel(inline="always")
def _fits(rows: Table, f: int, flags: int, value: int) -> bool:
    return bool(
        (flags & rows[f, 2]) == rows[f, 2]
        and (rows[f, 3] == 0 or (flags & rows[f, 3]) != 0)
        and rows[f, 4] <= value < rows[f, 5]
    )


@kernel(forceinline=False)
def _leave(
    entries: Table,
    blocks: Ints,
    rows: Table,
    base: int,
    tail_at: int,
    begin: int,
    end: int,
    first: int,
    limit: int,
    through: int,
) -> None:
    """Let entries with a key at or below `limit`, or a number up to `through`, leave a window of a block.

    `begin`, `end`: the features of the window; `first`: that of the view; `tail_at`: where the window's oldest entry stands.
    """
    within = len(entries) - 1
    tail = blocks[base + tail_at]
    lost_max = False
    while tail >= 0:
        at = tail & within
        if entries[at, E_KEY] > limit and tail > through:
            blocks[base + tail_at + 1] = entries[at, E_KEY]
            break
        flags, value = entries[at, E_FLAGS], entries[at, E_VALUE]
        for f in range(begin, end):
            if not _fits(rows, f, flags >> 1, value):
                continue
            place, aggregate = base + rows[f, 7], rows[f, 0]
            if aggregate == _COUNT:
                blocks[place] -= flags & 1
            elif aggregate == _SUM:
                blocks[place] -= entries[at, E_ADDED]
            elif aggregate == _MAX:
                lost_max |= (entries[at, E_GAP] if rows[f, 1] == 1 else value) >= blocks[place]
            elif aggregate == _DISTINCT:
                blocks[place] -= 1 - ((entries[at, E_SUPERSEDED] >> (f - first)) & 1)
        tail = entries[at, E_NEXT]
    blocks[base + tail_at] = tail
    if lost_max:
        for f in range(begin, end):
            if rows[f, 0] == _MAX:
                blocks[base + rows[f, 7]] = _largest(entries, rows, f, tail)


@kernel(forceinline=False)
def _largest(entries: Table, rows: Table, f: int, tail: int) -> int:
    within = len(entries) - 1
    largest = 0
    while tail >= 0:
        at = tail & within
        if _fits(rows, f, entries[at, E_FLAGS] >> 1, entries[at, E_VALUE]):
            largest = max(largest, entries[at, E_GAP] if rows[f, 1] == 1 else entries[at, E_VALUE])
        tail = entries[at, E_NEXT]
    return largest


@kernel()
def _bring_up(
    entries: Table, blocks: Ints, rows: Table, tails: Table, window_from: Table, window_to: Table, view: int, base: int, now: int,
    through: int,
) -> None:  # fmt: skip
    """Let everything leave the windows of a block that is too old at key `now`, or has a number up to `through`."""
    for w in range(tails.shape[1]):
        length = tails[view, w]
        if length == 0:
            break
        at = TAILS + 2 * w
        tail = blocks[base + at]
        if tail >= 0 and (blocks[base + at + 1] <= now - length or tail <= through):
            _leave(
                entries, blocks, rows, base, at, window_from[view, w], window_to[view, w], window_from[view, 0],
                now - length, through,
            )  # fmt: skip


@kernel()
def take(memory: Memory, plan: Layout, touch: NDArray[np.int64], began: int) -> int:
    """Put one touch into the state; returns its flags with listed, first and rare added. `began`: key of the state's first touch."""
    key, subject, view, other = touch[KEY], touch[SUBJECT], touch[VIEW], touch[OTHER]
    value, flags, once = touch[VALUE], touch[FLAG], touch[ONCE]
    counts, blocks, entries, rows = memory.counts, memory.blocks, memory.entries, plan.rows
    ring, about, pairs, latest = len(entries), memory.about, memory.pairs, memory.latest
    if about[other, LISTED_FROM] <= touch[AT] < about[other, LISTED_UNTIL]:
        flags |= plan.listed
    if about[subject, FIRST_SEEN] == 0:
        about[subject, FIRST_SEEN] = key
    if about[other, FIRST_TOUCHED] == 0:
        about[other, FIRST_TOUCHED] = key
    if plan.views_of_kind[view] == _PERSON:
        about[other, TOUCHES] += once  # every event touches a person; its other views would count it again
    pair = pair_of(plan.views_of_kind[view], subject, other)
    slot = slot_of(pairs, pair)
    if pairs[slot, 0] == 0:
        pairs[slot, 0], pairs[slot, P_FIRST], pairs[slot, P_MET], pairs[slot, P_LEAST] = pair + 1, key, 0, value
        counts[PAIRS] += 1
    pairs[slot, P_MET] = met_at(key) | ((pairs[slot, P_MET] & _COUNTED) + once)
    pairs[slot, P_LEAST] = min(pairs[slot, P_LEAST], value)
    if subject != other and key - pairs[slot, P_FIRST] < _FIRST_KEYS:
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
                blocks[base + TAILS + 2 * w] = -1
    if (
        about[other, TOUCHES] < min(RARE_TOUCHES, max(RARE_LEAST, memory.followed[view] // RARE_SHARE))
        and key - began > _SETTLED_KEYS
    ):
        flags |= plan.rare
    _bring_up(entries, blocks, rows, plan.tails, plan.window_from, plan.window_to, view, base, key, -1)
    number = counts[ENTRIES]
    at = number & (ring - 1)
    if entries[at, E_KEY] != 0:  # nothing stands there in a ring that is not full yet, or that has grown since
        of = entries[at, E_BLOCK]
        _bring_up(
            entries, blocks, rows, plan.tails, plan.window_from, plan.window_to, of & 0xFF, of >> 8, -1, number - ring
        )
    counts[ENTRIES] += 1
    head = blocks[base + HEAD]
    if head > number - ring:
        entries[head & (ring - 1), E_NEXT] = number
    blocks[base + HEAD] = number
    gap = ((key >> TIE_BITS) - (blocks[base + LAST_KEY] >> TIE_BITS)) // 1000
    entries[at, E_KEY], entries[at, E_VALUE], entries[at, E_ADDED], entries[at, E_GAP] = key, value, touch[ADDED], gap
    entries[at, E_FLAGS], entries[at, E_SUPERSEDED], entries[at, E_NEXT] = flags << 1 | once, 0, -1
    entries[at, E_BLOCK] = base << 8 | view
    blocks[base + LAST_KEY] = key
    for w in range(plan.tails.shape[1]):
        at_tail = base + TAILS + 2 * w
        if plan.tails[view, w] != 0 and blocks[at_tail] < 0:
            blocks[at_tail], blocks[at_tail + 1] = number, key
    first = plan.view_from[view]
    for f in range(first, plan.view_to[view]):
        if not _fits(rows, f, flags, value):
            continue
        place, aggregate = base + rows[f, 7], rows[f, 0]
        if aggregate == _COUNT:
            blocks[place] += once
        elif aggregate == _SUM:
            blocks[place] += touch[ADDED]
        elif aggregate == _MAX:
            blocks[place] = max(blocks[place], gap if rows[f, 1] == 1 else value)
        elif aggregate == _RECENCY:
            blocks[place] = key
        elif aggregate == _DISTINCT:
            mine = (place << 31) | other
            before = slot_of(latest, mine)
            earlier = -1
            if latest[before, 0] == 0:
                latest[before, 0] = mine + 1
                counts[LATEST] += 1
            else:
                earlier = latest[before, 1]
            if earlier >= 0 and earlier >= blocks[base + rows[f, 8]]:
                entries[earlier & (ring - 1), E_SUPERSEDED] |= 1 << (f - first)
            else:
                blocks[place] += 1
            latest[before, 1] = number
    return int(flags)


@kernel()
def read(memory: Memory, plan: Layout, subject: int, kind: int, now: int, out: NDArray[np.float64]) -> None:
    """Fill the windowed features of one subject of a kind (a place in SUBJECT_KINDS) into `out` as they stand at key `now`."""
    entries, blocks, rows = memory.entries, memory.blocks, plan.rows
    for view in range(len(plan.view_from)):
        if plan.views_of_kind[view] != kind:
            continue
        base = memory.block_of[subject, view]
        if base < 0:
            for f in range(plan.view_from[view], plan.view_to[view]):
                out[f] = plan.absent[f]
            continue
        _bring_up(entries, blocks, rows, plan.tails, plan.window_from, plan.window_to, view, base, now, -1)
        for f in range(plan.view_from[view], plan.view_to[view]):
            stands = blocks[base + rows[f, 7]]
            if rows[f, 0] != _RECENCY:
                out[f] = stands
            elif stands > now - rows[f, 6]:
                out[f] = ((now >> TIE_BITS) - (stands >> TIE_BITS)) / 1000
            else:
                out[f] = plan.absent[f]


@kernel()
def complete(memory: Memory, plan: Layout, touch: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """Fill in the memory and event features of the touch that is judged (of COLUMNS) in `out` (of FEATURES), and then the ratios."""
    now, other, about, pairs = touch[KEY] >> TIE_BITS, touch[OTHER], memory.about, memory.pairs
    slot = slot_of(pairs, pair_of(plan.views_of_kind[touch[VIEW]], touch[SUBJECT], other))
    stands = (
        (now - (about[touch[SUBJECT], FIRST_SEEN] >> TIE_BITS)) / 1000,
        (now - (about[other, FIRST_TOUCHED] >> TIE_BITS)) / 1000,
        float(about[other, TOUCHES]),
        (now - (pairs[slot, P_FIRST] >> TIE_BITS)) / 1000,
        float(pairs[slot, P_MET] & _COUNTED),
        float(pairs[slot, P_LEAST]),
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


@kernel()
def vectors(memory: Memory, plan: Layout, touches: NDArray[np.int64], began: int, out: NDArray[np.float64]) -> None:
    """Every touch with its subject's features right after it: `out` is (touches, FEATURES)."""
    for n in range(len(touches)):
        ask_ahead(memory, plan, touches, n)
        flags = take(memory, plan, touches[n], began)
        touches[n, FLAG] = flags
        for f in range(len(plan.absent)):
            out[n, f] = plan.absent[f]
        read(memory, plan, touches[n, SUBJECT], plan.views_of_kind[touches[n, VIEW]], touches[n, KEY], out[n])
        complete(memory, plan, touches[n], out[n])
