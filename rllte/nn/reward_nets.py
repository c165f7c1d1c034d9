"""Networks of intrinsic rewards: any observation to a latent, any action to numbers, and the models between them.

B samples; L = latent_dim; A = `action_features_size(action_space)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gymnasium as gym
import torch as th
from torch import nn
from torch.nn import functional as F

from rllte.core.errors import ParameterError, SpaceError
from rllte.core.spaces import byte_factor, check_channels, observation_kind
from rllte.core.trees import leaves, space_leaves
from rllte.nn.blocks import flat_output, mlp
from rllte.nn.init import get_init_fn

ENCODER_MODELS = ("mnih", "espeholt", "pathak")
WEIGHT_INITS = ("orthogonal", "default")
SMALLEST_MNIH = 36
SMALLEST_IMAGE = 5
HIDDEN = 256
LARGEST_TARGET = 21


def init_weights(module: nn.Module, weight_init: str) -> None:
    """Initialise a network: orthogonal (gain sqrt(2), biases 0), or default: PyTorch's own.

    Raises:
        ParameterError: another name.
    """
    if weight_init not in WEIGHT_INITS:
        raise ParameterError(f"weight_init is {weight_init!r}; expected one of {', '.join(WEIGHT_INITS)}.")
    if weight_init == "orthogonal":
        module.apply(get_init_fn("orthogonal"))


class _Residual(nn.Module):
    """x + conv(relu(conv(relu(x)))), of IMPALA's figure 3."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: th.Tensor) -> th.Tensor:
        out: th.Tensor = x + self.second(F.relu(self.first(F.relu(x))))
        return out


def _small(channels: int) -> list[nn.Module]:
    return [nn.Conv2d(channels, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 64, 3, stride=2, padding=1), nn.ReLU()]


def _mnih(channels: int) -> list[nn.Module]:
    return [
        nn.Conv2d(channels, 32, 8, stride=4),
        nn.ReLU(),
        nn.Conv2d(32, 64, 4, stride=2),
        nn.ReLU(),
        nn.Conv2d(64, 64, 3, stride=1),
        nn.ReLU(),
    ]


def _espeholt(channels: int) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for depth in (16, 32, 32):
        layers += [nn.Conv2d(channels, depth, 3, padding=1), nn.MaxPool2d(3, stride=2, padding=1)]
        layers += [_Residual(depth), _Residual(depth)]
        channels = depth
    return [*layers, nn.ReLU()]


def _pathak(channels: int) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for _ in range(4):
        layers += [nn.Conv2d(channels, 32, 3, stride=2, padding=1), nn.ELU()]
        channels = 32
    return layers


_CONVOLUTIONS: dict[str, Callable[[int], list[nn.Module]]] = {
    "mnih": _mnih,
    "espeholt": _espeholt,
    "pathak": _pathak,
}


def _convolutions(space: gym.spaces.Box, encoder_model: str) -> nn.Sequential:
    check_channels("An intrinsic reward", space)
    channels, height, width = space.shape
    if min(height, width) < SMALLEST_IMAGE:
        raise SpaceError(
            f"Images have at least {SMALLEST_IMAGE} x {SMALLEST_IMAGE} pixels; received {height} x {width}. "
            "Is the shape channels first (channels, height, width)?"
        )
    small = encoder_model == "mnih" and min(height, width) < SMALLEST_MNIH
    return nn.Sequential(*(_small if small else _CONVOLUTIONS[encoder_model])(channels), nn.Flatten())


class _OneHot(nn.Module):
    """Whole numbers (B,) or (B, D), each from its `start`, to one-hot vectors side by side (B, sum of sizes)."""

    def __init__(self, sizes: list[int], starts: list[int]) -> None:
        super().__init__()
        self.sizes, self.starts = sizes, starts

    def forward(self, x: th.Tensor) -> th.Tensor:
        columns = x.reshape(len(x), -1).long()
        parts = zip(self.sizes, self.starts, strict=True)
        return th.cat([F.one_hot(columns[:, i] - s, n).float() for i, (n, s) in enumerate(parts)], dim=1)


