"""Layer 1: pure maths. Tensors in, tensors out; nothing is changed in place, nothing is logged."""

from rllte.losses.gae import generalized_advantages
from rllte.losses.policy_gradient import a2c_policy_loss, ppo_policy_loss
from rllte.losses.value import clipped_value_loss
from rllte.losses.vtrace import VTrace, vtrace

__all__ = [
    "VTrace",
    "a2c_policy_loss",
    "clipped_value_loss",
    "generalized_advantages",
    "ppo_policy_loss",
    "vtrace",
]
