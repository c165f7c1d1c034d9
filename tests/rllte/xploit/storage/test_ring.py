"""The ring against a plain list of everything that happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.core.trees import tree_map
from rllte.xploit.storage.returns import read_returns
from rllte.xploit.storage.ring import Ring

VECTOR = gym.spaces.Box(-1, 1, (3,))
STACK = gym.spaces.Box(0, 255, (6, 2, 2), np.uint8)
DICT = gym.spaces.Dict({"image": gym.spaces.Box(0, 255, (1, 2, 2), np.uint8), "code": gym.spaces.Discrete(7)})


@dataclass
class World:
    """Environments that stack three frames (of two channels) and know everything that they ever said."""

    space: gym.Space[Any]
    num_envs: int
    rng: np.random.Generator
    final: bool = True
    log: list[tuple[Any, ...]] = field(default_factory=list)

    def first(self) -> Any:
        return tree_map(th.from_numpy, self._one(self.space))

    def _one(self, space: gym.Space[Any]) -> Any:
        if isinstance(space, gym.spaces.Dict):
            return {key: self._one(inner) for key, inner in space.items()}
        if isinstance(space, gym.spaces.Discrete):
            return self.rng.integers(0, 7, self.num_envs)
        return self.rng.integers(0, 250, (self.num_envs, *space.shape)).astype(space.dtype)

    def following(self, obs: Any) -> Any:
        new = self.first()
        if self.space is STACK:
            return th.cat([obs[:, 2:], new[:, :2]], dim=1)
        return new

    def step(self, ring: Ring, obs: Any, ends: float, fresh: bool = False) -> Any:
        n = self.num_envs
        terminated = self.rng.random(n) < ends
        truncated = (self.rng.random(n) < ends / 2) & ~terminated
        ended = th.from_numpy(terminated | truncated)
        true_next = self.following(obs)
        begun = self.first()
        next_obs = tree_map(lambda a, b: th.where(ended.reshape(n, *[1] * (a.dim() - 1)), b, a), true_next, begun)
        rewards = th.from_numpy(self.rng.normal(size=n).astype(np.float32))
        actions = th.from_numpy(self.rng.integers(0, 4, n))
        flags = [th.from_numpy(flag.astype(np.float32)) for flag in (terminated, truncated)]
        final = true_next if self.final and bool(ended.any()) else None
        given_next = next_obs if self.final else true_next
        ring.add(obs, actions, rewards, *flags, final, given_next)
        self.log.append((tree_map(th.clone, obs), actions, rewards, *flags, true_next))
        return tree_map(th.clone, next_obs) if fresh else next_obs


def truth(world: World, step: int, env: int, n_step: int, gamma: float, stops: set[tuple[int, int]]) -> Any:
    total, k = 0.0, 0
    while True:
        _, _, rewards, terminated, truncated, following = world.log[step + k]
        total += gamma**k * float(rewards[env])
        k += 1
        over = terminated[env] + truncated[env] > 0 or (step + k - 1, env) in stops
        if over or k == n_step or step + k == len(world.log):
            discount = gamma**k * (1.0 - float(terminated[env]))
            return total, discount, tree_map(lambda leaf: leaf[env], following)


def compare(world: World, ring: Ring, n_step: int, stops: set[tuple[int, int]] = frozenset()) -> None:  # type: ignore[assignment]
    steps = np.repeat(np.arange(ring.steps - len(ring), ring.steps), world.num_envs)
    envs = np.tile(np.arange(world.num_envs), len(ring))
    found = read_returns(ring, steps, envs, n_step, 0.9)
    observations, following = ring.observations(steps, found.last, envs)
    for i, (step, env) in enumerate(zip(steps, envs, strict=True)):
        total, discount, true_next = truth(world, int(step), int(env), n_step, 0.9, stops)
        assert found.rewards[i] == pytest.approx(total, abs=1e-5)
        assert found.discounts[i] == pytest.approx(discount)
        tree_map(lambda a, b, i=i, env=env: assert_equal(a[i], b[env]), observations, world.log[step][0])
        tree_map(lambda a, b, i=i: assert_equal(a[i], b), following, true_next)
    places = ring.flat(steps, envs)
    back = ring.locate(places)
    assert (back[0] == steps).all()
    assert (back[1] == envs).all()


def assert_equal(a: th.Tensor, b: th.Tensor) -> None:
    assert th.equal(a, b.to(a))


def made(space: gym.Space[Any], capacity: int = 11, num_envs: int = 3) -> Ring:
    return Ring(space, gym.spaces.Discrete(4), capacity, num_envs, frame_stack=3 if space is STACK else 1)


@pytest.mark.parametrize("space", [VECTOR, STACK, DICT], ids=["vector", "stack", "dict"])
@pytest.mark.parametrize("n_step", [1, 3])
@pytest.mark.parametrize("final", [True, False])
@pytest.mark.parametrize("seed", [0, 1])
def test_everything_that_is_stored_is_what_happened(space: Any, n_step: int, final: bool, seed: int) -> None:
    world, ring = World(space, 3, np.random.default_rng(seed), final), made(space)
    obs = world.first()
    for step in range(40):
        obs = world.step(ring, obs, ends=0.2, fresh=step % 3 == 0)
        if step in (0, 2, 9, 10, 11, 12, 39):
            compare(world, ring, n_step)


@pytest.mark.parametrize("space", [VECTOR, STACK, DICT], ids=["vector", "stack", "dict"])
def test_a_reset_from_outside_ends_the_episode_without_terminating_it(space: Any) -> None:
    world, ring = World(space, 3, np.random.default_rng(3)), made(space)
    obs = world.first()
    for _ in range(5):
        obs = world.step(ring, obs, ends=0.0)
    obs = world.first()
    for _ in range(4):
        obs = world.step(ring, obs, ends=0.0)
    compare(world, ring, 3, {(4, env) for env in range(3)})


def test_side_rows_are_used_again() -> None:
    world, ring = World(STACK, 3, np.random.default_rng(3)), made(STACK)
    obs = world.first()
    for _ in range(400):
        obs = world.step(ring, obs, ends=0.5)
    assert len(ring.ends) <= ring.slots * 3
    assert len(ring.ends.rows) <= 64
    assert len(ring.layout.starts.rows) <= 64  # type: ignore[union-attr]


def test_tensors_changed_in_place_between_steps_are_noticed() -> None:
    for mode in (th.no_grad, th.inference_mode):
        with mode():
            ring, zeros, obs = made(VECTOR), th.zeros(3), th.zeros(3, 3)
            following = th.ones(3, 3)
            ring.add(obs, zeros.long(), zeros, zeros, zeros, None, following)
            following.fill_(5.0)
            ring.add(following, zeros.long(), zeros, zeros, zeros, None, following + 1)
            steps, envs = np.array([0, 1]), np.array([0, 0])
            observations, after = ring.observations(steps, steps, envs)
            assert observations[:, 0].tolist() == [0.0, 5.0]
            assert after[:, 0].tolist() == [1.0, 6.0]
