"""
The problem of the SVT paper (Cai, Candes and Shen, 2010) in numpy and SciPy, with truncated SVDs: what `npm run test:large` and
the page's figures are beside. completion.py [n] [r] [m/d_r] [float32|float64] prints the row of the paper's table 5.1.
"""
import sys
import time

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import svds

n, r, times = (int(x) for x in (sys.argv[1:4] + ["1000", "10", "6"][len(sys.argv[1:4]) :]))
dtype = np.dtype(sys.argv[4] if len(sys.argv) > 4 else "float64")


def problem(seed):
    random = np.random.default_rng(seed)
    left, right = random.standard_normal((n, r)), random.standard_normal((n, r))
    count = times * r * (2 * n - r)
    places = np.sort(random.choice(n * n, count, replace=False))
    return left.astype(dtype), right.astype(dtype), places // n, places % n


def svt(rows, columns, known, tolerance=1e-4):
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


def als(rows, columns, known, tolerance=1e-4):
    """Alternating least squares with batched solutions, from the leading singular vectors."""
    sparse = csr_matrix((known, (rows, columns)), shape=(n, n))
    right = svds(sparse, r)[2].T.copy()
    ones = csr_matrix((np.ones_like(known), (rows, columns)), shape=(n, n))
    size = np.linalg.norm(known)

    def half(matrix, seen, fixed):
        fixed = np.linalg.qr(fixed)[0]
        grams = (seen @ (fixed[:, :, None] * fixed[:, None, :]).reshape(n, r * r)).reshape(n, r, r)
        grams += np.eye(r, dtype=dtype) * 1e-7
        return np.linalg.solve(grams, (matrix @ fixed)[:, :, None])[:, :, 0].astype(dtype), fixed

    for iteration in range(1, 101):
        left, _ = half(sparse, ones, right)
        right, left = half(sparse.T.tocsr(), ones.T.tocsr(), left)
        rest = known - np.einsum("ek,ek->e", left[rows], right[columns])
        if np.linalg.norm(rest) <= tolerance * size:
            break
    return left, right, iteration


print("method  dtype    iterations  relative error  seconds")
a, b, rows, columns = problem(1)
known = np.einsum("ek,ek->e", a[rows], b[columns])
for method in (svt, als):
    begin = time.perf_counter()
    left, right, iterations = method(rows, columns, known)
    took = time.perf_counter() - begin
    error = np.linalg.norm(left @ right.T - a @ b.T) / np.linalg.norm(a @ b.T)
    print(f"{method.__name__:7} {dtype.name:8} {iterations:10d}  {error:14.3e}  {took:7.2f}")
