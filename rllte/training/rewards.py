"""The one place where extrinsic and intrinsic rewards meet: before returns are computed, so both are learned."""

from __future__ import annotations

import torch as th

from rllte.core.errors import ParameterError


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
