"""Several experiments as one comparison: short labels of what sets them apart, a title, and their notes together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from copilot.codegen.spec import ComparisonSpec, ExperimentSpec, Plan
from copilot.core.errors import InvalidRequest

ONE_SEED = (
    'Each run has one seed; it says little, and intervals need several. Ask for "over 5 seeds", or run the script with '
    "--seed 1 2 3 4 5."
)


def compared(made: Sequence[tuple[ExperimentSpec, list[str]]], plots: bool | None) -> Plan:
    """The comparison of experiments, each with its notes.

    Raises:
        InvalidRequest: two of them are the same, their seeds differ, or one pre-trains on no intrinsic reward.
    """
    specs = [spec for spec, _ in made]
    other = next((spec for spec in specs if spec.seeds != specs[0].seeds), None)
    if other is not None:
        raise InvalidRequest(
            f"The runs have the seeds {specs[0].seeds} and {other.seeds}; a comparison has the same for all.",
            hint='Name them once: "over 5 seeds".',
        )
    if any(spec.pretrain_steps is not None and "reward" not in spec.modules for spec in specs):
        raise InvalidRequest(
            "Pre-training needs an intrinsic reward, and not every run has one.", hint="Compare runs that all have one."
        )
    names = labels(specs)
    notes = shared_notes(names, [notes for _, notes in made])
    notes = [*_unequal(specs, names), *_pre_trained(specs, names), *notes]
    if len(specs[0].seeds) == 1:
        notes.insert(0, ONE_SEED)
    spec = ComparisonSpec(title=title(specs), runs=dict(zip(names, specs, strict=True)), plots=plots is not False)
    return Plan(spec=spec, notes=notes)


def _unequal(specs: Sequence[ExperimentSpec], names: Sequence[str]) -> list[str]:
    """That runs on one environment train for different lengths, as tuned ones may: their scores do not compare."""
    notes = []
    for env_id in dict.fromkeys(spec.env_id for spec in specs):
        steps = {name: s.num_train_steps for name, s in zip(names, specs, strict=True) if s.env_id == env_id}
        if len(set(steps.values())) > 1:
            listed = ", ".join(f"{name} {count:,}" for name, count in steps.items())
            notes.append(
                f"On {env_id} the runs train for different lengths: {listed} steps. For the same, name it: "
                f'"{max(steps.values())} steps".'
            )
    return notes


def _pre_trained(specs: Sequence[ExperimentSpec], names: Sequence[str]) -> list[str]:
    """That some runs have steps before those that the curves show."""
    before = {name: spec.pretrain_steps for name, spec in zip(names, specs, strict=True) if spec.pretrain_steps}
    if not before or len(before) == len(specs):
        return []
    listed = ", ".join(f"{name} {count:,}" for name, count in before.items())
    return [
        f"Steps of pre-training on the intrinsic reward alone, before those that the curves show: {listed}. "
        "The other runs have none."
    ]


def labels(specs: Sequence[ExperimentSpec]) -> list[str]:
    """For each the shortest label that no other has: its agent, else also what else differs.

    Raises:
        InvalidRequest: two are the same.
    """
    aspects = [_aspects(spec) for spec in specs]
    names = [""] * len(specs)
    keys = list(dict.fromkeys(key for found in aspects for key in found))
    for key in keys:
        values = [found.get(key) for found in aspects]
        alike = [name for name in names if names.count(name) > 1]
        if not alike:
            break
        groups = {name: {value for value, own in zip(values, names, strict=True) if own == name} for name in alike}
        names = [
            _joined(name, key, value) if len(groups.get(name, ())) > 1 else name
            for name, value in zip(names, values, strict=True)
        ]
    for name in names:
        if names.count(name) > 1:
            raise InvalidRequest(
                f"Two runs of the comparison are the same: {specs[0].agent} on {specs[0].env_id}.",
                hint="Say what sets them apart.",
            )
    if len({spec.agent for spec in specs}) == 1 and any(not name for name in names):
        names = [f"{spec.agent} {name}".strip() for spec, name in zip(specs, names, strict=True)]
    return [name.removeprefix("+ ") or spec.agent for spec, name in zip(specs, names, strict=True)]


def _joined(name: str, key: str, value: Any) -> str:
    """A label with one more aspect; what is not there adds nothing."""
    if key in {"agent", "env_id"}:
        return f"{name}, {value}" if name else f"{value}"
    if key == "phases":
        return f"{name} {value}".strip()
    if key.startswith("modules."):
        return f"{name} + {value}".strip() if value else name
    if value is None:
        return f"{name}, default {key.rpartition('.')[2]}" if name else f"default {key.rpartition('.')[2]}"
    return f"{name}, {key.rpartition('.')[2]}={value}" if name else f"{key.rpartition('.')[2]}={value}"


def _aspects(spec: ExperimentSpec) -> dict[str, str]:
    """All that can set two experiments apart, the best names for it first."""
    phases = "from scratch" if spec.pretrain_steps is None else "pre-trained"
    found: dict[str, str] = {"agent": spec.agent, "env_id": spec.env_id, "phases": phases}
    for primitive, module in spec.modules.items():
        found[f"modules.{primitive}"] = " + ".join(module.parts) or module.name
    for key in ("num_envs", "num_train_steps", "pretrain_steps", "eval_episodes"):
        found[key] = str(getattr(spec, key))
    for owner in ("agent_kwargs", "train_kwargs", "env_kwargs"):
        found |= {f"{owner}.{key}": str(value) for key, value in getattr(spec, owner).items()}
    for primitive, module in spec.modules.items():
        found |= {f"{primitive}.{key}": str(value) for key, value in module.kwargs.items()}
    return {**found, "tag": spec.tag, "device": spec.device}


def title(specs: Sequence[ExperimentSpec]) -> str:
    """What is compared, and where."""
    agents, tasks = ([*dict.fromkeys(values)] for values in zip(*((s.agent, s.env_id) for s in specs), strict=True))
    names = labels(specs)
    if names == tasks and len(agents) == 1:
        return f"Compare {agents[0]} on {listing(tasks)}"
    listed = listing(agents if len(agents) > 1 and len(tasks) > 1 else names) if len(specs) <= 6 else listing(agents)
    of_whom = f" of {agents[0]}" if len(agents) == 1 and agents[0] not in listed else ""
    where = f" on {listing(tasks)}" if not any(task in listed for task in tasks) else ""
    return f"Compare {listed}{of_whom}{where}"


def listing(names: Sequence[str]) -> str:
    """ "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def shared_notes(names: Sequence[str], notes: Sequence[list[str]]) -> list[str]:
    """Each note once, of those that not all have with the label of the run, in the order of the first that has it."""
    found: list[str] = []
    for name, own in zip(names, notes, strict=True):
        for note in own:
            line = note if all(note in others for others in notes) else f"{name}: {note}"
            if line not in found:
                found.append(line)
    common = [line for line in found if all(line in others for others in notes)]
    return [*(line for line in found if line not in common), *common]  # last what is seen: words left out of all
