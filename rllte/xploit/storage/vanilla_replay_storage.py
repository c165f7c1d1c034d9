"""The replay of off-policy agents: a ring of transitions, drawn uniformly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import gymnasium as gym
import torch as th

from rllte.core.bases import BaseStorage
from rllte.core.errors import ParameterError
from rllte.core.registry import Paper, Param, register
from rllte.core.trees import tree_map
from rllte.core.types import VanillaReplayBatch
from rllte.xploit.storage.memory import ACTIONS, ARRAYS, Array, check_kind
from rllte.xploit.storage.returns import read_returns
from rllte.xploit.storage.ring import Ring
from rllte.xploit.storage.samplers import Sampler, UniformSampler

StorageSize = Annotated[int, Param("transitions of all environments together", low=1, aliases=("buffer size",))]
BatchSize = Annotated[int, Param("transitions in a batch", low=1)]
NumEnvs = Annotated[int, Param("environments side by side", low=1)]
Discount = Annotated[float, Param("discount factor gamma", low=0, high=1, aliases=("gamma",))]
FrameStack = Annotated[int, Param("k > 1, for Box alone: stacks of k frames, of which the newest is kept", low=1)]
NStep = Annotated[int, Param("steps in a return", low=1, aliases=("n-step",))]


@register(
    "storage",
    paper=Paper("Human-level control through deep reinforcement learning", doi="10.1038/nature14236"),
    aliases=("replay buffer", "replay storage", "experience replay"),
    observation_spaces=ARRAYS,
    action_spaces=ACTIONS,
)
class VanillaReplayStorage(BaseStorage):
    """Experience replay: filled with `add`, one step of all environments a time, read with `sample`.

    Observations are kept once, images as bytes. Memory is used as it is filled.

    Raises:
        SpaceError: a space that it does not take.
        ParameterError: the machine refuses that much memory.
    """

    batch_type: ClassVar[type[VanillaReplayBatch]] = VanillaReplayBatch
    kinds: ClassVar[tuple[str, ...]] = ARRAYS
    track_episodes: ClassVar[bool] = False

    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        device: Annotated[str, Param("where batches go")] = "cpu",
        storage_size: StorageSize = 1_000_000,
        batch_size: BatchSize = 1024,
        num_envs: NumEnvs = 1,
        discount: Discount = 0.99,
        frame_stack: FrameStack = 1,
        n_step: NStep = 1,
    ) -> None:
        super().__init__(observation_space, action_space, device, storage_size, batch_size, num_envs)
        check_kind(self, self.kinds)
        self.discount, self.frame_stack, self.n_step = discount, frame_stack, n_step
        self.ring = Ring(
            observation_space,
            action_space,
            -(-storage_size // num_envs),
            num_envs,
            frame_stack,
            track_episodes=self.track_episodes,
            pinned=self.device.type == "cuda",
        )
        self.sampler: Sampler = UniformSampler(self.ring)

    def __len__(self) -> int:
        """Transitions that can be drawn."""
        return len(self.ring) * self.num_envs

    @property
    def rewards(self) -> th.Tensor:
        """(slots, N) float32: the memory of the rewards itself; what is written there is what is drawn."""
        return th.from_numpy(self.ring.rewards)

    def reset(self) -> None:
        """Forget everything."""
        self.ring.clear()
        self.sampler.clear()

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
        """Keep one step of all environments; every argument has N as its first axis, and is copied.

        Args:
            infos: where episodes ended, `final_obs` (N, *observation_shape) holds their own last observations; without
                it, `next_observations` are these.
            next_observations: what the next actions will see: the first of a new episode where one ended.

        Raises:
            ParameterError: a tensor that is not of N environments and the given spaces.
        """
        final = infos.get("final_obs")
        self.ring.add(observations, actions, rewards, terminateds, truncateds, final, next_observations)
        self.sampler.added()

    def sample(self) -> Any:
        """A batch of `batch_size` transitions on `device`, drawn with replacement.

        Returns:
            A `VanillaReplayBatch`; its observations are copies.

        Raises:
            ParameterError: fewer transitions are stored than a batch has.
        """
        if len(self) < self.batch_size:
            raise ParameterError(
                f"A batch of {self.batch_size} transitions, but {len(self)} are stored: call add() more often before "
                "sample() (num_init_steps of the agent), or make the storage with a smaller batch_size."
            )
        return self._read(*self.sampler.draw(self.batch_size))

    def update(self, metrics: Any = None) -> None:
        """What was learned from the last batch; where sampling is uniform there is nothing to do.

        Args:
            metrics: see `PrioritizedReplayStorage`.
        """
        self.sampler.update(metrics)

    def state_dict(self) -> dict[str, th.Tensor]:
        """What is stored, as tensors by name, for checkpoints."""
        return {**self.ring.state_dict(), **self.sampler.state_dict()}

    def load_state_dict(self, state: Mapping[str, th.Tensor]) -> None:
        """Take what `state_dict` of a storage of the same arguments gave.

        Raises:
            ParameterError: it was of other sizes, spaces or another class; nothing changes then.
        """
        self.ring.check_saved(state)
        self.sampler.check_saved(state)
        self.ring.load_state_dict(state)
        self.sampler.load_state_dict(state)

    def _read(self, steps: Array, envs: Array, weights: Array | None) -> Any:
        found = read_returns(self.ring, steps, envs, self.n_step, self.discount)
        observations, next_observations = self.ring.observations(steps, found.last, envs)
        places = self.ring.flat(steps, envs)
        actions = self.ring.actions.reshape(-1, *self.ring.actions.shape[2:])[places]
        ones = th.ones(len(steps)) if weights is None else th.from_numpy(weights)
        fields = (found.rewards, found.terminateds, found.truncateds, found.discounts, places)
        rewards, terminateds, truncateds, discounts, indices = (th.from_numpy(field) for field in fields)
        batch = self.batch_type(
            observations,
            th.from_numpy(actions),
            rewards,
            terminateds,
            truncateds,
            next_observations,
            discounts,
            ones,
            indices,
        )
        return self._to_device(batch)

    def _to_device(self, batch: VanillaReplayBatch) -> VanillaReplayBatch:
        """Observations lie in pinned memory already if they go to a CUDA device, and do not wait for it."""
        if self.device.type == "cpu":
            return batch
        move = {"device": self.device, "non_blocking": self.device.type == "cuda"}
        return type(batch)(*(tree_map(lambda leaf: leaf.to(**move), field) for field in batch))
