"""The bootstrap draws within tasks, is repeatable, and its intervals are right where the answer is known."""

from __future__ import annotations

import tracemalloc
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from rllte.core.errors import ParameterError
from rllte.evaluation import (
    Comparison,
    Performance,
    StratifiedBootstrap,
    StratifiedIndependentBootstrap,
    metrics,
    min_max_normalize,
)

SCORES = np.random.default_rng(1).normal(size=(30, 4)) + np.arange(4) * 100.0
MADE = [StratifiedBootstrap, StratifiedIndependentBootstrap]


def test_normalised_scores() -> None:
    scores = np.array([[10.0, 5.0], [20.0, 0.0]])
    assert min_max_normalize(scores, np.array([10.0, 0.0]), np.array([20.0, 10.0])).tolist() == [[0.0, 0.5], [1.0, 0.0]]
    assert min_max_normalize(15, 10, 20) == 0.5
    with pytest.raises(ParameterError, match="two different references"):
        min_max_normalize(scores, [1.0, 2.0], [2.0, 2.0])


@pytest.mark.parametrize("cls", MADE)
def test_every_task_keeps_its_own_runs(cls: Any) -> None:
    for (drawn,), _ in cls(SCORES).bootstrap(50):
        assert drawn.shape == SCORES.shape
        for task in range(4):
            assert set(drawn[:, task]) <= set(SCORES[:, task])
            assert len(set(drawn[:, task])) < 30, "with replacement"


@pytest.mark.parametrize("cls", MADE)
def test_runs_are_drawn_apart_for_each_task(cls: Any) -> None:
    places = np.arange(30)[:, None].repeat(4, axis=1)
    [((drawn,), _)] = cls(places).bootstrap(1)
    assert not (drawn == drawn[:, :1]).all()


def test_tasks_are_drawn_only_if_asked() -> None:
    tasks = np.arange(4)[None].repeat(30, axis=0)
    assert all((drawn == tasks).all() for (drawn,), _ in StratifiedBootstrap(tasks).bootstrap(20))
    seen = [drawn for (drawn,), _ in StratifiedBootstrap(tasks, task_bootstrap=True).bootstrap(20)]
    assert all((drawn == drawn[:1]).all() for drawn in seen), "a whole column at a time"
    assert any(len(set(drawn[0])) < 4 for drawn in seen)


def test_arrays_are_drawn_together_or_apart() -> None:
    for (x, y), named in StratifiedBootstrap(SCORES, 2 * SCORES, z=3 * SCORES).bootstrap(5):
        np.testing.assert_array_equal(2 * x, y)
        np.testing.assert_array_equal(3 * x, named["z"])
    [((x, y), named)] = StratifiedIndependentBootstrap(SCORES, SCORES[:7], z=SCORES).bootstrap(1)
    assert (x.shape, y.shape, named["z"].shape) == ((30, 4), (7, 4), (30, 4))
    assert not (x[:7] == y).all()
    assert not (x == named["z"]).all()


def test_scores_over_the_course_of_training_have_a_third_axis() -> None:
    curves = np.random.default_rng(0).normal(size=(10, 3, 5)) + np.arange(5)
    bounds = StratifiedBootstrap(curves).conf_int(lambda scores: scores.mean((0, 1)), reps=200, method="percentile")
    assert bounds.shape == (2, 5)
    assert (bounds[0] < curves.mean((0, 1))).all()
    assert (curves.mean((0, 1)) < bounds[1]).all()


@pytest.mark.parametrize("cls", MADE)
def test_indices_of_a_replicate_fit_the_data(cls: Any) -> None:
    found = cls(SCORES).update_indices()
    places = found[0][0] if isinstance(found[0], list) else found
    assert SCORES[places].shape == SCORES.shape


@pytest.mark.parametrize("cls", MADE)
@pytest.mark.parametrize("seed", [3, None, "RandomState", "Generator"])
def test_the_same_seed_gives_the_same_interval(cls: Any, seed: Any) -> None:
    def bounds() -> Any:
        np.random.seed(np.random.randint(1000))  # whatever NumPy's global generator is at
        state = {"RandomState": np.random.RandomState(3), "Generator": np.random.default_rng(3)}.get(seed, seed)
        return cls(SCORES, random_state=state).conf_int(metrics.mean, reps=100, vectorized=True)

    np.testing.assert_array_equal(bounds(), bounds())


