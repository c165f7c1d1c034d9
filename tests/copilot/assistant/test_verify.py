"""An answer's code against the catalogue: slips are named, what is right and what is the user's own passes."""

from __future__ import annotations

import pytest

from copilot.assistant.verify import made_up_environments, slips
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


def code(*lines: str) -> str:
    return "Do this:\n\n```python\n" + "\n".join(lines) + "\n```\n"


IMPORT = "from rllte.agent import PPO"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([IMPORT, "agent = PPO(env, gamma=0.9)"], "PPO has no argument gamma; nearest: discount"),
        ([IMPORT, "agent = PPO(env, lr=3)"], "lr is 3"),
        ([IMPORT, "agent = PPO(env)", "agent.learn(100)"], "PPO has no method learn"),
        (["from rllte.agent import Rainbow"], "rllte.agent has no Rainbow"),
    ],
)
def test_slips_are_named(lines: list[str], expected: str) -> None:
    [found] = slips(code(*lines), CATALOGUE)
    assert expected in found


@pytest.mark.parametrize(
    "answer",
    [
        code(IMPORT, "agent = PPO(env, lr=3e-4)", "agent.train(num_train_steps=1000)"),
        code("from rllte.common.prototype import BaseEncoder", "class Mine(BaseEncoder): ..."),
        code("from rllte.env import make_rllte_env", 'env = make_rllte_env("MyOwn-v0", num_envs=2)'),
        code("this is no Python"),
        "No code, but PPO(gamma=1) in prose.",
    ],
)
def test_what_is_right_or_the_user_s_own_passes(answer: str) -> None:
    assert slips(answer, CATALOGUE) == []


def test_an_environment_that_nobody_named_is_made_up() -> None:
    answer = "Run `rllte train PPO RainbowCartPole-v1`, or CartPole-v1, or MyOwn-v0."
    assert made_up_environments(answer, "How do I train on MyOwn-v0?", CATALOGUE) == {"RainbowCartPole-v1"}
    assert made_up_environments("See qwen2.5-coder-v1.5 and log-v2-final.", "", CATALOGUE) == set()
