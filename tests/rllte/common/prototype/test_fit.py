"""What does not fit is refused at once, names what would, and leaves the agent as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th
from torch import nn

from rllte.agent import PPO, SAC
from rllte.common.prototype import BaseEncoder
from rllte.core.errors import IncompatibleError
from rllte.env import make_rllte_env
from rllte.xploit.encoder import VanillaMlpEncoder
from rllte.xploit.policy import OffPolicyStochActorDoubleCritic, OnPolicySharedActorCritic
from rllte.xploit.storage import VanillaReplayStorage, VanillaRolloutStorage
from rllte.xplore.augmentation import GaussianNoise


def agent(folder: Path, cls: Any = PPO, env_id: str = "CartPole-v1") -> Any:
    return cls(env=make_rllte_env(env_id, num_envs=2), log_dir=folder, hidden_dim=8)


def test_an_augmentation_that_nobody_would_use_is_an_error_and_who_would_is_named(tmp_path: Path) -> None:
    made = agent(tmp_path)
    with pytest.raises(IncompatibleError, match="PPO does not use an augmentation") as caught:
        made.set(augmentation=GaussianNoise())
    assert "DrAC" in str(caught.value)
    assert made.aug is None


class Renamed(PPO):
    """PPO under another name."""


class Augmenting(PPO):
    """Has an update of its own, which may use what PPO does not."""

    def update(self) -> dict[str, Any]:
        """Nothing."""
        return {}


def test_a_subclass_that_changes_nothing_is_held_to_the_same_partners(tmp_path: Path) -> None:
    with pytest.raises(IncompatibleError, match="PPO does not use an augmentation"):
        agent(tmp_path, Renamed).set(augmentation=GaussianNoise())
    own = agent(tmp_path, Augmenting)
    own.set(augmentation=GaussianNoise())
    assert own.aug is not None


def test_a_storage_of_another_kind_is_refused_and_what_fits_is_named(tmp_path: Path) -> None:
    made = agent(tmp_path)
    before = made.storage
    with pytest.raises(IncompatibleError, match="VanillaRolloutStorage"):
        made.set(storage=VanillaReplayStorage(made.observation_space, made.action_space, num_envs=2))
    assert made.storage is before
    made = agent(tmp_path, SAC, "Pendulum-v1")
    with pytest.raises(IncompatibleError, match="VanillaReplayStorage"):
        made.set(storage=VanillaRolloutStorage(made.observation_space, made.action_space, num_envs=2))


def test_modules_that_depend_on_each_other_are_set_in_one_call(tmp_path: Path) -> None:
    made = agent(tmp_path)
    encoder = VanillaMlpEncoder(made.observation_space, feature_dim=5)
    with pytest.raises(IncompatibleError, match="in one call"):
        made.set(encoder=encoder)
    made.set(encoder=encoder, policy=OnPolicySharedActorCritic(made.observation_space, made.action_space, 5, 8))
    made.train(512)


class Own(BaseEncoder):
    def __init__(self, observation_space: gym.Space[Any], feature_dim: int, real: int, width: int = 4) -> None:
        super().__init__(observation_space, feature_dim)
        self.linear = nn.Linear(width, real)

    def forward(self, obs: th.Tensor) -> th.Tensor:
        return self.linear(obs)


def test_a_users_encoder_with_a_wrong_size_is_named_before_training(tmp_path: Path) -> None:
    made = agent(tmp_path)
    with pytest.raises(IncompatibleError, match=r"into \(2, 7\); expected \(2, 4\)"):
        made.set(encoder=Own(made.observation_space, 4, 7))
    with pytest.raises(IncompatibleError, match="failed on two observations"):
        made.set(encoder=Own(made.observation_space, 4, 4, width=3))
    made.set(encoder=(own := Own(made.observation_space, 4, 4)))
    assert made.encoder is own


def test_a_module_that_was_made_for_other_spaces_is_refused_at_once(tmp_path: Path) -> None:
    cart, pendulum = agent(tmp_path), agent(tmp_path, SAC, "Pendulum-v1")
    other, bytes_ = gym.spaces.Discrete(1), gym.spaces.Box(0, 255, (3,), np.uint8)
    seen, acts = pendulum.observation_space, pendulum.action_space
    half = gym.spaces.Box(acts.low / 2, acts.high / 2)
    for made, module in (
        (cart, {"policy": OnPolicySharedActorCritic(cart.observation_space, other, 4, 8)}),
        (cart, {"encoder": VanillaMlpEncoder(gym.spaces.Box(-1, 1, (9,)), 4)}),
        (cart, {"storage": VanillaRolloutStorage(bytes_, cart.action_space, storage_size=128, num_envs=2)}),
        (pendulum, {"storage": VanillaReplayStorage(bytes_, acts, num_envs=2)}),
        (pendulum, {"policy": OffPolicyStochActorDoubleCritic(seen, half, 3, 8)}),
    ):
        with pytest.raises(
            IncompatibleError, match=r"was made for the (observation|action)_space .* Make it with env\."
        ):
            made.set(**module)


def test_what_an_agent_asks_of_a_module_is_asked_when_it_is_set(tmp_path: Path) -> None:
    made = agent(tmp_path)
    with pytest.raises(IncompatibleError, match="holds 32 steps, a rollout of this agent has 128"):
        made.set(storage=VanillaRolloutStorage(made.observation_space, made.action_space, storage_size=32, num_envs=2))
