"""Every action space has its distribution, and the head of a policy has its size."""

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.core.errors import IncompatibleError, SpaceError
from rllte.core.registry import find
from rllte.core.spaces import action_kind, policy_outputs
from rllte.xplore.distribution import (
    Bernoulli,
    Categorical,
    DiagonalGaussian,
    MultiCategorical,
    distribution_for,
    kl_divergence,
)


@pytest.mark.parametrize(
    ("space", "kind", "outputs"),
    [
        (gym.spaces.Discrete(4, start=2), Categorical, 4),
        (gym.spaces.Box(-1, 1, (3,)), DiagonalGaussian, 3),
        (gym.spaces.MultiDiscrete([2, 5]), MultiCategorical, 7),
        (gym.spaces.MultiBinary(6), Bernoulli, 6),
        (gym.spaces.MultiBinary([6]), Bernoulli, 6),
    ],
    ids=str,
)
def test_the_distribution_of_a_space(space: gym.Space[Any], kind: type, outputs: int) -> None:
    assert type(distribution_for(space)) is kind
    assert action_kind(space) in find(kind.__name__, "distribution").action_spaces
    assert policy_outputs(space) == outputs


@pytest.mark.parametrize(
    "space",
    [
        gym.spaces.Box(-1, 1, (2, 3)),
        gym.spaces.Box(0, 5, (2,), np.int64),
        gym.spaces.MultiDiscrete([[2, 2], [3, 3]]),
        gym.spaces.MultiBinary([2, 3]),
        gym.spaces.Dict({"a": gym.spaces.Discrete(2)}),
    ],
    ids=str,
)
def test_other_spaces_are_refused(space: gym.Space[Any]) -> None:
    with pytest.raises(SpaceError, match="Policies act in"):
        distribution_for(space)


def test_the_divergence_is_of_one_class() -> None:
    p, q = Categorical(th.zeros(1, 2)), Categorical(th.tensor([[1.0, 0.0]]))
    assert kl_divergence(p, q) > 0
    with pytest.raises(IncompatibleError, match="one class"):
        kl_divergence(p, Bernoulli(th.zeros(1, 2)))
