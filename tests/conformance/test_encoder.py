"""Every registered encoder passes the suite that ships for users' own, in every kind of space that it declares."""

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th
from torch import nn

from rllte.conformance.encoder import EncoderSuite
from rllte.core.bases import BaseEncoder
from rllte.core.errors import SpaceError
from rllte.core.registry import Component, load_all


def image(channels: int, height: int, width: int, dtype: Any = np.uint8) -> gym.spaces.Box:
    return gym.spaces.Box(0, 255 if dtype == np.uint8 else 1, (channels, height, width), dtype)


SPACES: dict[str, tuple[gym.Space[Any], ...]] = {
    "Box1": (
        gym.spaces.Box(-1, 1, (7,)),
        gym.spaces.Box(0, 255, (128,), np.uint8),
        gym.spaces.Box(-1, 1, (3,), np.float64),
    ),
    "Box3": (image(3, 5, 5), image(1, 7, 8, np.float32), image(4, 36, 40), image(9, 84, 84)),
    "Discrete": (gym.spaces.Discrete(16), gym.spaces.Discrete(4, start=2)),
    "MultiDiscrete": (
        gym.spaces.MultiDiscrete([3, 3]),
        gym.spaces.MultiDiscrete([2, 5], start=[1, -1]),
        gym.spaces.MultiDiscrete([[2, 3], [4, 5]]),
    ),
    "MultiBinary": (gym.spaces.MultiBinary(5), gym.spaces.MultiBinary([2, 3])),
    "Dict": (
        gym.spaces.Dict(
            {
                "view": image(3, 7, 7),
                "picture": image(1, 40, 40),
                "goal": gym.spaces.Box(-1, 1, (2,)),
                "kind": gym.spaces.Discrete(3, start=1),
                "keys": gym.spaces.MultiBinary(2),
                "pair.of": gym.spaces.MultiDiscrete([2, 3]),
            }
        ),
    ),
}
ENCODERS = [entry for entry in load_all() if entry.primitive == "encoder"]
TOO_SMALL = {"MnihCnnEncoder": 2}
"""How many of the images an encoder refuses as too small; the others take all."""


def suite(entry: Component, kind: str) -> type[EncoderSuite]:
    refused = TOO_SMALL.get(entry.name, 0) if kind == "Box3" else 0

    class Suite(EncoderSuite):
        spaces = SPACES[kind][refused:]

        def make(self, observation_space: gym.Space[Any]) -> BaseEncoder:
            return entry.cls(observation_space)  # type: ignore[no-any-return]

        @pytest.mark.skipif(not refused, reason="takes images of any size")
        def test_what_is_too_small_is_refused_with_the_smallest_size(self) -> None:
            for space in SPACES[kind][:refused]:
                with pytest.raises(SpaceError, match=r"at least \d+ x \d+; received .* take images of any size"):
                    entry.cls(space)

    return Suite


for encoder in ENCODERS:
    for declared in encoder.observation_spaces:
        globals()[f"Test{encoder.name}{declared}"] = suite(encoder, declared)


def test_every_encoder_is_tried_in_a_space() -> None:
    assert all(entry.observation_spaces for entry in ENCODERS)


def test_the_suite_fails_an_encoder_that_mixes_samples_or_spoils_its_input() -> None:
    class Mixing(BaseEncoder):
        def __init__(self, space: gym.Space[Any]) -> None:
            super().__init__(space, 7)
            self.layer = nn.Linear(7, 7)

        def forward(self, obs: th.Tensor) -> th.Tensor:
            features: th.Tensor = self.layer(obs - obs.mean(0))
            return features

    class Spoiling(Mixing):
        def forward(self, obs: th.Tensor) -> th.Tensor:
            features: th.Tensor = self.layer(obs.mul_(2))
            return features

    class Suite(EncoderSuite):
        spaces = (gym.spaces.Box(-1, 1, (7,)),)

    made = Suite()
    made.make = Mixing  # type: ignore[assignment]
    with pytest.raises(AssertionError, match="not close"):
        made.test_each_sample_is_encoded_by_itself()
    with pytest.raises(AssertionError, match="another shape"):
        made.test_observations_of_another_shape_are_named()
    made.make = Spoiling  # type: ignore[assignment]
    with pytest.raises(AssertionError):
        made.test_observations_are_left_as_they_are()
