"""The regularisers of data-regularised actor-critics."""

from __future__ import annotations

import pytest
import torch as th
from torch import distributions

from rllte.core.errors import ParameterError
from rllte.losses import policy_consistency, value_consistency
from rllte.xplore.distribution import Categorical


def test_the_divergence_is_from_the_observation_to_the_augmented_one() -> None:
    target, logits = th.tensor([[0.0, 2.0]]), th.tensor([[1.0, 0.0]], requires_grad=True)
    loss = policy_consistency(Categorical(target), Categorical(logits))
    p, q = (distributions.Categorical(logits=value) for value in (target, logits))
    assert loss.item() == pytest.approx(distributions.kl_divergence(p, q).item(), rel=1e-5)
    assert loss.item() != pytest.approx(distributions.kl_divergence(q, p).item(), rel=1e-2)
    loss.backward()
    assert logits.grad is not None
    assert logits.grad.abs().sum() > 0


def test_the_value_of_the_observation_is_a_target_that_stays() -> None:
    values, augmented = th.tensor([1.0, 2.0], requires_grad=True), th.tensor([2.0, 0.0], requires_grad=True)
    loss = value_consistency(values, augmented)
    assert loss.item() == pytest.approx((1.0 + 4.0) / 2)
    loss.backward()
    assert values.grad is None
    assert augmented.grad is not None
    with pytest.raises(ParameterError, match="Expected one shape"):
        value_consistency(th.zeros(3, 1), th.zeros(3))
