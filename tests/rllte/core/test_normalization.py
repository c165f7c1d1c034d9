"""Scales against NumPy."""

import numpy as np
import pytest
import torch as th

from rllte.core.normalization import ForwardFilter, RunningMeanStd, RunningRange, minmax


def test_mean_and_deviation_of_all_batches() -> None:
    scale, batches = RunningMeanStd((2,)), [th.randn(n, 2) * 3 + 5 for n in (1, 4, 0, 9)]
    assert scale.std.tolist() == pytest.approx([1.0, 1.0])
    for batch in batches:
        scale.update(batch)
    whole = th.cat(batches).numpy()
    np.testing.assert_allclose(scale.mean, whole.mean(0), rtol=1e-5)
    np.testing.assert_allclose(scale.std, whole.std(0), rtol=1e-5)
    np.testing.assert_allclose(scale(th.from_numpy(whole)).mean(0), 0, atol=1e-5)


def test_nothing_is_divided_while_all_that_was_seen_is_equal() -> None:
    scale = RunningMeanStd(())
    assert scale.divisor == 1.0
    scale.update(th.full((5,), 3.3))
    assert scale.divisor == 1.0
    scale.update(th.full((5,), 9.3))
    assert scale.divisor == scale.std == pytest.approx(3.0, rel=1e-5)  # half a difference of 6


@pytest.mark.parametrize("size", [1e-15, 1e-5, 1.0, 1e5])
def test_the_deviation_is_one_afterwards_whatever_it_was(size: float) -> None:
    scale, samples = RunningMeanStd(()), th.randn(1000) * size + 3 * size
    scale.update(samples)
    assert scale(samples).std(correction=0).item() == pytest.approx(1.0, rel=1e-4)
    assert (samples / scale.divisor).std(correction=0).item() == pytest.approx(1.0, rel=1e-4)


def test_what_was_always_equal_is_shifted_alone() -> None:
    scale = RunningMeanStd((2,))
    scale.update(th.tensor([[0.0, 7.7]] * 5))
    assert scale.std[0] == 0.0
    assert scale(th.tensor([[0.25, 8.7]]))[0].tolist() == pytest.approx([0.25, 1.0], abs=1e-5)


def test_sums_go_on_from_call_to_call() -> None:
    sums = ForwardFilter(0.5, 2)
    assert sums(th.ones(2, 2)).tolist() == [[1.0, 1.0], [1.5, 1.5]]
    assert sums(th.ones(1, 2)).tolist() == [[1.75, 1.75]]


def test_the_range_of_all_so_far() -> None:
    seen = RunningRange()
    assert seen(th.tensor([3.0])).tolist() == [0.0]
    assert seen(th.tensor([5.0])).tolist() == pytest.approx([1.0])
    assert seen(th.tensor([7.0]), sync=False).tolist() == pytest.approx([1.0])
    assert seen(th.tensor([4.0])).tolist() == pytest.approx([0.5])


def test_the_range_is_zero_to_one_even_where_all_are_equal() -> None:
    assert minmax(th.tensor([2.0, 3.0, 4.0])).tolist() == pytest.approx([0, 0.5, 1])
    assert minmax(th.ones(3)).tolist() == [0, 0, 0]
