"""The seed document's ten random trials (section 5) as a program, at the points that ours draws (seed_points.json). Its
last line says what came of it.

Usage: python bench/peers/seed_random.py
"""
import json
import time
from pathlib import Path

from seed_model import steps_of, train_and_evaluate

POINTS = json.loads(Path(__file__).with_name("seed_points.json").read_text())


def search():
    """The best accuracy of the ten."""
    return max(train_and_evaluate(**point) for point in POINTS)


if __name__ == "__main__":
    best = search()
    steps = sum(steps_of(point["batch"], point["epochs"]) for point in POINTS)
    print(json.dumps({"best": best, "steps": steps, "cpuMs": 1e3 * time.process_time()}))
