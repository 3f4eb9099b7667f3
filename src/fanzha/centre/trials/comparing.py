"""Two shares compared: intervals of Wilson and Newcombe, and the bounds of O'Brien and Fleming (looks.yaml).

>>> low, high = wilson(0, 50)
>>> (round(low, 3), round(high, 3))
(0.0, 0.071)
>>> [round(needed(k, 5), 2) for k in (1, 3, 5)]
[4.56, 2.63, 2.04]
"""

from __future__ import annotations

from math import sqrt
from typing import Any

from fanzha.vocabulary import load_data

LOOKS: dict[str, Any] = load_data("fanzha.centre.trials", "looks.yaml")
MOST_LOOKS = max(LOOKS["constant"])
_Z95 = 1.959964


def wilson(events: int, count: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927); (0, 1) where nothing was counted."""
    if count == 0:
        return 0.0, 1.0
    share, square = events / count, _Z95 * _Z95
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _Z95 / (1 + square / count) * sqrt(share * (1 - share) / count + square / (4 * count * count))
    return (0.0 if events == 0 else middle - half), (1.0 if events == count else middle + half)


def newcombe(events: int, count: int, other_events: int, other_count: int) -> tuple[float, float]:
    """The 95 % interval of the first share less the other (Newcombe 1998, Statistics in Medicine 17, method 10)."""
    if not count or not other_count:
        return -1.0, 1.0
    one, other = events / count, other_events / other_count
    (low, high), (other_low, other_high) = wilson(events, count), wilson(other_events, other_count)
    down = sqrt((one - low) ** 2 + (other_high - other) ** 2)
    up = sqrt((high - one) ** 2 + (other - other_low) ** 2)
    return one - other - down, one - other + up


def z_of(events: int, count: int, other_events: int, other_count: int) -> float:
    """The first share less the other in standard errors, pooled; 0 where nothing can be said."""
    if not count or not other_count:
        return 0.0
    pooled = (events + other_events) / (count + other_count)
    error = sqrt(pooled * (1 - pooled) * (1 / count + 1 / other_count))
    return (events / count - other_events / other_count) / error if error else 0.0


def needed(look: int, looks: int) -> float:
    """What |z| must reach at the `look`-th (1, 2, ...) of `looks` equally spaced looks."""
    return float(LOOKS["constant"][looks]) * sqrt(looks / look)
