"""Two plans side by side: a readable line for each thing that differs."""

from __future__ import annotations

from typing import Any

from copilot.codegen.spec import ComparisonSpec, ExperimentSpec, Spec

_FIELDS = (
    "agent", "env_id", "num_envs", "num_train_steps", "pretrain_steps", "seeds", "eval_episodes", "device", "tag",
)  # fmt: skip


def difference(old: Spec, new: Spec) -> list[str]:
    """Lines such as "num_envs: 8 -> 16", in the order of a plan's fields; none if both are the same."""
    if isinstance(old, ExperimentSpec) and isinstance(new, ExperimentSpec):
        return _experiments(old, new)
    runs_before, runs_after = _runs(old), _runs(new)
    lines = []
    if old.kind != new.kind:
        lines.append(f"kind: {old.kind} -> {new.kind}")
    elif isinstance(old, ComparisonSpec) and isinstance(new, ComparisonSpec):
        lines += [
            f"{field}: {getattr(old, field)} -> {getattr(new, field)}"
            for field in ("title", "plots")
            if getattr(old, field) != getattr(new, field)
        ]
    renamed = _renamed(runs_before, runs_after)
    shared: list[list[str]] = []
    for label, run in runs_before.items():
        after = renamed.get(label)
        if after is None:
            lines.append(f"run {label}: removed")
            continue
        shared.append([f"run {label}: renamed {after}", *_experiments(run, runs_after[after])][after == label :])
    same = [line for line in (shared[0] if shared else []) if all(line in own for own in shared)]
    lines += same
    for label, own in zip((label for label in runs_before if label in renamed), shared, strict=True):
        lines += [line if line.startswith("run ") else f"{label}: {line}" for line in own if line not in same]
    return lines + [f"run {label}: added" for label in runs_after if label not in renamed.values()]


def _runs(spec: Spec) -> dict[str, ExperimentSpec]:
    return spec.runs if isinstance(spec, ComparisonSpec) else {spec.agent: spec}


def _renamed(before: dict[str, ExperimentSpec], after: dict[str, ExperimentSpec]) -> dict[str, str]:
    """For each run the label that it has now: that of a run that equals it, else the same, else that of its place."""
    found = {label: label for label, run in before.items() if after.get(label) == run}
    for label, run in before.items():
        equal = [other for other, now in after.items() if now == run and other not in found.values()]
        if label not in found and equal:
            found[label] = equal[0]
    found |= {label: label for label in before if label in after and label not in {*found, *found.values()}}
    if len(before) == len(after):
        left = iter([label for label in after if label not in found.values()])
        found |= {label: next(left) for label in before if label not in found}
    return found


def _experiments(old: ExperimentSpec, new: ExperimentSpec) -> list[str]:
    pairs = [(field, getattr(old, field), getattr(new, field)) for field in _FIELDS]
    lines = [f"{field}: {_shown(before)} -> {_shown(after)}" for field, before, after in pairs if before != after]
    for owner in ("env_kwargs", "agent_kwargs", "train_kwargs"):
        lines += _kwargs(getattr(old, owner), getattr(new, owner), "")
    for primitive in dict.fromkeys([*old.modules, *new.modules]):
        before, after = old.modules.get(primitive), new.modules.get(primitive)
        names = [" + ".join(module.parts) or module.name if module else "none" for module in (before, after)]
        if names[0] != names[1]:
            lines.append(f"{primitive}: {names[0]} -> {names[1]}")
        if after is not None:
            kwargs = before.kwargs if before is not None and names[0] == names[1] else {}
            lines += _kwargs(kwargs, after.kwargs, f"{primitive}.")
    return lines


def _kwargs(old: dict[str, Any], new: dict[str, Any], prefix: str) -> list[str]:
    names = dict.fromkeys([*old, *new])
    return [
        f"{prefix}{name}: {_shown(old.get(name, ...))} -> {_shown(new.get(name, ...))}"
        for name in names
        if old.get(name, ...) != new.get(name, ...)
    ]


def _shown(value: Any) -> str:
    if value is ...:
        return "default"
    return ", ".join(map(str, value)) if isinstance(value, list) else "none" if value is None else str(value)
