"""Layer 1: plain network blocks with computed sizes, and weight initialisation. Knows nothing of agents."""

from rllte.nn.blocks import flat_output, mlp
from rllte.nn.init import get_init_fn, head
from rllte.nn.memory import Counter, EpisodicMemory, Kernel
from rllte.nn.reward_nets import (
    ForwardDynamics,
    InverseDynamics,
    ObservationEncoder,
    action_features,
    action_features_size,
    action_loss,
)

__all__ = [
    "Counter",
    "EpisodicMemory",
    "ForwardDynamics",
    "InverseDynamics",
    "Kernel",
    "ObservationEncoder",
    "action_features",
    "action_features_size",
    "action_loss",
    "flat_output",
    "get_init_fn",
    "head",
    "mlp",
]
