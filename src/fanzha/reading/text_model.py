"""A linear model over hashed character n-grams: what kind of text this is, and how sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.svm import LinearSVC

from fanzha import model_files
from fanzha.model_files import ModelFile
from fanzha.reading.ngrams import BITS, LONGEST, counted, weighed
from fanzha.refusal import Refusal

_VECTORS = f"splitmix, 1 to {LONGEST} characters, 2^{BITS}"
"""What a model's numbers stand for: a model of other vectors would judge at random, and is refused."""

_SHARPNESS = 3.0
"""How fast confidence grows with the margin; ours, only the order of scores rests on the data."""

_STRENGTH = 3.0
"""Inverse regularisation; chosen by three-fold cross-validation on the two real sets."""


@dataclass(frozen=True)
class TextModel:
    """Labels of texts; `coefficients` (2^BITS, labels), `intercepts` (labels,), `weights` (2^BITS,) of the n-grams."""

    labels: tuple[str, ...]
    coefficients: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    weights: NDArray[np.float32]
    card: dict[str, Any]

    def predict(self, texts: Sequence[str]) -> tuple[list[str], NDArray[np.float64]]:
        """The label of each text and the score (0..1) of that label, in the order of the texts."""
        if not len(texts):
            return [], np.zeros(0)
        shares = self.shares(texts)
        best = shares.argmax(axis=1)
        return [self.labels[one] for one in best], shares[np.arange(len(best)), best]

    def shares(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(texts, labels): scores that sum to 1 in each row."""
        margins = weighed(texts, self.weights, self.coefficients) + self.intercepts
        powers = np.exp(_SHARPNESS * (margins - margins.max(axis=1, keepdims=True)))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def save(self, path: Path) -> None:
        """Write the model to `path` (kind "texts")."""
        used = np.flatnonzero(self.weights)
        arrays = {
            "used": used.astype(np.int32),
            "coefficients": self.coefficients[used],
            "intercepts": self.intercepts,
            "weights": self.weights[used],
        }
        model_files.save(
            path, ModelFile("texts", {**self.card, "labels": list(self.labels), "vectors": _VECTORS}, arrays)
        )


def load_text_model(path: Path) -> TextModel:
    """The text model in `path`; Refusal when there is none or the file is of another kind."""
    model = model_files.load(path, "texts")
    if model.card.get("vectors") != _VECTORS:
        raise Refusal(
            "this model was made by another version of fanzha; train it again", code="model.old", where=str(path)
        )
    used = model.arrays["used"]
    coefficients = np.zeros((1 << BITS, len(model.card["labels"])), np.float32)
    coefficients[used] = model.arrays["coefficients"]
    weights = np.zeros(1 << BITS, np.float32)
    weights[used] = model.arrays["weights"]
    return TextModel(tuple(model.card["labels"]), coefficients, model.arrays["intercepts"], weights, dict(model.card))


def train_text_model(texts: Sequence[str], labels: Sequence[str], card: dict[str, Any] | None = None) -> TextModel:
    """A model of the labels (two or more) from their texts; the same input gives the same model."""
    counts = counted(texts)
    present = np.asarray((counts > 0).sum(axis=0)).ravel()
    weights = np.where(present > 0, np.log((1 + len(texts)) / (1 + present)) + 1, 0.0).astype(np.float32)
    machine = LinearSVC(C=_STRENGTH, random_state=0, dual="auto").fit(_weighted(counts, weights), labels)
    coefficients, intercepts = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:
        coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.concatenate([-intercepts, intercepts])
    kept = {**(card or {}), "texts": len(texts)}
    names = tuple(str(name) for name in machine.classes_)
    return TextModel(
        names, np.ascontiguousarray(coefficients.T, np.float32), intercepts.astype(np.float32), weights, kept
    )


def _weighted(counts: sparse.csr_matrix, weights: NDArray[np.float32]) -> sparse.csr_matrix:
    """What `ngrams.weighed` multiplies with, as a matrix to learn from."""
    weighted = counts.copy()
    weighted.data = (1.0 + np.log(weighted.data)) * weights[weighted.indices]
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return sparse.diags(1 / np.maximum(lengths, 1e-12)) @ weighted
