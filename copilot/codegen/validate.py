"""A plan against the catalogue: names, arguments, ranges, spaces, and whether the parts go together.

A plan that people have edited gets the same checks, in the same words, as a request.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

from copilot.codegen.fit import fit_agent, fit_module, known_environment, observed, refuse_excluded
from copilot.codegen.settings.values import Entry, coerce, settable
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec, Module, Spec
from copilot.codegen.vocabulary import MIXER
from copilot.core.catalogue import Catalogue
from copilot.core.errors import CopilotError, InvalidRequest, UnknownName

S = TypeVar("S", ExperimentSpec, ComparisonSpec, Spec)
_DEVICE = re.compile(r"auto|cpu|mps|(?:cuda|npu)(?::\d+)?")
_SCHEDULE = re.compile(r"[\d.eE+-]+|(?:constant|linear|step_linear)\(\s*[\d.eE+-]+(?:\s*,\s*[\d.eE+-]+)*\s*\)")
_ELSEWHERE = frozenset(
    {"env", "eval_env", "envs", "env_id", "num_envs", "seed", "device", "tag", "log_dir", "num_train_steps"}
    | {"init_model_path", "observation_space", "action_space", "reward_fn", "callbacks"}
)
"""Arguments that the script gives itself, from other fields of the plan or from its options."""


def validate(spec: S, catalogue: Catalogue) -> S:
    """The plan with whole numbers as such (1e5 of a JSON file is 100000).

    Raises:
        UnknownName: an agent, environment, component or argument that does not exist.
        SpaceMismatch: agent, module and environment do not fit.
        InvalidRequest: a value outside its range, or parts that do not go together.
    """
    if isinstance(spec, ExperimentSpec):
        return _experiment(spec, catalogue)
    runs = {}
    for label, run in spec.runs.items():
        try:
            runs[label] = _experiment(run, catalogue)
        except CopilotError as error:
            error.message = f"Run {label!r}: {error.message}"
            error.args = (error.message,)
            raise
    devices = list(dict.fromkeys(run.device for run in runs.values()))
    if len(devices) > 1:
        raise InvalidRequest(f"The runs name {len(devices)} devices: {', '.join(devices)}.", hint="Name one for all.")
    return spec.model_copy(update={"runs": runs})


def _experiment(spec: ExperimentSpec, catalogue: Catalogue) -> ExperimentSpec:
    entry = catalogue.component(spec.agent, "agent")
    environment = known_environment(spec.env_id, catalogue)
    maker = next(item for item in catalogue.functions if item["name"] == environment["maker"])
    _plain(spec)
    kwargs = {
        "agent_kwargs": _arguments(spec.agent_kwargs, entry["parameters"], spec.agent),
        "env_kwargs": _arguments(spec.env_kwargs, maker["parameters"], maker["name"]),
        "train_kwargs": _arguments(spec.train_kwargs, entry["methods"]["train"], f"{spec.agent}.train"),
    }
    environment = observed(environment, kwargs["env_kwargs"])
    fit_agent(spec.agent, environment, catalogue)
    refuse_excluded({primitive: module.name for primitive, module in spec.modules.items()}, catalogue)
    modules = {
        primitive: _module(primitive, module, spec.agent, environment, catalogue)
        for primitive, module in spec.modules.items()
    }
    alone = kwargs["agent_kwargs"].get("pretraining")
    if alone and "reward" not in modules:
        raise InvalidRequest(
            "Pre-training needs an intrinsic reward, and none is named.", hint="Name one, RND say, or leave it out."
        )
    if alone and spec.pretrain_steps is not None:
        raise InvalidRequest(
            "pretraining=True and pretrain_steps stand side by side: is there a second phase or not?",
            hint="Leave out pretraining to fine-tune after pre-training, or pretrain_steps to pre-train alone.",
        )
    return spec.model_copy(update={**kwargs, "modules": modules})


def _plain(spec: ExperimentSpec) -> None:
    """Device and tag."""
    if not _DEVICE.fullmatch(spec.device):
        raise InvalidRequest(f"device is {spec.device!r}; expected auto, cpu, cuda, cuda:N, npu or mps.")
    parts = spec.tag.split("/")
    if not spec.tag.isprintable() or any(part in {"", ".", ".."} for part in parts):
        raise InvalidRequest(f"tag is {spec.tag!r}; expected a name for the folder of the run.")


def _module(primitive: str, module: Module, agent: str, environment: Entry, catalogue: Catalogue) -> Module:
    entry = catalogue.component(module.name)
    if entry["primitive"] != primitive:
        raise InvalidRequest(
            f"modules.{primitive} is {module.name}, which is of the kind {entry['primitive']}.",
            hint=f"Known for {primitive}: {', '.join(catalogue.names(primitive)) or 'none'}.",
        )
    fit_module(primitive, module.name, agent, environment, catalogue)
    if (module.name == MIXER) != bool(module.parts) or len(module.parts) == 1:
        raise InvalidRequest(
            f"{module.name} has the parts {module.parts}; expected two or more of {MIXER}, none of another reward."
        )
    for part in module.parts:
        catalogue.component(part, "reward")
    return module.model_copy(update={"kwargs": _arguments(module.kwargs, entry["parameters"], module.name)})


def _arguments(kwargs: dict[str, Any], parameters: list[Entry], owner: str) -> dict[str, Any]:
    known = {parameter["name"]: parameter for parameter in parameters}
    checked = {}
    for name, value in kwargs.items():
        if name in _ELSEWHERE:
            raise InvalidRequest(
                f"{name} stands among the arguments of {owner}; the script gives it itself.", hint=f"Remove {name}."
            )
        if name not in known:
            raise UnknownName(f"argument of {owner}", name, [key for key in known if key not in _ELSEWHERE])
        checked[name] = _value(known[name], value, owner)
    return checked


def _value(parameter: Entry, value: Any, owner: str) -> Any:
    name, kind = parameter["name"], parameter["type"]
    if settable(parameter) or kind == "bool":
        found = coerce(parameter, value)
        return found if isinstance(value, float) and isinstance(found, int) else value
    if name.endswith("_schedule"):
        fine = isinstance(value, str) and bool(_SCHEDULE.fullmatch(value))
        expected = "a schedule as linear(1.0, 0.1, 10000)"
    elif "Mapping" in kind or "dict" in kind:
        plain = isinstance(value, dict) and all(isinstance(v, bool | int | float | str | None) for v in value.values())
        fine, expected = plain, "names with numbers, texts or switches"
    elif "tuple" in kind or kind == "collections.abc.Sequence[Any]":
        fine = isinstance(value, list | tuple) and all(isinstance(item, int | float) for item in value)
        expected = "a list of numbers"
    else:
        raise InvalidRequest(f"{name} of {owner} cannot be set in a plan: it is a {kind}.", hint=f"Remove {name}.")
    if value is None and "None" in kind:
        return value
    if not fine:
        raise InvalidRequest(f"{name} of {owner} is {value!r}; expected {expected}.", hint=parameter["doc"])
    return value
