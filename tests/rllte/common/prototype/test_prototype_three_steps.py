"""The three steps that RLLTE's documentation promises: choose a prototype, choose modules, write `update`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th
from torch import nn

from rllte.common.prototype import OnPolicyAgent
from rllte.env import make_rllte_env
from rllte.xploit.encoder import MnihCnnEncoder
from rllte.xploit.policy import OnPolicySharedActorCritic
from rllte.xploit.storage import VanillaRolloutStorage
from rllte.xplore.distribution import Categorical


class Screen(gym.Env[Any, Any]):
    """Stacks of frames like Atari's, but small; one step, and the action that the brightness asks for is paid."""

    observation_space = gym.spaces.Box(0, 255, (4, 36, 36), np.uint8)
    action_space = gym.spaces.Discrete(2)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        return self._show(), {}

    def step(self, action: Any) -> Any:
        paid = float(int(action) == self.bright)
        return self._show(), paid, True, False, {}

    def _show(self) -> Any:
        self.bright = int(self.np_random.integers(2))
        return np.full(self.observation_space.shape, 200 * self.bright, np.uint8)


class ActorCriticByHand(OnPolicyAgent):
    """An advantage actor-critic, written as a user of RLLTE writes one: every call by RLLTE's names of arguments."""

    def __init__(self, env: Any, tag: str, seed: int, device: str, num_steps: int) -> None:
        super().__init__(env=env, tag=tag, seed=seed, device=device, num_steps=num_steps)
        spaces = {"observation_space": env.observation_space, "action_space": env.action_space}
        self.set(
            encoder=MnihCnnEncoder(observation_space=env.observation_space, feature_dim=64),
            policy=OnPolicySharedActorCritic(
                **spaces,
                feature_dim=64,
                opt_class=th.optim.Adam,
                opt_kwargs={"lr": 2.5e-4, "eps": 1e-5},
                init_fn="xavier_uniform",
            ),
            storage=VanillaRolloutStorage(
                **spaces, device=device, storage_size=self.num_steps, num_envs=self.num_envs, batch_size=256
            ),
            distribution=Categorical(),
        )

    def update(self) -> None:  # type: ignore[override]  # RLLTE's returns nothing
        optimizer = self.policy.optimizers["opt"]
        for _ in range(4):
            for batch in self.storage.sample():
                values, log_probs, entropy = self.policy.evaluate_actions(obs=batch.observations, actions=batch.actions)
                policy_loss = -(batch.adv_targ * log_probs).mean()
                value_loss = (values.flatten() - batch.returns).pow(2).mean() / 2
                optimizer.zero_grad(set_to_none=True)
                (policy_loss + value_loss / 2 - entropy / 100).backward()
                nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
                optimizer.step()


def test_three_steps_make_an_agent_that_learns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    env = make_rllte_env(Screen, num_envs=4, seed=0, device="cpu", asynchronous=False)
    agent = ActorCriticByHand(env=env, tag="a2c_screen", seed=0, device="cpu", num_steps=16)
    agent.train(num_train_steps=1024, log_interval=100)
    assert agent.eval(50)["episode_reward"] > 0.9  # chance is 0.5
    assert list((tmp_path / "logs" / "a2c_screen").iterdir())


def test_a_policy_says_what_it_is_made_of() -> None:
    """RLLTE's users read there which optimiser trains what."""
    text = OnPolicySharedActorCritic.describe()
    for word in ("encoder", "actor", "critic", 'optimizers["opt"]'):
        assert word in text