def _trunk(space: gym.Space[Any], encoder_model: str) -> tuple[nn.Module, int]:
    """Layers from one leaf of an observation to numbers (B, size), and their size."""
    if isinstance(space, gym.spaces.Box):
        if observation_kind(space) == "Box3":
            layers = _convolutions(space, encoder_model)
            return layers, flat_output(layers, space.shape)
        return nn.Flatten(), max(1, int(th.tensor(space.shape).prod()))
    if isinstance(space, gym.spaces.Discrete):
        return _OneHot([int(space.n)], [int(space.start)]), int(space.n)
    if isinstance(space, gym.spaces.MultiDiscrete):
        sizes, starts = (list(map(int, array.ravel())) for array in (space.nvec, space.start))
        return _OneHot(sizes, starts), sum(sizes)
    if isinstance(space, gym.spaces.MultiBinary):
        return nn.Flatten(), int(th.tensor(space.shape).prod())
    raise SpaceError(
        f"Intrinsic rewards look at Box, Discrete, MultiDiscrete, MultiBinary or a flat Dict of them; received {space}."
    )


class ObservationEncoder(nn.Module):
    """Any observation to a latent; the last layer is linear, so a latent may be negative.

    Images go through the convolutions of `encoder_model` (under mnih, below 36 x 36 pixels, two small ones), Discrete
    and MultiDiscrete become one-hot, the rest is flattened; entries of a Dict are put side by side. One image is followed
    by one linear layer, everything else by 256 units with ReLU and a linear layer.

    Args:
        observation_space: of one observation.
        latent_dim: L.
        encoder_model: mnih (Nature DQN), espeholt (IMPALA's residual one) or pathak (ICM's).
        weight_init: orthogonal or default.

    Raises:
        SpaceError: a space that it cannot look at.
        ParameterError: an unknown model or initialisation.
    """

    def __init__(
        self,
        observation_space: gym.Space[Any],
        latent_dim: int,
        encoder_model: str = "mnih",
        weight_init: str = "orthogonal",
    ) -> None:
        super().__init__()
        if encoder_model not in ENCODER_MODELS:
            raise ParameterError(f"encoder_model is {encoder_model!r}; expected one of {', '.join(ENCODER_MODELS)}.")
        spaces = leaves(space_leaves(observation_space))
        self.keys = sorted(spaces)
        self.factors = [_factor(spaces[key]) for key in self.keys]
        made = [_trunk(spaces[key], encoder_model) for key in self.keys]
        self.trunks = nn.ModuleList(trunk for trunk, _ in made)
        size = sum(number for _, number in made)
        image = observation_kind(observation_space) == "Box3"
        self.head = nn.Linear(size, latent_dim) if image else mlp((size, HIDDEN, latent_dim), nn.ReLU, last=False)
        self.latent_dim = latent_dim
        init_weights(self, weight_init)

    def forward(self, obs: Any) -> th.Tensor:
        """Observations (B, ...), or a dict of them, to (B, L) float32; floats come scaled.

        uint8 is divided by the largest number of the space, as rewards and agents do before they normalise.
        """
        found = leaves(obs)
        parts = [
            trunk(_for(trunk, found[key], factor))
            for key, factor, trunk in zip(self.keys, self.factors, self.trunks, strict=True)
        ]
        latent: th.Tensor = self.head(th.cat(parts, dim=1) if len(parts) > 1 else parts[0])
        return latent


def _factor(space: gym.Space[Any]) -> float:
    """What brings bytes to [0, 1]."""
    return byte_factor(space) if isinstance(space, gym.spaces.Box) else 1.0


def _for(trunk: nn.Module, x: th.Tensor, factor: float) -> th.Tensor:
    """An input as its layers take it: whole numbers as they are, the rest as floats, bytes times a factor."""
    if isinstance(trunk, _OneHot):
        return x
    values = x.float() * factor if x.dtype == th.uint8 else x.float()
    return values.unsqueeze(1) if values.ndim == 1 else values


class Reconstruction(nn.Module):
    """What a decoder is to make of an observation: flat numbers (B, size), no parameters.

    Images are averaged down to at most 21 x 21, whole numbers one-hot; entries of a Dict are put side by side.
    """

    def __init__(self, observation_space: gym.Space[Any]) -> None:
        super().__init__()
        spaces = leaves(space_leaves(observation_space))
        self.keys = sorted(spaces)
        self.factors = [_factor(spaces[key]) for key in self.keys]
        made = [self._leaf(spaces[key]) for key in self.keys]
        self.parts = nn.ModuleList(part for part, _ in made)
        self.size = sum(number for _, number in made)

    @staticmethod
    def _leaf(space: gym.Space[Any]) -> tuple[nn.Module, int]:
        if observation_kind(space) != "Box3":
            return _trunk(space, "mnih")
        channels, height, width = space.shape or (1, 1, 1)
        size = (min(height, LARGEST_TARGET), min(width, LARGEST_TARGET))
        return nn.Sequential(nn.AdaptiveAvgPool2d(size), nn.Flatten()), channels * size[0] * size[1]

    def forward(self, obs: Any) -> th.Tensor:
        """Observations (B, ...), or a dict of them, to (B, size) float32."""
        found = leaves(obs)
        parts = [
            part(_for(part, found[key], factor))
            for key, factor, part in zip(self.keys, self.factors, self.parts, strict=True)
        ]
        return th.cat(parts, dim=1)


