#!/usr/bin/python3
"""Writes distance.json: scipy.spatial.distance's answers for its 22 metrics, with and without weights, p, V and VI, on
ordinary, tied, zero, constant, huge, tiny, NaN and boolean rows, and four metrics that scipy has elsewhere or not at all.

Inputs are float32 numbers, results are computed in doubles. Reference: Debian 12's python3-scipy (1.10), whose answers
are taken as they are but for these pairs, where its own code paths disagree with each other:

- chebyshev passes over NaN or not, by where it stands; here a NaN in a column that counts is the answer;
- weighted cosine answers 0 for a vector without length (and for NaN), unweighted cosine NaN; here it is NaN;
- weighted sokalsneath raises for two vectors without a true element, unweighted it answers NaN; here it is NaN;
- jensenshannon answers 0 for two rows with NaN, and NaN for one; here both are NaN.
"""

import warnings

import numpy as np
import scipy
from scipy.spatial.distance import cdist, pdist, squareform
from scipy.special import rel_entr
from sklearn.metrics.pairwise import haversine_distances

from encode import array, inputs, number, single, write

warnings.filterwarnings("ignore")
inf, nan = np.inf, np.nan
rng = np.random.RandomState(1866)

REAL = ["braycurtis", "canberra", "chebyshev", "cityblock", "correlation", "cosine", "euclidean", "hamming", "jaccard",
        "matching", "sqeuclidean"]
BOOLEAN = ["dice", "kulczynski1", "rogerstanimoto", "russellrao", "sokalmichener", "sokalsneath", "yule"]
POWERS = [0.5, 1, 1.5, 2, 3, inf]


def bits(rows, columns, share=0.5):
    return (rng.rand(rows, columns) < share).astype(float)


def positive_definite(d):
    root = rng.randn(d, d + 2)
    return root @ root.T / d


BITS = np.vstack([bits(2, 35), np.zeros(35), np.ones(35)])
RANDOM = rng.randn(5, 4)

INPUTS = {
    "a4": rng.randn(3, 4),
    "b4": RANDOM[:2],
    "a33": rng.randn(2, 33),
    "b33": rng.randn(2, 33) + 0.5,
    # Equal rows, zeros, constants, a row that is another one turned round, signs that cancel.
    "ties": [[1, 2, 0, -1], [0, 0, 0, 0], [2, 2, 2, 2], [-1, -2, 0, 1], [0, 0, 0, 3]],
    "tied": [[1, 2, 0, -1], [0, 0, 0, 0], [2, 4, 0, -2]],
    "nans": [[1, nan, 3, 0.5], [nan, nan, nan, nan], [1, 2, 3, 0.5]],
    "infs": [[1, inf, 3, 0.5], [-inf, 2, 0, 1], [1, 2, 3, 0.5]],
    "huge": rng.randn(2, 4) * 1e25,
    "tiny": rng.randn(2, 4) * 1e-30,
    "one": [[1], [-2], [0.5]],
    "shares": np.vstack([rng.rand(2, 4), [[0, 3, 0, 1], [2, 6, 0, 0]]]),
    # Scaled, without a sum, with a negative and with NaN.
    "odd": [[0, 30, 0, 10], [0, 0, 0, 0], [1, -1, 2, 3], [1, nan, 2, 3]],
    "bits": BITS,
    "more": np.vstack([BITS[1], bits(2, 35, 0.2)]),
    "bits3": [[1, 0, 1], [0, 1, 0]],
    "sphere": [[0, 0], [0.7, -1.2], [-1.5, 3], [0.7, -1.2001], [1.5707963, 2]],
    "globe": [[0, 0], [-0.7, 1.9415927], [0.3, 2.5]],
    "w4": [1, 0, 2.5, 0.25],
    "w33": np.where(rng.rand(33) < 0.2, 0, rng.rand(33)),
    "w35": np.where(rng.rand(35) < 0.2, 0, rng.rand(35)),
    "w1": [2],
    "zeros4": np.zeros(4),
    "V4": rng.rand(4) + 0.5,
    "VI4": positive_definite(4),
    "VI33": positive_definite(33),
    "x10": rng.randn(10, 4) * [1, 2, 3, 0.5],
}
VALUES = {name: single(values) for name, values in INPUTS.items()}

cases = []


def shares(x):
    return x / x.sum(axis=1, keepdims=True)


def kl(a, b):
    return rel_entr(shares(a)[:, None], shares(b)[None]).sum(-1)


def hellinger(a, b):
    return np.sqrt(((np.sqrt(shares(a))[:, None] - np.sqrt(shares(b))[None]) ** 2).sum(-1) / 2)


def dot(a, b, w=1):
    return -(a * w) @ b.T


OTHERS = {"kl": kl, "hellinger": hellinger, "haversine": haversine_distances, "dot": dot}


def chebyshev(a, b, w):
    counted = np.abs(a[:, None] - b[None])[..., w > 0]
    return counted.max(axis=-1) if counted.shape[-1] else np.zeros(counted.shape[:2])


