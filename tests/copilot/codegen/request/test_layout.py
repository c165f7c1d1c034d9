"""Lines, bullets and quoted mail as clauses."""

import pytest

from copilot.codegen.request.layout import as_clauses, lines_apart


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("action repeat 4\n5-step returns\n500k\nhidden 512", "action repeat 4, 5-step returns, 500k, hidden 512"),
        ("algo: TD3\nenv: Hopper-v5", "algo: TD3, env: Hopper-v5"),
        ("- PPO\n- 8 environments", ", PPO\n, 8 environments"),
        ("train ppo on\nCartPole for 50k\nsteps", "train ppo on\nCartPole for 50k\nsteps"),
        ("> From: Ann\n> please run ppo on Pong\nthanks", "please run ppo on Pong, thanks"),
        ("--num-envs 8 --lr=1e-3", ", num_envs=8 , lr=1e-3"),
        (
            "This line of prose goes on and on until it reaches the margin\nand goes on in the next one",
            "This line of prose goes on and on until it reaches the margin\nand goes on in the next one",
        ),
    ],
)
def test_lines(text: str, words: str) -> None:
    assert as_clauses(lines_apart(text)) == words
