"""Parts and settings that nothing has are refused by name; adjectives are no names."""

import pytest

from copilot.codegen import plan
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import UnknownName

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("request_text", "word"),
    [
        ("SAC on Hopper with pink noise", "pink"),
        ("PPO on Pong with a wavelet encoder", "wavelet"),
        ("DrAC on Pong with erasing as augmentation", "erasing"),
        ("PPO on Pong, warmth=3", "warmth"),
        ("PPO on CartPole with a surprise bonus", "surprise"),
        ("用PPO训练CartPole，加上惊喜奖励", "惊喜"),
    ],
)
def test_refused(request_text: str, word: str) -> None:
    with pytest.raises(UnknownName, match=word):
        plan(request_text, CATALOGUE)


@pytest.mark.parametrize(
    "request_text",
    [
        "PPO on Pong with its usual encoder",
        "SAC on Hopper, exploration noise as usual",
        "PPO on Pong with a small bonus",
    ],
)
def test_not_refused(request_text: str) -> None:
    assert plan(request_text, CATALOGUE).spec
