"""The root of all agents: modules, compatibility, evaluation, checkpoints. The loop is the prototypes' part."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from rllte.core.bases import BaseAugmentation, BaseDistribution, BaseEncoder, BasePolicy, BaseReward, BaseStorage
from rllte.core.device import resolve_device
from rllte.core.errors import CheckpointError, IncompatibleError, SpaceError
from rllte.core.registry import check_ranges, load_all, registered
from rllte.core.seeding import seed_everything
from rllte.core.spaces import action_kind, observation_kind
from rllte.env.torch_env import Gymnasium2Torch
from rllte.training import checkpoint
from rllte.training.evaluation import evaluate
from rllte.training.logger import Logger, new_run_folder


class BaseAgent(ABC):
    """An agent is its modules and one `update()`.

    Args:
        env: training environments.
        eval_env: environments to evaluate in, or None.
        tag: name of the run, a folder below `log_dir`.
        seed: of all generators.
        device: auto, cpu, cuda, cuda:N, npu or mps.
        pretraining: learn from the intrinsic reward alone.
        log_dir: parent of the run folders; one is made when training or saving begins, not before.
    """

    def __init__(
        self,
        env: Gymnasium2Torch,
        eval_env: Gymnasium2Torch | None = None,
        tag: str = "default",
        seed: int = 1,
        device: str = "auto",
        pretraining: bool = False,
        log_dir: str | Path = "logs",
    ) -> None:
        self.env = env
        self.eval_env = eval_env
        self.tag = tag
        self.seed = seed
        self.device = resolve_device(device)
        self.pretraining = pretraining
        self.log_dir = Path(log_dir)
        self.observation_space = env.observation_space
        self.action_space = env.action_space
        self.encoder: BaseEncoder
        self.policy: Any
        self.storage: Any
        self.dist: BaseDistribution
        self.aug: BaseAugmentation | None = None
        self.irs: BaseReward | None = None
        self.global_step = 0
        self.global_episode = 0
        self._frozen = False
        self._check_spaces()
        seed_everything(seed)

    def set(
        self,
        encoder: BaseEncoder | None = None,
        policy: BasePolicy | None = None,
        storage: BaseStorage | None = None,
        distribution: BaseDistribution | None = None,
        augmentation: BaseAugmentation | None = None,
        reward: BaseReward | None = None,
    ) -> None:
        """Replace modules; before training begins.

        Raises:
            IncompatibleError: a module of the wrong kind, or training has begun.
        """
        if self._frozen:
            raise IncompatibleError("Modules are set before training begins; make a new agent to change them.")
        given = {
            "encoder": (encoder, BaseEncoder),
            "policy": (policy, BasePolicy),
            "storage": (storage, BaseStorage),
            "dist": (distribution, BaseDistribution),
            "aug": (augmentation, BaseAugmentation),
            "irs": (reward, BaseReward),
        }
        for name, (module, base) in given.items():
            if module is None:
                continue
            if not isinstance(module, base):
                raise IncompatibleError(f"Expected a {base.__name__}, received a {type(module).__name__}.")
            setattr(self, name, module)

    def check(self) -> None:
        """Whether the modules can work together.

        Raises:
            IncompatibleError: they cannot; the message says which and what would.
            SpaceError: a module does not support the environment's spaces.
        """
        entry = registered(type(self))
        modules = {"encoder": self.encoder, "policy": self.policy, "storage": self.storage, "distribution": self.dist}
        for primitive, module in modules.items():
            self._check_module(primitive, module, entry)
        if self.encoder.feature_dim != self.policy.feature_dim:
            raise IncompatibleError(
                f"{type(self.encoder).__name__} puts out {self.encoder.feature_dim} features, "
                f"{type(self.policy).__name__} takes {self.policy.feature_dim}. Give both the same feature_dim."
            )
        if self.aug is not None and entry is not None and "augmentation" not in entry.combines:
            raise IncompatibleError(f"{type(self).__name__} does not use an augmentation; it would have no effect.")
        if self.pretraining and self.irs is None:
            raise IncompatibleError("Pre-training needs an intrinsic reward: agent.set(reward=...).")

    def freeze(self, **kwargs: Any) -> None:
        """Check the modules and bring them together; `train`, `eval`, `save` and `load` do this by themselves.

        Args:
            kwargs: `th_compile` (bool) compiles the policy's forward pass; `init_model_path` loads weights.
        """
        if self._frozen:
            return
        self.check()
        self.policy.to(self.device)
        self.encoder.to(self.device)
        self.policy.freeze(self.encoder, self.dist)
        if kwargs.get("th_compile"):
            self.policy.compile()
        self._frozen = True
        if kwargs.get("init_model_path"):
            self.load(kwargs["init_model_path"])

    def mode(self, training: bool = True) -> None:
        """Training or evaluation mode of the networks."""
        self.policy.train(training)

    @abstractmethod
    def update(self) -> Mapping[str, Any]:
        """Learn from the storage; returns the losses. The one method that an algorithm writes."""

    @abstractmethod
    def train(self, num_train_steps: int) -> None:
        """Learn from so many environment steps."""

    def eval(self, num_eval_episodes: int = 10) -> dict[str, Any]:
        """Run whole episodes with the likeliest actions in `eval_env`, or in `env` if there is none.

        Returns:
            step, episode, episode_reward (mean), episode_reward_std, episode_length (mean), total_time (seconds).
        """
        self.freeze()
        started = time.perf_counter()
        figures = evaluate(self.policy, self.eval_env or self.env, self.device, num_eval_episodes)
        elapsed = time.perf_counter() - started
        return {"step": self.global_step, "episode": self.global_episode, **figures, "total_time": elapsed}

    def save(self, path: str | Path | None = None) -> Path:
        """Write weights, optimiser states, torch's generator and counters; by default into the run folder.

        Returns:
            Where it is.
        """
        self.freeze()
        name = "pretrained" if self.pretraining else "agent"
        file = (
            Path(path) if path is not None else self.logger.folder / "model" / f"{name}_{self.global_step}.safetensors"
        )
        header = {
            "agent": type(self).__name__,
            "step": self.global_step,
            "episode": self.global_episode,
            "seed": self.seed,
            "observation_space": str(self.observation_space),
            "action_space": str(self.action_space),
        }
        return checkpoint.save(file, self.policy, self.policy.optimizers, header)

    def load(self, path: str | Path) -> None:
        """Continue from a checkpoint: weights, optimisers, generator, step count.

        Raises:
            CheckpointError: unreadable, of another agent, or of other spaces.
        """
        self.freeze()
        found = checkpoint.read(path, self.device)
        mine = {"observation_space": str(self.observation_space), "action_space": str(self.action_space)}
        for key, value in mine.items():
            if found.header.get(key) != value:
                raise CheckpointError(f"{path} was saved for {key} {found.header.get(key)}; this agent has {value}.")
        if found.header.get("agent") != type(self).__name__:
            raise CheckpointError(f"{path} holds a {found.header.get('agent')}; this agent is a {type(self).__name__}.")
        checkpoint.restore(found, self.policy, self.policy.optimizers)
        self.global_step = int(found.header["step"])
        self.global_episode = int(found.header["episode"])

    @cached_property
    def logger(self) -> Logger:
        """Of this run; its folder is made at first use."""
        return Logger(new_run_folder(self.log_dir, self.tag))

    def _validate(self, **values: Any) -> None:
        """Compare constructor arguments with their declared ranges."""
        check_ranges(type(self).__init__, values)

    def _check_spaces(self) -> None:
        entry = registered(type(self))
        if entry is None:
            return
        kind = action_kind(self.action_space)
        if kind not in entry.action_spaces:
            fits = [e.name for e in load_all() if e.primitive == "agent" and kind in e.action_spaces]
            raise SpaceError(
                f"{entry.name} acts in {' or '.join(entry.action_spaces)} spaces; this environment's is "
                f"{self.action_space}. Agents that would fit: {', '.join(fits) or 'none in this version'}."
            )
        seen = observation_kind(self.observation_space)
        if seen not in entry.observation_spaces:
            raise SpaceError(
                f"{entry.name} observes {' or '.join(entry.observation_spaces)}; this environment's observations are "
                f"{self.observation_space}."
            )

    def _check_module(self, primitive: str, module: Any, agent: Any) -> None:
        entry = registered(type(module))
        if entry is None:  # a user's own module: its base class is its contract
            return
        seen, acts = observation_kind(self.observation_space), action_kind(self.action_space)
        if entry.observation_spaces and seen not in entry.observation_spaces:
            raise SpaceError(f"{entry.name} takes {' or '.join(entry.observation_spaces)} observations, not {seen}.")
        if entry.action_spaces and acts not in entry.action_spaces:
            raise SpaceError(f"{entry.name} is for {' or '.join(entry.action_spaces)} actions, not {acts}.")
        allowed = agent.combines.get(primitive) if agent is not None else None
        if allowed is not None and entry.name not in allowed:
            raise IncompatibleError(f"{agent.name} works with {' or '.join(allowed)}, not with {entry.name}.")
