#!/usr/bin/python3
"""Writes linalg-svd.json: numpy's singular values and vectors, eigenvalues and eigenvectors, with this library's signs.

Inputs are float32 numbers, results are computed in doubles by LAPACK's gesdd and syevd. Vectors are compared where singular
values and eigenvalues are apart; the element of largest magnitude of each column of U and of each eigenvector, the first of
several, is made positive. Left out is what numpy answers with NaN and this library refuses. Reference: Debian 12's
python3-numpy (1.24).
"""

import numpy as np

from encode import array, inputs, outcome, single, write

rng = np.random.RandomState(23)


def apart(m, n):
    """Singular values 1, 1/2, 1/3 … and random vectors."""
    k = min(m, n)
    u, _ = np.linalg.qr(rng.randn(m, k))
    v, _ = np.linalg.qr(rng.randn(n, k))
    return u / np.arange(1, k + 1) @ v.T


def symmetric(values):
    q, _ = np.linalg.qr(rng.randn(len(values), len(values)))
    a = q * values @ q.T
    return (a + a.T) / 2


INPUTS = {
    "one": [[-3]],
    "row": [[3, 0, -4]],
    "column": [[1], [-2], [2]],
    "m22": [[1, 2], [4, 6]],
    "m34": apart(3, 4),
    "m75": apart(7, 5),
    "m3x12": apart(3, 12),
    "m20x4": apart(20, 4),
    "t234": np.stack([apart(3, 4), apart(3, 4)]),
    "q2143": np.stack([apart(4, 3), apart(4, 3)])[:, None],
    "e03": np.zeros((0, 3)),
    "e30": np.zeros((3, 0)),
    "e023": np.zeros((0, 2, 3)),
    "v3": [1, 2, 3],
    "scalar": 4.0,
    "s2": [[2, 1], [1, 3]],
    "s5": symmetric([-4, -1.5, 0.25, 2, 6]),
    "s9": symmetric([-7, -5, -3, -2, -1, 1, 2, 4, 8]),
    "half": np.tril(symmetric([1, 2, 4])) + np.triu(np.full((3, 3), 9.0), 1),
    "s3x4": np.stack([symmetric([1, 2, 4, -3]) for _ in range(3)]),
    "e00": np.zeros((0, 0)),
    "m23": rng.randn(2, 3),
}
VALUES = {name: single(values) for name, values in INPUTS.items()}
cases = []


def signs(columns):
    """±1 for each column of a stack of matrices."""
    size = np.abs(columns)
    places = np.argmax(size, axis=-2) if size.size else np.zeros(columns.shape[:-2] + columns.shape[-1:], int)
    if size.size == 0:
        return np.ones_like(places, dtype=float)
    found = np.take_along_axis(columns, places[..., None, :], -2)[..., 0, :]
    return np.where(found < 0, -1.0, 1.0)


def svd(x, full=False):
    u, s, vt = np.linalg.svd(x, full_matrices=full)
    k = s.shape[-1]
    own = signs(u)
    others = np.ones(vt.shape[:-1])
    others[..., :k] = own[..., :k]
    return u * own[..., None, :], s, vt * others[..., None]


def eigh(x, uplo):
    values, vectors = np.linalg.eigh(x, UPLO=uplo)
    return values, vectors * signs(vectors)[..., None, :]


for name in ["one", "row", "column", "m22", "m34", "m75", "m3x12", "m20x4", "t234", "q2143", "e03", "e30", "e023"]:
    u, s, vt = svd(VALUES[name])
    cases.append({"op": "svd", "x": name, "u": array(u), "s": array(s), "vt": array(vt)})
for name in ["s2", "s5", "s9", "half", "s3x4", "e00"]:
    for uplo in "LU":
        values, vectors = eigh(VALUES[name], uplo)
        case = {"op": "eigh", "x": name, "uplo": uplo, "values": array(values), "vectors": array(vectors)}
        cases.append(case)
for name in ["v3", "scalar"]:
    cases.append({"op": "svd", "x": name, **outcome(lambda: np.linalg.svd(VALUES[name])[1])})
for name in ["v3", "scalar", "m23"]:
    cases.append({"op": "eigh", "x": name, **outcome(lambda: np.linalg.eigh(VALUES[name])[0])})

about = "numpy's singular values, eigenvalues and vectors; made by test/golden/make_linalg_svd.py"
write("linalg-svd", {"about": about, "inputs": inputs(INPUTS)}, cases)
