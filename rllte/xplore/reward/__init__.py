"""Intrinsic rewards: pay for what is new."""

from rllte.xplore.reward.fabric import Fabric
from rllte.xplore.reward.ngu import NGU
from rllte.xplore.reward.pseudo_counts import PseudoCounts
from rllte.xplore.reward.re3 import RE3
from rllte.xplore.reward.revd import REVD
from rllte.xplore.reward.rise import RISE

__all__ = ["NGU", "RE3", "REVD", "RISE", "Fabric", "PseudoCounts"]
