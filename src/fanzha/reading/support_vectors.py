"""Linear support vector machines, one for each label against the others, by descent in the dual (numba).

The problem that scikit-learn's LinearSVC solves, with the bias among the weights, and the same answer. Solved here because scikit-learn
takes a second to import, for which the first narrative that somebody reads would wait.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

MOST_ROUNDS = 1000
"""After which it is left as it is; some tens are usual."""
NEAR = 0.1
"""How far the steepest and the flattest slope of a round may lie apart at the end, as liblinear has it; with a tenth of it texts are told
apart no better, for five times the work."""


def machines(
    vectors: sparse.csr_matrix, of: NDArray[np.int64], cost: float, near: float = NEAR
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients (labels, columns) and intercepts (labels,) that tell rows with each label from all other rows.

    `vectors` (rows, columns); `of` (rows,): the label of each, 0, 1, ...; `cost`: what a row beyond its margin costs, squared;
    `near`: as NEAR, for who wants them exacter.
    Dual coordinate descent of Hsieh, Chang, Lin, Keerthi and Sundararajan (ICML 2008). The same input gives the same machines.
    """
    weights = np.zeros((int(of.max()) + 1, vectors.shape[1] + 1))
    for label, found in enumerate(weights):
        _descend(vectors.data, vectors.indices, vectors.indptr, np.where(of == label, 1.0, -1.0), cost, near, found)
    return weights[:, :-1], weights[:, -1]


@njit(cache=True)
def _descend(
    data: NDArray[np.float64],
    columns: NDArray[np.int32],
    begins: NDArray[np.int32],
    sides: NDArray[np.float64],
    cost: float,
    near: float,
    weights: NDArray[np.float64],
) -> None:
    count, ridge = len(sides), 1 / (2 * cost)
    alphas, squares = np.zeros(count), np.empty(count)
    for place in range(count):
        part = data[begins[place] : begins[place + 1]]
        squares[place] = 1.0 + (part * part).sum() + ridge
    order = np.arange(count)
    np.random.seed(0)
    for _ in range(MOST_ROUNDS):
        np.random.shuffle(order)
        steepest, flattest = -np.inf, np.inf
        for row in order:
            margin = weights[-1]
            for at in range(begins[row], begins[row + 1]):
                margin += weights[columns[at]] * data[at]
            slope = sides[row] * margin - 1 + ridge * alphas[row]
            if alphas[row] == 0.0 and slope > 0.0:
                slope = 0.0
            steepest, flattest = max(steepest, slope), min(flattest, slope)
            if slope != 0.0:
                alpha = max(alphas[row] - slope / squares[row], 0.0)
                step = (alpha - alphas[row]) * sides[row]
                alphas[row] = alpha
                weights[-1] += step
                for at in range(begins[row], begins[row + 1]):
                    weights[columns[at]] += step * data[at]
        if steepest - flattest <= near:
            return
