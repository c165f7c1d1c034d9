"""Environment makers: whatever the suite, torch tensors in and out, N environments side by side.

The makers of `rllte.env.testing` can be imported from here as well; `__all__` names those that are meant for learning.
"""

from rllte.env.atari import make_atari_env
from rllte.env.dmc import make_dmc_env
from rllte.env.make import make_rllte_env
from rllte.env.minigrid import make_minigrid_env
from rllte.env.testing import make_bitflipping_env as make_bitflipping_env
from rllte.env.testing import make_box_env as make_box_env
from rllte.env.testing import make_discrete_env as make_discrete_env
from rllte.env.testing import make_multibinary_env as make_multibinary_env
from rllte.env.testing import make_multidiscrete_env as make_multidiscrete_env
from rllte.env.torch_env import Gymnasium2Torch
from rllte.env.wrappers import FrameStack

__all__ = ["FrameStack", "Gymnasium2Torch", "make_atari_env", "make_dmc_env", "make_minigrid_env", "make_rllte_env"]
