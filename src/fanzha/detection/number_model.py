"""The number model on a feature table: is a phone number used for fraud, from what an operator knows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score, roc_auc_score

from fanzha import model_files
from fanzha.detection.number_inputs import Ratios, Table, inputs_of, ratios_of
from fanzha.detection.number_margins import Margins, learn_margins, learn_slope, margins_from
from fanzha.model_files import ModelFile
from fanzha.refusal import Refusal

SEEDS = 4
ROUNDS = 900
FOLDS = 5
_SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.02,
    "num_leaves": 7,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 2.0,
    "extra_trees": True,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
"""Chosen, as all here, on the first 80 % of the Sichuan rows by five folds in their order. Many threads on few rows only wait."""

VALIDATED_ON = 0.8
"""Validation is by order, as the published split is: a split by chance flatters."""

_SMOOTHED = 9
"""Hundredths over which the quality of a threshold is averaged: its best single value is an accident of the rows."""


@dataclass(frozen=True)
class NumberModel:
    """`columns` of the table it was made for; `calls`: whether it also wants the call graph."""

    columns: tuple[str, ...]
    ratios: Ratios
    calls: bool
    threshold: float
    boosters: tuple[lightgbm.Booster, ...]
    margins: Margins
    card: dict[str, Any]

    def score(self, table: Table, calls: sparse.spmatrix | None = None) -> NDArray[np.float64]:
        """The score (0..1) of every row of `table` (rows, columns)."""
        if self.calls and calls is None:
            raise Refusal("this model was trained with --calls and needs the call graph", code="model.calls")
        return self.judge(inputs_of(self.columns, self.ratios, table, calls if self.calls else None))

    def judge(self, inputs: Table) -> NDArray[np.float64]:
        """The score (0..1) of every row of what `inputs_of` made: the trees' and the margins' in equal parts."""
        return (_mean(self.boosters, inputs) + self.margins.score(inputs)) / 2

    def save(self, path: Path) -> None:
        """Write the model to `path` (kind "numbers")."""
        texts = {f"booster-{n}": booster.model_to_string() for n, booster in enumerate(self.boosters)}
        card = {
            **self.card,
            "columns": list(self.columns),
            "ratios": self.ratios,
            "calls": self.calls,
            "threshold": self.threshold,
        }
        model_files.save(path, ModelFile("numbers", card, self.margins.arrays(), texts))


def load_number_model(path: Path) -> NumberModel:
    """The number model in `path`; Refusal when there is none or the file is of another kind."""
    model = model_files.load(path, "numbers")
    if "ratios" not in model.card:
        raise Refusal(
            "this model was made by another version of fanzha; train it again", code="model.old", where=str(path)
        )
    boosters = tuple(lightgbm.Booster(model_str=model.texts[name]) for name in sorted(model.texts))
    card = dict(model.card)
    margins = margins_from(model.arrays)
    ratios = tuple((over, under) for over, under in card["ratios"])
    return NumberModel(tuple(card["columns"]), ratios, card["calls"], card["threshold"], boosters, margins, card)


def train_number_model(
    columns: Sequence[str], table: Table, labels: NDArray[np.float64], calls: sparse.spmatrix | None = None
) -> NumberModel:
    """A model from the rows whose label is 0 or 1 (NaN: not learned from, but a neighbour of others).

    The card holds the metrics of a model of the first 80 % of the labelled rows on the rest.
    """
    ratios = ratios_of(columns)
    inputs = inputs_of(columns, ratios, table, calls)
    labelled = np.flatnonzero(~np.isnan(labels))
    others = set(labels[labelled]) - {0.0, 1.0}
    if others:
        raise Refusal(f"expected labels 0 and 1, found {min(others):g}", code="labels.other")
    cut = int(len(labelled) * VALIDATED_ON)
    first, rest = labelled[:cut], labelled[cut:]
    if len(set(labels[first])) < 2 or len(set(labels[rest])) < 2:
        raise Refusal("expected labels 0 and 1 in both the first 80 % and the rest of the rows", code="labels.few")
    trees, margins = _held_out(inputs[first], labels[first])
    slope, shift = learn_slope(margins, labels[first])
    threshold = _best_threshold((trees + expit(slope * margins + shift)) / 2, labels[first])

    def learned(rows: NDArray[np.int64], card: dict[str, Any]) -> NumberModel:
        boosters = tuple(_boosters(inputs[rows], labels[rows]))
        machine = learn_margins(inputs[rows], labels[rows], slope, shift)
        return NumberModel(tuple(columns), ratios, calls is not None, threshold, boosters, machine, card)

    scores = learned(first, {}).judge(inputs[rest])
    card = {
        "rows": len(labelled),
        "metrics": metrics(labels[rest], scores, threshold),
        "lightgbm": lightgbm.__version__,
    }
    return learned(labelled, card)


def metrics(labels: NDArray[np.float64], scores: NDArray[np.float64], threshold: float) -> dict[str, float]:
    """Accuracy, macro F1, precision and recall at the threshold, and the area under the ROC curve."""
    found = scores >= threshold
    return {
        "accuracy": float(accuracy_score(labels, found)),
        "macro_f1": float(f1_score(labels, found, average="macro")),
        "macro_precision": float(precision_score(labels, found, average="macro", zero_division=0)),
        "macro_recall": float(recall_score(labels, found, average="macro", zero_division=0)),
        "auc": float(roc_auc_score(labels, scores)),
    }


def _boosters(inputs: Table, labels: NDArray[np.float64], seeds: int = SEEDS) -> list[lightgbm.Booster]:
    return [
        lightgbm.train({**_SETTINGS, "seed": seed}, lightgbm.Dataset(inputs, labels), num_boost_round=ROUNDS)
        for seed in range(seeds)
    ]


def _mean(boosters: Sequence[lightgbm.Booster], inputs: Table) -> NDArray[np.float64]:
    return np.asarray(np.mean([np.asarray(booster.predict(inputs)) for booster in boosters], axis=0))


def _held_out(inputs: Table, labels: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The trees' scores and the margins of each row by models of the four fifths, by order, that it is not in."""
    folds = np.arange(len(labels)) * FOLDS // len(labels)
    trees, margins = np.zeros(len(labels)), np.zeros(len(labels))
    for fold in range(FOLDS):
        held = folds == fold
        if len(set(labels[~held])) > 1:
            trees[held] = _mean(_boosters(inputs[~held], labels[~held], seeds=2), inputs[held])
            margins[held] = learn_margins(inputs[~held], labels[~held]).margins(inputs[held])
    return trees, margins


def _best_threshold(scores: NDArray[np.float64], labels: NDArray[np.float64]) -> float:
    """The threshold about which macro-F1 is best."""
    grid = np.arange(0.2, 0.81, 0.01)
    quality = np.array([f1_score(labels, scores >= one, average="macro") for one in grid])
    window = np.ones(_SMOOTHED)
    smooth = np.convolve(quality, window, "same") / np.convolve(np.ones(len(grid)), window, "same")
    return float(grid[int(np.argmax(smooth))])
