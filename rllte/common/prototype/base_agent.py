"""The root of all agents: modules, compatibility, evaluation, checkpoints. The loop is the prototypes' part."""

from __future__ import annotations

import contextlib
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import torch as th

from rllte.common.prototype.fit import check_environments, check_module, check_sizes, wrong_kind
from rllte.core import weights
from rllte.core.bases import BaseAugmentation, BaseDistribution, BaseEncoder, BasePolicy, BaseReward, BaseStorage
from rllte.core.device import resolve_device
from rllte.core.errors import CheckpointError, IncompatibleError, ParameterError, RLLTEError
from rllte.core.registry import SEEDS, Param, checked, inherited
from rllte.core.seeding import seed_everything
from rllte.core.spaces import action_kind, action_size, signature
from rllte.env.torch_env import Gymnasium2Torch
from rllte.training import checkpoint
from rllte.training.evaluation import evaluate
from rllte.training.live import Live
from rllte.training.logger import Logger, new_run_folder
from rllte.training.normalize import RewardScaler, attach, detach

KINDS: dict[str, tuple[str, type[Any]]] = {
    "encoder": ("encoder", BaseEncoder),
    "policy": ("policy", BasePolicy),
    "storage": ("storage", BaseStorage),
    "dist": ("distribution", BaseDistribution),
    "aug": ("augmentation", BaseAugmentation),
    "irs": ("reward", BaseReward),
}
"""RLLTE's names of the attributes that hold modules: primitive and base class of each."""


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
        _check_names(tag, log_dir)
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
        self.num_updates = 0
        self.reward_scaler: RewardScaler | None = None
        self.best_reward = -math.inf
        """Of the evaluations so far; the model of the best one is kept."""
        self.span = (0, 0)
        """First and last step of the last call of `train`, over which a learning rate falls."""
        self._saved: dict[str, th.Tensor] | None = None
        self._frozen = False
        check_environments(self)
        seed_everything(seed)

    @checked
    def set(
        self,
        encoder: BaseEncoder | None = None,
        policy: BasePolicy | None = None,
        storage: BaseStorage | None = None,
        distribution: BaseDistribution | type[BaseDistribution] | None = None,
        augmentation: BaseAugmentation | None = None,
        reward: BaseReward | None = None,
    ) -> None:
        """Replace modules, before `train`, `eval`, `save`, `load` and `freeze`. A distribution may be given as its class.

        Modules that depend on each other (an encoder of another feature size and its policy) are given in one call.

        Raises:
            IncompatibleError: a module of the wrong kind, one that does not fit or would not be used, or the modules
                have been brought together already; the agent's modules are as before.
            SpaceError: a module does not support the environment's spaces.
        """
        if self._frozen:
            raise IncompatibleError("Modules are set before training begins; make a new agent to change them.")
        if isinstance(distribution, type) and issubclass(distribution, BaseDistribution):
            distribution = distribution()
        given = {"encoder": encoder, "policy": policy, "storage": storage}
        given |= {"dist": distribution, "aug": augmentation, "irs": reward}
        given = {name: module for name, module in given.items() if module is not None}
        for name, module in given.items():
            if not isinstance(module, KINDS[name][1]):
                raise IncompatibleError(wrong_kind(KINDS[name][1], module))
        before = {name: getattr(self, name, None) for name in given}
        for name, module in given.items():
            setattr(self, name, module)
        try:
            self.check_fit()
        except RLLTEError:
            for name, module in before.items():
                delattr(self, name) if module is None and name not in {"aug", "irs"} else setattr(self, name, module)
            raise

    def check(self) -> None:
        """Whether all modules are there and can work together.

        Raises:
            IncompatibleError: they cannot; the message says which and what would.
            SpaceError: a module does not support the environment's spaces.
        """
        for name in ("encoder", "policy", "storage", "dist"):
            if not hasattr(self, name):
                primitive = KINDS[name][0]
                raise IncompatibleError(f"{type(self).__name__} has no {primitive}: give it one, set({primitive}=...).")
        self.check_fit()
        if self.pretraining and self.irs is None:
            raise IncompatibleError("Pre-training needs an intrinsic reward: agent.set(reward=...).")

    def check_fit(self) -> None:
        """Whether the modules that are there fit the agent, the spaces and each other; `set` and `check` ask.

        An agent that asks more of its modules extends it.

        Raises:
            IncompatibleError: they do not; the message says which and what would.
            SpaceError: a module does not support the environment's spaces.
        """
        entry = inherited(type(self))
        for name, (primitive, _) in KINDS.items():
            module = getattr(self, name, None)
            if module is not None:
                check_module(primitive, module, entry, self.observation_space, self.action_space)
        check_sizes(self)

    def freeze(self, **kwargs: Any) -> None:
        """Check the modules and bring them together; `train`, `eval`, `save` and `load` do this by themselves.

        Args:
            kwargs: `th_compile` (bool) compiles the policy; `init_model_path` takes the weights of a checkpoint,
                and nothing else of it; `normalize_obs` (bool) normalises what the encoder takes, from the first call on.

        Raises:
            IncompatibleError: `normalize_obs` after the modules have been brought together without it.
        """
        normalize = bool(kwargs.get("normalize_obs"))
        if not self._frozen:
            self.check()
            if normalize:
                attach(self.encoder)
            self.policy.to(self.device)
            self.encoder.to(self.device)
            self.policy.freeze(self.encoder, self.dist)
            self._frozen = True
        elif normalize and not self.normalizes_obs:
            raise IncompatibleError(
                "normalize_obs=True came after the modules were brought together without it (by eval, save, load or "
                "train). Make a new agent, and give it to the first call of train."
            )
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

    @property
    def normalizes_obs(self) -> bool:
        """Whether the encoder sees normalised observations."""
        return hasattr(self.encoder, "normalizer")

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

    def save(self, path: str | Path | None = None, storage: bool = False) -> Path:
        """Write all that training needs to go on as if it had not stopped; by default into the run folder.

        That is weights, optimisers, intrinsic reward, normalisation, torch's generator, counters, and where the
        environments stand: the seeds of the episodes under way, and the actions since they began.

        Args:
            path: of the file; None: `model/agent_<step>.safetensors` in the run folder.
            storage: also `memory`, such as what a replay storage holds; it can be large.

        Returns:
            Where it is.

        Raises:
            ParameterError: the path is no text or Path.
            FileError: it cannot be written there.
        """
        self.freeze()
        name = "pretrained" if self.pretraining else "agent"
        default = f"{name}_{self.global_step}.safetensors"
        file = weights.file_path(path) if path is not None else self.logger.folder / "model" / default
        header = {
            "step": self.global_step,
            "episode": self.global_episode,
            "updates": self.num_updates,
            "span": list(self.span),
            "best_reward": self.best_reward if math.isfinite(self.best_reward) and not self.pretraining else None,
            "seed": self.seed,
            "normalize_obs": self.normalizes_obs,
            "reward_discount": self.reward_scaler.discount if self.reward_scaler is not None else None,
            **self._identity(),
        }
        extras = {f"{checkpoint.LIVE}{key}": value for key, value in self.live.state().items()}
        if storage:
            extras |= {f"{checkpoint.STORAGE}{key}": value for key, value in self.memory().items()}
        return checkpoint.save(file, checkpoint.parts(self), header, extras)

    def load(self, path: str | Path) -> None:
        """Go on from a checkpoint, with all that `save` wrote; the environments are put back when training goes on.

        Raises:
            CheckpointError: unreadable, damaged, of another agent, of other spaces or modules; nothing has changed then.
            IncompatibleError: the agent's modules cannot work together, or have been brought together without the
                normalisation that the file has; nothing has changed then either.
            ParameterError: the path is no text or Path.
        """
        found = weights.read(path)
        progress = checkpoint.progress(found)
        for key, mine in self._identity().items():
            if found.header.get(key) != mine:
                raise CheckpointError(
                    f"{path} holds a checkpoint of {key} {found.header.get(key)}; this agent's is {mine}. "
                    "Make the agent and the environment as they were when it was saved."
                )
        with self._as_before_if_refused():
            self.freeze(normalize_obs=bool(found.header.get("normalize_obs")))
            if found.header.get("reward_discount") is not None:
                self.scale_rewards(found.header["reward_discount"])
            with checkpoint.restored(found, checkpoint.parts(self)):
                if stored := found.under(checkpoint.STORAGE):
                    self.recall(stored)
        self._saved = found.under(checkpoint.LIVE)
        for name, value in progress.items():
            setattr(self, name, value)

    @contextlib.contextmanager
    def _as_before_if_refused(self) -> Iterator[None]:
        """Context: what fails within leaves modules that can still be set, no normalisation and no scale of rewards."""
        frozen, scaler, generator = self._frozen, self.reward_scaler, th.get_rng_state()
        try:
            yield
        except BaseException:
            self.reward_scaler = scaler
            if not frozen:
                self._frozen = False
                detach(self.encoder)
            th.set_rng_state(generator)
            raise

    def memory(self) -> dict[str, th.Tensor]:
        """What later updates learn from again, as tensors by name; nothing where a rollout is forgotten after its update."""
        return {}

    def recall(self, memory: Mapping[str, th.Tensor]) -> None:  # noqa: B027 (nothing to recall unless a subclass does)
        """Take what `memory` gave, or nothing of it: `load` puts all else back as it was if this fails.

        Raises:
            ParameterError: it does not fit the agent's modules; nothing has changed then.
        """

    def scale_rewards(self, discount: float) -> None:
        """Divide the environment's rewards by the deviation of their discounted sum from now on; `train` calls it."""
        if self.reward_scaler is None:
            self.reward_scaler = RewardScaler(discount, self.num_envs).to(self.device)

    @cached_property
    def live(self) -> Live:
        """Where the environments stand."""
        return Live(self)

    def take_saved(self) -> dict[str, th.Tensor] | None:
        """What the last `load` found of the environments; once, then None."""
        saved, self._saved = self._saved, None
        return saved

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


def _check_names(tag: Any, log_dir: Any) -> None:
    if not isinstance(tag, str):
        raise ParameterError(
            f"tag is {tag!r}, a {type(tag).__name__}; expected the run's name as a text, tag='default'."
        )
    if not isinstance(log_dir, str | Path):
        raise ParameterError(f"log_dir is {log_dir!r}; expected a folder as a text or Path, log_dir='logs'.")


def _check_env(env: Any) -> None:
    if not isinstance(env, Gymnasium2Torch):
        raise ParameterError(
            f"An agent takes environments that speak torch; received a {type(env).__name__}. "
            'Make them with make_rllte_env("CartPole-v1", num_envs=8) of rllte.env.'
        )
