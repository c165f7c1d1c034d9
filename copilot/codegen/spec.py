"""What a request means: one experiment or a comparison of several, checked by pydantic, and what was assumed on the way.

Here is the shape alone; whether a catalogue has the names and takes the values is said by `validate`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from copilot.core.errors import FileProblem, InvalidRequest, nearest

MAX_SEED = 2**32 - 1 - 20_000
"""Evaluation takes the seed and an offset, and seeds of generators have 32 bits."""


def _whole(value: Any) -> Any:
    """1e6 is a whole number, too; a switch or a text is none."""
    if isinstance(value, bool | str):
        raise ValueError("expected a whole number")
    return int(value) if isinstance(value, float) and value.is_integer() else value


Count = Annotated[int, BeforeValidator(_whole), Field(ge=1)]
Seed = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=MAX_SEED)]


class Module(BaseModel):
    """A component that replaces one of the agent's own."""

    model_config = ConfigDict(extra="forbid")

    name: str
    kwargs: dict[str, Any] = Field(default_factory=dict)
    parts: list[str] = Field(default_factory=list)
    """Of a mixer of intrinsic rewards: the rewards that it mixes."""


class ExperimentSpec(BaseModel):
    """One way to train, once for each seed."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["experiment"] = "experiment"
    agent: str
    env_id: str
    num_envs: Count
    num_train_steps: Count
    pretrain_steps: Count | None = None
    """Steps on the intrinsic reward alone, before training starts from those weights; None: there are none."""
    seeds: list[Seed] = Field(default_factory=lambda: [1], min_length=1)
    device: str = "cpu"
    tag: str = "default"
    eval_episodes: Count = 10
    """Of the evaluation after training."""
    env_kwargs: dict[str, Any] = Field(default_factory=dict)
    """Of the maker, besides number, seed and device."""
    agent_kwargs: dict[str, Any] = Field(default_factory=dict)
    modules: dict[str, Module] = Field(default_factory=dict)
    """By primitive: encoder, policy, storage, distribution, augmentation, reward."""
    train_kwargs: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _checked(self) -> ExperimentSpec:
        twice = [seed for seed, times in Counter(self.seeds).items() if times > 1]
        if twice:
            raise ValueError(f"seeds hold {twice[0]} twice; expected different ones")
        if self.pretrain_steps is not None and "reward" not in self.modules:
            raise ValueError("pretrain_steps needs an intrinsic reward; expected one in modules.reward")
        return self


class ComparisonSpec(BaseModel):
    """Several experiments with the same seeds, and what is said of them together."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["comparison"] = "comparison"
    title: str
    runs: dict[str, ExperimentSpec] = Field(min_length=2)
    """Complete experiments by label."""
    plots: bool = True

    @model_validator(mode="after")
    def _checked(self) -> ComparisonSpec:
        first, *others = self.runs.items()
        for label, run in others:
            if run.seeds != first[1].seeds:
                raise ValueError(
                    f"seeds of {label!r} are {run.seeds}, those of {first[0]!r} {first[1].seeds}; expected the same"
                )
        for label in self.runs:
            if not label.strip() or not label.isprintable() or ">" in label:
                raise ValueError(f"{label!r} in runs is no label; expected a short name that can be printed, without >")
        return self

    @property
    def seeds(self) -> list[int]:
        """Those of every run."""
        return next(iter(self.runs.values())).seeds


Spec = ExperimentSpec | ComparisonSpec
KINDS: dict[str, type[ExperimentSpec] | type[ComparisonSpec]] = {
    "experiment": ExperimentSpec,
    "comparison": ComparisonSpec,
}
T = TypeVar("T", bound=BaseModel)


class Plan(BaseModel):
    """The experiment or comparison and, a sentence each, what was assumed or not understood."""

    spec: Annotated[Spec, Field(discriminator="kind")]
    notes: list[str] = Field(default_factory=list)


def load_spec(source: str | Path) -> Spec:
    """The experiment or comparison of a plan file, or of its text.

    Args:
        source: a path, or JSON: a spec, or an object with a spec under "spec", as `generate --json` prints it.

    Raises:
        FileProblem: the file cannot be read.
        InvalidRequest: it is no JSON, of another kind, or a field has a wrong value.
    """
    return read_spec(source, KINDS)


def read_spec(source: str | Path, kinds: Mapping[str, type[T]]) -> T:
    """As `load_spec`, for the kinds that the caller takes: the model of each by its name.

    Raises:
        FileProblem: the file cannot be read.
        InvalidRequest: it is no JSON, of another kind, or a field has a wrong value.
    """
    where, text = _text(source)
    try:
        data = json.loads(text)
    except ValueError as error:
        raise InvalidRequest(
            f"{where} is no JSON: {error}.", hint="Write a plan with `rllte-copilot generate REQUEST --json`."
        ) from error
    if isinstance(data, dict) and isinstance(data.get("spec"), dict):
        data = data["spec"]
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in kinds:
        received = f"kind is {kind!r}" if isinstance(data, dict) else f"a {type(data).__name__} stands there"
        raise InvalidRequest(
            f"{where} holds no plan: {received}; expected kind to be {' or '.join(map(repr, kinds))}.",
            hint="Write a plan with `rllte-copilot generate REQUEST --json`.",
        )
    try:
        return kinds[kind].model_validate(data)
    except ValidationError as error:
        raise _explained(where, error, kinds[kind]) from error


def _text(source: str | Path) -> tuple[str, str]:
    """What to call the source, and its text; a text that opens a bracket is no path."""
    if isinstance(source, str) and source.lstrip()[:1] in {"{", "["}:
        return "The plan", source
    try:
        return str(source), Path(source).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise FileProblem(f"Cannot read the plan {source}: {reason}.", hint="Name a JSON file with a plan.") from error


def _explained(where: str, error: ValidationError, model: type[BaseModel]) -> InvalidRequest:
    """The first fault as a sentence: the field, what stands there, what was expected."""
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    message = message.replace("greater than or equal to", "at least").replace("less than or equal to", "at most")
    more = f" There are {error.error_count()} faults; this is the first." if error.error_count() > 1 else ""
    if first["type"] == "missing":
        return InvalidRequest(
            f"{where}: the field {field} is missing.{more}", hint="Add it, or generate the plan anew."
        )
    if first["type"] == "extra_forbidden":
        known = list(ExperimentSpec.model_fields if field.startswith("runs.") else model.model_fields)
        close = nearest(str(first["loc"][-1]), known)
        hint = f"Did you mean {', '.join(close)}?" if close else f"Fields: {', '.join(known)}."
        return InvalidRequest(f"{where}: there is no field {field}.{more}", hint=hint)
    if first["type"] == "value_error" and "; expected" in message:
        inside = f"{field}: " if field else ""
        return InvalidRequest(f"{where}: {inside}{message}.{more}", hint="Correct the plan.")
    expected = message.removeprefix("expected ")
    return InvalidRequest(
        f"{where}: {field} is {_short(first['input'])}; expected {expected[:1].lower()}{expected[1:]}.{more}",
        hint=f"Correct {field} in the plan.",
    )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
