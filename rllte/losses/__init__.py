"""Layer 1: pure maths. Tensors in, tensors out; nothing is changed in place, nothing is logged."""

from rllte.losses.actor import deterministic_policy_loss, discrete_soft_policy_loss, soft_policy_loss, temperature_loss
from rllte.losses.advantage import advantage_loss
from rllte.losses.augmentation import policy_consistency, value_consistency
from rllte.losses.gae import generalized_advantages
from rllte.losses.phasic import phasic_joint_loss
from rllte.losses.policy_gradient import a2c_policy_loss, ppo_policy_loss
from rllte.losses.q_learning import (
    clipped_double_q_values,
    discrete_soft_values,
    double_q_values,
    huber_td_loss,
    max_q_values,
    soft_values,
    squared_td_loss,
    td_errors,
    td_targets,
)
from rllte.losses.value import clipped_value_loss
from rllte.losses.vtrace import VTrace, vtrace

__all__ = [
    "VTrace",
    "a2c_policy_loss",
    "advantage_loss",
    "clipped_double_q_values",
    "clipped_value_loss",
    "deterministic_policy_loss",
    "discrete_soft_policy_loss",
    "discrete_soft_values",
    "double_q_values",
    "generalized_advantages",
    "huber_td_loss",
    "max_q_values",
    "phasic_joint_loss",
    "policy_consistency",
    "ppo_policy_loss",
    "soft_policy_loss",
    "soft_values",
    "squared_td_loss",
    "td_errors",
    "td_targets",
    "temperature_loss",
    "value_consistency",
    "vtrace",
]
