"""The joint loss of the auxiliary phase of phasic policy gradient."""

from __future__ import annotations

from typing import Any

import torch as th

from rllte.losses.value import clipped_value_loss


def phasic_joint_loss(
    aux_values: th.Tensor, returns: th.Tensor, old_dist: Any, dist: Any, kl_coef: float
) -> tuple[th.Tensor, dict[str, th.Tensor]]:
    """L_joint = L_aux + beta_clone E[KL(pi_old(.|s) || pi(.|s))]; arXiv 2009.04416, section 2.

    L_aux is half the mean squared error of the value head on the policy's layers.

    Args:
        aux_values: (B,) with gradient, of the policy network's own value head.
        returns: (B,) targets, of when the observations were collected.
        old_dist: distribution at the same observations when the phase began; without gradient.
        dist: with gradient.
        kl_coef: beta_clone.

    Returns:
        A scalar loss, and metrics: `aux_value_loss` and `aux_kl` (in nats).
    """
    aux_value_loss = clipped_value_loss(aux_values, aux_values, returns, None)
    divergence: th.Tensor = old_dist.kl(dist).mean()
    return aux_value_loss + kl_coef * divergence, {"aux_value_loss": aux_value_loss, "aux_kl": divergence}
