"""Scripts of the shape of RLLTE's tutorials run: the same imports, names and order of arguments, in our own words.

Only sizes are smaller, and the screens are a stand-in, so that the suite stays fast; one script takes Atari itself.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th
from gymnasium.spaces import Space
from torch import nn

from rllte.env.utils import Gymnasium2Torch, make_rllte_env

SIZES = {"num_steps": 8, "feature_dim": 16, "hidden_dim": 16}
DEVICE = "cpu"


def waits_for(package: str, name: str) -> Any:
    """Skips a script until the module that it takes is part of the package."""
    found = hasattr(importlib.import_module(package), name)
    return pytest.mark.skipif(not found, reason=f"{name} is not in {package} yet")


class FakeAtari(gym.Env[Any, Any]):
    """Random screens, four frames deep."""

    def __init__(self) -> None:
        self.action_space = gym.spaces.Discrete(7)
        self.observation_space = gym.spaces.Box(0, 255, (4, 44, 44), np.uint8)

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        super().reset(seed=seed)
        self.count = 0
        return self._screen(), {}

    def step(self, action: Any) -> Any:
        self.count += 1
        over = self.count == 5
        return self._screen(), 1.0, over, over, {}

    def _screen(self) -> Any:
        return self.np_random.integers(0, 256, self.observation_space.shape, dtype=np.uint8)


def make_env(device: str = DEVICE) -> Gymnasium2Torch:
    """In place of `make_atari_env(device=device)`."""
    return make_rllte_env(FakeAtari, num_envs=2, device=device, asynchronous=False)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_quick_start() -> None:
    from rllte.agent import PPO

    agent = PPO(env=make_env(), eval_env=make_env(), device=DEVICE, tag="ppo_atari", **SIZES)
    agent.train(num_train_steps=32, log_interval=1, eval_interval=1, num_eval_episodes=1)
    assert agent.global_step == 32


def test_quick_start_on_atari_itself() -> None:
    from rllte.agent import PPO
    from rllte.env import make_atari_env

    env = make_atari_env("Alien-v5", num_envs=2, device=DEVICE)
    agent = PPO(env=env, device=DEVICE, tag="ppo_atari", **SIZES)
    agent.train(num_train_steps=16)
    assert agent.global_step == 16


@waits_for("rllte.xploit.encoder", "EspeholtResidualEncoder")
def test_module_replacement() -> None:
    from rllte.agent import PPO
    from rllte.xploit.encoder import EspeholtResidualEncoder

    env = make_env()
    agent = PPO(env=env, eval_env=make_env(), device=DEVICE, tag="ppo_atari", **SIZES)
    encoder = EspeholtResidualEncoder(observation_space=env.observation_space, feature_dim=16)
    agent.set(encoder=encoder)
    agent.train(num_train_steps=32, num_eval_episodes=1)
    assert agent.policy.encoder is encoder


def test_custom_module() -> None:
    from rllte.agent import PPO
    from rllte.common.prototype import BaseEncoder

    class Own(BaseEncoder):
        """A small convolutional encoder, its flattened size found by running it."""

        def __init__(self, observation_space: Space[Any], feature_dim: int = 0) -> None:
            super().__init__(observation_space, feature_dim)
            shape = observation_space.shape
            assert shape is not None
            assert len(shape) == 3
            layers = [nn.Conv2d(shape[0], 8, 3, stride=2), nn.ReLU(), nn.Conv2d(8, 8, 3, stride=2), nn.ReLU()]
            self.trunk = nn.Sequential(*layers, nn.Flatten())
            with th.no_grad():
                size = self.trunk(th.ones(size=tuple(shape)).float().unsqueeze(0)).shape[1]
            self.trunk.extend([nn.Linear(size, feature_dim), nn.ReLU()])

        def forward(self, obs: th.Tensor) -> th.Tensor:
            features = self.trunk(obs / 255.0)
            return features.view(features.size()[0], -1)  # type: ignore[no-any-return]

    env = make_env()
    agent = PPO(env=env, eval_env=make_env(), device=DEVICE, tag="ppo_atari", **SIZES)
    agent.set(encoder=Own(observation_space=env.observation_space, feature_dim=16))
    agent.train(num_train_steps=32, num_eval_episodes=1)
    assert isinstance(agent.policy.encoder, Own)


@waits_for("rllte.xplore.reward", "RE3")
def test_intrinsic_reward() -> None:
    from rllte.agent import PPO
    from rllte.xplore.reward import RE3

    envs = make_env()
    agent = PPO(env=envs, device=DEVICE, tag="ppo_atari", **SIZES)
    re3 = RE3(envs=envs, device=DEVICE)
    agent.set(reward=re3)
    agent.train(num_train_steps=32)
    assert agent.irs is re3


@waits_for("rllte.xplore.reward", "ICM")
def test_intrinsic_reward_by_itself() -> None:
    """RLeXplore's loop: watch each step, stack, compute.

    One argument more than in the tutorial, which is of Gymnasium 0.29: there every vector environment reset in the step.
    """
    from rllte.xplore.reward import ICM

    same_step = gym.vector.AutoresetMode.SAME_STEP
    envs = gym.vector.SyncVectorEnv([FakeAtari for _ in range(2)], autoreset_mode=same_step)
    envs = Gymnasium2Torch(envs, DEVICE)
    irs = ICM(envs, DEVICE)
    obs, _ = envs.reset()
    names = ("observations", "actions", "rewards", "terminateds", "truncateds", "next_observations")
    samples: dict[str, Any] = {name: [] for name in names}
    for _ in range(8):
        actions = th.stack([th.as_tensor(envs.action_space.sample()) for _ in range(2)])
        next_obs, rewards, terminateds, truncateds, _ = envs.step(actions)
        step = dict(zip(names, (obs, actions, rewards, terminateds, truncateds, next_obs), strict=True))
        irs.watch(**step)
        for name, value in step.items():
            samples[name].append(value)
        obs = next_obs
    stacked = {name: th.stack(values) for name, values in samples.items()}
    assert irs.compute(samples=stacked).shape == (8, 2)
    one = {name: values[:1] for name, values in stacked.items()}
    assert irs.compute(samples=one, sync=False).shape == (1, 2)
    irs.update(samples=stacked)


def test_observation_augmentation() -> None:
    from rllte.agent import DrAC
    from rllte.xplore.augmentation import RandomCrop

    agent = DrAC(env=make_env(), eval_env=make_env(), device=DEVICE, tag="drac_atari", **SIZES)
    random_crop = RandomCrop()
    agent.set(augmentation=random_crop)
    agent.train(num_train_steps=32, num_eval_episodes=1)
    assert agent.aug is random_crop


@waits_for("rllte.xplore.reward", "RE3")
def test_pretraining_and_fine_tuning() -> None:
    from rllte.agent import PPO
    from rllte.xplore.reward import RE3

    env = make_env()
    agent = PPO(env=env, device=DEVICE, tag="ppo_atari", pretraining=True, **SIZES)
    agent.set(reward=RE3(envs=env, device=DEVICE))
    agent.train(num_train_steps=32)
    (file,) = agent.logger.folder.rglob("pretrained_32*")

    tuned = PPO(env=make_env(), eval_env=make_env(), device=DEVICE, tag="ppo_atari", pretraining=False, **SIZES)
    tuned.train(num_train_steps=32, init_model_path=str(file), num_eval_episodes=1)
    assert tuned.global_step == 32


def test_defect_readme_drqv2_learns_from_states_of_dmc() -> None:
    """RLLTE's README pairs them; there DrQv2 had no encoder of vectors, and none is set here."""
    pytest.importorskip("dm_control")
    from rllte.agent import DrQv2
    from rllte.env import make_dmc_env

    env = make_dmc_env(env_id="cartpole_balance", device=DEVICE)
    eval_env = make_dmc_env(env_id="cartpole_balance", device=DEVICE, action_repeat=100)
    agent = DrQv2(
        env=env,
        eval_env=eval_env,
        device=DEVICE,
        tag="drqv2_dmc_state",
        num_init_steps=32,
        batch_size=16,
        storage_size=500,
        feature_dim=16,
        hidden_dim=16,
    )
    agent.freeze()
    before = {name: weight.detach().clone() for name, weight in agent.policy.named_parameters()}
    agent.train(num_train_steps=100, log_interval=100, num_eval_episodes=1)
    assert agent.global_step == 100
    still = [name for name, weight in agent.policy.named_parameters() if th.equal(before[name], weight)]
    assert not still


def test_defect_readme_ppo_learns_in_minigrid_by_default() -> None:
    """The default id and agent fit each other: a grid of 5 x 5 cells is smaller than the filters of the Nature paper."""
    pytest.importorskip("minigrid")
    from rllte.agent import PPO
    from rllte.env import make_minigrid_env

    agent = PPO(env=make_minigrid_env(device=DEVICE), device=DEVICE, tag="ppo_minigrid")
    agent.freeze()
    before = {name: weight.detach().clone() for name, weight in agent.policy.named_parameters()}
    agent.train(num_train_steps=1)
    assert agent.global_step == agent.num_steps * agent.num_envs, "one rollout"
    still = [name for name, weight in agent.policy.named_parameters() if th.equal(before[name], weight)]
    assert not still
