"""A support vector machine on normal scores: smooth where trees are stepped, so that both together err less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtri
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

Table = NDArray[np.float64]
COST, WIDTH = 2.0, 0.6
"""Chosen on the first 80 % of the Sichuan rows, five folds by order; the kernel is exp(-WIDTH / columns x squared distance)."""

MOST = 10_000
"""Rows that a machine learns from, at most: its cost grows with their square. The trees learn from all."""

_AT_ONCE = 5_000
"""Rows whose distances to all vectors are in memory at a time."""

_STEPS = np.linspace(0.0, 1.0, 200)
_FURTHEST = 3.0
"""Normal scores beyond are held there: what is rarer than one in 700 is no further away for it."""


@dataclass(frozen=True)
class Margins:
    """`quantiles` (200, columns) of the table, support `vectors` (vectors, columns) with their `pulls`."""

    quantiles: Table
    vectors: Table
    pulls: NDArray[np.float64]
    offset: float
    slope: float
    shift: float

    def score(self, inputs: Table) -> NDArray[np.float64]:
        """The probability (0..1) of every row of `inputs` (rows, columns)."""
        return np.asarray(expit(self.slope * self.margins(inputs) + self.shift))

    def margins(self, inputs: Table) -> NDArray[np.float64]:
        """The signed distance of every row from the border."""
        parts = [self._margins(inputs[at : at + _AT_ONCE]) for at in range(0, len(inputs), _AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _margins(self, inputs: Table) -> NDArray[np.float64]:
        scores = normal_scores(inputs, self.quantiles)
        apart = (scores**2).sum(axis=1)[:, None] + (self.vectors**2).sum(axis=1) - 2 * scores @ self.vectors.T
        return np.asarray(np.exp(-WIDTH / inputs.shape[1] * np.maximum(apart, 0)) @ self.pulls + self.offset)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What a model file holds of it."""
        numbers = np.array([self.offset, self.slope, self.shift])
        return {"quantiles": self.quantiles, "vectors": self.vectors, "pulls": self.pulls, "numbers": numbers}


def margins_from(arrays: Mapping[str, NDArray[Any]]) -> Margins:
    """The machine that `arrays()` wrote."""
    return Margins(arrays["quantiles"], arrays["vectors"], arrays["pulls"], *map(float, arrays["numbers"]))


def learn_margins(inputs: Table, labels: NDArray[np.float64], slope: float = 1.0, shift: float = 0.0) -> Margins:
    """The machine of these rows (labels 0 and 1); `slope` and `shift` as `learn_slope` finds them on rows held out."""
    if len(inputs) > MOST:
        taken = np.sort(np.random.default_rng(0).choice(len(inputs), MOST, replace=False))
        inputs, labels = inputs[taken], labels[taken]
    known = np.where(np.isnan(inputs), _below(inputs), inputs)
    quantiles = np.quantile(known, _STEPS, axis=0)
    machine = SVC(C=COST, gamma=WIDTH / inputs.shape[1], cache_size=500).fit(normal_scores(inputs, quantiles), labels)
    return Margins(
        quantiles, machine.support_vectors_, machine.dual_coef_[0], float(machine.intercept_[0]), slope, shift
    )


def learn_slope(margins: NDArray[np.float64], labels: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and shift that make margins of held-out rows probabilities (Platt 1999)."""
    line = LogisticRegression(C=1e3).fit(margins[:, None], labels)
    return float(line.coef_[0, 0]), float(line.intercept_[0])


def normal_scores(inputs: Table, quantiles: Table) -> Table:
    """Every column by its rank among `quantiles` (200, columns), as a normal score; unknown stands below everything."""
    scores = np.empty_like(inputs)
    for at in range(inputs.shape[1]):
        column, marks = inputs[:, at], quantiles[:, at]
        # of equal marks the middle one counts, so from both sides
        rank = 0.5 * (np.interp(column, marks, _STEPS) - np.interp(-column, -marks[::-1], -_STEPS[::-1]))
        scores[:, at] = ndtri(np.where(np.isnan(column), 0.0, rank.clip(0, 1)))  # half a bit outside has no score
    return np.clip(scores, -_FURTHEST, _FURTHEST)


def _below(inputs: Table) -> NDArray[np.float64]:
    lowest = np.where(np.isnan(inputs), np.inf, inputs).min(axis=0)
    return np.where(np.isinf(lowest), 0.0, lowest - 1)
