"""What nobody had chosen in a plan: the tuned values of another agent or environment, or the library's own."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.fill import DEFAULT_ENVS, DEFAULT_STEPS
from copilot.codegen.fit import known_environment
from copilot.codegen.names.defaults import wants_library_defaults
from copilot.codegen.plan import maker_kwargs
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.values import Entry
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

_DEFAULTS: dict[str, Any] = {
    "num_envs": DEFAULT_ENVS, "num_train_steps": DEFAULT_STEPS, "agent_kwargs": {}, "train_kwargs": {}, "env_kwargs": {},
}  # fmt: skip
_VALUES = r"(?:hyper-?\s?param(?:eter)?s?|param(?:eter)?s?|settings?|values?|options?|config(?:uration)?s?)"
_ALL_DEFAULT = re.compile(
    rf"(?<![a-z])(?:use |using |with |take |keep |back to |go back to )*(?:all |only |the )*default {_VALUES}(?![a-z])|"
    rf"(?<![a-z])(?:reset|restore|set|put)\s+(?:everything|all|all (?:the )?{_VALUES}|the {_VALUES})\s*(?:back )?"
    rf"(?:to (?:the |their )?defaults?)?(?: {_VALUES})?(?![a-z])|"
    rf"(?<![a-z])everything (?:back )?to (?:the |its )?defaults?(?![a-z])|"
    r"(?:全部|所有|都)?(?:使用|采用|用|恢复|重置|改回|回到)(?:为|成|到)?默认的?(?:超?参数|设置|设定|配置)"
)


def _base(agent: str, env_id: str, catalogue: Catalogue) -> Entry:
    return {**_DEFAULTS, **(catalogue.preset(agent, env_id) or {})}


def based(spec: ExperimentSpec, agent: str, env_id: str, catalogue: Catalogue, notes: list[str]) -> ExperimentSpec:
    """The plan for another agent or environment: its tuned values, and before them what people had chosen themselves."""
    if (agent, env_id) == (spec.agent, spec.env_id):
        return spec
    old, new = _base(spec.agent, spec.env_id, catalogue), _base(agent, env_id, catalogue)
    entry = catalogue.component(agent, "agent")
    environment = known_environment(env_id, catalogue)
    maker = next(item for item in catalogue.functions if item["name"] == environment["maker"])
    known = {
        "agent_kwargs": {p["name"] for p in entry["parameters"]},
        "train_kwargs": {p["name"] for p in entry["methods"]["train"]},
        "env_kwargs": {p["name"] for p in maker["parameters"]},
    }
    found: dict[str, Any] = {"agent": agent, "env_id": env_id}
    lost = []
    for owner, names in known.items():
        chosen = {k: v for k, v in getattr(spec, owner).items() if old[owner].get(k, ...) != v}
        lost += [f"{key}={value}" for key, value in chosen.items() if key not in names]
        found[owner] = {**new[owner], **{key: value for key, value in chosen.items() if key in names}}
    for field in ("num_envs", "num_train_steps"):
        found[field] = getattr(spec, field) if getattr(spec, field) != old[field] else new[field]
    if spec.tag == f"{spec.agent}_{spec.env_id}".lower():
        found["tag"] = f"{agent}_{env_id}".lower()
    tuned = "tuned settings" if catalogue.preset(agent, env_id) else "library's defaults; there are no tuned settings"
    notes.append(f"What nobody had chosen is taken from the {tuned} of {agent} on {env_id}.")
    if lost:
        notes.append(f"Left out, as {agent} on {env_id} has no such setting: {', '.join(lost)}.")
    env_kwargs = maker_kwargs(agent, environment, found["env_kwargs"], catalogue, notes)
    return spec.model_copy(update={**found, "env_kwargs": env_kwargs})


def read_untuned(text: str) -> tuple[bool, str]:
    """Whether a change wants the library's own values in the place of the tuned ones, and the text without these words.

    Raises:
        InvalidRequest: it wants default ones, and not whose.
    """
    reading = Reading(text)
    wanted = wants_library_defaults(reading)
    rest = reading.rest()
    found = _ALL_DEFAULT.search(rest.lower())
    if found and not wanted:
        raise InvalidRequest(
            f"{found[0].strip()!r} may be the tuned values or the library's own.",
            hint='Say "use the library defaults" for the library\'s; for one setting "use the default learning rate".',
        )
    return wanted, f"{rest[: found.start()]} {rest[found.end() :]}" if found else rest


def untuned(spec: ExperimentSpec, catalogue: Catalogue, notes: list[str]) -> ExperimentSpec:
    """The plan with the library's values where it has the tuned ones; what was chosen stays, and a note says so."""
    tuned = catalogue.preset(spec.agent, spec.env_id) or {}
    if not tuned:
        notes.append(
            f"There are no tuned settings of {spec.agent} on {spec.env_id}: the library's defaults are in use."
        )
        return spec
    left = {
        owner: {
            name: value for name, value in getattr(spec, owner).items() if tuned.get(owner, {}).get(name, ...) != value
        }
        for owner in ("agent_kwargs", "train_kwargs", "env_kwargs")
    }
    run = {name: _DEFAULTS[name] for name in ("num_envs", "num_train_steps") if getattr(spec, name) == tuned.get(name)}
    measured = tuned.get("rewards", {})
    modules = {
        primitive: module.model_copy(
            update={
                "kwargs": {k: v for k, v in module.kwargs.items() if measured.get(module.name, {}).get(k, ...) != v}
            }
        )
        for primitive, module in spec.modules.items()
    }
    kept = [f"{name}={value}" for owner in left.values() for name, value in owner.items()]
    notes.append(
        f"As asked, the library's defaults are taken, not the tuned settings of {spec.agent} on {spec.env_id}"
        + (f"; what was chosen stays: {', '.join(kept)}." if kept else ".")
    )
    return spec.model_copy(update={**left, **run, "modules": modules})
