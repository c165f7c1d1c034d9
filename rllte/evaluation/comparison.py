"""Whether one algorithm is better than another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from rllte.core.errors import ParameterError
from rllte.core.registry import Param, checked
from rllte.evaluation import metrics
from rllte.evaluation.metrics import Array
from rllte.evaluation.utils import METHODS, StratifiedIndependentBootstrap, checked_random_state, checked_scores


class Comparison:
    """Compares the scores of two algorithms on the same tasks.

    Args:
        scores_x: (Nx runs, M tasks) of algorithm X.
        scores_y: (Ny runs, M tasks) of algorithm Y.
        get_ci: whether the probability comes with its interval.
        method: of the interval, percentile, basic, bc or bca.
        reps: replicates of the bootstrap.
        confidence_interval_size: part of the distribution inside the interval.
        random_state: seed or `numpy.random.RandomState`; None is the seed 0.

    Raises:
        ParameterError: scores of another shape or not finite, different numbers of tasks, or an argument outside its
            range.
    """

    @checked
    def __init__(
        self,
        scores_x: Any,
        scores_y: Any,
        get_ci: Annotated[bool, Param("whether the probability comes with its interval")] = False,
        method: Annotated[str, Param("how the interval is made", choices=METHODS)] = "percentile",
        reps: Annotated[int, Param("replicates", low=1)] = 2000,
        confidence_interval_size: Annotated[
            float, Param("part of the distribution inside the interval", low=0, high=1)
        ] = 0.95,
        random_state: Any = None,
    ) -> None:
        self.scores_x = checked_scores(scores_x, "scores_x")
        self.scores_y = checked_scores(scores_y, "scores_y")
        tasks = self.scores_x.shape[1], self.scores_y.shape[1]
        if tasks[0] != tasks[1]:
            raise ParameterError(
                f"scores_x has {tasks[0]} tasks and scores_y {tasks[1]}; expected the same tasks in the same order."
            )
        self.get_ci = get_ci
        self.method = method
        self.reps = reps
        self.confidence_interval_size = confidence_interval_size
        self.random_state = checked_random_state(random_state)

    def compute_poi(self) -> Any:
        """Probability of improvement: how likely a run of X beats a run of Y on the same task, averaged over tasks.

        Returns:
            A float in [0, 1], ties counting one half; with `get_ci=True` a pair of it and its bounds, (2, 1).
        """
        metric = metrics.probability_of_improvement
        value = float(metric(self.scores_x, self.scores_y))
        if not self.get_ci:
            return value
        return value, self.get_interval_estimates(self.scores_x, self.scores_y, metric, vectorized=True)

    def get_interval_estimates(
        self, scores_x: Any, scores_y: Any, metric: Callable[..., Any], vectorized: bool = False
    ) -> Array:
        """Bounds (2, K) of the interval of a metric of one's own.

        Args:
            scores_x, scores_y: (runs, tasks) each.
            metric: takes both, returns one value or a vector of K.
            vectorized: whether it takes many replicates at once, on a first axis; much faster.
        """
        drawing = StratifiedIndependentBootstrap(scores_x, scores_y, random_state=self.random_state)
        return drawing.conf_int(metric, self.reps, self.method, self.confidence_interval_size, vectorized)
