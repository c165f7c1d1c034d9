"""The prototype of off-policy agents: choose modules in the constructor, write `update()`; the loop is here already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import torch as th

from rllte.common.prototype.base_agent import BaseAgent
from rllte.common.prototype.fit import refuse_beside
from rllte.core.errors import IncompatibleError, ParameterError
from rllte.core.registry import Param, checked
from rllte.env.torch_env import Gymnasium2Torch
from rllte.training import off_policy
from rllte.training.callbacks import Callback, callbacks_of
from rllte.training.session import Schedule


class OffPolicyAgent(BaseAgent):
    """Learns from all that it remembers, a batch at a time.

    `update()` is one gradient step on `self.storage.sample()`. It is called once for every `update_every_steps`
    environment steps, however many environments there are, once `num_init_steps` random steps have been made and the
    storage holds a batch.

    Args:
        num_init_steps: random actions before the policy acts and learns.
        update_every_steps: environment steps per call of `update`.
    """

    @checked
    def __init__(
        self,
        env: Gymnasium2Torch,
        eval_env: Gymnasium2Torch | None = None,
        tag: str = "default",
        seed: int = 1,
        device: str = "cpu",
        pretraining: bool = False,
        num_init_steps: Annotated[int, Param("random steps before learning", low=0)] = 2000,
        update_every_steps: Annotated[int, Param("environment steps per update", low=1)] = 1,
        log_dir: str | Path = "logs",
    ) -> None:
        super().__init__(env, eval_env, tag, seed, device, pretraining, log_dir)
        self.num_init_steps = num_init_steps
        self.update_every_steps = update_every_steps

    def check_fit(self) -> None:
        """As for any agent; and that the storage can hold a batch.

        Raises:
            IncompatibleError: the modules cannot work together; the message says which and what would.
            SpaceError: a module does not support the environment's spaces.
        """
        super().check_fit()
        storage = getattr(self, "storage", None)
        if storage is None:
            return
        name = type(storage).__name__
        if storage.storage_size < storage.batch_size:
            raise IncompatibleError(
                f"{name} holds {storage.storage_size} transitions and never a batch of {storage.batch_size}. "
                "Make storage_size larger or batch_size smaller."
            )

    @checked
    def train(
        self,
        num_train_steps: Annotated[int, Param("environment steps, all environments together", low=1)],
        init_model_path: Annotated[str | None, Param("checkpoint whose weights to start from")] = None,
        log_interval: Annotated[int, Param("episodes between log lines", low=1)] = 1,
        eval_interval: Annotated[int, Param("environment steps between evaluations", low=1)] = 5000,
        save_interval: Annotated[int, Param("environment steps between checkpoints", low=1)] = 5000,
        num_eval_episodes: Annotated[int, Param("episodes per evaluation", low=1)] = 10,
        th_compile: Annotated[bool, Param("compile the policy; pays on a GPU and long runs only")] = False,
        anneal_lr: Annotated[bool, Param("let the learning rate fall to zero linearly")] = False,
        normalize_obs: Annotated[
            bool, Param("shift and scale vector observations", aliases=("observation normalization",))
        ] = False,
        normalize_reward: Annotated[
            bool, Param("divide rewards by the deviation of returns", aliases=("reward normalization",))
        ] = False,
        save_storage: Annotated[
            bool, Param("checkpoints also hold what later updates learn from; can be large")
        ] = False,
        progress_bar: Annotated[bool, Param("show a progress bar")] = False,
        callbacks: Annotated[Sequence[Callback] | Callback, Param("called in the midst of training")] = (),
    ) -> None:
        """Learn from so many environment steps, rounded up to whole steps of all environments; called again it goes on.

        Raises:
            ParameterError: a count is less than 1, or a callback is none.
            IncompatibleError: the modules cannot work together.
            CheckpointError: the weights of `init_model_path` do not fit.
            NotFiniteError: a reward, observation, loss or weight is not a number any more; nothing has been saved since.
            FileError: the run folder cannot be written to.
        """
        schedule = Schedule(
            num_train_steps,
            log_interval,
            eval_interval,
            save_interval,
            num_eval_episodes,
            anneal_lr,
            save_storage,
            progress_bar,
            callbacks_of(callbacks),
        )
        self.freeze(th_compile=th_compile, init_model_path=init_model_path, normalize_obs=normalize_obs)
        if normalize_reward:
            refuse_beside(self.storage, self, "normalize_reward")
            self.scale_rewards(getattr(self.storage, "discount", 0.99))
        off_policy.run(self, schedule)

    def memory(self) -> dict[str, th.Tensor]:
        """What the storage holds, as tensors by name.

        Raises:
            ParameterError: a storage of one's own that does not say, or cannot be saved.
        """
        if not hasattr(self.storage, "state_dict"):
            raise ParameterError(
                f"{type(self.storage).__name__} cannot be saved: it has no state_dict(). Write state_dict and "
                "load_state_dict for it, or save without storage=True."
            )
        state: dict[str, th.Tensor] = self.storage.state_dict()
        return state

    def recall(self, memory: Mapping[str, th.Tensor]) -> None:
        """Put back what the storage held.

        Raises:
            ParameterError: it was of a storage of other sizes; the storage is as before (a storage of one's own has to
                see to that itself: its `load_state_dict` compares first).
        """
        self.storage.load_state_dict(memory)

    @cached_property
    def live(self) -> off_policy.OffPolicyLive:
        """Where the environments stand."""
        return off_policy.OffPolicyLive(self)

    def due(self, every: int) -> bool:
        """Whether what happens each `every` environment steps falls on the present update; for use in `update`.

        An update stands for `update_every_steps` steps; `num_updates` counts those before the present one.
        """
        before = self.num_updates * self.update_every_steps
        return off_policy.updates_due(before, before + self.update_every_steps, every) > 0

    def turn(self, every: int) -> bool:
        """Whether what happens each `every` updates falls on the present one; for use in `update`."""
        return (self.num_updates + 1) % every == 0

    def learned(self, batch: Any, errors: Any) -> None:
        """Tell the storage how wrong the values of a batch were: it may draw by that.

        Args:
            batch: of `self.storage.sample()`.
            errors: (B,) absolute TD errors.
        """
        self.storage.update({"indices": batch.indices, "td_errors": errors})
