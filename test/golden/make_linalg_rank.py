#!/usr/bin/python3
"""Writes linalg-rank.json: what numpy makes of singular values – pseudo-inverses, ranks, conditions, least squares, norms.

Inputs are float32 numbers, results are computed in doubles. Reference: Debian 12's python3-numpy (1.24). Beside results
stand the singular values of the input, which errors are measured against. Pseudo-inverses and least squares cut off at
max(m, n)·eps as the library does. Schatten norms and shrunk matrices are numpy's svd and a line of arithmetic.
"""

import warnings

import numpy as np
from numpy.linalg import cond, lstsq, matrix_rank, norm, pinv, svd

from encode import array, inputs, number, outcome, single, write

warnings.filterwarnings("ignore")
inf, nan = np.inf, np.nan
rng = np.random.RandomState(23)


def graded(m, n, values):
    u, _, vt = svd(rng.randn(m, n), full_matrices=False)
    return u * values @ vt


product = rng.randint(-3, 4, (5, 2)) @ rng.randint(-3, 4, (2, 4))  # whole numbers: of rank 2 in float32, too
INPUTS = {
    "one": [[-4]],
    "row": rng.randn(1, 5),
    "column": rng.randn(5, 1),
    "m34": rng.randn(3, 4),
    "m62": rng.randn(6, 2),
    "m55": rng.randn(5, 5),
    "dozen": rng.randn(12, 12),
    "wide": rng.randn(3, 20),
    "rank2": product,
    "rank2wide": product.T,
    "singular": [[1, 2], [2, 4]],
    "1to9": [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
    "zero33": np.zeros((3, 3)),
    "zero23": np.zeros((2, 3)),
    "turned": 2 * svd(rng.randn(4, 4))[0],
    "graded": graded(6, 4, [1, 1e-1, 1e-2, 1e-3]),
    "hilbert4": [[1 / (i + j + 1) for j in range(4)] for i in range(4)],
    "huge": rng.randn(3, 3) * 1e20,
    "tiny": rng.randn(3, 3) * 1e-20,
    "t234": rng.randn(2, 3, 4),
    "t333": np.stack([rng.randn(3, 3), np.ones((3, 3)), np.eye(3)]),
    "q2132": rng.randn(2, 1, 3, 2),
    "nan": [[1, nan], [2, 3]],
    "inf": [[1, 2], [inf, 3]],
    "tnan": [[[1, 2], [3, 5]], [[nan, 1], [0, 1]]],
    "e03": np.zeros((0, 3)),
    "e30": np.zeros((3, 0)),
    "e00": np.zeros((0, 0)),
    "e022": np.zeros((0, 2, 2)),
    "e203": np.zeros((2, 0, 3)),
    "v5": rng.randn(5),
    "v6": rng.randn(6),
    "v3": rng.randn(3),
    "v0": np.zeros(0),
    "b62": rng.randn(6, 2),
    "b30": np.zeros((3, 0)),
    "b02": np.zeros((0, 2)),
    "b52": rng.randn(5, 2),
}
VALUES = {name: single(values) for name, values in INPUTS.items()}
cases = []
EPS = 2.0**-52


def add(op, names, result, **options):
    case = {"op": op, "x": names, **options, "expected": result}
    a = VALUES[names[0]]
    if a.ndim >= 2 and np.isfinite(a).all():
        case["values"] = array(svd(a, compute_uv=False))
    cases.append(case)


def inverses():
    for name in ["one", "row", "dozen", "wide", "rank2", "rank2wide", "1to9", "zero23", "graded", "hilbert4", "huge", "tiny", "t333", "q2132",
                 "e03", "e30", "e00", "e022", "e203", "nan", "tnan", "v5"]:
        a = VALUES[name]
        add("pinv", [name], outcome(lambda: pinv(a, rcond=max(a.shape[-2:]) * EPS)))
    for name in ["graded"]:
        add("pinv", [name], outcome(lambda: pinv(VALUES[name], rcond=0.05)), rcond=0.05)


def ranks():
    for name in ["one", "column", "dozen", "wide", "rank2", "rank2wide", "singular", "1to9", "zero23", "graded", "huge", "tiny", "t333",
                 "q2132", "e022", "nan"]:
        add("matrixRank", [name], outcome(lambda: matrix_rank(VALUES[name])))
    for name in ["graded", "t333"]:
        add("matrixRank", [name], outcome(lambda: matrix_rank(VALUES[name], tol=0.02)), tol=0.02)


def conditions():
    def add_condition(name, p):
        order = {} if p is None else {"p": p if isinstance(p, str) else number(p)}
        add("cond", [name], outcome(lambda: cond(VALUES[name], p)), **order)

    for name in ["dozen", "graded", "t333"]:
        for p in [2, -2]:
            add_condition(name, p)
    for name in ["hilbert4", "huge", "tiny", "singular", "zero33", "e022", "column", "wide", "q2132", "v5", "nan", "e03", "e30"]:
        add_condition(name, None)
    for p in [1, -1, inf, -inf, "fro"]:
        for name in ["m55", "dozen", "hilbert4", "t333", "singular", "zero33", "tnan", "m34", "v5", "e00", "e022"]:
            add_condition(name, p)
    add_condition("m55", 3)


def solutions():
    def add_solution(a, b, rcond=None):
        x, y = VALUES[a], VALUES[b]
        try:
            found = lstsq(x, y, rcond=rcond)
            expected = {"x": array(found[0]), "residuals": array(found[1]), "rank": int(found[2]), "s": array(found[3])}
        except Exception as error:
            expected = {"raises": type(error).__name__}
        add("lstsq", [a, b], expected, **({} if rcond is None else {"rcond": rcond}))

    for a, b in [("m62", "v6"), ("graded", "b62"), ("m55", "v5"), ("wide", "v3"),
                 ("rank2", "b52"), ("column", "v5"), ("zero33", "v3"), ("zero23", "v3"), ("one", "v5"), ("m34", "b30"),
                 ("e03", "v0"), ("e03", "b02"), ("e30", "v3"), ("e00", "v0"), ("t234", "v3"), ("v3", "v3")]:
        add_solution(a, b)
    add_solution("graded", "v6", 0.05)


def norms():
    for order in [2, -2, "nuc"]:
        for name in ["dozen", "wide", "rank2", "graded", "huge", "tiny", "e03", "e30", "e00"]:
            add("norm", [name], outcome(lambda: norm(VALUES[name], order)), ord=order)
        for name in ["e022", "e203", "t333"]:
            add("norm", [name], outcome(lambda: norm(VALUES[name], order, axis=(-2, -1))), ord=order, axis=[-2, -1])
        for axis in [(0, 2), (3, 1)]:
            keepdims = axis == (3, 1)
            result = outcome(lambda: norm(VALUES["q2132"], order, axis=axis, keepdims=keepdims))
            cases.append({"op": "norm", "x": ["q2132"], "ord": order, "axis": list(axis), "keepdims": keepdims, "expected": result})
    for p in [0.5, 1, 1.5, 2, 3, 10, inf]:
        for name in ["dozen", "t234"] + (["huge", "tiny", "zero23"] if p in (0.5, 10) else []):
            def schatten():
                s = svd(VALUES[name], compute_uv=False)
                top = s[..., :1] + (s[..., :1] == 0)
                return s[..., 0] if p == inf else top[..., 0] * ((s / top) ** p).sum(-1) ** (1 / p)
            add("schattenNorm", [name], outcome(schatten), p=number(p))


def thresholds():
    def rebuilt(name, change):
        u, s, vt = svd(VALUES[name], full_matrices=False)
        kept = change(s)
        rank = int((kept > 0).sum())
        return {"x": array(u * kept @ vt), "s": array(kept[:rank]), "rank": rank}

    def counts(s, name):
        return s > s[:1] * max(VALUES[name].shape) * EPS

    for name in ["column", "dozen", "wide", "rank2", "graded", "turned", "zero23"]:
        for tau in [0, 0.02, 0.9, 2.5] if name in ("dozen", "graded") else [0.9, 2.5]:
            add("shrinkSingularValues", [name], rebuilt(name, lambda s: np.maximum(s - tau, 0) * counts(s, name)), tau=tau)
    for name in ["dozen", "graded", "column"]:
        for threshold in [0.02, 0.9]:
            add("hardThresholdSingularValues", [name], rebuilt(name, lambda s: s * (s > threshold)), threshold=threshold)
        for rank in [0, 2, 50]:
            add("hardThresholdSingularValues", [name], rebuilt(name, lambda s: s * (np.arange(len(s)) < rank)), rank=rank)


inverses()
ranks()
conditions()
solutions()
norms()
thresholds()
about = "what numpy makes of singular values; made by test/golden/make_linalg_rank.py"
write("linalg-rank", {"about": about, "inputs": inputs(INPUTS)}, cases)
