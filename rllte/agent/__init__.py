"""Layer 5: the algorithms. Each is a constructor that assembles modules, and one `update()`."""

from rllte.agent.a2c import A2C
from rllte.agent.daac import DAAC
from rllte.agent.drac import DrAC
from rllte.agent.drdaac import DrDAAC
from rllte.agent.impala import IMPALA
from rllte.agent.ppg import PPG
from rllte.agent.ppo import PPO
from rllte.agent.ppolstm import PPOLSTM

__all__ = ["A2C", "DAAC", "IMPALA", "PPG", "PPO", "PPOLSTM", "DrAC", "DrDAAC"]
