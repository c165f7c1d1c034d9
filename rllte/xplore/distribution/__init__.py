"""Action distributions. Calling one with parameters returns a new object, so two calls never share state."""

from rllte.xplore.distribution.categorical import Categorical
from rllte.xplore.distribution.diagonal_gaussian import DiagonalGaussian

__all__ = ["Categorical", "DiagonalGaussian"]
