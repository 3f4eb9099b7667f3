"""Our support vector machines are those of scikit-learn."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.svm import LinearSVC

from fanzha.reading.support_vectors import machines


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(2, 5), st.floats(0.01, 20.0))
def test_they_are_the_machines_that_scikit_learn_finds(seed: int, labels: int, cost: float) -> None:
    dice = np.random.default_rng(seed)
    vectors = sparse.random_array((60, 25), density=0.3, format="csr", rng=dice)
    of = np.concatenate([np.arange(labels), dice.integers(0, labels, 60 - labels)])
    coefficients, intercepts = machines(vectors, of, cost)
    theirs = LinearSVC(C=cost, tol=1e-8, max_iter=200_000, random_state=0, dual=True).fit(vectors, of)
    told = theirs.coef_ if labels > 2 else np.vstack([-theirs.coef_, theirs.coef_])
    assert np.allclose(coefficients, told, atol=0.02)
    assert intercepts.shape == (labels,)
    again = machines(vectors, of, cost)
    assert np.array_equal(coefficients, again[0])
