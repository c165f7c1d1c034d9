"""The values that a plan has: the one of a setting, the setting that has one, and those that it has where nobody chose."""

from __future__ import annotations

import itertools
import re
from typing import Any

from copilot.codegen.fill import DEFAULT_ENVS, DEFAULT_STEPS
from copilot.codegen.fit import known_environment
from copilot.codegen.request.clauses import clause
from copilot.codegen.request.numbers import find_numbers
from copilot.codegen.settings.lists import setting_mentions
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import Catalogue

_INSTEAD_OF = re.compile(
    r"\s*(?:[a-z]+\s*){0,2},?\s*(?:instead of|rather than|in place of|and not|not)\s*(?:the )?|"
    r"\s*[个步次轮]?[，,]?\s*(?:而不是|不是)\s*"
)
_TO = re.compile(r"\s*(?:[a-z]+\s*){0,2}(?:to|becomes?|->|→|into)\s*|\s*[个步次轮]?\s*(?:改成|改为|变成|换成)\s*")


_REPLACED = re.compile(
    r"(?<![a-z])(?:replace|swap|exchange)\s+(?:the )?(?P<old>\d[\d.,]*[km]?)\s+(?P<unit>[a-z][a-z ]{1,24}?)\s+"
    r"(?:by|with|for)\s+(?P<new>\d[\d.,]*[km]?)(?![\w.]*\d|\s*(?:env|step|seed|epoch))",
    re.IGNORECASE,
)


def exchanged(text: str, spec: ExperimentSpec, catalogue: Catalogue) -> str:
    """The text with "n_step=3" in the place of "3 steps instead of 5", where one setting alone is 5."""
    text = _REPLACED.sub(lambda said: f"{said['new']} {said['unit']} instead of {said['old']}", text)
    numbers = find_numbers(text)
    for one, two in itertools.pairwise(numbers):
        between = text[one.end : two.start].lower()
        instead, to = _INSTEAD_OF.fullmatch(between), _TO.fullmatch(between)
        if not (instead or to):
            continue
        new, old = (one, two) if instead else (two, one)
        low, high = clause(text.lower(), one.start, two.end)
        if re.search(r"seeds?(?![a-z])|种子", text[low:high], re.IGNORECASE):
            continue
        if any(low <= start and end <= high for _, start, end in setting_mentions(text, catalogue) if end - start > 5):
            continue
        having = [name for name, value in _chosen(spec).items() if value == old.value and not isinstance(value, bool)]
        if len(having) == 1:
            return f"{text[: one.start]} {having[0]}={new.text} {text[two.end :]}"
    return text


def _chosen(spec: ExperimentSpec) -> dict[str, Any]:
    """The settings of a plan by name."""
    found: dict[str, Any] = {"num_envs": spec.num_envs, "num_train_steps": spec.num_train_steps}
    for kwargs in (spec.train_kwargs, spec.env_kwargs, spec.agent_kwargs, *(m.kwargs for m in spec.modules.values())):
        found |= kwargs
    return found


def current(name: str, spec: ExperimentSpec, catalogue: Catalogue, owner: str | None = None) -> Any:
    """The value that a setting has in the plan: its own, else the library's default.

    Args:
        owner: whose setting it is, as `Settings.owner` names them; None is the first that has it.
    """
    if name in ("num_envs", "num_train_steps", "pretrain_steps", "eval_episodes"):
        return getattr(spec, name)
    entry = catalogue.component(spec.agent)
    maker = next(f for f in catalogue.functions if f["name"] == known_environment(spec.env_id, catalogue)["maker"])
    modules = {
        key: (module.kwargs, catalogue.component(module.name)["parameters"]) for key, module in spec.modules.items()
    }
    owners: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
        **({"reward": modules["reward"]} if name == "beta" and "reward" in modules else {}),
        "agent": (spec.agent_kwargs, entry["parameters"]),
        "train": (spec.train_kwargs, entry["methods"]["train"]),
        "env": (spec.env_kwargs, maker["parameters"]),
        **modules,
    }
    having = [owner] if owner in owners else list(owners)
    for kwargs, parameters in (owners[each] for each in having):
        for parameter in parameters:
            if parameter["name"] == name:
                return kwargs.get(name, parameter["default"])
    return None


def usual(agent: str, env_id: str, catalogue: Catalogue, *, untuned: bool = False) -> ExperimentSpec:
    """The plan of an agent on an environment of which nothing else is said, but perhaps that nothing tuned is wanted."""
    tuned = (not untuned and catalogue.preset(agent, env_id)) or {}
    fields = ("num_envs", "num_train_steps", "agent_kwargs", "train_kwargs")
    known = {name: tuned[name] for name in fields if name in tuned}
    return ExperimentSpec(
        agent=agent, env_id=env_id, **{"num_envs": DEFAULT_ENVS, "num_train_steps": DEFAULT_STEPS, **known}
    )
