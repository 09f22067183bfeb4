#!/usr/bin/python3
"""Writes robust-pca.json: matrices split into one of low rank and a sparse one, with whole SVDs in doubles.

'alm' is the inexact augmented Lagrangian of Lin, Chen and Ma (2010) with the constants of their own program, stopped at the same
residual as the library; 'admm' is the minimum itself, by the same steps with a constant mu, until nothing moves. With 'nu' there is
noise of that weight, with 'bound' noise of that norm (nu found by bisection). Reference: Debian 12's python3-numpy (1.24).
"""

import numpy as np
from numpy.linalg import norm, svd

from encode import array, inputs, number, single, write

rng = np.random.RandomState(41)
TOL = 1e-6


def mixed(m, n, rank, share, size, noise=0.0):
    low = rng.randn(m, rank) @ rng.randn(rank, n)
    wrong = np.where(rng.rand(m, n) < share, rng.uniform(-size, size, (m, n)), 0)
    return low + wrong + noise * rng.randn(m, n)


spread = mixed(8, 8, 8, 0, 0)
INPUTS = {
    "tall": mixed(20, 15, 2, 0.05, 10),
    "wide": mixed(12, 30, 1, 0.1, 50),
    "hard": mixed(14, 14, 4, 0.2, 5),
    "full": spread,
    "noisy": mixed(20, 15, 2, 0.05, 10, 0.1),
    "rank1": np.outer([1, 2, 3, 4], [1, -1, 2]),
}


def soft(x, t):
    return np.sign(x) * np.maximum(np.abs(x) - t, 0)


def shrunk(x, t):
    u, s, vt = svd(x, full_matrices=False)
    return (u * np.maximum(s - t, 0)) @ vt


def alm(d, lam):
    spectral = norm(d, 2)
    y = d / max(spectral, np.abs(d).max() / lam)
    mu, most = 1.25 / spectral, 1.25e7 / spectral
    low = np.zeros_like(d)
    for i in range(1, 1000):
        sparse = soft(d - low + y / mu, lam / mu)
        low = shrunk(d - sparse + y / mu, 1 / mu)
        missing = d - low - sparse
        y = y + mu * missing
        mu = min(1.5 * mu, most)
        if norm(missing) < TOL * norm(d):
            break
    return low, sparse, i


def minimum(d, lam, nu=0.0):
    mu = d.size / (2 * np.abs(d).sum())
    share = 1 / (1 + mu * nu)
    low, y = np.zeros_like(d), np.zeros_like(d)
    for i in range(200000):
        rest = d - low + y / mu
        sparse = soft(rest, lam / (mu * share))
        noise = (rest - sparse) * (1 - share)
        before, low = low, shrunk(d - sparse - noise + y / mu, 1 / mu)
        missing = d - low - sparse - noise
        y = y + mu * missing
        if max(norm(missing), norm(low - before)) < 1e-12 * norm(d):
            break
    return low, sparse, noise


def bounded(d, lam, bound):
    least, most = 0.1, 10
    for _ in range(50):
        nu = np.sqrt(least * most)
        if norm(minimum(d, lam, nu)[2]) > bound:
            most = nu
        else:
            least = nu
        if most / least < 1 + 1e-9:
            break
    return minimum(d, lam, nu)


def result(low):
    return {"lowRank": array(low), "rank": int((svd(low, compute_uv=False) > 1e-8 * norm(low)).sum())}


cases = []
for name, given in INPUTS.items():
    d = single(given)
    lam = 1 / np.sqrt(max(d.shape))
    low, sparse, count = alm(d, lam)
    cases.append({"method": "alm", "d": name, "tol": TOL, "iterations": count, "expected": result(low)})
    # Where the minimum is all but a vertex, thousands of steps lead there: not for tests.
    for factor in {"tall": [2], "full": [1, 2], "rank1": [1, 2]}.get(name, []):
        low, sparse, _ = minimum(d, factor * lam)
        cases.append({"method": "admm", "d": name, "lambda": factor * lam, "expected": result(low)})
for name in ["noisy"]:
    d = single(INPUTS[name])
    lam = 1 / np.sqrt(max(d.shape))
    bound = 0.1 * np.sqrt(d.size)
    low, sparse, noise = bounded(d, lam, bound)
    cases.append({"method": "stable", "d": name, "bound": bound, "noise": number(norm(noise)), "expected": result(low)})
    low, sparse, noise = minimum(d, lam, 0.1 * np.sqrt(2 * max(d.shape)))
    cases.append({"method": "stable", "d": name, "deviation": 0.1, "noise": number(norm(noise)), "expected": result(low)})

write("robust-pca", {"inputs": inputs(INPUTS)}, cases)
