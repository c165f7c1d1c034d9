"""What every storage must do: a suite for replays, one for rollouts, and one for the rollouts of distributed agents.

    from rllte.conformance.storage import ReplaySuite

    class TestMine(ReplaySuite):
        observation_space = gym.spaces.Box(-1.0, 1.0, (3,))
        action_space = gym.spaces.Discrete(4)

        def make(self, storage_size, batch_size, num_envs):
            return Mine(self.observation_space, self.action_space, "cpu", storage_size, batch_size, num_envs)

pytest finds `TestMine` and runs its tests; none of them needs pytest itself. T steps, N environments, B samples.
"""

# ruff: noqa: S101 (a suite of tests asserts)

from __future__ import annotations

import queue
from types import SimpleNamespace
from typing import Any

import gymnasium as gym
import numpy as np
import torch as th

from rllte.core.errors import ParameterError
from rllte.core.trees import leaves, space_leaves, tree_map

ENVS, FINAL = 2, 60
"""Environments of a suite; a last observation of an episode is its code plus FINAL."""


def coded(space: gym.Space[Any], numbers: th.Tensor) -> Any:
    """Observations (N, ...) of a space, or by key, that are the numbers (N,) throughout."""

    def fill(leaf: gym.Space[Any]) -> th.Tensor:
        shape = tuple(leaf.shape or ())
        tensor = numbers.reshape(-1, *[1] * len(shape)).expand(-1, *shape)
        dtype = np.float32 if leaf.dtype in (np.float64, np.float32) else leaf.dtype
        return tensor.to(th.from_numpy(np.zeros(1, dtype)).dtype)

    return tree_map(fill, space_leaves(space))


def codes(observations: Any) -> th.Tensor:
    """The numbers (B,) float32 again; fails where an observation does not hold one number throughout."""
    found = [leaf.reshape(len(leaf), -1).float() for leaf in leaves(observations).values()]
    everything = th.cat(found, dim=1)
    assert bool((everything == everything[:, :1]).all()), "an observation is put together from several"
    return everything[:, 0]


def refused(call: Any, *args: Any, **kwargs: Any) -> str:
    """The message of the ParameterError that the call ends with; fails if it does not."""
    try:
        call(*args, **kwargs)
    except ParameterError as caught:
        return str(caught)
    raise AssertionError("expected a ParameterError")


class _Common:
    """Spaces, and a world that says where it is: step s of environment e shows the number 2 s + e."""

    observation_space: gym.Space[Any] = gym.spaces.Box(-1.0, 1.0, (3,))
    action_space: gym.Space[Any] = gym.spaces.Discrete(4)

    def make(self, storage_size: int, batch_size: int, num_envs: int) -> Any:
        """The storage, made anew, on the CPU; storage_size counts as in its constructor."""
        raise NotImplementedError

    def actions(self, step: int) -> th.Tensor:
        """Actions (N, ...) that tell the step, in the dtype that policies give them."""
        space = self.action_space
        if isinstance(space, gym.spaces.Discrete):
            return th.arange(ENVS).add(step) % int(space.n)
        shape = (ENVS, *(space.shape or ()))
        values = th.arange(ENVS).add(step).reshape(ENVS, *[1] * (len(shape) - 1)).expand(shape)
        if isinstance(space, gym.spaces.MultiDiscrete):
            return values % th.as_tensor(space.nvec)
        return (values % 2).float()

    def step(self, step: int, terminated: bool = False, truncated: bool = False) -> dict[str, Any]:
        """The arguments of `add`; flags are those of environment 0."""
        here = ENVS * step + th.arange(ENVS)
        zeros = th.zeros(ENVS)
        flags = [th.tensor([float(flag), 0.0]) for flag in (terminated, truncated)]
        infos = {"final_obs": coded(self.observation_space, here + ENVS + FINAL)} if terminated or truncated else {}
        return {
            "observations": coded(self.observation_space, here),
            "actions": self.actions(step),
            "rewards": zeros + 1.0,
            "terminateds": flags[0],
            "truncateds": flags[1],
            "infos": infos,
            "next_observations": coded(self.observation_space, here + ENVS),
        }

    def _expect_dtypes(self, batch: Any) -> None:
        for key, space in leaves(space_leaves(self.observation_space)).items():
            leaf = leaves(batch.observations)[key]
            assert leaf.shape[1:] == tuple(space.shape or ()), f"{key} has shape {tuple(leaf.shape)}"
            assert space.dtype != np.uint8 or leaf.dtype == th.uint8, "images are no bytes any more"
        assert batch.actions.dtype == self.actions(0).dtype, f"actions are {batch.actions.dtype}"
        assert batch.actions.shape[1:] == tuple(self.action_space.shape or ())

    def _expect_actions(self, batch: Any, steps: th.Tensor, envs: th.Tensor) -> None:
        given = th.stack([self.actions(int(step))[int(env)] for step, env in zip(steps, envs, strict=True)])
        assert th.equal(batch.actions, given), "actions belong to other steps"


