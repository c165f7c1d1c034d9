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
from rllte.core.errors import NotFiniteError
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

    def update(self) -> Mapping[str, Any] | None: ...
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

    An interrupt keeps a checkpoint, unless it came in the midst of an update that had made a weight infinite, and then
    goes on to the caller; what was left in the storage by one is forgotten.

    Raises:
        NotFiniteError: see `learn`; nothing is saved then.
        FileError: the run folder cannot be made or written to.
    """
    agent.storage.reset()
    logger = agent.logger  # makes the run folder: better now than after a rollout
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
                logger.record("train", {**where, "fps": speed, "total_time": elapsed, **losses})
            if agent.eval_env is not None and (update % schedule.eval_interval == 0 or update == updates):
                logger.record("eval", agent.eval(schedule.num_eval_episodes))
            if update % schedule.save_interval == 0 or update == updates:
                agent.save()
    except KeyboardInterrupt:
        _keep(agent)
        raise
    finally:
        _scale_rates(agent, rates, 1.0)
        logger.close()


def _keep(agent: Learner) -> None:
    """Save what an interrupt leaves, if it can be gone on from."""
    try:
        _check_finite(agent.global_step, dict(agent.policy.named_parameters()))
    except NotFiniteError as error:
        agent.logger.info(f"interrupted; not saved: {error}")
    else:
        agent.logger.info(f"interrupted; saved {agent.save()}")


def collect(agent: Learner, obs: th.Tensor, episodes: Episodes) -> th.Tensor:
    """Fill the storage with one rollout from `obs` (N, ...); returns the observations after it.

    What an environment gives moves to the agent's device here, once.
    """
    agent.policy.train(False)
    obs = obs.to(agent.device)
    for _ in range(agent.num_steps):
        with th.no_grad():  # not inference_mode: an intrinsic reward may learn from these tensors
            actions, extras = agent.policy(obs, training=True)
            next_obs, *flags, infos = agent.env.step(actions)
            agent.global_step += agent.env.num_envs
            agent.global_episode += episodes.step(flags[0], th.maximum(flags[1], flags[2]))
            cut = bool(flags[2].any())
            next_obs, rewards, terminateds, truncateds = (t.to(agent.device) for t in (next_obs, *flags))
            final_values = None
            if "final_obs" in infos:
                infos = {**infos, "final_obs": infos["final_obs"].to(agent.device)}
            if cut:
                final_values = agent.policy.get_value(infos["final_obs"]) * truncateds
        agent.storage.add(
            obs, actions, rewards, terminateds, truncateds, infos, next_obs, **extras, final_values=final_values
        )
        if agent.irs is not None:
            seen = (obs, actions, rewards, terminateds, truncateds, infos.get("final_obs", next_obs))
            agent.irs.watch(*(tensor.clone() for tensor in seen))
        obs = next_obs
    return obs


def learn(agent: Learner, last_obs: th.Tensor) -> Mapping[str, Any]:
    """Mix rewards, estimate advantages, update; returns the losses.

    Raises:
        NotFiniteError: before the update, a reward or observation is not finite; after it, a loss or weight.
    """
    storage, extra = agent.storage, {}
    steps = storage.step
    intrinsic = None
    if agent.irs is not None:
        intrinsic = agent.irs.compute(samples(storage))
        agent.irs.update(samples(storage))
        extra = {"intrinsic_reward": float(intrinsic.detach().mean())}
    rewards = mix_rewards(storage.rewards[:steps], intrinsic, pretraining=agent.pretraining)
    _check_finite(agent.global_step, {"observations": storage.observations[:steps], "rewards": rewards})
    storage.rewards[:steps].copy_(rewards)
    with th.no_grad():
        last_values = agent.policy.get_value(last_obs.to(agent.device))
    storage.compute_returns_and_advantages(last_values.clone())
    agent.policy.train(True)
    losses = agent.update() or {}
    storage.update()
    numbers = {name: th.as_tensor(value).detach() for name, value in losses.items()}
    _check_finite(agent.global_step, {**numbers, **dict(agent.policy.named_parameters())})
    return {**losses, **extra}


def samples(storage: VanillaRolloutStorage) -> dict[str, th.Tensor]:
    """Copies of the rollout for an intrinsic reward, (T, N, ...) each: what it does to them changes nothing else."""
    names = ("observations", "actions", "rewards", "terminateds", "truncateds")
    copies = {name: getattr(storage, name)[: storage.step].clone() for name in names}
    return {**copies, "next_observations": storage.next_observations()}


def _check_finite(step: int, tensors: Mapping[str, th.Tensor]) -> None:
    floats = {name: tensor for name, tensor in tensors.items() if tensor.is_floating_point()}
    if floats and not bool(th.stack([tensor.isfinite().all().cpu() for tensor in floats.values()]).all()):
        names = [name for name, tensor in floats.items() if not bool(tensor.isfinite().all())]
        raise NotFiniteError(
            f"At step {step} not every number is finite in: {', '.join(names[:5])}. Rewards and observations come from "
            "the environment or intrinsic reward; losses and weights ask for a smaller lr or max_grad_norm."
        )


def _scale_rates(agent: Learner, rates: Mapping[str, list[float]], factor: float) -> None:
    for name, optimizer in agent.policy.optimizers.items():
        for group, rate in zip(optimizer.param_groups, rates[name], strict=True):
            group["lr"] = rate * factor
