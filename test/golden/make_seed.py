#!/usr/bin/python3
"""Writes seed/<room>.json: the worked cases that the project began with, inputs in full, and what numpy, SciPy and
scikit-learn make of them. Rooms that are not built yet keep theirs here until they are.

Reference: Debian 12's python3-numpy (1.24), python3-scipy (1.10), python3-sklearn (1.2). Inputs are doubles, not rounded
to float32. An input that is a string names the case whose input it shares. 'inf' and '-inf' stand for the infinities.
"""

import warnings
from collections import defaultdict

import numpy as np
from numpy.linalg import norm, svd
from sklearn.linear_model import ElasticNet, ElasticNetCV, Lasso, LassoCV, LassoLarsIC, Ridge, RidgeCV

from encode import write

warnings.filterwarnings("ignore")
inf = np.inf

ROOM_OF = {
    "norm": "norm", "normalize": "norm",
    "svdvals": "linalg", "matrixRank": "linalg", "cond": "linalg",
    "softThreshold": "prox", "shrinkSingularValues": "prox",
    "cdist": "distance", "cosineSimilarity": "distance", "mahalanobisScores": "distance",
    "lowRank.error": "lowrank", "completeMatrix": "lowrank",
    "lasso": "regression", "ridge": "regression", "elasticNet": "regression", "elasticNetPath": "regression",
    "lassoCV": "regression", "elasticNetCV": "regression", "ridgeCV": "regression", "lassoIC": "regression",
    "fgsm": "training",
}
rooms = defaultdict(list)


def doubles(values):
    values = np.asarray(values, float)
    return {"shape": list(values.shape), "data": [float(x) for x in values.ravel()]}


def add(id, function, inputs, options, expected, note=""):
    case = {"id": id, "function": function, "inputs": inputs, "options": options, "expected": expected, "note": note}
    rooms[ROOM_OF[function]].append(case)


def spelled(order):
    return order if isinstance(order, str) or abs(order) != inf else str(order)


def vector_norms():
    three, four = [3.0, -4.0, 2.0], [3.0, -4.0, 2.0, -1.0]
    for order in [1, 1.5, 2, 3, 5, 10, 100, inf]:
        add(f"vector-L{order}", "norm", {"x": doubles(three)}, {"ord": spelled(order)}, float(norm(three, order)))
    for order in [0, 1, 2, inf, -inf]:
        add(f"vector4-L{order}", "norm", {"x": doubles(four)}, {"ord": spelled(order)}, float(norm(four, order)))
    add("vector-Linf-b", "norm", {"x": doubles([1.2, -3.5, 0.8, 2.1])}, {"ord": "inf"}, 3.5)
    for order, expected in [(1, 100.0), (2, 10.0), (inf, 1.0)]:
        add(f"ones100-L{order}", "norm", {"x": doubles(np.ones(100))}, {"ord": spelled(order)}, expected)
    add("outlier-L2", "norm", {"x": doubles([1, 2, 1000])}, {"ord": 2}, float(norm([1, 2, 1000])))
    add("vector-inf-of-34", "norm", {"x": doubles([3, 4])}, {"ord": "inf"}, 4.0)
    add("matrix-inf-of-34", "norm", {"x": doubles([[3, 4]])}, {"ord": "inf", "axis": [0, 1]}, 7.0,
        "same numbers as a 1x2 matrix: the largest row sum")


