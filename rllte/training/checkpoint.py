"""Checkpoints: one safetensors file of weights, optimiser state and generator, with a JSON header. No pickle."""

from __future__ import annotations

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

from rllte.core.errors import CheckpointError

FORMAT = "rllte-checkpoint-1"


@dataclass(frozen=True)
class Checkpoint:
    """What a file holds."""

    header: dict[str, Any]
    tensors: dict[str, th.Tensor]


def save(
    path: Path, policy: nn.Module, optimizers: Mapping[str, th.optim.Optimizer], header: Mapping[str, Any]
) -> Path:
    """Write weights, optimiser states and torch's generator; the old file stays until the new one is whole."""
    tensors = {f"policy.{name}": tensor.detach().cpu().contiguous() for name, tensor in policy.state_dict().items()}
    for name, optimizer in optimizers.items():
        for index, state in optimizer.state_dict()["state"].items():
            for key, value in state.items():
                tensors[f"optimizer.{name}.{index}.{key}"] = th.as_tensor(value).detach().cpu().contiguous().clone()
    tensors["rng.torch"] = th.get_rng_state()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    text = json.dumps({"format": FORMAT, **header}, sort_keys=True)
    save_file(tensors, str(partial), metadata={"rllte": text})
    os.replace(partial, path)
    return path


def read(path: str | Path, device: th.device) -> Checkpoint:
    """Read a file.

    Raises:
        CheckpointError: it is missing, not safetensors, or not a checkpoint of this library.
    """
    try:
        with safe_open(str(path), framework="pt", device=str(device)) as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"Cannot read the checkpoint {path}: {error}.") from error
    header = json.loads(metadata.get("rllte", "{}"))
    if header.get("format") != FORMAT:
        raise CheckpointError(f"{path} is not a checkpoint of this library; expected one written by agent.save().")
    return Checkpoint(header, tensors)


def restore(checkpoint: Checkpoint, policy: nn.Module, optimizers: Mapping[str, th.optim.Optimizer]) -> None:
    """Put weights, optimiser states and torch's generator back.

    Raises:
        CheckpointError: the weights belong to another architecture.
    """
    weights = {k.removeprefix("policy."): t for k, t in checkpoint.tensors.items() if k.startswith("policy.")}
    try:
        policy.load_state_dict(weights)
    except RuntimeError as error:
        raise CheckpointError(f"The checkpoint's weights do not fit this agent's modules: {error}") from error
    for name, optimizer in optimizers.items():
        state = optimizer.state_dict()
        prefix = f"optimizer.{name}."
        for key, tensor in checkpoint.tensors.items():
            if key.startswith(prefix):
                index, field = key.removeprefix(prefix).split(".", 1)
                state["state"].setdefault(int(index), {})[field] = tensor
        optimizer.load_state_dict(state)
    if "rng.torch" in checkpoint.tensors:
        th.set_rng_state(checkpoint.tensors["rng.torch"].cpu())
