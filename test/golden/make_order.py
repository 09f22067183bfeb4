#!/usr/bin/python3
"""Writes order.json: numpy's stable argsort and sort, ascending and descending, and the k extremes that they begin with.

numpy has no descending sort: it is the stable ascending one of −x, which keeps NaN last and ties in order. Inputs are float32
numbers. Reference: Debian 12's python3-numpy (1.24). Left out are scalars, which numpy's argsort takes for one element and its
sort refuses, and this library refuses.
"""

import numpy as np

from encode import inputs, outcome, single, write

inf, nan = np.inf, np.nan
rng = np.random.RandomState(23)

INPUTS = {
    "one": [3],
    "empty": np.zeros(0),
    "v5": rng.randn(5),
    "v100": rng.randn(100),
    "ties": rng.randint(-3, 4, 60),
    "special": [nan, 0, -0.0, inf, -inf, nan, 1e-40, -1e-40, 1, -1, inf, 3e38, -3e38],
    "nans": [nan, nan, nan],
    "constant": np.full(9, 2.5),
    "falling": np.arange(40, 0, -1),
    "m34": rng.randn(3, 4),
    "m57": rng.randint(0, 5, (5, 7)),
    "holes": np.where(rng.rand(6, 8) < 0.3, nan, rng.randn(6, 8)),
    "t234": rng.randn(2, 3, 4),
    "t352": rng.randint(-2, 3, (3, 5, 2)),
    "e03": np.zeros((0, 3)),
    "e30": np.zeros((3, 0)),
}
VALUES = {name: single(value) for name, value in INPUTS.items()}
cases = []


def argsort(x, axis, descending):
    return np.argsort(-x if descending else x, axis=axis, kind="stable")


def sort(x, axis, descending):
    return np.take_along_axis(x, argsort(x, axis, descending), axis)


def first(values, k, axis):
    """The first k along an axis; more than there are is refused."""
    if not 0 <= k <= values.shape[axis]:
        raise ValueError("k is out of range")
    return np.take(values, np.arange(k), axis=axis)


for name, x in VALUES.items():
    for axis in range(-x.ndim, x.ndim):
        for flag in [False, True]:
            case = {"x": name, "axis": axis, "descending": flag}
            cases.append({"op": "argsort", **case, "expected": outcome(lambda: argsort(x, axis, flag))})
            cases.append({"op": "sort", **case, "expected": outcome(lambda: sort(x, axis, flag))})

for name, axis, ks in [
    ("one", 0, [0, 1, 2]),
    ("empty", 0, [0, 1]),
    ("v100", -1, [0, 1, 10, 64, 65, 100, 101]),
    ("ties", 0, [1, 7, 60]),
    ("special", 0, [1, 3, 11, 12, 13]),
    ("nans", 0, [2]),
    ("holes", 1, [2, 8]),
    ("holes", 0, [6]),
    ("t352", 0, [2]),
    ("t352", 1, [0, 3]),
    ("t352", 2, [1, 2, 3]),
    ("e03", 1, [2]),
    ("m34", 2, [1]),
]:
    x = VALUES[name]
    for k in ks:
        for largest in [True, False]:
            case = {"x": name, "axis": axis, "k": k, "largest": largest}
            cases.append({"op": "values", **case, "expected": outcome(lambda: first(sort(x, axis, largest), k, axis))})
            cases.append({"op": "indices", **case, "expected": outcome(lambda: first(argsort(x, axis, largest), k, axis))})

write("order", {"about": "numpy's orders; made by test/golden/make_order.py", "inputs": inputs(INPUTS)}, cases)
