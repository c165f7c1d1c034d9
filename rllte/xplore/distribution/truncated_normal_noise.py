"""Gaussian noise whose deviation follows a schedule, as in DrQ-v2."""

from __future__ import annotations

from typing import Annotated

import torch as th

from rllte.core.errors import ParameterError
from rllte.core.registry import Paper, Param, register
from rllte.core.schedules import parse_schedule, schedule
from rllte.xplore.distribution.action_noise import ActionNoise


@register(
    "distribution",
    paper=Paper("Mastering Visual Continuous Control: Improved Data-Augmented Reinforcement Learning", "2107.09645"),
    aliases=("truncated normal", "scheduled noise", "drq-v2 noise"),
    action_spaces=("Box",),
)
class TruncatedNormalNoise(ActionNoise):
    """Gaussian noise of deviation `sigma` times the schedule's value at the environment step of `at(step)`.

    A template stands at step 0. Only `at` moves the schedule: drawing samples, for acting or for learning, does not.

    Raises:
        ParameterError: a text that is no schedule, or one with a negative deviation.
    """

    def __init__(
        self,
        mu: Annotated[float, Param("mean of the noise")] = 0.0,
        sigma: Annotated[float, Param("factor of the schedule; the deviation itself without one", low=0)] = 1.0,
        low: Annotated[float, Param("lower bound of an action")] = -1.0,
        high: Annotated[float, Param("upper bound of an action")] = 1.0,
        eps: Annotated[float, Param("how far inside the bounds disturbed actions stay", low=0)] = 1e-6,
        stddev_schedule: Annotated[
            str | None, Param("deviation by environment step; None: constant", aliases=("noise schedule",))
        ] = "linear(1.0, 0.1, 100000)",
    ) -> None:
        super().__init__(mu, sigma, low, high, eps)
        if stddev_schedule is not None and min(value for _, value in parse_schedule(stddev_schedule)) < 0:
            raise ParameterError(f"stddev_schedule is {stddev_schedule!r}; expected deviations of 0 or more.")
        self.stddev_schedule = stddev_schedule
        self._stddev = self._at(0)

    def _at(self, step: int) -> float:
        return self.sigma if self.stddev_schedule is None else self.sigma * schedule(self.stddev_schedule, step)

    def at(self, step: int) -> ActionNoise:
        """The noise as it is after so many environment steps, around the same actions if it has any."""
        return self._with(_stddev=self._at(step))

    @property
    def stddev(self) -> float:
        """Standard deviation of the noise at the present step, before any bound."""
        return self._stddev

    def noise(self, shape: th.Size) -> th.Tensor:
        """Noise of this shape, from torch's generator."""
        return th.randn(shape, device=self.mean.device, dtype=self.mean.dtype) * self._stddev + self.mu
