"""Layer 5: the algorithms. Each is a constructor that assembles modules, and one `update()`."""

from rllte.agent.a2c import A2C
from rllte.agent.ddpg import DDPG
from rllte.agent.dqn import DQN
from rllte.agent.drqv2 import DrQv2
from rllte.agent.ppo import PPO
from rllte.agent.sac import SAC
from rllte.agent.sacd import SACDiscrete
from rllte.agent.td3 import TD3

__all__ = ["A2C", "DDPG", "DQN", "PPO", "SAC", "TD3", "DrQv2", "SACDiscrete"]
