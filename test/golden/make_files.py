"""Files that numpy writes, and what is in them: `files.json`. Run with Debian 12's /usr/bin/python3 (numpy 1.24)."""

import base64
import io

import numpy as np

import encode


def npy(values, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, values, version=version)
    return out.getvalue()


def vecs(values):
    rows = []
    for row in values:
        rows.append(np.array([len(row)], "<i4").tobytes() + row.astype(row.dtype.newbyteorder("<")).tobytes())
    return b"".join(rows)


def case(name, kind, content, values):
    return {
        "name": name,
        "kind": kind,
        "bytes": base64.b64encode(content).decode(),
        "expected": encode.array(np.asarray(values, np.float64)),
    }


grid = np.arange(-5, 7).reshape(3, 4)
floats = np.array([[0.1, -2.5, 3e38], [np.inf, -np.inf, np.nan]])
cases = []
for dtype in ["<f4", ">f4", "<f8", ">f8", "<f2", ">f2", "<i4", ">i4", "<i8", ">i8", "<i2", "i1"]:
    cases.append(case(f"grid {dtype}", "npy", npy(grid.astype(dtype)), grid))
for dtype in ["u1", "<u2", "<u4", "<u8", ">u8"]:
    cases.append(case(f"grid {dtype}", "npy", npy(np.abs(grid).astype(dtype)), np.abs(grid)))
cases.append(case("bools", "npy", npy(grid > 0), (grid > 0)))
for dtype in ["<f4", "<f8", "<f2"]:
    with np.errstate(over="ignore"):
        rounded = floats.astype(dtype)
    cases.append(case(f"floats {dtype}", "npy", npy(rounded), rounded))
halves = np.array([5.960464477539063e-08, 6.097555160522461e-05, 65504, -0.333251953125], "<f2")
cases.append(case("half floats", "npy", npy(halves), halves))
cases.append(case("column-major", "npy", npy(np.asfortranarray(grid.astype("<f4"))), grid))
cube = np.arange(24, dtype="<f4").reshape(2, 3, 4)
cases.append(case("column-major cube", "npy", npy(np.asfortranarray(cube)), cube))
cases.append(case("a vector", "npy", npy(np.arange(5, dtype="<f4")), np.arange(5)))
cases.append(case("a scalar", "npy", npy(np.array(2.5)), np.array(2.5)))
cases.append(case("nothing", "npy", npy(np.zeros((0, 7), "<f4")), np.zeros((0, 7))))
for version in [(1, 0), (2, 0), (3, 0)]:
    cases.append(case(f"version {version[0]}", "npy", npy(grid.astype("<f4"), version), grid))
single = floats[0].astype("<f4")
cases.append(case("fvecs", "fvecs", vecs(np.stack([single, -single])), np.stack([single, -single])))
cases.append(case("ivecs", "ivecs", vecs(grid.astype("<i4")), grid))
encode.write("files", {}, cases)
