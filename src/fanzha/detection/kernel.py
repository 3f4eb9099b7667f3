"""The kernel: brings the state up to date touch by touch, and tells which signs fire and where the model warns."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fanzha.detection.pace import STEP_US, Pace, bring_up, count_story
from fanzha.detection.watch import CALM, Watch
from fanzha.features import (
    ACTOR,
    AT,
    FLAG,
    KEY,
    OTHER,
    OTHER_HOLDER,
    SUBJECT,
    SUBJECT_KINDS,
    TIE_BITS,
    VALUE,
    VIEW,
    Layout,
    Memory,
    ask_ahead,
    complete,
    kernel,
    read,
    take,
)

MODEL = -1
"""Stands for the model where an indicator's place stands otherwise."""


YOUNG_S = 86_400.0
"""A state that saw less than this knows of nobody who calls a number back, and takes call centres for fraud (ours)."""
_PERSON = SUBJECT_KINDS.index("person")
_ROUNDING = 1e-9
"""Sums in another order may differ by less than this."""
_SETTLED_S = 7 * 86_400.0
"""From then on every window is full; before, the model knows how little "new" means."""


class Rules(NamedTuple):
    """The indicators and the model's moments as arrays; each of both is a gate on one view, gates of a view side by side."""

    kinds: NDArray[np.int64]  # by view: 0 victim, 1 number, 2 account, -1 nobody is judged by it
    other_kinds: NDArray[np.int64]  # by view: the counterparty's kind of subject, -1 when it is none of its own
    with_holder: NDArray[np.bool_]  # by view: what the counterparty's holder lived through is told too
    gates: NDArray[np.int64]  # (gates, 4): all flags, any flags, at least, the indicator's place or MODEL
    gates_from: NDArray[np.int64]  # by view
    gates_to: NDArray[np.int64]
    weights: NDArray[np.float64]  # by indicator
    limits: NDArray[np.float64]  # (limits, 3): feature, threshold, 1 for at least and 0 for below
    limits_from: NDArray[np.int64]  # by indicator
    limits_to: NDArray[np.int64]
    thresholds: NDArray[
        np.float64
    ]  # by kind: the score from which signs make a number or an account suspected; never the
    # model, whose findings would feed themselves from account to account
    story_us: int


class Trees(NamedTuple):
    """Boosted trees of the three kinds, one after another."""

    roots: NDArray[np.int64]
    roots_from: NDArray[np.int64]  # by kind
    roots_to: NDArray[np.int64]
    nodes: NDArray[np.int32]  # (nodes, 2): feature, and the left child, whose neighbour the right one is; -1 for a leaf
    value: NDArray[np.float64]  # the threshold of a node, the value of a leaf
    after: NDArray[np.float64]  # by tree: the most that the trees behind it in its kind can add
    needed: NDArray[np.float64]  # by kind: a margin below this one changes nothing
    caution: NDArray[np.float64]  # by kind: what is taken off a margin while the state is young
    margins: NDArray[np.float64]  # (kinds, 5): by level, the margin from which a warning of it goes out; [.., 0] unused
    rates: NDArray[np.float64]  # (5,): by level, victim stories per 100,000 people and day that the budget allows
    whole: float  # the budget with its slack, in such stories
    doubt: NDArray[np.float64]  # pace.doubts of victims
    in_use: bool


class Room(NamedTuple):
    """What the kernel writes; it stops when one of them is full."""

    row: NDArray[np.float64]  # (width,): the row in work
    signs: NDArray[np.int64]  # (m, 3): touch, indicator or MODEL, level (MODEL only)
    margins: NDArray[np.float64]  # by sign: the model's margin
    vectors: NDArray[np.float64]  # (m, width): the row as it stood
    moments: NDArray[np.int64]  # (c, 2): touch, kind: every moment, when rows are collected for training
    rows: NDArray[np.float32]  # (c, width)


@kernel()
def margin_of(trees: Trees, kind: int, row: NDArray[np.float64], least: float) -> float:
    """The sum of the leaves that a row falls into; once it cannot reach `least` any more, -inf."""
    nodes, value, total = trees.nodes, trees.value, 0.0
    for tree in range(trees.roots_from[kind], trees.roots_to[kind]):
        node = trees.roots[tree]
        while nodes[node, 1] >= 0:
            node = nodes[node, 1] + (row[nodes[node, 0]] > value[node])
        total += value[node]
        if total + trees.after[tree] < least - _ROUNDING:
            return -np.inf
    return total


@kernel()
def _opens(gate: NDArray[np.int64], flags: int, value: int) -> bool:
    if (flags & gate[0]) != gate[0] or (gate[1] != 0 and (flags & gate[1]) == 0):
        return False
    return bool(value >= gate[2])


@kernel()
def _reached(rules: Rules, sign: int, row: NDArray[np.float64]) -> bool:
    for n in range(rules.limits_from[sign], rules.limits_to[sign]):
        if (row[int(rules.limits[n, 0])] >= rules.limits[n, 1]) != (rules.limits[n, 2] > 0.5):
            return False
    return True


@kernel()
def _is_suspected(watch: Watch, subject: int, now: int) -> bool:
    """Whether its holder is suspected; who had it before them is forgotten here, so that nobody waits for it elsewhere."""
    if not watch.suspected[subject]:
        return False
    if watch.suspected_at[subject] < watch.opened[subject] <= now:
        watch.suspected[subject] = False
        return False
    return True


@kernel()
def _copy(row: NDArray[np.float64], to: NDArray[Any]) -> None:
    for n in range(len(row)):
        to[n] = row[n]


