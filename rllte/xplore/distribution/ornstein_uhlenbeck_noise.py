"""Noise that drifts from step to step, as in DDPG."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Annotated

import torch as th

from rllte.core.errors import ParameterError
from rllte.core.registry import Paper, Param, register
from rllte.xplore.distribution.action_noise import ActionNoise

PATHS = 8
"""How many shapes of batches keep a path; acting, evaluating and learning are three."""


class OrnsteinUhlenbeckProcess:
    """The paths that the noise runs along: one for each row of a batch, and apart for each shape of batch.

    x <- x + theta (mu - x) dt + sigma sqrt(dt) N(0, 1), from x = mu.

    Batches for acting, (N, A), and for learning, (B, A), have other shapes, so that neither moves the path of the other.
    """

    def __init__(self, mu: float, sigma: float, theta: float, dt: float) -> None:
        self.mu = mu
        self.sigma = sigma
        self.theta = theta
        self.dt = dt
        self._paths: OrderedDict[tuple[object, ...], th.Tensor] = OrderedDict()

    def step(self, shape: th.Size, device: th.device, dtype: th.dtype) -> th.Tensor:
        """The next point of the path of this shape."""
        key = (tuple(shape), str(device), dtype)
        before = self._paths.pop(key, None)
        if before is None:
            before = th.full(shape, self.mu, device=device, dtype=dtype)
            if len(self._paths) >= PATHS:
                self._paths.popitem(last=False)
        after = before + self.theta * self.dt * (self.mu - before)
        after += self.sigma * self.dt**0.5 * th.randn(shape, device=device, dtype=dtype)
        self._paths[key] = after
        return after

    @property
    def paths(self) -> Mapping[tuple[object, ...], th.Tensor]:
        """Where each path stands, by shape, device and dtype of its batch."""
        return self._paths

    def keep(self, path: th.Tensor) -> None:
        """Go on from these points, for batches of their shape."""
        self._paths[(tuple(path.shape), str(path.device), path.dtype)] = path

    def reset(self, ended: th.Tensor | None = None) -> None:
        """Begin anew from mu: everywhere, or in the rows (N,) of `ended` that are not 0, for batches of N rows."""
        if ended is None:
            self._paths.clear()
            return
        for key, path in self._paths.items():
            if path.dim() and path.shape[0] == ended.shape[0]:
                over = ended.to(path.device).bool().reshape(-1, *[1] * (path.dim() - 1))
                self._paths[key] = th.where(over, self.mu, path)


@register(
    "distribution",
    paper=Paper("Continuous control with deep reinforcement learning", arxiv="1509.02971"),
    aliases=("ou noise", "ornstein uhlenbeck", "ornstein-uhlenbeck"),
    action_spaces=("Box",),
)
class OrnsteinUhlenbeckNoise(ActionNoise):
    """Noise that drifts around `mu`: each environment has its own path, and successive samples are correlated in time.

    It is pulled back by `theta dt` of the distance in each step, so it forgets in about 1 / (theta dt) steps, and in the
    long run its deviation is about sigma / sqrt(2 theta): 667 steps and 0.37 by default. `theta` and `sigma` are the
    paper's, which gives no `dt`. All objects called from one template share its process.

    Raises:
        ParameterError: theta dt above 1, which would overshoot the mean.
    """

    def __init__(
        self,
        mu: Annotated[float, Param("where the noise is pulled to, and starts")] = 0.0,
        sigma: Annotated[float, Param("size of the random steps, per square root of time", low=0)] = 0.2,
        low: Annotated[float, Param("lower bound of an action")] = -1.0,
        high: Annotated[float, Param("upper bound of an action")] = 1.0,
        eps: Annotated[float, Param("how far inside the bounds disturbed actions stay", low=0)] = 1e-6,
        theta: Annotated[float, Param("strength of the pull towards mu", low=0)] = 0.15,
        dt: Annotated[float, Param("time between two steps", low=0)] = 1e-2,
    ) -> None:
        super().__init__(mu, sigma, low, high, eps)
        if theta * dt > 1:
            raise ParameterError(f"theta={theta} times dt={dt} is {theta * dt:g}; expected at most 1.")
        self.theta = theta
        self.dt = dt
        self.process = OrnsteinUhlenbeckProcess(mu, sigma, theta, dt)

    def noise(self, shape: th.Size) -> th.Tensor:
        """The next point of the paths of this shape."""
        return self.process.step(shape, self.mean.device, self.mean.dtype)

    def reset(self, ended: th.Tensor | None = None) -> None:
        """Begin paths anew from mu.

        Args:
            ended: (N,) 1 or True where an episode ended; only the paths of batches of N are touched. None: all paths.
        """
        self.process.reset(ended)

    def state(self) -> dict[str, th.Tensor]:
        """The paths as they are, by the shape of their batch."""
        return {"x".join(map(str, path.shape)): path for path in self.process.paths.values()}

    def restore(self, state: Mapping[str, th.Tensor]) -> None:
        """Go on along the paths that `state` gave.

        Args:
            state: on the device of the policy.
        """
        self.process.reset()
        for path in state.values():
            self.process.keep(path)
