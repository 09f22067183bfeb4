#!/usr/bin/python3
"""Writes mahalanobis.json: distances of rows to their centroid, with numpy's quantile and the rows above it.

Inputs are float32 numbers, results are computed in doubles. Reference: Debian 12's python3-numpy (1.24) and
python3-sklearn (1.2).
"""

import numpy as np
from sklearn.covariance import ledoit_wolf, shrunk_covariance

from encode import array, inputs, number, single, write

rng = np.random.RandomState(13)
mixed = rng.randn(60, 4) @ rng.randn(4, 4)
mixed[[5, 17]] += 20
INPUTS = {
    "plain": rng.randn(30, 2),
    "mixed": mixed,
    "column": rng.randn(15, 1),
    "few": rng.randn(4, 6),
    "far": 1000 + 1e-3 * rng.randn(50, 3),
    "uneven": rng.randn(25, 3) * [1e-3, 1, 1e3],
    "repeated": np.repeat([[0.0, 0], [1, 0], [0, 2], [3, 3]], 3, axis=0),
    "mean4": [0.5, -0.5, 1, 0],
    "covariance4": np.diag([1.0, 2, 3, 4]) + 0.25,
}
VALUES = {name: single(values) for name, values in INPUTS.items()}
cases = []


def add(x, mean=None, covariance=None, **options):
    rows = VALUES[x]
    centroid = rows.mean(0) if mean is None else VALUES[mean]
    if covariance is not None:
        spread = VALUES[covariance]
    else:
        spread = np.atleast_2d(np.cov(rows, rowvar=False, ddof=options.get("ddof", 1)))
        shrinkage = options.get("shrinkage")
        if shrinkage is not None:
            spread = shrunk_covariance(spread, ledoit_wolf(rows)[1] if shrinkage == "ledoit-wolf" else shrinkage)
    apart = rows - centroid
    scores = np.sqrt((apart * np.linalg.solve(spread, apart.T).T).sum(1))
    threshold = np.quantile(scores, options.get("quantile", 0.975))
    cases.append({
        "x": x,
        **({} if mean is None else {"mean": mean}),
        **({} if covariance is None else {"covariance": covariance}),
        **options,
        "condition": number(np.linalg.cond(spread / np.sqrt(np.outer(np.diag(spread), np.diag(spread))))),
        "scores": array(scores),
        "threshold": number(threshold),
        "anomalies": [int(i) for i in np.where(scores > threshold)[0]],
    })


for name in ["plain", "mixed", "column", "far", "uneven"]:
    add(name)
    add(name, quantile=0.5)
    add(name, ddof=0, quantile=0.9)
add("plain", quantile=0)
add("plain", quantile=1)
for name in ["plain", "mixed", "few", "far"]:
    add(name, shrinkage=0.25, quantile=0.8)
    add(name, shrinkage="ledoit-wolf")
add("mixed", mean="mean4")
add("mixed", covariance="covariance4", quantile=0.95)
add("mixed", mean="mean4", covariance="covariance4")
add("repeated")
about = "distances to the centroid; made by test/golden/make_mahalanobis.py"
write("mahalanobis", {"about": about, "inputs": inputs(INPUTS)}, cases)
