"""What every action distribution, and every noise, must do. B samples."""

# ruff: noqa: S101 (a suite of tests asserts)

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import torch as th

from rllte.core.bases import BaseDistribution
from rllte.core.errors import IncompatibleError, ParameterError

BATCH = 3
DRAWS = 20_000


def raises(error: type[Exception], call: Any, *args: Any) -> str:
    """The message of the error that the call ends with; fails if it does not."""
    try:
        call(*args)
    except error as caught:
        return str(caught)
    raise AssertionError(f"expected {error.__name__}")


def mean_with_error(values: th.Tensor) -> tuple[th.Tensor, th.Tensor]:
    """Mean over the first axis, and five standard errors of it."""
    return values.mean(0), 5 * values.std(0) / len(values) ** 0.5 + 1e-5


class _Common:
    """What distributions and noises share."""

    action_space: gym.Space[Any]

    def make(self) -> BaseDistribution:
        """A template, not yet called."""
        raise NotImplementedError

    def parameters(self, seed: int = 0) -> tuple[Any, ...]:
        """What to call the template with, for a batch of `BATCH`; tensors (or tuples of them) that take a gradient."""
        raise NotImplementedError

    def _called(self, seed: int = 0) -> BaseDistribution:
        return self.make()(*self.parameters(seed))

    def _accept(self, actions: th.Tensor) -> None:
        for action in actions.reshape(-1, *(self.action_space.shape or ())).numpy():
            typed = action.astype(self.action_space.dtype) if action.shape else np.int64(action)
            assert self.action_space.contains(typed), f"{action} is no action of {self.action_space}"

    def test_a_template_without_parameters_says_so(self) -> None:
        assert "call it" in raises(ParameterError, lambda: self.make().mode)

    def test_calling_returns_another_object_and_changes_none(self) -> None:
        template = self.make()
        first = template(*self.parameters(0))
        before = first.mode.clone()
        second = template(*self.parameters(1))
        assert first is not second
        assert first is not template
        assert th.equal(first.mode, before), "a second call changed the first object"
        raises(ParameterError, lambda: template.mode)

    def test_the_mode_is_a_batch_of_actions(self) -> None:
        mode = self._called().mode
        assert mode.shape == (BATCH, *(self.action_space.shape or ()))
        self._accept(mode.detach())

    def test_samples_are_actions_and_the_seed_decides_them(self) -> None:
        dist = self._called()
        th.manual_seed(3)
        first = dist.sample()
        self._accept(first.detach())
        assert first.shape == dist.mode.shape
        self.make()  # a template draws nothing
        th.manual_seed(3)
        assert th.equal(self._called().sample(), first), "the same seed gives the same bits"

    def test_a_step_returns_the_same_family_and_changes_nothing(self) -> None:
        dist = self._called()
        mode = dist.mode.clone()
        later = dist.at(1_000)
        assert type(later) is type(dist)
        assert th.equal(dist.mode, mode)
        dist.reset()
        dist.reset(th.ones(BATCH))


