"""Replays of pictures: a million are 20 GB and more, so a script makes no more room than its training can fill."""

from __future__ import annotations

from typing import Any

from copilot.codegen.fit import known_environment, observed
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import Catalogue, Entry

MANY = 100_000
"""Pictures that most machines have memory for: some 2 to 3 GB of 84 x 84 in three colours or four grey ones."""
FEW = "10_000"
"""As many are kept at least, some 0.2 GB: a run of few steps must still have room for a batch."""
_SIDE, _CHANNELS = 84, 3


def of_pictures(spec: ExperimentSpec, catalogue: Catalogue) -> bool:
    """Whether the agent sees pictures."""
    return bool(observed(known_environment(spec.env_id, catalogue), spec.env_kwargs)["observation_space"] == "Box3")


def default_size(parameters: list[Entry]) -> int:
    """The library's storage_size where it is more than `MANY`, else 0."""
    size = next((p["default"] for p in parameters if p["name"] == "storage_size"), None)
    return size if isinstance(size, int) and size > MANY else 0


def no_more_than(steps: str, kwargs: dict[str, Any], parameters: list[Entry]) -> dict[str, str]:
    """storage_size for a replay of pictures of which nobody has named the size: never more than the `steps` of training.

    That changes no result: a replay that is never full is the same, however large it could be.
    """
    size = 0 if "storage_size" in kwargs else default_size(parameters)
    return {"storage_size": f"min({size:_}, {steps})"} if size else {}


def memory_note(spec: ExperimentSpec, catalogue: Catalogue) -> list[str]:
    """A sentence on what a replay of pictures comes to need, where that is more than most machines have to spare."""
    parts = [(spec.agent, spec.agent_kwargs)]
    parts += [(module.name, module.kwargs) for key, module in spec.modules.items() if key == "storage"]
    defaults = [{p["name"]: p["default"] for p in catalogue.component(name)["parameters"]} for name, _ in parts]
    sizes = [{**usual, **kwargs}.get("storage_size", 0) for usual, (_, kwargs) in zip(defaults, parts, strict=True)]
    kept = min(max(sizes), max(spec.num_train_steps, spec.pretrain_steps or 0))
    if kept <= 2 * MANY or not of_pictures(spec, catalogue):
        return []
    height, width = (spec.env_kwargs.get(name) or _SIDE for name in ("height", "width"))
    return [
        f"The replay comes to keep {kept:,} pictures, some {kept * height * width * _CHANNELS / 1e9:.0f} GB of memory "
        f'(`run` takes --memory-limit); for less name its size: "storage size 100k".'
    ]
