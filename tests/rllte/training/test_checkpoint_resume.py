"""n steps, stop, resume, n steps are 2n steps bit for bit: with each intrinsic reward, normalised, on- and off-policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch as th
from torch import nn

from rllte.agent import PPO, SAC
from rllte.core.registry import load_all
from rllte.env import make_rllte_env
from rllte.xplore.reward import RE3, RND, Fabric

REWARDS = [entry.cls for entry in load_all() if entry.primitive == "reward"]
NORMALISED = {"normalize_obs": True, "normalize_reward": True, "log_interval": 10**9}


def made(cls: Any, agent_cls: Any, folder: Path, seed: int = 1) -> Any:
    if agent_cls is PPO:
        env = make_rllte_env("CartPole-v1", num_envs=2, seed=3)
        agent: Any = PPO(env=env, seed=seed, log_dir=folder, num_steps=16, batch_size=16, hidden_dim=8)
    else:
        env = make_rllte_env("Pendulum-v1", num_envs=2, seed=3)
        small = {"num_init_steps": 20, "batch_size": 8, "storage_size": 200, "hidden_dim": 8}
        agent = SAC(env=env, seed=seed, log_dir=folder, **small)
    scales = {"gamma": 0.9, "obs_norm_type": "rms"}
    parts = [RE3(env, storage_size=20, **scales), RND(env, **scales)] if cls is Fabric else []
    agent.set(reward=Fabric(*parts, rwd_norm_type="rms", gamma=0.9) if parts else cls(env, **scales))
    return agent


def everything(agent: Any) -> dict[str, th.Tensor]:
    """Weights, what the reward and the scales hold, and the generator."""
    modules = {"policy": agent.policy, "scaler": agent.reward_scaler}
    modules |= {name: value for name, value in vars(agent.irs).items() if isinstance(value, nn.Module)}
    tensors = {f"{name}.{key}": t.clone() for name, m in modules.items() for key, t in m.state_dict().items()}
    return {**tensors, "updates": th.tensor(agent.irs.updates), "generator": th.get_rng_state()}


@pytest.mark.parametrize("agent_cls", [PPO, SAC], ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("cls", REWARDS, ids=lambda cls: cls.__name__)
def test_defect_9_a_stop_and_a_resume_change_nothing_with_any_reward(cls: Any, agent_cls: Any, tmp_path: Path) -> None:
    steps = 64 if agent_cls is PPO else 150  # in the midst of the 64 steps after which a reward learns off-policy
    whole = made(cls, agent_cls, tmp_path)
    whole.train(2 * steps, **NORMALISED)
    expected = everything(whole)
    first = made(cls, agent_cls, tmp_path)
    first.train(steps, **NORMALISED)
    file = first.save(tmp_path / "half.safetensors", storage=True)
    second = made(cls, agent_cls, tmp_path, seed=7)
    second.load(file)
    second.train(steps, **NORMALISED)
    found = everything(second)
    assert [name for name, tensor in expected.items() if not th.equal(tensor, found[name])] == []