@kernel()
def fire(
    touches: NDArray[np.int64],
    begin: int,
    began: int,
    memory: Memory,
    plan: Layout,
    rules: Rules,
    trees: Trees,
    watch: Watch,
    pace: Pace,
    people: int,
    room: Room,
) -> tuple[int, int, int]:
    """Work through touches from `begin`; returns (next touch, signs written, moments written).

    `began`: key of the state's first touch. `people`: how many the budget is counted on. A row is FEATURES, then what `scoring.EXTRAS` names.
    """
    signs, moments = 0, 0
    features = len(plan.absent)
    row = room.row
    for n in range(begin, len(touches)):
        touch = touches[n]
        view = touch[VIEW]
        if signs + rules.gates_to[view] - rules.gates_from[view] + 1 > len(room.signs):
            return n, signs, moments
        if len(room.rows) and moments == len(room.rows):
            return n, signs, moments
        ask_ahead(memory, plan, touches, n)
        if _is_suspected(watch, touch[OTHER], touch[AT]):
            touch[FLAG] |= plan.suspected
        flags = take(memory, plan, touch, began)
        touch[FLAG] = flags
        kind, subject, now = rules.kinds[view], touch[SUBJECT], touch[AT]
        if kind < 0:
            continue
        own = 0 if kind == 0 else 1
        if own == 0 and _is_suspected(watch, touch[ACTOR], now):
            continue  # an account that launders pays new payees all day; it is no victim
        if now - watch.began[subject, own] >= rules.story_us:
            watch.signs[subject, own] = 0
            watch.rest[subject, own] = 1.0
            watch.level[subject, own] = CALM
            if own == 0:
                watch.best[subject] = -np.inf
        judged = False
        for g in range(rules.gates_from[view], rules.gates_to[view]):
            sign = rules.gates[g, 3]
            if sign == MODEL and not trees.in_use and len(room.rows) == 0:
                continue
            if sign != MODEL and (watch.signs[subject, own] >> sign) & 1:
                continue
            judged |= _opens(rules.gates[g], flags, touch[VALUE])
        if not judged:
            continue
        for f in range(features):
            row[f] = plan.absent[f]
        read(memory, plan, subject, plan.views_of_kind[view], touch[KEY], row)
        other_kind = rules.other_kinds[view]
        if other_kind >= 0:
            read(memory, plan, touch[OTHER], other_kind, touch[KEY], row)
        if rules.with_holder[view]:
            read(memory, plan, touch[OTHER_HOLDER], _PERSON, touch[KEY], row)
        complete(memory, plan, touch, row)
        a_moment = False
        for g in range(rules.gates_from[view], rules.gates_to[view]):
            sign = rules.gates[g, 3]
            if sign != MODEL and (watch.signs[subject, own] >> sign) & 1:
                continue
            if not _opens(rules.gates[g], flags, touch[VALUE]):
                continue
            if sign == MODEL:
                a_moment = True
                continue
            if not _reached(rules, sign, row):
                continue
            if watch.signs[subject, own] == 0 and watch.level[subject, own] == CALM:
                watch.began[subject, own] = now
            watch.signs[subject, own] |= 1 << sign
            watch.rest[subject, own] *= 1.0 - rules.weights[sign]
            if own == 1 and 1.0 - watch.rest[subject, own] >= rules.thresholds[kind]:
                if not _is_suspected(watch, subject, now):
                    watch.suspected_at[subject] = now
                watch.suspected[subject] = True
            room.signs[signs, 0], room.signs[signs, 1] = n, sign
            _copy(row, room.vectors[signs])
            signs += 1
        if not a_moment:
            continue
        row[features] = view
        row[features + 1] = 1.0 - watch.rest[subject, own]
        row[features + 2] = min(((touch[KEY] - began) >> TIE_BITS) / 1000, _SETTLED_S)
        for bit in range(room.vectors.shape[1] - features - 3):
            row[features + 3 + bit] = (flags >> bit) & 1
        if len(room.rows):
            room.moments[moments, 0], room.moments[moments, 1] = n, kind
            _copy(row, room.rows[moments])
            moments += 1
        if not trees.in_use:
            continue
        margin = margin_of(trees, kind, row, trees.needed[kind])
        if margin == -np.inf:
            continue
        if row[features + 2] < YOUNG_S:
            margin -= trees.caution[kind]
        margins = trees.margins[kind]
        if kind == 0:
            if now - pace.clock[0] >= STEP_US:
                bring_up(pace, now, people, trees.rates, margins, trees.whole, trees.doubt, trees.needed[0])
            margins = pace.margins
            if margin > watch.best[subject]:
                if (
                    watch.best[subject] == -np.inf
                    and watch.signs[subject, own] == 0
                    and watch.level[subject, own] == CALM
                ):
                    watch.began[subject, own] = now  # else, never told, it would be counted anew at its next moment
                count_story(pace, watch.best[subject], margin)
                watch.best[subject] = margin
        level = CALM
        for urgent in range(4, 0, -1):
            if margin >= margins[urgent]:
                level = urgent
        if level >= watch.level[subject, own]:
            continue
        if watch.signs[subject, own] == 0 and watch.level[subject, own] == CALM:
            watch.began[subject, own] = now
        watch.level[subject, own] = level
        room.signs[signs, 0], room.signs[signs, 1], room.signs[signs, 2] = n, MODEL, level
        room.margins[signs] = margin
        _copy(row, room.vectors[signs])
        signs += 1
    return len(touches), signs, moments
