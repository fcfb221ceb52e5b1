"""Matrix products in NumPy and PyTorch, one thread: n x n in f32, and the Gram matrix of n x 2n in f64.

Usage: python bench/peers/products.py [--rounds N] [--milliseconds N] [--only TEXT] [--serve]
"""
import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
os.environ.pop("OPENBLAS_CORETYPE", None)  # NumPy chooses its own kernels

from program import Prepared, Task, library, run_program

np, torch = library("numpy"), library("torch")
library("threadpoolctl")

from blas import blas
from made_up_data import entries

torch.set_num_threads(1)


def product(make, dtype):
    def prepare(n):
        a = make(entries(n, n).astype(dtype))
        return Prepared(lambda: void(a @ a), lambda: squares(a @ a))

    return prepare


def gram(make):
    def prepare(n):
        j = make(entries(n, 2 * n))
        return Prepared(lambda: void(j @ j.T), lambda: squares(j @ j.T))

    return prepare


def void(_):
    """`run` returns nothing."""


def squares(c) -> float:
    return float((np.asarray(c).astype(np.float64) ** 2).sum())


SIDES = {"NumPy, 1 thread": lambda a: a, "PyTorch, 1 thread": torch.from_numpy}
tasks = [
    Task(side, f"f32 product, n = {n}", "ms", lambda n=n, make=make: product(make, np.float32)(n), flops=2 * n**3)
    for n in (256, 512, 1024)
    for side, make in SIDES.items()
] + [
    Task(side, f"f64 Gram, n = {n}", "ms", lambda n=n, make=make: gram(make)(n), flops=2 * n**3)
    for n in (200, 500, 1000, 2000)
    for side, make in SIDES.items()
]
run_program({"program": "products", "versions": {"numpy": np.__version__, "torch": torch.__version__}, "threads": blas()}, tasks)
