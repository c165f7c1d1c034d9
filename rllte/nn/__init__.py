"""Layer 1: plain network blocks with computed sizes, and weight initialisation. Knows nothing of agents."""

from rllte.nn.blocks import flat_output, mlp
from rllte.nn.init import get_init_fn, head
from rllte.nn.memory import Counter, Ellipsoid, EpisodicMemory, Kernel
from rllte.nn.polyak import soft_update_params, target_of
from rllte.nn.reward_nets import (
    ForwardDynamics,
    InverseDynamics,
    ObservationEncoder,
    Reconstruction,
    action_features,
    action_features_size,
    action_loss,
)

__all__ = [
    "Counter",
    "Ellipsoid",
    "EpisodicMemory",
    "ForwardDynamics",
    "InverseDynamics",
    "Kernel",
    "ObservationEncoder",
    "Reconstruction",
    "action_features",
    "action_features_size",
    "action_loss",
    "flat_output",
    "get_init_fn",
    "head",
    "mlp",
    "soft_update_params",
    "target_of",
]
