#!/usr/bin/python3
"""Writes prox.json: projections by SciPy's root finder on their optimality conditions, proximal operators by SciPy's minimisers.

A projection onto the simplex is max(x - theta, 0) for the theta at which that adds up to the radius (brentq, in doubles, polished by
the exact step that is left); onto the ball of the 1-norm it is the same of |x|; onto that of the nuclear norm the same of singular
values (numpy's svd). The proximal operator of Huber's function is the root of its optimality condition. Reference: Debian 12's
python3-numpy (1.24) and python3-scipy (1.10).
"""

import numpy as np
from scipy.optimize import brentq

from encode import array, inputs, number, single, write

rng = np.random.RandomState(7)
INPUTS = {
    "short": [0.5, -1.25, 2.0],
    "ties": [1, 1, 1, 0, -1, 1],
    "zeros": np.zeros(4),
    "v12": 2 * rng.randn(12),
    "v65": rng.randn(65) ** 3,
    "minus": -np.abs(rng.randn(9)) - 1,
    "offset": 1000 + rng.randn(40),
    "wide": 10.0 ** rng.uniform(-6, 6, 30) * rng.choice([-1, 1], 30),
    "m45": rng.randn(4, 5),
    "m63": 3 * rng.randn(6, 3),
}
VALUES = {name: single(values) for name, values in INPUTS.items()}


def simplex(x, r):
    excess = lambda theta: np.sum(np.maximum(x - theta, 0)) - r
    theta = brentq(excess, x.min() - r / x.size - 1, x.max(), xtol=1e-300, rtol=8.9e-16, maxiter=1000)
    kept = x > theta
    if kept.any():
        theta = (np.sum(np.sort(x[kept])) - r) / kept.sum()
    return np.maximum(x - theta, 0)


def l1_ball(x, r):
    size = np.abs(x)
    return x if size.sum() <= r else np.sign(x) * simplex(size, r)


def l2_ball(x, r):
    return x * min(1, r / np.linalg.norm(x)) if np.any(x) else x


def nuclear_ball(x, r):
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    return (u * l1_ball(s, r)) @ vt


def huber(x, t, delta):
    slope = lambda y, v: t * np.clip(y, -delta, delta) + y - v
    return np.array([brentq(slope, -abs(v) - 1, abs(v) + 1, args=(v,), xtol=1e-300, rtol=8.9e-16) for v in x])


def soft(x, t):
    return np.sign(x) * np.maximum(np.abs(x) - t, 0)


cases = []


def add(function, x, options, expected):
    cases.append({"function": function, "x": x, "options": options, "expected": array(expected, number)})


for x, values in VALUES.items():
    if values.ndim == 2:
        nuclear = np.linalg.svd(values, compute_uv=False).sum()
        for r in (1, 2 * nuclear):
            r = float(np.round(r, 3))
            add("projectNuclearBall", x, {"radius": r}, nuclear_ball(values, r))
        continue
    for r in (1, 0.125, 4):
        add("projectSimplex", x, {"radius": r}, simplex(values, r))
        add("projectL1Ball", x, {"radius": r}, l1_ball(values, r))
        add("projectL2Ball", x, {"radius": r}, l2_ball(values, r))
        add("projectLinfBall", x, {"radius": r}, np.clip(values, -r, r))
    for t in (0.5, 1.5):
        add("softThreshold", x, {"threshold": t}, soft(values, t))
        add("hardThreshold", x, {"threshold": t}, np.where(np.abs(values) > t, values, 0))
        for delta in (1, 0.25):
            add("huberProx", x, {"step": t, "delta": delta}, huber(values, t, delta))
        length = np.linalg.norm(values)
        add("groupSoftThreshold", x, {"threshold": t}, values * max(0, 1 - t / length) if length else values)

write("prox", {"about": "proximal operators and projections; made by make_prox.py", "inputs": inputs(INPUTS)}, cases)
