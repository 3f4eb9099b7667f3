"""Same subject, same story: signs within 24 hours are one warning; a further one goes out only when the level rises."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanzha.detection.indicator import GRADING, INDICATORS
from fanzha.features import FEATURE_INDEX, FEATURES

STORY_US = GRADING["story_hours"] * 3600 * 1_000_000


@dataclass
class Story:
    """What has been seen of one subject and kind of warning since `began` (microseconds UTC)."""

    began: int
    signs: dict[int, dict[str, Any]] = field(default_factory=dict)
    related: list[str] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    level: int | None = None

    def add(self, sign: int, value: float, threshold: float) -> None:
        """Put one sign (a place in INDICATORS) with the value that it had."""
        self.signs[sign] = {"value": value, "threshold": threshold}

    def touch(self, other: str, event: int) -> None:
        """Put the counterparty and the event that brought a sign."""
        if other not in self.related:
            self.related.append(other)
        self.events.append(event)

    @property
    def score(self) -> float:
        """1 - prod(1 - weight) over the indicators, each counted once by its heaviest step."""
        rest = 1.0
        for sign in self._heaviest().values():
            rest *= 1.0 - INDICATORS[sign].weight
        return round(1.0 - rest, 6)

    def _heaviest(self) -> dict[str, int]:
        best: dict[str, int] = {}
        for sign in self.signs:
            one = INDICATORS[sign]
            if one.id not in best or one.weight > INDICATORS[best[one.id]].weight:
                best[one.id] = sign
        return best

    def reasons(self) -> list[dict[str, Any]]:
        """The reasons in both languages, the heaviest first."""
        chosen = sorted(self._heaviest().values(), key=lambda sign: (-INDICATORS[sign].weight, sign))
        return [
            {
                "indicator": INDICATORS[sign].id,
                "value": self.signs[sign]["value"],
                "threshold": self.signs[sign]["threshold"],
                "text_zh": INDICATORS[sign].name.zh,
                "text_en": INDICATORS[sign].name.en,
            }
            for sign in chosen
        ]


def observed(sign: int, row: NDArray[np.float64], amount: int) -> tuple[float, float]:
    """The value and the threshold to show for a sign: its first feature limit, else what the event itself had."""
    one = INDICATORS[sign]
    if one.limits:
        name, threshold, _ = one.limits[0]
        return float(row[FEATURE_INDEX[name]]), threshold
    return float(max(amount, 1 if one.at_least == 0 else amount)), float(max(one.at_least, 1))


def warning_id(event: str, subject: str, sign: str, versions: Mapping[str, str]) -> str:
    """The same event, subject, sign and versions always give the same id, so a replay cannot double a warning."""
    named = "\x1f".join((event, subject, sign, *(f"{name}={versions[name]}" for name in sorted(versions))))
    return "w" + hashlib.sha256(named.encode()).hexdigest()[:23]


def relevant(sign: int, row: NDArray[np.float64]) -> dict[str, float]:
    """The features that a sign's decision rests on, as they stood."""
    one = INDICATORS[sign]
    named = {name for name, _, _ in one.limits}
    return {
        feature.id: float(row[index])
        for index, feature in enumerate(FEATURES)
        if feature.id in named or (feature.view == one.view and row[index])
    }
