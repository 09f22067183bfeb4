#!/usr/bin/python3
"""Writes recovery.json: transforms as scipy and numpy have them, and sparse vectors by solvers of another kind.

'dct' and 'fourier' are rows of scipy.fft.dctn(norm='ortho') and of numpy.fft.fftn; 'lasso' is scikit-learn's Lasso (whose alpha is lambda / m);
'pursuit' is the linear program of basis pursuit by HiGHS; 'noisy' is the lambda, found by bisection, whose lasso misses y by as much as
there is noise. Reference: Debian 12's python3-numpy (1.24), python3-scipy (1.10), python3-sklearn (1.2).
"""

import numpy as np
import scipy.fft
from scipy.optimize import linprog
from sklearn.linear_model import Lasso

from encode import array, inputs, number, single, write

rng = np.random.RandomState(17)


def picked(n, m):
    return sorted(int(k) for k in rng.permutation(n)[:m])


def mirrored(shape, k):
    return int(np.ravel_multi_index(tuple((-i) % side for i, side in zip(np.unravel_index(k, shape), shape)), shape))


def apart(shape, m):
    """Picks of which none is the mirror image of another."""
    out = []
    for k in rng.permutation(int(np.prod(shape))):
        if mirrored(shape, k) not in out and len(out) < m:
            out.append(int(k))
    return out


INPUTS = {"x12": rng.randn(12), "x13": rng.randn(13), "x6x10": rng.randn(6, 10), "x7x5": rng.randn(7, 5)}
MATRIX = rng.randn(12, 30)
SPARSE = np.zeros(30)
SPARSE[[3, 11, 25]] = [1.5, -2, 0.75]
INPUTS["matrix"] = MATRIX
INPUTS["y"] = single(MATRIX) @ SPARSE
INPUTS["noisy"] = single(INPUTS["y"]) + 0.1 * rng.randn(12)


def transform(name, of, picks):
    x = single(INPUTS[of])
    if name == "dct":
        return scipy.fft.dctn(x, norm="ortho").ravel()[picks]
    n = x.size
    found = np.fft.fftn(x).ravel()[picks]
    own = np.array([mirrored(x.shape, k) == k for k in picks])
    weights = np.where(own, np.sqrt(1 / n), np.sqrt(2 / n))
    return np.concatenate([weights * found.real, (weights * found.imag)[~own]])


def lasso(y, lam):
    a = single(MATRIX)
    model = Lasso(alpha=lam / len(y), fit_intercept=False, tol=1e-15, max_iter=10**6)
    return model.fit(a, y).coef_


def pursuit(y):
    a = single(MATRIX)
    n = a.shape[1]
    found = linprog(np.ones(2 * n), A_eq=np.hstack([a, -a]), b_eq=y, method="highs", options={"primal_feasibility_tolerance": 1e-10})
    return found.x[:n] - found.x[n:]


def within(y, noise):
    low, high = 0.0, np.abs(single(MATRIX).T @ y).max()
    for _ in range(200):
        lam = (low + high) / 2
        missed = np.linalg.norm(single(MATRIX) @ lasso(y, lam) - y)
        low, high = (low, lam) if missed > noise else (lam, high)
    return lasso(y, (low + high) / 2)


cases = []
for of, shape in [("x12", 12), ("x13", 13), ("x6x10", [6, 10]), ("x7x5", [7, 5])]:
    n = int(np.prod(shape))
    for m in (n, n // 3):
        picks = picked(n, m)
        cases.append({"kind": "dct", "x": of, "shape": shape, "picks": picks, "expected": array(transform("dct", of, picks))})
        picks = apart(INPUTS[of].shape, m)
        cases.append({"kind": "fourier", "x": of, "shape": shape, "picks": picks, "expected": array(transform("fourier", of, picks))})
for y in ("y", "noisy"):
    for lam in (0.5, 5):
        cases.append({"kind": "lasso", "y": y, "lambda": lam, "expected": array(lasso(single(INPUTS[y]), lam))})
    cases.append({"kind": "pursuit", "y": y, "expected": array(pursuit(single(INPUTS[y])))})
for noise in (0.2, 1):
    cases.append({"kind": "noisy", "y": "noisy", "noise": number(noise), "expected": array(within(single(INPUTS["noisy"]), noise))})
write("recovery", {"about": "made by make_recovery.py", "inputs": inputs(INPUTS)}, cases)
