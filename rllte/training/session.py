"""One call of `train`, whatever the loop: what is due when, and what is left behind however it ends."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol

import torch as th

from rllte.core.bases import BaseReward
from rllte.core.errors import FileError, NotFiniteError, ParameterError
from rllte.core.trees import Tree, leaves
from rllte.env.torch_env import Gymnasium2Torch
from rllte.training.callbacks import Callback
from rllte.training.live import Live
from rllte.training.logger import Logger
from rllte.training.normalize import RewardScaler


class Learner(Protocol):
    """What the loops need of an agent."""

    env: Gymnasium2Torch
    eval_env: Gymnasium2Torch | None
    device: th.device
    policy: Any
    storage: Any
    irs: BaseReward | None
    pretraining: bool
    global_step: int
    global_episode: int
    num_updates: int
    logger: Logger
    live: Live
    reward_scaler: RewardScaler | None
    best_reward: float
    span: tuple[int, int]

    def update(self) -> Mapping[str, Any] | None: ...
    def save(self, path: Any = None, storage: bool = False) -> Any: ...
    def eval(self, num_eval_episodes: int) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Schedule:
    """How long, and how often; intervals count updates on-policy, environment steps off-policy and in distributed loops."""

    num_train_steps: int
    log_interval: int = 1
    eval_interval: int = 100
    save_interval: int = 100
    num_eval_episodes: int = 10
    anneal_lr: bool = False
    save_storage: bool = False
    progress_bar: bool = False
    callbacks: Sequence[Callback] = field(default_factory=tuple)


class Every:
    """Whether a counter has passed a multiple of the interval since it was last asked.

    `counter % interval == 0` would miss multiples that a step of several environments leaps over.
    """

    def __init__(self, interval: int, start: int = 0) -> None:
        self.interval = interval
        self.passed = start // interval

    def due(self, counter: int) -> bool:
        """Asked once for each value of the counter."""
        passed, self.passed = self.passed, counter // self.interval
        return self.passed > passed


class Session:
    """Context of one call of `train`: learning rates, logs, evaluations, checkpoints, callbacks.

    Leaving it by an interrupt or a fault of the environment keeps a checkpoint, unless a weight is not finite any more.

    Args:
        agent: that learns.
        schedule: of the call.
        counter: where the intervals' counter stands at the start: 0 where it counts updates, else environment steps.
        log_counter: the same for log lines, where these count something else: episodes, off-policy.
    """

    def __init__(self, agent: Learner, schedule: Schedule, counter: int = 0, log_counter: int | None = None) -> None:
        self.agent = agent
        self.schedule = schedule
        self.begun_at = agent.global_step
        self.last_step = agent.global_step + schedule.num_train_steps
        first, last = agent.span  # what was stopped half-way goes on with the learning rate that it had
        self.first_step = first if last == self.last_step and first <= self.begun_at < last else self.begun_at
        agent.span = (int(self.first_step), int(self.last_step))
        self.stopped = False
        self._log = Every(schedule.log_interval, counter if log_counter is None else log_counter)
        self._eval = Every(schedule.eval_interval, counter)
        self._save = Every(schedule.save_interval, counter)
        self._bar: Any = None

    def __enter__(self) -> Session:
        agent = self.agent
        agent.logger.folder  # noqa: B018 (makes the run folder: better now than after a rollout)
        self._rates = {name: [g["lr"] for g in opt.param_groups] for name, opt in agent.policy.optimizers.items()}
        self._started = time.perf_counter()
        if self.schedule.progress_bar:
            from tqdm import tqdm

            self._bar = tqdm(total=self.schedule.num_train_steps, unit=" steps", dynamic_ncols=True)
            agent.logger.printer = self._bar.write
        for callback in self.schedule.callbacks:
            callback.on_train_start(agent)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        agent = self.agent
        try:
            if error is not None and not isinstance(error, NotFiniteError | FileError):
                self._keep(error)
        finally:
            self.scale_rates(1.0)
            for callback in self.schedule.callbacks:
                callback.on_train_end(agent)
            if self._bar is not None:
                self._bar.close()
                agent.logger.printer = print
            agent.logger.close()

    def anneal(self) -> None:
        """Before an update: learning rates fall linearly to 0 at the last step, if the schedule says so."""
        if self.schedule.anneal_lr:
            done = (self.agent.global_step - self.first_step) / (self.last_step - self.first_step)
            self.scale_rates(max(0.0, 1.0 - done))

    def scale_rates(self, factor: float) -> None:
        """Learning rates are `factor` of what they were at the start."""
        for name, optimizer in self.agent.policy.optimizers.items():
            for group, rate in zip(optimizer.param_groups, self._rates[name], strict=True):
                group["lr"] = rate * factor

    def stepped(self) -> None:
        """After a step of all environments."""
        for callback in self.schedule.callbacks:
            callback.on_step(self.agent)
            self.agent.live.check_untouched()
        if self._bar is not None:
            self._bar.update(min(self.agent.global_step, self.last_step) - self.begun_at - self._bar.n)

    def after_update(
        self, counter: int, losses: Mapping[str, Any], log_counter: int | None = None, updated: bool = True
    ) -> None:
        """Log, evaluate and save what is due at this value of the counter; at the last step, all of it.

        Args:
            counter: of the intervals.
            losses: of the last update.
            log_counter: of log lines; None: the same.
            updated: whether there was an update since the last call; callbacks hear of those alone.

        Raises:
            NotFiniteError: a weight is not finite, and would be saved.
        """
        agent, last = self.agent, self.agent.global_step >= self.last_step
        if updated and any([callback.on_update(agent, losses) is False for callback in self.schedule.callbacks]):
            self.stopped = last = True
        if self._log.due(counter if log_counter is None else log_counter) or last:
            elapsed = time.perf_counter() - self._started
            where = {"step": agent.global_step, "episode": agent.global_episode, **agent.live.episodes.means()}
            speed = (agent.global_step - self.begun_at) / elapsed
            agent.logger.record("train", {**where, "fps": speed, "total_time": elapsed, **losses})
        evaluate = (self._eval.due(counter) or last) and agent.eval_env is not None
        save = self._save.due(counter) or last
        if evaluate or save:
            check_finite(agent.global_step, dict(agent.policy.named_parameters()))
        if evaluate:
            self._evaluate()
        if save or self.stopped:
            agent.save(storage=self.schedule.save_storage)
        agent.live.check_untouched()

    def _evaluate(self) -> None:
        agent = self.agent
        figures = agent.eval(self.schedule.num_eval_episodes)
        agent.logger.record("eval", figures)
        if figures["episode_reward"] > agent.best_reward:
            agent.best_reward = figures["episode_reward"]
            agent.save(agent.logger.folder / "model" / "best.safetensors")
        if any([callback.on_eval(agent, figures) is False for callback in self.schedule.callbacks]):
            self.stopped = True

    def _keep(self, error: BaseException) -> None:
        """Save what an interrupt or a fault leaves, if it can be gone on from."""
        agent = self.agent
        interrupted = isinstance(error, KeyboardInterrupt)
        try:
            check_finite(agent.global_step, dict(agent.policy.named_parameters()))
            file = agent.save(storage=self.schedule.save_storage)
        except NotFiniteError as reason:
            agent.logger.info(f"{'interrupted' if interrupted else 'stopped by an error'}; not saved: {reason}")
        except FileError as reason:
            error.add_note(str(reason))
        else:
            agent.logger.info(f"{'interrupted' if interrupted else 'stopped by an error'}; saved {file}")
            error.add_note(
                f"What was learned until step {agent.global_step} is in {file}; agent.load() goes on from it."
            )


def losses_of(agent: Learner) -> dict[str, Any]:
    """One call of `update`: its losses, a number each by name.

    Raises:
        ParameterError: it returned something else.
    """
    losses = agent.update()
    if losses is None:
        return {}
    if not isinstance(losses, Mapping):
        raise ParameterError(
            f"{type(agent).__name__}.update returned a {type(losses).__name__}; expected its losses as a dict of numbers "
            'by name, for example {"policy_loss": loss}, or None.'
        )
    for name, value in losses.items():
        if getattr(value, "numel", lambda: 1)() != 1:
            raise ParameterError(
                f"{type(agent).__name__}.update returned {name} of shape {tuple(value.shape)}; expected a number. Return "
                f"its mean: {name}.mean()."
            )
    return dict(losses)


def check_finite(step: int, tensors: Mapping[str, th.Tensor]) -> None:
    """Whether all numbers are finite.

    Raises:
        NotFiniteError: they are not; the tensors are named.
    """
    floats = {name: tensor for name, tensor in tensors.items() if tensor.is_floating_point()}
    if floats and not bool(th.stack([tensor.isfinite().all().cpu() for tensor in floats.values()]).all()):
        names = [name for name, tensor in floats.items() if not bool(tensor.isfinite().all())]
        raise NotFiniteError(
            f"At step {step} not every number is finite in: {', '.join(names[:5])}. Rewards and observations come from "
            "the environment or intrinsic reward; losses and weights ask for a smaller lr or max_grad_norm."
        )


def check_quickly(step: int, tensors: Mapping[str, th.Tensor]) -> None:
    """As `check_finite`, but at the cost of a sum while all is well."""
    for tensor in tensors.values():
        if tensor.is_floating_point() and not math.isfinite(tensor.sum().item()):
            check_finite(step, tensors)


def final_leaves(last: Tree) -> dict[str, th.Tensor]:
    """The last observations of episodes (N, ...) for the checks, by a name that tells them from those that follow."""
    return {f"final {key}": leaf for key, leaf in leaves(last).items()}
