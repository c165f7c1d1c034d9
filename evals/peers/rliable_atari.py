"""The peer of `rllte.evaluation`: rliable on Atari 100k scores; prints what the tests hold as constants.

Needs an environment of its own: `pip install rliable "pandas<3"`, then `python evals/peers/rliable_atari.py` (4 minutes).
Intervals are from 50000 replicates each, those of profiles and of the probability of improvement from 2000; rliable draws
from NumPy's global generator, which is seeded here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from arch.bootstrap import IIDBootstrap
from rliable import library, metrics

DATA = Path(__file__).resolve().parents[1] / "data" / "atari_100k.json"
TAUS = [0.0, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0]
AGGREGATES: dict[str, Any] = {
    "mean": metrics.aggregate_mean,
    "median": metrics.aggregate_median,
    "iqm": metrics.aggregate_iqm,
    "og": metrics.aggregate_optimality_gap,
    "og at 0.5": lambda scores: metrics.aggregate_optimality_gap(scores, gamma=0.5),
}


def scores(algorithm: str) -> np.ndarray[Any, Any]:
    """(runs, 26) human-normalised scores."""
    tasks = json.loads(DATA.read_text(encoding="utf-8"))["tasks"].values()
    columns = [(np.array(task[algorithm]) - task["random"]) / (task["human"] - task["random"]) for task in tasks]
    return np.stack(columns, axis=1)


def interval(values: Any, func: Any, method: str = "percentile", reps: int = 50_000, **kwargs: Any) -> list[Any]:
    """Bounds, seeded."""
    np.random.seed(1)
    drawing = library.StratifiedIndependentBootstrap if isinstance(values, list) else library.StratifiedBootstrap
    made: IIDBootstrap = drawing(*(values if isinstance(values, list) else [values]), **kwargs)
    bounds: list[Any] = made.conf_int(func, reps=reps, method=method, size=0.95).round(6).tolist()
    return bounds


def main() -> None:
    """One JSON line per figure."""
    by_name = {name: scores(name) for name in ("SimPLe", "SPR")}
    for algorithm, matrix in by_name.items():
        for name, func in AGGREGATES.items():
            row = {"algorithm": algorithm, "metric": name, "value": float(func(matrix)), "ci": interval(matrix, func)}
            print(json.dumps(row), flush=True)
        for method in ("basic", "bc", "bca"):
            print(
                json.dumps(
                    {"algorithm": algorithm, "iqm by": method, "ci": interval(matrix, AGGREGATES["iqm"], method)}
                )
            )
        print(
            json.dumps(
                {"algorithm": algorithm, "iqm, tasks drawn": interval(matrix, AGGREGATES["iqm"], task_bootstrap=True)}
            )
        )
        for kind in (True, False):
            profiles, bounds = library.create_performance_profile({"x": matrix}, TAUS, use_score_distribution=kind)
            row = {"algorithm": algorithm, "profile of runs": kind, "values": profiles["x"].tolist()}
            print(json.dumps({**row, "ci": bounds["x"].round(4).tolist()}), flush=True)
    pair = [by_name["SPR"], by_name["SimPLe"]]
    value = float(metrics.probability_of_improvement(*pair))
    print(json.dumps({"poi": value, "ci": interval(pair, metrics.probability_of_improvement, reps=2000)}))


if __name__ == "__main__":
    main()
