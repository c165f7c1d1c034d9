"""Which distribution belongs to which action space."""

from __future__ import annotations

from typing import Any

import gymnasium as gym

from rllte.core.bases import BaseDistribution
from rllte.core.spaces import policy_outputs
from rllte.xplore.distribution.bernoulli import Bernoulli
from rllte.xplore.distribution.categorical import Categorical
from rllte.xplore.distribution.diagonal_gaussian import DiagonalGaussian
from rllte.xplore.distribution.multi_categorical import MultiCategorical


def distribution_for(action_space: gym.Space[Any]) -> BaseDistribution:
    """The distribution that stochastic policies take for an action space, as a template without parameters.

    Discrete: `Categorical`. Box: `DiagonalGaussian`. MultiDiscrete: `MultiCategorical`. MultiBinary: `Bernoulli`.

    Raises:
        SpaceError: a space that policies cannot act in (see `rllte.core.spaces.policy_outputs`).
    """
    policy_outputs(action_space)
    if isinstance(action_space, gym.spaces.Discrete):
        return Categorical()
    if isinstance(action_space, gym.spaces.MultiDiscrete):
        return MultiCategorical()
    return Bernoulli() if isinstance(action_space, gym.spaces.MultiBinary) else DiagonalGaussian()
