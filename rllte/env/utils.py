"""Where RLLTE keeps the general maker and the wrapper; `rllte.env` is the usual place to import them from."""

from rllte.env.make import make_rllte_env
from rllte.env.torch_env import Gymnasium2Torch

__all__ = ["Gymnasium2Torch", "make_rllte_env"]
