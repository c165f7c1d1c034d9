"""The default modules of on-policy agents, by observation and action space."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import torch as th

from rllte.common.prototype import BaseAugmentation, BasePolicy, BaseStorage, OnPolicyAgent
from rllte.core.registry import ANY
from rllte.core.spaces import observation_kind
from rllte.nn import get_init_fn
from rllte.xploit.encoder import encoder_for
from rllte.xploit.policy import OnPolicySharedActorCritic
from rllte.xploit.storage import DictRolloutStorage, VanillaRolloutStorage
from rllte.xplore.augmentation import GaussianNoise, RandomCrop
from rllte.xplore.distribution import distribution_for

OBSERVATIONS = ("Box1", "Box3", "Discrete", "MultiDiscrete", "MultiBinary", "Dict")
ACTIONS = ("Discrete", "Box", "MultiDiscrete", "MultiBinary")
STORAGES = ("VanillaRolloutStorage", "DictRolloutStorage")
DISTRIBUTIONS = ("Categorical", "DiagonalGaussian", "MultiCategorical", "Bernoulli")

COMBINES = {
    "policy": ("OnPolicySharedActorCritic",),
    "storage": STORAGES,
    "distribution": DISTRIBUTIONS,
}
DECOUPLED = {**COMBINES, "policy": ("OnPolicyDecoupledActorCritic",)}
RECURRENT = {**COMBINES, "policy": ("OnPolicyRecurrentActorCritic",), "storage": ("RecurrentRolloutStorage",)}
AUGMENTABLE = ("Box1", "Box3")
AUGMENTED = {"augmentation": ANY}


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
    policy_class: type[BasePolicy] = OnPolicySharedActorCritic,
    policy_kwargs: dict[str, Any] | None = None,
    storage_class: type[BaseStorage] | None = None,
) -> None:
    """Build and set encoder, policy, storage and distribution."""
    observation_space, action_space = agent.observation_space, agent.action_space
    encoder = encoder_for(observation_space, feature_dim)
    encoder.apply(get_init_fn(init_fn))
    policy = policy_class(
        observation_space,
        action_space,
        encoder.feature_dim,
        hidden_dim,
        opt_class,
        opt_kwargs,
        init_fn=init_fn,
        **(policy_kwargs or {}),
    )
    storage = (storage_class or storage_for(observation_space))(
        observation_space,
        action_space,
        str(agent.device),
        agent.num_steps,
        batch_size,
        agent.env.num_envs,
        discount,
        gae_lambda,
    )
    agent.set(encoder=encoder, policy=policy, storage=storage, distribution=distribution_for(action_space))


def storage_for(observation_space: gym.Space[Any]) -> type[BaseStorage]:
    """The rollout storage for an observation space."""
    return DictRolloutStorage if observation_kind(observation_space) == "Dict" else VanillaRolloutStorage


def augmentation_for(observation_space: gym.Space[Any]) -> BaseAugmentation:
    """Random crops of the images' own size, or noise that is small beside vectors of ordinary size."""
    if observation_kind(observation_space) == "Box3":
        return RandomCrop()
    return GaussianNoise(mu=0.0, sigma=0.01)


def fused(device: th.device) -> dict[str, bool]:
    """The fast implementation of Adam where torch has it."""
    return {"fused": True} if device.type in {"cpu", "cuda"} else {}
