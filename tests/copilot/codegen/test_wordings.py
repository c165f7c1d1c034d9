"""Turns of phrase in other words."""

import pytest

from copilot.codegen.wordings import reworded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("normalise observations and rewards", "normalize_obs, normalize_reward"),
        ("观测和奖励都做归一化", "normalize_obs, normalize_reward"),
        ("plain Q-learning instead of double", "double=False"),
        ("double dqn against ordinary dqn", "DQN with double=True against DQN with double=False"),
        ("one run has it on, the other has it off", "with and without it"),
        ("a vanilla DQN", "a vanilla DQN"),
        ("drop the entropy bonus", "ent_coef=0"),
        ("turn off entropy regularisation", "ent_coef=0"),
        ("the entropy bonus switched off", "the  ent_coef=0"),
        ("a fixed temperature of 0.2", "a  fixed_temperature=true, temperature=0.2"),
    ],
)
def test_turns(text: str, words: str) -> None:
    assert reworded(text).strip() == words
