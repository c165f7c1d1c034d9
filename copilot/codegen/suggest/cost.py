"""What an experiment takes, in seconds, from speeds that were measured.

A step costs the environment's own time, a share of one call of the policy, and its part of the updates; `costs.json` holds
each of them, from one command on one machine. A run that was given, or is kept, says how fast this machine and these
settings really were, and the estimate is scaled to it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from copilot.codegen.spec import ComparisonSpec, ExperimentSpec, Spec
from copilot.codegen.suggest import edits, tasks
from copilot.core import paths
from copilot.core.catalogue import Catalogue
from copilot.core.errors import FileProblem

START_S = 4.0
"""Importing torch and making the environments, once for each process. Measured: 3 to 5 on two processors."""
EPISODE = 200
"""Steps of an episode where the environment has no limit of its own."""
FROM_RUN, FROM_TABLE = (0.8, 1.5), (0.5, 2.5)
"""How far an estimate may be off: from a run's own speed, or from the table alone.

Measured (evals/LEADERBOARD.md): the table asks for 1.4 to 1.8 times the seconds of an idle machine; beside other work runs
took one to six times as long as it."""
PASSES = ("n_epochs", "policy_epochs")
STANDARD_BATCH = 128.0
"""Of the off-policy runs of the table."""


@dataclass(frozen=True)
class Speed:
    """Environment steps in a second that a real run made, and what it trained."""

    spec: ExperimentSpec
    steps_per_s: float
    name: str
    """How a sentence speaks of the run."""


@dataclass(frozen=True)
class Cost:
    """Seconds of all runs one after the other, from `low` to `high`, and where they come from."""

    seconds: float
    low: float
    high: float
    runs: int
    source: str

    def to_json(self) -> dict[str, Any]:
        """As the command prints it."""
        rounded = {"seconds": self.seconds, "low": self.low, "high": self.high}
        return {**{k: edits.rounded(v) for k, v in rounded.items()}, "runs": self.runs, "source": self.source}


def estimate(spec: Spec, catalogue: Catalogue, speeds: Sequence[Speed] = ()) -> Cost:
    """What an experiment or comparison costs.

    Args:
        spec: with its seeds.
        catalogue: of the library.
        speeds: of runs on this machine, those that were given first.
    """
    plans = list(spec.runs.values()) if isinstance(spec, ComparisonSpec) else [spec]
    parts = [_one(plan, catalogue, speeds) for plan in plans]
    sources = list(dict.fromkeys(part.source for part in parts))
    return Cost(
        sum(part.seconds for part in parts),
        sum(part.low for part in parts),
        sum(part.high for part in parts),
        sum(part.runs for part in parts),
        "; ".join(sources),
    )


def _one(spec: ExperimentSpec, catalogue: Catalogue, speeds: Sequence[Speed]) -> Cost:
    step, evaluation = predicted(spec, catalogue), _evaluations(spec, catalogue)
    near = _nearest(spec, catalogue, speeds)
    if near is not None:
        factor = 1 / near.steps_per_s / predicted(near.spec, catalogue)
        alike = near.spec.agent == spec.agent and near.spec.env_id == spec.env_id
        source = f"the {near.steps_per_s:,.0f} steps a second of {near.name}"
        source += "" if alike else f", scaled by the table to {spec.agent} on {spec.env_id}"
        low, high = FROM_RUN if alike else FROM_TABLE
    else:
        factor, (low, high) = 1.0, FROM_TABLE
        source = f"the table of `python -m evals cost` ({table()['hardware']})"
    steps = spec.num_train_steps + (spec.pretrain_steps or 0)
    seconds = len(spec.seeds) * (START_S + factor * (steps * step + evaluation))
    return Cost(seconds, low * seconds, high * seconds, len(spec.seeds), source)


def _nearest(spec: ExperimentSpec, catalogue: Catalogue, speeds: Sequence[Speed]) -> Speed | None:
    """The run most like a plan: its agent and task, its agent and suite, any at all; the first of several."""

    def unlike(speed: Speed) -> tuple[bool, bool, bool]:
        here, there = catalogue.environment(spec.env_id) or {}, catalogue.environment(speed.spec.env_id) or {}
        return speed.spec.agent != spec.agent, speed.spec.env_id != spec.env_id, here.get("suite") != there.get("suite")

    return min(speeds, key=unlike, default=None)


def predicted(spec: ExperimentSpec, catalogue: Catalogue) -> float:
    """Seconds of one environment step, by the table alone."""
    data = table()["figures"]
    environment = catalogue.environment(spec.env_id) or {}
    kind = tasks.kind_of_observation(environment, spec.env_kwargs) if environment else "vector"
    row = _row(data["agents"], spec.agent, kind, edits.off_policy(spec, catalogue))
    seconds = _suite(data["environments"], environment, spec) + row["call_s"] / max(1, spec.num_envs)
    wide = max(1.0, (edits.number(spec, catalogue, "hidden_dim") or row["hidden_dim"]) / row["hidden_dim"])
    if edits.off_policy(spec, catalogue):
        batch = (edits.number(spec, catalogue, "batch_size") or STANDARD_BATCH) / STANDARD_BATCH
        every = edits.number(spec, catalogue, "update_every_steps") or 1.0
        waiting = min(1.0, (edits.number(spec, catalogue, "num_init_steps") or 0.0) / spec.num_train_steps)
        return float(seconds + row["learn_s"] * (0.5 + 0.5 * batch) * (0.5 + 0.5 * wide) / every * (1 - waiting))
    passes = next((n for name in PASSES if (n := edits.number(spec, catalogue, name)) is not None), 1.0)
    seconds += row["learn_s"] * passes * (0.5 + 0.5 * wide)
    return float(seconds + _bonus(data["rewards"], spec, kind))


def _row(agents: Mapping[str, Any], agent: str, kind: str, off_policy: bool) -> Mapping[str, float]:
    """Of the agent and kind; of what was not measured, that of an agent with the same loop."""
    kinds = agents.get(agent) or agents["SAC" if off_policy else "PPO"]
    alike = agents["DQN" if off_policy else "PPO"]
    found: Mapping[str, float] = kinds.get(kind) or alike.get(kind) or next(iter(kinds.values()))
    return found


def _suite(environments: Mapping[str, float], environment: Mapping[str, Any], spec: ExperimentSpec) -> float:
    suite = str(environment.get("suite", "classic_control"))
    if suite == "dmc" and spec.env_kwargs.get("from_pixels"):
        suite = "dmc_pixels"
    return environments.get(suite, environments["classic_control"])


def _bonus(rewards: Mapping[str, Any], spec: ExperimentSpec, kind: str) -> float:
    module = spec.modules.get("reward")
    if module is None:
        return 0.0
    total = 0.0
    for name in module.parts or [module.name]:
        kinds = rewards.get(name) or rewards["RND"]
        total += kinds.get(kind) or kinds.get("grid") or next(iter(kinds.values()))
    return total


def _evaluations(spec: ExperimentSpec, catalogue: Catalogue) -> float:
    """Seconds of evaluations, in training and after it, in one environment."""
    environment = catalogue.environment(spec.env_id) or {}
    length = environment.get("max_episode_steps") or EPISODE
    steps = edits.number(spec, catalogue, "num_steps")
    counted = spec.num_train_steps / (steps * spec.num_envs) if steps else spec.num_train_steps
    times = 1 + counted // (edits.number(spec, catalogue, "eval_interval") or counted)
    episodes = times * (edits.number(spec, catalogue, "num_eval_episodes") or 10) + spec.eval_episodes
    data = table()["figures"]
    kind = tasks.kind_of_observation(environment, spec.env_kwargs) if environment else "vector"
    row = _row(data["agents"], spec.agent, kind, edits.off_policy(spec, catalogue))
    return float(episodes * length * (row["call_s"] + _suite(data["environments"], environment, spec)))


@cache
def table() -> dict[str, Any]:
    """What `python -m evals cost` measured.

    Raises:
        FileProblem: the file is missing or not what that command prints.
    """
    file = paths.catalogue_file().with_name("costs.json")
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        figures = data["figures"]
        if not {"environments", "agents", "rewards"} <= set(figures):
            raise ValueError("figures lack environments, agents or rewards")
    except (OSError, ValueError, KeyError) as error:
        raise FileProblem(
            f"The measured costs {file} cannot be read: {error}.", hint="Write them anew: python -m evals cost"
        ) from error
    return dict(data)


def spoken(cost: Cost) -> str:
    """A cost for a person: about how long, of how many runs."""
    runs = f", {cost.runs} runs one after the other" if cost.runs > 1 else ""
    return f"about {duration(cost.seconds)} ({duration(cost.low)} to {duration(cost.high)}){runs}"


def duration(seconds: float) -> str:
    """Seconds, minutes or hours, with one or two digits."""
    for unit, size in (("h", 3600.0), ("min", 60.0)):
        if seconds >= 1.5 * size:
            return f"{edits.rounded(seconds / size):g} {unit}"
    return f"{max(1, round(seconds))} s"
