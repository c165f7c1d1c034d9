"""Environment steps per second of whole training loops, beside Stable-Baselines3 with the same settings in the same run.

Ours and the peer's runs take turns, each in a process of its own on one thread; the figures are medians. The peer needs a
Python of its own with Stable-Baselines3, given by `--peer`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch as th

from rllte.core.registry import find
from rllte.env.by_id import make_env

CASES: dict[str, dict[str, Any]] = {
    "PPO CartPole-v1": {
        "num_envs": 8,
        "steps": 98_304,
        "agent": {
            "feature_dim": 64,
            "hidden_dim": 64,
            "num_steps": 128,
            "batch_size": 256,
            "n_epochs": 4,
            "lr": 1e-3,
            "ent_coef": 0.0,
            "clip_range_vf": None,
        },
    },
    "A2C CartPole-v1": {
        "num_envs": 8,
        "steps": 49_152,
        "agent": {"feature_dim": 64, "hidden_dim": 64, "num_steps": 16, "lr": 7e-4, "ent_coef": 0.0},
    },
    "DQN CartPole-v1": {
        "num_envs": 1,
        "steps": 10_000,
        "agent": {"hidden_dim": 256, "batch_size": 64, "lr": 1e-3, "update_every_steps": 1, "num_init_steps": 500},
    },
    "SAC Pendulum-v1": {
        "num_envs": 1,
        "steps": 4_000,
        "agent": {"hidden_dim": 256, "batch_size": 256, "lr": 3e-4, "num_init_steps": 500},
    },
}
"""Settings that evals/peers/sb3_speed.py has under the same names."""


def measure(args: list[str]) -> dict[str, object]:
    """Steps per second by case, smallest to largest, and ours divided by the peer's."""
    parser = argparse.ArgumentParser(prog="python -m evals speed")
    parser.add_argument("--peer", help="a Python with Stable-Baselines3; left out: no peer")
    parser.add_argument("--cases", nargs="+", default=[*CASES], choices=[*CASES])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", choices=[*CASES], help="one run of ours, in this process")
    given = parser.parse_args(args)
    if given.only:
        return ours(given.only)
    script = str(Path(__file__).parent / "peers" / "sb3_speed.py")
    figures: dict[str, object] = {}
    for name in given.cases:
        found: dict[str, list[float]] = {"ours": [], "peer": []}
        for _ in range(given.repeats):
            own = [sys.executable, "-m", "evals", "speed", "--only", name]
            found["ours"].append(json.loads(_run(own))["figures"]["steps_per_s"])
            if given.peer:
                found["peer"].append(json.loads(_run([given.peer, script, name, str(CASES[name]["steps"])])))
        row: dict[str, Any] = {who: _spread(rates) for who, rates in found.items() if rates}
        if given.peer:
            row["ratio"] = round(row["ours"]["median"] / row["peer"]["median"], 2)
        figures[name] = row
        print(name, json.dumps(row), file=sys.stderr)
    return figures


def ours(name: str) -> dict[str, object]:
    """One training run; what is imported and built before it is not counted."""
    th.set_num_threads(1)
    agent_name, env_id = name.split()
    case = CASES[name]
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        agent = find(agent_name, "agent").cls(env=make_env(env_id, case["num_envs"]), log_dir=folder, **case["agent"])
        agent.freeze()
        started = time.perf_counter()
        agent.train(case["steps"], log_interval=10**9, save_interval=10**9)
        wall = time.perf_counter() - started
    return {"steps_per_s": round(agent.global_step / wall)}


def _spread(rates: list[float]) -> dict[str, float]:
    return {"median": statistics.median(rates), "smallest": min(rates), "largest": max(rates)}


def _run(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
