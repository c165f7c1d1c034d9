"""Turns of phrase in other words."""

import pytest

from copilot.codegen.request.wordings import reworded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("normalise observations and rewards", "normalize_obs, normalize_reward"),
        ("观测和奖励都做归一化", "normalize_obs, normalize_reward"),
        ("plain Q-learning instead of double", "double=False"),
        ("double dqn against ordinary dqn", "DQN with double=True against DQN with double=False"),
        ("one run has it on, the other has it off", "with and without it"),
        ("a vanilla DQN", "a vanilla DQN"),
        ("use 8, no, 12 environments", "use 12 environments"),
        ("for 200k steps, hmm, no, make that 400k", "for 400k steps"),
        ("8 envs... wait, 16 envs", "16 envs"),
        ("批大小改成 1024，不，显存不够，用 256 吧", "批大小改成 256 吧"),
        ("8 environments, no frame stacking", "8 environments,  frame_stack=1"),
        ("seeds 1, 2 and no 3", "seeds 1, 2 and no 3"),
        ("on reflection, 8 environments", "8 environments"),
        ("a single environment", "with num_envs=1"),
        ("compared on a single environment", "compared on a single environment"),
        ("50k steps, make it 16 environments", "50k steps, make it 16 environments"),
        ("batches of 64, make it 8 environments", "batches of 64, make it 8 environments"),
        ("50k steps, no, 60k steps", "60k steps"),
        ("lr 3e-4, no, 1e-3", "lr 1e-3"),
        ("20k steps, no 8 environments", "20k steps, no 8 environments"),
        ("one environment step", "one environment step"),
        ("drop the entropy bonus", "ent_coef=0"),
        ("turn off entropy regularisation", "ent_coef=0"),
        ("the entropy bonus switched off", "the  ent_coef=0"),
        ("start epsilon at 0.5", "initial epsilon 0.5"),
        ("epsilon starts at 0.5", "epsilon starts at 0.5"),
        ("a fixed temperature of 0.2", "a  fixed_temperature=true, temperature=0.2"),
    ],
)
def test_turns(text: str, words: str) -> None:
    assert reworded(text).strip() == words
