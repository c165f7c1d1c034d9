"""Chinese says before a name what is an agent's alone."""

from __future__ import annotations

import pytest

from copilot.codegen.comparison.attributes import attributes_behind
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("text", "behind"),
    [
        ("比较学习率1e-4的PPO和学习率8e-4的A2C", "比较PPO(学习率1e-4)和A2C(学习率8e-4)"),
        ("比较带RND的PPO和普通PPO", "比较PPO(RND)和普通PPO"),
        ("对比 lr 3e-4 和 1e-3 的 PPO", "对比 lr 3e-4 和 1e-3 的 PPO"),
        ("比较带优先经验回放的DQN和普通DQN", "比较DQN(优先经验回放)和普通DQN"),
        ("比较PPO的学习率1e-4和1e-3", "比较PPO的学习率1e-4和1e-3"),
        ("比较最好的PPO和A2C", "比较最好的PPO和A2C"),
        ("compare PPO and A2C", "compare PPO and A2C"),
    ],
)
def test_in_brackets_behind_it(text: str, behind: str) -> None:
    assert attributes_behind(text, CATALOGUE) == behind