class ReplaySuite(_Common):
    """Of storages with `add`, `sample`, `update`, `reset` and batches of transitions.

    Attributes:
        reward: what a step is worth: 1 unless the storage computes rewards anew.
        discount: gamma of the storage.
    """

    reward = 1.0
    discount = 0.99

    def filled(self, steps: int, storage_size: int = 24, batch_size: int = 16) -> Any:
        """A storage of `steps` steps; environment 0 terminates at step 4, 12, ... and is truncated at 8, 16, ..."""
        storage = self.make(storage_size, batch_size, ENVS)
        for step in range(steps):
            storage.add(**self.step(step, step % 8 == 4, step > 0 and step % 8 == 0))
        return storage

    def test_a_batch_is_what_was_added(self) -> None:
        storage, gamma = self.filled(20), self.discount
        for _ in range(10):
            batch = storage.sample()
            self._expect_dtypes(batch)
            here, following = codes(batch.observations), codes(batch.next_observations)
            steps, envs = here // ENVS, here % ENVS
            self._expect_actions(batch, steps, envs)
            ended = (batch.terminateds + batch.truncateds).bool()
            last = (th.where(ended, following - FINAL, following) - ENVS) // ENVS
            assert bool((following % ENVS == envs).all()), "what followed is of another environment"
            assert bool((last >= steps).all()), "what followed came before"
            assert th.equal(batch.terminateds, ((envs == 0) & (last % 8 == 4)).float())
            assert th.equal(batch.truncateds, ((envs == 0) & (last % 8 == 0) & (last > 0)).float())
            power = gamma ** (last - steps + 1)
            assert th.allclose(batch.discounts, power * (1 - batch.terminateds)), "discounts are not gamma^k, 0 at ends"
            sums = self.reward * (1 - power) / (1 - gamma)
            assert th.allclose(batch.rewards, sums, atol=1e-5), "rewards are not those of the steps taken"

    def test_every_field_has_one_value_a_sample(self) -> None:
        batch = self.filled(20).sample()
        for name in ("rewards", "terminateds", "truncateds", "discounts", "weights"):
            field = getattr(batch, name)
            assert field.shape == (16,), f"{name} has shape {tuple(field.shape)}"
            assert field.dtype == th.float32, f"{name} is {field.dtype}"
            assert bool(field.isfinite().all())
        assert batch.indices.shape == (16,)
        assert 0 < float(batch.weights.min()) <= float(batch.weights.max()) <= 1 + 1e-6

    def test_only_the_newest_are_drawn(self) -> None:
        storage, seen = self.filled(20), set()
        assert len(storage) == 24
        for _ in range(60):
            seen |= set((codes(storage.sample().observations) // ENVS).tolist())
        assert seen == {float(step) for step in range(8, 20)}

    def test_the_seed_decides_what_is_drawn(self) -> None:
        storage, drawn = self.filled(20), []
        for seed in (1, 1, 2):
            th.manual_seed(seed)
            batch = storage.sample()
            drawn.append(th.cat([codes(batch.observations), batch.rewards, codes(batch.next_observations)]))
        assert th.equal(drawn[0], drawn[1])
        assert not th.equal(drawn[0], drawn[2])

    def test_a_batch_is_a_copy(self) -> None:
        storage = self.filled(20)
        batch = storage.sample()
        before = codes(batch.observations).clone()
        for step in range(20, 40):
            storage.add(**self.step(step))
        storage.sample()
        assert th.equal(codes(batch.observations), before)

    def test_a_batch_larger_than_what_is_stored_says_so(self) -> None:
        message = refused(self.filled(3).sample)
        assert "16" in message
        assert "6" in message

    def test_another_number_of_environments_is_refused(self) -> None:
        storage = self.make(24, 4, ENVS)
        step = self.step(0)
        refused(storage.add, **{**step, "rewards": th.zeros(ENVS + 1)})
        assert len(storage) == 0

    def test_nothing_is_left_after_a_reset(self) -> None:
        storage = self.filled(20)
        storage.reset()
        assert len(storage) == 0
        for step in range(30, 40):
            storage.add(**self.step(step))
        assert float(codes(storage.sample().observations).min()) >= ENVS * 30

    def test_a_saved_storage_draws_the_same(self) -> None:
        one, other = self.filled(20), self.filled(5)
        other.load_state_dict({name: value.clone() for name, value in one.state_dict().items()})
        drawn = []
        for storage in (one, other):
            for step in range(20, 25):
                storage.add(**self.step(step))
            th.manual_seed(0)
            batch = storage.sample()
            drawn.append(th.cat([codes(batch.observations), codes(batch.next_observations), batch.rewards]))
        assert th.equal(*drawn)


class RolloutSuite(_Common):
    """Of storages with `add`, `compute_returns_and_advantages`, `sample` and `update`; storage_size counts steps."""

    def filled(self, batch_size: int = 5) -> Any:
        """Nine steps; environment 0 terminates at step 4 and is truncated at step 6, where its value would be 5."""
        storage = self.make(9, batch_size, ENVS)
        for step in range(9):
            ends = {"terminated": step == 4, "truncated": step == 6}
            values = {"final_values": th.tensor([5.0, 0.0])} if step == 6 else {}
            storage.add(**self.step(step, **ends), log_probs=th.zeros(ENVS) - step, values=th.zeros(ENVS), **values)
        storage.compute_returns_and_advantages(th.zeros(ENVS))
        return storage

    def test_every_sample_comes_once(self) -> None:
        for batch_size in (1, 5, 18, 1000):
            batches = list(self.filled(batch_size).sample())
            assert max(len(batch.actions) for batch in batches) <= batch_size
            seen = th.cat([codes(batch.observations) for batch in batches])
            assert sorted(seen.tolist()) == [float(x) for x in range(18)]

    def test_a_batch_is_what_was_added(self) -> None:
        for batch in self.filled().sample():
            self._expect_dtypes(batch)
            here = codes(batch.observations)
            self._expect_actions(batch, here // ENVS, here % ENVS)
            assert th.equal(batch.log_probs, -(here // ENVS))
            assert th.equal(batch.terminateds, (here == 8).float())
            assert th.equal(batch.truncateds, (here == 12).float())

    def test_returns_stop_at_terminal_states_and_go_on_where_time_ran_out(self) -> None:
        storage = self.filled()
        assert abs(float(storage.returns[4, 0]) - 1.0) < 1e-6
        assert abs(float(storage.returns[6, 0]) - (1.0 + storage.discount * 5.0)) < 1e-5
        assert float(storage.returns[5, 1]) > float(storage.returns[8, 1])

    def test_what_followed_is_the_episode_s_own(self) -> None:
        following = codes(tree_map(lambda leaf: leaf.flatten(0, 1), self.filled().next_observations())).reshape(9, ENVS)
        expected = th.arange(2.0, 20.0).reshape(9, ENVS)
        expected[[4, 6], 0] += FINAL
        assert th.equal(following, expected)

    def test_a_full_rollout_is_not_written_over(self) -> None:
        storage = self.filled()
        step = {**self.step(9), "log_probs": th.zeros(ENVS), "values": th.zeros(ENVS)}
        refused(storage.add, **step)
        storage.update()
        storage.add(**step)

    def test_the_seed_decides_the_order(self) -> None:
        storage, drawn = self.filled(), []
        for seed in (1, 1, 2):
            th.manual_seed(seed)
            drawn.append(th.cat([codes(batch.observations) for batch in storage.sample()]))
        assert th.equal(drawn[0], drawn[1])
        assert not th.equal(drawn[0], drawn[2])


class RecurrentRolloutSuite(RolloutSuite):
    """Of rollouts for policies with a memory: batches are whole sequences (T, E, ...) with the states before them."""

    def step(self, step: int, terminated: bool = False, truncated: bool = False) -> dict[str, Any]:
        """The arguments of `add`; the state before step s of environment e is (2 s + e)."""
        here = ENVS * step + th.arange(ENVS)
        return {**super().step(step, terminated, truncated), "states": here.float().unsqueeze(-1)}

    def test_every_sample_comes_once(self) -> None:
        """Sequences are not cut, however small a batch is."""
        for batch_size, batches in ((1, 2), (9, 2), (18, 1), (1000, 1)):
            drawn = list(self.filled(batch_size).sample())
            assert len(drawn) == batches
            seen = th.cat([codes(self._flat(batch.observations)) for batch in drawn])
            assert sorted(seen.tolist()) == [float(x) for x in range(18)]

    def test_a_batch_is_what_was_added(self) -> None:
        for batch in self.filled().sample():
            here = codes(self._flat(batch.observations))
            flat = {name: getattr(batch, name).flatten(0, 1) for name in ("actions", "log_probs", "terminateds")}
            self._expect_actions(SimpleNamespace(actions=flat["actions"]), here // ENVS, here % ENVS)
            assert th.equal(flat["log_probs"], -(here // ENVS))
            assert th.equal(flat["terminateds"], (here == 8).float())
            assert th.equal(here.reshape(9, -1)[0], batch.states[:, 0]), "states are those before the first step"
            begun = (here == 10) | (here == 14)  # environment 0 ended at steps 4 and 6
            assert th.equal(batch.starts.flatten(), begun.float())

    def test_the_seed_decides_the_order(self) -> None:
        storage, drawn = self.filled(1), []
        for seed in (1, 1, *range(2, 12)):
            th.manual_seed(seed)
            drawn.append([float(batch.states) for batch in storage.sample()])
        assert drawn[0] == drawn[1]
        assert any(order != drawn[0] for order in drawn)

    def test_the_first_states_are_required(self) -> None:
        step = {**self.step(0), "log_probs": th.zeros(ENVS), "values": th.zeros(ENVS), "states": None}
        refused(self.make(9, 5, ENVS).add, **step)

    def _flat(self, observations: Any) -> Any:
        return tree_map(lambda leaf: leaf.flatten(0, 1), observations)


class DistributedSuite(_Common):
    """Of storages whose rollouts are written by `add(idx, timestep, ...)` and read through two queues."""

    def test_a_batch_is_the_full_rollouts_side_by_side(self) -> None:
        storage = self.make(3, 2, ENVS)
        for rollout in (0, 1):
            for row in range(4):
                step = self.step(4 * rollout + row)
                here = {"observations": step["observations"], "rewards": step["rewards"] * row}
                env_output = {name: tree_map(lambda leaf: leaf[:1], value) for name, value in here.items()}
                storage.add(rollout, row, {"actions": step["actions"][:1]}, env_output)
        free: queue.Queue[int] = queue.Queue()
        full: queue.Queue[int] = queue.Queue()
        for rollout in (1, 0):
            full.put(rollout)
        batch = storage.sample(free, full)
        rows = tree_map(lambda leaf: leaf.flatten(0, 1), batch["observations"])
        assert codes(rows).reshape(4, 2).T.tolist() == [[8.0, 10.0, 12.0, 14.0], [0.0, 2.0, 4.0, 6.0]]
        assert batch["rewards"].tolist() == [[float(row)] * 2 for row in range(4)]
        given = th.stack([th.stack([self.actions(4 + row)[0], self.actions(row)[0]]) for row in range(4)])
        assert th.equal(batch["actions"], given)
        assert sorted([free.get(), free.get()]) == [0, 1]

    def test_its_memory_is_shared(self) -> None:
        for field in self.make(3, 2, ENVS).storages.values():
            assert all(leaf.is_shared() for leaf in leaves(field).values())
