#!/usr/bin/python3
"""Writes regression-cv.json: what scikit-learn finds by cross-validation, every fold's problem solved to 1e-12.

'paths' are LassoCV and ElasticNetCV: errors [ratios, penalties, folds] (mse_path_), the penalty, the ratio, and the coefficients. With
'standardize' each fold is a pipeline of StandardScaler and ElasticNet. 'ridges' are ridge's errors on folds, [penalties, folds], and
without folds the squared errors of leaving one row out, [penalties, rows]. Reference: Debian 12's python3-sklearn (1.2).
"""

import warnings

import numpy as np
from sklearn.linear_model import ElasticNet, ElasticNetCV, Ridge, RidgeCV
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from encode import array, inputs, number, single, write

warnings.simplefilter("ignore")
rng = np.random.RandomState(8)
TIGHT = {"tol": 1e-12, "max_iter": 1000000}


def planted(n, p, rho, offset=0.0):
    shared = rng.randn(n, 1)
    x = np.sqrt(rho) * shared + np.sqrt(1 - rho) * rng.randn(n, p) + offset
    w = np.where(np.arange(p) < 3, [2, -1, 0.5] + [0] * (p - 3), 0)
    return x, x @ w + 0.5 * rng.randn(n)


x, y = planted(41, 8, 0.3)
far, far_y = planted(30, 6, 0.6, offset=100.0)
wide, wide_y = planted(20, 30, 0.1)
dummy, dummy_y = planted(30, 5, 0.2)
dummy[:, 4] = np.where(np.arange(30) < 6, np.arange(30), 1)  # the same in all rows but those of the first of five folds
dummy_y[:6] += dummy[:6, 4]
units = x * np.array([1e4, 1, 1e-4, 1, 10, 1, 1, 0.1])

INPUTS = {
    "x": x, "y": y, "far": far, "far y": far_y, "wide": wide, "wide y": wide_y, "dummy": dummy, "dummy y": dummy_y,
    "units": units, "weights": rng.uniform(0.2, 2, 41),
}
NAMED = {name: single(values) for name, values in INPUTS.items()}
SHUFFLED = [rows.tolist() for rows in np.array_split(rng.permutation(41), 4)]
PARTS = [{"train": list(range(0, 20)), "test": list(range(20, 30))}, {"train": list(range(0, 30)), "test": list(range(30, 41))}]


def splits(folds, n):
    if isinstance(folds, int):
        return list(KFold(folds).split(np.zeros(n)))
    if isinstance(folds[0], dict):
        return [(np.array(one["train"]), np.array(one["test"])) for one in folds]
    return [(np.setdiff1d(np.arange(n), test), np.array(test)) for test in folds]


def path(x, y, folds, ratios, weights=None, **options):
    a, b = NAMED[x], NAMED[y]
    settings = {"fit_intercept": options.get("fitIntercept", True), "positive": options.get("positive", False), **TIGHT}
    fit = ElasticNetCV(l1_ratio=ratios, cv=splits(folds, len(b)), n_alphas=options.get("count", 12), eps=0.01,
                       alphas=options.get("alphas"), **settings)
    fit.fit(a, b, sample_weight=NAMED[weights] if weights else None)
    errors = fit.mse_path_.reshape(len(ratios), -1, len(splits(folds, len(b))))
    return outcome_of(errors, np.atleast_2d(fit.alphas_), fit.alpha_, ratios, fit.l1_ratio_, fit.coef_, fit.intercept_,
                      {"x": x, "y": y, "weights": weights, "folds": folds, "ratios": ratios, "options": options})


def scaled_path(x, y, folds, ratio, alphas):
    a, b = NAMED[x], NAMED[y]
    errors = np.zeros((1, len(alphas), len(splits(folds, len(b)))))
    model = lambda alpha: make_pipeline(StandardScaler(), ElasticNet(alpha=alpha, l1_ratio=ratio, **TIGHT))
    for f, (train, test) in enumerate(splits(folds, len(b))):
        for k, alpha in enumerate(alphas):
            errors[0, k, f] = ((model(alpha).fit(a[train], b[train]).predict(a[test]) - b[test]) ** 2).mean()
    best = alphas[errors[0].mean(1).argmin()]
    pipeline = model(best).fit(a, b)
    coef = pipeline[1].coef_ / pipeline[0].scale_
    intercept = pipeline[1].intercept_ - coef @ pipeline[0].mean_
    return outcome_of(errors, np.array([alphas]), best, [ratio], ratio, coef, intercept,
                      {"x": x, "y": y, "folds": folds, "ratios": [ratio], "options": {"alphas": alphas, "standardize": True}})


