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
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score, roc_auc_score

from fanzha import model_files
from fanzha.model_files import ModelFile
from fanzha.refusal import Refusal

Table = NDArray[np.float64]
SEEDS = 6
ROUNDS = 500
_SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.02,
    "num_leaves": 15,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 2.0,
    "extra_trees": True,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 2,
    "verbosity": -1,
}
VALIDATED_ON = 0.8
"""Validation is by order, as the published split is: a split by chance flatters."""


@dataclass(frozen=True)
class NumberModel:
    """`columns` of the table it was made for; `calls`: whether it also wants the call graph."""

    columns: tuple[str, ...]
    calls: bool
    threshold: float
    boosters: tuple[lightgbm.Booster, ...]
    card: dict[str, Any]

    def score(self, table: Table, calls: sparse.spmatrix | None = None) -> NDArray[np.float64]:
        """The score (0..1) of every row of `table` (rows, columns)."""
        if self.calls and calls is None:
            raise Refusal("this model was trained with --calls and needs the call graph", code="model.calls")
        inputs = with_neighbours(table, calls) if self.calls else table
        return _mean(self.boosters, inputs)

    def save(self, path: Path) -> None:
        """Write the model to `path` (kind "numbers")."""
        texts = {f"booster-{n}": booster.model_to_string() for n, booster in enumerate(self.boosters)}
        card = {**self.card, "columns": list(self.columns), "calls": self.calls, "threshold": self.threshold}
        model_files.save(path, ModelFile("numbers", card, texts=texts))


def load_number_model(path: Path) -> NumberModel:
    """The number model in `path`; Refusal when there is none or the file is of another kind."""
    model = model_files.load(path, "numbers")
    boosters = tuple(lightgbm.Booster(model_str=model.texts[name]) for name in sorted(model.texts))
    card = dict(model.card)
    return NumberModel(tuple(card["columns"]), card["calls"], card["threshold"], boosters, card)


def with_neighbours(table: Table, calls: sparse.spmatrix | None) -> Table:
    """The table with, for every row, the number of its neighbours in the call graph and the means of their features."""
    if calls is None:
        return table
    if calls.shape != (len(table), len(table)):
        raise Refusal(f"the call graph has {calls.shape[0]} rows, the table {len(table)}", code="calls.size")
    graph = sparse.csr_matrix(calls, dtype=np.float64)
    graph = ((graph + graph.T) > 0).astype(np.float64)
    graph.setdiag(0)
    graph.eliminate_zeros()
    degree = np.asarray(graph.sum(axis=1))
    means = np.where(degree > 0, graph @ np.nan_to_num(table) / np.maximum(degree, 1), np.nan)
    return np.hstack([table, degree, means])


def train_number_model(
    columns: Sequence[str], table: Table, labels: NDArray[np.float64], calls: sparse.spmatrix | None = None
) -> NumberModel:
    """A model from the rows whose label is 0 or 1 (NaN: not learned from, but its neighbours may be).

    The card holds the metrics of a model of the first 80 % of the labelled rows on the rest.
    """
    inputs = with_neighbours(table, calls)
    labelled = np.flatnonzero(~np.isnan(labels))
    cut = int(len(labelled) * VALIDATED_ON)
    first, rest = labelled[:cut], labelled[cut:]
    if len(set(labels[first])) < 2 or len(set(labels[rest])) < 2:
        raise Refusal("expected labels 0 and 1 in both the first 80 % and the rest of the rows", code="labels.few")
    threshold = _threshold(inputs[first], labels[first])
    scores = _mean(_boosters(inputs[first], labels[first]), inputs[rest])
    card = {
        "rows": len(labelled),
        "metrics": metrics(labels[rest], scores, threshold),
        "lightgbm": lightgbm.__version__,
    }
    boosters = _boosters(inputs[labelled], labels[labelled])
    return NumberModel(tuple(columns), calls is not None, threshold, tuple(boosters), card)


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


def _threshold(inputs: Table, labels: NDArray[np.float64]) -> float:
    """The threshold with the best macro-F1 over five folds by order within the rows given."""
    folds = np.arange(len(labels)) * 5 // len(labels)
    scores = np.zeros(len(labels))
    for fold in range(5):
        held = folds == fold
        if len(set(labels[~held])) > 1:
            scores[held] = _mean(_boosters(inputs[~held], labels[~held], seeds=1), inputs[held])
    grid = np.arange(0.2, 0.81, 0.01)
    quality = [f1_score(labels, scores >= one, average="macro") for one in grid]
    return float(grid[int(np.argmax(quality))])
