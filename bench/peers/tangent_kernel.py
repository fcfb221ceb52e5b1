"""Jacobians of each row and empirical tangent kernels of 20-128-128-2 in f64, one thread: torch.func, JAX, and both by J J^T.
The kernel is that of all outputs, 2n x 2n; its mean absolute entry must be the same for all. neural-tangents has a program
of its own, tangent_kernel_nt.py; theory/tangent-kernel.js is ours.

Usage: python bench/peers/tangent_kernel.py [--rounds N] [--milliseconds N] [--only TEXT] [--serve]
"""
import os

# JAX takes one thread: both are read when it starts
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
os.environ["NPROC"] = "1"

from program import Prepared, Task, library, run_program

torch, jax = library("torch"), library("jax")

from tangent_network import ROWS, inputs, outputs, parameters

torch.set_num_threads(1)
jax.config.update("jax_enable_x64", True)


def torch_jacobian(rows):
    theta = tuple(torch.from_numpy(part) for part in parameters())
    x = torch.from_numpy(inputs(rows))
    of_rows = torch.func.vmap(torch.func.jacrev(lambda theta, row: outputs(theta, row, torch.relu)), (None, 0))

    def jacobian():
        """2 rows x parameters"""
        return torch.cat([part.reshape(2 * rows, -1) for part in of_rows(theta, x)], 1)

    return jacobian


def jax_jacobian(rows):
    theta = [jax.numpy.asarray(part) for part in parameters()]
    x = jax.numpy.asarray(inputs(rows))
    of_rows = jax.vmap(jax.jacrev(lambda theta, row: outputs(theta, row, jax.nn.relu)), (None, 0))

    def jacobian(theta, x):
        """2 rows x parameters"""
        return jax.numpy.concatenate([part.reshape(2 * rows, -1) for part in of_rows(theta, x)], 1)

    return jacobian, theta, x


def prepare_torch(rows, kernel):
    jacobian = torch_jacobian(rows)

    def value():
        j = jacobian()
        return j @ j.T if kernel else j

    return Prepared(lambda: void(value()), lambda: float(value().abs().mean()))


def prepare_jax(rows, kernel):
    jacobian, theta, x = jax_jacobian(rows)

    def value(theta, x):
        j = jacobian(theta, x)
        return j @ j.T if kernel else j

    compiled = jax.jit(value)
    run = lambda: void(compiled(theta, x).block_until_ready())
    return Prepared(run, lambda: float(jax.numpy.abs(compiled(theta, x)).mean()))


def void(_):
    """`run` returns nothing."""


SIDES = {"torch.func, 1 thread": prepare_torch, "JAX jit, 1 thread": prepare_jax}
tasks = [
    Task(side, f"{what}, {rows} rows", "ms", lambda make=make, rows=rows, kernel=kernel: make(rows, kernel))
    for rows in ROWS
    for what, kernel in {"Jacobian": False, "tangent kernel": True}.items()
    for side, make in SIDES.items()
]
versions = {"torch": torch.__version__, "jax": jax.__version__}
run_program({"program": "tangent-kernel", "versions": versions, "threads": 1, "precision": "f64"}, tasks)
