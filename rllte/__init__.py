"""A modular reinforcement-learning library: encoder, policy, storage | distribution, augmentation, intrinsic reward.

Nothing is imported here; `from rllte.agent import PPO` and `from rllte.env import make_rllte_env` are the usual start.
"""

__version__ = "0.1.0"