def scipy_answer(metric, a, b, options):
    w = options.get("w", np.ones(a.shape[1]))
    power = options.get("p")
    if metric == "chebyshev" or (metric == "minkowski" and power == inf):
        return chebyshev(a, b, w)
    if metric == "sokalsneath" and "w" in options:
        falses = ((a[:, None] + b[None]) * w).sum(-1) == 0
        return np.array([[nan if falses[i, j] else cdist(a[i:i + 1], b[j:j + 1], metric, **options)[0, 0]
                          for j in range(len(b))] for i in range(len(a))])
    answer = cdist(a, b, metric, **options)
    if metric == "cosine" and "w" in options:
        lengths = [(x * x * w).sum(axis=1) for x in (a, b)]
        undefined = [(length == 0) | np.isnan(length) for length in lengths]
        answer[undefined[0][:, None] | undefined[1][None]] = nan
    if metric == "jensenshannon":
        answer[np.isnan(a).any(axis=1)[:, None] & np.isnan(b).any(axis=1)[None]] = nan
    return answer


def named(name):
    """Written into a case: the name of an input, or a plain number."""
    return name if isinstance(name, str) else number(name)


def add(metric, a, b, **options):
    """`a`, `b` and the options that are arrays are names of inputs."""
    values = {key: VALUES[value] if isinstance(value, str) else value for key, value in options.items()}
    x, y = VALUES[a], VALUES[b]
    with np.errstate(all="ignore"):
        expected = OTHERS[metric](x, y, **values) if metric in OTHERS else scipy_answer(metric, x, y, values)
    head = {key: named(value) for key, value in options.items()}
    cases.append({"metric": metric, "a": a, "b": b, **head, "expected": array(expected)})


def condensed(metric, a, **options):
    """pdist of one set of rows; the order is scipy's own."""
    values = {key: VALUES[value] if isinstance(value, str) else value for key, value in options.items()}
    head = {key: named(value) for key, value in options.items()}
    cases.append({"metric": metric, "a": a, **head, "expected": array(pdist(VALUES[a], metric, **values))})


def real():
    pairs = [("a4", "b4", "w4"), ("a33", "b33", "w33"), ("ties", "tied", "w4"), ("nans", "a4", "w4"), ("huge", "huge", "w4"),
             ("tiny", "tiny", "w4"), ("one", "one", "w1")]
    for metric in REAL:
        for a, b, w in pairs:
            add(metric, a, b)
            add(metric, a, b, w=w)
        if metric not in ("cosine", "correlation"):
            add(metric, "a4", "b4", w="zeros4")
    for metric in ["chebyshev", "cityblock", "euclidean", "sqeuclidean", "hamming", "jaccard"]:
        add(metric, "infs", "infs")
    for metric in ["hamming", "jaccard", "matching", "cityblock", "euclidean"]:
        add(metric, "nans", "nans")
    for p in POWERS:
        for a, b, w in pairs[:5] if p in (0.5, 3) else pairs[:4]:
            add("minkowski", a, b, p=p)
            add("minkowski", a, b, p=p, w=w)
        add("minkowski", "infs", "infs", p=p)
    for a, b, w in pairs[:3]:
        add("dot", a, b)
        add("dot", a, b, w=w)


def boolean():
    pairs = [("bits", "more", "w35"), ("bits3", "bits3", None)]
    for metric in BOOLEAN + REAL + ["jensenshannon", "dot"]:
        for a, b, w in pairs if metric in BOOLEAN else pairs[:1]:
            add(metric, a, b)
            if w and metric != "jensenshannon":
                add(metric, a, b, w=w)


def scaled():
    for a, b in [("a4", "b4"), ("ties", "tied"), ("nans", "a4"), ("huge", "huge")]:
        add("seuclidean", a, b, V="V4")
        add("mahalanobis", a, b, VI="VI4")
    add("mahalanobis", "a33", "b33", VI="VI33")
    # The variances and the covariance of all rows together.
    for metric in ["seuclidean", "mahalanobis"]:
        add(metric, "x10", "a4")
        condensed(metric, "x10")


def distributions():
    for metric in ["jensenshannon", "kl", "hellinger"]:
        add(metric, "shares", "shares")
    add("jensenshannon", "shares", "odd")
    add("jensenshannon", "odd", "shares")
    add("jensenshannon", "odd", "odd")
    add("haversine", "sphere", "globe")


def one_set_of_rows():
    for metric in REAL:
        if metric != "chebyshev":
            condensed(metric, "ties")
        condensed(metric, "a4", w="w4")
    for metric in BOOLEAN:
        condensed(metric, "bits")
    condensed("minkowski", "ties", p=3)
    condensed("jensenshannon", "shares")


real()
boolean()
scaled()
distributions()
one_set_of_rows()
square = squareform(pdist(VALUES["ties"], "cityblock"))
head = {
    "about": "scipy.spatial.distance; made by test/golden/make_distance.py with scipy " + scipy.__version__,
    "inputs": inputs(INPUTS),
    "square": array(square),
}
write("distance", head, cases)
