"""The one place where extrinsic and intrinsic rewards meet: before returns are computed, so both are learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch as th

from rllte.core.bases import BaseReward
from rllte.core.errors import ParameterError


def intrinsic_of(reward: BaseReward, samples: Mapping[str, Any]) -> th.Tensor:
    """What an intrinsic reward pays for samples, (T, N), without a gradient.

    Raises:
        ParameterError: it returned something else than a tensor.
    """
    paid = reward.compute(samples)
    if not isinstance(paid, th.Tensor):
        raise ParameterError(
            f"{type(reward).__name__}.compute returned a {type(paid).__name__}; expected a tensor (T, N) of rewards: steps, "
            "environments."
        )
    return paid.detach()


def mix_rewards(extrinsic: th.Tensor, intrinsic: th.Tensor | None, *, pretraining: bool) -> th.Tensor:
    """The rewards to learn from.

    Args:
        extrinsic: (T, N) float32, of the environment.
        intrinsic: (T, N), already weighted, or None; a gradient to its networks ends here.
        pretraining: the environment's rewards are left out.

    Returns:
        (T, N) float32, a new tensor.

    Raises:
        ParameterError: shapes differ, or pre-training without an intrinsic reward.
    """
    if intrinsic is None:
        if pretraining:
            raise ParameterError("Pre-training needs an intrinsic reward: agent.set(reward=...).")
        return extrinsic.clone()
    if intrinsic.shape != extrinsic.shape:
        raise ParameterError(
            f"The intrinsic reward has shape {tuple(intrinsic.shape)}; expected {tuple(extrinsic.shape)} (steps, envs)."
        )
    intrinsic = intrinsic.detach().to(extrinsic)
    return intrinsic.clone() if pretraining else extrinsic + intrinsic
