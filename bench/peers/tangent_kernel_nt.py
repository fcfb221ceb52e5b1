"""Empirical tangent kernels of 20-64-64-2 in f64 by neural-tangents, one thread, in each of its implementations. It needs
an older JAX than the other peers: an environment of its own, requirements-neural-tangents.txt.

Usage: python bench/peers/tangent_kernel_nt.py [--rounds N] [--milliseconds N] [--only TEXT] [--serve]
"""
import os

# JAX takes one thread: both are read when it starts
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
os.environ["NPROC"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"  # neural-tangents loads TensorFlow, which talks

from program import Prepared, Task, library, run_program

jax = library("jax")
nt = library("neural_tangents", "-neural-tangents")

from tangent_network import ROWS, inputs, outputs, parameters

jax.config.update("jax_enable_x64", True)


def prepare(rows, implementation):
    theta = [jax.numpy.asarray(part) for part in parameters()]
    x = jax.numpy.asarray(inputs(rows))
    kernel = nt.empirical_ntk_fn(
        lambda theta, x: outputs(theta, x, jax.nn.relu), trace_axes=(), vmap_axes=0, implementation=implementation
    )
    compiled = jax.jit(lambda theta, x: kernel(x, None, theta))

    def run():
        compiled(theta, x).block_until_ready()

    return Prepared(run, lambda: float(jax.numpy.abs(compiled(theta, x)).mean()))


tasks = [
    Task(
        f"neural-tangents {how.name.lower().replace('_', ' ')}, 1 thread",
        f"tangent kernel, {rows} rows",
        "ms",
        lambda rows=rows, how=how: prepare(rows, how),
    )
    for rows in ROWS
    for how in (
        nt.NtkImplementation.JACOBIAN_CONTRACTION,
        nt.NtkImplementation.NTK_VECTOR_PRODUCTS,
        nt.NtkImplementation.STRUCTURED_DERIVATIVES,
    )
]
versions = {"neural-tangents": nt.__version__, "jax": jax.__version__}
run_program({"program": "tangent-kernel", "versions": versions, "threads": 1, "precision": "f64"}, tasks)
