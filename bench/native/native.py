"""Times one op with numpy, SciPy or FAISS on random float32 rows: native.py <bench> <shape as JSON> <rounds>."""
import json
import sys
import time

import numpy as np
from scipy.spatial.distance import cdist

bench, shape, rounds = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
x = np.random.default_rng(1).uniform(-1, 1, shape).astype(np.float32)
n = 64 if "queries" in bench or "tick" in bench else 1 if bench in ("search/query", "search/million") or "query-" in bench else shape[0] // 2
some, others = x[:n], x[n:]
room, op_name = bench.split("/")
metric = op_name.removeprefix("queries-").removeprefix("query-")


def searcher():
    """FAISS searches an index that it was given before."""
    import faiss

    index = faiss.IndexFlatIP(shape[1])
    index.add(others)
    return lambda: index.search(some, 10)


def shrunk():
    """All singular values: numpy has no other way. What they are takes no less time."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    return u * np.maximum(s - 0.4, 0) @ vt


def sketcher():
    """The 20 largest singular values of whatever there is: what they are takes no less time."""
    from sklearn.utils.extmath import randomized_svd

    return lambda: randomized_svd(x, 20, random_state=0)


def separator():
    """A problem of the bench's kind and size."""
    from robust_pca import problem, robust_pca

    d, _ = problem(shape[0], shape[1] // 20, 0.05, dtype=np.float32)
    return lambda: robust_pca(d)


ops = {
    "inner": ("numpy", lambda: some @ others.T),
    "euclidean": ("SciPy", lambda: cdist(some, others, "euclidean")),
    "cosine": ("SciPy", lambda: cdist(some, others, "cosine")),
    "cityblock": ("SciPy", lambda: cdist(some, others, "cityblock")),
    "rows": ("numpy", lambda: np.linalg.norm(x, axis=1)),
    "vector": ("numpy", lambda: np.linalg.norm(x)),
}
if room == "search":
    ops = {metric: ("FAISS", searcher())}
if room == "linalg":
    # What the bench makes of its numbers, of the same shape and condition.
    square = x[: shape[0], : shape[0]]
    definite = square @ square.T / shape[0] + np.eye(shape[0], dtype=np.float32)
    ops = {
        "cholesky": ("numpy", lambda: np.linalg.cholesky(definite)),
        "solve": ("numpy", lambda: np.linalg.solve(square, square[0])),
        "qr": ("numpy", lambda: np.linalg.qr(x)),
        "svdvals": ("numpy", lambda: np.linalg.svd(x, compute_uv=False)),
        "svd": ("numpy", lambda: np.linalg.svd(x, full_matrices=False)),
        "eigh": ("numpy", lambda: np.linalg.eigh(definite)),
        "lstsq": ("numpy", lambda: np.linalg.lstsq(x[:, :-1], x[:, -1], rcond=None)),
    }
    if metric == "randomized-svd":
        ops = {metric: ("scikit-learn", sketcher())}
if room == "lowrank":
    ops = {"shrink": ("numpy", shrunk)}
    if metric == "robust-pca":
        ops = {metric: ("numpy", separator())}
if metric not in ops:
    sys.exit(1)
name, op = ops[metric]
times = []
for _ in range(rounds + 1):
    begun = time.perf_counter()
    op()
    times.append((time.perf_counter() - begun) * 1000)
print(json.dumps({"name": name, "times": times}))
