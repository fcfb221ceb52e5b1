"""Writes suite_values.json: points of each function of suite.py and what they bring, for check-suite.js."""
import json
import os

import numpy as np

from suite import S

rng = np.random.RandomState(7)


def draw(dim):
    if dim["type"] == "cat":
        return dim["choices"][rng.randint(len(dim["choices"]))]
    low, high = dim["low"], dim["high"]
    value = float(np.exp(rng.uniform(np.log(low), np.log(high))) if dim["log"] else rng.uniform(low, high))
    return int(round(value)) if dim["type"] == "int" else value


rows = {}
for name, problem in S.items():
    rows[name] = []
    for _ in range(25):
        point = {}
        for dim in problem["dims"]:
            if problem.get("cond") and not problem["cond"](point, dim["name"]):
                continue
            point[dim["name"]] = draw(dim)
        value = problem["fn"](point)
        rows[name].append({"params": point, "losses": value if isinstance(value, list) else [value]})
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "suite_values.json"), "w") as out:
    json.dump(rows, out)
    out.write("\n")
