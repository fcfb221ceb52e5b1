"""A step of training of small perceptrons in PyTorch and JAX: Adam, ReLU, cross-entropy, the shapes of shapes.json.

Usage: python bench/peers/training_step.py [--rounds N] [--milliseconds N] [--only TEXT] [--serve]
"""
import os

# JAX takes one thread: both are read when it starts
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
os.environ["NPROC"] = "1"

from program import library, run_program

torch, jax = library("torch"), library("jax")

import training_step_jax
import training_step_pytorch

about = {
    "program": "training-step",
    "versions": {"torch": torch.__version__, "jax": jax.__version__},
    "threads": {"PyTorch by default": training_step_pytorch.THREADS, "JAX": 1},
}
run_program(about, training_step_pytorch.tasks() + training_step_jax.tasks())
