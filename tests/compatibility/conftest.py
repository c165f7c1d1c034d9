"""Probes of every kind of space, and modules made for an agent as a user would make them."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import torch as th

from rllte.core.registry import Component, find
from rllte.env import make_rllte_env

OBSERVATIONS: dict[str, gym.Space[Any]] = {
    "Box1": gym.spaces.Box(-1, 1, (3,), np.float32),
    "Box3": gym.spaces.Box(0, 255, (3, 40, 40), np.uint8),
    "Discrete": gym.spaces.Discrete(4),
    "MultiDiscrete": gym.spaces.MultiDiscrete([2, 3]),
    "MultiBinary": gym.spaces.MultiBinary(3),
    "Dict": gym.spaces.Dict(
        {"image": gym.spaces.Box(0, 255, (3, 40, 40), np.uint8), "state": gym.spaces.Box(-1, 1, (2,))}
    ),
}
GOALS = gym.spaces.Dict({key: gym.spaces.MultiBinary(3) for key in ("observation", "achieved_goal", "desired_goal")})
ACTIONS: dict[str, gym.Space[Any]] = {
    "Discrete": gym.spaces.Discrete(3),
    "Box": gym.spaces.Box(-1, 1, (2,), np.float32),
    "MultiDiscrete": gym.spaces.MultiDiscrete([2, 3]),
    "MultiBinary": gym.spaces.MultiBinary(2),
}
SMALL = {
    "hidden_dim": 8,
    "num_steps": 16,
    "batch_size": 16,
    "feature_dim": 8,
    "num_init_steps": 40,
    "storage_size": 400,
    "policy_epochs": 2,
    "aux_epochs": 1,
    "lstm_dim": 8,
    "num_actors": 2,
    "num_storages": 8,
}


class Probe(gym.Env[Any, Any]):
    """Random observations; episodes of 9 steps end and of 7 are cut, in turn."""

    def __init__(self, observation_space: gym.Space[Any], action_space: gym.Space[Any]) -> None:
        self.observation_space, self.action_space = observation_space, action_space
        self.episode = self.time = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        if seed is not None:
            self.observation_space.seed(seed)
        self.episode, self.time = self.episode + 1, 0
        return self.observation_space.sample(), {}

    def step(self, action: Any) -> Any:
        assert self.action_space.contains(action), (action, self.action_space)
        self.time += 1
        over, cut = self.episode % 2 == 0 and self.time == 9, self.episode % 2 == 1 and self.time == 7
        return self.observation_space.sample(), float(np.sum(np.asarray(action) > 0)), over, cut, {}


def reached(achieved_goal: Any, desired_goal: Any, info: Any) -> Any:
    """1 where the goal is reached."""
    return (achieved_goal == desired_goal).all(-1).astype(np.float32)


def first(kinds: tuple[str, ...], others: tuple[str, ...], table: dict[str, Any]) -> str:
    """The first kind of the table that both allow; an empty tuple allows all."""
    return next(kind for kind in table if (not kinds or kind in kinds) and (not others or kind in others))


def make_agent(
    entry: Component, seen: str, acts: str, folder: Path, goals: bool = False, seed: int = 1, device: str = "cpu"
) -> Any:
    """An agent with small networks on probes of these kinds of space."""
    space = GOALS if goals else OBSERVATIONS[seen]
    env = make_rllte_env(lambda: Probe(space, ACTIONS[acts]), num_envs=2, seed=seed, device=device, asynchronous=False)
    known = inspect.signature(entry.cls.__init__).parameters
    kwargs = {name: value for name, value in SMALL.items() if name in known}
    return entry.cls(env=env, seed=seed, device=device, log_dir=folder, **kwargs)


def weights(agent: Any) -> th.Tensor:
    """All weights of its policy, flat."""
    return th.cat([parameter.detach().flatten() for parameter in agent.policy.parameters()])


def make_module(entry: Component, agent: Any) -> Any:
    """A module for an agent, its sizes taken from the agent."""
    wired = {
        "observation_space": agent.observation_space,
        "action_space": agent.action_space,
        "envs": agent.env,
        "device": str(agent.device),
        "num_envs": agent.num_envs,
        "feature_dim": agent.encoder.feature_dim,
        "hidden_dim": 8,
        "latent_dim": 8,
        "batch_size": 16,
        "reward_fn": reached,
        "out": 40,
        "size": 40,
        "min_cut": 2,
        "max_cut": 5,
        "episode_length": 16,
    }
    wired["storage_size"] = getattr(agent.storage, "storage_size", 400) if entry.primitive == "storage" else 50
    known = inspect.signature(entry.cls.__init__).parameters
    if entry.name == "Fabric":
        return entry.cls(make_module(find("RE3", "reward"), agent), make_module(find("RND", "reward"), agent))
    kwargs = {name: value for name, value in wired.items() if name in known}
    if entry.name == "VanillaDistributedStorage":
        kwargs |= {"batch_size": 2, "num_storages": 8}
    if entry.primitive == "policy" and "aux_critic" in known:
        kwargs["aux_critic"] = True
    if entry.primitive == "policy":
        kwargs |= {name: getattr(agent.policy, name) for name in ("opt_class", "opt_kwargs") if name in known}
    return entry.cls(**kwargs)
