"""The linear models of the scope."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression

from advisor.index.softmax import fit_softmax

COUNT, FEATURES = 400, 12


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("classes", [3, 5])
def test_it_is_multinomial_logistic_regression(classes: int, sparse: bool) -> None:
    random = np.random.default_rng(classes)
    rows = random.normal(size=(COUNT, FEATURES)).astype(np.float32)
    labels = (rows[:, :classes] + random.normal(size=(COUNT, classes))).argmax(axis=1)
    weight = random.uniform(0.5, 1.5, size=COUNT)
    weight /= weight.mean()
    theirs = LogisticRegression(C=0.3, tol=1e-3).fit(rows, labels, sample_weight=weight)
    ours = fit_softmax(csr_array(rows) if sparse else rows, labels, weight, 0.3)
    expected = np.concatenate([theirs.coef_, theirs.intercept_[:, None]], axis=1)
    assert ours == pytest.approx(expected, abs=0.02)
