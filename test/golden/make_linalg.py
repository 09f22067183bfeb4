#!/usr/bin/python3
"""Writes linalg.json: numpy's matrix products, Cholesky factors and covariances, and scikit-learn's shrinkage.

Inputs are float32 numbers, results are computed in doubles. Reference: Debian 12's python3-numpy (1.24) and
python3-sklearn (1.2). Left out is what numpy answers with NaN and this library refuses: covariances of too few rows, and
factors of matrices with NaN.
"""

import warnings

import numpy as np
from sklearn.covariance import ledoit_wolf, shrunk_covariance

from encode import inputs, outcome, single, write

warnings.filterwarnings("ignore")
inf, nan = np.inf, np.nan
rng = np.random.RandomState(11)


def definite(d):
    rows = rng.randn(2 * d, d)
    return rows.T @ rows / (2 * d) + 0.1 * np.eye(d)


def holed(values, *places):
    for place in places:
        values[place] = nan
    return values


small = definite(4)
# What stands above the diagonal is nobody's business.
lower = np.tril(small) + np.triu(rng.randn(4, 4), 1)
INPUTS = {
    "scalar": np.float64(1.5),
    "v3": [1, -2, 0.5],
    "v4": rng.randn(4),
    "m34": rng.randn(3, 4),
    "m43": rng.randn(4, 3),
    "m44": rng.randn(4, 4),
    "m14": rng.randn(1, 4),
    "t234": rng.randn(2, 3, 4),
    "t245": rng.randn(2, 4, 5),
    "t142": rng.randn(1, 4, 2),
    "t343": rng.randn(3, 4, 3),
    "q2134": rng.randn(2, 1, 3, 4),
    "q1342": rng.randn(1, 3, 4, 2),
    "special34": [[nan, 0, 0, 1], [inf, 1, 2, 3], [0, -inf, 0, 1]],
    "ones42": np.ones((4, 2)),
    "e03": np.zeros((0, 3)),
    "e30": np.zeros((3, 0)),
    "e04": np.zeros((0, 4)),
    "empty": np.zeros(0),
    "one": [[4]],
    "spd2": [[4, 2], [2, 5]],
    "spd4": small,
    "lower4": lower,
    "spd33": definite(33),
    "spd3x5": np.stack([definite(5) for _ in range(3)]),
    "spd2x1x2": np.stack([definite(2) for _ in range(2)])[:, None],
    "singular": [[4, 2], [2, 1]],
    "indefinite": [[1, 2], [2, 1]],
    "negative": [[-1]],
    "zero3": np.zeros((3, 3)),
    "late": np.diag([1.0] * 40 + [-1.0] + [1.0] * 4),
    "x62": rng.randn(6, 2),
    "x204": rng.randn(20, 4) @ rng.randn(4, 4),
    "x36": rng.randn(3, 6),
    "x51": rng.randn(5, 1),
    "far": 1000 + 1e-3 * rng.randn(40, 3),
    "uneven": rng.randn(12, 3) * [1e-3, 1, 1e3],
    "constant": np.column_stack([rng.randn(8), np.full(8, 7.0), rng.randn(8)]),
    "nans": holed(rng.randn(7, 3), (2, 1)),
    "same": np.ones((4, 3)),
    "w6": [1, 2, 0, 0.5, 3, 1],
    "w20": rng.rand(20),
    "w40": rng.rand(40) * 10,
    "wnegative": [1, -1, 1, 1, 1, 1],
}
VALUES = {name: single(values) for name, values in INPUTS.items()}
cases = []


def add(op, names, compute, **options):
    cases.append({"op": op, "x": names, **options, "expected": outcome(lambda: compute(*(VALUES[name] for name in names)))})


def products():
    for a, b in [
        ("v3", "v3"), ("v4", "m43"), ("m34", "v4"), ("m34", "m43"), ("m43", "m34"), ("m34", "m44"), ("m14", "m44"), ("m14", "v4"),
        ("t234", "t245"), ("t234", "m44"), ("m34", "t245"), ("t234", "v4"), ("v4", "t245"), ("t234", "t142"), ("m14", "t142"),
        ("t343", "t343"), ("q2134", "q1342"), ("q2134", "t245"), ("q2134", "m44"), ("t343", "q2134"), ("special34", "ones42"),
        ("e30", "e03"), ("e03", "e30"), ("e04", "m44"), ("e04", "v4"), ("empty", "empty"), ("m34", "m34"), ("v3", "v4"), ("m34", "v3"),
        ("v3", "m44"), ("t234", "t343"), ("t234", "t234"), ("scalar", "m34"), ("m34", "scalar"), ("e30", "m34"),
    ]:
        add("matmul", [a, b], np.matmul)


def factors():
    for name in ["one", "spd2", "spd4", "lower4", "spd33", "spd3x5", "spd2x1x2", "singular", "indefinite", "negative",
                 "zero3", "late", "m34", "v4", "scalar"]:
        add("cholesky", [name], np.linalg.cholesky)


def covariances():
    def add_covariance(name, ddof=None, weights=None, shrinkage=None):
        def compute(x, w=None):
            found = np.atleast_2d(np.cov(x, rowvar=False, ddof=1 if ddof is None else ddof, aweights=w))
            if shrinkage is None:
                return found
            # scikit-learn knows ddof 0 alone; both its share and its target grow with the covariance.
            share = ledoit_wolf(x)[1] if shrinkage == "ledoit-wolf" else shrinkage
            if shrinkage == "ledoit-wolf" and ddof == 0:
                assert np.allclose(shrunk_covariance(found, share), ledoit_wolf(x)[0], rtol=1e-10, atol=0, equal_nan=True)
            return shrunk_covariance(found, share) if np.isfinite(found).all() else np.full_like(found, nan)

        options = {key: value for key, value in [("ddof", ddof), ("shrinkage", shrinkage)] if value is not None}
        add("covariance", [name] if weights is None else [name, weights], compute, **options)

    for name in ["x62", "x204", "x36", "x51", "far", "uneven", "constant", "nans", "same"]:
        add_covariance(name)
        add_covariance(name, ddof=0)
    add_covariance("x204", ddof=-2)
    for name, weights in [("x62", "w6"), ("x204", "w20"), ("far", "w40"), ("x62", "wnegative"), ("x62", "w20")]:
        add_covariance(name, weights=weights)
        add_covariance(name, ddof=0, weights=weights)
    for name in ["x62", "x204", "x36", "far", "uneven", "constant", "x51"]:
        for shrinkage in [0, 0.1, 1, "ledoit-wolf"]:
            add_covariance(name, shrinkage=shrinkage)
    for name in ["x62", "x204", "x36", "far", "uneven", "same"]:
        add_covariance(name, ddof=0, shrinkage="ledoit-wolf")
    add_covariance("x204", weights="w20", shrinkage=0.3)


products()
factors()
covariances()
about = "numpy's and scikit-learn's linear algebra; made by test/golden/make_linalg.py"
write("linalg", {"about": about, "inputs": inputs(INPUTS)}, cases)
