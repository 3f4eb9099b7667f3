"""What detection itself remembers of every subject: its story, as the kernel needs it, and whether it is suspected."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

CALM = 5
"""One less urgent than the least urgent level: nothing was told yet."""


class Watch(NamedTuple):
    """Arrays by subject; those of stories are (subjects, 2): as a victim, and as a number or account that works for fraud."""

    suspected: NDArray[np.bool_]
    suspected_at: NDArray[np.int64]  # microseconds UTC: since when, if suspected
    opened: NDArray[np.int64]  # since when its holder has it: a suspicion from before was somebody else's
    began: NDArray[np.int64]  # microseconds UTC
    signs: NDArray[np.int64]  # bits: places in INDICATORS
    rest: NDArray[np.float64]  # prod(1 - weight)
    best: NDArray[np.float64]  # (subjects,): the highest margin of the story as a victim, -inf for none
    level: NDArray[np.int64]  # the most urgent level that the model told, CALM for none


def empty(subjects: int) -> Watch:
    """Nobody suspected, no story."""
    return Watch(
        np.zeros(subjects, np.bool_),
        np.zeros(subjects, np.int64),
        np.full(subjects, -(2**62), np.int64),
        np.full((subjects, 2), -(2**62), np.int64),
        np.zeros((subjects, 2), np.int64),
        np.ones((subjects, 2)),
        np.full(subjects, -np.inf),
        np.full((subjects, 2), CALM, np.int64),
    )


def held(watch: Watch, subjects: int) -> Watch:
    """The same with room for `subjects`."""
    have = len(watch.suspected)
    if subjects <= have:
        return watch
    grown = empty(max(subjects, 2 * have))
    for old, new in zip(watch, grown, strict=True):
        new[:have] = old
    return grown
