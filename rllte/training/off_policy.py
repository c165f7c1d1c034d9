"""The off-policy loop: one step of all environments, reward mixed, stored, then the updates that are due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch as th

from rllte.core.bases import BaseDistribution, BaseReward
from rllte.core.trees import Tree, leaves, to_device, tree_map
from rllte.training.live import Live
from rllte.training.normalize import see
from rllte.training.rewards import intrinsic_of, mix_rewards
from rllte.training.session import Learner, Schedule, Session, check_quickly, final_leaves, losses_of

INTRINSIC_STEPS = 64
"""Steps of all environments after which an intrinsic reward learns, from these steps."""


class Bonus:
    """The intrinsic reward of one step at a time, right when it is made; it learns from every so many steps.

    Without an intrinsic reward it hands the environment's rewards on.

    Args:
        reward: the intrinsic reward, or None.
        pretraining: the environment's rewards are left out.
    """

    def __init__(self, reward: BaseReward | None, pretraining: bool) -> None:
        self.reward = reward
        self.pretraining = pretraining
        self.steps: list[dict[str, Any]] = []
        self.last: float | None = None

    def mix(self, step: Mapping[str, Any]) -> th.Tensor:
        """The rewards (N,) to store.

        Args:
            step: observations, actions, rewards, terminateds, truncateds, next_observations, each (N, ...).
        """
        extrinsic = step["rewards"][None]
        if self.reward is None:
            return mix_rewards(extrinsic, None, pretraining=self.pretraining)[0]
        self.reward.watch(*copied(step).values())
        row = {name: tree_map(lambda leaf: leaf[None], value) for name, value in step.items()}
        intrinsic = intrinsic_of(self.reward, copied(row))
        if not self.reward.ready:  # what is stored stays, and the first few would be divided by next to nothing
            intrinsic = th.zeros_like(intrinsic)
        self.last = float(intrinsic.mean())
        self.steps.append(copied(row))
        if len(self.steps) >= INTRINSIC_STEPS:
            self.reward.update(self.rollout())
            self.steps = []
        return mix_rewards(extrinsic, intrinsic, pretraining=self.pretraining)[0]

    def rollout(self) -> dict[str, Any]:
        """The steps since the last update, (T, N, ...) each; empty without one."""
        if not self.steps:
            return {}
        return {name: tree_map(lambda *rows: th.cat(rows), *(s[name] for s in self.steps)) for name in self.steps[0]}


def copied(step: Mapping[str, Any]) -> dict[str, Any]:
    """Copies: what an intrinsic reward does to them changes nothing else."""
    return {name: tree_map(th.clone, value) for name, value in step.items()}


class OffPolicyLive(Live):
    """Where the environments stand, what an intrinsic reward has yet to learn from, and what the noise remembers."""

    def __init__(self, agent: Any) -> None:
        super().__init__(agent)
        self.bonus = Bonus(agent.irs, agent.pretraining)

    def _forget(self, ended: th.Tensor) -> None:
        super()._forget(ended)
        self.agent.dist.reset(ended)

    def state(self) -> dict[str, th.Tensor]:
        """Tensors for a checkpoint."""
        state = super().state()
        for name, value in self.bonus.rollout().items() if state else ():
            for key, leaf in leaves(value).items():
                dotted = f"{name}.{key}" if isinstance(value, dict) else name
                state[f"bonus.{dotted}"] = leaf.cpu().contiguous()
        if state:
            state |= {f"noise.{name}": path.cpu().contiguous() for name, path in self.agent.dist.state().items()}
        return state

    def _restore(self, saved: Mapping[str, th.Tensor]) -> bool:
        if not super()._restore(saved):
            return False
        noise = {name: path for name, path in saved.items() if name.startswith("noise.")}
        self.agent.dist.restore({name.removeprefix("noise."): path.to(self.device) for name, path in noise.items()})
        rollout: dict[str, Any] = {}
        for name, leaf in saved.items():
            if name.startswith("bonus."):
                field, _, key = name.removeprefix("bonus.").partition(".")
                where = rollout.setdefault(field, {}) if key else rollout
                where[key or field] = leaf.to(self.device)
        count = len(rollout["rewards"]) if self.bonus.reward is not None and rollout else 0
        self.bonus.steps = [
            {name: tree_map(lambda leaf, i=index: leaf[i : i + 1], value) for name, value in rollout.items()}
            for index in range(count)
        ]
        return True


class OffPolicyLearner(Learner):
    """What this loop needs besides."""

    dist: BaseDistribution
    num_init_steps: int
    update_every_steps: int
    live: OffPolicyLive


def run(agent: OffPolicyLearner, schedule: Schedule) -> None:
    """Train until `num_train_steps` more environment steps have been made (rounded up to whole steps of all).

    Raises:
        NotFiniteError: a reward, observation, loss or weight is not finite; nothing is saved then.
        FileError: the run folder cannot be made or written to.
    """
    with Session(agent, schedule, agent.global_step, agent.global_episode) as session:
        agent.live.begin(agent.take_saved())
        check_quickly(agent.global_step, leaves(agent.live.obs))
        losses: Mapping[str, Any] = {}
        while agent.global_step < session.last_step and not session.stopped:
            steps, episodes, updates = agent.global_step, agent.global_episode, agent.num_updates
            collect(agent)
            session.stepped()
            losses = learn(agent, steps, session) or losses
            updated = agent.num_updates > updates
            if updated or agent.global_episode > episodes or agent.global_step >= session.last_step:
                bonus = {} if agent.live.bonus.last is None else {"intrinsic_reward": agent.live.bonus.last}
                session.after_update(agent.global_step, {**losses, **bonus}, agent.global_episode, updated)


def collect(agent: OffPolicyLearner) -> None:
    """One step of all environments into the storage, on from where they stand.

    What an environment gives moves to the agent's device here, once.
    """
    live, policy, obs = agent.live, agent.policy, agent.live.obs
    with th.no_grad():  # not inference_mode: an intrinsic reward may learn from these tensors
        actions = choose(agent, obs)
        next_obs, *flags, infos = agent.env.step(policy.env_action(actions))
        agent.global_step += agent.env.num_envs
        ended = th.maximum(flags[1], flags[2])
        agent.global_episode += live.episodes.step(flags[0], ended)
        next_obs = to_device(next_obs, agent.device)
        rewards, terminateds, truncateds = (flag.to(agent.device) for flag in flags)
        if "final_obs" in infos:
            infos = {**infos, "final_obs": to_device(infos["final_obs"], agent.device)}
        if agent.reward_scaler is not None:
            rewards = agent.reward_scaler(rewards[None], ended.to(agent.device)[None])[0]
    last = infos.get("final_obs", next_obs)  # of an episode that ended, what is stored as what followed
    check_quickly(agent.global_step, {**leaves(next_obs), **(final_leaves(last) if last is not next_obs else {})})
    stored = live.bonus.mix(
        {
            "observations": obs,
            "actions": actions,
            "rewards": rewards,
            "terminateds": terminateds,
            "truncateds": truncateds,
            "next_observations": last,
        }
    )
    check_quickly(agent.global_step, {"rewards": stored})
    agent.storage.add(obs, actions, stored, terminateds, truncateds, infos, next_obs)
    see(policy, obs)
    agent.dist.reset(ended)
    live.obs = next_obs


def choose(agent: OffPolicyLearner, obs: Tree) -> th.Tensor:
    """Actions (N, ...) for observations: any during warm-up, later the policy's with its exploration as scheduled."""
    policy, step = agent.policy, agent.global_step
    if step < agent.num_init_steps:
        actions: th.Tensor = policy.random_actions(agent.env.num_envs, agent.device)
        return actions
    _mode(policy, False)
    policy.dist = agent.dist.at(step)
    actions = policy(obs, training=True)
    return actions


