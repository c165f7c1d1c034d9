"""Whether a plan is exactly what was asked: an expectation over the preset of agent and environment, over the defaults.

Specs are compared by their effect: an argument that is written and one that is the default anyway are the same, schedules
are compared by their numbers, and what modules need only to fit each other is left out (README of evals/data/codegen).
"""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.fill import DEFAULT_ENVS, DEFAULT_STEPS
from copilot.core.catalogue import Catalogue, Entry
from evals.expectations import environment

Spec = dict[str, Any]

_SCHEDULE = re.compile(r"[a-z_]+\(.*\)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def right(spec: Spec, expect: Spec, catalogue: Catalogue) -> bool:
    """Whether a plan has all that is expected and nothing else; of a comparison the runs count, not their labels."""
    return not wrong(spec, expect, catalogue)


def wrong(spec: Spec, expect: Spec, catalogue: Catalogue) -> list[str]:
    """What differs, as "field: expected, found"; none if the plan is right."""
    if (kind := expect.get("kind", "experiment")) != spec["kind"]:
        return [f"kind: {kind}, {spec['kind']}"]
    if kind == "experiment":
        return _differences(effect(spec, expect, catalogue), wanted(expect, catalogue))
    left, missing = list(spec["runs"].values()), []
    for run in expect["runs"].values():
        found = next((one for one in left if not _run_differs(one, run, catalogue)), None)
        if found is None:
            missing.append(f"no run {run}")
        else:
            left.remove(found)
    return [*missing, *(f"a run too many: {run['agent']} on {run['env_id']} {run['agent_kwargs']}" for run in left)]


def wanted(expect: Spec, catalogue: Catalogue) -> Spec:
    """The whole effect that an expectation stands for."""
    tuned = catalogue.preset(expect["agent"], expect["env_id"]) or {}
    spec = {
        "num_envs": tuned.get("num_envs", DEFAULT_ENVS),
        "num_train_steps": tuned.get("num_train_steps", DEFAULT_STEPS),
        **{name: value for name, value in expect.items() if name not in {"kind", "modules"}},
        **{
            name: {**tuned.get(name, {}), **expect.get(name, {})}
            for name in ("agent_kwargs", "train_kwargs", "env_kwargs")
        },
        "modules": {primitive: _measured(module, tuned) for primitive, module in expect.get("modules", {}).items()},
    }
    return effect(spec, expect, catalogue)


def effect(spec: Spec, expect: Spec, catalogue: Catalogue) -> Spec:
    """A spec with every argument that counts, so that two ways to write the same are equal.

    Args:
        spec: some or all fields of an experiment.
        expect: says whether the name of the run was asked for, and which modules.
        catalogue: of which the defaults are.
    """
    agent = catalogue.component(spec["agent"], "agent")
    env = environment(spec["env_id"], catalogue)
    maker = next(entry for entry in catalogue.functions if entry["name"] == env["maker"])
    own = _complete(spec.get("agent_kwargs", {}), agent["parameters"])
    asked = expect.get("modules", {})
    modules = {
        primitive: _module(module, asked.get(primitive, {}), own, catalogue)
        for primitive, module in spec.get("modules", {}).items()
        if primitive in asked or primitive != "policy"  # an encoder of another size needs its own
    }
    return {
        "agent": spec["agent"],
        "env_id": spec["env_id"],
        "num_envs": spec["num_envs"],
        "num_train_steps": spec["num_train_steps"],
        "pretrain_steps": spec.get("pretrain_steps"),
        "seeds": spec.get("seeds", [1]),
        "eval_episodes": spec.get("eval_episodes", 10),
        "device": spec.get("device", "cpu"),
        "tag": spec.get("tag") if "tag" in expect else None,
        "env_kwargs": _complete(spec.get("env_kwargs", {}), maker["parameters"]),
        "agent_kwargs": own,
        "train_kwargs": _complete(spec.get("train_kwargs", {}), agent["methods"]["train"]),
        "modules": modules,
    }


def _run_differs(run: Spec, expect: Spec, catalogue: Catalogue) -> bool:
    return effect(run, expect, catalogue) != wanted(expect, catalogue)


def _measured(module: Spec, tuned: Entry) -> Spec:
    """A bonus with the arguments that were measured for it there, where the request names none."""
    rewards: dict[str, Spec] = tuned.get("rewards", {})
    return {**module, "kwargs": {**rewards.get(module["name"], {}), **module.get("kwargs", {})}}


def _module(module: Spec, asked: Spec, agent_kwargs: Spec, catalogue: Catalogue) -> Spec:
    """A module's name, parts and arguments; those that follow the agent's own are as if they were left open."""
    kwargs = {
        name: value
        for name, value in module.get("kwargs", {}).items()
        if name in asked.get("kwargs", {}) or name not in agent_kwargs or value != agent_kwargs[name]
    }
    parameters = catalogue.component(module["name"])["parameters"]
    return {
        "name": module["name"],
        "parts": sorted(module.get("parts", [])),
        "kwargs": _complete(kwargs, parameters),
    }


def _complete(kwargs: Spec, parameters: list[Entry]) -> Spec:
    defaults = {parameter["name"]: parameter["default"] for parameter in parameters}
    return {name: _plain(value) for name, value in {**defaults, **kwargs}.items()}


def _plain(value: Any) -> Any:
    """A schedule as its kind and numbers; lists and tuples alike; anything else as it is."""
    if isinstance(value, str) and _SCHEDULE.fullmatch(value):
        return (value.split("(")[0], *(float(number) for number in _NUMBER.findall(value)))
    return list(value) if isinstance(value, tuple) else value


def _differences(found: Spec, expected: Spec, inside: str = "") -> list[str]:
    made = []
    for name in sorted({*found, *expected}):
        one, other = found.get(name), expected.get(name)
        if isinstance(one, dict) and isinstance(other, dict):
            made += _differences(one, other, f"{inside}{name}.")
        elif one != other:
            made.append(f"{inside}{name}: {other!r}, {one!r}")
    return made
