"""How golden files are written: numbers, NaN and the infinities as strings, one case a line so that diffs can be read.

Inputs are float32 numbers in their shortest decimal form: whoever reads them rounds to float32 again (`Math.fround`).
Expected values are doubles in full.
"""

import json
import math
import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def number(x):
    """A JSON value for one number."""
    x = float(x)
    if math.isnan(x):
        return "nan"
    if math.isinf(x):
        return "inf" if x > 0 else "-inf"
    return int(x) if x == int(x) and abs(x) < 1e15 and not (x == 0 and math.copysign(1, x) < 0) else x


def shortest(x):
    """The shortest decimal that rounds to the same float32."""
    x = np.float32(x)
    return number(x) if not np.isfinite(x) else number(float(str(x)))


def array(values, each=number):
    values = np.asarray(values)
    return {"shape": list(values.shape), "data": [each(x) for x in values.ravel()]}


def inputs(table):
    return {name: array(values, shortest) for name, values in table.items()}


def single(values):
    """The values rounded to float32, as doubles: what a float32 tensor holds."""
    return np.asarray(values, np.float32).astype(np.float64)


def outcome(compute):
    """What numpy answers: an array, or the error that it raises."""
    try:
        with np.errstate(all="ignore"):
            return array(compute())
    except Exception as error:  # whatever numpy raises is the finding
        return {"raises": type(error).__name__}


def write(name, head, cases):
    """Writes `<name>.json`: the entries of `head`, then the cases, one a line."""
    path = os.path.join(HERE, name + ".json")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    compact = lambda value: json.dumps(value, separators=(",", ":"))
    with open(path, "w") as out:
        out.write("{\n")
        for key, value in head.items():
            if isinstance(value, dict):
                entries = ",\n".join(f"    {compact(k)}: {compact(v)}" for k, v in value.items())
                out.write(f'  "{key}": {{\n{entries}\n  }},\n')
            else:
                out.write(f'  "{key}": {compact(value)},\n')
        out.write('  "cases": [\n' + ",\n".join("    " + compact(case) for case in cases) + "\n  ]\n}\n")
    print(f"{name}.json: {len(cases)} cases, {os.path.getsize(path)} bytes (numpy {np.__version__})", file=sys.stderr)
