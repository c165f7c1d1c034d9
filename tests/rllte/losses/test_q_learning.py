"""Targets and losses of action values, against numbers worked out by hand; each wrong variant gives others."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch as th

from rllte.core.errors import ParameterError
from rllte.losses import (
    clipped_double_q_values,
    discrete_soft_values,
    double_q_values,
    huber_td_loss,
    max_q_values,
    soft_values,
    squared_td_loss,
    td_errors,
    td_targets,
)

T = th.tensor


def test_a_target_is_the_reward_and_what_the_next_value_is_worth() -> None:
    rewards, discounts = T([1.0, 1.0, 1.0]), T([0.9, 0.0, 0.729])  # one step, a terminal one, three steps
    values = T([10.0, 10.0, 10.0], requires_grad=True)
    targets = td_targets(rewards, discounts, values)
    th.testing.assert_close(targets, T([10.0, 1.0, 8.29]))
    assert not targets.requires_grad


def test_double_q_learning_values_the_action_that_the_other_network_chose() -> None:
    target, online = T([[1.0, 5.0], [3.0, 2.0]]), T([[9.0, 0.0], [0.0, 9.0]])
    assert double_q_values(target, online).tolist() == [1.0, 2.0]
    assert max_q_values(target).tolist() == [5.0, 3.0]
    assert double_q_values(target, target).tolist() == [5.0, 3.0]


def test_the_smaller_critic_counts() -> None:
    assert clipped_double_q_values(T([1.0, 4.0]), T([2.0, 3.0])).tolist() == [1.0, 3.0]


def test_the_soft_value_of_one_draw_is_less_by_the_log_probability() -> None:
    th.testing.assert_close(soft_values(T([2.0]), T([-1.5]), 0.2), T([2.3]))


def test_the_discrete_soft_value_is_an_expectation_over_all_actions() -> None:
    log_probs = T([[0.25, 0.75]]).log()
    expected = 0.25 * (4 - 0.5 * math.log(0.25)) + 0.75 * (8 - 0.5 * math.log(0.75))
    assert discrete_soft_values(T([[4.0, 8.0]]), log_probs, 0.5).item() == pytest.approx(expected)
    drawn = sum(  # the same as the mean of soft values over draws
        p * soft_values(T([q]), T([math.log(p)]), 0.5).item() for p, q in ((0.25, 4.0), (0.75, 8.0))
    )
    assert drawn == pytest.approx(expected)


def test_errors_are_weighted() -> None:
    values, targets = T([1.0, 1.0], requires_grad=True), T([2.0, 4.0])
    assert squared_td_loss(values, targets, th.ones(2)).item() == pytest.approx((0.5 * 1 + 0.5 * 9) / 2)
    loss = squared_td_loss(values, targets, T([1.0, 0.0]))
    assert loss.item() == pytest.approx(0.25)
    loss.backward()
    assert values.grad.tolist() == [-0.5, 0.0]


def test_the_huber_loss_is_linear_beyond_one() -> None:
    values, targets = th.zeros(2, requires_grad=True), T([0.5, 3.0])
    loss = huber_td_loss(values, targets, th.ones(2))
    assert loss.item() == pytest.approx((0.5 * 0.25 + (3 - 0.5)) / 2)
    weighted = huber_td_loss(values, targets, T([0.5, 0.25]))
    assert weighted.item() == pytest.approx((0.5 * 0.5 * 0.25 + 0.25 * (3 - 0.5)) / 2)
    loss.backward()
    assert values.grad.tolist() == [-0.25, -0.5]  # the squared error would give -1.5


def test_priorities_are_the_mean_error_of_the_critics() -> None:
    first, second = T([0.0, 1.0], requires_grad=True), T([4.0, 1.0])
    errors = td_errors(T([2.0, 2.0]), first, second)
    assert errors.tolist() == [2.0, 1.0]
    assert not errors.requires_grad


@pytest.mark.parametrize(
    "call",
    [
        lambda a, b: td_targets(a, a, b),
        lambda a, b: squared_td_loss(a, b, a),
        lambda a, b: huber_td_loss(a, a, b),
        lambda a, b: soft_values(a, b, 0.1),
        lambda a, b: td_errors(a, b),
        lambda a, b: clipped_double_q_values(a, b),
        lambda a, b: double_q_values(b, a),
    ],
)
def test_shapes_that_would_be_broadcast_are_refused(call: object) -> None:
    with pytest.raises(ParameterError, match="one shape"):
        call(th.zeros(3), th.zeros(3, 1))  # type: ignore[operator]


@pytest.mark.parametrize("loss", [squared_td_loss, huber_td_loss])
def test_no_gradient_goes_to_the_targets(loss: Any) -> None:
    values, targets = T([1.0, 1.0], requires_grad=True), T([2.0, 4.0], requires_grad=True)
    loss(values, targets, T([0.5, 1.0])).backward()
    assert targets.grad is None
    assert (values.grad < 0).all()
