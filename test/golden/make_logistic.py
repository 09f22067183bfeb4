#!/usr/bin/python3
"""Writes logistic.json: scikit-learn's LogisticRegression on some columns of breast cancer and on iris, with tolerances near rounding.

Solvers are those that do not penalise the intercept (newton-cholesky, newton-cg, saga); liblinear, which does, only where there is none. The expected
intercepts of several classes have the mean 0 (saga's have not, with the same probabilities).
Reference: Debian 12's python3-sklearn (1.2).
"""

import warnings

import numpy as np
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.linear_model import LogisticRegression

from encode import array, inputs, number, single, write

warnings.simplefilter("error")  # a solver that does not converge is no reference
rng = np.random.RandomState(5)

cancer = load_breast_cancer()
rows = rng.permutation(len(cancer.data))[:80]
columns = [0, 1, 4, 5, 8, 11]
scaled = cancer.data[rows][:, columns]
iris = load_iris()
some = rng.permutation(150)[:90]
flowers = iris.data[some]
INPUTS = {
    "cancer": (scaled - scaled.mean(0)) / scaled.std(0),
    "cancer-y": cancer.target[rows],
    "raw": scaled,
    "iris": flowers,
    "iris-scaled": (flowers - flowers.mean(0)) / flowers.std(0),
    "iris-y": iris.target[some],
    "weights": rng.uniform(0, 2, 80),
}


TOL = {"newton-cholesky": 1e-10, "newton-cg": 1e-6, "saga": 1e-11, "liblinear": 1e-10}


def fit(x, y, solver, penalty="l2", C=1.0, l1_ratio=None, intercept=True, weights=None, balanced=False):
    model = LogisticRegression(
        penalty=penalty,
        C=C,
        l1_ratio=l1_ratio,
        fit_intercept=intercept,
        class_weight="balanced" if balanced else None,
        solver=solver,
        tol=TOL[solver],
        max_iter=100_000 if solver == "saga" else 1000,
        random_state=0,
    )
    model.fit(single(INPUTS[x]), INPUTS[y], None if weights is None else single(INPUTS[weights]))
    shift = model.intercept_.mean() if len(model.classes_) > 2 else 0
    settings = {"penalty": penalty or "none", "C": number(C), "fitIntercept": intercept}
    if l1_ratio is not None:
        settings["l1Ratio"] = number(l1_ratio)
    if balanced:
        settings["classWeight"] = "balanced"
    case = {"x": x, "y": y, "options": settings, "coef": array(model.coef_), "intercept": array(model.intercept_ - shift)}
    if weights is not None:
        case["sampleWeight"] = weights
    case["proba"] = array(model.predict_proba(single(INPUTS[x])[:5]))
    return case


cancer_y = ("cancer", "cancer-y")
cases = [
    fit(*cancer_y, "newton-cholesky"),
    fit(*cancer_y, "newton-cholesky", C=0.02),
    fit(*cancer_y, "newton-cholesky", C=50),
    fit(*cancer_y, "newton-cholesky", intercept=False),
    fit(*cancer_y, "newton-cholesky", weights="weights"),
    fit(*cancer_y, "newton-cholesky", balanced=True),
    fit(*cancer_y, "newton-cholesky", weights="weights", balanced=True),
    fit(*cancer_y, "newton-cholesky", penalty=None, C=1.0),
    fit("raw", "cancer-y", "newton-cholesky"),
    fit(*cancer_y, "saga", penalty="l1", C=0.5),
    fit(*cancer_y, "saga", penalty="l1", C=0.05),
    fit(*cancer_y, "liblinear", penalty="l1", C=0.5, intercept=False),
    fit(*cancer_y, "saga", penalty="elasticnet", l1_ratio=0.5, C=0.3),
    fit("iris", "iris-y", "newton-cg"),
    fit("iris-scaled", "iris-y", "newton-cg", C=20),
    fit("iris-scaled", "iris-y", "newton-cg", intercept=False),
    fit("iris-scaled", "iris-y", "newton-cg", balanced=True),
    fit("iris-scaled", "iris-y", "saga", penalty="l1"),
    fit("iris-scaled", "iris-y", "saga", penalty="elasticnet", l1_ratio=0.3, C=0.5),
]
write("logistic", {"about": "made by make_logistic.py", "inputs": inputs(INPUTS)}, cases)
