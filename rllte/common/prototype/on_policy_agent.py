"""The prototype of on-policy agents: choose modules in the constructor, write `update()`; the loop is here already."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from rllte.common.prototype.base_agent import BaseAgent
from rllte.core.errors import ParameterError
from rllte.core.registry import Param
from rllte.env.torch_env import Gymnasium2Torch
from rllte.training import on_policy


class OnPolicyAgent(BaseAgent):
    """Learns from what it has just collected, then forgets it.

    Args:
        num_steps: steps per environment between updates.
    """

    def __init__(
        self,
        env: Gymnasium2Torch,
        eval_env: Gymnasium2Torch | None = None,
        tag: str = "default",
        seed: int = 1,
        device: str = "cpu",
        pretraining: bool = False,
        num_steps: int = 128,
        log_dir: str | Path = "logs",
    ) -> None:
        super().__init__(env, eval_env, tag, seed, device, pretraining, log_dir)
        if num_steps < 1:
            raise ParameterError(f"num_steps is {num_steps}; expected at least 1.")
        self.num_steps = num_steps

    def train(
        self,
        num_train_steps: Annotated[int, Param("environment steps, all environments together", low=1)],
        init_model_path: Annotated[str | None, Param("checkpoint to start from")] = None,
        log_interval: Annotated[int, Param("updates between log lines", low=1)] = 1,
        eval_interval: Annotated[int, Param("updates between evaluations", low=1)] = 100,
        save_interval: Annotated[int, Param("updates between checkpoints", low=1)] = 100,
        num_eval_episodes: Annotated[int, Param("episodes per evaluation", low=1)] = 10,
        th_compile: Annotated[bool, Param("compile the policy; pays on a GPU and long runs only")] = False,
        anneal_lr: Annotated[bool, Param("let the learning rate fall to zero linearly")] = False,
    ) -> None:
        """Learn from so many environment steps, rounded up to whole rollouts; called again it goes on.

        Raises:
            ParameterError: a count is less than 1.
            IncompatibleError: the modules cannot work together.
        """
        schedule = on_policy.Schedule(
            num_train_steps, log_interval, eval_interval, save_interval, num_eval_episodes, anneal_lr
        )
        self.freeze(th_compile=th_compile, init_model_path=init_model_path)
        on_policy.run(self, schedule)
