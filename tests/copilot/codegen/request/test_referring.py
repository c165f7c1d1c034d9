"""Words that stand for names, and labelled runs."""

from __future__ import annotations

import pytest

from copilot.codegen.request.referring import labelled, named_again
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("PPO and A2C. The former gets 24 envs", "PPO and A2C. PPO gets 24 envs"),
        ("PPO and A2C. the latter gets 24 envs", "PPO and A2C. A2C gets 24 envs"),
        ("PPO on CartPole, then the same with A2C", "PPO or A2C on CartPole"),
        ("Hopper: SAC. Walker2d: TD3. 500k steps", "SAC on Hopper-v5 and TD3 on Walker2d-v5. 500k steps"),
        ("PPO on CartPole", "PPO on CartPole"),
    ],
)
def test_names_again(text: str, made: str) -> None:
    assert named_again(text, CATALOGUE) == made


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        (
            "DQN on Pong: 1) plain 2) with PER. 2M steps",
            ["DQN on Pong plain. 2M steps", "DQN on Pong with PER. 2M steps"],
        ),
        ("(a) PPO, (b) A2C; on CartPole", [" PPO; on CartPole", " A2C; on CartPole"]),
        ("PPO on CartPole (8 envs)", ["PPO on CartPole (8 envs)"]),
    ],
)
def test_labelled_runs(text: str, runs: list[str]) -> None:
    assert labelled(text, CATALOGUE) == runs
