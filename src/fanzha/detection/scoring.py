"""The detection models: boosted trees for each kind of warning, their budget tables, and their reasons in words."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fanzha import model_files
from fanzha.detection import pace
from fanzha.detection.indicator import GRADING
from fanzha.detection.kernel import Trees
from fanzha.features import FEATURES, FLAGS, VIEW_INDEX, VIEWS
from fanzha.model_files import ModelFile
from fanzha.refusal import Refusal
from fanzha.vocabulary import WARNING_KINDS, Text

if TYPE_CHECKING:
    import lightgbm  # at run time only where it is used: it brings scikit-learn along, which a page never needs

EXTRAS: tuple[str, ...] = ("view", "story_score", "state_age_s", *(f"is_{flag}" for flag in FLAGS))
"""What a row of a model has behind the features: which view, how far the signs of the story came, how
long anything was seen (at most 7 days), the flags of the event."""
COLUMNS: tuple[str, ...] = (*(feature.id for feature in FEATURES), *EXTRAS)
BUDGET: float = GRADING["budget"]["default"]
"""False victim warnings per 100,000 people and day that are accepted when nobody says otherwise (design 6)."""


@dataclass(frozen=True)
class DetectionModel:
    """A booster for each kind that there was something to learn of (rules judge the others), and what is known of them. `card["budget"][kind]`: margins and the false stories that each lets through."""

    boosters: dict[str, lightgbm.Booster]
    card: dict[str, Any]

    def margin_for(self, kind: str, false_per_day: float) -> float:
        """The least margin that lets through at most so many false stories per 100,000 people and day, by calibration.

        Beyond what was measured the margin is above every one that was met.
        """
        table = self.card["budget"][kind]
        margins, rates = np.array(table["margin"]), np.array(table["false_per_100000_and_day"])
        enough = np.flatnonzero(rates <= false_per_day)
        return float(margins[enough[0]]) if len(enough) else float(margins[-1] + 1.0)

    def score(self, kind: str, margin: float) -> float:
        """The probability that a moment of this margin is of a true story, as calibrated."""
        slope, offset = self.card["calibration"][kind]
        return float(1 / (1 + np.exp(-(slope * margin + offset))))

    def levels(self, kind: str, budget: float) -> NDArray[np.float64]:
        """The least margin of each level (shape (5,), place 0 unused, infinite where never); level 4 is for kinds whose least urgent one it is.

        `kind`: one of WARNING_KINDS; `budget`: false victim warnings per 100,000 people and day.
        """
        margins = np.full(5, np.inf)
        if kind not in self.boosters:
            return margins
        if kind == "victim":
            for level, share in GRADING["budget"]["shares"].items():
                margins[int(level)] = self.margin_for(kind, budget * share * GRADING["budget"]["slack"])
            return margins
        cut = self.card["cut"][kind]
        margins[3], margins[2] = cut["margin"], cut["sure"]
        return margins

    def trees(self, budget: float) -> Trees:
        """The boosters as the kernel takes them, with margins for a budget of false victim warnings."""
        grown = [_flattened(self.boosters.get(kind)) for kind in WARNING_KINDS]
        counts = np.array([len(part.roots) for part in grown])
        ends = np.cumsum(counts)
        begins = np.cumsum([0, *(len(part.value) for part in grown)])
        margins = np.array([self.levels(kind, budget) for kind in WARNING_KINDS])
        needed, doubt = margins.min(axis=1), np.zeros(pace.BINS)
        if (victim := WARNING_KINDS[0]) in self.boosters:
            needed[0] = self.margin_for(victim, pace.REACH * allowed(budget)[3])
            doubt = pace.doubts(*self.card["calibration"][victim])
        return Trees(
            np.concatenate([part.roots + begin for part, begin in zip(grown, begins, strict=False)]),
            np.asarray(ends - counts),
            ends,
            np.concatenate([_moved(part.nodes, begin) for part, begin in zip(grown, begins, strict=False)]),
            np.concatenate([part.value for part in grown]),
            np.concatenate([part.after for part in grown]),
            needed,
            np.array([self.card["cut"].get(kind, {}).get("caution", 0.0) for kind in WARNING_KINDS]),
            margins,
            allowed(budget),
            float(budget),
            doubt,
            True,
        )

    def reasons(self, kind: str, row: NDArray[np.float64], most: int = 3) -> list[dict[str, Any]]:
        """The features that moved the score most towards a warning, in words; `threshold` is what 95 of 100 ordinary
        moments stay below, or above where the value is lower than the usual."""
        given: Any = self.boosters[kind].predict(row.reshape(1, -1), pred_contrib=True)
        usual = self.card["usual"][kind]
        found = []
        for place in np.argsort(-given[0, :-1])[: 3 * most]:
            column = COLUMNS[int(place)]
            text = _words(kind, int(place))
            value, (low, middle, high) = float(row[place]), usual[int(place)]
            if given[0, place] <= 0 or text is None:
                continue
            found.append(
                {
                    "indicator": f"M-{column}",
                    "value": value,
                    "threshold": float(high if value >= middle else low),
                    "text_zh": text.zh,
                    "text_en": text.en,
                }
            )
        return found[:most]

    def save(self, path: Path) -> None:
        """Write the model (kind "detection")."""
        texts = {kind: booster.model_to_string() for kind, booster in self.boosters.items()}
        model_files.save(path, ModelFile("detection", {**self.card, "columns": list(COLUMNS)}, texts=texts))


def _words(kind: str, place: int) -> Text | None:
    """What a feature is to a warning of `kind`; what EXTRAS hold is told by the signs and the event themselves."""
    if place >= len(FEATURES):
        return None
    feature = FEATURES[place]
    if kind == "account" and feature.view is not None and VIEWS[VIEW_INDEX[feature.view]].subject_kind == "person":
        return Text(f"模型：付款人{feature.name.zh}", f"Model, of the payer: {feature.name.en}")
    return Text(f"模型：{feature.name.zh}", f"Model: {feature.name.en}")


def load_detection_model(path: Path) -> DetectionModel:
    """The model in `path`. Refusal when it is of another kind or was trained on other features than this version computes."""
    import lightgbm

    file = detection_file(path)
    return DetectionModel(
        {kind: lightgbm.Booster(model_str=text) for kind, text in file.texts.items()}, dict(file.card)
    )


def detection_file(path: Path) -> ModelFile:
    """What `load_detection_model` reads, checked as it says, its trees still texts."""
    file = model_files.load(path, "detection")
    if tuple(file.card["columns"]) != COLUMNS:
        other = sorted(set(file.card["columns"]) ^ set(COLUMNS))
        raise Refusal(
            f"this model was trained on other features; train it again: {', '.join(other[:5]) or 'another order'}",
            code="model.features",
            where=str(path),
        )
    if not file.texts or not set(file.texts) <= set(WARNING_KINDS):
        raise Refusal("expected boosters of victim, number or account in it", code="model.format", where=str(path))
    return file


def no_trees() -> Trees:
    """What the kernel takes when the rules work alone."""
    none, zeros = np.zeros(0, np.int64), np.zeros(3, np.int64)
    nodes, values, never = np.zeros((0, 2), np.int32), np.zeros(0), np.full((3, 5), np.inf)
    unlimited = np.full(5, np.inf)
    return Trees(
        none, zeros, zeros, nodes, values, values, never[:, 0], np.zeros(3), never, unlimited, np.inf, values, False
    )


def allowed(budget: float) -> NDArray[np.float64]:
    """By level (1..4, [0] unused): victim stories per 100,000 people and day within a budget, its slack left out; level 4 as 3."""
    rates = np.full(5, budget * GRADING["budget"]["slack"])
    for level, share in GRADING["budget"]["shares"].items():
        rates[int(level)] *= share
    return rates


class _Grown(NamedTuple):
    roots: NDArray[np.int64]
    nodes: NDArray[np.int32]
    value: NDArray[np.float64]
    after: NDArray[np.float64]


def _moved(nodes: NDArray[np.int32], begin: int) -> NDArray[np.int32]:
    moved = nodes.copy()
    moved[nodes[:, 1] >= 0, 1] += np.int32(begin)
    return moved


def _flattened(booster: lightgbm.Booster | None) -> _Grown:
    """The trees of a booster as the kernel's arrays. All splits are `<=`, nothing is missing."""
    roots: list[int] = []
    nodes: list[list[int]] = []
    value: list[float] = []
    most: list[float] = []
    for tree in [] if booster is None else booster.dump_model()["tree_info"]:
        roots.append(len(nodes))
        waiting, largest = deque([tree["tree_structure"]]), -np.inf
        while waiting:
            node = waiting.popleft()
            if "split_feature" in node:
                nodes.append([int(node["split_feature"]), len(nodes) + len(waiting) + 1])
                value.append(float(node["threshold"]))
                waiting += [node["left_child"], node["right_child"]]
            else:
                nodes.append([0, -1])
                value.append(float(node["leaf_value"]))
                largest = max(largest, value[-1])
        most.append(largest)
    after = np.cumsum(most[::-1])[::-1] - most if most else np.zeros(0)
    return _Grown(
        np.array(roots, np.int64), np.array(nodes, np.int32).reshape(-1, 2), np.array(value), np.asarray(after)
    )
