"""Times one op with numpy or SciPy on random float32 rows: native.py <bench> <shape as JSON> <rounds>."""
import json
import sys
import time

import numpy as np
from scipy.spatial.distance import cdist

bench, shape, rounds = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
x = np.random.default_rng(1).uniform(-1, 1, shape).astype(np.float32)
n = 64 if "queries" in bench else 1 if "query" in bench else shape[0] // 2
some, others = x[:n], x[n:]
metric = bench.split("/")[1].removeprefix("queries-").removeprefix("query-")
ops = {
    "inner": ("numpy", lambda: some @ others.T),
    "euclidean": ("SciPy", lambda: cdist(some, others, "euclidean")),
    "cosine": ("SciPy", lambda: cdist(some, others, "cosine")),
    "cityblock": ("SciPy", lambda: cdist(some, others, "cityblock")),
    "rows": ("numpy", lambda: np.linalg.norm(x, axis=1)),
    "vector": ("numpy", lambda: np.linalg.norm(x)),
}
if metric not in ops:
    sys.exit(1)
name, op = ops[metric]
times = []
for _ in range(rounds + 1):
    begun = time.perf_counter()
    op()
    times.append((time.perf_counter() - begun) * 1000)
print(json.dumps({"name": name, "times": times}))
