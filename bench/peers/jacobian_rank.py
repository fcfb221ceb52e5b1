"""The rank of the Jacobian of 20-128-2 on 800 rows, 1600 x 2946, in NumPy, f64, one thread: the Jacobian by its layers, then
the singular values above max(rows, cols) eps sigma_1; theory/jacobian-rank.js is ours.

Usage: python bench/peers/jacobian_rank.py [--rounds N] [--milliseconds N] [--only TEXT] [--serve]
"""
import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
os.environ.pop("OPENBLAS_CORETYPE", None)  # NumPy chooses its own kernels

from program import Prepared, Task, library, run_program

np = library("numpy")
library("threadpoolctl")

from blas import blas
from tangent_network import inputs, parameters

ROWS = 800


def jacobian(x, w, b, last):
    """2 ROWS x parameters: both outputs of each row."""
    z = x @ w + b
    delta = (z > 0)[:, None, :] * last.T[None]  # rows x 2 x hidden
    hidden = np.maximum(z, 0)
    rows, k = len(x), last.shape[1]
    first = np.einsum("nki,nj->nkij", delta, x).reshape(rows, k, -1)
    second = np.einsum("kc,nj->nkcj", np.eye(k), hidden).reshape(rows, k, -1)
    ones = np.broadcast_to(np.eye(k), (rows, k, k))
    return np.concatenate([first, delta, second, ones], 2).reshape(rows * k, -1)


def prepare():
    x, (w, b, last, _) = inputs(ROWS), parameters([20, 128, 2])
    found = {}

    def run():
        found["rank"] = np.linalg.matrix_rank(jacobian(x, w, b, last))

    return Prepared(run, lambda: float(found["rank"]))


versions = {"numpy": np.__version__}
tasks = [Task("NumPy matrix_rank, 1 thread", "rank of 1600 x 2946", "ms", prepare)]
run_program({"program": "jacobian-rank", "versions": versions, "threads": blas(), "precision": "f64"}, tasks)
