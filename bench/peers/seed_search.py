"""The seed document's searches in PyTorch: ten random trials in process, and both searches as whole processes, the start
and all imports included.

Usage: python bench/peers/seed_search.py [--rounds N] [--milliseconds N] [--only TEXT] [--serve]
"""
import json
import os
import subprocess
import sys
from pathlib import Path

from program import Prepared, Task, library, run_program

torch, sklearn, optuna = library("torch"), library("sklearn"), library("optuna")

THREADS = torch.get_num_threads()  # what PyTorch takes if it is not told
SIDES = {"PyTorch, 1 thread": 1, f"PyTorch, {THREADS} threads (its default)": THREADS}


def believable(best):
    assert 0.7 < best <= 1, f"the best accuracy is {best}, expected more than 0.7"


def in_process(threads):
    from seed_random import search

    found = {}

    def run():
        torch.set_num_threads(threads)
        found["best"] = search()

    return Prepared(run, lambda: believable(found["best"]))


def whole_process(program, threads):
    path = Path(__file__).with_name(program)
    env = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    found = {}

    def run():
        done = subprocess.run([sys.executable, path], env=env, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done.stderr}")
        found.update(json.loads(done.stdout.splitlines()[-1]))
        return found["cpuMs"] / 1e3

    return Prepared(run, lambda: believable(found["best"]))


tasks = [
    Task(side, case, "ms", lambda make=make, threads=threads: make(threads), cold=case.endswith("whole process"))
    for case, make in {
        "10 random trials, in process": in_process,
        "10 random trials, whole process": lambda threads: whole_process("seed_random.py", threads),
        "20 Bayesian trials, whole process": lambda threads: whole_process("seed_bayesian.py", threads),
    }.items()
    for side, threads in SIDES.items()
]
versions = {"torch": torch.__version__, "scikit-learn": sklearn.__version__, "optuna": optuna.__version__}
run_program({"program": "seed-search", "versions": versions, "threads": {"PyTorch by default": THREADS}}, tasks)