def action_features_size(action_space: gym.Space[Any]) -> int:
    """A: n of Discrete, the sum of nvec of MultiDiscrete, the number of scalars of Box and MultiBinary.

    Raises:
        SpaceError: another space.
    """
    if isinstance(action_space, gym.spaces.Discrete):
        return int(action_space.n)
    if isinstance(action_space, gym.spaces.MultiDiscrete):
        return int(action_space.nvec.sum())
    if isinstance(action_space, gym.spaces.Box | gym.spaces.MultiBinary):
        return max(1, int(th.tensor(action_space.shape).prod()))
    raise SpaceError(f"Actions are Discrete, Box, MultiDiscrete or MultiBinary; received {action_space}.")


def action_features(action_space: gym.Space[Any], actions: th.Tensor) -> th.Tensor:
    """Actions (B, *action_shape), whole numbers from 0, as (B, A) float32: one-hot, per dimension, or floats as they are."""
    columns = actions.reshape(len(actions), -1)
    if isinstance(action_space, gym.spaces.Discrete):
        return F.one_hot(columns[:, 0].long(), int(action_space.n)).float()
    if isinstance(action_space, gym.spaces.MultiDiscrete):
        sizes = map(int, action_space.nvec.ravel())
        return th.cat([F.one_hot(columns[:, i].long(), n).float() for i, n in enumerate(sizes)], dim=1)
    return columns.float()


def action_loss(action_space: gym.Space[Any], outputs: th.Tensor, actions: th.Tensor) -> th.Tensor:
    """How far outputs (B, A) are from actions (B, *action_shape), per sample (B,).

    Discrete: cross-entropy; MultiDiscrete: the sum of one per dimension; MultiBinary: the sum of binary cross-entropies;
    Box: the mean squared error over dimensions.
    """
    columns = actions.reshape(len(actions), -1)
    if isinstance(action_space, gym.spaces.Discrete):
        return F.cross_entropy(outputs, columns[:, 0].long(), reduction="none")
    if isinstance(action_space, gym.spaces.MultiDiscrete):
        parts = outputs.split([int(n) for n in action_space.nvec.ravel()], dim=1)
        losses = [F.cross_entropy(part, columns[:, i].long(), reduction="none") for i, part in enumerate(parts)]
        return th.stack(losses).sum(0)
    if isinstance(action_space, gym.spaces.MultiBinary):
        return F.binary_cross_entropy_with_logits(outputs, columns.float(), reduction="none").sum(1)
    return F.mse_loss(outputs, columns.float(), reduction="none").mean(1)


class InverseDynamics(nn.Module):
    """The action between two latents: logits, or its numbers in a Box space (ICM's equation 2)."""

    def __init__(self, latent_dim: int, action_space: gym.Space[Any], weight_init: str = "orthogonal") -> None:
        super().__init__()
        self.action_space = action_space
        sizes = (2 * latent_dim, HIDDEN, action_features_size(action_space))
        self.layers = mlp(sizes, nn.ReLU, last=False)
        init_weights(self, weight_init)

    def forward(self, latents: th.Tensor, next_latents: th.Tensor) -> th.Tensor:
        """(B, L) and (B, L) to (B, A)."""
        outputs: th.Tensor = self.layers(th.cat([latents, next_latents], dim=1))
        return outputs

    def loss(self, latents: th.Tensor, next_latents: th.Tensor, actions: th.Tensor) -> th.Tensor:
        """`action_loss` of what it says of the actions (B, *action_shape), per sample (B,)."""
        return action_loss(self.action_space, self(latents, next_latents), actions)


class ForwardDynamics(nn.Module):
    """The next latent from a latent and an action (ICM's equation 4)."""

    def __init__(self, latent_dim: int, action_space: gym.Space[Any], weight_init: str = "orthogonal") -> None:
        super().__init__()
        self.action_space = action_space
        sizes = (latent_dim + action_features_size(action_space), HIDDEN, latent_dim)
        self.layers = mlp(sizes, nn.ReLU, last=False)
        init_weights(self, weight_init)

    def forward(self, latents: th.Tensor, actions: th.Tensor) -> th.Tensor:
        """Latents (B, L) and actions (B, *action_shape) to (B, L)."""
        inputs = th.cat([latents, action_features(self.action_space, actions)], dim=1)
        predicted: th.Tensor = self.layers(inputs)
        return predicted
