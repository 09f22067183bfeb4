#!/usr/bin/python3
"""Writes norm.json: numpy.linalg.norm over every order, axis and shape that it distinguishes, and what it refuses.

Inputs are float32 numbers. Expected values are computed in long double (so that 1e25**100 does not overflow where the
norm itself is an ordinary number) and written as doubles; the spectral and nuclear norms, which numpy has in double only,
are the exception. Reference: Debian 12's python3-numpy (1.24).
"""

from itertools import permutations

import numpy as np
from numpy.linalg import norm

from encode import inputs, number, outcome, single, write

inf, nan = np.inf, np.nan
rng = np.random.RandomState(20240607)

INPUTS = {
    "scalar": np.float64(-2.5),
    "one": [-3.0],
    "v3": [3, -4, 2],
    "v7": rng.randn(7),
    "v64": rng.randn(64),
    "v65": rng.uniform(-1, 3, 65),
    "holes": [0, -1.5, 0, 2, 0, 0, 0.25],
    "zeros": np.zeros(5),
    "minus": [-1, -2, -3, -4],
    "huge": np.array([3, -4, 0.5, 1, 2]) * 1e25,
    "tiny": np.array([3, -4, 0.5, 1, 2]) * 1e-30,
    "wide": [1e25, -1e-30, 1, 0.5, -2],
    "nan": [1, nan, -2],
    "inf": [1, -inf, 2],
    "both": [nan, inf, 0, -inf],
    "empty": np.zeros(0),
    "m23": [[1, 2, 3], [4, -5, 6]],
    "m45": rng.randn(4, 5),
    "row": rng.randn(1, 6),
    "column": rng.randn(6, 1),
    "m0": np.zeros((3, 2)),
    "mhole": [[0, 2, 0], [0, -1, 0], [0, 0, 3]],
    "mhuge": rng.randn(3, 3) * 1e25,
    "mtiny": rng.randn(3, 3) * 1e-30,
    "mnan": [[1, nan, 3], [4, 5, -6]],
    "minf": [[1, -inf, 3], [4, 5, -6]],
    "mboth": [[1, inf], [nan, 2], [3, -4]],
    "e03": np.zeros((0, 3)),
    "e30": np.zeros((3, 0)),
    "t234": rng.randn(2, 3, 4),
    "e203": np.zeros((2, 0, 3)),
    "q": rng.randn(2, 3, 2, 4),
}
VALUES = {name: single(values) for name, values in INPUTS.items()}

VECTOR = [None, 0, 1, 2, inf, -inf, 3, 4, -1, -2, 0.5, 1.5, 2.5, -0.5, -3, 10, 100, -100]
FEW = [None, 0, 1, 2, inf, -inf, 3, 0.5, -1]
MATRIX = [None, "fro", 1, -1, inf, -inf, 2, -2, "nuc"]
SIMPLE = [None, "fro", 1, -1, inf, -inf]
SPECTRAL = (2, -2, "nuc")

cases = []


def add(name, order=None, axis=None, keepdims=False):
    x = VALUES[name]
    pair = x.ndim == 2 if axis is None else isinstance(axis, tuple) and len(axis) == 2
    wide = x if pair and order in SPECTRAL else x.astype(np.longdouble)
    case = {"x": name}
    if order is not None:
        case["ord"] = order if isinstance(order, str) else number(order)
    if axis is not None:
        case["axis"] = list(axis) if isinstance(axis, tuple) else axis
    if keepdims:
        case["keepdims"] = True
    case["expected"] = outcome(lambda: norm(wide, order, axis, keepdims))
    cases.append(case)


def vectors():
    for name in ["one", "v3", "v7", "v64", "v65", "holes", "zeros", "minus", "huge", "tiny", "wide", "nan", "inf", "both", "empty"]:
        for order in VECTOR:
            add(name, order)
    for order in VECTOR:
        add("v3", order, axis=0)
        add("v7", order, axis=-1, keepdims=True)
    for order in [None, 2, inf]:
        add("v7", order, axis=(0,))
        add("v7", order, keepdims=True)
    add("scalar")
    add("scalar", keepdims=True)


def matrices():
    for name in ["m23", "m45", "row", "column", "m0", "mhole"]:
        for order in MATRIX:
            add(name, order)
        for order in VECTOR:
            add(name, order, axis=0)
            add(name, order, axis=1)
    for name in ["mhuge", "mtiny", "mnan", "minf", "mboth", "e03", "e30"]:
        for order in SIMPLE:
            add(name, order)
        for order in FEW:
            add(name, order, axis=0)
            add(name, order, axis=1)
    for name in ["m23", "m45", "column"]:
        for order in MATRIX:
            for axis in [(0, 1), (1, 0), (-2, -1), (-1, 0)]:
                add(name, order, axis)
            add(name, order, (1, 0), keepdims=True)
            add(name, order, keepdims=True)
        for order in FEW:
            add(name, order, -1)
            add(name, order, -2, keepdims=True)
            add(name, order, (1,), keepdims=True)


def more_dimensions():
    for name, axes in [("t234", range(3)), ("e203", range(3)), ("q", range(4))]:
        add(name)
        add(name, keepdims=True)
        for axis in axes:
            for order in VECTOR if name == "t234" else FEW:
                add(name, order, axis)
        for pair in permutations(axes, 2):
            for order in SIMPLE:
                add(name, order, pair)
    for pair in permutations(range(3), 2):
        for order in SPECTRAL:
            add("t234", order, pair)
        for order in [None, 1, -inf]:
            add("t234", order, pair, keepdims=True)
    for order in [None, -1, inf]:
        for pair in [(-1, 0), (-3, -2), (1, -1), (-1, -4), (3, 1)]:
            add("q", order, pair, keepdims=True)
    for axis in [-1, -2, -3]:
        for order in [None, 1, -inf, 1.5]:
            add("t234", order, axis, keepdims=True)


def refusals():
    """What numpy throws at orders and axes; the empty inputs without a maximum stand among the cases above."""
    for order in [0, 3, -3, 0.5, "max"]:
        add("m23", order)
        add("t234", order, (0, 1))
    for order in ["fro", "nuc", "max"]:
        add("v3", order)
        add("m23", order, 0)
        add("t234", order, 2)
    for order in [1, 2, inf, "fro"]:
        add("t234", order)
        add("q", order)
    for order in [0, 1, 2, inf, "fro"]:
        add("scalar", order)
    for axis in [2, -3, (0, 2), (0, 0), (1, -1), (0, 1, 2), ()]:
        add("m23", None, axis)
        add("m23", 1, axis)
    for axis in [3, -4, (0, 1, 2), (2, -1)]:
        add("t234", None, axis)
    add("v3", None, 1)
    add("scalar", None, 0)


vectors()
matrices()
more_dimensions()
refusals()
write("norm", {"about": "numpy.linalg.norm; made by test/golden/make_norm.py", "inputs": inputs(INPUTS)}, cases)
