"""What every intrinsic reward must do.

    from rllte.conformance.reward import RewardSuite

    class TestMine(RewardSuite):
        def make(self, envs, **kwargs):
            return Mine(envs, **kwargs)

pytest finds `TestMine` and runs its tests; none of them needs pytest itself. No environment is run: the samples are
drawn from the spaces, so a reward that steps its environments fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import gymnasium as gym
import numpy as np
import torch as th
from torch import nn

from rllte.core.bases import BaseReward
from rllte.core.errors import ParameterError
from rllte.core.trees import tree_map

S = gym.spaces
STEPS, ENVS = 6, 2

OBSERVATIONS: dict[str, tuple[gym.Space[Any], ...]] = {
    "Box1": (S.Box(-1.0, 1.0, (3,), np.float32),),
    "Box3": (S.Box(0, 255, (3, 5, 5), np.uint8), S.Box(0, 255, (2, 36, 40), np.uint8)),
    "Box": (S.Box(-1.0, 1.0, (2, 3), np.float32),),
    "Discrete": (S.Discrete(5, start=2),),
    "MultiDiscrete": (S.MultiDiscrete([3, 4]),),
    "MultiBinary": (S.MultiBinary(6),),
    "Dict": (
        S.Dict({"view": S.Box(0, 255, (3, 7, 7), np.uint8), "a.b": S.Box(-1.0, 1.0, (2,)), "keys": S.Discrete(4)}),
    ),
}
"""One or two spaces of every kind; the second image is large enough for the convolutions of the Nature paper."""

ACTIONS: dict[str, gym.Space[Any]] = {
    "Discrete": S.Discrete(4, start=1),
    "Box": S.Box(-1.0, 1.0, (3,), np.float32),
    "MultiDiscrete": S.MultiDiscrete([2, 3]),
    "MultiBinary": S.MultiBinary(4),
}


def draw(space: gym.Space[Any], steps: int, envs: int, generator: th.Generator) -> Any:
    """Random elements of a space, (steps, envs, ...); whole numbers from the space's `start`."""
    if isinstance(space, S.Dict):
        return {key: draw(leaf, steps, envs, generator) for key, leaf in space.spaces.items()}
    shape = (steps, envs, *(space.shape or ()))
    if isinstance(space, S.Discrete):
        return int(space.start) + th.randint(0, int(space.n), shape, generator=generator)
    if isinstance(space, S.MultiDiscrete):
        columns = [th.randint(0, int(n), (steps, envs), generator=generator) for n in space.nvec]
        return th.stack(columns, dim=-1)
    if isinstance(space, S.MultiBinary):
        return th.randint(0, 2, shape, generator=generator).to(th.int8)
    if space.dtype == np.uint8:
        return th.randint(0, 256, shape, generator=generator).to(th.uint8)
    return th.rand(shape, generator=generator) * 2.0 - 1.0


def environments(observations: gym.Space[Any], actions: gym.Space[Any], envs: int = ENVS) -> Any:
    """What a reward may know of its environments: two spaces and a number."""
    return SimpleNamespace(observation_space=observations, action_space=actions, num_envs=envs)


