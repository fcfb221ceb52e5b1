"""The network whose tangent kernel is timed, and its rows, made up alike for every library: ReLU, f64, weights in x out.
Inputs and parameters are the entries of made_up_data.py, the weights divided by the root of their fan-in."""
import numpy as np

from made_up_data import entries

WIDTHS = [20, 128, 128, 2]
ROWS = [200, 1000]


def parameters(widths=WIDTHS) -> list[np.ndarray]:
    """Weights and biases in turn."""
    pairs = zip(widths, widths[1:])
    return [part for i, o in pairs for part in (entries(i, o) / i**0.5, entries(1, o)[0] / i**0.5)]


def inputs(rows: int) -> np.ndarray:
    """rows x 20"""
    return entries(rows, WIDTHS[0])


def outputs(parameters, x, relu):
    """Of one row or of many, with the library's `relu`."""
    *hidden, last, last_bias = parameters
    for w, b in zip(hidden[::2], hidden[1::2]):
        x = relu(x @ w + b)
    return x @ last + last_bias
