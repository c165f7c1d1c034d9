import numpy as np
import pytest

from rllte.core.errors import ParameterError
from rllte.losses import generalized_advantages


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32).reshape(-1, 1)


ZERO = column(0, 0, 0)


def test_by_hand() -> None:
    advantages, returns = generalized_advantages(
        column(1, 2, 3), column(0.5, 1.0, 1.5), column(1.0, 1.5, 2.0), ZERO, ZERO, 0.5, 0.5
    )
    # deltas: 1 + .5 - .5 = 1; 2 + .75 - 1 = 1.75; 3 + 1 - 1.5 = 2.5; decay .25
    np.testing.assert_allclose(advantages, column(1 + 0.25 * 2.375, 1.75 + 0.25 * 2.5, 2.5))
    np.testing.assert_allclose(returns, advantages + column(0.5, 1.0, 1.5))


def test_true_value_of_an_endless_task_has_no_advantage() -> None:
    value = np.full((50, 2), 1 / (1 - 0.9), dtype=np.float32)
    none = np.zeros_like(value)
    advantages, returns = generalized_advantages(np.ones_like(value), value, value, none, none, 0.9, 0.95)
    np.testing.assert_allclose(advantages, 0, atol=1e-5)
    np.testing.assert_allclose(returns, 10, rtol=1e-5)


def test_truncation_keeps_the_value_and_termination_does_not() -> None:
    rewards, values, following = column(1, 1, 1), column(10, 10, 10), column(10, 10, 10)
    end = column(0, 1, 0)
    truncated, _ = generalized_advantages(rewards, values, following, ZERO, end, 0.9, 0.95)
    terminated, _ = generalized_advantages(rewards, values, following, end, ZERO, 0.9, 0.95)
    assert truncated[1, 0] == pytest.approx(0.0, abs=1e-5)
    assert terminated[1, 0] == pytest.approx(1 - 10)


def test_reward_of_a_step_that_sets_both_flags_is_kept() -> None:
    end = column(0, 0, 1)
    _, returns = generalized_advantages(column(0, 0, 10), ZERO, ZERO, end, end, 0.5, 1.0)
    np.testing.assert_allclose(returns, column(2.5, 5, 10))


def test_nothing_leaks_from_the_next_episode() -> None:
    end = column(0, 1, 0)
    one, _ = generalized_advantages(column(1, 1, 1), ZERO, ZERO, ZERO, end, 0.9, 0.95)
    other, _ = generalized_advantages(column(1, 1, 99), ZERO, ZERO, ZERO, end, 0.9, 0.95)
    np.testing.assert_array_equal(one[:2], other[:2])


def test_inputs_stay_as_they_are() -> None:
    arrays = [column(1, 2, 3), column(4, 5, 6), column(5, 6, 7), column(0, 1, 0), column(0, 0, 1)]
    before = [array.copy() for array in arrays]
    generalized_advantages(*arrays, 0.9, 0.95)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_shapes_must_agree() -> None:
    with pytest.raises(ParameterError, match="one shape"):
        generalized_advantages(column(1, 2), ZERO, ZERO, ZERO, ZERO, 0.9, 0.95)
