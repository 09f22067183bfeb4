#!/usr/bin/python3
"""Writes search.json: the nearest neighbours, votes, means and graphs of neighbours, and what flat indexes find.

Inputs are float32 numbers. Results are computed in doubles by brute force: reference is Debian 12's python3-sklearn (1.2).
Cases whose neighbours are as good as equally distant are refused: their order is anybody's. Flat indexes are those of Debian
12's python3-faiss (1.7), in float32 throughout; there ties are kept, and the spec looks at distances first.
"""

import faiss
import numpy as np
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor, NearestNeighbors, kneighbors_graph

from encode import array, inputs, shortest, single, write

rng = np.random.RandomState(17)
centres = rng.randn(5, 8) * 10
INPUTS = {
    "queries3": rng.randn(6, 3),
    "points3": rng.randn(60, 3),
    "queries8": centres[rng.randint(0, 5, 7)] + rng.randn(7, 8),
    "points8": centres[rng.randint(0, 5, 150)] + rng.randn(150, 8),
    "queries70": rng.randn(3, 70),
    "points70": rng.randn(90, 70),
    "far": 1000 + rng.randn(40, 5),
    "farQueries": 1000 + rng.randn(4, 5),
    "bits": rng.randint(0, 2, (50, 40)),
    "bitQueries": rng.randint(0, 2, (4, 40)),
}
other = np.random.RandomState(18)
base = 100 * other.randn(6)
INPUTS |= {
    # Many times over; ever nearer to the origin; and nearly equal.
    "grid": other.randint(0, 3, (300, 6)),
    "gridQueries": other.randint(0, 3, (4, 6)),
    "countdown": np.repeat(np.arange(200, 0, -1)[:, None], 3, axis=1),
    "countdownQueries": np.array([[0, 0, 0], [7, 7, 7.25], [300, 299, 301]]),
    "twins": base + 2.0**-10 * other.randn(80, 6),
    "twinQueries": base + 2.0**-10 * other.randn(3, 6),
}
VALUES = {name: single(values) for name, values in INPUTS.items()}
SETS = [("queries3", "points3"), ("queries8", "points8"), ("queries70", "points70"), ("farQueries", "far")]
cases = []


def neighbours(points, queries, k, metric, p=None):
    """Rows and distances, after a look at whether their order is clear; None where it is not."""
    options = {} if p is None else {"p": p}
    search = NearestNeighbors(n_neighbors=min(k + 1, len(points)), algorithm="brute", metric=metric, **options)
    distances, rows = search.fit(points).kneighbors(queries)
    if (np.diff(distances) < 1e-5 * distances[:, -1:]).any():
        return None
    # scikit-learn expands squares; from differences they are exact.
    if metric == "euclidean":
        distances = np.linalg.norm(queries[:, None] - points[rows], axis=2)
    return rows[:, :k], distances[:, :k]


for q, x in SETS:
    for metric, p in [
        ("euclidean", None),
        ("cityblock", None),
        ("chebyshev", None),
        ("minkowski", 3),
        ("cosine", None),
        ("correlation", None),
        ("canberra", None),
    ]:
        for k in [1, 3]:
            found = neighbours(VALUES[x], VALUES[q], k, metric, p)
            if found is None:
                continue
            rows, distances = found
            case = {"queries": q, "points": x, "k": k, "metric": metric, **({} if p is None else {"p": p})}
            cases.append({"op": "nearest", **case, "rows": array(rows), "distances": array(distances)})
found = neighbours(VALUES["bits"].astype(bool), VALUES["bitQueries"].astype(bool), 1, "jaccard")
if found is not None:
    case = {"queries": "bitQueries", "points": "bits", "k": 1, "metric": "jaccard"}
    cases.append({"op": "nearest", **case, "rows": array(found[0]), "distances": array(found[1])})

for q, x in SETS:
    labels = rng.randint(-2, 3, len(VALUES[x]))
    targets = single(rng.randn(len(VALUES[x]), 2))
    for weights in ["uniform", "distance"]:
        for k in [1, 4, 5, 30]:
            steer = {"n_neighbors": k, "weights": weights, "algorithm": "brute"}
            case = {"queries": q, "points": x, "k": k, "weights": weights}
            voted = KNeighborsClassifier(**steer).fit(VALUES[x], labels).predict(VALUES[q])
            cases.append({"op": "classify", **case, "labels": [int(i) for i in labels], "expected": [int(i) for i in voted]})
            mean = KNeighborsRegressor(**steer).fit(VALUES[x], targets).predict(VALUES[q])
            cases.append({"op": "regress", **case, "targets": array(targets), "expected": array(mean)})

for x, k in [("points3", 4), ("points8", 6), ("far", 2)]:
    for own in [False, True]:
        assert neighbours(VALUES[x], VALUES[x], k + 1, "euclidean") is not None
        graph = kneighbors_graph(VALUES[x], k, mode="distance", include_self=own)
        cases.append({
            "op": "graph",
            "points": x,
            "k": k,
            "includeSelf": own,
            "offsets": [int(i) for i in graph.indptr],
            "indices": [int(i) for i in graph.indices],
            "distances": array(graph.data),
        })

FLAT = SETS + [("gridQueries", "grid"), ("countdownQueries", "countdown"), ("twinQueries", "twins")]
for q, x in FLAT:
    queries, points = VALUES[q].astype(np.float32), VALUES[x].astype(np.float32)
    n, d = points.shape
    for name, index in [("L2", faiss.IndexFlatL2(d)), ("IP", faiss.IndexFlatIP(d))]:
        index.add(points)
        case = {"index": name, "queries": q, "points": x}
        # All of them only where they are few.
        lists = [1, 10, 64, 65] + ([n] if n * len(queries) <= 400 else [])
        for k in sorted({k for k in lists if k <= n}):
            numbers, rows = index.search(queries, k)
            cases.append({"op": "search", **case, "k": k, "rows": array(rows), "distances": array(numbers, shortest)})
        # Radii in gaps, so that it is clear who is within, if anything is.
        numbers = np.unique(index.search(queries, n)[0].astype(np.float64))
        gaps = np.diff(numbers) / np.maximum(np.abs(numbers[1:]), 1e-6)
        for share in [0.02, 0.15]:
            rank = int((share if name == "L2" else 1 - share) * len(gaps))
            width = min(3, len(gaps) // 20)
            near = np.arange(max(0, rank - width), min(len(gaps), rank + width + 1))
            at = near[np.argmax(gaps[near])]
            radius = np.float32((numbers[at] + numbers[at + 1]) / 2)
            offsets, found, rows = index.range_search(queries, float(radius))
            order = np.concatenate([a + np.lexsort((rows[a:b], found[a:b])) for a, b in zip(offsets, offsets[1:])])
            cases.append({
                "op": "within",
                **case,
                "radius": shortest(radius),
                "offsets": [int(i) for i in offsets],
                "rows": [int(i) for i in rows[order]],
                "distances": array(found[order], shortest),
            })

about = "nearest neighbours; made by test/golden/make_search.py"
write("search", {"about": about, "inputs": inputs(INPUTS)}, cases)
