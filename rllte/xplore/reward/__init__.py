"""Intrinsic rewards: pay for what is new."""

from rllte.xplore.reward.disagreement import Disagreement
from rllte.xplore.reward.e3b import E3B
from rllte.xplore.reward.fabric import Fabric
from rllte.xplore.reward.girm import GIRM
from rllte.xplore.reward.icm import ICM
from rllte.xplore.reward.ngu import NGU
from rllte.xplore.reward.pseudo_counts import PseudoCounts
from rllte.xplore.reward.re3 import RE3
from rllte.xplore.reward.revd import REVD
from rllte.xplore.reward.ride import RIDE
from rllte.xplore.reward.rise import RISE
from rllte.xplore.reward.rnd import RND

__all__ = [
    "E3B",
    "GIRM",
    "ICM",
    "NGU",
    "RE3",
    "REVD",
    "RIDE",
    "RISE",
    "RND",
    "Disagreement",
    "Fabric",
    "PseudoCounts",
]
