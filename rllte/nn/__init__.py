"""Layer 1: plain network blocks with computed sizes, and weight initialisation. Knows nothing of agents."""

from rllte.nn.blocks import flat_output, mlp
from rllte.nn.init import get_init_fn, head
from rllte.nn.polyak import soft_update_params, target_of

__all__ = ["flat_output", "get_init_fn", "head", "mlp", "soft_update_params", "target_of"]
