"""Changes of a plan that are valid by construction: arguments that the agent has, values within their range."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from copilot.codegen.settings.values import Entry
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec, Module, Spec
from copilot.codegen.suggest import tasks
from copilot.codegen.validate import validate
from copilot.core.catalogue import Catalogue
from copilot.core.errors import CopilotError

DEFAULT_ENVS = 8
DEFAULT_STEPS = 100_000
LONG_STEPS = {"atari": 1_000_000, "mujoco": 1_000_000, "box2d": 800_000}
"""By suite, on-policy (Atari: of every agent): corpus/how-to/training-length.md, "How many steps to train"."""
OFF_POLICY_ENVS = 1
_SCHEDULE = re.compile(r"linear\(\s*([\d.e+-]+)\s*,\s*([\d.e+-]+)\s*,\s*([\d.e+]+)\s*\)")


def parameters(spec: ExperimentSpec, catalogue: Catalogue) -> dict[str, Entry]:
    """Of the agent's constructor, by name."""
    return {entry["name"]: entry for entry in catalogue.component(spec.agent, "agent")["parameters"]}


def train_parameters(spec: ExperimentSpec, catalogue: Catalogue) -> dict[str, Entry]:
    """Of its `train`, by name."""
    return {entry["name"]: entry for entry in catalogue.component(spec.agent, "agent")["methods"]["train"]}


def value(spec: ExperimentSpec, catalogue: Catalogue, name: str) -> Any:
    """What an argument of the agent or of `train` is, stated or by default; None where there is none of that name."""
    for stated, known in (
        (spec.agent_kwargs, parameters(spec, catalogue)),
        (spec.train_kwargs, train_parameters(spec, catalogue)),
    ):
        if name in known:
            return stated.get(name, known[name]["default"])
    return None


def number(spec: ExperimentSpec, catalogue: Catalogue, name: str) -> float | None:
    """As `value`, where it is a number."""
    found = value(spec, catalogue, name)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def off_policy(spec: ExperimentSpec, catalogue: Catalogue) -> bool:
    """Whether the agent learns from a replay."""
    return "num_init_steps" in parameters(spec, catalogue)


def on_policy(spec: ExperimentSpec, catalogue: Catalogue) -> bool:
    """Whether it learns from rollouts of all environments; the distributed ones are neither."""
    known = parameters(spec, catalogue)
    return "num_steps" in known and "num_actors" not in known


def changed(spec: ExperimentSpec, catalogue: Catalogue, **values: Any) -> ExperimentSpec | None:
    """The plan with other arguments of the agent, of `train`, or of the run itself.

    What the agent does not have is left out, numbers are kept within their range. None if nothing would change.
    """
    agent, train = parameters(spec, catalogue), train_parameters(spec, catalogue)
    run: dict[str, Any] = {}
    agent_kwargs, train_kwargs = dict(spec.agent_kwargs), dict(spec.train_kwargs)
    for name, wanted in values.items():
        if name in ExperimentSpec.model_fields:
            run[name] = wanted
        elif name in agent:
            agent_kwargs[name] = _within(agent[name], wanted)
        elif name in train:
            train_kwargs[name] = _within(train[name], wanted)
    new = ExperimentSpec.model_validate(
        {**spec.model_dump(), **run, "agent_kwargs": agent_kwargs, "train_kwargs": train_kwargs}
    )
    return None if same(new, spec, catalogue) else new


def same(one: ExperimentSpec, other: ExperimentSpec, catalogue: Catalogue) -> bool:
    """Whether both train alike: a default that is written out is no difference, nor is the tag."""
    return _plain(one, catalogue) == _plain(other, catalogue)


def scaled(spec: ExperimentSpec, catalogue: Catalogue, name: str, factor: float) -> float | int | None:
    """An argument times a factor, rounded to two digits, whole where it is whole; None where it is no number."""
    now = number(spec, catalogue, name)
    if now is None:
        return None
    known = {**train_parameters(spec, catalogue), **parameters(spec, catalogue)}[name]
    return max(1, round(now * factor)) if "float" not in known["type"] else rounded(now * factor)


def rounded(number: float, digits: int = 2) -> float:
    """To so many digits that count."""
    return float(f"{number:.{digits}g}")


def whole(steps: float) -> int:
    """A count of steps, rounded to two digits."""
    return max(1, int(rounded(steps)))


def with_reward(spec: ExperimentSpec, catalogue: Catalogue, name: str, **kwargs: Any) -> ExperimentSpec | None:
    """The plan with an intrinsic reward, with the preset's arguments for it where there are; None if it does not fit."""
    if name not in catalogue.component(spec.agent, "agent")["combines"].get("reward", []):
        return None
    tuned = (settings(spec.agent, spec.env_id, catalogue) or {}).get("rewards", {}).get(name, {})
    modules = {**spec.modules, "reward": Module(name=name, kwargs={"beta": DEFAULT_BETA, **tuned, **kwargs})}
    new = spec.model_copy(update={"modules": modules}, deep=True)
    return None if same(new, spec, catalogue) else new


DEFAULT_BETA = 0.01
"""Of an intrinsic reward without a tuned weight: corpus/concepts/exploration-bonuses.md has 0.01 to 0.1 for MountainCar and
a mean bonus below 0.01 for a goal that pays 1."""