def updates_due(before: int, after: int, every: int) -> int:
    """How many multiples of `every` lie above `before` and up to `after`: a count of steps may pass several, or none."""
    return after // every - before // every


def learn(agent: OffPolicyLearner, before: int, session: Session) -> Mapping[str, Any]:
    """The updates that are due since the environment step `before`; returns the losses of the last.

    As many updates are made for so many environment steps whatever their number: one for each `update_every_steps`.

    Raises:
        NotFiniteError: a loss is not finite.
    """
    losses: Mapping[str, Any] = {}
    start = max(before, agent.num_init_steps)
    if agent.global_step <= start or not _enough(agent.storage):
        return losses
    for _ in range(updates_due(start, agent.global_step, agent.update_every_steps)):
        session.anneal()
        _mode(agent.policy, True)
        losses = losses_of(agent)
        agent.num_updates += 1
        if agent.device.type == "cpu" or agent.num_updates % 64 == 0:  # elsewhere each look waits for the device
            check_quickly(agent.global_step, {name: th.as_tensor(value).detach() for name, value in losses.items()})
    return losses


def _enough(storage: Any) -> bool:
    """Whether a batch can be drawn; a storage that does not say how much it holds is trusted to hold it."""
    return not hasattr(storage, "__len__") or len(storage) >= storage.batch_size


def _mode(policy: Any, training: bool) -> None:
    if policy.training != training:
        policy.train(training)
