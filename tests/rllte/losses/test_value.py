import pytest
import torch as th

from rllte.core.errors import ParameterError
from rllte.losses import clipped_value_loss


def test_unclipped_is_half_the_squared_error() -> None:
    assert clipped_value_loss(th.tensor([1.0, 3.0]), th.zeros(2), th.zeros(2), None).item() == pytest.approx(2.5)


def test_clipped_takes_the_worse() -> None:
    # value moved 0 -> 1 towards the return 1; with clip .1 it counts as 0.1
    assert clipped_value_loss(th.ones(1), th.zeros(1), th.ones(1), 0.1).item() == pytest.approx(0.5 * 0.81)


def test_shapes_must_agree() -> None:
    with pytest.raises(ParameterError):
        clipped_value_loss(th.zeros(2, 1), th.zeros(2), th.zeros(2), None)
