"""The default modules of actor-critic agents over one encoder, by observation and action space."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import torch as th

from rllte.common.prototype import BaseDistribution, BaseEncoder, OnPolicyAgent
from rllte.core.spaces import observation_kind
from rllte.nn import get_init_fn
from rllte.xploit.encoder import IdentityEncoder, MnihCnnEncoder
from rllte.xploit.policy import OnPolicySharedActorCritic
from rllte.xploit.storage import VanillaRolloutStorage
from rllte.xplore.distribution import Categorical, DiagonalGaussian

COMBINES = {
    "policy": ("OnPolicySharedActorCritic",),
    "storage": ("VanillaRolloutStorage",),
    "distribution": ("Categorical", "DiagonalGaussian"),
}


def assemble(
    agent: OnPolicyAgent,
    *,
    feature_dim: int,
    hidden_dim: int,
    batch_size: int,
    discount: float,
    gae_lambda: float,
    opt_class: type[th.optim.Optimizer],
    opt_kwargs: dict[str, Any],
    init_fn: str,
) -> None:
    """Build and set encoder, policy, storage and distribution."""
    observation_space, action_space = agent.observation_space, agent.action_space
    encoder: BaseEncoder
    if observation_kind(observation_space) == "Box3":
        encoder = MnihCnnEncoder(observation_space, feature_dim)
    else:
        encoder = IdentityEncoder(observation_space)
    encoder.apply(get_init_fn(init_fn))
    policy = OnPolicySharedActorCritic(
        observation_space, action_space, encoder.feature_dim, hidden_dim, opt_class, opt_kwargs, init_fn=init_fn
    )
    storage = VanillaRolloutStorage(
        observation_space,
        action_space,
        str(agent.device),
        agent.num_steps,
        batch_size,
        agent.env.num_envs,
        discount,
        gae_lambda,
    )
    discrete = isinstance(action_space, gym.spaces.Discrete)
    distribution: BaseDistribution = Categorical() if discrete else DiagonalGaussian()
    agent.set(encoder=encoder, policy=policy, storage=storage, distribution=distribution)


def fused(device: th.device) -> dict[str, bool]:
    """The fast implementation of Adam where torch has it."""
    return {"fused": True} if device.type in {"cpu", "cuda"} else {}
OBSERVATIONS = ("Box1", "Box3", "Discrete", "MultiDiscrete", "MultiBinary", "Dict")
ACTIONS = ("Discrete", "Box", "MultiDiscrete", "MultiBinary")
DISTRIBUTIONS = ("Categorical", "DiagonalGaussian", "MultiCategorical", "Bernoulli")
def encoder_for(s, f): return IdentityEncoder(s)
