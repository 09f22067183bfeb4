"""
Times one op with numpy, SciPy, scikit-learn or FAISS on random float32 rows: native.py <bench> <shape as JSON> <rounds>.
native.py versions says which of them there are.
"""
import json
import sys
import time

import numpy as np
from scipy.spatial.distance import cdist

K = 10

if sys.argv[1] == "versions":
    found = {"python": sys.version.split()[0], "numpy": np.__version__}
    for name, module in (("scipy", "scipy"), ("scikit-learn", "sklearn"), ("faiss", "faiss")):
        try:
            found[name] = __import__(module).__version__
        except ImportError:
            pass
    print(json.dumps(found))
    sys.exit(0)

bench, shape, rounds = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
x = np.random.default_rng(1).uniform(-1, 1, shape).astype(np.float32)
n = 64 if "queries" in bench or "tick" in bench or "index" in bench else 1 if bench in ("search/query", "search/million") or "query-" in bench else shape[0] // 2
some, others = x[:n], x[n:]
room, op_name = bench.split("/")
metric = op_name.removeprefix("queries-").removeprefix("query-")


def embeddings():
    """Rows of unit length near 24 dimensions, as the bench makes them."""
    random = np.random.default_rng(2)
    weights = random.uniform(-1, 1, (shape[0], 24, 3)).sum(2)
    rows = weights @ random.uniform(-1, 1, (24, shape[1])) + 0.1 * x
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def searches():
    """FAISS searches indexes that it was given before: of everything, and where benches have indexes a graph with as much effort as it takes."""
    try:
        import faiss
    except ImportError:
        return [("FAISS native", None, "python3 has no faiss (Debian: python3-faiss)")]
    by_graph = metric.startswith("index")
    rows = embeddings() if by_graph else x
    asked, points = rows[:n], rows[n:]
    told = {"remark": f"{faiss.omp_get_max_threads()} threads"}

    def together(index):
        return lambda: index.search(asked, K)

    def one_by_one(index):
        return lambda: [index.search(asked[i : i + 1], K) for i in range(n)]

    flat = faiss.IndexFlatIP(shape[1])
    flat.add(points)
    if metric in ("query", "queries"):
        other = faiss.IndexFlatL2(shape[1])
        other.add(points)
        return [("FAISS native", together(flat), told), ("FAISS native, L2", together(other), told)]
    if metric == "tick" or by_graph:
        ways = [("FAISS native, one by one", one_by_one(flat), told), ("FAISS native, together", together(flat), told)]
        return ways + (graph(faiss, points, asked, flat, one_by_one, together, told) if by_graph else [])
    return [("FAISS native", together(flat), told)]


def graph(faiss, points, asked, flat, one_by_one, together, told):
    """HNSW with FAISS' own defaults, and where those find less with the ef that finds 99 %."""
    index = faiss.IndexHNSWFlat(shape[1], 32, faiss.METRIC_INNER_PRODUCT)
    begun = time.perf_counter()
    index.add(points)
    built = (time.perf_counter() - begun) * 1000
    last = flat.search(asked, K)[0][:, -1:] * (1 - 2**-20)
    normal = index.hnsw.efSearch
    ways = []

    def at(ef, op):
        def run():
            index.hnsw.efSearch = ef
            return op()

        return run

    for ef in (normal, 32, 64, 128, 256, 512, 1024):
        index.hnsw.efSearch = ef
        recall = float((index.search(asked, K)[0] >= last).mean())
        if ef == normal or recall >= 0.99:
            found = {**told, "built": built, "recall": recall, **({} if ef == normal else {"effort": ef})}
            more = "" if ef == normal else ", 99 % found"
            ways.append((f"FAISS HNSW native, one by one{more}", at(ef, one_by_one(index)), found))
            ways.append((f"FAISS HNSW native, together{more}", at(ef, together(index)), found))
        if recall >= 0.99:
            return ways
    return ways


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
            return {"remark": f"{iterations} iterations, relative error {error(left, right, a, b):.2e} (one problem)"}

        return f"SciPy native, {method.__name__}", run, remark

    return [way(svt), way(als)]


def regressions():
    """scikit-learn's way to the same models, for numbers of the same kind: ten columns and noise, in doubles."""
    from sklearn.linear_model import LassoCV, Ridge, enet_path

    rows, noise = x[:, :-1].astype(np.float64), x[:, -1].astype(np.float64)
    y = rows[:, :10].sum(1) + noise
    if metric == "ridge":
        return [("scikit-learn native", lambda: Ridge(alpha=1).fit(rows, y), dict)]
    if metric == "lasso-cv":
        return [("scikit-learn native", lambda: LassoCV(cv=5).fit(rows, y), dict)]
    found = {}
    ratio = 0.5 if metric.startswith("elastic") else 1

    def way(name, precompute):
        def run():
            # Its paths have no intercept of their own.
            a, b = np.asfortranarray(rows - rows.mean(0)), y - y.mean()
            _, _, gaps = enet_path(a, b, l1_ratio=ratio, precompute=precompute)
            found[name] = gaps.max() * len(b) / (b @ b)

        return name, run, lambda: {"remark": f"largest dual gap {found[name]:.1e}·‖y‖²"}

    return [way("scikit-learn native", "auto"), way("scikit-learn native, no Gram matrix", False)]


ops = {
    "inner": ("numpy", lambda: some @ others.T),
    "euclidean": ("SciPy", lambda: cdist(some, others, "euclidean")),
    "cosine": ("SciPy", lambda: cdist(some, others, "cosine")),
    "cityblock": ("SciPy", lambda: cdist(some, others, "cityblock")),
    "rows": ("numpy", lambda: np.linalg.norm(x, axis=1)),
    "vector": ("numpy", lambda: np.linalg.norm(x)),
}
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
elif room == "search":
    all_ways = searches()
elif room == "regression" and (metric in ("ridge", "lasso-cv") or "path" in metric):
    all_ways = regressions()
elif metric in ops:
    name, op = ops[metric]
    all_ways = [(f"{name} native", op, dict)]
else:
    sys.exit(1)
entries = []
for name, op, said in all_ways:
    if op is None:
        entries.append({"name": name, "note": said})
        continue
    times = []
    # What takes long gets fewer rounds.
    while not times or (len(times) <= rounds and sum(times) < 20_000):
        begun = time.perf_counter()
        op()
        times.append((time.perf_counter() - begun) * 1000)
    entries.append({"name": name, "times": times, **(said() if callable(said) else said)})
print(json.dumps(entries))
