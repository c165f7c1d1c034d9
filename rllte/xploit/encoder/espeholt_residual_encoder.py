"""The residual encoder of IMPALA."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Annotated, Any

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core.errors import ParameterError
from rllte.core.registry import Paper, Param, register
from rllte.xploit.encoder.image_encoder import ImageEncoder


class ResidualBlock(nn.Module):
    """x + conv(relu(conv(relu(x)))), convolutions of 3x3 that keep the shape (B, C, H, W).

    No ReLU works in place: it would spoil the x that is added.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to the same."""
        return x + self.second(self.first(x.relu()).relu())  # type: ignore[no-any-return]


def section(inputs: int, outputs: int) -> nn.Sequential:
    """A convolution of 3x3, a max-pool of 3x3/2 padded by 1, two residual blocks: half the height and width."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1),
        nn.MaxPool2d(3, stride=2, padding=1),
        ResidualBlock(outputs),
        ResidualBlock(outputs),
    )


@register(
    "encoder",
    paper=Paper(
        "IMPALA: Scalable Distributed Deep-RL with Importance Weighted Actor-Learner Architectures", arxiv="1802.01561"
    ),
    aliases=("impala cnn", "impala encoder", "residual cnn", "resnet encoder"),
    observation_spaces=("Box3",),
)
class EspeholtResidualEncoder(ImageEncoder):
    """The large network of the paper's figure 3: one section of residual blocks for each number of `net_arch`.

    Then ReLU and a linear layer with ReLU, 256 features in the paper. Takes images of any size.

    Raises:
        ParameterError: `net_arch` holds anything but whole numbers of at least 1, or nothing.
    """

    def __init__(
        self,
        observation_space: gym.Space[Any],
        feature_dim: Annotated[int, Param("size of the features; 0: no linear layer", low=0)] = 256,
        net_arch: Annotated[Sequence[Any], Param("channels of each section of residual blocks")] = (16, 32, 32),
    ) -> None:
        super().__init__(observation_space, feature_dim)
        channels = list(net_arch) if isinstance(net_arch, Iterable) else []
        if not channels or any(isinstance(c, bool) or not isinstance(c, int) or c < 1 for c in channels):
            raise ParameterError(
                f"net_arch is {net_arch!r}; expected whole numbers of at least 1, such as [16, 32, 32]."
            )
        sections = [section(*pair) for pair in pairwise([self.obs_shape[0], *channels])]
        self.build(nn.Sequential(*sections, nn.ReLU(), nn.Flatten()), nn.ReLU())
