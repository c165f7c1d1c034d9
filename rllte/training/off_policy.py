"""The off-policy loop: one step of all environments, reward mixed, stored, then the updates that are due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import torch as th

from rllte.core.bases import BaseDistribution, BaseReward
from rllte.core.trees import to_device, tree_map
from rllte.env.torch_env import Gymnasium2Torch
from rllte.training.logger import Logger
from rllte.training.rewards import mix_rewards

INTRINSIC_STEPS = 64
"""Steps of all environments after which an intrinsic reward learns, from these steps."""


class Learner(Protocol):
    """What the loop needs of an agent."""

    env: Gymnasium2Torch
    eval_env: Gymnasium2Torch | None
    device: th.device
    policy: Any
    storage: Any
    dist: BaseDistribution
    irs: BaseReward | None
    pretraining: bool
    num_init_steps: int
    update_every_steps: int
    global_step: int
    global_episode: int
    logger: Logger

    def update(self) -> Mapping[str, Any] | None: ...
    def save(self, path: Any = None) -> Any: ...
    def eval(self, num_eval_episodes: int) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Schedule:
    """How long, and how often; evaluations and checkpoints by environment steps, log lines by episodes."""

    num_train_steps: int
    log_interval: int = 1
    eval_interval: int = 5000
    save_interval: int = 5000
    num_eval_episodes: int = 10
    anneal_lr: bool = False


class Bonus:
    """The intrinsic reward of one step at a time, right when it is made; it learns from every so many steps.

    Without an intrinsic reward it hands the environment's rewards on.
    """

    def __init__(self, reward: BaseReward | None, pretraining: bool) -> None:
        self.reward = reward
        self.pretraining = pretraining
        self.steps: list[dict[str, Any]] = []
        self.last: th.Tensor | None = None

    def mix(self, step: Mapping[str, Any]) -> th.Tensor:
        """The rewards (N,) to store for a step: `observations`, `actions`, `rewards` and so on, each (N, ...)."""
        if self.reward is None:
            return mix_rewards(step["rewards"], None, pretraining=self.pretraining)
        self.reward.watch(*tree_copy(step).values())
        row = {name: tree_map(lambda leaf: leaf[None], value) for name, value in step.items()}
        self.last = self.reward.compute(tree_copy(row))
        self.steps.append(tree_copy(row))
        if len(self.steps) >= INTRINSIC_STEPS:
            self.learn()
        return mix_rewards(row["rewards"], self.last, pretraining=self.pretraining)[0]

    def learn(self) -> None:
        """One update of the intrinsic reward from the steps since the last."""
        names = self.steps[0]
        rollout = {name: tree_map(lambda *parts: th.cat(parts), *(step[name] for step in self.steps)) for name in names}
        self.reward.update(rollout)
        self.steps = []


def tree_copy(step: Mapping[str, Any]) -> dict[str, Any]:
    """Copies: what an intrinsic reward does to them changes nothing else."""
    return {name: tree_map(th.clone, value) for name, value in step.items()}


def collect(agent: Learner, obs: Any, bonus: Bonus) -> tuple[Any, th.Tensor, th.Tensor]:
    """One step of all environments from `obs` (N, ...), into the storage.

    Returns:
        The observations after it, the environment's rewards (N,) and where episodes ended (N,) bool.
    """
    policy, step = agent.policy, agent.global_step
    with th.no_grad():  # not inference_mode: an intrinsic reward may learn from these tensors
        if step < agent.num_init_steps:
            actions = policy.random_actions(agent.env.num_envs, agent.device)
        else:
            _mode(policy, False)
            policy.dist = agent.dist.at(step)
            actions = policy(obs, training=True)
        next_obs, *flags, infos = agent.env.step(policy.env_action(actions))
    agent.global_step += agent.env.num_envs
    next_obs = to_device(next_obs, agent.device)
    rewards, terminateds, truncateds = (flag.to(agent.device) for flag in flags)
    if "final_obs" in infos:
        infos = {**infos, "final_obs": to_device(infos["final_obs"], agent.device)}
    stored = bonus.mix(
        {
            "observations": obs,
            "actions": actions,
            "rewards": rewards,
            "terminateds": terminateds,
            "truncateds": truncateds,
            "next_observations": infos.get("final_obs", next_obs),
        }
    )
    agent.storage.add(obs, actions, stored, terminateds, truncateds, infos, next_obs)
    ended = (terminateds + truncateds) > 0
    agent.dist.reset(ended)
    return next_obs, rewards, ended


def updates_due(before: int, after: int, every: int) -> int:
    """How many multiples of `every` lie above `before` and up to `after`: a count of steps may pass several, or none."""
    return after // every - before // every


def learn(agent: Learner, before: int) -> Mapping[str, Any]:
    """The updates that are due since `before` environment steps; returns the losses of the last, empty without one."""
    if agent.global_step <= agent.num_init_steps or not _enough(agent.storage):
        return {}
    losses: Mapping[str, Any] = {}
    for _ in range(updates_due(max(before, agent.num_init_steps), agent.global_step, agent.update_every_steps)):
        _mode(agent.policy, True)
        losses = agent.update() or {}
    return losses


def _enough(storage: Any) -> bool:
    return not hasattr(storage, "__len__") or len(storage) >= storage.batch_size


def _mode(policy: Any, training: bool) -> None:
    if policy.training != training:
        policy.train(training)


def run(agent: Learner, schedule: Schedule) -> None:
    """Train until `num_train_steps` more environment steps have been made (rounded up to whole steps of all)."""
    bonus = Bonus(agent.irs, agent.pretraining)
    obs, _ = agent.env.reset()
    obs = to_device(obs, agent.device)
    end = agent.global_step + schedule.num_train_steps
    while agent.global_step < end:
        before = agent.global_step
        obs, _rewards, _ended = collect(agent, obs, bonus)
        learn(agent, before)
