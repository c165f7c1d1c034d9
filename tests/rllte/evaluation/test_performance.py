"""Equal to rliable on Atari 100k scores; the constants are printed by evals/peers/rliable_atari.py (rliable 1.2.0)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rllte.core.errors import ParameterError
from rllte.evaluation import Performance, metrics, min_max_normalize

DATA = Path(__file__).resolve().parents[3] / "evals" / "data" / "atari_100k.json"
TAUS = [0.0, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0]
ESTIMATES = {
    ("SimPLe", "mean"): (0.3319978533732483, (0.284321, 0.38175)),
    ("SimPLe", "median"): (0.13405558483729887, (0.083362, 0.164465)),
    ("SimPLe", "iqm"): (0.12958780305057785, (0.099288, 0.167884)),
    ("SimPLe", "og"): (0.7289309097768772, (0.692184, 0.766078)),
    ("SPR", "mean"): (0.7013336766725369, (0.616182, 0.810819)),
    ("SPR", "median"): (0.41547800841796695, (0.366943, 0.48648)),
    ("SPR", "iqm"): (0.3754024658176499, (0.344716, 0.410847)),
    ("SPR", "og"): (0.5542368518681482, (0.534868, 0.573697)),
}
OG_AT_HALF = {"SimPLe": (0.3143759142129847, (0.293429, 0.336095)), "SPR": (0.20042959837558416, (0.190812, 0.210314))}
OTHER_INTERVALS = {
    ("SimPLe", "basic"): (0.091292, 0.159888),
    ("SimPLe", "bc"): (0.097582, 0.165389),
    ("SimPLe", "bca"): (0.098393, 0.166606),
    ("SimPLe", "tasks"): (0.051109, 0.305296),
    ("SPR", "basic"): (0.339958, 0.406089),
    ("SPR", "bc"): (0.343788, 0.409803),
    ("SPR", "bca"): (0.342939, 0.408863),
    ("SPR", "tasks"): (0.201152, 0.663056),
}
PROFILES = {
    ("SimPLe", True): (
        np.array([118, 75, 59, 44, 31, 15, 2]) / 130,
        [
            [0.8692, 0.5306, 0.4077, 0.2923, 0.1923, 0.0846, 0.0],
            [0.9462, 0.6231, 0.5, 0.3846, 0.2846, 0.1462, 0.0308],
        ],
    ),
    ("SimPLe", False): (
        np.array([25, 17, 14, 11, 9, 1, 1]) / 26,
        [
            [0.9231, 0.5385, 0.4615, 0.3077, 0.1923, 0.0385, 0.0],
            [1.0, 0.6923, 0.5769, 0.4231, 0.3462, 0.1154, 0.0385],
        ],
    ),
    ("SPR", True): (
        np.array([254, 217, 193, 144, 102, 61, 22]) / 260,
        [
            [0.9615, 0.8154, 0.7154, 0.5231, 0.3577, 0.2077, 0.0577],
            [0.9923, 0.8538, 0.7692, 0.5846, 0.4269, 0.2615, 0.1115],
        ],
    ),
    ("SPR", False): (
        np.array([26, 22, 19, 15, 11, 7, 2]) / 26,
        [
            [1.0, 0.8462, 0.7308, 0.5385, 0.3846, 0.1923, 0.0385],
            [1.0, 0.8846, 0.8077, 0.6154, 0.5, 0.3077, 0.1154],
        ],
    ),
}


def scores(algorithm: str) -> np.ndarray[Any, Any]:
    tasks = json.loads(DATA.read_text(encoding="utf-8"))["tasks"].values()
    raw, random, human = (np.array([task[key] for task in tasks]) for key in (algorithm, "random", "human"))
    return min_max_normalize(raw.T, random, human)


SCORES = {algorithm: scores(algorithm) for algorithm in ("SimPLe", "SPR")}


def close(bounds: Any, expected: Any, part: float = 0.02) -> None:
    """Within a small part of the interval's width: what chance leaves of 50000 replicates."""
    low, high = expected
    assert bounds.shape == (2, 1)
    np.testing.assert_allclose(bounds[:, 0], [low, high], rtol=0, atol=part * (high - low))


@pytest.mark.parametrize(("algorithm", "metric"), ESTIMATES)
def test_aggregates_are_those_of_rliable(algorithm: str, metric: str) -> None:
    expected, interval = ESTIMATES[algorithm, metric]
    value, bounds = getattr(Performance(SCORES[algorithm], get_ci=True), f"aggregate_{metric}")()
    assert value == pytest.approx(expected, abs=1e-9)
    close(bounds, interval)


