"""Statistics of scores: aggregates with stratified bootstrap intervals, comparison of algorithms, and their plots.

Arrays in, arrays out; the methods are those of "Deep Reinforcement Learning at the Edge of the Statistical Precipice"
(Agarwal et al. 2021, arXiv 2108.13264) and the numbers those of its library, rliable.
"""

from rllte.evaluation.comparison import Comparison
from rllte.evaluation.performance import Performance
from rllte.evaluation.utils import StratifiedBootstrap, StratifiedIndependentBootstrap, min_max_normalize
from rllte.evaluation.visualization import (
    plot_interval_estimates,
    plot_performance_profile,
    plot_probability_improvement,
    plot_sample_efficiency_curve,
)

__all__ = [
    "Comparison",
    "Performance",
    "StratifiedBootstrap",
    "StratifiedIndependentBootstrap",
    "min_max_normalize",
    "plot_interval_estimates",
    "plot_performance_profile",
    "plot_probability_improvement",
    "plot_sample_efficiency_curve",
]
