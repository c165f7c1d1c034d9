"""What the sandbox costs: the start of a run beside a bare interpreter and plain bubblewrap; training inside and outside.

Each round measures all of them in turn, so that a busy machine slows all alike.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from copilot.core import paths
from copilot.core.types import RunResult
from copilot.sandbox import Limits, bubblewrap, probe, run_script

TRAINING = """
import time
import torch
torch.set_num_threads(1)
from rllte.agent import PPO
from rllte.env import make_rllte_env

env = make_rllte_env("CartPole-v1", num_envs=8, seed=1, asynchronous=False)
agent = PPO(env=env, seed=1, num_steps=128, hidden_dim=64, log_dir="logs")
agent.train(num_train_steps=2048)  # what is loaded and compiled at first use
begun = time.perf_counter()
agent.train(num_train_steps={steps})
print("seconds", time.perf_counter() - begun)
"""


def measure(args: list[str]) -> dict[str, object]:
    """Milliseconds of a start, and seconds of a training without its start: medians, and the spread over rounds."""
    parser = argparse.ArgumentParser(prog="python -m evals sandbox")
    parser.add_argument("--rounds", type=int, default=31, help="of the start")
    parser.add_argument("--trainings", type=int, default=5, help="rounds of the training; 0: none")
    parser.add_argument("--steps", type=int, default=40_960)
    given = parser.parse_args(args)
    report = probe()
    if not report.ok:
        raise SystemExit(f"The sandbox does not hold here: {report.detail}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return {
            "layers": [*report.layers, report.bounds],
            "start": _start(folder, given.rounds),
            "training": _training(folder, given.trainings, given.steps) if given.trainings else None,
        }


def _start(folder: Path, rounds: int) -> dict[str, object]:
    script = folder / "nothing.py"
    script.write_text("pass\n")
    python = [sys.executable, "-I", "-B", "-u", str(script)]
    plain = [str(bubblewrap.find()), "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
    ways: dict[str, Callable[[], object]] = {
        "bare interpreter": lambda: subprocess.run(python, check=True),
        "plain bubblewrap": lambda: subprocess.run([*plain, "--", *python], check=True),
        "sandbox": lambda: _run(folder, script),
    }
    found = _in_turn(ways, rounds)
    milliseconds = {name: [1000 * value for value in values] for name, values in found.items()}
    over = [mine - bare for mine, bare in zip(milliseconds["sandbox"], milliseconds["bare interpreter"], strict=True)]
    return {name: _spread(values, 1) for name, values in [*milliseconds.items(), ("sandbox over bare", over)]}


def _training(folder: Path, rounds: int, steps: int) -> dict[str, object]:
    script = folder / "training.py"
    script.write_text(TRAINING.format(steps=steps))

    def outside() -> float:
        done = subprocess.run([sys.executable, script], cwd=folder, check=True, capture_output=True, text=True)
        return _seconds(done.stdout)

    def inside() -> float:
        return _seconds(Path(_run(folder, script).log).read_text(encoding="utf-8"))

    found: dict[str, list[float]] = {"outside": [], "inside": []}
    for number in range(rounds):
        ways = [("outside", outside), ("inside", inside)]
        for name, way in ways if number % 2 else reversed(ways):
            found[name].append(way())
    ratios = [inner / outer for inner, outer in zip(found["inside"], found["outside"], strict=True)]
    return {name: _spread(values, 3) for name, values in [*found.items(), ("inside over outside", ratios)]}


def _run(folder: Path, script: Path) -> RunResult:
    result = run_script(script, [], limits=Limits(), run_dir=folder / "runs", readable=[paths.library_dir()])
    if result.status != "ok":
        raise SystemExit(f"A run ended with {result.status}: {result.log}")
    return result


def _seconds(text: str) -> float:
    return float(next(line for line in text.splitlines() if line.startswith("seconds ")).split()[1])


def _in_turn(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each way, round by round, after one round that is not counted."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            if number:
                found[name].append(time.perf_counter() - begun)
    return found


def _spread(values: list[float], digits: int) -> dict[str, float]:
    spread = {"median": statistics.median(values), "min": min(values), "max": max(values)}
    return {key: round(value, digits) for key, value in spread.items()}
