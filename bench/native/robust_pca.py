"""The inexact augmented Lagrangian of Lin, Chen and Ma (2010) in numpy, with the constants of their program and of the library.

Singular values come from a sketch that begins with the vectors of the step before, as in the library: a numpy that finds all of
them, or begins anew each time, is slower. Run by itself it prints the problems of the paper: iterations, rank, relative error, time.
"""
import time

import numpy as np

BESIDE = 10


def problem(n, rank, share, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    low = rng.standard_normal((n, rank)) @ rng.standard_normal((rank, n))
    wrong = np.zeros(n * n)
    at = rng.permutation(n * n)[: round(share * n * n)]
    wrong[at] = rng.uniform(-500, 500, len(at))
    return (low + wrong.reshape(n, n)).astype(dtype), low


def sketched(x, basis, width, rng):
    """The leading `width` singular values of x, about, and their vectors."""
    fresh = rng.standard_normal((x.shape[1], width - basis.shape[1])).astype(x.dtype) if basis.shape[1] < width else None
    start = basis[:, :width] if fresh is None else np.hstack([basis, fresh])
    q = np.linalg.qr(x @ start)[0]
    if fresh is not None and width < min(x.shape):
        q = np.linalg.qr(x @ np.linalg.qr(x.T @ q)[0])[0]
    second, r = np.linalg.qr(x.T @ q)
    v, s, u = np.linalg.svd(r)
    return q @ u.T, s, second @ v


def robust_pca(d, tol=None):
    """Low rank, sparse, and the number of iterations."""
    m, n = d.shape
    kind = d.dtype.type
    tol = tol or (1e-7 if kind is np.float64 else 1e-6)
    lam = 1 / np.sqrt(max(m, n))
    rng = np.random.default_rng(1)
    spectral = sketched(d, np.zeros((n, 0), kind), min(m, n, 1 + BESIDE), rng)[1][0]
    size = np.linalg.norm(d)
    mu, most = 1.25 / spectral, 1.25e7 / spectral
    y = d / kind(max(spectral, np.abs(d).max() / lam))
    low = np.zeros_like(d)
    basis = np.zeros((n, 0), kind)
    expected = 10
    for count in range(1, 101):
        pulled = d + y / kind(mu)
        rest = pulled - low
        sparse = rest - np.clip(rest, -lam / mu, lam / mu).astype(kind)
        u, s, basis = sketched(pulled - sparse, basis, min(m, n, expected + BESIDE), rng)
        rank = int((s > 1 / mu).sum())
        low = (u[:, :rank] * (s[:rank] - kind(1 / mu))) @ basis[:, :rank].T
        expected = rank + 1 if rank < min(expected, len(s)) else expected + round(min(m, n) / 20)
        missing = d - low - sparse
        y += kind(mu) * missing
        mu = min(1.5 * mu, most)
        if np.linalg.norm(missing) < tol * size:
            break
    return low, sparse, rank, count


if __name__ == "__main__":
    for dtype in [np.float64, np.float32]:
        for rank, share in [(25, 0.05), (25, 0.1), (50, 0.05), (50, 0.1)]:
            d, truth = problem(500, rank, share, dtype=dtype)
            begun = time.perf_counter()
            low, _, found, count = robust_pca(d)
            taken = time.perf_counter() - begun
            error = np.linalg.norm(low - truth) / np.linalg.norm(truth)
            print(f"{np.dtype(dtype).name}, rank {rank}, {share:.0%} wrong: rank {found}, {count} SVDs, error {error:.2e}, {taken:.2f} s")
