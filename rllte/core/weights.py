"""Files of tensors: safetensors with a JSON header. What is read is compared with where it goes before it goes there."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch as th
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from rllte.core.errors import CheckpointError, FileError, ParameterError

FORMAT = "rllte-checkpoint-1"
POLICY = "policy."
"""Before the names of a policy's weights."""


@dataclass(frozen=True)
class Checkpoint:
    """What a file holds; all tensors on the CPU."""

    path: Path
    header: dict[str, Any]
    tensors: dict[str, th.Tensor]

    def under(self, prefix: str) -> dict[str, th.Tensor]:
        """The tensors whose names begin with `prefix`, without it."""
        return {name.removeprefix(prefix): t for name, t in self.tensors.items() if name.startswith(prefix)}


def state_of(module: nn.Module, prefix: str) -> dict[str, th.Tensor]:
    """Copies of a module's weights and buffers, on the CPU, under `prefix`."""
    return {prefix + name: tensor.detach().cpu().clone().contiguous() for name, tensor in module.state_dict().items()}


def file_path(path: Any) -> Path:
    """The path of a checkpoint, given as a text or Path.

    Raises:
        ParameterError: it is neither.
    """
    if not isinstance(path, str | os.PathLike):
        raise ParameterError(
            f"The path of a checkpoint is {path!r}, a {type(path).__name__}; expected a text or Path. Name a file, for "
            "example 'model/agent_1000.safetensors'."
        )
    return Path(path)


def write(path: Path, tensors: Mapping[str, th.Tensor], header: Mapping[str, Any]) -> Path:
    """Write a file; the old one stays until the new one is whole.

    Raises:
        FileError: it cannot be written.
    """
    partial = path.with_name(path.name + ".partial")
    text = json.dumps({"format": FORMAT, **header}, sort_keys=True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(dict(tensors), str(partial), metadata={"rllte": text})
        os.replace(partial, path)
    except (OSError, SafetensorError) as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise FileError(f"Cannot write {path}: {error}. Name a file in a folder that can be written to.") from error
    return path


def read(path: str | Path) -> Checkpoint:
    """Read a file.

    Raises:
        ParameterError: the path is no text or Path.
        CheckpointError: it is missing, not safetensors, or not written by this library.
    """
    path = file_path(path)
    if path.is_dir():
        inside = sorted(path.rglob("*.safetensors"), key=lambda file: file.stat().st_mtime)
        found = f"its newest checkpoint is {inside[-1]}" if inside else "there is no checkpoint in it"
        raise CheckpointError(f"{path} is a folder; {found}.")
    try:
        with safe_open(str(path), framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"Cannot read the checkpoint {path}: {error}.") from error
    try:
        header = json.loads(metadata.get("rllte", "null"))
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise CheckpointError(f"{path} is not a checkpoint of this library; expected one written by agent.save().")
    for key in ("step", "episode"):
        if type(header.get(key)) is not int or header[key] < 0:
            raise CheckpointError(f"The header of {path} has {key} {header.get(key)!r}; expected a number from 0 on.")
    return Checkpoint(Path(path), header, tensors)


def fitting(found: Checkpoint, module: nn.Module, prefix: str) -> dict[str, th.Tensor]:
    """The tensors under `prefix`, for `module.load_state_dict`.

    Raises:
        CheckpointError: names, shapes or dtypes differ from the module's; nothing has been changed.
    """
    given, own = found.under(prefix), module.state_dict()
    compare(f"The weights of {found.path}", given, own)
    return given


def compare(what: str, given: Mapping[str, th.Tensor], own: Mapping[str, th.Tensor]) -> None:
    """Names, shapes and dtypes of tensors against those of the place they go to.

    Raises:
        CheckpointError: they differ; the first difference is named.
    """
    for name in sorted(given.keys() ^ own.keys()):
        side = "lack" if name in own else "hold an unknown"
        raise CheckpointError(f"{what} {side} {name!r}: they do not fit this agent's modules. Make it with the same.")
    for name, tensor in given.items():
        if (tensor.shape, tensor.dtype) != (own[name].shape, own[name].dtype):
            raise CheckpointError(
                f"{what} do not fit this agent's modules: {name!r} is {_kind(tensor)}, here it is {_kind(own[name])}. "
                "Make the agent with the same modules and sizes."
            )


def _kind(tensor: th.Tensor) -> str:
    return f"{str(tensor.dtype).removeprefix('torch.')} of shape {tuple(tensor.shape)}"
