"""The distributed loop: processes act while one learner learns from what they did the round before."""

from __future__ import annotations

from collections.abc import Mapping
from queue import SimpleQueue
from typing import Any

import numpy as np
import torch as th

from rllte.core.trees import to_device, tree_map
from rllte.training.actors import Actors, Part, flatten, unflatten
from rllte.training.live import Episodes
from rllte.training.normalize import see
from rllte.training.rewards import intrinsic_of, mix_rewards
from rllte.training.session import Learner, Schedule, Session, check_finite


class Rounds:
    """Where the actors stand between two rounds; the counterpart of `Live` of the other loops."""

    def __init__(self, agent: Any) -> None:
        self.agent = agent
        self.episodes = Episodes(agent.env.num_envs)
        self.parts: list[Part] | None = None
        self.number = 0

    def check_untouched(self) -> None:
        """Nothing: the actors' environments are their own."""

    def begin(self, saved: Mapping[str, th.Tensor] | None) -> None:
        """Go on from the tensors of a checkpoint, if there are some."""
        if not saved:
            return
        self.number = int(saved["number"])
        self.parts = unflatten({k.removeprefix("part."): t for k, t in saved.items() if k.startswith("part.")})
        self.episodes.restore(
            {k.removeprefix("episodes."): t.numpy() for k, t in saved.items() if k.startswith("episodes.")}
        )

    def state(self) -> dict[str, th.Tensor]:
        """Tensors for a checkpoint."""
        if self.parts is None:
            return {}
        tensors = {f"part.{key}": value for key, value in flatten(self.parts).items()}
        tensors |= {f"episodes.{key}": th.from_numpy(np.array(v)) for key, v in self.episodes.state().items()}
        return {**tensors, "number": th.tensor(self.number)}


class DistributedLearner(Learner):
    """What this loop needs besides."""

    num_actors: int
    behaviour: Any
    seed: int


def run(agent: DistributedLearner, schedule: Schedule) -> None:
    """Train until `num_train_steps` more environment steps have been made (rounded up to whole rounds).

    A round is one rollout of T steps in every environment. While the learner learns from one round, the actors make the
    next with the weights from before that: they are always one round behind, which V-trace corrects for. So the result
    does not depend on the speed of processes.

    Raises:
        NotFiniteError: a reward or observation is not finite, or after an update a loss or weight.
        RuntimeError: a process failed; its traceback is in the message.
    """
    rounds: Any = agent.live
    rounds.begin(agent.take_saved())
    storage, number = agent.storage, agent.num_actors
    acting = Actors(agent.env, agent.behaviour, storage, number, agent.seed, rounds.parts)
    with Session(agent, schedule, agent.global_step) as session, acting as actors:
        rollouts = range(number)
        actors.start(rollouts, rounds.number)
        while True:
            parts = actors.wait()
            agent.policy.publish(agent.behaviour)
            rounds.parts, rounds.number = parts, rounds.number + 1
            session.anneal()
            agent.global_step += storage.storage_size * agent.env.num_envs
            done, last = rollouts, agent.global_step >= session.last_step
            if not last:
                rollouts = range(number, 2 * number) if done.start == 0 else range(number)
                actors.start(rollouts, rounds.number)
            losses = learn(agent, done, finals_of(parts, actors.shares))
            session.stepped()
            session.after_update(agent.global_step, losses)
            if last or session.stopped:
                break


def finals_of(parts: list[Part], shares: list[np.ndarray[Any, Any]]) -> list[tuple[int, int, Any]]:
    """Step, environment and last observation of the episodes that ended, over all processes."""
    return [(t, int(share[i]), obs) for part, share in zip(parts, shares, strict=True) for t, i, obs in part.finals]


def learn(agent: DistributedLearner, done: range, finals: list[tuple[int, int, Any]]) -> Mapping[str, Any]:
    """Mix rewards, then learn from the rollouts `done` in batches; returns the mean losses."""
    storage, episodes, extra = agent.storage, agent.live.episodes, {}
    whole = {name: tree_map(lambda leaf: side_by_side(leaf, done), field) for name, field in storage.storages.items()}
    rewards, over, cut = (whole[name][1:] for name in ("rewards", "terminateds", "truncateds"))
    for t in range(len(rewards)):
        agent.global_episode += episodes.step(rewards[t], th.maximum(over[t], cut[t]))
    intrinsic = None
    if agent.irs is not None:
        samples = _samples(whole, finals, agent.device)
        for t in range(len(rewards)):
            agent.irs.watch(*(tree_map(lambda leaf, t=t: leaf[t].clone(), samples[name]) for name in _NAMES))
        intrinsic = intrinsic_of(agent.irs, samples)
        agent.irs.update(_samples(whole, finals, agent.device))
        extra = {"intrinsic_reward": float(intrinsic.detach().mean())}
        intrinsic = intrinsic.to(rewards.device)
    if agent.reward_scaler is not None:
        rewards = agent.reward_scaler(rewards.to(agent.device), th.maximum(over, cut).to(agent.device)).to(over)
    mixed = mix_rewards(rewards, intrinsic, pretraining=agent.pretraining)
    check_finite(agent.global_step, {"rewards": mixed})
    width = storage.rollout_envs
    for number, index in enumerate(done):
        storage.storages["rewards"][index, 1:] = mixed[:, number * width : (number + 1) * width]
    losses = _update(agent, done)
    see(agent.policy, tree_map(lambda leaf: leaf[:-1], whole["observations"]))
    numbers = {name: th.tensor(value) for name, value in losses.items()}
    check_finite(agent.global_step, {**numbers, **dict(agent.policy.named_parameters())})
    return {**losses, **extra}


def _update(agent: DistributedLearner, done: range) -> dict[str, float]:
    """One update on each batch of rollouts; returns the mean losses."""
    agent.policy.train(True)
    full, free = SimpleQueue[int](), SimpleQueue[int]()
    for index in done:
        full.put(index)
    batches, sums = len(done) // agent.storage.batch_size, dict[str, float]()
    for _ in range(batches):
        for name, value in (agent.update(agent.storage.sample(free, full)) or {}).items():
            sums[name] = sums.get(name, 0.0) + float(value)
        agent.num_updates += 1
    return {name: value / batches for name, value in sums.items()}


def side_by_side(field: th.Tensor, rollouts: range) -> th.Tensor:
    """(T + 1, N, ...) of some of the rollouts (R, T + 1, k, ...)."""
    return th.cat([field[index] for index in rollouts], dim=1)


_NAMES = ("observations", "actions", "rewards", "terminateds", "truncateds", "next_observations")


def _samples(whole: Mapping[str, Any], finals: list[tuple[int, int, Any]], device: th.device) -> dict[str, Any]:
    """(T, N, ...) copies for an intrinsic reward; an episode's last step is followed by its own last observation."""
    following = tree_map(lambda leaf: leaf[1:].clone(), whole["observations"])
    for t, index, obs in finals:
        tree_map(lambda leaf, last, t=t, i=index: leaf[t, i].copy_(th.as_tensor(last)), following, obs)
    samples = {"observations": tree_map(lambda leaf: leaf[:-1].clone(), whole["observations"])}
    samples |= {"actions": whole["actions"][:-1].clone(), "next_observations": following}
    samples |= {name: whole[name][1:].clone() for name in ("rewards", "terminateds", "truncateds")}
    return {name: to_device(tree, device) for name, tree in samples.items()}


def even_share(number: int, most: int) -> int:
    """The largest divisor of `number` that is at most `most`."""
    return next(d for d in range(min(number, most), 0, -1) if number % d == 0)
