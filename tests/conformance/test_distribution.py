"""Every registered distribution and noise passes the suite that ships for users' own."""

from typing import Any

import gymnasium as gym
import numpy as np
import torch as th

from rllte.conformance.distribution import BATCH, DistributionSuite, NoiseSuite, raises
from rllte.core.bases import BaseDistribution
from rllte.core.errors import IncompatibleError
from rllte.core.registry import load_all
from rllte.xplore import distribution as shipped

BOX = gym.spaces.Box(-1.0, 1.0, (2,), np.float32)
LINE = gym.spaces.Box(-np.inf, np.inf, (2,), np.float32)


def drawn(seed: int, *shape: int) -> th.Tensor:
    return th.randn(shape, generator=th.Generator().manual_seed(seed)).requires_grad_()


def location_and_scale(seed: int) -> tuple[th.Tensor, th.Tensor]:
    scale = (0.5 + 0.3 * th.rand(BATCH, 2, generator=th.Generator().manual_seed(seed + 7))).requires_grad_()
    return (0.3 * drawn(seed, BATCH, 2)).detach().requires_grad_(), scale


class TestCategorical(DistributionSuite):
    action_space = gym.spaces.Discrete(4)

    def make(self) -> BaseDistribution:
        return shipped.Categorical()

    def parameters(self, seed: int = 0) -> tuple[Any, ...]:
        return (drawn(seed, BATCH, 4),)


class TestMultiCategorical(DistributionSuite):
    action_space = gym.spaces.MultiDiscrete([2, 5, 3])

    def make(self) -> BaseDistribution:
        return shipped.MultiCategorical()

    def parameters(self, seed: int = 0) -> tuple[Any, ...]:
        return (tuple(drawn(seed * 10 + n, BATCH, n) for n in (2, 5, 3)),)


class TestBernoulli(DistributionSuite):
    action_space = gym.spaces.MultiBinary(3)

    def make(self) -> BaseDistribution:
        return shipped.Bernoulli()

    def parameters(self, seed: int = 0) -> tuple[Any, ...]:
        return (drawn(seed, BATCH, 3),)


class TestEpsilonGreedy(DistributionSuite):
    """A step from the best action to the others: values have no gradient, and there is no divergence."""

    action_space = gym.spaces.Discrete(4)

    def make(self) -> BaseDistribution:
        return shipped.EpsilonGreedy("0.5")

    def parameters(self, seed: int = 0) -> tuple[Any, ...]:
        return (drawn(seed, BATCH, 4).detach(),)

    def test_the_divergence_is_that_of_the_samples(self) -> None:
        raises(IncompatibleError, self._called(0).kl, self._called(1))

    def test_gradients_reach_every_parameter(self) -> None:
        assert not self._called().log_prob(self._called().mode).requires_grad


class TestDiagonalGaussian(DistributionSuite):
    action_space = LINE

    def make(self) -> BaseDistribution:
        return shipped.DiagonalGaussian()

    def parameters(self, seed: int = 0) -> tuple[Any, ...]:
        return location_and_scale(seed)


class TestSquashedNormal(DistributionSuite):
    action_space = BOX
    closed_form_entropy = False

    def make(self) -> BaseDistribution:
        return shipped.SquashedNormal()

    def parameters(self, seed: int = 0) -> tuple[Any, ...]:
        return location_and_scale(seed)


class Noises(NoiseSuite):
    action_space = BOX

    def parameters(self, seed: int = 0) -> tuple[Any, ...]:
        return (drawn(seed, BATCH, 2).detach().tanh().requires_grad_(),)


class TestNormalNoise(Noises):
    def make(self) -> BaseDistribution:
        return shipped.NormalNoise()


class TestTruncatedNormalNoise(Noises):
    def make(self) -> BaseDistribution:
        return shipped.TruncatedNormalNoise()


class TestOrnsteinUhlenbeckNoise(Noises):
    def make(self) -> BaseDistribution:
        return shipped.OrnsteinUhlenbeckNoise()


def test_no_registered_distribution_is_missing() -> None:
    tested = {name.removeprefix("Test") for name in globals() if name.startswith("Test")}
    assert tested == {entry.name for entry in load_all() if entry.primitive == "distribution"}


def test_the_suite_fails_what_changes_itself() -> None:
    class Mutable(shipped.Categorical):
        def __call__(self, logits: th.Tensor) -> shipped.Categorical:
            self.__init__(logits)  # type: ignore[misc]
            return self

    class Suite(TestCategorical):
        def make(self) -> BaseDistribution:
            return Mutable()

    try:
        Suite().test_calling_returns_another_object_and_changes_none()
    except AssertionError:
        return
    raise AssertionError("a distribution that returns itself passed")
