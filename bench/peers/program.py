"""A bench of a peer as a program: the same flags, lines and samples as bench/measure/program.js, which says what they are.

Alone it takes one sample of each task in turn, --rounds times, and writes a JSON line for each task to standard output
and a table to standard error. With --serve it answers to bench/compare.js.
"""
import argparse
import importlib
import json
import math
import os
import platform
import statistics
import sys
import time
from dataclasses import dataclass
from typing import Any, Callable

# seconds before a sample, in which threads that still spin after the last one go to sleep
REST = 0.02


def library(name: str, environment: str = "") -> Any:
    """The module of this name; ends the program with the way to install it if it is not there."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        venv = f".venv{environment}"
        install = f"python3 -m venv {venv} && {venv}/bin/pip install -r bench/peers/requirements{environment}.txt"
        sys.exit(f"{sys.argv[0]}: needs the Python package {name}, got: {error}; install it: {install}")


@dataclass
class Prepared:
    """`run` does the work of one call, and may return the seconds of processor time of a process that it waited for.
    `check` raises if the work was not done, and may return a number that all sides of a case must agree on."""

    run: Callable[[], float | None]
    check: Callable[[], float | None] = lambda: None


@dataclass
class Task:
    """What `side` does in `case`: one call makes `units` units; the figure is the time of one, in `unit` (us or ms). Each
    call of a `cold` task starts afresh, as a process does: no warm-up, one call a sample."""

    side: str
    case: str
    unit: str
    prepare: Callable[[], Prepared]
    units: int = 1
    flops: float | None = None
    cold: bool = False

    def record(self) -> dict:
        facts = {name: value for name, value in vars(self).items() if name != "prepare"}
        return {name: value for name, value in facts.items() if value is not None}


class Sampler:
    def __init__(self, task: Task, sample_ms: float):
        self.task, self.sample_ms = task, sample_ms
        self.prepared, self.calls, self.first_ms = None, 1, math.nan

    def sample(self) -> dict:
        if self.prepared is None:
            self._warm_up()
        time.sleep(REST)
        wall, cpu = self._time(self.calls)
        scale = {"ms": 1e3, "us": 1e6}[self.task.unit] / (self.calls * self.task.units)
        result = self.prepared.check()
        sample = {"value": wall * scale, "cpu": cpu * scale}
        if not self.task.cold:
            sample["firstMs"] = self.first_ms
        return sample if result is None else {**sample, "result": result}

    def _warm_up(self):
        start = time.perf_counter()
        self.prepared = self.task.prepare()
        if self.task.cold:
            return
        self.prepared.run()
        self.first_ms = 1e3 * (time.perf_counter() - start)
        until, fastest = time.perf_counter() + 2e-3 * self.sample_ms, math.inf
        while True:
            fastest = min(fastest, self._time(1)[0])
            if time.perf_counter() >= until:
                break
        self.calls = max(1, math.ceil(1e-3 * self.sample_ms / fastest))

    def _time(self, calls: int) -> tuple[float, float]:
        """Seconds by the clock, and by the processor with all threads together."""
        child, cpu, start = 0.0, time.process_time(), time.perf_counter()
        for _ in range(calls):
            child += self.prepared.run() or 0.0
        return time.perf_counter() - start, time.process_time() - cpu + child


def run_program(about: dict, tasks: list[Task]):
    """Runs the tasks as the command line says. `about` holds what the figures depend on: versions, threads."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="samples of each task, taken in turn (7)")
    parser.add_argument("--milliseconds", type=float, default=50, help="how long a sample lasts at least (50)")
    parser.add_argument("--only", default="", help="only tasks whose side or case has this text")
    parser.add_argument("--serve", action="store_true", help="answer to bench/compare.js")
    flags = parser.parse_args()
    chosen = [task for task in tasks if flags.only in f"{task.side} {task.case}"]
    if not chosen:
        sys.exit(f'--only: no task has "{flags.only}" in its side or case')
    machine = {"processor": _processor(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    header = {**about, "python": platform.python_version(), "machine": machine}
    samplers = [Sampler(task, flags.milliseconds) for task in chosen]
    if flags.serve:
        _print({**header, "tasks": [task.record() for task in chosen]})
        by_name = {(task.side, task.case): sampler for task, sampler in zip(chosen, samplers)}
        for line in sys.stdin:
            _print(by_name[tuple(json.loads(line))].sample())
        return
    _print(header)
    samples = [[] for _ in chosen]
    for _ in range(flags.rounds):
        for mine, sampler in zip(samples, samplers):
            mine.append(sampler.sample())
    records = [_record(task, mine) for task, mine in zip(chosen, samples)]
    for record in records:
        _print(record)
    print(_heading(header), _table(records), sep="\n", file=sys.stderr)


def _record(task: Task, samples: list[dict]) -> dict:
    values, cpu = [s["value"] for s in samples], [s["cpu"] for s in samples]
    low, median, high = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    spread = {"median": median, "low": low, "high": high, "least": min(values), "most": max(values)}
    return {**task.record(), **spread, "values": values, "cpu": cpu, "firstMs": samples[0].get("firstMs")}


def _heading(header: dict) -> str:
    """What the figures depend on, for people."""
    plain = str.maketrans("", "", "{}[]'")
    return "; ".join(f"{name}: {str(value).translate(plain)}" for name, value in header.items())


def _table(records: list[dict]) -> str:
    lines = ["| case | side | median (quartiles) | unit | GFLOPS | CPU / clock | first call, ms |", "|---" * 7 + "|"]
    for r in records:
        spread = f"{r['median']:.4g} ({r['low']:.4g} .. {r['high']:.4g})"
        rate = f"{r['flops'] / r['median'] / (1e3 if r['unit'] == 'us' else 1e6):.3g}" if "flops" in r else ""
        threads = f"{statistics.median(r['cpu']) / r['median']:.2f}"
        first = "" if r["firstMs"] is None else f"{r['firstMs']:.0f}"
        lines.append(f"| {r['case']} | {r['side']} | {spread} | {r['unit']} | {rate} | {threads} | {first} |")
    return "\n".join(lines)


def _print(record: dict):
    print(json.dumps(record), flush=True)


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown"
