"""Whether what is expected of an experiment can be: names and arguments exist, values are in range, parts fit each other.

Written from the catalogue alone, not from the planner, which is what the expectations are there to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from copilot.core.catalogue import Catalogue, Entry
from copilot.core.errors import CopilotError, UnknownName

PRIMITIVES = ("agent", "encoder", "policy", "storage", "distribution", "augmentation", "reward")
FIELDS = {
    "agent",
    "env_id",
    "num_envs",
    "num_train_steps",
    "pretrain_steps",
    "eval_episodes",
    "seeds",
    "device",
    "tag",
    "env_kwargs",
    "agent_kwargs",
    "train_kwargs",
    "modules",
}
COUNTS = ("num_envs", "num_train_steps", "pretrain_steps", "eval_episodes")
ELSEWHERE = {
    "agent_kwargs": {"env", "eval_env", "seed", "device", "tag", "pretraining", "log_dir"},
    "env_kwargs": {"env_id", "num_envs", "seed", "device"},
    "train_kwargs": {"num_train_steps", "init_model_path", "callbacks"},
    "modules": {"envs", "device", "observation_space", "action_space", "num_envs"},
}
"""Arguments that have a field of their own, or that the script fills."""
LARGEST_SEED = 2**31 - 1
_DEVICE = re.compile(r"auto|cpu|mps|npu|cuda(:\d+)?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?")


def faults(expect: dict[str, Any], catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with the expectation of one experiment, each in a sentence without its full stop."""
    if unknown := expect.keys() - FIELDS:
        yield f"unknown fields {sorted(unknown)}"
        return
    try:
        agent = catalogue.component(expect.get("agent", ""), "agent")
        env = environment(expect.get("env_id", ""), catalogue)
    except CopilotError as error:
        yield error.message.rstrip(".")
        return
    yield from _plain_faults(expect)
    yield from _misfits(agent, env, expect.get("env_kwargs", {}))
    yield from _argument_faults("agent_kwargs", expect, agent["parameters"])
    yield from _argument_faults("train_kwargs", expect, agent["methods"]["train"])
    yield from _argument_faults("env_kwargs", expect, _maker(env, catalogue)["parameters"])
    if (
        expect.get("train_kwargs", {}).get("normalize_obs")
        and _observation(env, expect.get("env_kwargs", {})) != "Box1"
    ):
        yield "normalize_obs is for observations that are vectors"
    for primitive, module in expect.get("modules", {}).items():
        yield from _module_faults(primitive, module, agent, env, expect, catalogue)


def _plain_faults(expect: dict[str, Any]) -> Iterator[str]:
    for name in COUNTS:
        if name in expect and (type(expect[name]) is not int or expect[name] < 1):
            yield f"{name} is {expect[name]!r}"
    seeds = expect.get("seeds", [1])
    if not seeds or len(set(seeds)) < len(seeds) or not all(type(s) is int and 0 <= s <= LARGEST_SEED for s in seeds):
        yield f"seeds are {seeds}"
    if not _DEVICE.fullmatch(expect.get("device", "cpu")):
        yield f"device is {expect['device']!r}"
    if not re.fullmatch(r"[\w.-]+", expect.get("tag", "default")):
        yield f"tag is {expect['tag']!r}"
    if "pretrain_steps" in expect and "reward" not in expect.get("modules", {}):
        yield "pre-training needs an intrinsic reward"


def environment(env_id: str, catalogue: Catalogue) -> Entry:
    """The entry of an id; `BreakoutNoFrameskip-v4`, which is not listed but made, has that of `Breakout-v5`.

    Raises:
        UnknownName: there is none.
    """
    entry = catalogue.environment(re.sub(r"NoFrameskip-v4$", "-v5", env_id))
    if entry is None or (entry["suite"] != "atari" and entry["id"] != env_id):
        raise UnknownName("environment", env_id, [known["id"] for known in catalogue.environments])
    return entry


def _maker(env: Entry, catalogue: Catalogue) -> Entry:
    return next(entry for entry in catalogue.functions if entry["name"] == env["maker"])


def _observation(env: Entry, env_kwargs: dict[str, Any]) -> str:
    """The kind of observation, which some arguments of the makers change."""
    if env_kwargs.get("from_pixels"):
        return "Box3"
    if env_kwargs.get("fully_numerical"):
        return "Dict"
    if env["suite"] == "minigrid" and not env_kwargs.get("fully_observable", True) and env_kwargs.get("flat", True):
        return "Box1"
    return str(env["observation_space"])


