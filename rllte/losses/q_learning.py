"""Targets and losses of action values. B samples, n actions.

`discounts` of a batch are what the value of the next observation is worth: gamma, gamma^n after n steps, 0 after a
terminal state. A truncated episode goes on in principle, so its discount is not 0.
"""

from __future__ import annotations

import torch as th
import torch.nn.functional as F

from rllte.losses.shapes import same_shape


def td_targets(rewards: th.Tensor, discounts: th.Tensor, next_values: th.Tensor) -> th.Tensor:
    """r + discount * V(s'); 10.1038/nature14236, algorithm 1, and every later method with its own V.

    Args:
        rewards: (B,), summed over the steps of an n-step return.
        discounts: (B,), see above.
        next_values: (B,), V of the next observation.

    Returns:
        (B,) without gradient.
    """
    same_shape(rewards, discounts, next_values)
    return (rewards + discounts * next_values).detach()


def max_q_values(next_q: th.Tensor) -> th.Tensor:
    """V(s') = max_a Q'(s', a); 10.1038/nature14236, algorithm 1.

    Args:
        next_q: (B, n) of the target network.

    Returns:
        (B,)
    """
    return next_q.amax(dim=-1)


def double_q_values(next_q: th.Tensor, online_next_q: th.Tensor) -> th.Tensor:
    """V(s') = Q'(s', argmax_a Q(s', a)); arXiv 1509.06461, equation 4: chosen by one network, valued by the other.

    Args:
        next_q: (B, n) of the target network.
        online_next_q: (B, n) of the network that learns.

    Returns:
        (B,)
    """
    same_shape(next_q, online_next_q)
    return next_q.gather(-1, online_next_q.argmax(dim=-1, keepdim=True)).squeeze(-1)


def clipped_double_q_values(first: th.Tensor, second: th.Tensor) -> th.Tensor:
    """The smaller of two critics, sample by sample; arXiv 1802.09477, equation 10.

    Args:
        first, second: (B,) or (B, n) each.
    """
    same_shape(first, second)
    return th.minimum(first, second)


def soft_values(q: th.Tensor, log_probs: th.Tensor, alpha: th.Tensor | float) -> th.Tensor:
    """V(s) = Q(s, a) - alpha log pi(a|s) for one drawn action; arXiv 1812.05905, equation 3.

    Args:
        q: (B,) of the drawn actions, the smaller of both critics.
        log_probs: (B,) of the same actions.
        alpha: temperature.

    Returns:
        (B,)
    """
    same_shape(q, log_probs)
    return q - alpha * log_probs


def discrete_soft_values(q: th.Tensor, log_probs: th.Tensor, alpha: th.Tensor | float) -> th.Tensor:
    """V(s) = sum_a pi(a|s) [Q(s, a) - alpha log pi(a|s)]; arXiv 1910.07207, equation 10.

    Args:
        q: (B, n), the smaller of both critics.
        log_probs: (B, n), of every action.
        alpha: temperature.

    Returns:
        (B,)
    """
    same_shape(q, log_probs)
    return (log_probs.exp() * (q - alpha * log_probs)).sum(-1)


def squared_td_loss(values: th.Tensor, targets: th.Tensor, weights: th.Tensor) -> th.Tensor:
    """Half the squared error to the targets, weighted; arXiv 1812.05905, equation 5.

    Args:
        values: (B,) Q of the actions taken, with gradient.
        targets: (B,)
        weights: (B,) importance weights, 1 for samples drawn uniformly (arXiv 1511.05952, section 3.4).

    Returns:
        A scalar, the mean over B.
    """
    same_shape(values, targets, weights)
    return 0.5 * (weights * (values - targets.detach()).pow(2)).mean()


def huber_td_loss(values: th.Tensor, targets: th.Tensor, weights: th.Tensor) -> th.Tensor:
    """As `squared_td_loss`, but linear beyond an error of 1: the clipped error of 10.1038/nature14236 (methods)."""
    same_shape(values, targets, weights)
    return (weights * F.huber_loss(values, targets.detach(), reduction="none", delta=1.0)).mean()


def td_errors(targets: th.Tensor, *values: th.Tensor) -> th.Tensor:
    """(B,) absolute errors, the mean over critics, without gradient: priorities of replay (arXiv 1511.05952)."""
    same_shape(targets, *values)
    return th.stack([(value.detach() - targets).abs() for value in values]).mean(0)