def settings(agent: str, env_id: str, catalogue: Catalogue) -> Entry | None:
    """Tuned settings of the pair; in suites whose tasks are alike, those of the agent on another task of the suite.

    DoorKey-8x8 was learned with the settings of DoorKey-6x6 (evals/LEADERBOARD.md).
    """
    own = catalogue.preset(agent, env_id)
    suite = (catalogue.environment(env_id) or {}).get("suite")
    if own is not None or suite not in KIN:
        return own
    others = [entry for entry in catalogue.presets if entry["agent"] == agent]
    return next((p for p in others if (catalogue.environment(p["env_id"]) or {}).get("suite") == suite), None)


KIN = frozenset({"minigrid", "mujoco", "dmc"})
"""Suites whose tasks are alike enough to share settings."""


def without_reward(spec: ExperimentSpec) -> ExperimentSpec | None:
    """The plan without its intrinsic reward and pre-training; None if it has none."""
    if "reward" not in spec.modules:
        return None
    modules = {name: module for name, module in spec.modules.items() if name != "reward"}
    return spec.model_copy(update={"modules": modules, "pretrain_steps": None}, deep=True)


def fresh(
    agent: str, env_id: str, catalogue: Catalogue, env_kwargs: Mapping[str, Any] | None = None, **run: Any
) -> ExperimentSpec | None:
    """A plan with the tuned settings of the pair, else with the library's defaults; None if the agent does not fit."""
    environment = catalogue.environment(env_id)
    if environment is None or not tasks.trainable(environment):
        return None
    tuned = settings(agent, env_id, catalogue)
    kwargs = {**(tuned["env_kwargs"] if tuned else {}), **(env_kwargs or {})}
    by_pictures = any(
        preset["env_kwargs"].get("from_pixels") for preset in catalogue.presets if preset["agent"] == agent
    )
    if environment["maker"] == "make_dmc_env" and by_pictures:
        kwargs.setdefault("from_pixels", True)
    if agent not in tasks.fitting(environment, kwargs, catalogue):
        return None
    entry = {parameter["name"] for parameter in catalogue.component(agent, "agent")["parameters"]}
    base = tuned or {
        "num_envs": OFF_POLICY_ENVS if "num_init_steps" in entry else DEFAULT_ENVS,
        "num_train_steps": _usual_steps(environment, "num_init_steps" in entry),
        "agent_kwargs": _for_vectors(agent, environment, kwargs, entry),
        "train_kwargs": {},
    }
    return ExperimentSpec.model_validate(
        {
            "agent": agent,
            "env_id": env_id,
            "num_envs": base["num_envs"],
            "num_train_steps": base["num_train_steps"],
            "tag": f"{agent}_{env_id}".lower().replace("/", "-"),
            "env_kwargs": kwargs,
            "agent_kwargs": dict(base["agent_kwargs"]),
            "train_kwargs": dict(base["train_kwargs"]),
            **run,
        }
    )


def _usual_steps(environment: Entry, off_policy: bool) -> int:
    suite = str(environment["suite"])
    return DEFAULT_STEPS if off_policy and suite != "atari" else LONG_STEPS.get(suite, DEFAULT_STEPS)


def _for_vectors(agent: str, environment: Entry, env_kwargs: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    """Without tuned settings, on vectors: smaller networks, a wider clip (corpus/how-to/tune-hyperparameters.md)."""
    if tasks.kind_of_observation(environment, dict(env_kwargs)) == "pixels":
        return {}
    if "clip_range" in names:
        return {"hidden_dim": 64, "clip_range": 0.2}
    return {"hidden_dim": 256} if "num_init_steps" in names else {"hidden_dim": 64}


def comparison(title: str, runs: Mapping[str, ExperimentSpec | None], seeds: list[int]) -> ComparisonSpec | None:
    """Plans side by side with the same seeds; None where fewer than two remain."""
    kept = {label: spec.model_copy(update={"seeds": seeds}, deep=True) for label, spec in runs.items() if spec}
    return ComparisonSpec(title=title, runs=kept) if len(kept) > 1 else None


def schedule(spec: ExperimentSpec, catalogue: Catalogue, name: str) -> tuple[float, float, float] | None:
    """First value, last value and steps of a linear schedule."""
    match = _SCHEDULE.fullmatch(str(value(spec, catalogue, name) or "").strip())
    return (float(match[1]), float(match[2]), float(match[3])) if match else None


def _within(entry: Entry, wanted: Any) -> Any:
    """A value in its range, of its type; one of another kind is left as it is, `checked` says so."""
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        if entry["low"] is not None:
            wanted = max(wanted, entry["low"])
        if entry["high"] is not None:
            wanted = min(wanted, entry["high"])
    return wanted


def checked(spec: Spec, catalogue: Catalogue) -> Spec | None:
    """The plan as the catalogue takes it, with the checks of a request; None if it does not."""
    try:
        return validate(spec, catalogue)
    except CopilotError:
        return None


def _plain(spec: ExperimentSpec, catalogue: Catalogue) -> dict[str, Any]:
    data = spec.model_dump(exclude={"tag"})
    for field, known in (
        ("agent_kwargs", parameters(spec, catalogue)),
        ("train_kwargs", train_parameters(spec, catalogue)),
    ):
        defaults = {name: entry["default"] for name, entry in known.items()}
        data[field] = {name: given for name, given in {**defaults, **data[field]}.items() if not _unset(given)}
    return data


def _unset(given: Any) -> bool:
    return given is None or (isinstance(given, float) and math.isnan(given))
