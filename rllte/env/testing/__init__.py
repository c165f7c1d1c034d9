"""Environments to test agents and modules with: random ones of every kind of space, and probes with known answers.

Two that agents are measured on have ids: `rllte/Memory-v0` and `rllte/BitFlipping-v0`.
"""

import gymnasium as gym

from rllte.env.testing.bitflipping import BitFlippingEnv, make_bitflipping_env
from rllte.env.testing.probes import make_identity_env, make_infinite_env, make_memory_env, make_two_senses_env
from rllte.env.testing.random_envs import make_box_env, make_discrete_env, make_multibinary_env, make_multidiscrete_env

gym.register("rllte/Memory-v0", "rllte.env.testing.probes:MemoryEnv")
gym.register("rllte/BitFlipping-v0", "rllte.env.testing.bitflipping:BitFlippingEnv")

__all__ = [
    "BitFlippingEnv",
    "make_bitflipping_env",
    "make_box_env",
    "make_discrete_env",
    "make_identity_env",
    "make_infinite_env",
    "make_memory_env",
    "make_multibinary_env",
    "make_multidiscrete_env",
    "make_two_senses_env",
]
