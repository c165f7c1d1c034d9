"""Layer 1: pure maths. Tensors in, tensors out; nothing is changed in place, nothing is logged."""

from rllte.losses.advantage import advantage_loss
from rllte.losses.augmentation import policy_consistency, value_consistency
from rllte.losses.gae import generalized_advantages
from rllte.losses.phasic import phasic_joint_loss
from rllte.losses.policy_gradient import a2c_policy_loss, ppo_policy_loss
from rllte.losses.value import clipped_value_loss
from rllte.losses.vtrace import VTrace, vtrace

__all__ = [
    "VTrace",
    "a2c_policy_loss",
    "advantage_loss",
    "clipped_value_loss",
    "generalized_advantages",
    "phasic_joint_loss",
    "policy_consistency",
    "ppo_policy_loss",
    "value_consistency",
    "vtrace",
]
