"""The contract of encoders. B samples."""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core import spaces
from rllte.core.errors import ParameterError, SpaceError
from rllte.core.observations import preprocessor
from rllte.core.registry import Param, checked

LARGEST_SEARCHED = 256
"""Up to which height and width `flat_size` looks for the smallest image that layers take."""


class BaseEncoder(nn.Module, ABC):
    """Turns observations into features.

    Args:
        observation_space: what comes in.
        feature_dim: size of what goes out.

    `forward` takes observations (B, *obs_shape), or a dict of them in Dict spaces, and returns (B, feature_dim) float32.
    A subclass builds its layers after `super().__init__(observation_space, feature_dim)`, sizes its first or last linear
    layer with `self.flat_size(...)`, and begins `forward` with `self.preprocess(obs)`:

        self.convolutions = nn.Sequential(nn.Conv2d(self.obs_shape[0], 32, 3), nn.ReLU(), nn.Flatten())
        self.linear = nn.Linear(self.flat_size(self.convolutions), feature_dim)

    Attributes:
        obs_shape: shape of one observation; in Dict spaces, a dict of shapes.
        feature_dim: size of the features.

    Raises:
        SpaceError: a space that observations cannot be of.
    """

    @checked
    def __init__(
        self, observation_space: gym.Space[Any], feature_dim: Annotated[int, Param("size of the features", low=0)] = 0
    ) -> None:
        super().__init__()
        spaces.check_space("observation_space", observation_space)
        self.observation_space = observation_space
        self.obs_shape: Any = _shape(observation_space)
        self._feature_dim = feature_dim
        self._preprocessor = preprocessor(observation_space)

    @property
    def feature_dim(self) -> int:
        """Size of the features."""
        return self._feature_dim

    def preprocess(self, obs: Any) -> Any:
        """Observations (B, *obs_shape) as float32: bytes in [0, 1], labels as one-hot vectors (see `core.observations`).

        Raises:
            ParameterError: observations of another shape.
        """
        self.check_shape(obs)
        return self._preprocessor(obs)

    def check_shape(self, obs: Any) -> None:
        """Compare the shape of a batch with the space's.

        Raises:
            ParameterError: it is another.
        """
        if isinstance(self.obs_shape, dict):
            found: Any = (
                {key: tuple(leaf.shape[1:]) for key, leaf in obs.items()} if isinstance(obs, dict) else obs.shape
            )
        else:
            found = obs.shape[1:] if isinstance(obs, th.Tensor) and obs.dim() else obs
        if not isinstance(found, type(self.obs_shape)) or found != self.obs_shape:
            raise ParameterError(self._other_shape(obs))

    def _other_shape(self, obs: Any) -> str:
        def shown(leaf: Any) -> str:
            return str(tuple(leaf.shape)) if isinstance(leaf, th.Tensor) else f"a {type(leaf).__name__}"

        if isinstance(self.obs_shape, dict):
            expected = ", ".join(f"{key}: {_batch(shape)}" for key, shape in self.obs_shape.items())
            received = ", ".join(f"{key}: {shown(leaf)}" for key, leaf in obs.items()) if isinstance(obs, dict) else ""
            return f"{type(self).__name__} takes a dict of {expected}; received {received or shown(obs)}."
        single = isinstance(obs, th.Tensor) and tuple(obs.shape) == self.obs_shape
        hint = " A single observation needs an axis for the batch: obs.unsqueeze(0)." if single else ""
        return f"{type(self).__name__} takes observations {_batch(self.obs_shape)}; received {shown(obs)}.{hint}"

    def flat_size(self, layers: nn.Module | None = None) -> int:
        """Number of scalars, computed by running a zero through the layers and never counted by hand.

        Args:
            layers: what preprocessed observations go through; None: nothing, the size of a preprocessed observation.

        Raises:
            SpaceError: the layers cannot take observations of this shape; for images it names the smallest that they can.
        """
        if layers is None:
            return spaces.flat_size(self.observation_space)
        images_or_bits = isinstance(self.observation_space, gym.spaces.Box | gym.spaces.MultiBinary)
        shape = self.obs_shape if images_or_bits else (spaces.flat_size(self.observation_space),)
        try:
            return _run(layers, shape)
        except RuntimeError as error:
            raise SpaceError(self._cannot_take(layers, error)) from error

    def _cannot_take(self, layers: nn.Module, error: RuntimeError) -> str:
        smallest = smallest_image(layers, self.obs_shape[0]) if len(self.obs_shape) == 3 else None
        if smallest is None or smallest <= min(self.obs_shape[1:]):
            return f"The layers of {type(self).__name__} cannot take observations of shape {self.obs_shape}: {error}"
        _, height, width = self.obs_shape
        return (
            f"{type(self).__name__} takes images of at least {smallest} x {smallest}; received {height} x {width}. "
            "Is the shape channels first (channels, height, width)?"
        )


def smallest_image(layers: nn.Module, channels: int) -> int | None:
    """The smallest height and width of square images that layers can take; None: none up to `LARGEST_SEARCHED`."""
    for size in range(1, LARGEST_SEARCHED + 1):
        try:
            _run(layers, (channels, size, size))
        except RuntimeError:
            continue
        return size
    return None


def _run(layers: nn.Module, shape: tuple[int, ...]) -> int:
    with th.no_grad(), _evaluating(layers):
        return int(layers(th.zeros(1, *shape)).numel())


@contextmanager
def _evaluating(layers: nn.Module) -> Iterator[None]:
    """Evaluation mode, so that no running statistics move; each layer gets its own mode back."""
    modes = [(module, module.training) for module in layers.modules()]
    layers.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


def _shape(space: gym.Space[Any]) -> Any:
    if isinstance(space, gym.spaces.Dict):
        return {key: _shape(part) for key, part in space.spaces.items()}
    return tuple(space.shape or ())


def _batch(shape: Any) -> str:
    return f"(B{''.join(f', {size}' for size in shape)})" if shape else "(B,)"
