"""The on-policy loop: collect T steps in N environments, mix rewards, estimate advantages, update."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch as th

from rllte.core.trees import leaves, to_device, tree_map
from rllte.training.normalize import see
from rllte.training.rewards import intrinsic_of, mix_rewards
from rllte.training.session import Learner, Schedule, Session, check_finite, losses_of


class OnPolicyLearner(Learner):
    """What this loop needs besides."""

    num_steps: int


def run(agent: OnPolicyLearner, schedule: Schedule) -> None:
    """Train until `num_train_steps` more environment steps have been made (rounded up to whole rollouts).

    Raises:
        NotFiniteError: see `learn`; nothing is saved then.
        FileError: the run folder cannot be made or written to.
    """
    agent.storage.reset()  # an interrupt may have left a part of a rollout
    with Session(agent, schedule) as session:
        agent.live.begin(agent.take_saved())
        if agent.irs is not None:
            agent.irs.reset(agent.live.unseen)
        update = 0
        while agent.global_step < session.last_step and not session.stopped:
            session.anneal()
            collect(agent, session.stepped)
            losses = learn(agent)
            update += 1
            session.after_update(update, losses)


def collect(agent: OnPolicyLearner, after_step: Callable[[], None] = lambda: None) -> None:
    """Fill the storage with one rollout, on from where the environments stand.

    What an environment gives moves to the agent's device here, once.
    """
    live, actor, storage = agent.live, agent.live.actor, agent.storage
    agent.policy.train(False)
    for _ in range(agent.num_steps):
        obs = live.obs
        with th.no_grad():  # not inference_mode: an intrinsic reward may learn from these tensors
            actions, extras = actor.act(obs)
            next_obs, *flags, infos = agent.env.step(agent.policy.env_action(actions))
            agent.global_step += agent.env.num_envs
            ended = th.maximum(flags[1], flags[2])
            agent.global_episode += live.episodes.step(flags[0], ended)
            live.unseen = th.maximum(live.unseen, ended)
            cut = bool(flags[2].any())
            next_obs = to_device(next_obs, agent.device)
            rewards, terminateds, truncateds = (flag.to(agent.device) for flag in flags)
            final_values = None
            if "final_obs" in infos:
                infos = {**infos, "final_obs": to_device(infos["final_obs"], agent.device)}
            if cut:
                final_values = actor.values(infos["final_obs"]) * truncateds
            actor.ended(ended)
        storage.add(
            obs, actions, rewards, terminateds, truncateds, infos, next_obs, **extras, final_values=final_values
        )
        if agent.irs is not None:
            seen = (obs, actions, rewards, terminateds, truncateds, infos.get("final_obs", next_obs))
            agent.irs.watch(*(tree_map(th.clone, tree) for tree in seen))
        live.obs = next_obs
        after_step()


def learn(agent: OnPolicyLearner) -> Mapping[str, Any]:
    """Mix rewards, estimate advantages, update; returns the losses.

    Raises:
        NotFiniteError: before the update, a reward or observation is not finite; after it, a loss or weight.
    """
    storage, extra = agent.storage, {}
    steps = storage.step
    observations = tree_map(lambda leaf: leaf[:steps], storage.observations)
    intrinsic = None
    if agent.irs is not None:
        intrinsic = intrinsic_of(agent.irs, samples(storage))
        agent.irs.update(samples(storage))
        agent.live.unseen.zero_()
        extra = {"intrinsic_reward": float(intrinsic.detach().mean())}
    extrinsic = storage.rewards[:steps]
    if agent.reward_scaler is not None:
        extrinsic = agent.reward_scaler(extrinsic, th.maximum(storage.terminateds[:steps], storage.truncateds[:steps]))
    rewards = mix_rewards(extrinsic, intrinsic, pretraining=agent.pretraining)
    check_finite(agent.global_step, {**leaves(observations), "rewards": rewards})
    storage.rewards[:steps].copy_(rewards)
    with th.no_grad():
        last_values = agent.live.actor.values(agent.live.obs)
    storage.compute_returns_and_advantages(last_values.clone())
    agent.policy.train(True)
    losses = losses_of(agent)
    agent.num_updates += 1
    see(agent.policy, observations)  # after the update: acting and learning saw one normalisation
    storage.update()
    numbers = {name: th.as_tensor(value).detach() for name, value in losses.items()}
    check_finite(agent.global_step, {**numbers, **dict(agent.policy.named_parameters())})
    return {**losses, **extra}


def samples(storage: Any) -> dict[str, Any]:
    """Copies of the rollout for an intrinsic reward, (T, N, ...) each: what it does to them changes nothing else."""
    names = ("observations", "actions", "rewards", "terminateds", "truncateds")
    copies = {name: tree_map(lambda leaf: leaf[: storage.step].clone(), getattr(storage, name)) for name in names}
    return {**copies, "next_observations": storage.next_observations()}
