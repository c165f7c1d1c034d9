"""Where RLLTE keeps the initialisation of networks."""

from rllte.nn.init import get_init_fn

__all__ = ["get_init_fn"]
