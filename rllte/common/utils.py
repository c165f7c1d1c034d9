"""RLLTE's small helpers: running moments, discounted sums, schedules, and modes of networks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import numpy as np
import torch as th
from torch import nn

from rllte.core import schedules
from rllte.core.device import resolve_device
from rllte.core.normalization import RunningMeanStd


class TorchRunningMeanStd(RunningMeanStd):
    """Mean and deviation of all that has been seen.

    Args:
        epsilon: accepted for RLLTE's signature; nothing is counted before the first sample.
        shape: of one sample.
        device: where they are kept.
    """

    def __init__(
        self, epsilon: float = 1e-4, shape: tuple[int, ...] = (), device: str | th.device | None = None
    ) -> None:
        super().__init__(shape)
        self.to(device)


class RewardForwardFilter:
    """Discounted sums of the rewards so far: S_t = gamma S_{t-1} + r_t.

    Args:
        gamma: discount.
    """

    def __init__(self, gamma: float = 0.99) -> None:
        self.gamma = gamma
        self.rewems: Any = None

    def update(self, rews: Any) -> Any:
        """The sums after these rewards, a number or an array or tensor (N,)."""
        self.rewems = rews if self.rewems is None else self.rewems * self.gamma + rews
        return self.rewems


class ExportModel(nn.Module):
    """Encoder and actor, one after the other.

    Args:
        encoder: from observations to features.
        actor: from features to actions.
    """

    def __init__(self, encoder: nn.Module, actor: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        self.actor = actor

    def forward(self, obs: th.Tensor) -> Any:
        """What the actor says of observations (B, ...)."""
        return self.actor(self.encoder(obs))


class eval_mode:
    """Context in which networks, or agents, are in evaluation mode; afterwards each is in the mode that it was in.

    Args:
        models: networks, or agents.
    """

    def __init__(self, *models: Any) -> None:
        self.networks: list[nn.Module] = [getattr(model, "policy", model) for model in models]

    def __enter__(self) -> None:
        self._modes = [network.training for network in self.networks]
        for network in self.networks:
            network.eval()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for network, mode in zip(self.networks, self._modes, strict=True):
            network.train(mode)


def to_numpy(xs: tuple[th.Tensor, ...]) -> tuple[Any, ...]:
    """Tensors as arrays, those of no axis as numbers."""
    return tuple(x.item() if x.ndim == 0 else x.detach().cpu().numpy() for x in xs)


def get_episode_statistics(infos: Mapping[str, Any]) -> tuple[list[float], list[int]]:
    """Rewards and lengths of the episodes that ended at this step, as Gymnasium's `RecordEpisodeStatistics` counts them.

    Args:
        infos: of a step, of one environment or of a vector of them.
    """
    episodes = infos.get("episode")
    if episodes is None:
        return [], []
    lengths = np.atleast_1d(episodes["l"])
    ended = np.atleast_1d(infos.get("_episode", lengths > 0))
    return np.atleast_1d(episodes["r"])[ended].tolist(), lengths[ended].tolist()


def pretty_json(hp: Mapping[str, Any]) -> str:
    """Settings as indented JSON of which TensorBoard's text keeps the lines; what JSON has no word for as its `repr`."""
    lines = json.dumps(dict(hp), indent=2, ensure_ascii=False, default=repr).splitlines()
    return "".join(f"\t{line}\n" for line in lines)


def get_npu_name() -> str:
    """What the first Ascend NPU of this machine is called.

    Raises:
        ParameterError: there is none, or torch_npu has not been imported.
    """
    resolve_device("npu")
    return str(th.npu.get_device_name(0))  # type: ignore[attr-defined]  # of torch_npu


def schedule(schdl: str, step: int) -> float:
    """The value of a schedule, such as "linear(1.0, 0.1, 100000)", at an environment step; see `rllte.core.schedules`."""
    return schedules.schedule(schdl, step)


def linear_lr_scheduler(optimizer: th.optim.Optimizer, steps: int, total_num_steps: int, initial_lr: float) -> None:
    """Set the learning rate that is due after so many of all steps: it falls linearly from `initial_lr` to 0."""
    for group in optimizer.param_groups:
        group["lr"] = initial_lr * max(0.0, 1.0 - steps / total_num_steps)
