"""Layer 5: the algorithms. Each is a constructor that assembles modules, and one `update()`."""

from rllte.agent.a2c import A2C
from rllte.agent.impala import IMPALA
from rllte.agent.ppo import PPO

__all__ = ["A2C", "IMPALA", "PPO"]
