"""Epsilon-greedy: frequencies, the schedule, and that nothing but the step moves it."""

from __future__ import annotations

import pytest
import torch as th

from rllte.core.errors import ParameterError
from rllte.xplore.distribution import EpsilonGreedy

VALUES = th.tensor([[0.0, 3.0, 1.0]])


def test_the_best_action_is_taken_but_for_epsilon() -> None:
    dist = EpsilonGreedy("0.3")(VALUES)
    drawn = dist.sample(th.Size([20_000])).flatten().bincount() / 20_000
    th.testing.assert_close(drawn, th.tensor([0.1, 0.8, 0.1]), atol=0.015, rtol=0)
    th.testing.assert_close(dist.probs[0], th.tensor([0.1, 0.8, 0.1]))
    th.testing.assert_close(dist.log_prob(th.tensor([1])), th.tensor([0.8]).log())
    th.testing.assert_close(dist.entropy(), th.distributions.Categorical(dist.probs).entropy())
    assert dist.mode.tolist() == [1]


def test_without_epsilon_it_is_greedy() -> None:
    dist = EpsilonGreedy("0.0")(VALUES.expand(500, 3))
    assert dist.sample().eq(1).all()
    assert dist.entropy().eq(0).all()


def test_defect_12_epsilon_follows_environment_steps_and_not_draws() -> None:
    template = EpsilonGreedy("linear(1.0, 0.1, 1000)")
    later = template.at(500)
    assert later.epsilon == pytest.approx(0.55)
    for _ in range(50):
        later(VALUES).sample()
    assert (template.epsilon, later.epsilon) == (1.0, pytest.approx(0.55))
    assert later.at(10**9).epsilon == pytest.approx(0.1)


def test_what_is_no_probability_or_has_no_values_is_refused() -> None:
    with pytest.raises(ParameterError, match="from 0 to 1"):
        EpsilonGreedy("linear(2.0, 0.1, 10)")
    with pytest.raises(ParameterError, match="call it with"):
        EpsilonGreedy().sample()
