"""Empirical tangent kernels of 20-128-128-2 in f64 by neural-tangents in each of its implementations, on as many threads as
BENCH_THREADS says, one unless given. It needs an older JAX than the other peers: an environment of its own, requirements-neural-tangents.txt.

Usage: python bench/peers/tangent_kernel_nt.py [--rounds N] [--milliseconds N] [--only TEXT] [--serve]
"""
import os

# how many threads JAX takes: both are read when it starts
THREADS = int(os.environ.get("BENCH_THREADS", "1"))
os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={'true' if THREADS > 1 else 'false'}"
os.environ["NPROC"] = str(THREADS)
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
        f"neural-tangents {how.name.lower().replace('_', ' ')}, {THREADS} thread{'s' if THREADS > 1 else ''}",
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
run_program({"program": "tangent-kernel", "versions": versions, "threads": THREADS, "precision": "f64"}, tasks)
