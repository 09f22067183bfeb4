#!/usr/bin/python3
"""Writes arith.json: numpy's element-wise functions with broadcasting, its reductions along axes, and its joining,
picking and turning of arrays.

Inputs are float32 numbers, results are computed in doubles. No finite result leaves float32's range. Names are this
library's (`sub`, `div`, ...). Reference: Debian 12's python3-numpy (1.24).
"""

import warnings
from itertools import permutations

import numpy as np

from encode import inputs, number, outcome, single, write

warnings.filterwarnings("ignore")
inf, nan = np.inf, np.nan
rng = np.random.RandomState(7)

INPUTS = {
    "scalar": np.float64(1.5),
    "one": [-2],
    "v4": [1, -2, 0.5, 4],
    "v5": rng.randn(5),
    "signs": [0, -0.0, 1, -1, 2.5, -2.5, 1e10, -1e-10],
    "nan1": [nan],
    "positive": [0.25, 1, 2, 10, 1000, 1e-10, 1e20, 0.9999],
    "modest": [0, 1, -1, 10, -10, 80, -80, 1e-6, 0.5],
    "special": [nan, inf, -inf, 0, -1, 3],
    "special2": [1, inf, inf, 0, nan, -inf],
    "m34": rng.randn(3, 4),
    "n34": rng.randn(3, 4),
    "m31": rng.randn(3, 1),
    "m14": rng.randn(1, 4),
    "m24": rng.randn(2, 4),
    "m44": rng.randn(4, 4),
    "t234": rng.randn(2, 3, 4),
    "t214": rng.randn(2, 1, 4),
    "t131": rng.randn(1, 3, 1),
    "q": rng.randn(2, 3, 2, 2),
    "ties": [[1, 3, 3, 0], [2, 2, 2, 2], [0, -1, -1, 0]],
    "nans": [[1, nan, 3, nan], [nan, 0, -1, 2], [inf, -inf, 0, 5]],
    "infs": [[inf, 1, inf], [-inf, -inf, 0]],
    "empty": np.zeros(0),
    "e03": np.zeros((0, 3)),
    "e30": np.zeros((3, 0)),
    "e203": np.zeros((2, 0, 3)),
}
VALUES = {name: single(values) for name, values in INPUTS.items()}

cases = []


def add(op, xs, compute, **options):
    """`xs`: names of inputs, or plain numbers. Options are written as the library spells them."""
    operands = [VALUES[x] if isinstance(x, str) else x for x in xs]
    names = [x if isinstance(x, str) else number(x) for x in xs]
    cases.append({"op": op, "x": names, **options, "expected": outcome(lambda: compute(*operands))})


def binary():
    ops = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide}
    pairs = [
        ("v4", "v4"), ("scalar", "v4"), ("v4", "scalar"), ("scalar", "scalar"), ("one", "v5"), ("v4", "one"),
        ("m34", "n34"), ("m34", "scalar"), ("scalar", "m34"), ("m34", "v4"), ("v4", "m34"), ("m34", "m31"),
        ("m31", "m14"), ("m14", "m31"), ("m34", "m14"), ("m31", "v4"), ("t234", "m34"), ("m34", "t234"),
        ("t234", "t214"), ("t214", "t131"), ("t131", "t214"), ("t234", "t131"), ("t131", "v4"), ("t234", "v4"),
        ("t214", "m34"), ("special", "special2"), ("special", "scalar"), ("scalar", "special"),
        ("empty", "scalar"), ("empty", "one"), ("e03", "e03"), ("e30", "m31"), ("m14", "e03"), ("e203", "t214"),
        # Shapes that do not fit each other.
        ("v4", "v5"), ("m34", "m24"), ("m34", "v5"), ("t234", "m24"), ("empty", "v4"), ("e03", "m24"),
    ]
    for op, compute in ops.items():
        for pair in pairs:
            add(op, list(pair), compute)
        add(op, ["m34", 2.5], compute)
        add(op, [-0.5, "m34"], compute)


def unary():
    ops = {"neg": np.negative, "abs": np.abs, "sqrt": np.sqrt, "square": np.square, "exp": np.exp, "log": np.log}
    names = {"neg": ["signs"], "abs": ["signs"], "square": ["signs", "modest"], "sqrt": ["positive", "modest"],
             "exp": ["modest", "v5"], "log": ["positive", "signs"]}
    for op, compute in ops.items():
        for name in names[op] + ["special", "scalar", "empty", "e203"]:
            add(op, [name], compute)
    for op in ["neg", "abs", "square", "exp"]:
        add(op, ["t234"], ops[op])


def choices():
    # A NaN bound comes in an array: 1.24 still takes a scalar NaN for "no bound", which it calls unreliable itself.
    for x, low, high in [("m34", -0.5, 0.5), ("m34", 0, inf), ("m34", -inf, 0), ("v5", "scalar", 2), ("m34", "m31", 1),
                         ("m34", "m14", "m31"), ("t234", -1, "v4"), ("special", -1, 2), ("v4", 1, -1), ("v4", "nan1", 1),
                         ("v4", 0, "nan1"), ("special", -inf, inf), ("empty", 0, 1), ("e03", 0, 1)]:
        add("clip", [x, low, high], np.clip)
    # Conditions are numbers: what is not zero is true, NaN as well.
    where = lambda c, a, b: np.where(np.asarray(c) != 0, a, b)
    for c, a, b in [("signs", 1, 2), ("special", "special2", -1), ("m34", "n34", 0), ("ties", "m34", "n34"), ("m31", "m34", "v4"),
                    ("ties", "v4", "m31"), ("t131", "t214", "scalar"), ("scalar", "m34", "m14"), (0, "m34", "m14"),
                    ("e03", 1, 2), ("m14", "e03", 0), ("m34", "v5", 0), ("v4", "m24", "m34")]:
        add("where", [c, a, b], where)


