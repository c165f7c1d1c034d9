"""Intrinsic rewards: pay for what is new."""

from rllte.xplore.reward.disagreement import Disagreement
from rllte.xplore.reward.e3b import E3B
from rllte.xplore.reward.girm import GIRM
from rllte.xplore.reward.icm import ICM
from rllte.xplore.reward.ride import RIDE
from rllte.xplore.reward.rnd import RND

__all__ = ["E3B", "GIRM", "ICM", "RIDE", "RND", "Disagreement"]
