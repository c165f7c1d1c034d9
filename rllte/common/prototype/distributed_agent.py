"""The prototype of distributed agents: processes act, one learner learns; choose modules, write `update(batch)`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from rllte.common.prototype.base_agent import BaseAgent
from rllte.core.errors import IncompatibleError
from rllte.core.registry import Param, checked
from rllte.env.torch_env import Gymnasium2Torch
from rllte.training import distributed
from rllte.training.callbacks import Callback, callbacks_of
from rllte.training.distributed import Rounds, even_share
from rllte.training.session import Schedule


class DistributedAgent(BaseAgent):
    """Learns from rollouts that other processes make with slightly older weights.

    Args:
        num_steps: steps of a rollout.
        num_actors: processes that act; lowered to a number that divides the environments evenly.
        num_learners: RLLTE's number of learner threads, which took turns; here is one learner, and batches make it fast.
        num_storages: rollouts kept at once, raised to two per process where it is less.
    """

    @checked
    def __init__(
        self,
        env: Gymnasium2Torch,
        eval_env: Gymnasium2Torch | None = None,
        tag: str = "default",
        seed: int = 1,
        device: str = "cpu",
        num_steps: Annotated[int, Param("steps of a rollout", low=1)] = 80,
        num_actors: Annotated[int, Param("processes that act; as many as divide the environments evenly", low=1)] = 45,
        num_learners: Annotated[int, Param("accepted for RLLTE's signature; one learner learns", low=1)] = 4,
        num_storages: Annotated[int, Param("rollouts kept at once; at least two per process", low=1)] = 60,
        pretraining: bool = False,
        log_dir: str | Path = "logs",
    ) -> None:
        super().__init__(env, eval_env, tag, seed, device, pretraining, log_dir)
        self.num_steps = num_steps
        self.num_actors = even_share(env.num_envs, num_actors)
        self.num_learners = num_learners
        self.discount = 0.99
        self.num_storages = max(num_storages, 2 * self.num_actors)

    def check_fit(self) -> None:
        """As for any agent; and that the storage holds two rounds of rollouts.

        Raises:
            IncompatibleError: the modules cannot work together; the message says which and what would.
            SpaceError: a module does not support the environment's spaces.
        """
        super().check_fit()
        if not (hasattr(self, "storage") and hasattr(self, "policy")):
            return
        storage, each = self.storage, self.num_envs // self.num_actors
        state = self.policy.initial_state(each).shape if self.policy.recurrent else None
        wanted = {
            "storage_size": (storage.storage_size == self.num_steps, self.num_steps),
            "rollout_envs": (storage.rollout_envs == each, each),
            "num_storages": (storage.num_storages >= 2 * self.num_actors, self.num_storages),
            "batch_size": (self.num_actors % storage.batch_size == 0, even_share(self.num_actors, storage.batch_size)),
            "state_shape": (state is None or storage.state_shape == tuple(state), state and tuple(state)),
        }
        wrong = [f"{name}={value}" for name, (fits, value) in wanted.items() if not fits]
        if wrong:
            raise IncompatibleError(
                f"{type(storage).__name__} does not fit {self.num_actors} processes with {each} environments each and "
                f"rollouts of {self.num_steps} steps. Make it with {', '.join(wrong)}."
            )

    def freeze(self, **kwargs: Any) -> None:
        """Check the modules and bring them together; and make the copy of the policy that acts."""
        first = not self._frozen
        super().freeze(**kwargs)
        if first:
            self.behaviour = self.policy.behaviour()
        elif kwargs.get("init_model_path") is not None:
            self.policy.publish(self.behaviour)

    @cached_property
    def live(self) -> Rounds:  # type: ignore[override]  # the same part, of another loop
        """Where the actors stand."""
        return Rounds(self)

    @abstractmethod
    def update(self, batch: Any) -> Mapping[str, Any]:  # type: ignore[override]  # it is given what to learn from
        """Learn from a batch, a dict of (T + 1, B, ...) tensors (see `VanillaDistributedStorage`); returns the losses."""

    @checked
    def train(
        self,
        num_train_steps: Annotated[int, Param("environment steps, all environments together", low=1)],
        init_model_path: Annotated[str | None, Param("checkpoint whose weights to start from")] = None,
        log_interval: Annotated[int, Param("environment steps between log lines", low=1)] = 1,
        eval_interval: Annotated[int, Param("environment steps between evaluations", low=1)] = 5000,
        save_interval: Annotated[int, Param("environment steps between checkpoints", low=1)] = 5000,
        num_eval_episodes: Annotated[int, Param("episodes per evaluation", low=1)] = 10,
        th_compile: Annotated[bool, Param("compile the policy; pays on a GPU and long runs only")] = False,
        anneal_lr: Annotated[bool, Param("let the learning rate fall to zero linearly")] = True,
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
        """Learn from so many environment steps, rounded up to whole rounds; called again it goes on.

        Raises:
            ParameterError: a count is less than 1, a callback is none, or environments that cannot be made anew in
                other processes.
            IncompatibleError: the modules cannot work together.
            CheckpointError: the weights of `init_model_path` do not fit.
            NotFiniteError: a reward, observation, loss or weight is not a number any more; nothing has been saved since.
            FileError: the run folder cannot be written to.
            RuntimeError: a process that acts failed.
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
            self.scale_rewards(self.discount)
        distributed.run(self, schedule)
