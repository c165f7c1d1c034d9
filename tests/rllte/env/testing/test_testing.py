"""Environments for testing: their spaces, seeds and ends, and that the probes pay for the right answer only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.core.errors import ParameterError, UnknownNameError
from rllte.core.trees import leaves
from rllte.env import Gymnasium2Torch, make_rllte_env
from rllte.env import testing as t

RANDOM: dict[str, Callable[..., Gymnasium2Torch]] = {
    "Box": t.make_box_env,
    "Discrete": t.make_discrete_env,
    "MultiBinary": t.make_multibinary_env,
    "MultiDiscrete": t.make_multidiscrete_env,
}
ALL: list[Callable[..., Gymnasium2Torch]] = [
    *RANDOM.values(),
    t.make_bitflipping_env,
    t.make_identity_env,
    t.make_infinite_env,
    t.make_memory_env,
    t.make_two_senses_env,
]


def sample(env: Gymnasium2Torch, generator: np.random.Generator) -> th.Tensor:
    space = env.action_space
    space.seed(int(generator.integers(1000)))
    return th.as_tensor(np.stack([np.asarray(space.sample()) for _ in range(env.num_envs)]))


def rollout(env: Gymnasium2Torch, steps: int = 60) -> list[th.Tensor]:
    generator = np.random.default_rng(0)
    seen = list(leaves(env.reset()[0]).values())
    for _ in range(steps):
        obs, *rest, _ = env.step(sample(env, generator))
        seen += [*leaves(obs).values(), *rest]
    return seen


@pytest.mark.parametrize("make", ALL)
def test_the_same_seed_is_the_same_and_environments_differ(make: Callable[..., Gymnasium2Torch]) -> None:
    made = {"num_envs": 3, "asynchronous": False}
    first, again, other = (rollout(make(seed=seed, **made)) for seed in (1, 1, 2))
    assert all(th.equal(a, b) for a, b in zip(first, again, strict=True))
    if make is not t.make_infinite_env:
        assert not all(th.equal(a, b) for a, b in zip(first, other, strict=True))
        assert any(not th.equal(seen[0], seen[1]) for seen in first)


@pytest.mark.parametrize("kind", RANDOM)
@pytest.mark.parametrize(
    ("env_id", "shapes"),
    [
        ("StateObsEnv", {"observations": 1}),
        ("PixelObsEnv", {"observations": 3}),
        ("DictObsEnv", {"image": 3, "state": 1}),
    ],
)
def test_random_environments_have_the_spaces_of_their_names(kind: str, env_id: str, shapes: dict[str, int]) -> None:
    env = RANDOM[kind](env_id, num_envs=2, asynchronous=False)
    assert type(env.action_space).__name__ == kind
    obs = leaves(env.reset()[0])
    assert {key: leaf.dim() - 1 for key, leaf in obs.items()} == shapes
    with pytest.raises(UnknownNameError, match="PixelObsEnv"):
        RANDOM[kind]("PixelEnv")


def test_defect_21_random_environments_end_for_one_reason_at_a_time() -> None:
    env = t.make_discrete_env(num_envs=8, asynchronous=False)
    env.reset()
    ends = th.zeros(2)
    for _ in range(200):
        _, rewards, terminateds, truncateds, _ = env.step(th.zeros(8, dtype=th.int64))
        assert rewards.eq(0.5).all()
        assert not (terminateds * truncateds).any()
        ends += th.stack([terminateds.sum(), truncateds.sum()])
    assert ends.gt(0).all()


@pytest.mark.parametrize("kind", ["Discrete", "Box", "MultiDiscrete", "MultiBinary"])
def test_the_identity_pays_ten_for_what_it_shows_and_less_for_anything_else(kind: str) -> None:
    env = t.make_identity_env(kind, num_envs=4)
    obs, _ = env.reset()
    total, worse = th.zeros(4), th.zeros(4)
    for _ in range(10):
        if kind == "Discrete":
            action = obs.argmax(-1)
        elif kind == "MultiDiscrete":
            action = th.stack([obs[:, :2].argmax(-1), obs[:, 2:].argmax(-1)], -1)
        else:
            action = obs
        obs, rewards, terminateds, _, _ = env.step(action)
        total += rewards
    assert total.eq(10.0).all()
    assert terminateds.all()
    for _ in range(10):
        worse += env.step(th.zeros_like(action))[1]
    assert worse.max() < 9.5


def test_the_infinite_one_is_cut_and_never_ends() -> None:
    env = t.make_infinite_env()
    env.reset()
    flags = [env.step(th.zeros(1, dtype=th.int64))[1:4] for _ in range(60)]
    assert [int(i) for i, (_, _, cut) in enumerate(flags) if cut] == [19, 39, 59]
    assert all(reward == 1 and not end for reward, end, _ in flags)


@pytest.mark.parametrize("delay", [1, 4])
def test_memory_is_all_that_recalls_the_sign(delay: int) -> None:
    env = t.make_memory_env(delay=delay, num_envs=16)
    obs, _ = env.reset()
    sign = obs[:, :2].argmax(-1)
    assert set(sign.tolist()) == {0, 1}
    seen = []
    for step in range(delay + 1):
        obs, rewards, terminateds, _, infos = env.step(sign)
        assert terminateds.eq(float(step == delay)).all()
        assert rewards.eq(float(step == delay)).all()
        seen.append(infos.get("final_obs", obs))
    assert all((row[0] == row).all() for row in seen)
    assert th.stack(seen)[:, 0, 2].tolist() == [0.0] * (delay - 1) + [1.0, 0.0]


def test_two_senses_are_both_needed() -> None:
    env = t.make_two_senses_env(num_envs=32)
    obs, _ = env.reset()
    bit = (obs["image"][:, 0, 0, -1] > 0).long()
    other = (obs["state"][:, 0] > 0).long()
    assert len({*zip(bit.tolist(), other.tolist(), strict=True)}) == 4
    assert env.step(2 * bit + other)[1].eq(1).all()


@pytest.mark.parametrize("form", [{}, {"discrete_obs_space": True}, {"image_obs_space": True}])
@pytest.mark.parametrize("continuous", [False, True])
def test_bits_are_flipped_to_the_goal(form: dict[str, bool], continuous: bool) -> None:
    inner = t.BitFlippingEnv(4, continuous, **form)  # type: ignore[arg-type]  # all bools
    seen, _ = inner.reset(seed=3)
    assert inner.observation_space.contains(seen)
    wrong = np.flatnonzero(inner.bits == 0)
    assert len(wrong)
    if continuous:
        action = np.where(inner.bits == 0, 1.0, -1.0).astype(np.float32)
        seen, reward, terminated, _, info = inner.step(action)
    for bit in [] if continuous else wrong:
        seen, reward, terminated, _, info = inner.step(bit)
    assert (reward, terminated, info["is_success"]) == (0.0, True, True)
    batch = [np.stack([np.asarray(seen[key])] * 5) for key in ("achieved_goal", "desired_goal")]
    assert inner.compute_reward(*batch).tolist() == [0.0] * 5
    start, _ = inner.reset(seed=3)
    batch[0] = np.stack([np.asarray(start["achieved_goal"])] * 5)
    assert inner.compute_reward(*batch, None).tolist() == [-1.0] * 5


def test_too_many_steps_cut_the_flipping() -> None:
    env = t.make_bitflipping_env(n_bits=8, max_steps=3, num_envs=2, asynchronous=False)
    assert isinstance(env.observation_space, gym.spaces.Dict)
    env.reset()
    flags: list[Any] = [env.step(th.zeros(2, dtype=th.int64)) for _ in range(3)]
    assert [out[3].tolist() for out in flags] == [[0.0, 0.0], [0.0, 0.0], [1.0, 1.0]]
    with pytest.raises(ParameterError, match="1 to 30"):
        t.make_bitflipping_env(n_bits=40, discrete_obs_space=True)
    with pytest.raises(ParameterError, match="max_steps is 0"):
        t.make_bitflipping_env(max_steps=0)
    with pytest.raises(UnknownNameError, match="BitFlippingEnv-v0"):
        t.make_bitflipping_env("BitFlipping")


@pytest.mark.parametrize("apart", [False, True])
def test_hindsight_replay_gets_the_reward_of_the_environments(apart: bool) -> None:
    env = t.make_bitflipping_env(num_envs=2, n_bits=3, max_steps=3, asynchronous=apart)
    reached, wanted = np.array([[1, 1, 1], [0, 1, 1]]), np.ones((2, 3))
    assert env.compute_reward(reached, wanted, {}).tolist() == [0, -1]
    env.close()


def test_an_environment_without_goals_says_so() -> None:
    with pytest.raises(ParameterError, match="reward_fn"):
        _ = t.make_memory_env().compute_reward


@pytest.mark.parametrize("env_id", ["rllte/Memory-v0", "rllte/BitFlipping-v0"])
def test_environments_of_the_evals_have_ids(env_id: str) -> None:
    assert make_rllte_env(env_id, num_envs=2).num_envs == 2
