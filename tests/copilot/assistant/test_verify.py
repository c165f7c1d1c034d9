"""An answer's code against the catalogue: slips are named, what is right and what is the user's own passes."""

from __future__ import annotations

import pytest

from copilot.assistant.verify import slips, unheld
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
        (["from rllte.utils import save"], "there is no rllte.utils"),
        (["import numpy, rllte.agent.ppo, rllte.agents"], "there is no rllte.agents"),
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


GIVEN = "How do I train on MyOwn-v0? PPO clips at 0.2, with rollouts of 2,048 steps and a rate of 3e-4."


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Run `rllte train PPO RainbowCartPole-v1`, or CartPole-v1, or MyOwn-v0.", ["RainbowCartPole-v1"]),
        ("Its clip_range is 0.2 [1], num_steps 2048 [2] and lr 0.0003.", []),
        ("Use frob_nicate with 0.25 and 4096 steps.", ["frob_nicate", "0.25", "4096"]),
        ("1. Make it.\n2. Train it with PPO.", []),
        ("As so:\n\n```python\nmy_rate = 0.77\n```", []),
        ("my_rate is yours:\n\n```python\nmy_rate = 0.77\n```", []),
    ],
)
def test_what_neither_question_sources_nor_catalogue_hold_is_named(answer: str, expected: list[str]) -> None:
    assert unheld(answer, GIVEN, CATALOGUE) == expected


def test_code_in_a_list_is_held_against_the_catalogue_too() -> None:
    assert slips("1. First:\n   ```python\n   from rllte.utils import save\n   ```\n", CATALOGUE) == [
        "there is no rllte.utils"
    ]
