"""Equal to rliable on Atari 100k scores (evals/peers/rliable_atari.py), and what two sets of scores must share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rllte.core.errors import ParameterError
from rllte.evaluation import Comparison, min_max_normalize

DATA = Path(__file__).resolve().parents[3] / "evals" / "data" / "atari_100k.json"
X, Y = np.random.default_rng(0).normal(size=(2, 8, 3))


def scores(algorithm: str) -> np.ndarray[Any, Any]:
    tasks = json.loads(DATA.read_text(encoding="utf-8"))["tasks"].values()
    raw, random, human = (np.array([task[key] for task in tasks]) for key in (algorithm, "random", "human"))
    return min_max_normalize(raw.T, random, human)


def test_the_probability_of_improvement_is_that_of_rliable() -> None:
    value, bounds = Comparison(scores("SPR"), scores("SimPLe"), get_ci=True).compute_poi()
    assert value == pytest.approx(0.6946153846153847, abs=1e-9)
    # 2000 replicates on both sides leave more to chance than 50000
    np.testing.assert_allclose(bounds[:, 0], [0.64999, 0.741548], rtol=0, atol=0.08 * (0.741548 - 0.64999))


def test_x_over_y_and_y_over_x_add_up_to_one() -> None:
    assert Comparison(X, Y).compute_poi() + Comparison(Y, X).compute_poi() == pytest.approx(1.0)
    assert Comparison(X, X).compute_poi() == 0.5
    assert Comparison(X + 100, Y).compute_poi() == 1.0


def test_numbers_of_runs_may_differ() -> None:
    value, bounds = Comparison(X[:5], Y, get_ci=True, reps=200).compute_poi()
    assert type(value) is float
    assert bounds[0, 0] < value < bounds[1, 0]


def test_many_runs_are_compared_in_pieces() -> None:
    wide = np.random.default_rng(0).normal(size=(100, 26))
    value, bounds = Comparison(wide + 0.2, wide, get_ci=True, reps=50).compute_poi()
    assert bounds[0, 0] < value < bounds[1, 0]


def test_the_same_seed_gives_the_same_bounds() -> None:
    first, again, other = (
        Comparison(X, Y, get_ci=True, reps=200, random_state=seed).compute_poi()[1] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize(
    ("x", "y", "kwargs", "words"),
    [
        (X, Y[:, :2], {}, "scores_x has 3 tasks and scores_y 2"),
        (X[0], Y, {}, r"scores_x has the shape \(3,\)"),
        (X, Y * np.inf, {}, "scores_y holds numbers"),
        (X, Y, {"method": "student"}, "method is 'student'"),
        (X, Y, {"reps": 0}, "reps is 0"),
    ],
)
def test_arguments_are_checked(x: Any, y: Any, kwargs: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        Comparison(x, y, **kwargs)
