"""How urgent a story's signs make it, by grading.yaml.

Where a trained model judges, the level is that of the margin which a moment reached (`DetectionModel.levels` in scoring.py), and the more
urgent of both for signs that are `certain` (`Engine` in engine.py). What people change later: fanzha.centre.dissuasion.
"""

from __future__ import annotations

from fanzha.detection.indicator import GRADING, INDICATORS
from fanzha.detection.merging import Story


def graded(kind: str, story: Story) -> int | None:
    """The level a story deserves, 1 (most urgent) to 4, or None while it is not enough to warn of.

    The most urgent level among its signs, one more urgent where the score reaches `urgent`.
    """
    rule = GRADING[kind]
    score = story.score
    if score < rule["at_least"]:
        return None
    level = min(INDICATORS[sign].level for sign in story.signs)
    return max(1, level - 1) if score >= rule["urgent"] else level
