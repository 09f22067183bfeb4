"""
Times PyTorch on the ops of the benches, on CUDA where it has it: a line of JSON in – bench, shape, readback, rounds – a line out. A point
of a series of sizes is asked for by sweep, operands, k and rounds.

Times are taken as ours are: a whole call with its small result brought to the host (or waited for, where a bench leaves it where
it is), and `queued`, a call's time where twenty are enqueued and one is waited for. Products are in float32, without TF32.
"""
import json
import sys
import time


def say(**what):
    print(json.dumps(what), flush=True)


try:
    import torch
except ImportError:
    say(problem="this Python has no torch")
    sys.exit(0)

kind = "cuda" if torch.cuda.is_available() else "cpu"
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
torch.manual_seed(1)
QUEUED = 20
RANK = 20
K = 10


def wait():
    if kind == "cuda":
        torch.cuda.synchronize()


def unit(x):
    return torch.nn.functional.normalize(x, dim=1)


def pairs(a, b, metric):
    if metric == "inner":
        return a @ b.T
    if metric == "cosine":
        return 1 - unit(a) @ unit(b).T
    return torch.cdist(a, b, p=1.0 if metric == "cityblock" else 2.0)


def queries_of(bench, rows):
    """How many of the rows are queries: as the benches split them."""
    op = bench.split("/")[1]
    if op in ("query", "million") or op.startswith("query-"):
        return 1
    if op in ("queries", "tick", "index", "index-large") or op.startswith("queries-"):
        return 64
    return rows // 2


def factorisations(bench, shape, x):
    """Of matrices as the benches make them: what they are takes no less time."""
    n = shape[0]
    square = x[:n, :n]
    op = bench.split("/")[1]
    definite = square @ square.T / n + torch.eye(n, device=kind) if op in ("cholesky", "eigh") else None
    return {
        "cholesky": lambda: [torch.linalg.cholesky(definite)],
        "solve": lambda: [torch.linalg.solve(square, square[0])],
        "qr": lambda: list(torch.linalg.qr(x)),
        "svdvals": lambda: [torch.linalg.svdvals(x)],
        "svd": lambda: list(torch.linalg.svd(x, full_matrices=False))[1:2],
        "eigh": lambda: list(torch.linalg.eigh(definite))[:1],
        "lstsq": lambda: [torch.linalg.lstsq(x[:, :-1], x[:, -1:]).solution],
        "randomized-svd": lambda: list(torch.svd_lowrank(x, q=RANK + 10, niter=4))[1:2],
    }.get(op)


def shrunk(x):
    u, s, vt = torch.linalg.svd(x, full_matrices=False)
    return [(u * (s - 0.4).clamp(min=0)) @ vt]


def ridged(rows, y):
    """By the normal equations, as ours are set up: in float32 alone, without the rounds of doubles that refine ours."""
    rows = rows - rows.mean(0)
    products = rows.T @ rows + torch.eye(rows.shape[1], device=kind)
    return [torch.cholesky_solve(rows.T @ (y - y.mean()), torch.linalg.cholesky(products))]


def searched(a, b):
    values, indices = torch.topk(a @ b.T, K, dim=1)
    return [-values, indices]


def norms(bench, x):
    return {
        "vector": lambda: [torch.linalg.norm(x)],
        "rows": lambda: [torch.linalg.norm(x, dim=1)],
        "columns": lambda: [torch.linalg.norm(x, dim=0)],
        "normalize": lambda: [unit(x)],
        "summary": lambda: [torch.linalg.norm(x, ord=ord, dim=1) for ord in (0, 1, 2, float("inf"))],
    }.get(bench.split("/")[1])


def op_of(bench, shape):
    x = torch.rand(shape, device=kind) * 2 - 1
    room = bench.split("/")[0]
    if room == "norm":
        return norms(bench, x)
    if room == "linalg":
        return factorisations(bench, shape, x)
    if bench == "lowrank/shrink":
        return lambda: shrunk(x)
    if bench == "prox/soft-threshold":
        return lambda: [torch.nn.functional.softshrink(x, 0.5)]
    if bench == "regression/ridge":
        return lambda: ridged(x[:, :-1], x[:, -1:])
    if room in ("distance", "search"):
        n = queries_of(bench, shape[0])
        a, b = x[:n].contiguous(), x[n:].contiguous()
        if room == "search":
            return lambda: searched(a, b)
        metric = bench.split("/")[1].split("-")[-1]
        return lambda: [pairs(a, b, metric)]
    return None


def timed(op, readback, rounds):
    times = []
    # The second only warms, as it does with the others.
    for k in range(rounds + 2):
        wait()
        begun = time.perf_counter()
        results = op()
        if readback:
            results = [result.cpu() for result in results]
        wait()
        if k != 1:
            times.append((time.perf_counter() - begun) * 1000)
    middle = sorted(times[1:])[len(times[1:]) // 2]
    calls = min(QUEUED, int(4000 / max(middle, 0.01)))
    if kind != "cuda" or calls < 3:
        return {"times": times}
    begun = time.perf_counter()
    results = [op() for _ in range(calls)]
    wait()
    return {"times": times, "queued": (time.perf_counter() - begun) * 1000 / calls}


def made_definite(a):
    return (a + a.T) / 2 + len(a) * torch.eye(len(a), device=kind)


def sweep_of(op, operands, k):
    """What harness/sweeps.ts computes under this name: the small result that is read, or the last number of a large one."""
    x, *others = [torch.rand(shape, device=kind) * 2 - 1 for shape in operands]
    y = others[0] if others else None
    last = lambda result: [result.reshape(-1)[-1:]]
    definite = made_definite(x) if op == "cholesky" else None
    return {
        "norm of rows": lambda: [torch.linalg.norm(x, dim=1)],
        "euclidean cdist": lambda: last(torch.cdist(x, y)),
        "nearest": lambda: list(torch.topk(torch.cdist(x, y), k, dim=1, largest=False)),
        "topk": lambda: list(torch.topk(x, k, dim=1)),
        "matmul": lambda: last(x @ y),
        "cholesky": lambda: last(torch.linalg.cholesky(definite)),
        "svd": lambda: last(torch.linalg.svd(x, full_matrices=False)[1]),
        "svdvals": lambda: last(torch.linalg.svdvals(x)),
    }.get(op)


def swept(op, rounds):
    if kind == "cuda":
        torch.cuda.reset_peak_memory_stats()
    times = []
    for k in range(rounds + 1):
        wait()
        begun = time.perf_counter()
        [result.cpu() for result in op()]
        times.append((time.perf_counter() - begun) * 1000)
    peak = {"peak": torch.cuda.max_memory_allocated()} if kind == "cuda" else {}
    return {"times": times[1:], **peak}


def answer(asked):
    if "sweep" in asked:
        op = sweep_of(asked["sweep"], asked["operands"], asked.get("k"))
        return {"unknown": True} if op is None else swept(op, asked["rounds"])
    op = op_of(asked["bench"], asked["shape"])
    return {"unknown": True} if op is None else timed(op, asked["readback"], asked["rounds"])


name = torch.cuda.get_device_name(0) if kind == "cuda" else f"{torch.get_num_threads()} CPU threads"
say(version=torch.__version__, kind=kind, device=name)
for line in sys.stdin:
    asked = json.loads(line)
    try:
        say(**answer(asked))
    except Exception as error:  # one op that fails is told, the others go on
        say(problem=str(error).split("\n")[0])
