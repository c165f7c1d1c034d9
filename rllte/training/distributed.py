"""The distributed loop: processes act while one learner learns from what they did the round before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch as th

from rllte.core.trees import tree_map
from rllte.training.actors import Actors, Part, flatten, unflatten
from rllte.training.live import Episodes
from rllte.training.rewards import mix_rewards
from rllte.training.session import Learner, Schedule, Session, check_finite


class Rounds:
    """Where the actors stand between two rounds; the counterpart of `Live` of the other loops."""

    def __init__(self, agent: Any) -> None:
        self.agent = agent
        self.episodes = Episodes(agent.env.num_envs)
        self.parts: list[Part] | None = None
        self.number = 0

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
    storage, num_envs = agent.storage, agent.env.num_envs
    if agent.behaviour.recurrent and storage.states is None:
        storage.remember(agent.behaviour.initial_state(1).shape[1])
    acting = Actors(agent.env, agent.behaviour, storage, agent.num_actors, agent.seed, rounds.parts)
    with Session(agent, schedule, agent.global_step) as session, acting as actors:
        slots = np.arange(num_envs)
        actors.start(slots, rounds.number)
        while True:
            parts = actors.wait()
            agent.policy.publish(agent.behaviour)
            rounds.parts, rounds.number = parts, rounds.number + 1
            session.anneal()
            agent.global_step += storage.storage_size * num_envs
            done, last = slots, agent.global_step >= session.last_step
            slots = (slots + num_envs) % (2 * num_envs)
            if not last:
                actors.start(slots, rounds.number)
            losses = learn(agent, th.from_numpy(done), finals_of(parts, actors.shares))
            session.stepped()
            session.after_update(agent.global_step, losses)
            if last or session.stopped:
                break


def finals_of(parts: list[Part], shares: list[np.ndarray[Any, Any]]) -> list[tuple[int, int, Any]]:
    """Step, environment and last observation of the episodes that ended, over all processes."""
    return [(t, int(share[i]), obs) for part, share in zip(parts, shares, strict=True) for t, i, obs in part.finals]


def learn(agent: DistributedLearner, done: th.Tensor, finals: list[tuple[int, int, Any]]) -> Mapping[str, Any]:
    """Mix rewards, then learn from the rollouts `done` (N,) in batches; returns the mean losses."""
    storage, episodes, extra = agent.storage, agent.live.episodes, {}
    whole = storage.batch(done)
    for rewards, over, cut in zip(whole.rewards, whole.terminateds, whole.truncateds, strict=True):
        agent.global_episode += episodes.step(rewards, th.maximum(over, cut))
    intrinsic = None
    if agent.irs is not None:
        samples = _samples(whole, finals)
        for t in range(len(whole.rewards)):
            agent.irs.watch(*(tree_map(lambda leaf, t=t: leaf[t].clone(), samples[name]) for name in _NAMES))
        intrinsic = agent.irs.compute(samples)
        agent.irs.update(_samples(whole, finals))
        extra = {"intrinsic_reward": float(intrinsic.detach().mean())}
    extrinsic = whole.rewards
    if agent.reward_scaler is not None:
        extrinsic = agent.reward_scaler(extrinsic, th.maximum(whole.terminateds, whole.truncateds))
    mixed = mix_rewards(extrinsic, intrinsic, pretraining=agent.pretraining)
    check_finite(agent.global_step, {"rewards": mixed})
    storage.rewards[done] = mixed.T.to(storage.rewards)
    agent.policy.train(True)
    sums: dict[str, float] = {}
    batches = done.split(storage.batch_size)
    for indices in batches:
        for name, value in (agent.update(storage.batch(indices)) or {}).items():
            sums[name] = sums.get(name, 0.0) + float(value)
        agent.num_updates += 1
    losses = {name: value / len(batches) for name, value in sums.items()}
    numbers = {name: th.tensor(value) for name, value in losses.items()}
    check_finite(agent.global_step, {**numbers, **dict(agent.policy.named_parameters())})
    return {**losses, **extra}


_NAMES = ("observations", "actions", "rewards", "terminateds", "truncateds", "next_observations")


def _samples(batch: Any, finals: list[tuple[int, int, Any]]) -> dict[str, Any]:
    """(T, N, ...) copies for an intrinsic reward; an episode's last step is followed by its own last observation."""
    following = tree_map(lambda leaf: leaf[1:].clone(), batch.observations)
    for t, index, obs in finals:
        tree_map(lambda leaf, last, t=t, i=index: leaf[t, i].copy_(th.as_tensor(last)), following, obs)
    named = {name: getattr(batch, name).clone() for name in _NAMES[1:5]}
    return {"observations": tree_map(lambda leaf: leaf[:-1].clone(), batch.observations), **named, "next_observations": following}
