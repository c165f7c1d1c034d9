"""Losses of actors that climb a critic, and of the temperature. B samples, n actions; to be minimised."""

from __future__ import annotations

import torch as th

from rllte.losses.shapes import same_shape


def deterministic_policy_loss(q: th.Tensor) -> th.Tensor:
    """-E[Q(s, mu(s))]; arXiv 1509.02971, equation 6, as a loss.

    Args:
        q: (B,) of the actor's own actions, with gradient to them.

    Returns:
        A scalar.
    """
    return -q.mean()


def soft_policy_loss(log_probs: th.Tensor, q: th.Tensor, alpha: th.Tensor | float) -> th.Tensor:
    """E[alpha log pi(a|s) - Q(s, a)] for reparameterised actions; arXiv 1812.05905, equation 7.

    Args:
        log_probs: (B,) of the actions, with gradient.
        q: (B,) of the same actions, the smaller of both critics.
        alpha: temperature; no gradient flows to it.

    Returns:
        A scalar.
    """
    same_shape(log_probs, q)
    return (_constant(alpha) * log_probs - q).mean()


def discrete_soft_policy_loss(log_probs: th.Tensor, q: th.Tensor, alpha: th.Tensor | float) -> th.Tensor:
    """E[sum_a pi(a|s) (alpha log pi(a|s) - Q(s, a))]; arXiv 1910.07207, equation 12.

    Args:
        log_probs: (B, n) of every action, with gradient.
        q: (B, n), the smaller of both critics; no gradient flows to it.
        alpha: temperature; no gradient flows to it.

    Returns:
        A scalar.
    """
    same_shape(log_probs, q)
    return (log_probs.exp() * (_constant(alpha) * log_probs - q.detach())).sum(-1).mean()


def temperature_loss(log_alpha: th.Tensor, entropies: th.Tensor, target_entropy: float) -> th.Tensor:
    """alpha (H - target); arXiv 1812.05905, equation 18: alpha rises while the entropy is below its target.

    Args:
        log_alpha: a scalar, with gradient.
        entropies: (B,) of the policy, or -log pi(a|s) of drawn actions; no gradient flows to them.
        target_entropy: in nats.

    Returns:
        A scalar.
    """
    return (log_alpha.exp() * (entropies.detach() - target_entropy)).mean()


def _constant(alpha: th.Tensor | float) -> th.Tensor | float:
    return alpha.detach() if isinstance(alpha, th.Tensor) else alpha
