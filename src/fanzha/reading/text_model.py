"""A linear model over hashed character n-grams: what kind of text this is, and how sure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.svm import LinearSVC

from fanzha import model_files
from fanzha.model_files import ModelFile

BITS = 18
NGRAMS = (1, 4)
_SHARPNESS = 3.0
"""How fast confidence grows with the margin; ours, only the order of scores rests on the data."""

_STRENGTH = 3.0
"""Inverse regularisation; chosen by three-fold cross-validation on the two real sets."""

_LINK = re.compile(r"https?://\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/\S*)?")
_DIGITS = re.compile(r"\d+")


def plain(text: str) -> str:
    """A text as the model sees it: one width, lower case, links and digit runs by their shape only."""
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = _LINK.sub(" \u2190 ", folded)
    return _DIGITS.sub(lambda run: "9" * min(len(run.group()), 6), folded)


def _vectors(texts: Sequence[str]) -> sparse.csr_matrix:
    hashing = HashingVectorizer(
        analyzer="char", ngram_range=NGRAMS, n_features=1 << BITS, alternate_sign=False, norm=None, lowercase=False
    )
    counts = hashing.transform([plain(text) for text in texts])
    counts.data = 1.0 + np.log(counts.data)
    return counts


@dataclass(frozen=True)
class TextModel:
    """Labels of texts; `coefficients` (labels, 2^BITS), `intercepts` (labels,), `weights` (2^BITS,) of the n-grams."""

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
        parts = [self._shares(texts[at : at + 20_000]) for at in range(0, len(texts), 20_000)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.labels)))

    def _shares(self, texts: Sequence[str]) -> NDArray[np.float64]:
        margins = (
            np.asarray(_weighted(_vectors(texts), self.weights) @ self.coefficients.T, np.float64) + self.intercepts
        )
        powers = np.exp(_SHARPNESS * (margins - margins.max(axis=1, keepdims=True)))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def save(self, path: Path) -> None:
        """Write the model to `path` (kind "texts")."""
        used = np.flatnonzero(self.weights)
        arrays = {
            "used": used.astype(np.int32),
            "coefficients": self.coefficients[:, used].astype(np.float32),
            "intercepts": self.intercepts,
            "weights": self.weights[used],
        }
        model_files.save(path, ModelFile("texts", {**self.card, "labels": list(self.labels)}, arrays))


def load_text_model(path: Path) -> TextModel:
    """The text model in `path`; Refusal when there is none or the file is of another kind."""
    model = model_files.load(path, "texts")
    used = model.arrays["used"]
    coefficients = np.zeros((len(model.card["labels"]), 1 << BITS), np.float32)
    coefficients[:, used] = model.arrays["coefficients"]
    weights = np.zeros(1 << BITS, np.float32)
    weights[used] = model.arrays["weights"]
    return TextModel(tuple(model.card["labels"]), coefficients, model.arrays["intercepts"], weights, dict(model.card))


def train_text_model(texts: Sequence[str], labels: Sequence[str], card: dict[str, Any] | None = None) -> TextModel:
    """A model of the labels (two or more) from their texts; the same input gives the same model."""
    counts = _vectors(texts)
    present = np.asarray((counts > 0).sum(axis=0)).ravel()
    weights = np.where(present > 0, np.log((1 + len(texts)) / (1 + present)) + 1, 0.0).astype(np.float32)
    machine = LinearSVC(C=_STRENGTH, random_state=0, dual="auto").fit(_weighted(counts, weights), labels)
    coefficients, intercepts = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:
        coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.concatenate([-intercepts, intercepts])
    kept = {**(card or {}), "texts": len(texts), "n_grams": list(NGRAMS)}
    names = tuple(str(name) for name in machine.classes_)
    return TextModel(names, coefficients.astype(np.float32), intercepts.astype(np.float32), weights, kept)


def _weighted(counts: sparse.csr_matrix, weights: NDArray[np.float32]) -> sparse.csr_matrix:
    weighted = counts @ sparse.diags(weights.astype(np.float64))
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return sparse.diags(1 / np.maximum(lengths, 1e-12)) @ weighted
