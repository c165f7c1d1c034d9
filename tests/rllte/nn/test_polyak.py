"""Targets move towards what learns, by tau, and no optimiser moves them."""

from __future__ import annotations

import torch as th
from torch import nn

from rllte.agent.utils import soft_update_params
from rllte.nn import target_of


def test_a_target_moves_by_tau() -> None:
    net = nn.Linear(3, 2)
    target = target_of(net)
    before = target.weight.clone()
    with th.no_grad():
        net.weight.add_(1.0)
    soft_update_params(net, target, 0.25)
    th.testing.assert_close(target.weight, before + 0.25)
    soft_update_params(net, target, 1.0)
    assert th.equal(target.weight, net.weight)
    assert not any(parameter.requires_grad for parameter in target.parameters())
    assert all(parameter.requires_grad for parameter in net.parameters())


def test_tau_zero_leaves_it() -> None:
    net, target = nn.Linear(3, 2), target_of(nn.Linear(3, 2))
    before = target.weight.clone()
    soft_update_params(net, target, 0.0)
    assert th.equal(target.weight, before)


def test_buffers_are_copied_and_a_net_without_weights_is_no_fault() -> None:
    net = nn.BatchNorm1d(2)
    target = target_of(net)
    net(th.randn(8, 2) + 5)
    soft_update_params(net, target, 0.1)
    assert th.equal(net.running_mean, target.running_mean)
    soft_update_params(nn.Identity(), nn.Identity(), 0.5)
