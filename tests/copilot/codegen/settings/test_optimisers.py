"""The optimiser that an agent has anyway asks for nothing more, and another is refused."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    "words",
    [
        "A2C on CartPole with RMSprop",
        "A2C on CartPole with the RMSprop of A2C, lr 7e-4",
        "PPO on CartPole with the Adam optimizer and eps 1e-5",
        "用 PPO 训练 CartPole，用 Adam 优化器，学习率 1e-4",
    ],
)
def test_its_own(words: str) -> None:
    notes = plan(words, CATALOGUE).notes
    assert any("learns by anyway" in note for note in notes)
    assert not any("Not understood" in note for note in notes)


@pytest.mark.parametrize("words", ["PPO on CartPole with RMSprop", "A2C on CartPole with Adam"])
def test_another(words: str) -> None:
    with pytest.raises(InvalidRequest, match="which no argument changes"):
        plan(words, CATALOGUE)


def test_one_that_is_denied_is_told() -> None:
    assert any("not Adam" in note for note in plan("PPO on CartPole, not Adam", CATALOGUE).notes)
