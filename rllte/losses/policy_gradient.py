"""Policy losses, to be minimised: the plain policy gradient (A2C) and the clipped surrogate (PPO)."""

from __future__ import annotations

import torch as th

from rllte.core.errors import ParameterError


def a2c_policy_loss(log_probs: th.Tensor, advantages: th.Tensor) -> th.Tensor:
    """Advantage actor-critic; arXiv 1602.01783, section 4 (algorithm S3): -E[log pi(a|s) A].

    Args:
        log_probs: (B,) of the actions under the policy that learns.
        advantages: (B,); no gradient flows through them.

    Returns:
        A scalar.
    """
    _same_shape(log_probs, advantages)
    return -(log_probs * advantages.detach()).mean()


def ppo_policy_loss(
    log_probs: th.Tensor, old_log_probs: th.Tensor, advantages: th.Tensor, clip_range: float
) -> tuple[th.Tensor, dict[str, th.Tensor]]:
    """Clipped surrogate objective; arXiv 1707.06347, equation 7, with its sign turned.

    Args:
        log_probs: (B,) of the actions under the policy that learns.
        old_log_probs: (B,) of the same actions when they were taken.
        advantages: (B,).
        clip_range: epsilon.

    Returns:
        A scalar loss, and metrics: `approx_kl` (E[(r - 1) - log r], never negative) and `clip_fraction`.
    """
    _same_shape(log_probs, old_log_probs, advantages)
    log_ratio = log_probs - old_log_probs
    ratio = log_ratio.exp()
    clipped = ratio.clamp(1.0 - clip_range, 1.0 + clip_range)
    loss = -th.min(ratio * advantages, clipped * advantages).mean()
    with th.no_grad():
        approx_kl = ((ratio - 1.0) - log_ratio).mean()
        clip_fraction = ((ratio - 1.0).abs() > clip_range).float().mean()
    return loss, {"approx_kl": approx_kl, "clip_fraction": clip_fraction}


def _same_shape(*tensors: th.Tensor) -> None:
    shapes = {tuple(tensor.shape) for tensor in tensors}
    if len(shapes) != 1:
        raise ParameterError(
            f"Expected tensors of one shape, received {sorted(shapes)}: (B, 1) against (B,) would broadcast to (B, B)."
        )
