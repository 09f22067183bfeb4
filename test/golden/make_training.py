#!/usr/bin/python3
"""Writes training.json: losses by scikit-learn's metrics and SciPy's Huber function, optimisers by those of scikit-learn's neural
networks, and the largest singular value by numpy.

scikit-learn's Adam adds epsilon to the root of the mean square before the correction of its bias, torch's after it: with an epsilon
that vanishes they are the same. Reference: Debian 12's python3-numpy (1.24), python3-scipy (1.10), python3-sklearn (1.2).
"""

import numpy as np
from scipy.special import huber
from sklearn.metrics import mean_absolute_error, mean_squared_error
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from encode import array, inputs, number, single, write

rng = np.random.RandomState(11)
STEPS = 6
INPUTS = {
    "prediction": 2 * rng.randn(12),
    "target": rng.randn(12),
    "weights": rng.uniform(0, 2, 12),
    "start": rng.randn(5),
    "gradients": rng.randn(STEPS, 5) * [1, 10, 0.1, 1e-3, 1],
    "matrix": rng.randn(6, 4),
}
VALUES = {name: single(values) for name, values in INPUTS.items()}
p, t, w = VALUES["prediction"], VALUES["target"], VALUES["weights"]
cases = []


def add(function, options, expected):
    cases.append({"function": function, "options": options, "expected": array(expected, number)})


for weighted in (False, True):
    own = w if weighted else None
    add("lossMae", {"weighted": weighted}, mean_absolute_error(t, p, sample_weight=own))
    add("lossMse", {"weighted": weighted}, mean_squared_error(t, p, sample_weight=own))
    for delta in (1, 0.5):
        terms = huber(delta, p - t)
        add("lossHuber", {"weighted": weighted, "delta": delta}, np.average(terms, weights=own))


def run(make):
    params = [VALUES["start"].copy()]
    optimizer = make(params)
    path = []
    for gradient in VALUES["gradients"]:
        optimizer.update_params(params, [gradient])
        path.append(params[0].copy())
    return np.array(path)


for options in (
    {"learningRate": 0.1},
    {"learningRate": 0.1, "momentum": 0.9},
    {"learningRate": 0.05, "momentum": 0.8, "nesterov": True},
):
    make = lambda params: SGDOptimizer(
        params,
        learning_rate_init=options["learningRate"],
        momentum=options.get("momentum", 0),
        nesterov=options.get("nesterov", False),
    )
    add("sgd", options, run(make))
for options in ({"learningRate": 0.1}, {"learningRate": 0.01, "betas": [0.8, 0.99]}):
    beta = options.get("betas", [0.9, 0.999])
    make = lambda params: AdamOptimizer(
        params, learning_rate_init=options["learningRate"], beta_1=beta[0], beta_2=beta[1], epsilon=1e-300
    )
    add("adam", {**options, "eps": 0}, run(make))

matrix = VALUES["matrix"]
add("spectralNormalize", {}, matrix / np.linalg.norm(matrix, 2))
total = np.linalg.norm(np.concatenate([p, t]))
add("clipGradNorm", {"maxNorm": 1.5}, np.concatenate([p, t]) * min(1, 1.5 / (total + 1e-6)))

write("training", {"about": "tools of training; made by make_training.py", "inputs": inputs(INPUTS)}, cases)
