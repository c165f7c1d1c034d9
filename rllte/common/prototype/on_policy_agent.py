"""The prototype of on-policy agents: choose modules in the constructor, write `update()`; the loop is here already."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from rllte.common.prototype.base_agent import BaseAgent
from rllte.core.errors import IncompatibleError
from rllte.core.registry import Param, checked
from rllte.env.torch_env import Gymnasium2Torch
from rllte.training import on_policy
from rllte.training.callbacks import Callback, callbacks_of
from rllte.training.session import Schedule


class OnPolicyAgent(BaseAgent):
    """Learns from what it has just collected, then forgets it.

    Args:
        num_steps: steps per environment between updates.
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
        num_steps: Annotated[int, Param("steps per environment between updates", low=1)] = 128,
        log_dir: str | Path = "logs",
    ) -> None:
        super().__init__(env, eval_env, tag, seed, device, pretraining, log_dir)
        self.num_steps = num_steps

    def check_fit(self) -> None:
        """As for any agent; and that the storage holds exactly one rollout.

        Raises:
            IncompatibleError: the modules cannot work together; the message says which and what would.
            SpaceError: a module does not support the environment's spaces.
        """
        super().check_fit()
        storage = getattr(self, "storage", None)
        if storage is not None and storage.storage_size != self.num_steps:
            raise IncompatibleError(
                f"{type(storage).__name__} holds {storage.storage_size} steps, a rollout of this agent has "
                f"{self.num_steps}. Make it with storage_size={self.num_steps}, or the agent with "
                f"num_steps={storage.storage_size}."
            )

    @checked
    def train(
        self,
        num_train_steps: Annotated[int, Param("environment steps, all environments together", low=1)],
        init_model_path: Annotated[str | None, Param("checkpoint whose weights to start from")] = None,
        log_interval: Annotated[int, Param("updates between log lines", low=1)] = 1,
        eval_interval: Annotated[int, Param("updates between evaluations", low=1)] = 100,
        save_interval: Annotated[int, Param("updates between checkpoints", low=1)] = 100,
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
        """Learn from so many environment steps, rounded up to whole rollouts; called again it goes on.

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
            self.scale_rewards(self.storage.discount)
        on_policy.run(self, schedule)
