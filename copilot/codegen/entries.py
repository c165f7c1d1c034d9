"""The entries of a plan by their paths, and which of them are otherwise in another plan."""

from __future__ import annotations

from typing import Any

from copilot.codegen.spec import ComparisonSpec, ExperimentSpec, Spec

OWN = ("agent", "env_id")
"""What all other values hang on: with another of these nothing else can be compared."""


def entries(spec: Spec) -> dict[str, Any]:
    """What a plan holds, by path: of a comparison by that of the run, where all runs have the same."""
    if isinstance(spec, ExperimentSpec):
        return flat(spec)
    every = [flat(run) for run in spec.runs.values()]
    same = {path: value for path, value in every[0].items() if all(run.get(path) == value for run in every)}
    own = {
        f"runs.{label}.{path}": value
        for label, run in zip(spec.runs, every, strict=True)
        for path, value in run.items()
        if path not in same
    }
    return {"plots": spec.plots, **same, **own}


def runs(spec: Spec) -> dict[str, ExperimentSpec]:
    """The runs of a comparison, or the experiment as the only one."""
    return spec.runs if isinstance(spec, ComparisonSpec) else {spec.agent: spec}


def flat(spec: ExperimentSpec) -> dict[str, Any]:
    """The entries of one run by path."""
    found: dict[str, Any] = {}
    for name, value in spec.model_dump(mode="json").items():
        if name in ("agent_kwargs", "train_kwargs", "env_kwargs"):
            found |= {f"{name}.{key}": inner for key, inner in value.items()}
        elif name == "modules":
            for primitive, module in value.items():
                found[f"modules.{primitive}"] = " + ".join(module["parts"]) or module["name"]
                found |= {f"modules.{primitive}.{key}": inner for key, inner in module["kwargs"].items()}
        elif name != "kind":
            found[name] = value
    return found


def changed(spec: Spec, other: Spec | None) -> set[str]:
    """The paths of what is otherwise in another plan; what only follows from another agent, task or module is not told."""
    if other is None:
        return set()
    if isinstance(spec, ExperimentSpec):
        return differing(spec, other) if isinstance(other, ExperimentSpec) else {"kind"}
    found: set[str] = set()
    others = _counterparts(spec, other)
    own = {label: differing(run, others[label]) for label, run in spec.runs.items() if label in others}
    shared = set.intersection(*own.values()) if own else set[str]()
    found |= {path for path in shared if path in entries(spec)}
    for label in spec.runs:
        if label not in others:
            found.add(f"runs.{label}")
        else:
            found |= {f"runs.{label}.{path}" for path in own[label]} - {f"runs.{label}.{path}" for path in found}
    if isinstance(other, ComparisonSpec) and other.plots != spec.plots:
        found.add("plots")
    return found


def differing(spec: ExperimentSpec, other: ExperimentSpec) -> set[str]:
    """As `changed`, of two runs."""
    one, two = flat(spec), flat(other)
    found = {path for path in one if one[path] != two.get(path, ...)}
    if own := found & set(OWN):
        return own
    modules = {path for path in found if path.startswith("modules.") and path.count(".") == 1}
    return {path for path in found if not any(path.startswith(f"{module}.") for module in modules)}


def _counterparts(spec: ComparisonSpec, other: Spec) -> dict[str, ExperimentSpec]:
    """The run of another plan that stands for each of this one; what has none was asked for by the words left out."""
    others = dict(runs(other))
    if len(others) == len(spec.runs):
        return dict(zip(spec.runs, others.values(), strict=True))
    found: dict[str, ExperimentSpec] = {}
    for alike in (_same, _close):
        for label, run in spec.runs.items():
            match = next((name for name, one in others.items() if alike(run, one)), None)
            if label not in found and match is not None:
                found[label] = others.pop(match)
    return found


def _same(run: ExperimentSpec, other: ExperimentSpec) -> bool:
    return flat(run) == flat(other)


def _close(run: ExperimentSpec, other: ExperimentSpec) -> bool:
    return (run.agent, run.env_id, run.modules.keys()) == (other.agent, other.env_id, other.modules.keys())


def told(spec: Spec, evidence: dict[str, str]) -> list[str]:
    """A line for each entry that words ask for: "num_envs = 16, for “16 envs”", "A2C: lr = 0.001, for “lr 1e-3”"."""
    now = entries(spec)
    values = {path: f" = {_shown(now[path])}" for path in evidence if path in now}
    return [f"{_short(path, spec)}{values.get(path, '')}, for “{words}”" for path, words in evidence.items()]


def _short(path: str, spec: Spec) -> str:
    """A path as users call an entry: agent_kwargs.lr is lr, modules.reward.beta is reward.beta."""
    labels = sorted(spec.runs if isinstance(spec, ComparisonSpec) else (), key=len, reverse=True)
    label = next((label for label in labels if path.startswith(f"runs.{label}.")), "")
    rest = path.removeprefix(f"runs.{label}." if label else "runs.")
    for owner in ("agent_kwargs.", "train_kwargs.", "env_kwargs.", "modules."):
        rest = rest.removeprefix(owner)
    return f"{label}: {rest}" if label else rest


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
