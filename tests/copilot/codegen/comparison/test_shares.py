"""What a comparison says of one run alone is that run's; what it leaves out is said as before."""

from __future__ import annotations

import pytest

from copilot.codegen.comparison.shares import shares
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (
            "PPO versus DQN. PPO gets 16 environments, DQN 4",
            {"PPO": "PPO gets 16 environments", "DQN": "4 environments"},
        ),
        ("PPO vs SAC; lr 3e-4 for PPO and 1e-3 for SAC", {"PPO": "lr 3e-4 for PPO", "SAC": "lr 1e-3"}),
        ("PPO and A2C. The former gets 24 envs, the latter 48", {"PPO": "PPO gets 24 envs", "A2C": "48 envs"}),
        (
            "DQN with 4 environments and PPO with 16 on LunarLander",
            {"DQN": "with 4 environments", "PPO": "with 16 environments"},
        ),
        (
            "TD3 and SAC with learning rates 1e-3 and 3e-4 respectively",
            {"TD3": "learning rate 1e-3", "SAC": "learning rate 3e-4"},
        ),
        ("算法 SAC 对比 TD3, 批大小: SAC 512, TD3 256", {"SAC": "512", "TD3": "256"}),
        ("compare RND (weight 0.1) with ICM (weight 0.02)", {"RND": "RND (weight 0.1)", "ICM": "ICM (weight 0.02)"}),
        ("PPO versus DQN: PPO gets 12 environments and DQN 2 on CartPole", {"PPO": "12", "DQN": "2 environments"}),
        ("PPO with lr 3e-4 on CartPole and A2C with lr 7e-4 on Acrobot", {}),
        (
            "PPO, A2C and DQN. PPO and A2C with 12 envs, DQN with 2",
            {"PPO": "PPO with 12 envs", "A2C": "A2C with 12 envs", "DQN": "2 envs"},
        ),
        (
            "SAC, TD3 and DDPG, lr 2e-4 for SAC and TD3, 5e-4 for DDPG",
            {"SAC": "lr 2e-4", "TD3": "lr 2e-4", "DDPG": "lr 5e-4"},
        ),
        ("PPO, A2C and DQN, 12 envs for PPO and A2C", {"PPO": "12 envs", "A2C": "12 envs"}),
        ("PPO, A2C和DQN, PPO和A2C用12个环境, DQN用2个", {"PPO": "用12个环境", "A2C": "用12个环境", "DQN": "2个环境"}),
        ("PPO and A2C on CartPole, only A2C uses RND", {"A2C": "A2C uses RND"}),
        ("PPO and A2C on CartPole, where A2C additionally uses RND with beta 0.1", {"A2C": "RND with beta 0.1"}),
        ("PPO和A2C在CartPole上, 只有PPO用奖励归一化", {"PPO": "PPO用奖励归一化"}),
        ("PPO on CartPole with 8 environments", {}),
        ("PPO and A2C with 8 environments", {}),
        ("PPO with RND weight 0.1 and ICM", {}),
    ],
)
def test_of_single_runs(text: str, own: dict[str, str]) -> None:
    found = shares(text, CATALOGUE, asked="compare" in text).own
    assert found.keys() == own.keys()
    assert all(words in " ".join(found[name].split()) for name, words in own.items()), found


def test_the_words_of_one_run_are_in_no_other() -> None:
    found = shares("Acrobot, PPO versus DQN. PPO gets 16 environments; DQN gets 4.", CATALOGUE, asked=True)
    assert "16" not in found.text and "4" not in found.text
    assert "16 environments" in found.of("PPO on Acrobot", CATALOGUE)
    assert "16" not in found.of("DQN on Acrobot", CATALOGUE)


def test_of_a_change() -> None:
    found = shares("TD3 的学习率用 5e-4, SAC 的用 1e-4; 步数不变", CATALOGUE, edited=["TD3", "SAC"])
    assert found.own.keys() == {"TD3", "SAC"}
    assert "步数不变" in found.text


@pytest.mark.parametrize(
    "text",
    [
        "PPO versus DQN: PPO gets 12 environments and DQN 2 on CartPole",
        "比较DQN和PPO, DQN用2个环境, PPO用12个, 其余默认, CartPole",
    ],
)
def test_the_only_environment_is_that_of_all(text: str) -> None:
    found = shares(text, CATALOGUE, asked=True)
    assert "CartPole" in found.text
    assert not any("CartPole" in words for words in found.own.values())