def test_another_seed_gives_another_interval_and_an_old_state_goes_on() -> None:
    first, second = (StratifiedBootstrap(SCORES, random_state=seed).conf_int(metrics.mean, reps=100) for seed in (1, 2))
    assert (first != second).all()
    state = np.random.RandomState(0)
    first, second = (StratifiedBootstrap(SCORES, random_state=state).conf_int(metrics.mean, reps=100) for _ in range(2))
    assert (first != second).all()


@pytest.mark.parametrize("method", ["percentile", "basic", "bc", "bca"])
def test_the_interval_of_a_mean_is_the_normal_one(method: str) -> None:
    """Of n runs in each of 4 tasks: the standard error is known, and the distribution is nearly normal."""
    error = np.sqrt((SCORES.var(axis=0) / 30).sum()) / 4
    bounds = StratifiedBootstrap(SCORES).conf_int(metrics.mean, 20_000, method, 0.9, vectorized=True)
    expected = SCORES.mean() + np.array([-1, 1]) * NormalDist().inv_cdf(0.95) * error
    np.testing.assert_allclose(bounds[:, 0], expected, atol=0.1 * error)


def test_basic_mirrors_percentile_at_the_estimate() -> None:
    scores = np.exp(SCORES - np.arange(4) * 100.0)
    low, high = StratifiedBootstrap(scores).conf_int(metrics.mean, 500, "percentile", vectorized=True)
    mirrored = StratifiedBootstrap(scores).conf_int(metrics.mean, 500, "basic", vectorized=True)
    np.testing.assert_allclose(mirrored, [2 * scores.mean() - high, 2 * scores.mean() - low])


def test_acceleration_moves_the_interval_of_skewed_scores_up() -> None:
    scores = np.exp(2 * np.random.default_rng(2).normal(size=(20, 1)))
    corrected, accelerated = (
        StratifiedBootstrap(scores).conf_int(metrics.mean, 20_000, method, vectorized=True) for method in ("bc", "bca")
    )
    assert (accelerated > corrected).all()


def test_vectorised_and_plain_functions_agree_within_chance() -> None:
    plain = StratifiedBootstrap(SCORES).conf_int(lambda scores: scores.mean(), 2000, "percentile")
    fast = StratifiedBootstrap(SCORES).conf_int(metrics.mean, 2000, "percentile", vectorized=True)
    np.testing.assert_allclose(plain, fast, atol=0.1 * float(np.diff(fast, axis=0)[0, 0]))


def test_many_replicates_of_many_runs_need_little_memory() -> None:
    drawing = StratifiedIndependentBootstrap(np.random.rand(100, 26), np.random.rand(100, 26))
    tracemalloc.start()
    drawing.conf_int(metrics.probability_of_improvement, 60, "percentile", vectorized=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200e6


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"method": "student"}, "method is 'student'; expected one of"),
        ({"size": 95}, "size of the interval is 95"),
        ({"reps": 0}, "reps is 0"),
    ],
)
def test_arguments_of_intervals_are_checked(kwargs: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        StratifiedBootstrap(SCORES).conf_int(metrics.mean, **kwargs)


def test_what_cannot_be_corrected_is_said() -> None:
    with pytest.raises(ParameterError, match="one side of the estimate"):
        StratifiedBootstrap(np.ones((5, 2))).conf_int(metrics.mean, 50, "bc")
    uneven = StratifiedIndependentBootstrap(SCORES, SCORES[:5])
    with pytest.raises(ParameterError, match=r"same number of runs everywhere.*\[5, 30\]"):
        uneven.conf_int(metrics.probability_of_improvement, 50, "bca")


@pytest.mark.parametrize(
    ("args", "kwargs", "words"),
    [
        ((), {}, "no data"),
        ((np.ones(3),), {}, r"shape \(3,\)"),
        ((SCORES, SCORES[:3]), {}, "StratifiedIndependentBootstrap draws from each array by itself"),
        ((SCORES,), {"random_state": "one"}, "random_state is .*, a str"),
    ],
)
def test_data_and_seed_are_checked(args: Any, kwargs: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        StratifiedBootstrap(*args, **kwargs)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: min_max_normalize("a", 0, 1), "value is 'a'; expected numbers"),
        (lambda: min_max_normalize([1.0], 0, "b"), "max_scores is 'b'; expected numbers"),
        (lambda: min_max_normalize([1.0], None, 2.0), "min_scores is nan; expected finite"),
        (lambda: Performance(np.zeros((3, 2)), random_state="x"), "random_state is 'x', a str"),
        (lambda: Comparison(np.zeros((3, 2)), np.ones((3, 2)), random_state=-1), "whole number of 0 or more"),
    ],
)
def test_what_is_no_number_is_refused_where_it_enters(wrong: Any, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        wrong()
