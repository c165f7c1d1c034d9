"""Action distributions and noises. Calling one with parameters returns a new object, so two calls never share state."""

from rllte.xplore.distribution.action_noise import ActionNoise
from rllte.xplore.distribution.bernoulli import Bernoulli
from rllte.xplore.distribution.categorical import Categorical
from rllte.xplore.distribution.diagonal_gaussian import DiagonalGaussian
from rllte.xplore.distribution.epsilon_greedy import EpsilonGreedy
from rllte.xplore.distribution.kl import kl_divergence
from rllte.xplore.distribution.multi_categorical import MultiCategorical
from rllte.xplore.distribution.normal_noise import NormalNoise
from rllte.xplore.distribution.ornstein_uhlenbeck_noise import OrnsteinUhlenbeckNoise
from rllte.xplore.distribution.select import distribution_for
from rllte.xplore.distribution.squashed_normal import SquashedNormal
from rllte.xplore.distribution.truncated_normal_noise import TruncatedNormalNoise

__all__ = [
    "ActionNoise",
    "Bernoulli",
    "Categorical",
    "DiagonalGaussian",
    "EpsilonGreedy",
    "MultiCategorical",
    "NormalNoise",
    "OrnsteinUhlenbeckNoise",
    "SquashedNormal",
    "TruncatedNormalNoise",
    "distribution_for",
    "kl_divergence",
]
