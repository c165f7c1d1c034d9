"""Losses of actors and of the temperature: values and directions worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch as th

from rllte.losses import (
    deterministic_policy_loss,
    discrete_soft_policy_loss,
    soft_policy_loss,
    temperature_loss,
)

T = th.tensor


def test_a_deterministic_actor_climbs_the_critic() -> None:
    action = T([0.5], requires_grad=True)
    deterministic_policy_loss(3 * action).backward()
    assert action.grad.item() == -3


def test_a_soft_actor_weighs_entropy_against_value() -> None:
    log_probs, alpha = T([-1.0, -3.0], requires_grad=True), T(0.5, requires_grad=True)
    loss = soft_policy_loss(log_probs, T([2.0, 4.0]), alpha)
    assert loss.item() == pytest.approx(((-0.5 - 2) + (-1.5 - 4)) / 2)
    loss.backward()
    assert log_probs.grad.tolist() == [0.25, 0.25]
    assert alpha.grad is None


def test_the_best_discrete_policy_is_the_softmax_of_values_over_alpha() -> None:
    q, logits = T([[1.0, 2.0, 4.0]]), th.zeros(1, 3, requires_grad=True)
    optimizer = th.optim.Adam([logits], lr=0.1)
    for _ in range(300):
        optimizer.zero_grad()
        discrete_soft_policy_loss(logits.log_softmax(-1), q, 0.7).backward()
        optimizer.step()
    th.testing.assert_close(logits.softmax(-1).detach(), (q / 0.7).softmax(-1), atol=1e-3, rtol=1e-3)


def test_the_temperature_rises_while_the_entropy_is_too_small_and_falls_when_it_is_too_large() -> None:
    for entropy, sign in ((0.5, -1), (1.5, 1)):
        log_alpha = T(math.log(0.2), requires_grad=True)
        loss = temperature_loss(log_alpha, th.full((4,), entropy), target_entropy=1.0)
        loss.backward()
        assert loss.item() == pytest.approx(0.2 * (entropy - 1.0))
        assert log_alpha.grad.item() * sign > 0  # a step goes against the gradient


def test_no_gradient_goes_from_the_discrete_actor_to_its_critics() -> None:
    q, logits = T([[1.0, 2.0]], requires_grad=True), th.zeros(1, 2, requires_grad=True)
    loss = discrete_soft_policy_loss(logits.log_softmax(-1), q, 0.5)
    assert loss.item() == pytest.approx(0.5 * math.log(0.5) - 1.5)
    loss.backward()
    assert q.grad is None


def test_no_gradient_goes_from_the_temperature_to_the_policy() -> None:
    entropies, log_alpha = T([0.5, 1.5], requires_grad=True), T(0.0, requires_grad=True)
    temperature_loss(log_alpha, entropies, 2.0).backward()
    assert entropies.grad is None