def test_aggregates_of_simple_are_the_published_ones() -> None:
    """To the three digits of the table in "Transformers are Sample-Efficient World Models" (arXiv 2209.00588)."""
    found = Performance(SCORES["SimPLe"])
    rounded = [round(getattr(found, f"aggregate_{name}")(), 3) for name in ("mean", "median", "iqm", "og")]
    assert rounded == [0.332, 0.134, 0.130, 0.729]


@pytest.mark.parametrize("algorithm", OG_AT_HALF)
def test_the_optimality_gap_at_another_threshold(algorithm: str) -> None:
    expected, interval = OG_AT_HALF[algorithm]
    value, bounds = Performance(SCORES[algorithm], get_ci=True).aggregate_og(gamma=0.5)
    assert value == pytest.approx(expected, abs=1e-9)
    close(bounds, interval)


@pytest.mark.parametrize(("algorithm", "kind"), OTHER_INTERVALS)
def test_other_intervals_are_those_of_rliable(algorithm: str, kind: str) -> None:
    kwargs = {"task_bootstrap": True} if kind == "tasks" else {"method": kind}
    _, bounds = Performance(SCORES[algorithm], get_ci=True, **kwargs).aggregate_iqm()
    close(bounds, OTHER_INTERVALS[algorithm, kind], part=0.03)


@pytest.mark.parametrize(("algorithm", "of_runs"), PROFILES)
def test_profiles_are_those_of_rliable(algorithm: str, of_runs: bool) -> None:
    expected, interval = PROFILES[algorithm, of_runs]
    values, bounds = Performance(SCORES[algorithm]).create_performance_profile(TAUS, use_score_distribution=of_runs)
    np.testing.assert_allclose(values, expected, rtol=0, atol=1e-9)
    one = 1.01 / (SCORES[algorithm].size if of_runs else 26)  # bounds move by one run or task, or not at all
    np.testing.assert_allclose(bounds, interval, rtol=0, atol=one + 1e-4)


def test_fifty_thousand_replicates_are_computed_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    aggregate = metrics.interquartile_mean

    def counted(scores: Any) -> Any:
        calls.append(len(scores))
        return aggregate(scores)

    monkeypatch.setattr(metrics, "interquartile_mean", counted)
    Performance(SCORES["SPR"], get_ci=True).aggregate_iqm()
    assert len(calls) < 500
    assert sum(calls) >= 50_000


def test_without_intervals_an_aggregate_is_a_float() -> None:
    assert type(Performance(SCORES["SPR"]).aggregate_iqm()) is float
    assert Performance([[0.5], [1.0]]).aggregate_mean() == 0.75


def test_the_same_seed_gives_the_same_bounds() -> None:
    first, again, other = (
        Performance(SCORES["SPR"], get_ci=True, reps=500, random_state=seed).aggregate_iqm()[1] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_wider_interval_holds_a_narrower_one() -> None:
    (low, high), (lower, higher) = (
        Performance(SCORES["SPR"], get_ci=True, reps=2000, confidence_interval_size=size).aggregate_iqm()[1]
        for size in (0.8, 0.99)
    )
    assert lower < low < high < higher


def test_a_metric_of_ones_own() -> None:
    found = Performance(SCORES["SPR"], reps=300).get_interval_estimates(SCORES["SPR"], lambda x: [x.max(), x.min()])
    assert found.shape == (2, 2)
    assert (found[0] <= found[1]).all()


@pytest.mark.parametrize(
    ("scores", "kwargs", "words"),
    [
        ([1.0, 2.0], {}, r"shape \(2,\); expected \(runs, tasks\).*scores\[:, None\]"),
        (np.zeros((0, 3)), {}, r"shape \(0, 3\)"),
        ([[1.0, float("nan")]], {}, "infinite or missing"),
        ([["high"]], {}, "expected numbers"),
        ([[1.0, 2.0], [3.0]], {}, r"rows of equal length.*[^.]\.$"),
        ([[1.0]], {"reps": 0}, "reps is 0"),
        ([[1.0]], {"method": "student"}, "method is 'student'"),
        ([[1.0]], {"confidence_interval_size": 95}, "confidence_interval_size is 95"),
    ],
)
def test_arguments_are_checked(scores: Any, kwargs: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        Performance(scores, **kwargs)


@pytest.mark.parametrize("taus", [[], [[0.0]], [float("nan")]])
def test_thresholds_are_checked(taus: Any) -> None:
    with pytest.raises(ParameterError, match="tau_list"):
        Performance([[1.0], [2.0]]).create_performance_profile(taus)
