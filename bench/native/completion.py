"""
The problem of the SVT paper (Cai, Candes and Shen, 2010) in numpy and SciPy, with truncated SVDs: what `npm run bench -- lowrank` has
beside ours. Run by itself, completion.py [n] [r] [m/d_r] [float32|float64] prints iterations, relative errors and times.
"""
import sys
import time

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import svds


def problem(n, r, times, dtype, seed=1):
    """Factors, and rows, columns and values of what is seen."""
    random = np.random.default_rng(seed)
    left, right = (random.standard_normal((n, r)).astype(dtype) for _ in range(2))
    places = np.sort(random.choice(n * n, min(n * n, times * r * (2 * n - r)), replace=False))
    rows, columns = places // n, places % n
    return left, right, rows, columns, np.einsum("ek,ek->e", left[rows], right[columns])


def svt(n, r, rows, columns, known, tolerance=1e-4):
    """Their code: rank + 1 triplets, five more until one is below tau."""
    tau, delta = 5 * n, 1.2 * n * n / len(known)
    sparse = lambda values: csr_matrix((values, (rows, columns)), shape=(n, n))
    start = svds(sparse(known), 1, return_singular_vectors=False)[0]
    y = np.ceil(tau / (delta * start)) * delta * known
    rank, size = 0, np.linalg.norm(known)
    for iteration in range(1, 501):
        wanted = rank + 1
        while True:
            u, s, vt = svds(sparse(y), wanted)
            if s.min() <= tau or wanted >= n - 1:
                break
            wanted = min(wanted + 5, n - 1)
        keep = s > tau
        rank = int(keep.sum())
        left, right = u[:, keep] * (s[keep] - tau), vt[keep].T
        rest = known - np.einsum("ek,ek->e", left[rows], right[columns])
        if np.linalg.norm(rest) <= tolerance * size:
            break
        y = y + delta * rest
    return left, right, iteration


def als(n, r, rows, columns, known, tolerance=1e-4):
    """Alternating least squares with batched solutions, from the leading singular vectors."""
    sparse = csr_matrix((known, (rows, columns)), shape=(n, n))
    right = svds(sparse, r)[2].T.copy()
    ones = csr_matrix((np.ones_like(known), (rows, columns)), shape=(n, n))
    size = np.linalg.norm(known)

    def half(matrix, seen, fixed):
        fixed = np.linalg.qr(fixed)[0]
        grams = (seen @ (fixed[:, :, None] * fixed[:, None, :]).reshape(n, r * r)).reshape(n, r, r)
        grams += np.eye(r, dtype=known.dtype) * 1e-7
        return np.linalg.solve(grams, (matrix @ fixed)[:, :, None])[:, :, 0].astype(known.dtype), fixed

    for iteration in range(1, 101):
        left, _ = half(sparse, ones, right)
        right, left = half(sparse.T.tocsr(), ones.T.tocsr(), left)
        rest = known - np.einsum("ek,ek->e", left[rows], right[columns])
        if np.linalg.norm(rest) <= tolerance * size:
            break
    return left, right, iteration


def error(left, right, a, b):
    return np.linalg.norm(left @ right.T - a @ b.T) / np.linalg.norm(a @ b.T)


if __name__ == "__main__":
    n, r, times = (int(x) for x in (sys.argv[1:4] + ["1000", "10", "6"][len(sys.argv[1:4]) :]))
    dtype = np.dtype(sys.argv[4] if len(sys.argv) > 4 else "float64")
    a, b, *seen = problem(n, r, times, dtype)
    print("method  dtype    iterations  relative error  seconds")
    for method in (svt, als):
        begin = time.perf_counter()
        left, right, iterations = method(n, r, *seen)
        took = time.perf_counter() - begin
        print(f"{method.__name__:7} {dtype.name:8} {iterations:10d}  {error(left, right, a, b):14.3e}  {took:7.2f}")