class DistributionSuite(_Common):
    """Inherit it, write `make` and `parameters`, set `action_space`; pytest collects the rest.

    Set `closed_form_entropy = False` where `entropy` is an estimate from one draw.
    """

    closed_form_entropy = True

    def test_shapes_of_samples_and_log_probabilities(self) -> None:
        dist = self._called()
        drawn = dist.sample(th.Size([5]))
        assert drawn.shape == (5, *dist.mode.shape)
        assert not drawn.requires_grad
        assert dist.log_prob(dist.sample()).shape == (BATCH,)
        assert dist.log_prob(drawn).shape == (5, BATCH)
        assert dist.entropy().shape == (BATCH,)

    def test_the_entropy_is_minus_the_mean_log_probability(self) -> None:
        th.manual_seed(0)
        with th.no_grad():
            dist = self._called()
            mean, error = mean_with_error(-dist.log_prob(dist.sample(th.Size([DRAWS]))))
            if self.closed_form_entropy:
                entropy = dist.entropy()
            else:
                draws = th.stack([dist.entropy() for _ in range(2_000)])
                entropy, more = mean_with_error(draws)
                error = error + more
        assert ((mean - entropy).abs() < error).all(), f"{entropy} is not {mean}"

    def test_probabilities_add_up_to_one(self) -> None:
        """The mean of q/p under p is 1 for two members of the family."""
        th.manual_seed(0)
        with th.no_grad():
            p, q = self._called(0), self._called(1)
            drawn = q.sample(th.Size([DRAWS]))
            middle = th.stack([p.log_prob(drawn), q.log_prob(drawn)]).logsumexp(0) - np.log(2)
            other = p.sample(th.Size([DRAWS]))
            middle_other = th.stack([p.log_prob(other), q.log_prob(other)]).logsumexp(0) - np.log(2)
            ratio = 0.5 * ((q.log_prob(drawn) - middle).exp() + (q.log_prob(other) - middle_other).exp())
            mean, error = mean_with_error(ratio)
        assert ((mean - 1).abs() < error).all(), f"q integrates to {mean}"

    def test_the_divergence_is_that_of_the_samples(self) -> None:
        th.manual_seed(0)
        with th.no_grad():
            p, q = self._called(0), self._called(1)
            drawn = p.sample(th.Size([DRAWS]))
            mean, error = mean_with_error(p.log_prob(drawn) - q.log_prob(drawn))
            kl = p.kl(q)
            assert kl.shape == (BATCH,)
            assert (kl > 0).all()
            assert ((kl - mean).abs() < error).all(), f"{kl} is not {mean}"
            assert (p.kl(p).abs() < 1e-5).all()

    def test_gradients_reach_every_parameter(self) -> None:
        parameters = self.parameters()
        dist = self.make()(*parameters)
        other = self._called(1)
        (dist.log_prob(dist.sample()) + dist.entropy() + dist.kl(other)).sum().backward()
        for parameter in parameters:
            for leaf in parameter if isinstance(parameter, tuple) else (parameter,):
                assert leaf.grad is not None
                assert leaf.grad.isfinite().all()
                assert leaf.grad.abs().sum() > 0


class NoiseSuite(_Common):
    """The same for noises around a deterministic action; `parameters` returns actions (BATCH, A) within the bounds."""

    def test_the_mode_is_the_noiseless_action(self) -> None:
        (actions,) = self.parameters()
        assert th.equal(self.make()(actions).mode, actions)

    def test_samples_disturb_and_stay_within_the_bounds(self) -> None:
        dist = self._called()
        drawn = dist.sample(None, th.Size([50]))
        assert drawn.shape == (50, *dist.mode.shape)
        self._accept(drawn.detach())
        assert not th.equal(drawn[0], dist.mode)

    def test_the_noise_is_clipped_if_asked(self) -> None:
        (actions,) = self.parameters()
        disturbed = self.make()(actions * 0).sample(1e-3, th.Size([50]))
        assert (disturbed.abs() <= 1e-3 + 1e-6).all()

    def test_the_gradient_passes_even_beyond_the_bounds(self) -> None:
        (actions,) = self.parameters()
        far = (actions.detach() * 0 + 10).requires_grad_()
        drawn = self.make()(far).sample(0.5)
        self._accept(drawn.detach())
        drawn.sum().backward()
        assert far.grad is not None
        assert far.grad.eq(1).all()

    def test_sampling_moves_no_schedule(self) -> None:
        dist = self.make().at(7)
        (actions,) = self.parameters()
        before = dist.stddev  # type: ignore[attr-defined]
        for _ in range(20):
            dist(actions).sample()
        assert dist.stddev == before  # type: ignore[attr-defined]
        assert dist(actions).stddev == before  # type: ignore[attr-defined]

    def test_a_batch_for_learning_disturbs_no_acting(self) -> None:
        def acting(learn: bool) -> list[th.Tensor]:
            template, path = self.make(), []
            for step in range(4):
                th.manual_seed(step)
                path.append(template(th.zeros(2, *self._shape())).sample())
                if learn:
                    template(th.zeros(64, *self._shape())).sample(0.3)
            return path

        for alone, beside in zip(acting(False), acting(True), strict=True):
            assert th.equal(alone, beside)

    def _shape(self) -> tuple[int, ...]:
        return tuple(self.action_space.shape or ())

    def test_there_is_no_density(self) -> None:
        dist = self._called()
        for call in (lambda: dist.log_prob(dist.mode), dist.entropy, lambda: dist.kl(dist)):
            raises(IncompatibleError, call)
