"""Of two numbers or names of which the first is taken back the second counts; others stay both."""

from __future__ import annotations

import pytest

from copilot.codegen.request.corrections import names_taken_back, numbers_taken_back
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("8, no, 12 environments", "12 environments"),
        ("16 envs — sorry, 32 — and 60k steps", "32 envs — and 60k steps"),
        ("1M steps each, wait, that takes too long: 500k. Two seeds", "500k steps each. Two seeds"),
        ("rollouts of 10. Correction: rollouts of 15", "rollouts of 15"),
        ("20 runs? no, just 5 seeds", "5 seeds"),
        ("10 万步，不对，20 万步", "20 万步"),
        ("50k steps, make it 16 environments", "50k steps, make it 16 environments"),
        ("8 envs, sorry for the rush, 3 seeds", "8 envs, sorry for the rush, 3 seeds"),
        ("lr 1e-3, no bonus, 100k steps", "lr 1e-3, no bonus, 100k steps"),
        ("seeds 1, 2 and no 3", "seeds 1, 2 and no 3"),
    ],
)
def test_numbers(text: str, left: str) -> None:
    assert numbers_taken_back(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("RND and NGU, sorry, I meant RND and RE3", "RND and RE3"),
        ("Use SAC, I mean TD3, on walker2d", "Use TD3, on walker2d"),
        ("PPO on Pong. no wait, Breakout", "PPO on Breakout"),
        ("PPO with ICM on Pong. Actually, use RND", "PPO with RND on Pong."),
        ("用 PPO，不对，用 A2C 训练", "用 A2C 训练"),
        ("DrAC 还是 PPO？", "DrAC 还是 PPO?"),
        ("PPO on CartPole, actually also A2C", "PPO on CartPole, actually also A2C"),
        ("把 ICM 换成 RE3", "把 ICM 换成 RE3"),
    ],
)
def test_names(text: str, left: str) -> None:
    assert names_taken_back(text, CATALOGUE).strip() == left
