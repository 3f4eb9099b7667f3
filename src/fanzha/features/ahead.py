"""Fetching ahead: what a touch will read lies anywhere in memory, and is asked for some touches before it is needed.

Without it more than half of the time of a touch is waiting, one cache line after another.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from fanzha.features.compiling import COMPILED, kernel
from fanzha.features.declarations import AGGREGATES, HEAD, TAILS, Layout
from fanzha.features.pairs import home_of, pair_of
from fanzha.features.state import E_BLOCK, ENTRIES, Memory
from fanzha.features.touches import OTHER, SUBJECT, VIEW

_DISTINCT = AGGREGATES.index("distinct")
LINE = 8  # integers of a cache line
FAR, NEAR, NEXT = 24, 12, 6
"""So many touches ahead the subjects, then their blocks, then the entries that the blocks point to are asked for (measured)."""


def _fetching(_: Any, array: Any, place: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        held = context.make_array(signature.args[0])(context, builder, arguments[0])
        line = builder.gep(held.data, [arguments[1]])
        word = ir.IntType(32)
        shape = ir.FunctionType(ir.VoidType(), [line.type, word, word, word])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [line.type], shape)
        builder.call(prefetch, [line, word(0), word(3), word(1)])  # to read, kept near, data
        return context.get_dummy_value()

    return types.none(array, place), generate


_fetch: Any = intrinsic(_fetching)


def _ask(array: NDArray[np.int64], place: int) -> None:
    """Ask for the cache line of a place in an array, counted from its beginning, without waiting for it; in plain Python nothing."""


@overload(_ask, jit_options=COMPILED)
def _compiled(array: Any, place: Any) -> Any:  # noqa: ARG001 numba looks at the names
    def ask(array: Any, place: Any) -> Any:
        return _fetch(array, place)

    return ask


@kernel()
def ask_ahead(memory: Memory, plan: Layout, touches: NDArray[np.int64], n: int) -> None:
    """Ask for what the touches behind number `n` will read. Changes nothing."""
    views, within = len(plan.view_from), len(memory.entries) - 1
    if n + FAR < len(touches):
        touch = touches[n + FAR]
        subject, other, kind = touch[SUBJECT], touch[OTHER], plan.views_of_kind[touch[VIEW]]
        _ask(memory.about, subject * memory.about.shape[1])
        _ask(memory.about, other * memory.about.shape[1])
        for view in range(0, views, LINE):
            _ask(memory.block_of, subject * views + view)
        _ask(memory.pairs, home_of(memory.pairs, pair_of(kind, subject, other)) * memory.pairs.shape[1])
    if n + NEAR < len(touches):
        touch = touches[n + NEAR]
        for view in range(views):
            base = memory.block_of[touch[SUBJECT], view]
            if base >= 0 and plan.views_of_kind[view] == plan.views_of_kind[touch[VIEW]]:
                for at in range(base, base + plan.block_size[view], LINE):
                    _ask(memory.blocks, at)
        number = memory.counts[ENTRIES] + NEAR
        if number > within:
            _ask(memory.blocks, (memory.entries[number & within, E_BLOCK] >> 8) + TAILS)
    if n + NEXT < len(touches):
        touch = touches[n + NEXT]
        view = touch[VIEW]
        base = memory.block_of[touch[SUBJECT], view]
        if base >= 0:
            _ask(memory.entries, (memory.blocks[base + HEAD] & within) * memory.entries.shape[1])
            _ask(memory.entries, (memory.blocks[base + TAILS] & within) * memory.entries.shape[1])
            for f in range(plan.view_from[view], plan.view_to[view]):
                if plan.rows[f, 0] == _DISTINCT:
                    mine = ((base + plan.rows[f, 7]) << 31) | touch[OTHER]
                    _ask(memory.latest, home_of(memory.latest, mine) * memory.latest.shape[1])
