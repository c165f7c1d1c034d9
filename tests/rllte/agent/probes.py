"""Tiny environments and what the tests of on-policy agents have in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import torch as th

from rllte.env import make_rllte_env
from rllte.training import on_policy

Box = gym.spaces.Box

OBSERVATIONS: dict[str, gym.Space[Any]] = {
    "Box1": Box(-1, 1, (3,)),
    "Box3": Box(0, 255, (2, 36, 36), np.uint8),
    "Discrete": gym.spaces.Discrete(5),
    "MultiDiscrete": gym.spaces.MultiDiscrete([2, 3]),
    "MultiBinary": gym.spaces.MultiBinary(4),
    "Dict": gym.spaces.Dict({"vector": Box(-1, 1, (3,)), "label": gym.spaces.Discrete(3)}),
}
ACTIONS: dict[str, gym.Space[Any]] = {
    "Discrete": gym.spaces.Discrete(3),
    "Box": Box(-1, 1, (2,)),
    "MultiDiscrete": gym.spaces.MultiDiscrete([3, 2]),
    "MultiBinary": gym.spaces.MultiBinary(2),
}


class Noise(gym.Env[Any, Any]):
    """Random observations and rewards; episodes of 7 steps end, every other one is cut."""

    def __init__(self, observation_space: gym.Space[Any], action_space: gym.Space[Any]) -> None:
        self.observation_space, self.action_space = observation_space, action_space
        self.episodes = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        if seed is not None:
            self.observation_space.seed(seed)
        self.steps = 0
        self.episodes += 1
        return self.observation_space.sample(), {}

    def step(self, action: Any) -> Any:
        assert self.action_space.contains(action), action
        self.steps += 1
        over = self.steps == 7
        cut = over and self.episodes % 2 == 0
        return self.observation_space.sample(), float(self.np_random.normal()), over and not cut, cut, {}


def noise(observations: str = "Box1", actions: str = "Discrete") -> Callable[[], Noise]:
    """A maker of `Noise` environments of two kinds of space."""
    return lambda: Noise(OBSERVATIONS[observations], ACTIONS[actions])


def build(cls: Any, folder: Path, env_id: Any = "CartPole-v1", seed: int = 1, **kwargs: Any) -> Any:
    """A small agent with three environments."""
    env = make_rllte_env(env_id, num_envs=3, seed=seed, asynchronous=False)
    sizes = {"feature_dim": 8, "hidden_dim": 8, "num_steps": 16, "batch_size": 16}
    return cls(env=env, seed=seed, log_dir=folder, **{**sizes, **kwargs})


def weights(agent: Any) -> th.Tensor:
    """All parameters of the policy in one vector."""
    return th.cat([parameter.detach().flatten() for parameter in agent.policy.parameters()])


def with_rollout(agent: Any) -> Any:
    """The agent, frozen, with a rollout in its storage that it has not learned from."""
    agent.freeze()
    agent.live.begin()
    on_policy.collect(agent)
    agent.storage.compute_returns_and_advantages(agent.live.actor.values(agent.live.obs).detach())
    return agent


def disturb(agent: Any, by: float = 0.1) -> None:
    """Move all weights a little, so that ratios and values differ from what is stored."""
    with th.no_grad():
        for parameter in agent.policy.parameters():
            parameter.add_(by * th.randn_like(parameter))


class NoNumber(gym.Env[Any, Any]):
    """Shows no number in the step `nan_at`, counted over all episodes; they are cut, or over, after `length` steps."""

    observation_space = gym.spaces.Box(-1, 1, (2,))
    action_space = gym.spaces.Discrete(2)

    def __init__(self, nan_at: int, length: int, over: bool = False) -> None:
        self.nan_at, self.length, self.over, self.total = nan_at, length, over, 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        """Begin an episode."""
        super().reset(seed=seed)
        return np.full(2, np.nan if self.nan_at == 0 else 0.0, np.float32), {}

    def step(self, action: Any) -> Any:
        """Pay 1, whatever the action."""
        self.total += 1
        end = self.total % self.length == 0
        seen = np.full(2, np.nan if self.total == self.nan_at else 0.5, np.float32)
        return seen, 1.0, end and self.over, end and not self.over, {}
