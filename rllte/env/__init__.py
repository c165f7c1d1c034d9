"""Environment makers: whatever the suite, torch tensors in and out, N environments side by side."""

from rllte.env.atari import make_atari_env
from rllte.env.dmc import make_dmc_env
from rllte.env.make import make_rllte_env
from rllte.env.minigrid import make_minigrid_env
from rllte.env.torch_env import Gymnasium2Torch
from rllte.env.wrappers import FrameStack

__all__ = ["FrameStack", "Gymnasium2Torch", "make_atari_env", "make_dmc_env", "make_minigrid_env", "make_rllte_env"]
