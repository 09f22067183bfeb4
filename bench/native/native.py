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


def completers():
    """A problem of the bench's kind and size, by both ways, and what each comes to."""
    from completion import als, error, problem, svt

    n, rank = shape[0], int(metric.split("-")[1])
    r = round(rank * n / 1000)
    a, b, *seen = problem(n, r, {10: 6, 50: 4, 100: 3}[rank], np.float32)
    found = {}

    def way(method):
        def run():
            found[method] = method(n, r, *seen)

        def remark():
            left, right, iterations = found[method]
            return f"{iterations} iterations, relative error {error(left, right, a, b):.2e} (one problem)"

        return f"SciPy native, {method.__name__}", run, remark

    return [way(svt), way(als)]


def regressions():
    """scikit-learn's way to the same models, for numbers of the same kind: ten columns and noise, in doubles."""
    from sklearn.linear_model import LassoCV, Ridge, enet_path

    rows, noise = x[:, :-1].astype(np.float64), x[:, -1].astype(np.float64)
    y = rows[:, :10].sum(1) + noise
    if metric == "ridge":
        return [("scikit-learn native", lambda: Ridge(alpha=1).fit(rows, y), lambda: None)]
    if metric == "lasso-cv":
        return [("scikit-learn native", lambda: LassoCV(cv=5).fit(rows, y), lambda: None)]
    found = {}
    ratio = 0.5 if metric.startswith("elastic") else 1

    def way(name, precompute):
        def run():
            # Its paths have no intercept of their own.
            a, b = np.asfortranarray(rows - rows.mean(0)), y - y.mean()
            _, _, gaps = enet_path(a, b, l1_ratio=ratio, precompute=precompute)
            found[name] = gaps.max() * len(b) / (b @ b)

        return name, run, lambda: f"largest dual gap {found[name]:.1e}·‖y‖²"

    return [way("scikit-learn native", "auto"), way("scikit-learn native, no Gram matrix", False)]


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
if metric.startswith("completion-"):
    all_ways = completers()
elif room == "regression" and (metric in ("ridge", "lasso-cv") or "path" in metric):
    all_ways = regressions()
elif metric in ops:
    name, op = ops[metric]
    all_ways = [(f"{name} native", op, lambda: None)]
else:
    sys.exit(1)
entries = []
for name, op, remark in all_ways:
    times = []
    # What takes long gets fewer rounds.
    while not times or (len(times) <= rounds and sum(times) < 20_000):
        begun = time.perf_counter()
        op()
        times.append((time.perf_counter() - begun) * 1000)
    entries.append({"name": name, "times": times, "remark": remark()})
print(json.dumps(entries))
