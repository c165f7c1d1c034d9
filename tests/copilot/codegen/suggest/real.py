"""Curves of real trainings, thinned and rounded: what rllte's agents logged, healthy and broken ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from copilot.codegen.spec import ExperimentSpec
from copilot.codegen.suggest.finding import Case, Finding, Rule
from copilot.codegen.suggest.records import RunRecord
from copilot.core.catalogue import load_catalogue

FOLDER = Path(__file__).parent / "curves"
CATALOGUE = load_catalogue()
HEALTHY = ["ppo_cartpole", "ppo_cartpole_s2", "ppo_cartpole_short", "sac_pendulum"]
"""Runs in which nothing is to be found."""
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def real(name: str, **changes: Any) -> RunRecord:
    """The run of that name; `changes` are of its plan."""
    data = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    spec = ExperimentSpec.model_validate({**data["spec"], **changes})
    count = len(data["train"]["step"])
    rows = [{"kind": "train", **{key: values[i] for key, values in data["train"].items()}} for i in range(count)]
    rows += [{"kind": "eval", **row} for row in data["evaluations"]]
    return RunRecord(spec.agent, spec.seeds[0], spec, data["status"], tuple(rows), 60.0)


def seen(rule: Rule, run: RunRecord) -> Finding | None:
    """What a rule finds in a run."""
    return rule(Case(run, run.spec, CATALOGUE))  # type: ignore[arg-type]


def made(spec: ExperimentSpec, rewards: list[float], *, status: str = "ok", log: str = "", **series: Any) -> RunRecord:
    """A run whose metrics are given: a list for each, or one number for all rows."""
    step = spec.num_train_steps // len(rewards)
    rows = []
    for i, reward in enumerate(rewards):
        row = {"kind": "train", "step": (i + 1) * step, "episode_reward": reward, "fps": 1000.0}
        row |= {name: value[i] if isinstance(value, list) else value for name, value in series.items()}
        rows.append(row)
    return RunRecord(spec.agent, spec.seeds[0], spec, status, tuple(rows), 60.0, log)


PPO = ExperimentSpec(
    agent="PPO",
    env_id="LunarLander-v3",
    num_envs=8,
    num_train_steps=100_000,
    agent_kwargs={"num_steps": 128, "lr": 0.001, "n_epochs": 10, "hidden_dim": 64, "clip_range": 0.2},
)
SAC = ExperimentSpec(
    agent="SAC", env_id="HalfCheetah-v5", num_envs=1, num_train_steps=50_000, agent_kwargs={"hidden_dim": 256}
)
DQN = ExperimentSpec(
    agent="DQN",
    env_id="LunarLander-v3",
    num_envs=1,
    num_train_steps=100_000,
    agent_kwargs={"storage_size": 100_000, "epsilon_schedule": "linear(1.0, 0.05, 30000)", "update_every_steps": 1},
)


def line(first: float, last: float, count: int = 40) -> list[float]:
    """Rewards on a line."""
    return [first + (last - first) * i / (count - 1) for i in range(count)]


def settled(first: float, last: float, count: int = 40) -> list[float]:
    """Rewards that rise for the first half and stay."""
    return [first + (last - first) * min(1.0, 2 * i / count) for i in range(count)]
