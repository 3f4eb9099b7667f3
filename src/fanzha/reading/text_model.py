"""A linear model over hashed character n-grams: what kind of text this is, and how sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fanzha import model_files
from fanzha.model_files import ModelFile
from fanzha.reading.ngrams import BITS, LONGEST, OPENING, counted, weighed
from fanzha.reading.support_vectors import machines
from fanzha.refusal import Refusal

_VECTORS = f"splitmix, 1 to {LONGEST} characters, 2^{BITS}, opening {OPENING}"
"""What a model's numbers stand for: a model of other vectors would judge at random, and is refused."""

_SHARPNESS = 3.0
"""How fast confidence grows with the margin; ours, only the order of scores rests on the data."""

_STRENGTH = 6.0
_OPENING = 0.7
_BY_LENGTH = np.array([0.0, 0.7, 1.0, 0.8, 0.5])
_TELLING = 0.2
_SEEN = 2
"""Inverse regularisation, length of the opening's vector, weight of an n-gram by its length, what it gains by telling the labels
apart, and texts that it must stand in; chosen by five-fold cross-validation on the two real sets together: long n-grams are many
and say little each. More for what tells (0.5 and up) helps the SMS and harms the calls."""

_MANY = 100
"""Of fewer texts every n-gram is learned from (ours)."""

_DOUBT = 3.0
"""Texts like all others that every n-gram is thought to have stood in besides (ours): what is rare tells by chance."""


@dataclass(frozen=True)
class TextModel:
    """Labels of texts. `used` (slots,): the buckets it knows; `weights` (slots,) of them; `coefficients` (slots, labels)."""

    labels: tuple[str, ...]
    used: NDArray[np.int32]
    weights: NDArray[np.float32]
    coefficients: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    card: dict[str, Any]

    @cached_property
    def slots(self) -> NDArray[np.int32]:
        """(2^BITS,): from a bucket to its row in `used`, -1 to none."""
        slots = np.full(1 << BITS, -1, np.int32)
        slots[self.used] = np.arange(len(self.used))
        return slots

    def predict(self, texts: Sequence[str]) -> tuple[list[str], NDArray[np.float64]]:
        """The label of each text and the score (0..1) of that label, both of shape (texts,), in the order of the texts."""
        if not len(texts):
            return [], np.zeros(0)
        shares = self.shares(texts)
        best = shares.argmax(axis=1)
        return [self.labels[one] for one in best], shares[np.arange(len(best)), best]

    def shares(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(texts, labels): scores that sum to 1 in each row."""
        margins = weighed(texts, self.slots, self.weights, self.coefficients, _OPENING) + self.intercepts
        powers = np.exp(_SHARPNESS * (margins - margins.max(axis=1, keepdims=True)))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def save(self, path: Path) -> None:
        """Write the model to `path` (kind "texts")."""
        arrays = {
            "used": self.used,
            "weights": self.weights,
            "coefficients": self.coefficients,
            "intercepts": self.intercepts,
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
    held = model.arrays
    labels, card = tuple(model.card["labels"]), dict(model.card)
    return TextModel(labels, held["used"], held["weights"], held["coefficients"], held["intercepts"], card)


def train_text_model(texts: Sequence[str], labels: Sequence[str], card: dict[str, Any] | None = None) -> TextModel:
    """A model of the labels (two or more) from their texts; the same input gives the same model."""
    parts = [counted(texts, opening) for opening in (False, True)]
    names, of = np.unique(np.asarray(labels, dtype=str), return_inverse=True)
    weights = np.max([_weights(counts, lengths, of) for counts, lengths in parts], axis=0)
    used = np.flatnonzero(weights)
    whole, opening = (_of_length_one(counts[:, used], weights[used]) for counts, _ in parts)
    vectors = (whole + opening * _OPENING).tocsr()
    coefficients, intercepts = machines(vectors, of, _STRENGTH)
    return TextModel(
        tuple(names.tolist()),
        used.astype(np.int32),
        weights[used].astype(np.float32),
        np.ascontiguousarray(coefficients.T, np.float32),
        intercepts.astype(np.float32),
        {**(card or {}), "texts": len(texts)},
    )


def _weights(counts: sparse.csr_matrix, lengths: NDArray[np.uint8], of: NDArray[np.int64]) -> NDArray[np.float64]:
    """(2^BITS,): how much each n-gram says of texts with the labels `of`, the rarer the more; 0 for those in too few texts."""
    present = np.bincount(counts.indices, minlength=1 << BITS)
    kept = np.flatnonzero(present >= (_SEEN if counts.shape[0] >= _MANY else 1))
    rarity = np.log((1 + counts.shape[0]) / (1 + present[kept])) + 1
    weights = np.zeros(1 << BITS)
    weights[kept] = rarity * _BY_LENGTH[lengths[kept]] * (1 + _TELLING * _telling(counts[:, kept], of))
    return weights


def _telling(counts: sparse.csr_matrix, of: NDArray[np.int64]) -> NDArray[np.float64]:
    """How far the labels of the texts with an n-gram are from the labels of all: relative entropy, by the log of their number."""
    shares = np.bincount(of) / len(of)
    labelled = sparse.csr_matrix((np.ones(len(of)), (of, np.arange(len(of)))))
    standing = (labelled @ counts.sign()).toarray().T
    among = (standing + _DOUBT * shares) / (standing.sum(axis=1, keepdims=True) + _DOUBT)
    return np.asarray((among * np.log(among / shares)).sum(axis=1) / np.log(len(shares)))


def _of_length_one(counts: sparse.csr_matrix, weights: NDArray[np.float64]) -> sparse.csr_matrix:
    """What `ngrams.weighed` multiplies with, as a matrix to learn from."""
    vectors = counts.copy()
    vectors.data = (1.0 + np.log(vectors.data)) * weights[vectors.indices]
    lengths = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel())
    return sparse.diags(1 / np.maximum(lengths, 1e-12)) @ vectors
