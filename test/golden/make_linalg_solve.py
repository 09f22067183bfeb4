#!/usr/bin/python3
"""Writes linalg-solve.json: numpy's and SciPy's solutions of linear systems, inverses and determinants.

Inputs are float32 numbers, results are computed in doubles. Reference: Debian 12's python3-numpy (1.24) and python3-scipy
(1.10). `condition` is the largest 2-norm condition of the regular matrices of a case. Left out is what numpy makes of NaN and
of matrices that are singular but for rounding: both depend on LAPACK's blocks.
"""

import numpy as np
from scipy.linalg import solve_triangular

from encode import inputs, outcome, single, write

rng = np.random.RandomState(23)


def regular(*shape):
    """Normal numbers with something on the diagonal."""
    return rng.randn(*shape) + 2 * np.eye(shape[-1])


def triangle(n):
    return np.tril(rng.randn(n, n), -1) / np.sqrt(n) + np.diag(1 + rng.rand(n))


INPUTS = {
    "one": [[4]],
    "a2": [[3, 1], [1, 2]],
    "swap": [[0, 1], [1, 0]],
    "a3": regular(3, 3),
    "a5": regular(5, 5),
    "a12": regular(12, 12),
    "a40": regular(40, 40),
    "t3x4": regular(3, 4, 4),
    "q2x1x3": regular(2, 1, 3, 3),
    "cycle": np.roll(np.eye(5), 1, axis=0),
    "hilbert4": [[1 / (i + j + 1) for j in range(4)] for i in range(4)],
    "large": 1e15 * regular(4, 4),
    "small": 1e-15 * regular(4, 4),
    "zero2": np.zeros((2, 2)),
    "ones2": np.ones((2, 2)),
    "mixed": [[[1, 2], [2, 4]], [[1, 2], [3, 4]]],
    "lower6": triangle(6),
    "upper6": triangle(6).T,
    "lower35": triangle(35),
    "holed3": [[1, 2, 3], [0, 0, 4], [0, 0, 2]],
    "m23": rng.randn(2, 3),
    "e00": np.zeros((0, 0)),
    "e0x33": np.zeros((0, 3, 3)),
    "e2x00": np.zeros((2, 0, 0)),
    "v1": [8],
    "v2": [9, 8],
    "v3": rng.randn(3),
    "v5": rng.randn(5),
    "v6": rng.randn(6),
    "v12": rng.randn(12),
    "b32": rng.randn(3, 2),
    "b33": rng.randn(3, 3),
    "b40x3": rng.randn(40, 3),
    "b35x2": rng.randn(35, 2),
    "b34": rng.randn(3, 4),
    "b1x4x2": rng.randn(1, 4, 2),
    "b2x3x3x2": rng.randn(2, 3, 3, 2),
    "b0": [],
    "b02": np.zeros((0, 2)),
    "b30": np.zeros((3, 0)),
}
VALUES = {name: single(values) for name, values in INPUTS.items()}
cases = []


def condition(a):
    if a.ndim < 2 or a.shape[-1] != a.shape[-2] or a.size == 0:
        return 1
    found = np.atleast_1d(np.linalg.cond(a))
    return float(np.max(found[found < 1e12], initial=1))


def add(op, names, compute, solved=lambda a: a, **options):
    """`solved` is what of the matrix has a say."""
    values = [VALUES[name] for name in names]
    case = {"op": op, "x": names, **options, "condition": condition(solved(values[0]))}
    cases.append({**case, "expected": outcome(lambda: compute(*values))})


for pair in [
    ("one", "v1"), ("a2", "v2"), ("swap", "v2"), ("a3", "v3"), ("a3", "b32"), ("a3", "b33"), ("a12", "v12"), ("a40", "b40x3"),
    ("t3x4", "b34"), ("t3x4", "b1x4x2"), ("a3", "b2x3x3x2"), ("q2x1x3", "b2x3x3x2"), ("hilbert4", "b1x4x2"), ("large", "b1x4x2"),
    ("small", "b1x4x2"), ("e00", "b0"), ("e00", "b02"), ("a3", "b30"), ("e0x33", "b30"), ("zero2", "v2"), ("ones2", "v2"),
    ("mixed", "ones2"), ("a3", "v2"), ("m23", "v2"), ("t3x4", "v3"), ("a3", "one"), ("v3", "v3"),
]:
    add("solve", list(pair), np.linalg.solve)

for name in ["one", "a2", "swap", "a3", "a12", "t3x4", "q2x1x3", "cycle", "large", "small", "e00", "e0x33", "e2x00", "zero2", "ones2", "mixed", "m23", "v3"]:
    add("inv", [name], np.linalg.inv)

for name in [
    "one", "a2", "swap", "a3", "a5", "a12", "a40", "t3x4", "q2x1x3", "cycle", "hilbert4", "large", "small", "zero2", "ones2", "mixed", "lower35",
    "e00", "e0x33", "e2x00", "m23", "v3",
]:
    add("det", [name], np.linalg.det)
    add("slogdet", [name], lambda a: np.stack(np.linalg.slogdet(a)))



def add_triangular(a, b, lower=False, transpose=False, unitDiagonal=False):
    def solved(matrix):
        if matrix.shape[0] != matrix.shape[1]:
            return matrix
        part = np.tril(matrix) if lower else np.triu(matrix)
        return part - np.diag(np.diag(part) - 1) if unitDiagonal else part

    add(
        "solveTriangular", [a, b],
        lambda x, y: solve_triangular(x, y, lower=lower, trans=int(transpose), unit_diagonal=unitDiagonal),
        solved, lower=lower, transpose=transpose, unitDiagonal=unitDiagonal,
    )


for transpose in [False, True]:
    for unit in [False, True]:
        for a, b, lower in [("lower6", "v6", True), ("upper6", "v6", False), ("lower35", "b35x2", True)]:
            add_triangular(a, b, lower, transpose, unit)
# The other triangle is nobody's business, nor is a diagonal that is taken for ones.
add_triangular("a5", "v5")
add_triangular("holed3", "v3")
add_triangular("holed3", "v3", unitDiagonal=True)
add_triangular("a3", "v2")
add_triangular("m23", "v2")

about = "numpy's and SciPy's linear systems and determinants; made by test/golden/make_linalg_solve.py"
write("linalg-solve", {"about": about, "inputs": inputs(INPUTS)}, cases)
