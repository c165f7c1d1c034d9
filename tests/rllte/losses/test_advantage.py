"""The loss of predicted advantages."""

from __future__ import annotations

import pytest
import torch as th

from rllte.core.errors import ParameterError
from rllte.losses import advantage_loss


def test_it_is_the_mean_squared_error_and_the_estimates_stay() -> None:
    predicted = th.tensor([1.0, -1.0], requires_grad=True)
    advantages = th.tensor([3.0, 0.0], requires_grad=True)
    loss = advantage_loss(predicted, advantages)
    assert loss.item() == pytest.approx((4.0 + 1.0) / 2)
    loss.backward()
    assert predicted.grad is not None
    assert th.equal(predicted.grad, th.tensor([-2.0, -1.0]))
    assert advantages.grad is None


def test_shapes_that_would_broadcast_are_refused() -> None:
    with pytest.raises(ParameterError, match="Expected one shape"):
        advantage_loss(th.zeros(3, 1), th.zeros(3))
