"""What is chosen for the user is told, and what the user chose is not."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ("Train PPO with a curiosity bonus on DoorKey", ["MiniGrid-DoorKey-6x6-v0", "By curiosity ICM is understood"]),
        ("PPO 加好奇心奖励，训练 DoorKey", ["MiniGrid-DoorKey-6x6-v0", "By curiosity ICM is understood"]),
        ("PPO with ICM on DoorKey-8x8", []),
        ("PPO with ICM curiosity on the 5x5 DoorKey", []),
        ("PPO on KeyCorridorS3R1", []),
        ("PPO on CartPole", []),
        ("DQN on Breakout-v5", []),
    ],
)
def test_what_is_chosen_is_told(request_: str, said: list[str]) -> None:
    notes = "\n".join(plan(request_, CATALOGUE).notes)
    assert all(words in notes for words in said), notes
    assert bool(said) == ("is taken. There are also" in notes or "is understood" in notes), notes
