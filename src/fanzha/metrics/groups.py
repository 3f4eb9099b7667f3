"""What falls on some people more than on others, per head."""

from __future__ import annotations

from collections.abc import Mapping


def group_ratios(counts: Mapping[str, int], sizes: Mapping[str, int]) -> dict[str, dict[str, float]]:
    """What falls on each group per head over the city's rate, with its lower 95 % bound (Poisson, normal approximation).

    `counts`: how many fell on a group; `sizes`: how many people it has. Empty when nothing fell on anybody.
    """
    total = sum(counts.values()) / max(sum(sizes.values()), 1)
    if total == 0:
        return {}
    return {
        group: {
            "ratio": counts.get(group, 0) / size / total,
            "low": max(0.0, counts.get(group, 0) - 1.96 * counts.get(group, 0) ** 0.5) / size / total,
        }
        for group, size in sorted(sizes.items())
    }
