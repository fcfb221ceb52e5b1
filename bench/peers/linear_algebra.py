"""NumPy beside ours: reads lines "operation n", runs each once, answers "milliseconds-of-CPU checksum".

Started by bench/ops-wasm/linear-algebra.js. The first line it writes says its versions.
"""
import sys
import time

import numpy as np


def blas():
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return "BLAS unknown (threadpoolctl is not installed)"
    return ", ".join(f"{i['internal_api']} {i['version']} {i.get('architecture', '')}, {i['num_threads']} thread(s)" for i in threadpool_info())


def entries(count):
    x = np.sin(np.arange(count) * 12.9898 + 1) * 43758.5453
    return x - np.trunc(x)


problems = {}


def problem(n):
    if n not in problems:
        a = entries(n * n).reshape(n, n)
        j = entries(2 * n * n).reshape(n, 2 * n)
        # the same eigenvalues for everybody: a positive definite matrix and a symmetric one
        problems[n] = {"a": a, "j": j, "s": a + a.T, "g": j @ j.T + n * np.eye(n)}
    return problems[n]


operations = {
    "gemm": lambda p: p["a"] @ p["s"],
    "gram": lambda p: p["j"] @ p["j"].T,
    "cholesky": lambda p: np.linalg.cholesky(p["g"]),
    "eigenvalues": lambda p: np.linalg.eigvalsh(p["s"]),
    "eigenvectors": lambda p: np.linalg.eigh(p["s"])[0],
    "singular values": lambda p: np.linalg.svd(p["a"], compute_uv=False),
    "singular values, n x 2n": lambda p: np.linalg.svd(p["j"], compute_uv=False),
    "svd": lambda p: np.linalg.svd(p["a"])[1],
}

print(f"NumPy {np.__version__}, {blas()}, Python {sys.version.split()[0]}", flush=True)
for line in sys.stdin:
    operation, n = line.rsplit(" ", 1)
    data = problem(int(n))
    start = time.process_time()
    result = operations[operation](data)
    elapsed = 1e3 * (time.process_time() - start)
    print(elapsed, float(np.abs(result).sum()), flush=True)
