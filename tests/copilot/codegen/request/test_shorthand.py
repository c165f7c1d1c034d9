"""Short forms, written out; and words that look like them."""

import pytest

from copilot.codegen.request.shorthand import written_out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dqn w/o double, bs 64, 16envs", "dqn without double, batch size 64, 16 envs"),
        ("bs=256 w/ noise", "batch size=256 with noise"),
        ("halve the bs", "halve the batch size"),
        ("humanoid w sac, 300k w task reward", "humanoid with sac, 300k with task reward"),
        ("1024 hidden", "hidden size 1024"),
        ("hidden 512, hid=64", "hidden size 512, hidden size=64"),
        ("2 hidden layers of 64", "2 hidden layers of 64"),
        ("256 hidden units", "256 hidden units"),
        ("replay 100k", "replay size 100k"),
        ("200k replay, 5M steps", "replay size 200k, 5M steps"),
        ("alpha of the replay to 0.4", "alpha of the replay to 0.4"),
        ("10k random steps b4 learning", "10k random steps before learning"),
        ("tgt net sync every 2k steps", "target network sync every 2k steps"),
        ("btw, cutouts btw 8 and 24 px", "btw, cutouts between 8 and 24 pixels"),
        ("padded by 6px for 100ksteps", "padded by 6 pixels for 100k steps"),
        ("20 eval eps at the end", "20 eval episodes at the end"),
        ("eval on 30 eps", "eval on 30 episodes"),
        ("adam eps 1e-5, eps 0.1", "adam eps 1e-5, eps 0.1"),
        ("obs norm and reward norm", "observation normalisation and reward normalisation"),
        ("unroll len 20", "rollout length 20"),
        ("shift aug, aug_coef=0.2", "shift augmentation, aug_coef=0.2"),
        ("alpha fixed @ .1 ie not learned", "alpha fixed at .1 , that is, not learned"),
        ("30w 步, BC", "30w 步, BC"),
        ("env_id PongNoFrameskip-v4", "env_id PongNoFrameskip-v4"),
    ],
)
def test_short_forms(text: str, words: str) -> None:
    assert written_out(text) == words
