"""The root of all agents: modules, compatibility, evaluation, checkpoints. The loop is the prototypes' part."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from rllte.core import weights
from rllte.core.bases import BaseAugmentation, BaseDistribution, BaseEncoder, BasePolicy, BaseReward, BaseStorage
from rllte.core.device import resolve_device
from rllte.core.errors import CheckpointError, IncompatibleError, ParameterError, SpaceError
from rllte.core.registry import SEEDS, Param, checked, load_all, partners, registered
from rllte.core.seeding import seed_everything
from rllte.core.spaces import action_kind, action_size, observation_kind, signature
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

    Raises:
        ParameterError: an environment that `make_rllte_env` has not made, or a value outside its range.
        SpaceError: spaces that the agent does not support, or that differ between `env` and `eval_env`.
    """

    @checked
    def __init__(
        self,
        env: Gymnasium2Torch,
        eval_env: Gymnasium2Torch | None = None,
        tag: str = "default",
        seed: Annotated[int, Param("seed of all generators", **SEEDS)] = 1,
        device: str = "auto",
        pretraining: bool = False,
        log_dir: str | Path = "logs",
    ) -> None:
        for given in (env, eval_env) if eval_env is not None else (env,):
            _check_env(given)
        self.env = env
        self.eval_env = eval_env
        self.tag = tag
        self.seed = seed
        self.device = resolve_device(device)
        self.pretraining = pretraining
        self.log_dir = Path(log_dir)
        self.observation_space = env.observation_space
        self.action_space = env.action_space
        self.num_envs = env.num_envs
        self.obs_shape = tuple(env.observation_space.shape or ())
        self.action_shape = tuple(env.action_space.shape or ())
        self.action_dim = action_size(env.action_space)
        self.action_type = action_kind(env.action_space)
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
        distribution: BaseDistribution | type[BaseDistribution] | None = None,
        augmentation: BaseAugmentation | None = None,
        reward: BaseReward | None = None,
    ) -> None:
        """Replace modules; before training begins. A distribution may be given as its class.

        Raises:
            IncompatibleError: a module of the wrong kind, or training has begun.
        """
        if self._frozen:
            raise IncompatibleError("Modules are set before training begins; make a new agent to change them.")
        if isinstance(distribution, type) and issubclass(distribution, BaseDistribution):
            distribution = distribution()
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
        for primitive, name in (
            ("encoder", "encoder"),
            ("policy", "policy"),
            ("storage", "storage"),
            ("distribution", "dist"),
        ):
            if not hasattr(self, name):
                raise IncompatibleError(f"{type(self).__name__} has no {primitive}: give it one, set({primitive}=...).")
            self._check_module(primitive, getattr(self, name), entry)
        if self.encoder.feature_dim != self.policy.feature_dim:
            raise IncompatibleError(
                f"{type(self.encoder).__name__} puts out {self.encoder.feature_dim} features, "
                f"{type(self.policy).__name__} takes {self.policy.feature_dim}. Give both the same feature_dim."
            )
        if self.storage.num_envs != self.num_envs:
            raise IncompatibleError(
                f"{type(self.storage).__name__} was made for num_envs={self.storage.num_envs}; the environment has "
                f"{self.num_envs}. Give both the same."
            )
        if self.storage.device.type != self.device.type:
            raise IncompatibleError(
                f"{type(self.storage).__name__} is on {self.storage.device}, the agent on {self.device}. "
                "Give both the same device."
            )
        if self.aug is not None and entry is not None and "augmentation" not in entry.combines:
            raise IncompatibleError(f"{type(self).__name__} does not use an augmentation; it would have no effect.")
        if self.pretraining and self.irs is None:
            raise IncompatibleError("Pre-training needs an intrinsic reward: agent.set(reward=...).")

    def freeze(self, **kwargs: Any) -> None:
        """Check the modules and bring them together; `train`, `eval`, `save` and `load` do this by themselves.

        Args:
            kwargs: `th_compile` (bool) compiles the policy; `init_model_path` takes the weights of a checkpoint,
                and nothing else of it.
        """
        if not self._frozen:
            self.check()
            self.policy.to(self.device)
            self.encoder.to(self.device)
            self.policy.freeze(self.encoder, self.dist)
            self._frozen = True
        if kwargs.get("th_compile"):
            self.policy.compile()
        if kwargs.get("init_model_path") is not None:
            self.policy.load(kwargs["init_model_path"], self.device)

    def mode(self, training: bool = True) -> None:
        """Training or evaluation mode of the networks."""
        self.policy.train(training)

    @abstractmethod
    def update(self) -> Mapping[str, Any]:
        """Learn from the storage; returns the losses. The one method that an algorithm writes."""

    @abstractmethod
    def train(self, num_train_steps: int) -> None:
        """Learn from so many environment steps."""

    @checked
    def eval(self, num_eval_episodes: Annotated[int, Param("episodes", low=1)] = 10) -> dict[str, Any]:
        """Run whole episodes with the likeliest actions in `eval_env`, or in `env` if there is none.

        Returns:
            step, episode, episode_reward (mean), episode_reward_std, episode_length (mean), total_time (seconds), and,
            if episodes would not end, episodes_cut: how many were counted with the reward they had at the longest
            length allowed.
        """
        self.freeze()
        started = time.perf_counter()
        figures = evaluate(self.policy, self.eval_env or self.env, self.device, num_eval_episodes)
        elapsed = time.perf_counter() - started
        return {"step": self.global_step, "episode": self.global_episode, **figures, "total_time": elapsed}

    def save(self, path: str | Path | None = None) -> Path:
        """Write weights, optimisers, intrinsic reward, generator and counters; by default into the run folder.

        Returns:
            Where it is.

        Raises:
            FileError: it cannot be written there.
        """
        self.freeze()
        name = "pretrained" if self.pretraining else "agent"
        file = (
            Path(path) if path is not None else self.logger.folder / "model" / f"{name}_{self.global_step}.safetensors"
        )
        header = {"step": self.global_step, "episode": self.global_episode, "seed": self.seed, **self._identity()}
        return checkpoint.save(file, checkpoint.parts(self.policy, self.irs), header)

    def load(self, path: str | Path) -> None:
        """Go on from a checkpoint: weights, optimisers, intrinsic reward, generator, step count.

        Raises:
            CheckpointError: unreadable, damaged, of another agent, of other spaces or modules; nothing has changed then.
        """
        self.freeze()
        found = weights.read(path)
        for key, mine in self._identity().items():
            if found.header.get(key) != mine:
                raise CheckpointError(
                    f"{path} holds a checkpoint of {key} {found.header.get(key)}; this agent's is {mine}. "
                    "Make the agent and the environment as they were when it was saved."
                )
        checkpoint.restore(found, checkpoint.parts(self.policy, self.irs))
        self.global_step = found.header["step"]
        self.global_episode = found.header["episode"]

    def _identity(self) -> dict[str, str]:
        return {
            "agent": type(self).__name__,
            "observation_space": signature(self.observation_space),
            "action_space": signature(self.action_space),
        }

    @cached_property
    def logger(self) -> Logger:
        """Of this run; its folder is made at first use."""
        return Logger(new_run_folder(self.log_dir, self.tag))

    def _check_spaces(self) -> None:
        other = self.eval_env
        if other is not None and (other.observation_space, other.action_space) != (
            self.observation_space,
            self.action_space,
        ):
            raise SpaceError(
                f"eval_env has the spaces {other.observation_space} and {other.action_space}, env has "
                f"{self.observation_space} and {self.action_space}. Make both with the same id."
            )
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
        if agent is None:  # a user's own agent may combine what it likes
            return
        allowed = partners(agent).get(primitive, ())
        if entry.name not in allowed:
            raise IncompatibleError(f"{agent.name} works with {' or '.join(allowed)}, not with {entry.name}.")


def _check_env(env: Any) -> None:
    if not isinstance(env, Gymnasium2Torch):
        raise ParameterError(
            f"An agent takes environments that speak torch; received a {type(env).__name__}. "
            'Make them with make_rllte_env("CartPole-v1", num_envs=8) of rllte.env.'
        )
