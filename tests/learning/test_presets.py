"""Presets that are quickly proven: each ends where it should, on a seed that no figure of evals/LEADERBOARD.md has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch as th

from rllte.core.presets import preset
from rllte.core.registry import find
from rllte.env.by_id import make_env
from rllte.xploit.storage import HerReplayStorage

SEED = 11


def trained(agent: str, env_id: str, folder: Path, steps: int | None = None) -> Any:
    """With the preset's settings, and where it is evaluated."""
    settings = preset(agent, env_id)
    assert settings is not None
    th.set_num_threads(1)
    env = make_env(env_id, settings.num_envs, SEED, **settings.env_kwargs)
    made = find(agent, "agent").cls(env=env, seed=SEED, log_dir=folder, **settings.agent_kwargs)
    if env_id == "rllte/BitFlipping-v0":
        sizes = {name: getattr(made.storage, name) for name in ("storage_size", "batch_size", "discount")}
        spaces = env.observation_space, env.action_space
        made.set(storage=HerReplayStorage(*spaces, num_envs=env.num_envs, **sizes, reward_fn=env.compute_reward))
    made.eval_env = make_env(env_id, 10, SEED + 1000, evaluation=True, **settings.env_kwargs)
    made.train(steps or settings.num_train_steps, log_interval=10**9, save_interval=10**9, **settings.train_kwargs)
    return made


@pytest.mark.learning
@pytest.mark.parametrize(
    ("agent", "env_id", "steps", "least"),
    [
        ("PPO", "CartPole-v1", None, 475),
        ("PPG", "CartPole-v1", None, 475),
        ("DAAC", "CartPole-v1", None, 475),
        ("SAC", "Pendulum-v1", 10_000, -250),
        ("PPOLSTM", "rllte/Memory-v0", 24_576, 0.9),
        ("DQN", "rllte/BitFlipping-v0", 8_000, -9),
    ],
)
def test_a_preset_learns(agent: str, env_id: str, steps: int | None, least: float, tmp_path: Path) -> None:
    assert trained(agent, env_id, tmp_path, steps).eval(50)["episode_reward"] >= least
