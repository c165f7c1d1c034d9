"""V-trace: values and advantages of a policy from the rollouts of an older one (IMPALA, arXiv 1802.01561)."""

from __future__ import annotations

from typing import NamedTuple

import torch as th

from rllte.core.errors import ParameterError


class VTrace(NamedTuple):
    """Targets without gradient, (T, N) float32 each."""

    values: th.Tensor
    """v_s, the target of the value function (equation 1)."""
    advantages: th.Tensor
    """rho_s (r_s + gamma v_{s+1} - V(x_s)), the weight of the policy gradient (section 4.2)."""


@th.no_grad()
def vtrace(
    log_ratios: th.Tensor,
    rewards: th.Tensor,
    values: th.Tensor,
    next_values: th.Tensor,
    terminateds: th.Tensor,
    truncateds: th.Tensor,
    discount: float,
    clip_rho: float = 1.0,
    clip_pg_rho: float = 1.0,
    clip_c: float = 1.0,
) -> VTrace:
    """V-trace targets, by remark 1 of arXiv 1802.01561: v_s - V(x_s) = delta_s V + gamma c_s (v_{s+1} - V(x_{s+1})).

    At the end of an episode the trace is cut; a terminal state has no value, and a truncated episode is bootstrapped with
    the value of its own last observation.

    Args:
        log_ratios: (T, N), log pi(a|x) - log mu(a|x), of the learning and the acting policy.
        rewards: (T, N).
        values: (T, N), V of the observation acted on, of the learning policy.
        next_values: (T, N), V of the observation that followed: at an episode's end of its own last observation.
        terminateds: (T, N), 1 where a terminal state was reached.
        truncateds: (T, N), 1 where the episode was cut short.
        discount: gamma.
        clip_rho: bound of the ratios in the temporal differences (rho bar); decides which policy's values are learned.
        clip_pg_rho: bound of the ratios in the policy gradient.
        clip_c: bound of the ratios that carry later differences back (c bar); decides how fast.

    Raises:
        ParameterError: shapes differ.
    """
    shapes = {tuple(t.shape) for t in (log_ratios, rewards, values, next_values, terminateds, truncateds)}
    if len(shapes) != 1 or rewards.ndim != 2:
        raise ParameterError(f"Expected six tensors of one shape (T, N); received {sorted(shapes)}.")
    ratios = log_ratios.exp()
    going, alive = 1.0 - th.maximum(terminateds, truncateds), 1.0 - terminateds
    deltas = ratios.clamp(max=clip_rho) * (rewards + discount * alive * next_values - values)
    carry = discount * going * ratios.clamp(max=clip_c)
    corrections, running = th.empty_like(values), th.zeros_like(values[0])
    for step in range(len(values) - 1, -1, -1):
        running = deltas[step] + carry[step] * running
        corrections[step] = running
    targets = values + corrections
    following = th.cat([targets[1:], next_values[-1:]])
    following = th.where(going.bool(), following, next_values)
    advantages = ratios.clamp(max=clip_pg_rho) * (rewards + discount * alive * following - values)
    return VTrace(targets, advantages)
