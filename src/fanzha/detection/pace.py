"""How fast a stream brings stories at each margin, so that a budget holds where the model's calibration does not.

A model's margins were chosen on the cities that it learned from. In another city the same margin may let through a hundred times as
many warnings, or a tenth, and then victims are missed whom the budget has room for. The engine therefore counts the stories of
possible victims by their highest margin, as they come. Where the model's margins let through far more than the budget foresees, they
are raised until no more stories than it allows would have reached them in the time before. Where they let through less, the margin of
the least urgent level is lowered until the budget is spent on stories that may well be false, or on stories in all: a threshold by what was seen so far,
never a cap that depends on what comes later.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fanzha.features import kernel

BINS, LOWEST, WIDTH = 1200, -15.0, 0.025
MEMORY_DAYS = 3.0
"""Stories fade with this time constant, so that the first days of a log, when everybody is new, do not count for ever. Ours."""
STEP_US = 300 * 1_000_000
DISTRUST, SLACK = 2.0, 10.0
"""The model's margins are left when more than DISTRUST times the budget, and SLACK stories more, reached them. Ours."""
LEAST_DAYS = 1.0
"""Days that must have been seen before a margin is lowered. Ours."""
REACH = 30.0
"""A margin is lowered to the one at most that let through REACH times the budget in the cities learned from. Ours."""
_DAY_US = 86_400 * 1_000_000


class Pace(NamedTuple):
    """`stories`: by bin of their highest margin, fading. `clock`: when it was brought up to date (microseconds UTC, -1: never).
    `exposure`: days seen, fading alike. `margins`: by level, those in force now."""

    stories: NDArray[np.float64]
    clock: NDArray[np.int64]
    exposure: NDArray[np.float64]
    margins: NDArray[np.float64]


def begin(margins: NDArray[np.float64]) -> Pace:
    """Nothing seen yet; `margins` (5, by level) as the model has them."""
    return Pace(np.zeros(BINS), np.full(1, -1, np.int64), np.zeros(1), margins.copy())


def doubts(slope: float, offset: float) -> NDArray[np.float64]:
    """By bin, how much of the budget a story there takes: all of it where it is likelier false than true as calibrated (slope and
    offset of a margin's log odds), else twice the chance that it is false. What is surely true must not use up the budget of false
    warnings; where there is less fraud than calibration supposes nearly all are false, so no margin is lowered that lets through more
    stories in all than the whole budget."""
    middle = LOWEST + WIDTH * (np.arange(BINS) + 0.5)
    return np.asarray(np.minimum(1.0, 2.0 / (1.0 + np.exp(slope * middle + offset))))


@kernel()
def bin_of(margin: float) -> int:
    """The bin of a margin."""
    return min(max(int((margin - LOWEST) / WIDTH), 0), BINS - 1)


@kernel()
def count_story(pace: Pace, before: float, margin: float) -> None:
    """A story rose to `margin`; `before`: its highest until then, -inf for a new one."""
    if before > -np.inf:
        pace.stories[bin_of(before)] -= 1.0
    pace.stories[bin_of(margin)] += 1.0


@kernel()
def bring_up(
    pace: Pace,
    now: int,
    people: int,
    rates: NDArray[np.float64],
    model: NDArray[np.float64],
    whole: float,
    doubt: NDArray[np.float64],
    floor: float,
) -> None:
    """Set the margins in force at `now`. `rates`: by level, stories per 100,000 people and day that the budget allows (inf: no
    limit), `whole`: the budget with its slack; `model`: the model's own margins by level; `doubt`: as `doubts` has it; `floor`: no
    margin is lowered beyond."""
    if pace.clock[0] < 0:
        pace.clock[0] = now
    passed = (now - pace.clock[0]) / _DAY_US
    pace.clock[0] = now
    fading = np.exp(-passed / MEMORY_DAYS)
    pace.exposure[0] = pace.exposure[0] * fading + MEMORY_DAYS * (1.0 - fading)
    for n in range(BINS):
        pace.stories[n] *= fading
    share = pace.exposure[0] * people / 100_000
    for level in range(1, 5):
        pace.margins[level] = model[level]
    widest = np.inf
    for level in range(1, 5):
        widest = min(widest, model[level])
    if widest == np.inf:
        return
    reached = 0.0
    for n in range(bin_of(widest), BINS):
        reached += pace.stories[n]
    foreseen = DISTRUST * rates[3] * share
    if reached <= foreseen + 3 * np.sqrt(foreseen) + SLACK:
        if pace.exposure[0] >= LEAST_DAYS:
            for level in (1, 2):
                pace.margins[level] = max(model[level], _spent(pace, rates[level] * share, np.inf, doubt))
            pace.margins[3] = min(model[3], max(floor, _spent(pace, rates[3] * share, whole * share, doubt)))
        return
    for level in range(1, 5):
        if model[level] < np.inf:
            left = rates[level] * share
            pace.margins[level] = max(model[level], _spent(pace, left, left, doubt))


@kernel()
def _spent(pace: Pace, allowed: float, most: float, doubt: NDArray[np.float64]) -> float:
    """The margin at which the stories seen have spent what is allowed on doubtful ones, or are the most there may be."""
    doubtful, stories, lowest = 0.0, 0.0, BINS
    while lowest > 0:
        doubtful += pace.stories[lowest - 1] * doubt[lowest - 1]
        stories += pace.stories[lowest - 1]
        if doubtful > allowed or stories > most:
            break
        lowest -= 1
    return LOWEST + lowest * WIDTH
