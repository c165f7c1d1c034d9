"""How good one algorithm is, over runs and tasks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import numpy as np

from rllte.core.errors import ParameterError
from rllte.core.registry import Param, checked
from rllte.evaluation import metrics
from rllte.evaluation.metrics import Array
from rllte.evaluation.utils import METHODS, StratifiedBootstrap, checked_random_state, checked_scores


class Performance:
    """Aggregates of the scores of one algorithm.

    Args:
        scores: (N runs, M tasks), usually normalised, see `min_max_normalize`.
        get_ci: whether each aggregate comes with its interval.
        method: of the interval, percentile, basic, bc or bca.
        task_bootstrap: whether tasks are drawn as well as runs.
        reps: replicates of the bootstrap.
        confidence_interval_size: part of the distribution inside the interval.
        random_state: seed or `numpy.random.RandomState`; None is the seed 0.

    An aggregate is a float; with `get_ci=True` it is a pair of it and its bounds, (2, 1) float64, the lower one first.

    Raises:
        ParameterError: scores of another shape or not finite, or an argument outside its range.
    """

    @checked
    def __init__(
        self,
        scores: Any,
        get_ci: Annotated[bool, Param("whether each aggregate comes with its interval")] = False,
        method: Annotated[str, Param("how the interval is made", choices=METHODS)] = "percentile",
        task_bootstrap: Annotated[bool, Param("whether tasks are drawn as well as runs")] = False,
        reps: Annotated[int, Param("replicates", low=1)] = 50_000,
        confidence_interval_size: Annotated[
            float, Param("part of the distribution inside the interval", low=0, high=1)
        ] = 0.95,
        random_state: Any = None,
    ) -> None:
        self.scores = checked_scores(scores)
        self.get_ci = get_ci
        self.method = method
        self.task_bootstrap = task_bootstrap
        self.reps = reps
        self.confidence_interval_size = confidence_interval_size
        self.random_state = checked_random_state(random_state)

    def aggregate_mean(self) -> Any:
        """Mean over tasks of the mean over runs."""
        return self._aggregate(metrics.mean)

    def aggregate_median(self) -> Any:
        """Median over tasks of the mean over runs."""
        return self._aggregate(metrics.median)

    def aggregate_iqm(self) -> Any:
        """Interquartile mean: the mean of the middle half of all runs; it has narrower intervals than the median."""
        return self._aggregate(metrics.interquartile_mean)

    def aggregate_og(self, gamma: float = 1.0) -> Any:
        """Optimality gap: by how much scores fall short of `gamma` on average. Less is better."""
        return self._aggregate(partial(metrics.optimality_gap, gamma=gamma))

    def get_interval_estimates(self, scores: Any, metric: Callable[..., Any], vectorized: bool = False) -> Array:
        """Bounds (2, K) of the interval of a metric of one's own.

        Args:
            scores: (N runs, M tasks, ...).
            metric: takes an array shaped as `scores`, returns one value or a vector of K.
            vectorized: whether it takes many replicates at once, on a first axis; much faster.
        """
        drawing = StratifiedBootstrap(scores, task_bootstrap=self.task_bootstrap, random_state=self.random_state)
        return drawing.conf_int(metric, self.reps, self.method, self.confidence_interval_size, vectorized)

    def create_performance_profile(self, tau_list: Any, use_score_distribution: bool = True) -> tuple[Array, Array]:
        """The part of runs with a score above each threshold, (K,), and its bounds, (2, K).

        Args:
            tau_list: K thresholds.
            use_score_distribution: True counts runs; False counts tasks by their mean over runs, which is more biased.
        """
        taus = np.asarray(tau_list, dtype=float)
        if taus.ndim != 1 or not np.isfinite(taus).all() or not len(taus):
            raise ParameterError(f"tau_list has the shape {taus.shape}; expected a list of finite thresholds.")
        profile = partial(metrics.run_profile if use_score_distribution else metrics.task_profile, taus=taus)
        return profile(self.scores), self.get_interval_estimates(self.scores, profile, vectorized=True)

    def _aggregate(self, metric: Callable[[Array], Array]) -> Any:
        value = float(metric(self.scores))
        return (value, self.get_interval_estimates(self.scores, metric, vectorized=True)) if self.get_ci else value
