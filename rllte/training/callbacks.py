"""Callbacks: what a user does in the midst of training, without a loop of one's own."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from rllte.core.errors import ParameterError
from rllte.core.registry import Param, checked


class Callback:
    """Does nothing; override what you need. Given to `agent.train(callbacks=[...])`, alone or with others.

    `on_update` and `on_eval` may return False: training ends after it, with a checkpoint, as if all steps were made.
    """

    def on_train_start(self, agent: Any) -> None:
        """Before the first step; the modules are together, the run folder exists."""

    def on_step(self, agent: Any) -> None:
        """After each step of all environments; `agent.global_step` counts it already."""

    def on_update(self, agent: Any, metrics: Mapping[str, Any]) -> bool | None:
        """After each update, with its losses; off-policy, where losses are logged."""
        return None

    def on_eval(self, agent: Any, figures: Mapping[str, Any]) -> bool | None:
        """After each evaluation, with what `agent.eval` returned."""
        return None

    def on_train_end(self, agent: Any) -> None:
        """After the last step, also after an interrupt or a fault."""


def callbacks_of(given: Any) -> tuple[Callback, ...]:
    """What `train` was given: callbacks in a list or the like, or a single one.

    Raises:
        ParameterError: something else is given, or among them.
    """
    if isinstance(given, Callback):
        return (given,)
    remedy = "expected objects of classes derived from rllte.training.callbacks.Callback, for example"
    if not isinstance(given, Iterable):
        raise ParameterError(f"callbacks is {given!r}; {remedy} callbacks=[StopOnReward(475)].")
    found = tuple(given)
    for one in found:
        if not isinstance(one, Callback):
            raise ParameterError(f"callbacks holds {one!r}; {remedy} callbacks=[StopOnReward(475)].")
    return found


class StopOnReward(Callback):
    """Ends training once an evaluation reaches a mean reward.

    Args:
        threshold: mean reward of an evaluation.
    """

    @checked
    def __init__(self, threshold: Annotated[float, Param("mean reward of an evaluation")]) -> None:
        self.threshold = threshold

    def on_eval(self, agent: Any, figures: Mapping[str, Any]) -> bool | None:
        """False once the threshold is reached."""
        return figures["episode_reward"] < self.threshold


class WandB(Callback):
    """Sends losses, rewards of episodes and evaluations to Weights & Biases. Without it nothing leaves the machine.

    Args:
        project: its name there.
        kwargs: of `wandb.init`, for example `mode="offline"`.

    Raises:
        ParameterError: the package `wandb` is not installed.
    """

    def __init__(self, project: str, **kwargs: Any) -> None:
        try:
            self._wandb = importlib.import_module("wandb")
        except ImportError as error:
            raise ParameterError("WandB needs the package wandb, which is not installed: pip install wandb.") from error
        self._init = {"project": project, **kwargs}

    def on_train_start(self, agent: Any) -> None:
        """Begin a run named after the agent's run folder."""
        self._run = self._wandb.init(dir=str(agent.logger.folder), name=agent.logger.folder.name, **self._init)

    def on_update(self, agent: Any, metrics: Mapping[str, Any]) -> bool | None:
        """Send the losses, and the means over the last episodes once there are any."""
        means = {name: value for name, value in agent.live.episodes.means().items() if value is not None}
        row = {f"train/{name}": float(value) for name, value in {**metrics, **means}.items()}
        self._run.log(row, step=agent.global_step)
        return None

    def on_eval(self, agent: Any, figures: Mapping[str, Any]) -> bool | None:
        """Send an evaluation."""
        self._run.log({f"eval/{name}": value for name, value in figures.items()}, step=agent.global_step)
        return None

    def on_train_end(self, agent: Any) -> None:
        """Finish the run."""
        self._run.finish()
