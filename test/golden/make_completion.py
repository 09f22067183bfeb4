#!/usr/bin/python3
"""Writes completion.json: matrices completed from what is not NaN, with whole SVDs in doubles.

'svt' and 'hard-impute' are the iterates of Cai, Candes and Shen (2010) and of Mazumder, Hastie and Tibshirani (2010); 'soft-impute'
is the minimum itself, iterated until nothing moves. With the same lambda it is that of 'als', too, where the rank does not bind
(lemma 6 there), and 'proximal' comes to it from lambda = tau / step. With 'center' or 'scale' the matrix is standardised before as by
biScale (Hastie, Mazumder, Lee and Zadeh, 2015), by weighted means and root mean squares in turns. Reference: Debian 12's
python3-numpy (1.24).
"""

import numpy as np
from numpy.linalg import norm, svd

from encode import array, inputs, single, write

rng = np.random.RandomState(17)


def holes(x, seen):
    return np.where(seen, x, np.nan)


def worked():
    """The case of make_seed.py: 20 x 15, rank 3, half of it seen."""
    np.random.seed(42)
    truth = np.random.randn(20, 3) @ np.random.randn(15, 3).T
    return holes(truth, np.random.rand(20, 15) > 0.5)


def ratings():
    """Stars from 1 to 5: what viewers give in general, what films get in general, and taste."""
    taste = np.outer(rng.randn(14), rng.randn(9)) + rng.randn(14, 1) + rng.randn(1, 9)
    stars = np.clip(np.round(3 + taste), 1, 5)
    stars = holes(stars, rng.rand(14, 9) < 0.7)
    stars[3, 1:] = np.nan  # one rating alone,
    stars[3, 0] = 4
    stars[5] = np.where(np.isnan(stars[5]), np.nan, 2)  # and always the same
    return stars


def units():
    """Columns in units that differ by powers of ten."""
    x = rng.randn(16, 2) @ rng.randn(2, 7) + 0.1 * rng.randn(16, 7) + rng.randn(1, 7)
    return holes(x * 10.0 ** np.arange(-3, 4), rng.rand(16, 7) < 0.8)


INPUTS = {"worked": worked(), "ratings": ratings(), "units": units()}


def lowered(x, tau):
    u, s, vt = svd(x, full_matrices=False)
    return (u * np.maximum(s - tau, 0)) @ vt


def leading(x, rank):
    u, s, vt = svd(x, full_matrices=False)
    return (u[:, :rank] * s[:rank]) @ vt[:rank]


def soft_impute(m, lam):
    seen = ~np.isnan(m)
    x = np.zeros_like(m)
    for _ in range(100000):
        before, x = x, lowered(np.where(seen, m, x), lam)
        if norm(x - before) <= 1e-14 * norm(x):
            break
    return x


def hard_impute(m, rank, iterations):
    seen = ~np.isnan(m)
    x = np.zeros_like(m)
    for _ in range(iterations):
        x = leading(np.where(seen, m, x), rank)
    return x


def svt(m, tau, delta, iterations):
    seen = ~np.isnan(m)
    known = np.where(seen, m, 0)
    y = np.ceil(tau / (delta * norm(known, 2))) * delta * known
    for _ in range(iterations):
        x = lowered(y, tau)
        y = y + delta * np.where(seen, known - x, 0)
    return x


def standardised(m, center, scale):
    """What is added, and what is multiplied with before, as matrices [m, n]."""
    seen = ~np.isnan(m)
    known = np.where(seen, m, 0)
    mean = 0.0 if center == "none" else known.sum() / seen.sum()
    a, b = np.zeros((m.shape[0], 1)), np.zeros((1, m.shape[1]))
    t, g = np.ones_like(a), np.ones_like(b)

    def spread(left, counted, axis):
        """Root mean squares along an axis; 1 for a single entry or none, which are not counted across."""
        count = counted.sum(axis, keepdims=True)
        square = (counted * left**2).sum(axis, keepdims=True)
        return np.where(count < 2, 1, np.sqrt(square / np.maximum(count, 1)))

    for _ in range(1000):
        before = a + b, t * g
        if center in ("rows", "both"):
            a = (seen * (known - mean - b) / g).sum(1, keepdims=True) / np.maximum((seen / g).sum(1, keepdims=True), 1e-300)
        if center in ("columns", "both"):
            b = (seen * (known - mean - a) / t).sum(0, keepdims=True) / np.maximum((seen / t).sum(0, keepdims=True), 1e-300)
        left = seen * (known - mean - a - b)
        if scale in ("rows", "both"):
            t = spread(left / g, seen, 1)
        if scale in ("columns", "both"):
            g = spread(left / t, seen & (seen.sum(1, keepdims=True) > 1), 0)
        if max(np.abs(a + b - before[0]).max(), np.abs(t * g / before[1] - 1).max()) < 1e-14:
            break
    return mean + a + b, t * g


cases = []


def add(given, ways, x, **expected):
    """What several ways lead to, each with its options."""
    expected = {name: array(values) for name, values in {"x": x, **expected}.items()}
    cases.append({"x": given, "ways": ways, "expected": expected})


# Of no more columns than a sketch of the library has at least: its steps are those with whole SVDs then, and near them elsewhere.
m = single(INPUTS["ratings"])
add("ratings", [{"method": "hard-impute", "rank": 3, "maxIterations": 8}], hard_impute(m, 3, 8))
for tau, delta, iterations in [(40, 1.2, 12), (20, 1.9, 6)]:
    way = {"method": "svt", "tau": tau, "delta": delta, "maxIterations": iterations}
    add("ratings", [way], svt(m, tau, delta, iterations))
m = single(INPUTS["worked"])
ways = [
    {"method": "soft-impute", "lambda": 3},
    {"method": "proximal", "tau": 4.5, "step": 1.5},
    {"method": "als", "lambda": 3, "rank": 6},
]
add("worked", ways, soft_impute(m, 3.0))

for given, center, scale, lam in [
    ("units", "columns", "columns", 1.0),
    ("units", "none", "columns", 1.0),
    ("units", "mean", "both", 1.0),
    ("ratings", "rows", "none", 2.0),
    ("ratings", "both", "rows", 2.0),
    ("ratings", "both", "both", 2.0),
]:
    m = single(INPUTS[given])
    plus, times = standardised(m, center, scale)
    x = plus + times * soft_impute((m - plus) / times, lam)
    way = {"method": "soft-impute", "center": center, "scale": scale, "lambda": lam}
    add(given, [way], x, plus=plus, times=times)

write("completion", {"inputs": inputs(INPUTS)}, cases)
