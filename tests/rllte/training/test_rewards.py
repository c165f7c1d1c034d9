"""Where rewards meet."""

import pytest
import torch as th

from rllte.core.errors import ParameterError
from rllte.training.rewards import mix_rewards


def test_mixing() -> None:
    extrinsic, intrinsic = th.ones(3, 2), th.full((3, 2), 0.5)
    assert th.equal(mix_rewards(extrinsic, None, pretraining=False), extrinsic)
    assert th.equal(mix_rewards(extrinsic, intrinsic, pretraining=False), th.full((3, 2), 1.5))
    assert th.equal(mix_rewards(extrinsic, intrinsic, pretraining=True), intrinsic)
    assert th.equal(extrinsic, th.ones(3, 2))


def test_no_gradient_goes_on_to_the_networks_of_a_reward() -> None:
    intrinsic = th.full((3, 2), 0.5, requires_grad=True)
    for pretraining in (False, True):
        assert not mix_rewards(th.ones(3, 2), intrinsic, pretraining=pretraining).requires_grad


def test_errors() -> None:
    with pytest.raises(ParameterError, match="Pre-training"):
        mix_rewards(th.ones(3, 2), None, pretraining=True)
    with pytest.raises(ParameterError, match="shape"):
        mix_rewards(th.ones(3, 2), th.ones(3), pretraining=False)
