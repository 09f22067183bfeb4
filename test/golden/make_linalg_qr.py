#!/usr/bin/python3
"""Writes linalg-qr.json: numpy's QR factors, scikit-learn's randomised SVD and principal components.

Inputs are float32 numbers, results are computed in doubles. Reference: Debian 12's python3-numpy (1.24) and python3-sklearn
(1.2). Factors of QR come with the condition of the matrix, which errors of R are measured against; of matrices that have no
full rank it is null, and R is nobody's business. The randomised SVD stands beside gaps between singular values, where
vectors are what they are for any sketch.
"""

import warnings

import numpy as np
from numpy.linalg import cond, qr, svd
from sklearn.decomposition import PCA
from sklearn.utils.extmath import randomized_svd

from encode import array, inputs, number, single, write

warnings.filterwarnings("ignore")
rng = np.random.RandomState(31)


def graded(m, n, values):
    u, _, vt = svd(rng.randn(m, n), full_matrices=False)
    return u * values @ vt


INPUTS = {
    "one": [[-4]],
    "zero": [[0]],
    "row": rng.randn(1, 5),
    "column": rng.randn(5, 1),
    "unit": [[0], [0], [3]],
    "m22": [[3, 1], [4, 2]],
    "upper": np.triu(rng.randn(4, 4)),
    "lower": np.tril(rng.randn(4, 4)),
    "m53": rng.randn(5, 3),
    "m35": rng.randn(3, 5),
    "m44": rng.randn(4, 4),
    "t233": rng.randn(2, 3, 3),
    "q2132": rng.randn(2, 1, 3, 2),
    "large": 1e20 * rng.randn(4, 3),
    "small": 1e-20 * rng.randn(4, 3),
    "same": np.ones((4, 3)),
    "zeros": np.zeros((3, 2)),
    "hilbert": 1 / (1 + np.arange(5)[:, None] + np.arange(5)[None]),
    "whole": rng.randint(-5, 6, (6, 4)),
    "e03": np.zeros((0, 3)),
    "e30": np.zeros((3, 0)),
    "e023": np.zeros((0, 2, 3)),
    "steps": graded(30, 20, 2.0 ** -np.arange(20)),
    "wide": graded(12, 30, 3.0 ** -np.arange(12)),
    "rank3": graded(25, 18, np.r_[5, 3, 2, np.zeros(15)]),
    "rows": rng.randn(25, 4) @ rng.randn(4, 4),
    "flat": rng.randn(6, 9),
    "far": 1000 + rng.randn(30, 3) * [1, 0.1, 0.01],
    "uneven": rng.randn(40, 5) * [1e-3, 1, 3, 10, 1e3],
    "constant": np.column_stack([rng.randn(9), np.full(9, 7.0), rng.randn(9)]),
}
VALUES = {name: single(values) for name, values in INPUTS.items()}
cases = []


def factors():
    for name in ["one", "zero", "row", "column", "unit", "m22", "upper", "lower", "m53", "m35", "m44", "t233", "q2132", "large",
                 "small", "same", "zeros", "hilbert", "whole", "e03", "e30", "e023"]:
        x = VALUES[name]
        for mode in ["reduced", "complete", "r"]:
            found = qr(x, mode)
            q, r = (None, found) if mode == "r" else found
            # What decides over R is the condition of the columns up to each, all with length 1.
            k = min(x.shape[-2:])
            condition = None
            if x.size > 0:
                lead = x[..., :k]
                condition = cond(lead / np.maximum(np.linalg.norm(lead, axis=-2, keepdims=True), 1e-300)).max()
                condition = number(condition) if condition < 1e5 else None
            entry = {"op": "qr", "x": name, "mode": mode, "condition": condition, "r": array(r)}
            cases.append(entry if q is None else {**entry, "q": array(q)})


def sketches():
    for name, rank in [("steps", 5), ("steps", 1), ("wide", 4), ("rank3", 3), ("rows", 4)]:
        u, s, vt = randomized_svd(VALUES[name], rank, random_state=0)
        cases.append({"op": "randomizedSvd", "x": name, "rank": rank, "u": array(u), "s": array(s), "vt": array(vt)})


def components():
    for name, options in [
        ("rows", {}), ("rows", {"components": 2}), ("rows", {"components": 2, "whiten": True}), ("rows", {"components": 0.9}),
        ("rows", {"components": 0.5}), ("rows", {"components": 0.999999}), ("flat", {"components": 5}), ("flat", {"components": 3}),
        ("far", {"components": 2}), ("far", {"whiten": True}), ("uneven", {"components": 3}), ("uneven", {"components": 0.95}),
        ("constant", {"components": 2}), ("constant", {"components": 0.5, "whiten": True}), ("column", {}),
    ]:
        x = VALUES[name]
        fit = PCA(options.get("components"), whiten=options.get("whiten", False), svd_solver="full").fit(x)
        there = fit.transform(x)
        back = fit.inverse_transform(there)
        # Of the centred rows: near-equal variances make directions uncertain.
        values = svd(x - x.mean(0), compute_uv=False)
        gap = min((values[i] - values[i + 1] for i in range(min(len(fit.components_), len(values) - 1))), default=values[0])
        cases.append({
            "op": "pca", "x": name, "options": options, "gap": number(gap / values[0]), "size": number(values[0]),
            "components": array(fit.components_), "explainedVariance": array(fit.explained_variance_),
            "explainedVarianceRatio": array(fit.explained_variance_ratio_), "singularValues": array(fit.singular_values_),
            "mean": array(fit.mean_), "noiseVariance": number(fit.noise_variance_), "transformed": array(there), "back": array(back),
        })


factors()
sketches()
components()
about = "numpy's QR, scikit-learn's randomised SVD and principal components; made by test/golden/make_linalg_qr.py"
write("linalg-qr", {"about": about, "inputs": inputs(INPUTS)}, cases)
