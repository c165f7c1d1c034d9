"""The joint loss of the auxiliary phase."""

from __future__ import annotations

import pytest
import torch as th
from torch import distributions

from rllte.losses import phasic_joint_loss
from rllte.xplore.distribution import Categorical


def test_half_the_squared_error_and_the_divergence_from_the_old_policy() -> None:
    old, new = th.tensor([[0.0, 1.0]]), th.tensor([[2.0, 0.0]])
    values, returns = th.tensor([1.0]), th.tensor([4.0])
    loss, metrics = phasic_joint_loss(values, returns, Categorical(old), Categorical(new), kl_coef=3.0)
    p, q = (distributions.Categorical(logits=value) for value in (old, new))
    divergence = distributions.kl_divergence(p, q).item()
    assert metrics["aux_value_loss"].item() == pytest.approx(0.5 * 9.0)
    assert metrics["aux_kl"].item() == pytest.approx(divergence, rel=1e-5)
    assert loss.item() == pytest.approx(4.5 + 3.0 * divergence, rel=1e-5)
    assert divergence != pytest.approx(distributions.kl_divergence(q, p).item(), rel=1e-2)


def test_an_unmoved_policy_has_no_divergence() -> None:
    logits = th.randn(5, 3)
    loss, metrics = phasic_joint_loss(th.ones(5), th.ones(5), Categorical(logits), Categorical(logits), 1.0)
    assert loss.item() == pytest.approx(0.0, abs=1e-6)
    assert metrics["aux_kl"].item() == pytest.approx(0.0, abs=1e-6)
