"""The on-policy loop: collect T steps in N environments, mix rewards, estimate advantages, update, log, save."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch as th

from rllte.core.bases import BaseReward
from rllte.core.errors import ParameterError
from rllte.env.torch_env import Gymnasium2Torch
from rllte.training.logger import Logger
from rllte.training.rewards import mix_rewards
from rllte.xploit.storage import VanillaRolloutStorage


class Learner(Protocol):
    """What the loop needs of an agent."""

    env: Gymnasium2Torch
    eval_env: Gymnasium2Torch | None
    device: th.device
    policy: Any
    storage: VanillaRolloutStorage
    irs: BaseReward | None
    pretraining: bool
    num_steps: int
    global_step: int
    global_episode: int
    logger: Logger

    def update(self) -> Mapping[str, Any]: ...
    def save(self, path: Any = None) -> Any: ...
    def eval(self, num_eval_episodes: int) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Schedule:
    """How long, and how often; intervals count updates."""

    num_train_steps: int
    log_interval: int = 1
    eval_interval: int = 100
    save_interval: int = 100
    num_eval_episodes: int = 10
    anneal_lr: bool = False


class Episodes:
    """Rewards and lengths of the episodes under way, and of the last hundred finished ones."""

    def __init__(self, num_envs: int) -> None:
        self.rewards = np.zeros(num_envs)
        self.lengths = np.zeros(num_envs, dtype=int)
        self.finished: deque[tuple[float, int]] = deque(maxlen=100)

    def step(self, rewards: th.Tensor, ended: th.Tensor) -> int:
        """Add one step (N,); returns how many episodes it ended."""
        self.rewards += rewards.cpu().numpy()
        self.lengths += 1
        over = np.flatnonzero(ended.cpu().numpy())
        for index in over:
            self.finished.append((float(self.rewards[index]), int(self.lengths[index])))
        self.rewards[over] = 0.0
        self.lengths[over] = 0
        return len(over)

    def means(self) -> dict[str, float | None]:
        """Mean reward and length of the finished episodes kept, None before the first."""
        if not self.finished:
            return {"episode_reward": None, "episode_length": None}
        rewards, lengths = zip(*self.finished, strict=True)
        return {"episode_reward": float(np.mean(rewards)), "episode_length": float(np.mean(lengths))}


def run(agent: Learner, schedule: Schedule) -> None:
    """Train until `num_train_steps` more environment steps have been made (rounded up to whole rollouts).

    An interrupt keeps a checkpoint and then goes on to the caller.

    Raises:
        ParameterError: a step count or interval is less than 1.
    """
    for name in ("num_train_steps", "log_interval", "eval_interval", "save_interval", "num_eval_episodes"):
        if getattr(schedule, name) < 1:
            raise ParameterError(f"{name} is {getattr(schedule, name)}; expected at least 1.")
    per_update = agent.num_steps * agent.env.num_envs
    updates = -(-schedule.num_train_steps // per_update)
    rates = {name: [g["lr"] for g in opt.param_groups] for name, opt in agent.policy.optimizers.items()}
    episodes = Episodes(agent.env.num_envs)
    started, first_step = time.perf_counter(), agent.global_step
    obs, _ = agent.env.reset()
    try:
        for update in range(1, updates + 1):
            if schedule.anneal_lr:
                _scale_rates(agent, rates, 1.0 - (update - 1) / updates)
            obs = collect(agent, obs, episodes)
            losses = learn(agent, obs)
            if update % schedule.log_interval == 0 or update == updates:
                elapsed = time.perf_counter() - started
                speed = (agent.global_step - first_step) / elapsed
                where = {"step": agent.global_step, "episode": agent.global_episode, **episodes.means()}
                agent.logger.record("train", {**where, "fps": speed, "total_time": elapsed, **losses})
            if agent.eval_env is not None and (update % schedule.eval_interval == 0 or update == updates):
                agent.logger.record("eval", agent.eval(schedule.num_eval_episodes))
            if update % schedule.save_interval == 0 or update == updates:
                agent.save()
    except KeyboardInterrupt:
        agent.logger.info(f"interrupted; saved {agent.save()}")
        raise
    finally:
        _scale_rates(agent, rates, 1.0)
        agent.logger.close()


def collect(agent: Learner, obs: th.Tensor, episodes: Episodes) -> th.Tensor:
    """Fill the storage with one rollout from `obs` (N, ...); returns the observations after it."""
    agent.policy.train(False)
    for _ in range(agent.num_steps):
        with th.inference_mode():
            actions, extras = agent.policy(obs.to(agent.device), training=True)
            next_obs, rewards, terminateds, truncateds, infos = agent.env.step(actions)
            final_values = None
            if truncateds.any():
                final_values = agent.policy.get_value(infos["final_obs"].to(agent.device)) * truncateds
        agent.storage.add(
            obs, actions, rewards, terminateds, truncateds, infos, next_obs, **extras, final_values=final_values
        )
        if agent.irs is not None:
            following = infos.get("final_obs", next_obs)
            agent.irs.watch(obs, actions, rewards, terminateds, truncateds, following)
        agent.global_step += agent.env.num_envs
        agent.global_episode += episodes.step(rewards, th.maximum(terminateds, truncateds))
        obs = next_obs
    return obs


def learn(agent: Learner, last_obs: th.Tensor) -> Mapping[str, Any]:
    """Mix rewards, estimate advantages, update; returns the losses."""
    storage, extra = agent.storage, {}
    intrinsic = None
    if agent.irs is not None:
        samples = {
            "observations": storage.observations,
            "actions": storage.actions,
            "rewards": storage.rewards.clone(),
            "terminateds": storage.terminateds,
            "truncateds": storage.truncateds,
            "next_observations": storage.next_observations(),
        }
        intrinsic = agent.irs.compute(samples)
        agent.irs.update(samples)
        extra = {"intrinsic_reward": float(intrinsic.mean())}
    storage.rewards.copy_(mix_rewards(storage.rewards, intrinsic, pretraining=agent.pretraining))
    with th.inference_mode():
        last_values = agent.policy.get_value(last_obs.to(agent.device))
    storage.compute_returns_and_advantages(last_values.clone())
    agent.policy.train(True)
    losses = agent.update()
    storage.update()
    return {**losses, **extra}


def _scale_rates(agent: Learner, rates: Mapping[str, list[float]], factor: float) -> None:
    for name, optimizer in agent.policy.optimizers.items():
        for group, rate in zip(optimizer.param_groups, rates[name], strict=True):
            group["lr"] = rate * factor
