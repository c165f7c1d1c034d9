"""Aggregates by hand, and many replicates at once as one by one."""

import numpy as np
import pytest

from rllte.evaluation import metrics

SCORES = np.array([[0.0, 0.2, 0.9, 2.0], [0.4, 0.6, 0.5, 1.0]])
REPLICATES = np.random.default_rng(0).normal(size=(5, 7, 6))


def test_aggregates_by_hand() -> None:
    assert metrics.mean(SCORES) == pytest.approx(0.7)
    assert metrics.median(SCORES) == pytest.approx((0.4 + 0.7) / 2)
    assert metrics.interquartile_mean(SCORES) == pytest.approx((0.4 + 0.5 + 0.6 + 0.9) / 4)
    assert metrics.optimality_gap(SCORES) == pytest.approx((1.0 + 0.8 + 0.1 + 0.6 + 0.4 + 0.5) / 8)
    assert metrics.optimality_gap(SCORES, gamma=0.5) == pytest.approx((0.5 + 0.3 + 0.1) / 8)


def test_an_interquartile_mean_of_fewer_than_four_scores_is_their_mean() -> None:
    assert metrics.interquartile_mean(np.array([[1.0, 2.0, 6.0]])) == pytest.approx(3.0)


def test_profiles_count_what_is_above_a_threshold_not_on_it() -> None:
    taus = np.array([1.0, 0.0, 0.5])
    assert metrics.run_profile(SCORES, taus) == pytest.approx(np.array([1, 7, 4]) / 8)
    assert metrics.task_profile(SCORES, taus) == pytest.approx(np.array([1, 4, 2]) / 4)


def test_improvement_counts_ties_as_half() -> None:
    x, y = np.array([[1.0, 0.0], [3.0, 0.0]]), np.array([[1.0, 5.0], [2.0, 5.0], [0.0, 5.0]])
    first = (0.5 + 0 + 1 + 1 + 1 + 1) / 6
    assert metrics.probability_of_improvement(x, y) == pytest.approx((first + 0.0) / 2)
    assert metrics.probability_of_improvement(y, x) == pytest.approx(1 - first / 2)
    assert metrics.probability_of_improvement(x, x) == 0.5


@pytest.mark.parametrize(
    "metric",
    [
        metrics.mean,
        metrics.median,
        metrics.interquartile_mean,
        metrics.optimality_gap,
        lambda scores: metrics.run_profile(scores, np.linspace(-1, 1, 9)),
        lambda scores: metrics.task_profile(scores, np.linspace(-1, 1, 9)),
        lambda scores: metrics.probability_of_improvement(scores, -scores),
    ],
)
def test_many_at_once_are_as_one_by_one(metric) -> None:  # type: ignore[no-untyped-def]
    one_by_one = np.stack([metric(scores) for scores in REPLICATES])
    np.testing.assert_allclose(metric(REPLICATES), one_by_one, rtol=1e-12)
