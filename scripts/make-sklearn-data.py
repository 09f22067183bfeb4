#!/usr/bin/python3
"""Writes the data of the pages on digits and regularization as small files, from what scikit-learn ships, and what scikit-learn makes of them.

examples/data/digits.npy [1797, 65]: the 64 pixels of a digit, 0 to 16, and which it is. examples/data/diabetes.csv: ten columns and y, as
they were measured. test/golden/pages.json: what the specs of the pages expect. Reference: Debian 12's python3-sklearn (1.2).
"""

import json
from pathlib import Path

import numpy as np
from scipy.stats import mode
from sklearn.datasets import load_diabetes, load_digits
from sklearn.decomposition import PCA
from sklearn.linear_model import LassoCV, lasso_path
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "examples/data"

digits = load_digits()
np.save(DATA / "digits.npy", np.column_stack([digits.data, digits.target]).astype(np.uint8))

right = {}
for k in (1, 3, 5, 7, 9):
    # A point is no neighbour of itself there: what cross_val_predict(cv=LeaveOneOut()) finds in minutes, it finds at once.
    found = KNeighborsClassifier(k).fit(digits.data, digits.target).kneighbors(return_distance=False)
    votes = mode(digits.target[found], axis=1, keepdims=False).mode
    right[k] = int((votes == digits.target).sum())
pca = PCA(svd_solver="full").fit(digits.data)

raw = load_diabetes(scaled=False)
with open(DATA / "diabetes.csv", "w") as file:
    file.write(",".join(["age", "sex", "bmi", "bp", "tc", "ldl", "hdl", "tch", "ltg", "glu", "y"]) + "\n")
    for row, y in zip(raw.data, raw.target):
        file.write(",".join(f"{value:g}" for value in [*row, y]) + "\n")
# What the file says, and nothing finer.
table = np.loadtxt(DATA / "diabetes.csv", delimiter=",", skiprows=1)
x, y = StandardScaler().fit_transform(table[:, :-1]), table[:, -1]
alphas = 10.0 ** (2 - np.arange(101) / 25)
tight = {"tol": 1e-12, "max_iter": 1000000}
cv = LassoCV(alphas=alphas, cv=5, **tight).fit(x, y)
coefs = lasso_path(x, y - y.mean(), alphas=alphas, **tight)[1].T

golden = {
    "digits": {"rightWithoutItself": right, "explainedVarianceRatio": pca.explained_variance_ratio_[:10].tolist()},
    "diabetes": {
        "alphas": alphas.tolist(),
        "lassoCV": {"alpha": cv.alpha_, "coef": cv.coef_.tolist(), "meanErrors": cv.mse_path_.mean(axis=1).tolist()},
        "path": {str(place): coefs[place].tolist() for place in (0, 25, 50, 75, 100)},
    },
}
(ROOT / "test/golden/pages.json").write_text(json.dumps(golden, indent=1) + "\n")