def outcome_of(errors, alphas, alpha, ratios, ratio, coef, intercept, given):
    mean = errors.mean(2)
    error = errors.std(2, ddof=1) / np.sqrt(errors.shape[2])
    r = ratios.index(ratio)
    own = alphas[r if len(alphas) > 1 else 0]
    best = mean[r].argmin()
    largest = max(a for a, m in zip(own, mean[r]) if m <= mean[r][best] + error[r][best])
    return {"kind": "path", **{k: v for k, v in given.items() if v is not None},
            "errors": array(errors), "alphas": array(np.broadcast_to(alphas, mean.shape)), "alpha": number(alpha),
            "l1Ratio": number(ratio), "alpha1se": number(largest), "coef": array(coef), "intercept": number(intercept)}


def ridge(x, y, folds, alphas, weights=None, intercept=True):
    a, b = NAMED[x], NAMED[y]
    w = NAMED[weights] if weights else None
    given = {"x": x, "y": y, "alphas": alphas, "fitIntercept": intercept}
    if folds is None:
        fit = RidgeCV(alphas=alphas, store_cv_values=True, fit_intercept=intercept).fit(a, b, sample_weight=w)
        errors, best = fit.cv_values_.T, fit.alpha_
    else:
        errors = np.zeros((len(alphas), len(splits(folds, len(b)))))
        for f, (train, test) in enumerate(splits(folds, len(b))):
            for k, alpha in enumerate(alphas):
                fit = Ridge(alpha=alpha, fit_intercept=intercept, solver="svd")
                fit.fit(a[train], b[train], sample_weight=None if w is None else w[train])
                errors[k, f] = np.average((fit.predict(a[test]) - b[test]) ** 2, weights=None if w is None else w[test])
        best = alphas[errors.mean(1).argmin()]
        given["folds"] = folds
    model = Ridge(alpha=best, fit_intercept=intercept, solver="svd").fit(a, b, sample_weight=w)
    if weights:
        given["weights"] = weights
    return {"kind": "ridge", **given, "errors": array(errors), "alpha": number(best), "coef": array(model.coef_),
            "intercept": number(model.intercept_)}


RIDGE_ALPHAS = [1e-3, 0.1, 1.0, 10.0, 1000.0]
cases = [
    path("x", "y", 5, [1.0]),
    path("x", "y", 4, [0.1, 0.5, 0.9]),
    path("x", "y", SHUFFLED, [0.7, 1.0], alphas=[0.01, 0.1, 0.5, 1.0, 0.03]),
    path("x", "y", PARTS, [1.0]),
    path("x", "y", 5, [1.0], fitIntercept=False),
    path("x", "y", 5, [0.8], positive=True),
    path("x", "y", 4, [1.0], weights="weights", alphas=[0.3, 0.1, 0.03, 0.01]),
    path("far", "far y", 5, [0.5]),
    path("wide", "wide y", 5, [0.9]),
    path("dummy", "dummy y", 5, [1.0]),
    scaled_path("units", "y", 4, 1.0, [0.5, 0.2, 0.1, 0.05, 0.01]),
    ridge("x", "y", 5, RIDGE_ALPHAS),
    ridge("x", "y", SHUFFLED, RIDGE_ALPHAS, intercept=False),
    ridge("x", "y", 4, RIDGE_ALPHAS, weights="weights"),
    ridge("wide", "wide y", 5, RIDGE_ALPHAS),
    ridge("far", "far y", 3, RIDGE_ALPHAS),
    ridge("x", "y", None, RIDGE_ALPHAS),
    ridge("x", "y", None, RIDGE_ALPHAS, intercept=False),
    ridge("x", "y", None, RIDGE_ALPHAS, weights="weights"),
    ridge("wide", "wide y", None, RIDGE_ALPHAS),
    ridge("wide", "wide y", None, RIDGE_ALPHAS, intercept=False),
    ridge("far", "far y", None, RIDGE_ALPHAS),
]
write("regression-cv", {"inputs": inputs(INPUTS)}, cases)
