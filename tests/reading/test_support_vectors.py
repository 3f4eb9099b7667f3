"""Our support vector machines are those of scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.svm import LinearSVC

from fanzha.reading.support_vectors import machines


def lost(vectors: Any, sides: Any, cost: float, coefficients: Any, intercepts: Any) -> Any:
    """What each machine is to make least."""
    beyond = np.maximum(0.0, 1.0 - sides * (vectors @ coefficients.T + intercepts))
    return 0.5 * ((coefficients**2).sum(axis=1) + intercepts**2) + cost * (beyond**2).sum(axis=0)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(2, 5), st.floats(0.01, 20.0))
def test_they_are_the_machines_that_scikit_learn_finds(seed: int, labels: int, cost: float) -> None:
    dice = np.random.default_rng(seed)
    vectors = sparse.random_array((60, 25), density=0.3, format="csr", rng=dice)
    of = np.concatenate([np.arange(labels), dice.integers(0, labels, 60 - labels)])
    coefficients, intercepts = machines(vectors, of, cost, near=1e-3)
    theirs = LinearSVC(C=cost, tol=1e-8, max_iter=200_000, random_state=0, dual=True).fit(vectors, of)
    told = (theirs.coef_, theirs.intercept_)
    if labels == 2:
        told = (np.vstack([-told[0], told[0]]), np.concatenate([-told[1], told[1]]))
    sides = np.where(of[:, None] == np.arange(labels), 1.0, -1.0)
    assert np.allclose(
        lost(vectors, sides, cost, coefficients, intercepts), lost(vectors, sides, cost, *told), rtol=1e-3
    )
    again = machines(vectors, of, cost, near=1e-3)
    assert np.array_equal(coefficients, again[0])