MATRICES = {
    "2x3": [[1, 2, 3], [4, 5, 6]],
    "3x3": [[1, 2, 0], [0, 3, 1], [2, 0, 4]],
    "1to9": [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
    "2x2": [[1, 2], [4, 6]],
}


def matrix_norms():
    for name, rows in MATRICES.items():
        matrix = np.array(rows, float)
        for order in ["fro", "nuc", 2, -2, 1, -1, inf, -inf]:
            add(f"matrix-{name}-{order}", "norm", {"x": doubles(matrix)}, {"ord": spelled(order), "axis": [0, 1]},
                float(norm(matrix, order)))
        add(f"svdvals-{name}", "svdvals", {"x": doubles(matrix)}, {}, doubles(svd(matrix, compute_uv=False)))
        add(f"rank-{name}", "matrixRank", {"x": doubles(matrix)}, {}, int(np.linalg.matrix_rank(matrix)))


def axes():
    b = np.array([[3.0, 4], [1, 0], [2, 2]])
    row_norms = norm(b, axis=1, keepdims=True)
    add("rows-L2", "norm", {"x": doubles(b)}, {"ord": 2, "axis": 1}, doubles(norm(b, axis=1)))
    add("cols-L1", "norm", {"x": doubles(b)}, {"ord": 1, "axis": 0}, doubles(norm(b, 1, axis=0)))
    add("rows-keepdims", "norm", {"x": doubles(b)}, {"ord": 2, "axis": 1, "keepdims": True}, doubles(row_norms))
    add("normalize-rows", "normalize", {"x": doubles(b)}, {"ord": 2, "axis": 1}, doubles(b / row_norms))
    small = np.array(MATRICES["2x2"], float)
    add("rows-2x2", "norm", {"x": doubles(small)}, {"axis": 1}, doubles(norm(small, axis=1)))
    add("cols-2x2", "norm", {"x": doubles(small)}, {"axis": 0}, doubles(norm(small, axis=0)))
    np.random.seed(42)
    cube = np.random.rand(3, 5, 5)
    for axis in [0, 1, 2, (1, 2)]:
        option = list(axis) if isinstance(axis, tuple) else axis
        add(f"tensor-axis-{axis}", "norm", {"x": doubles(cube)}, {"axis": option}, doubles(norm(cube, axis=axis)))


def completed(observed, mask, tau, step, iterations=200, tol=1e-4):
    """Proximal gradient with a fixed step: X <- D_tau(X + step * mask * (observed - X))."""
    x = np.zeros_like(observed)
    for i in range(iterations):
        before = x.copy()
        u, s, vt = svd(x + step * mask * (observed - x), full_matrices=False)
        x = u @ np.diag(np.maximum(s - tau, 0)) @ vt
        if norm(x - before) / (norm(before) + 1e-10) < tol:
            break
    return x, i + 1


def prox_and_low_rank():
    a = np.array(MATRICES["3x3"], float)
    u, s, vt = svd(a, full_matrices=False)
    for tau in [1.0, 2.0]:
        shrunk = u @ np.diag(np.maximum(s - tau, 0)) @ vt
        add(f"nuclear-prox-{tau}", "shrinkSingularValues", {"x": doubles(a)}, {"tau": tau}, doubles(shrunk))
    np.random.seed(42)
    tall = np.random.randn(8, 6)
    values = svd(tall, compute_uv=False)
    for k in [1, 2, 3, 5]:
        add(f"eckart-young-{k}", "lowRank.error", {"x": doubles(tall)}, {"rank": k},
            float(np.sqrt((values[k:] ** 2).sum())))
    add("soft-threshold", "softThreshold", {"x": doubles([3, -1, 0.5, -2.5, 0])}, {"threshold": 1.0},
        doubles([2, 0, 0, -1.5, 0]))
    add("fgsm", "fgsm", {"gradient": doubles([0.3, -0.7, 0.1, -0.5])}, {"epsilon": 0.1}, doubles([0.1, -0.1, 0.1, -0.1]))
    np.random.seed(42)
    m, n, rank = 20, 15, 3
    truth = np.random.randn(m, rank) @ np.random.randn(n, rank).T
    mask = (np.random.rand(m, n) > 0.5).astype(float)
    x, iterations = completed(mask * truth, mask, 0.5, 1.5)
    rmse = float(np.sqrt((((1 - mask) * (x - truth)) ** 2).sum() / (1 - mask).sum()))
    add("completion-20x15", "completeMatrix",
        {"observed": doubles(mask * truth), "mask": doubles(mask), "truth": doubles(truth)},
        {"method": "proximal", "tau": 0.5, "step": 1.5, "maxIterations": 200, "tol": 1e-4},
        {"iterations": iterations, "rmseUnobserved": rmse, "x": doubles(x)},
        "fixed-step proximal gradient; a rank-3 least-squares fit (ALS) recovers the truth to 2e-15, "
        "the nuclear norm alone does not")


def distances():
    query = np.array([[1.0, 0.5, 0]])
    documents = np.array([[2.0, 1, 0], [0.5, 0.25, 0], [0, 1, 0], [10, 5, 0]])
    cosine = (query / norm(query)) @ (documents / norm(documents, axis=1, keepdims=True)).T
    add("cosine-docs", "cosineSimilarity", {"a": doubles(query), "b": doubles(documents)}, {}, doubles(cosine))
    add("euclid-docs", "cdist", {"a": doubles(query), "b": doubles(documents)}, {"metric": "euclidean"},
        doubles(norm(documents - query, axis=1)[None]))
    np.random.seed(42)
    first = np.random.randn(200)
    second = 2 * first + 0.1 * np.random.randn(200)
    x = np.column_stack([first, second])
    inverse = np.linalg.inv(np.cov(x.T))
    d = np.array([2.0, 4]) - np.array([0.0, 3])
    add("mahalanobis-pair", "cdist", {"a": doubles([[2, 4]]), "b": doubles([[0, 3]])},
        {"metric": "mahalanobis", "VI": doubles(inverse)}, doubles([[float(np.sqrt(d @ inverse @ d))]]))
    centred = x - x.mean(0)
    scores = np.sqrt(((centred @ inverse) * centred).sum(1))
    threshold = float(np.percentile(scores, 95))
    anomalies = [int(i) for i in np.where(scores > threshold)[0]]
    add("mahalanobis-anomalies", "mahalanobisScores", {"x": doubles(x)}, {"quantile": 0.95},
        {"scores": doubles(scores), "threshold": threshold, "anomalies": anomalies})


def planted(n, p, weights, noise):
    """A regression problem with known weights: standard normal X, y = Xw + noise, from the legacy generator at 42."""
    np.random.seed(42)
    x = np.random.randn(n, p)
    w = np.zeros(p)
    for index, weight in weights.items():
        w[index] = weight
    return x, x @ w + noise * np.random.randn(n)


def problem(x, y):
    return {"X": doubles(x), "y": doubles(y)}


def lasso_fit(x, y, alpha, **options):
    return Lasso(alpha=alpha, tol=1e-12, max_iter=100000, **options).fit(x, y)


def ridge_weights(x, y, alpha):
    return np.linalg.solve(x.T @ x + alpha * np.eye(x.shape[1]), x.T @ y)


def regression_without_intercept():
    x, y = planted(100, 20, {0: 3, 5: -2, 12: 1.5}, 0.1)
    add("lasso-100x20", "lasso", problem(x, y), {"alpha": 0.1, "fitIntercept": False},
        doubles(lasso_fit(x, y, 0.1, fit_intercept=False).coef_))
    x, y = planted(100, 10, {0: 2, 3: -1.5}, 0.1)
    add("ridge-100x10", "ridge", problem(x, y), {"alpha": 0.5, "fitIntercept": False}, doubles(ridge_weights(x, y, 0.5)))
    x, y = planted(80, 10, {0: 3, 2: -1.5, 7: 2}, 0.2)
    alphas = [0.005, 0.01, 0.05, 0.1, 0.3, 0.8, 1.5]
    path = [lasso_fit(x, y, alpha, fit_intercept=False).coef_ for alpha in alphas]
    add("lasso-path-80x10", "elasticNetPath", problem(x, y), {"alphas": alphas, "l1Ratio": 1, "fitIntercept": False},
        {"nonzeros": [int((abs(w) > 1e-6).sum()) for w in path], "l1": [float(abs(w).sum()) for w in path]})


def regression_collinear():
    np.random.seed(42)
    n, p = 100, 5
    x = np.random.randn(n, p)
    x[:, 1] = x[:, 0] + 0.01 * np.random.randn(n)
    y = x @ np.array([1, 2, 0.5, -1, 0.3]) + 0.5 * np.random.randn(n)
    for alpha in [0.01, 0.1, 1, 10, 100]:
        gram = x.T @ x + alpha * np.eye(p)
        add(f"ridge-collinear-{alpha}", "ridge", problem(x, y), {"alpha": alpha, "fitIntercept": False},
            doubles(ridge_weights(x, y, alpha)))
        add(f"cond-collinear-{alpha}", "cond", {"x": doubles(gram)}, {}, float(np.linalg.cond(gram)))
    fit = Ridge(alpha=1.0).fit(x, y)
    add("ridge-collinear-intercept", "ridge", problem(x, y), {"alpha": 1.0},
        {"coef": doubles(fit.coef_), "intercept": float(fit.intercept_)})


def regression_with_intercept():
    x, y = planted(100, 20, {0: 3, 1: -2, 2: 1.5, 3: -1, 4: 0.5}, 0.5)
    for alpha in [0.01, 0.05, 0.1, 0.5, 1.0]:
        fit = lasso_fit(x, y, alpha)
        add(f"lasso-intercept-{alpha}", "lasso", problem(x, y), {"alpha": alpha},
            {"coef": doubles(fit.coef_), "intercept": float(fit.intercept_), "nonzeros": int((fit.coef_ != 0).sum())})
    np.random.seed(42)
    n, p = 100, 10
    shared = np.random.randn(n)
    x = np.zeros((n, p))
    for j in range(3):
        x[:, j] = shared + 0.1 * np.random.randn(n)
    x[:, 3:] = np.random.randn(n, p - 3)
    y = x @ np.array([1, 1, 1] + [0] * 7) + 0.5 * np.random.randn(n)
    for ratio in [0.1, 0.3, 0.5, 0.7, 0.9]:
        fit = ElasticNet(alpha=0.1, l1_ratio=ratio, tol=1e-12, max_iter=100000).fit(x, y)
        add(f"elasticnet-{ratio}", "elasticNet", problem(x, y), {"alpha": 0.1, "l1Ratio": ratio},
            {"coef": doubles(fit.coef_), "intercept": float(fit.intercept_)})


def cross_validation():
    np.random.seed(42)
    n, p, folds = 200, 50, 5
    x = np.random.randn(n, p)
    w = np.zeros(p)
    w[:10] = np.random.randn(10)
    y = x @ w + 0.5 * np.random.randn(n)
    alphas, ridge_alphas = np.logspace(-4, 1, 50), np.logspace(-4, 4, 50)
    shared = {"X": "lasso-cv", "y": "lasso-cv"}

    fit = LassoCV(cv=folds, alphas=alphas, random_state=42).fit(x, y)
    mean = fit.mse_path_.mean(1)
    error = fit.mse_path_.std(1, ddof=1) / np.sqrt(folds)
    best = int(np.argmin(mean))
    one_error = max(alpha for alpha, m in zip(fit.alphas_, mean) if m <= mean[best] + error[best])
    add("lasso-cv", "lassoCV", problem(x, y), {"cv": folds, "alphas": doubles(alphas)},
        {"alpha": float(fit.alpha_), "mse": float(mean[best]), "se": float(error[best]), "alpha1se": float(one_error),
         "nonzeros": int((fit.coef_ != 0).sum())})
    ratios = [0.1, 0.5, 0.7, 0.9, 0.95]
    fit = ElasticNetCV(cv=folds, l1_ratio=ratios, alphas=alphas, random_state=42).fit(x, y)
    add("elasticnet-cv", "elasticNetCV", shared, {"cv": folds, "alphas": "lasso-cv", "l1Ratio": ratios},
        {"alpha": float(fit.alpha_), "l1Ratio": float(fit.l1_ratio_)})
    fit = RidgeCV(cv=folds, alphas=ridge_alphas).fit(x, y)
    add("ridge-cv", "ridgeCV", shared, {"cv": folds, "alphas": doubles(ridge_alphas)}, {"alpha": float(fit.alpha_)})
    fit = RidgeCV(alphas=ridge_alphas).fit(x, y)
    add("ridge-loo", "ridgeCV", shared, {"cv": "loo", "alphas": doubles(ridge_alphas)}, {"alpha": float(fit.alpha_)})
    for criterion in ["aic", "bic"]:
        fit = LassoLarsIC(criterion=criterion).fit(x, y)
        add(f"lasso-{criterion}", "lassoIC", shared, {"criterion": criterion},
            {"alpha": float(fit.alpha_), "criterion": float(np.min(fit.criterion_)),
             "nonzeros": int((abs(fit.coef_) > 1e-10).sum())})


vector_norms()
matrix_norms()
axes()
prox_and_low_rank()
distances()
regression_without_intercept()
regression_collinear()
regression_with_intercept()
cross_validation()
for room, cases in rooms.items():
    write(f"seed/{room}", {"about": "worked cases; made by test/golden/make_seed.py"}, cases)
