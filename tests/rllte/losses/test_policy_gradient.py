import math

import pytest
import torch as th

from rllte.core.errors import ParameterError
from rllte.losses import a2c_policy_loss, ppo_policy_loss


def test_ppo_by_hand() -> None:
    ratio = th.tensor([2.0, 0.5, 2.0, 0.5])
    advantages = th.tensor([1.0, 1.0, -1.0, -1.0])
    loss, metrics = ppo_policy_loss(ratio.log(), th.zeros(4), advantages, 0.2)
    # min(r A, clip(r) A): 1.2, 0.5, -2, -0.8
    assert loss.item() == pytest.approx(-(1.2 + 0.5 - 2.0 - 0.8) / 4)
    assert metrics["clip_fraction"].item() == 1.0
    _, metrics = ppo_policy_loss(ratio[:1].log(), th.zeros(1), th.ones(1), 0.2)
    assert metrics["approx_kl"].item() == pytest.approx(1 - math.log(2))  # (r - 1) - log r


def test_ppo_has_no_gradient_beyond_the_clip() -> None:
    log_probs = th.tensor([2.0, 0.5]).log().requires_grad_()
    loss, _ = ppo_policy_loss(log_probs, th.zeros(2), th.ones(2), 0.2)
    loss.backward()
    assert log_probs.grad is not None
    assert log_probs.grad[0] == 0
    assert log_probs.grad[1] == pytest.approx(-0.25)


def test_a2c_by_hand() -> None:
    assert a2c_policy_loss(th.tensor([-1.0, -2.0]), th.tensor([3.0, -1.0])).item() == pytest.approx(0.5)


def test_no_gradient_goes_through_the_advantages() -> None:
    advantages = th.tensor([3.0, -1.0], requires_grad=True)
    a2c_policy_loss(th.tensor([-1.0, -2.0], requires_grad=True), advantages).backward()
    assert advantages.grad is None


def test_shapes_that_would_broadcast_are_refused() -> None:
    with pytest.raises(ParameterError, match="broadcast"):
        a2c_policy_loss(th.zeros(3, 1), th.zeros(3))
