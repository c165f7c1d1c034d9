"""The documented three steps for off-policy agents: a prototype, modules, and `update()`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch as th
import torch.nn.functional as F

from rllte.agent.utils import soft_update_params
from rllte.common.prototype import OffPolicyAgent
from rllte.core.errors import IncompatibleError, ParameterError
from rllte.env import make_rllte_env
from rllte.xploit.encoder import IdentityEncoder
from rllte.xploit.policy import OffPolicyDoubleQNetwork
from rllte.xploit.storage import VanillaReplayStorage
from rllte.xplore.distribution import EpsilonGreedy


class MyDQN(OffPolicyAgent):
    """Deep Q-learning in a few dozen lines."""

    def __init__(self, env: Any, tag: str = "mine", seed: int = 1, device: str = "cpu", **kwargs: Any) -> None:
        super().__init__(env=env, tag=tag, seed=seed, device=device, num_init_steps=50, **kwargs)
        self.encoder = IdentityEncoder(env.observation_space)
        self.policy = OffPolicyDoubleQNetwork(
            env.observation_space, env.action_space, self.encoder.feature_dim, hidden_dim=16, opt_kwargs={"lr": 1e-3}
        )
        self.storage = VanillaReplayStorage(
            env.observation_space, env.action_space, device, storage_size=1000, batch_size=32, num_envs=env.num_envs
        )
        self.dist = EpsilonGreedy("linear(1.0, 0.1, 500)")

    def update(self) -> Mapping[str, Any]:
        batch = self.storage.sample()
        with th.no_grad():
            next_q = self.policy.target_q_values(batch.next_observations).max(dim=-1).values
            targets = batch.rewards + 0.99 * (1 - batch.terminateds) * next_q
        q = self.policy.q_values(batch.observations).gather(1, batch.actions.unsqueeze(1)).squeeze(1)
        loss = F.mse_loss(q, targets)
        self.policy.optimizers["opt"].zero_grad()
        loss.backward()
        self.policy.optimizers["opt"].step()
        soft_update_params(self.policy.qnet, self.policy.qnet_target, 0.01)
        return {"loss": loss}


def made(folder: Path, **kwargs: Any) -> MyDQN:
    return MyDQN(make_rllte_env("CartPole-v1", num_envs=2), log_dir=folder, **kwargs)


def test_an_agent_of_ones_own_learns_evaluates_and_goes_on(tmp_path: Path) -> None:
    agent = made(tmp_path)
    before = agent.policy.qnet.heads[0][0].weight.detach().clone()
    agent.train(num_train_steps=200, eval_interval=100)
    assert agent.num_updates == 150
    assert not th.equal(before, agent.policy.qnet.heads[0][0].weight)
    assert agent.eval(2)["episode_length"] > 0
    again = made(tmp_path)
    again.load(agent.save(tmp_path / "mine.safetensors"))
    assert th.equal(again.policy.qnet.heads[0][0].weight, agent.policy.qnet.heads[0][0].weight)


def test_a_second_call_goes_on_without_a_second_warm_up(tmp_path: Path) -> None:
    agent = made(tmp_path)
    agent.train(num_train_steps=100)
    updates = agent.num_updates
    agent.train(num_train_steps=100)
    assert agent.num_updates == updates + 100


def test_an_update_that_returns_nothing_is_no_fault(tmp_path: Path) -> None:
    agent = made(tmp_path)
    agent.update = lambda: None  # type: ignore[method-assign,assignment,return-value]
    agent.train(num_train_steps=100)
    assert agent.num_updates == 50


def test_arguments_are_checked(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="update_every_steps"):
        made(tmp_path, update_every_steps=0)
    with pytest.raises(ParameterError, match="eval_interval"):
        made(tmp_path).train(100, eval_interval=0)
    agent = made(tmp_path)
    with pytest.raises(IncompatibleError, match="num_envs=1"):
        agent.set(storage=VanillaReplayStorage(agent.observation_space, agent.action_space))
