"""f64 linear algebra in NumPy, one thread; ops-wasm/linear-algebra.js is ours. Each operation gives the sum of the absolute
values of its result, on which both must agree.

Usage: python bench/peers/linear_algebra.py [--rounds N] [--milliseconds N] [--only TEXT] [--serve]
"""
import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
os.environ.pop("OPENBLAS_CORETYPE", None)  # NumPy chooses its own kernels

from functools import lru_cache

from program import Prepared, Task, library, run_program

np = library("numpy")
library("threadpoolctl")

from blas import blas
from made_up_data import entries

SIZES = [200, 500, 1000, 2000]
OPERATIONS = {
    "gemm": lambda p: p["a"] @ p["s"],
    "cholesky": lambda p: np.linalg.cholesky(p["g"]),
    "eigenvalues": lambda p: np.linalg.eigvalsh(p["s"]),
    "eigenvectors": lambda p: np.linalg.eigh(p["s"])[0],
    "singular values": lambda p: np.linalg.svd(p["a"], compute_uv=False),
    "singular values, n x 2n": lambda p: np.linalg.svd(p["j"], compute_uv=False),
    "svd": lambda p: np.linalg.svd(p["a"])[1],
}


@lru_cache(maxsize=1)
def problem(n):
    """A general matrix, a wide one, a positive definite one and a symmetric one."""
    a, j = entries(n, n), entries(n, 2 * n)
    return {"a": a, "j": j, "s": a + a.T, "g": j @ j.T + n * np.eye(n)}


def prepare(operation, n):
    data, found = problem(n), {}

    def run():
        found["result"] = OPERATIONS[operation](data)

    return Prepared(run, lambda: float(np.abs(found["result"]).sum()))


tasks = [
    Task("NumPy, 1 thread", f"{operation}, n = {n}", "ms", lambda operation=operation, n=n: prepare(operation, n))
    for n in SIZES
    for operation in OPERATIONS
]
run_program({"program": "linear-algebra", "versions": {"numpy": np.__version__}, "threads": blas()}, tasks)