def _misfits(entry: Entry, env: Entry, env_kwargs: dict[str, Any]) -> Iterator[str]:
    """Why a component cannot be used in an environment; no kinds in its entry means that it takes all."""
    observation = _observation(env, env_kwargs)
    for kinds, given in ((entry["observation_spaces"], observation), (entry["action_spaces"], env["action_space"])):
        if kinds and given not in kinds:
            yield f"{entry['name']} takes {', '.join(kinds)}; {env['id']} has {given}"


def _argument_faults(place: str, expect: dict[str, Any], parameters: list[Entry]) -> Iterator[str]:
    yield from _value_faults(expect.get(place, {}), parameters, ELSEWHERE[place])


def _value_faults(given: dict[str, Any], parameters: list[Entry], elsewhere: set[str]) -> Iterator[str]:
    known = {entry["name"]: entry for entry in parameters if entry["name"] not in elsewhere}
    for name, value in given.items():
        if name not in known:
            yield f"there is no argument {name}"
        elif not in_range(known[name], value):
            yield f"{name} is {value!r}, which it cannot be"


def in_range(parameter: Entry, value: Any) -> bool:
    """Whether a parameter takes a value: its type, its bounds, its choices."""
    kinds = {
        "int": (int,),
        "float": (int, float),
        "bool": (bool,),
        "str": (str,),
        "None": (type(None),),
        "dict": (dict,),
    }
    types = [part.strip().split("[")[0] for part in parameter["type"].split("|")]
    if type(value) not in {kind for name in types for kind in kinds.get(name, ())}:
        return False
    if parameter["choices"]:
        return value in parameter["choices"]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    low, high, above = (parameter[bound] for bound in ("low", "high", "above"))
    return (low is None or value >= low) and (high is None or value <= high) and (above is None or value > above)


def _module_faults(
    primitive: str, module: dict[str, Any], agent: Entry, env: Entry, expect: dict[str, Any], catalogue: Catalogue
) -> Iterator[str]:
    parts = module.get("parts", [])
    if module.keys() - {"name", "kwargs", "parts"} or bool(parts) != (module["name"] == "Fabric") or len(parts) == 1:
        yield f"expected a name, kwargs and, of Fabric, its parts; it has {module}"
    for name in (module["name"], *parts):
        if name not in agent["combines"].get(primitive, ()):
            yield f"{agent['name']} takes no {primitive} {name}"
            return
    entry = catalogue.component(module["name"], primitive)
    yield from _misfits(entry, env, expect.get("env_kwargs", {}))
    yield from _value_faults(module["kwargs"], entry["parameters"], ELSEWHERE["modules"])
    for other in {*entry["excludes"]} & {*expect["modules"]}:
        yield f"{entry['name']} and a module {other} exclude each other"


def said_numbers(expect: dict[str, Any]) -> set[float]:
    """All numbers of an expectation, those within a schedule too, that the request therefore has to say."""
    found: set[float] = set()
    for name, value in expect.items():
        if isinstance(value, dict):
            found |= said_numbers(value)
        elif isinstance(value, str) and name.endswith("schedule"):
            found |= {float(number) for number in _NUMBER.findall(value)}
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.add(float(value))
    return found


def known(name: str, catalogue: Catalogue) -> bool:
    """Whether a component or an environment has that name or alias, whatever its capitals."""
    names = {alias for entry in catalogue.components for alias in (entry["name"], *entry["aliases"])}
    names |= {entry["id"] for entry in catalogue.environments}
    return name.lower() in {one.lower() for one in names}


def refuted(proof: dict[str, Any], catalogue: Catalogue) -> bool:
    """Whether the catalogue shows that what a proof names cannot be.

    A proof names an agent and an `env_id`, or a `component` with its `primitive` and one of the two, that do not fit; or an
    `argument` of an agent, of its training or of the environments' maker, and a `value` that is out of its range.
    """
    agent = catalogue.component(proof["agent"], "agent") if "agent" in proof else None
    if "argument" in proof and agent:
        makers = [parameter for maker in catalogue.functions for parameter in maker["parameters"]]
        parameters = [*agent["parameters"], *agent["methods"]["train"], *makers]
        fitting = [entry for entry in parameters if entry["name"] == proof["argument"]]
        return bool(fitting) and not any(in_range(entry, proof["value"]) for entry in fitting)
    entry = catalogue.component(proof["component"], proof["primitive"]) if "component" in proof else agent
    if "env_id" in proof and entry:
        return any(_misfits(entry, environment(proof["env_id"], catalogue), {}))
    return bool(agent and entry and entry["name"] not in agent["combines"].get(proof["primitive"], ()))
