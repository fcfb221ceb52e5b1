"""The step of training in JAX: one call an epoch, jit over lax.scan, Adam written out, arguments given away. The rows are
taken in an order that is an argument, as ours takes it. Compilation is part of the first call, which is told apart."""
import jax
import jax.numpy as jnp
import numpy as np

from program import Prepared, Task
from made_up_data import ROWS, SHAPES, table

SIDE = "JAX jit, scan over an epoch, 1 thread"
LR, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8


def initial(widths):
    rng = np.random.default_rng(1)
    bound = [fan_in**-0.5 for fan_in in widths[:-1]]
    draw = lambda at, *size: jnp.asarray(rng.uniform(-bound[at], bound[at], size), jnp.float32)
    return [(draw(at, widths[at], widths[at + 1]), draw(at, widths[at + 1])) for at in range(len(widths) - 1)]


def outputs(layers, x, key, dropout):
    for at, (w, b) in enumerate(layers[:-1]):
        x = jax.nn.relu(x @ w + b)
        if dropout > 0:
            kept = jax.random.bernoulli(jax.random.fold_in(key, at), 1 - dropout, x.shape)
            x = jnp.where(kept, x / (1 - dropout), 0)
    w, b = layers[-1]
    return x @ w + b


def mean_loss(layers, x, y, key, dropout):
    z = outputs(layers, x, key, dropout)
    return jnp.mean(jax.nn.logsumexp(z, axis=1) - jnp.take_along_axis(z, y[:, None], axis=1)[:, 0])


def adam(layers, gradient, first, second, count):
    first = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, first, gradient)
    second = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, second, gradient)
    c1, c2 = 1 - BETA1**count, 1 - BETA2**count
    step = lambda p, m, v: p - LR / c1 * m / (jnp.sqrt(v / c2) + EPSILON)
    return jax.tree.map(step, layers, first, second), first, second


def prepare(shape):
    x, y = (jnp.asarray(part) for part in table(shape))
    dropout, batch = shape["dropout"], shape["batch"]

    def step(carry, rows):
        layers, first, second, count, key = carry
        key, mask_key = jax.random.split(key)
        loss, gradient = jax.value_and_grad(mean_loss)(layers, x[rows], y[rows], mask_key, dropout)
        count = count + 1
        return (*adam(layers, gradient, first, second, count), count, key), loss

    def epoch(carry, order):
        carry, losses = jax.lax.scan(step, carry, order.reshape(-1, batch))
        return carry, jnp.mean(losses)

    compiled = jax.jit(epoch, donate_argnums=0)
    order = jnp.arange(ROWS)
    layers = initial(shape["widths"])
    zeros = lambda: jax.tree.map(jnp.zeros_like, layers)
    before = float(mean_loss(layers, x, y, None, 0))
    state = {"carry": (layers, zeros(), zeros(), jnp.float32(0), jax.random.key(1))}

    def run():
        state["carry"], loss = compiled(state["carry"], order)
        loss.block_until_ready()

    def check():
        after = float(mean_loss(state["carry"][0], x, y, None, 0))
        assert after < before, f"{shape['case']}: the loss did not fall, {before} to {after}"

    return Prepared(run, check)


def tasks():
    return [
        Task(SIDE, shape["case"], "us", lambda shape=shape: prepare(shape), units=ROWS // shape["batch"])
        for shape in SHAPES
    ]
