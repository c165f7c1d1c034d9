"""Where RLLTE keeps the general maker and the wrappers; `rllte.env` is the usual place to import them from."""

from rllte.env.make import make_rllte_env
from rllte.env.torch_env import Gymnasium2Torch
from rllte.env.wrappers import FrameStack

__all__ = ["FrameStack", "Gymnasium2Torch", "make_rllte_env"]
