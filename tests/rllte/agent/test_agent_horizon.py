"""A cut is no end: where a reward of 1 is paid for ever, values are 1/(1 - discount), whatever learns them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.agent import A2C, DAAC, DDPG, DQN, PPG, PPO, PPOLSTM, TD3
from rllte.env import make_rllte_env
from rllte.env.testing import make_infinite_env
from rllte.env.testing.probes import InfiniteEnv

DISCOUNT = 0.9
VALUE = 1.0 / (1.0 - DISCOUNT)
ROLLOUT = {"num_steps": 32, "lr": 1e-2, "hidden_dim": 32}
REPLAY = {"num_init_steps": 100, "batch_size": 64, "hidden_dim": 32, "storage_size": 5000, "update_every_steps": 2}


class Infinite(InfiniteEnv):
    """With actions in a box."""

    action_space = gym.spaces.Box(-1.0, 1.0, (1,), np.float32)  # type: ignore[assignment]


CASES: dict[str, tuple[Any, int, dict[str, Any]]] = {
    "PPO": (PPO, 5000, {**ROLLOUT, "batch_size": 64}),
    "A2C": (A2C, 16000, ROLLOUT),
    "PPG": (PPG, 5000, {**ROLLOUT, "n_epochs": 4, "batch_size": 64}),
    "DAAC": (DAAC, 5000, ROLLOUT),
    "PPOLSTM": (PPOLSTM, 4000, {**ROLLOUT, "lr": 5e-3}),
    "DQN": (DQN, 2000, {**REPLAY, "lr": 2e-3, "target_update_freq": 20}),
    "TD3": (TD3, 2000, {**REPLAY, "lr": 5e-3, "tau": 0.3}),
    "DDPG": (DDPG, 1500, {**REPLAY, "critic_lr": 5e-3, "critic_target_tau": 0.3, "critic_weight_decay": 0.0}),
}


@pytest.fixture(autouse=True)
def _cut_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """DQN's loss is linear far out and hardly sees a rare end; of one step in five it cannot help it."""
    monkeypatch.setattr(InfiniteEnv, "limit", 5)


def trained(name: str, folder: Path, mistaken: bool = False) -> Any:
    """An agent that has learned; a mistaken one took cuts for ends."""
    cls, steps, kwargs = CASES[name]
    box = cls in (DDPG, TD3)
    env = make_rllte_env(Infinite, num_envs=4, asynchronous=False) if box else make_infinite_env(num_envs=4)
    agent = cls(env=env, log_dir=folder, discount=DISCOUNT, **kwargs)
    if mistaken:
        add = agent.storage.add

        def add_ends(obs: Any, actions: Any, rewards: Any, ends: Any, cuts: Any, *rest: Any, **more: Any) -> None:
            more |= {"final_values": None} if "final_values" in more else {}
            add(obs, actions, rewards, th.maximum(ends, cuts), th.zeros_like(cuts), *rest, **more)

        agent.storage.add = add_ends
    agent.train(steps, log_interval=10**9)
    return agent


def value(agent: Any) -> float:
    """What it expects from its one state."""
    if hasattr(agent, "num_steps"):
        return float(agent.live.actor.values(agent.live.obs).detach().mean())
    return float(agent.update()["q_value"])


@pytest.mark.parametrize("name", CASES)
def test_the_value_of_a_reward_for_ever_is_that_of_no_end(name: str, tmp_path: Path) -> None:
    assert value(trained(name, tmp_path)) == pytest.approx(VALUE, rel=0.03)


@pytest.mark.parametrize("name", [name for name in CASES if name != "PPOLSTM"])  # a memory tells the steps apart
def test_who_takes_a_cut_for_an_end_misses_it(name: str, tmp_path: Path) -> None:
    """With an end after every five steps 2.6 to 3.6 are left; DQN's loss, linear far out, balances at 7.5."""
    assert value(trained(name, tmp_path, mistaken=True)) < 0.8 * VALUE