def reductions():
    def index(compute):
        """argmin and argmax: numpy knows one axis or none."""
        return lambda x, axis, keepdims: compute(x, axis=axis, keepdims=keepdims)

    folds = {"sum": np.sum, "mean": np.mean, "min": np.min, "max": np.max}
    indices = {"argmin": index(np.argmin), "argmax": index(np.argmax)}
    for op, compute in {**folds, **indices}.items():

        def along(name, axis=None, keepdims=False):
            options = {}
            if axis is not None:
                options["axis"] = list(axis) if isinstance(axis, tuple) else axis
            if keepdims:
                options["keepdims"] = True
            add(op, [name], lambda x: compute(x, axis=axis, keepdims=keepdims), **options)

        for name in ["scalar", "one", "v4", "signs", "special", "m34", "ties", "nans", "infs", "t234", "q"]:
            dimensions = VALUES[name].ndim
            along(name)
            for axis in range(dimensions):
                along(name, axis)
                along(name, axis - dimensions, keepdims=True)
        along("m34", keepdims=True)
        along("q", keepdims=True)
        for name in ["empty", "e03", "e30", "e203"]:
            along(name)
            for axis in range(VALUES[name].ndim):
                along(name, axis)
        # Axis 0 of a scalar is left out: numpy refuses it in some reductions and takes it in others. Here it is refused.
        for name, axis in [("m34", 2), ("m34", -3), ("v4", 1)]:
            along(name, axis)
        if op in folds:
            for name in ["m34", "t234", "q"]:
                for pair in permutations(range(VALUES[name].ndim), 2):
                    along(name, pair)
            for name, axis in [("t234", (0, 1, 2)), ("q", (0, 2, 3)), ("q", (-1, 1)), ("m34", (1,)), ("nans", (0, 1)), ("e203", (0, 2)), ("e203", (0, 1))]:
                along(name, axis)
                along(name, axis, keepdims=True)
            for axis in [(0, 0), (1, -1), (0, 2)]:
                along("m34", axis)


def pieces():
    def concat(names, axis=None):
        add("concat", names, lambda *xs: np.concatenate(xs, axis=0 if axis is None else axis), **({} if axis is None else {"axis": axis}))

    for names, axis in [(["v4", "v5"], None), (["v4"], None), (["v4", "empty", "one"], 0), (["m34", "m24"], None), (["m34", "m24", "m14"], 0),
                        (["m34", "m31"], 1), (["m31", "m34", "m31"], -1), (["t234", "t214"], 1), (["t234", "t234"], 0), (["t234", "t234"], -1),
                        (["e03", "e03"], 0), (["e30", "m34"], 1), (["special", "v4"], 0),
                        (["m34", "m31"], 0), (["m34", "v4"], 0), (["m34", "m24"], 1), (["v4", "v5"], 1), (["scalar", "scalar"], 0), ([], 0)]:
        concat(names, axis)

    def take(name, picked, axis=None):
        add("take", [name], lambda x: np.take(x, np.asarray(picked, int), axis=0 if axis is None else axis), indices=picked, **({} if axis is None else {"axis": axis}))

    for name, picked, axis in [("v4", [3, 0, 0, 2], None), ("v4", [], None), ("m34", [2, 1], None), ("m34", [0, 3, 3], 1), ("m34", [1], -1), ("m34", [2, 2, 0], -2),
                               ("t234", [1], 0), ("t234", [2, 0], 1), ("t234", [3, 1, 2, 0, 3], 2), ("q", [1, 0, 1], 2), ("special", [5, 0, 1], 0),
                               ("e03", [1, 1], 1), ("v4", [4], None), ("m34", [0, 4], 1), ("m34", [0], 2), ("empty", [0], None)]:
        take(name, picked, axis)

    def transpose(name, axes=None):
        add("transpose", [name], lambda x: np.transpose(x, axes), **({} if axes is None else {"axes": list(axes)}))

    for name in ["scalar", "v4", "m34", "m14", "t234", "q", "e03", "e203"]:
        transpose(name)
    for name in ["v4", "m34", "t234", "q"]:
        for axes in permutations(range(VALUES[name].ndim)):
            transpose(name, axes)
    for name, axes in [("m34", (-1, 0)), ("t234", (-1, -3, -2)), ("t234", (0, 1)), ("t234", (0, 1, 1)), ("t234", (0, 1, 3)), ("m34", (0, 1, 2)), ("m34", (1, -1))]:
        transpose(name, axes)


binary()
unary()
choices()
reductions()
pieces()
write("arith", {"about": "numpy's arithmetic; made by test/golden/make_arith.py", "inputs": inputs(INPUTS)}, cases)