def rollout(envs: Any, steps: int = STEPS, seed: int = 0) -> dict[str, Any]:
    """Samples as the training loops hand them over; an episode ends in the middle of the first environment."""
    generator = th.Generator().manual_seed(seed)
    shape = (steps, envs.num_envs)
    start = int(getattr(envs.action_space, "start", 0)) if isinstance(envs.action_space, S.Discrete) else 0
    ended = th.zeros(shape)
    ended[steps // 2, 0] = 1.0
    return {
        "observations": draw(envs.observation_space, *shape, generator),
        "actions": draw(envs.action_space, *shape, generator) - start,
        "rewards": th.randn(shape, generator=generator),
        "terminateds": ended,
        "truncateds": th.zeros(shape),
        "next_observations": draw(envs.observation_space, *shape, generator),
    }


def state(reward: BaseReward) -> dict[str, th.Tensor]:
    """A copy of all parameters and buffers that a checkpoint keeps, by name."""
    found = {}
    for name, value in vars(reward).items():
        if isinstance(value, nn.Module):
            found |= {f"{name}.{key}": tensor.detach().clone() for key, tensor in value.state_dict().items()}
    return found


class RewardSuite:
    """Inherit, and say what is tested.

    Attributes:
        observation_kinds, action_kinds: what it takes, see `rllte.core.spaces`.
    """

    observation_kinds: tuple[str, ...] = tuple(OBSERVATIONS)
    action_kinds: tuple[str, ...] = tuple(ACTIONS)

    def make(self, envs: Any, **kwargs: Any) -> BaseReward:
        """The reward for these environments, made anew."""
        raise NotImplementedError

    def test_a_reward_for_every_step_in_every_space(self) -> None:
        """(T, N) float32, finite, without gradient, for a rollout and for one step."""
        for envs in self._environments():
            reward = self.make(envs)
            for steps in (STEPS, 1, STEPS):
                samples = rollout(envs, steps)
                found = reward.compute(samples)
                where = f"{envs.observation_space}, {envs.action_space}, {steps} steps"
                _expect(tuple(found.shape) == (steps, ENVS), f"rewards of shape {tuple(found.shape)}: {where}")
                _expect(found.dtype == th.float32 and not found.requires_grad, f"{found.dtype} or a gradient: {where}")
                _expect(bool(found.isfinite().all()), f"not a number: {where}")
                reward.update(samples)

    def test_what_comes_in_stays(self) -> None:
        """Samples are not written to."""
        for envs in self._environments():
            reward, samples, before = self.make(envs), rollout(envs), rollout(envs)
            reward.compute(samples)
            reward.update(samples)
            for name, entry in samples.items():
                tree_map(lambda a, b, n=name: _expect(th.equal(a, b), f"{n} was written to"), entry, before[name])

    def test_without_sync_nothing_changes(self) -> None:
        """Neither statistics nor memories, and the same samples give the same rewards."""
        for envs in self._environments():
            reward = self.make(envs)
            reward.compute(rollout(envs))
            before = state(reward)
            first = reward.compute(rollout(envs, seed=1), sync=False)
            _same(before, state(reward), "compute(sync=False) changed")
            again = reward.compute(rollout(envs, seed=1), sync=False)
            _expect(th.equal(first, again), "the same samples gave other rewards")

    def test_everything_that_can_learn_moves(self) -> None:
        """Every parameter with a gradient, within two updates, even where the loop has switched gradients off."""
        for envs in self._environments():
            reward = self.make(envs)
            before, samples = state(reward), rollout(envs, 32)
            with th.no_grad():
                reward.compute(samples)
                reward.update(samples)
                reward.update(rollout(envs, 32, seed=1))
            after = state(reward)
            for name in _trainable(reward):
                _expect(not th.equal(before[name], after[name]), f"{name} did not move: {envs.observation_space}")

    def test_learning_touches_its_own_networks_only(self) -> None:
        """No gradient arrives at tensors from outside, and compute leaves the parameters as they are."""
        envs = next(self._environments())
        reward, samples = self.make(envs), rollout(envs)
        samples["rewards"].requires_grad_(True)
        before = {name: tensor for name, tensor in state(reward).items() if name in _trainable(reward)}
        found = reward.compute(samples)
        _expect(not found.requires_grad, "the rewards have a gradient")
        _same(before, state(reward), "compute changed")
        reward.update(samples)
        _expect(samples["rewards"].grad is None, "a gradient came out of update")

    def test_updates_are_counted_and_the_weight_decays(self) -> None:
        """weight = beta * (1 - kappa)^updates."""
        envs = next(self._environments())
        reward = self.make(envs, beta=2.0, kappa=0.5)
        for expected in (2.0, 1.0, 0.5):
            _expect(abs(reward.weight - expected) < 1e-9, f"weight {reward.weight}; expected {expected}")
            reward.compute(rollout(envs))
            reward.update(rollout(envs))

    def test_the_weight_scales_the_rewards(self) -> None:
        """Twice beta, twice the rewards; beta 0, none."""
        envs = next(self._environments())
        found = {}
        for beta in (0.0, 1.0, 2.0):
            th.manual_seed(0)
            found[beta] = self.make(envs, beta=beta).compute(rollout(envs))
        _expect(bool((found[0.0] == 0).all()), "beta=0 left rewards")
        _expect(th.allclose(2.0 * found[1.0], found[2.0]), "beta does not scale the rewards")

    def test_the_same_seed_gives_the_same_bits(self) -> None:
        """And other draws of torch's generator are not disturbed by making it, compute and update."""
        envs, found = next(self._environments()), []
        for _ in range(2):
            th.manual_seed(3)
            generator = th.get_rng_state()
            reward, samples = self.make(envs), rollout(envs)
            reward.compute(samples)
            reward.update(samples)
            _expect(th.equal(generator, th.get_rng_state()), "torch's generator has advanced")
            found.append((reward.compute(samples), state(reward)))
        _expect(th.equal(found[0][0], found[1][0]), "the same seed gave other rewards")
        _same(found[0][1], found[1][1], "the same seed gave another")

    def test_what_a_checkpoint_keeps_is_everything(self) -> None:
        """A second reward with the state of the first goes on exactly as it."""
        for envs in self._environments():
            th.manual_seed(0)
            first = self.make(envs)
            first.compute(rollout(envs))
            first.update(rollout(envs))
            second = self.make(envs)
            for name, value in vars(second).items():
                if isinstance(value, nn.Module):
                    value.load_state_dict(vars(first)[name].state_dict())
            second.updates = first.updates
            after = (reward.compute(rollout(envs, seed=1)) for reward in (first, second))
            _expect(th.equal(*after), f"a restored reward differs: {envs.observation_space}")

    def test_wrong_shapes_are_named(self) -> None:
        """Steps and environments exchanged, or an axis too many: one error that names the tensor."""
        envs = next(self._environments())
        for name in ("observations", "actions", "terminateds"):
            samples = rollout(envs)
            samples[name] = tree_map(lambda leaf: leaf.unsqueeze(-1), samples[name])
            for call in (self.make(envs).compute, self.make(envs).update):
                try:
                    call(samples)
                except ParameterError as error:
                    _expect(name in str(error), f"the error does not name {name}: {error}")
                else:
                    _expect(False, f"{name} of shape (T, N, ..., 1) was accepted")

    def test_equal_rewards_are_not_divided_by_nothing(self) -> None:
        """A rollout of one step repeated, under each scale."""
        envs = environments(OBSERVATIONS[self.observation_kinds[0]][0], ACTIONS[self.action_kinds[0]])
        one = rollout(envs, 1)
        same = {name: tree_map(lambda leaf: leaf[:, :1].expand(4, ENVS, *leaf.shape[2:]), x) for name, x in one.items()}
        for norm in ("rms", "minmax", "none"):
            found = self.make(envs, rwd_norm_type=norm).compute(same)
            _expect(bool(found.isfinite().all()) and float(found.abs().max()) < 1e4, f"{norm}: {found}")

    def _environments(self) -> Iterator[Any]:
        """Each kind of observation with the first kind of action, and each kind of action with the first observation."""
        action = ACTIONS[self.action_kinds[0]]
        for kind in self.observation_kinds:
            for space in OBSERVATIONS[kind]:
                yield environments(space, action)
        first = OBSERVATIONS[self.observation_kinds[0]][0]
        for kind in self.action_kinds[1:]:
            yield environments(first, ACTIONS[kind])


def _trainable(reward: BaseReward) -> set[str]:
    return {
        f"{name}.{key}"
        for name, value in vars(reward).items()
        if isinstance(value, nn.Module)
        for key, parameter in value.named_parameters()
        if parameter.requires_grad
    }


def _same(before: dict[str, th.Tensor], after: dict[str, th.Tensor], what: str) -> None:
    for name, tensor in before.items():
        _expect(th.equal(tensor, after[name]), f"{what} {name}")


def _expect(true: bool, message: str) -> None:
    if not true:
        raise AssertionError(message)
