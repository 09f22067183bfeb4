#!/usr/bin/python3
"""Writes regression.json: linear models as scikit-learn finds them when told to go on until nothing moves.

Inputs: a part of its diabetes data, columns with correlations of 0.95 between neighbours, and a matrix with more columns than rows.
Reference: Debian 12's python3-sklearn (1.2), with python3-numpy (1.24).
"""

import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import ElasticNet, Lasso, LassoLarsIC, Ridge, enet_path
from sklearn.preprocessing import StandardScaler

from encode import array, inputs, number, single, write

rng = np.random.RandomState(95)


def correlated(n, p, rho):
    x = rng.randn(n, p)
    for j in range(1, p):
        x[:, j] = rho * x[:, j - 1] + np.sqrt(1 - rho**2) * x[:, j]
    return x


def planted(x, count, noise):
    w = np.zeros(x.shape[1])
    w[rng.permutation(x.shape[1])[:count]] = 3 * rng.randn(count)
    return x @ w + noise * rng.randn(len(x))


diabetes = load_diabetes()
alike = correlated(60, 20, 0.95)
wide = correlated(20, 40, 0.5)
INPUTS = {
    "diabetes": diabetes.data[:150] * 20,
    "diabetes-y": diabetes.target[:150],
    "alike": alike + 5,
    "alike-y": planted(alike, 5, 0.5) - 3,
    "alike-two": np.stack([planted(alike, 3, 0.5), planted(alike, 8, 1)], axis=1),
    "alike-weights": rng.uniform(0.2, 3, 60) * (rng.rand(60) > 0.1),
    "wide": wide,
    "wide-y": planted(wide, 4, 0.1),
}
VALUES = {name: single(value) for name, value in INPUTS.items()}
cases = []


def fit(op, x, y, options, weights=None):
    """One model, its options by the library's names."""
    names = {"alpha": "alpha", "l1Ratio": "l1_ratio", "fitIntercept": "fit_intercept", "positive": "positive"}
    own = {names[name]: value for name, value in options.items() if name in names}
    if op == "ridge":
        model = Ridge(**own)
    else:
        model = {"lasso": Lasso, "elasticNet": ElasticNet}[op](tol=1e-15, max_iter=1000000, **own)
    given = VALUES[x]
    scale = np.ones(given.shape[1])
    if options.get("standardize"):
        scale = StandardScaler().fit(given).scale_
    model.fit(given / scale, VALUES[y], sample_weight=None if weights is None else VALUES[weights])
    case = {"op": op, "x": x, "y": y, "options": options, "coef": array(model.coef_ / scale), "intercept": array(model.intercept_)}
    if weights:
        case["weights"] = weights
    cases.append(case)


for alpha in [20, 3, 0.5]:
    fit("lasso", "diabetes", "diabetes-y", {"alpha": alpha})
fit("lasso", "diabetes", "diabetes-y", {"alpha": 2, "standardize": True})
fit("lasso", "diabetes", "diabetes-y", {"alpha": 5, "positive": True})
fit("elasticNet", "diabetes", "diabetes-y", {"alpha": 0.5, "l1Ratio": 0.7})
for alpha in [0.01, 0.1, 1]:
    fit("lasso", "alike", "alike-y", {"alpha": alpha})
fit("lasso", "alike", "alike-y", {"alpha": 0.1, "positive": True})
fit("lasso", "alike", "alike-y", {"alpha": 0.1}, "alike-weights")
fit("lasso", "alike", "alike-y", {"alpha": 0.1, "fitIntercept": False})
fit("lasso", "alike", "alike-two", {"alpha": 0.2})
fit("elasticNet", "alike", "alike-y", {"alpha": 0.3, "l1Ratio": 0.5})
fit("elasticNet", "alike", "alike-two", {"alpha": 0.3, "l1Ratio": 0.2, "positive": True})
fit("elasticNet", "alike", "alike-y", {"alpha": 0.3, "l1Ratio": 0.5, "standardize": True})
fit("elasticNet", "wide", "wide-y", {"alpha": 0.1, "l1Ratio": 0.5})
fit("lasso", "wide", "wide-y", {"alpha": 0.1})
for alpha in [0, 0.01, 1, 100]:
    fit("ridge", "alike", "alike-y", {"alpha": alpha})
fit("ridge", "alike", "alike-y", {"alpha": 2}, "alike-weights")
fit("ridge", "alike", "alike-two", {"alpha": 2, "fitIntercept": False})
fit("ridge", "alike", "alike-two", {"alpha": 2, "standardize": True})
fit("ridge", "diabetes", "diabetes-y", {"alpha": 10})
fit("ridge", "wide", "wide-y", {"alpha": 0.5})
fit("ridge", "wide", "wide-y", {"alpha": 0.001, "fitIntercept": False})


def path(x, y, ratio, count, eps):
    """scikit-learn's has no intercept of its own, so that columns are centred before."""
    a, b = VALUES[x] - VALUES[x].mean(0), VALUES[y] - VALUES[y].mean()
    alphas, coefs, _ = enet_path(a, b, l1_ratio=ratio, n_alphas=count, eps=eps, tol=1e-15, max_iter=1000000)
    options = {"l1Ratio": ratio, "count": count, "eps": eps}
    cases.append({"op": "elasticNetPath", "x": x, "y": y, "options": options, "alphas": array(alphas), "coefs": array(coefs.T)})


path("diabetes", "diabetes-y", 1, 12, 1e-3)
path("alike", "alike-y", 1, 10, 1e-2)
path("alike", "alike-y", 0.4, 6, 1e-2)
path("wide", "wide-y", 0.9, 6, 0.05)


def chosen(x, y, options, **more):
    own = {"noiseVariance": "noise_variance", "criterion": "criterion", "positive": "positive", "fitIntercept": "fit_intercept"}
    model = LassoLarsIC(**{own[name]: value for name, value in options.items()}, **more).fit(VALUES[x], VALUES[y])
    cases.append({
        "op": "lassoIC", "x": x, "y": y, "options": options, "alpha": number(model.alpha_), "criteria": array(model.criterion_),
        "alphas": array(model.alphas_), "noiseVariance": number(model.noise_variance_), "coef": array(model.coef_),
        "intercept": array(model.intercept_),
    })


# With `positive` its paths do not end at the least squares that they should (its documentation says so): specs have descents beside them.
for criterion in ["aic", "bic"]:
    chosen("diabetes", "diabetes-y", {"criterion": criterion})
    chosen("alike", "alike-y", {"criterion": criterion})
chosen("wide", "wide-y", {"criterion": "bic", "noiseVariance": 0.5})
chosen("diabetes", "diabetes-y", {"criterion": "aic", "fitIntercept": False})

write("regression", {"about": "linear models; made by test/golden/make_regression.py", "inputs": inputs(INPUTS)}, cases)
