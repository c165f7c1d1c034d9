"""Hindsight: some transitions are learned from as if the goal had been what was reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import gymnasium as gym
import numpy as np
import torch as th

from rllte.core.errors import ParameterError, SpaceError
from rllte.core.registry import Paper, Param, register
from rllte.xploit.storage.dict_replay_storage import DictReplayStorage
from rllte.xploit.storage.memory import ACTIONS, Array, array
from rllte.xploit.storage.vanilla_replay_storage import BatchSize, Discount, NumEnvs, StorageSize

GOALS = ("observation", "achieved_goal", "desired_goal")
STRATEGIES = ("future", "final", "episode")

RewardFn = Callable[[Array, Array, Any], Any]
"""Of goals reached (M, G), goals wanted (M, G) and infos to rewards (M,): `compute_reward` of a goal environment."""


@register(
    "storage",
    paper=Paper("Hindsight Experience Replay", "1707.01495"),
    aliases=("HER", "hindsight replay"),
    observation_spaces=("Dict",),
    action_spaces=ACTIONS,
    excludes=("reward",),  # rewards are computed anew when a batch is drawn, and a bonus would be lost
)
class HerReplayStorage(DictReplayStorage):
    """Experience replay of a goal environment, with goals put in place of the wanted one when a batch is drawn.

    Of each batch, num_goals / (num_goals + 1) transitions get a goal that was reached in their own episode, and the
    reward that goes with it; flags stay as they were. An episode under way counts up to its newest step. As these rewards
    are the environment's own, there is no place for an intrinsic reward, or for rewards that are normalised.

    Raises:
        SpaceError: not a Dict space with observation, achieved_goal and desired_goal.
        ParameterError: no `reward_fn`, or the machine refuses that much memory.
    """

    track_episodes = True

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        device: Annotated[str, Param("where batches go")] = "cpu",
        storage_size: StorageSize = 1_000_000,
        num_envs: NumEnvs = 1,
        batch_size: BatchSize = 1024,
        goal_selection_strategy: Annotated[
            str,
            Param("goals from later in the episode, its last step, or any of its steps", choices=STRATEGIES),
        ] = "future",
        num_goals: Annotated[int, Param("relabelled transitions for each one left as it was", low=0)] = 4,
        reward_fn: Annotated[
            RewardFn | None, Param("compute_reward of the environment; needed, over arrays (M, goal)")
        ] = None,
        copy_info_dict: Annotated[bool, Param("keep infos for reward_fn; else it gets an empty dict")] = False,
        discount: Discount = 0.99,
    ) -> None:
        missing = [key for key in GOALS if key not in getattr(observation_space, "spaces", {})]
        if missing:
            raise SpaceError(
                f"HerReplayStorage needs a Dict space with {', '.join(GOALS)}; {', '.join(missing)} is missing in "
                f"{observation_space}. Use DictReplayStorage without goals."
            )
        if not callable(reward_fn):
            raise ParameterError(
                f"HerReplayStorage computes rewards anew, and reward_fn is {reward_fn!r}; expected a function. Give it "
                "reward_fn=env.compute_reward, a function of goals "
                "reached (M, G), goals wanted (M, G) and infos that returns M rewards."
            )
        super().__init__(observation_space, action_space, device, storage_size, batch_size, num_envs, discount=discount)
        self.goal_selection_strategy = goal_selection_strategy
        self.num_goals = num_goals
        self.reward_fn = reward_fn
        self.copy_info_dict = copy_info_dict
        self._infos: dict[int, list[dict[str, Any]]] = {}

    def reset(self) -> None:
        """Forget everything."""
        super().reset()
        self._infos.clear()

    def add(
        self,
        observations: Any,
        actions: th.Tensor,
        rewards: th.Tensor,
        terminateds: th.Tensor,
        truncateds: th.Tensor,
        infos: Mapping[str, Any],
        next_observations: Any,
    ) -> None:
        """Keep one step of all environments; see `VanillaReplayStorage.add`.

        Args:
            infos: with `copy_info_dict`, values with N as their first axis are kept for `reward_fn`, without
                observations.
        """
        slot = self.ring.steps % self.ring.slots
        super().add(observations, actions, rewards, terminateds, truncateds, infos, next_observations)
        if self.copy_info_dict:
            self._infos[slot] = [_of_one(infos, env, self.num_envs) for env in range(self.num_envs)]

    def state_dict(self) -> dict[str, th.Tensor]:
        """What is stored, as tensors by name.

        Raises:
            ParameterError: with `copy_info_dict`: infos can be anything, and are not saved.
        """
        if self.copy_info_dict:
            raise ParameterError("A storage with copy_info_dict=True is not saved: infos are no tensors. Leave it out.")
        return super().state_dict()

    def _read(self, steps: Array, envs: Array, weights: Array | None) -> Any:
        batch = super()._read(steps, envs, weights)
        if self.num_goals == 0:
            return batch
        relabelled = (th.rand(len(steps)) < self.num_goals / (self.num_goals + 1)).numpy()
        chosen = np.flatnonzero(relabelled)
        if len(chosen) == 0:
            return batch
        index = th.from_numpy(chosen).to(self.device)
        goals = self._goals(steps[chosen], envs[chosen]).to(self.device)
        for tree in (batch.observations, batch.next_observations):
            tree["desired_goal"][index] = goals.to(tree["desired_goal"].dtype)
        reached = array(batch.next_observations["achieved_goal"][index])
        rewards = self._rewards(reached, array(goals), steps[chosen], envs[chosen])
        batch.rewards[index] = rewards.to(self.device)
        return batch

    def _goals(self, steps: Array, envs: Array) -> th.Tensor:
        """(M, G): what was reached after a step of the same episode."""
        ring = self.ring
        place = ring.flat(steps, envs)
        last = ring.last_steps.reshape(-1)[place]
        last = np.where(last < 0, ring.steps - 1, last)
        if self.goal_selection_strategy == "final":
            chosen = last
        else:
            oldest = ring.steps - len(ring)
            first = np.maximum(ring.first_steps.reshape(-1)[place], oldest)
            first = steps if self.goal_selection_strategy == "future" else first
            chosen = first + (th.rand(len(steps), dtype=th.float64).numpy() * (last - first + 1)).astype(np.int64)
        goals: th.Tensor = ring.layout.following(ring, chosen, envs, "achieved_goal")
        return goals

    def _rewards(self, reached: Array, wanted: Array, steps: Array, envs: Array) -> th.Tensor:
        """(M,) float32 of `reward_fn`."""
        infos: Any = {}
        if self.copy_info_dict:
            infos = [self._infos[step % self.ring.slots][env] for step, env in zip(steps, envs, strict=True)]
        rewards = array(self.reward_fn(reached, wanted, infos))
        if rewards.size != len(reached):
            raise ParameterError(
                f"reward_fn returned {rewards.shape} for {len(reached)} goals; expected ({len(reached)},): it takes "
                "all of them at once, and reduces the last axis alone."
            )
        return th.from_numpy(rewards.reshape(-1).astype(np.float32))


def _of_one(infos: Mapping[str, Any], env: int, num_envs: int) -> dict[str, Any]:
    """What a vector environment's infos say of one environment: values where their mask `_name` is set.

    Where its episode ended they are of the next one already, and those of the step are in `final_info`.
    """
    ended = infos.get("_final_info")
    if ended is not None and ended[env]:
        return _of_one(infos["final_info"], env, num_envs)
    found = {}
    for name, value in infos.items():
        if name.startswith("_") or name in ("final_obs", "final_info"):
            continue
        mask = infos.get(f"_{name}")
        if (mask is None or mask[env]) and hasattr(value, "__len__") and len(value) == num_envs:
            found[name] = value[env]
    return found
