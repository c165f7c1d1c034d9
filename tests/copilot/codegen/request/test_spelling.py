"""Slips are read as they were meant; other words stay."""

import pytest

from copilot.codegen.request.spelling import corrected


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("trian an SAC agnet for 100k stpes", "train an SAC agent for 100k steps"),
        ("wich encoder is beter", "which encoder is better"),
        ("with explortion noise", "with exploration noise"),
        ("a learing rate of 1e-3 and bacth size 64", "a learning rate of 1e-3 and batch size 64"),
        ("enviroments in paralell", "environments in parallel"),
    ],
)
def test_slips(text: str, meant: str) -> None:
    made, notes = corrected(text)
    assert made == meant
    assert len(notes) == 1 and "as" in notes[0]


@pytest.mark.parametrize(
    "text",
    ["the speed of the trail where its height matters", "num_stpes=3", "PPO on CartPole-v1, lr 1e-3", "用 PPO 训练"],
)
def test_what_stays(text: str) -> None:
    assert corrected(text) == (text, [])
