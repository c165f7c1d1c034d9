"""Sizes apart from their environment."""

import pytest

from copilot.codegen.names.sizes import sized
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("lava gap in MiniGrid, the S6 size, with A2C", ["MiniGrid-LavaGapS6-v0"]),
        ("lava gap 的 s5、s6 各跑一遍", ["MiniGrid-LavaGapS5-v0", "MiniGrid-LavaGapS6-v0"]),
        ("the big empty room in MiniGrid, 16x16", ["MiniGrid-Empty-16x16-v0"]),
        ("DoorKey at 5x5 and 8x8", ["MiniGrid-DoorKey-5x5-v0", "MiniGrid-DoorKey-8x8-v0"]),
        ("multiroom with six rooms", ["MiniGrid-MultiRoom-N6-v0"]),
        ("FrozenLake，大的那张8x8的地图", ["FrozenLake8x8-v1"]),
    ],
)
def test_the_whole_name(text: str, ids: list[str]) -> None:
    made = sized(text, CATALOGUE)
    assert all(name in made for name in ids)


@pytest.mark.parametrize(
    "text", ["DoorKey 8x8 with PPO", "MiniGrid-DoorKey-8x8-v0", "a memory of 8 steps", "LavaGap with pictures of 64x64"]
)
def test_nothing_else(text: str) -> None:
    assert sized(text, CATALOGUE) == text
