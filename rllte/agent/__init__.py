"""Layer 5: the algorithms. Each is a constructor that assembles modules, and one `update()`."""

from rllte.agent.a2c import A2C
from rllte.agent.daac import DAAC
from rllte.agent.ddpg import DDPG
from rllte.agent.dqn import DQN
from rllte.agent.drac import DrAC
from rllte.agent.drdaac import DrDAAC
from rllte.agent.drqv2 import DrQv2
from rllte.agent.impala import IMPALA
from rllte.agent.ppg import PPG
from rllte.agent.ppo import PPO
from rllte.agent.ppolstm import PPOLSTM
from rllte.agent.sac import SAC
from rllte.agent.sacd import SACDiscrete
from rllte.agent.td3 import TD3

__all__ = [
    "A2C",
    "DAAC",
    "DDPG",
    "DQN",
    "DrAC",
    "DrDAAC",
    "DrQv2",
    "IMPALA",
    "PPG",
    "PPO",
    "PPOLSTM",
    "SAC",
    "SACDiscrete",
    "TD3",
]
