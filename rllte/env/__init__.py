"""Environment makers: whatever the suite, torch tensors in and out, N environments side by side."""

from rllte.env.make import make_rllte_env
from rllte.env.torch_env import Gymnasium2Torch

__all__ = ["Gymnasium2Torch", "make_rllte_env"]
