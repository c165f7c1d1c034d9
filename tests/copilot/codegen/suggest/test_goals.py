"""Goals in words, English and Chinese."""

from __future__ import annotations

import pytest

from copilot.codegen.suggest.goals import Goal, asks_what_next, read_goal
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest, UnknownName

CATALOGUE = load_catalogue()


def read(words: str) -> Goal:
    return read_goal(words, CATALOGUE)


@pytest.mark.parametrize(
    ("words", "env_id", "agent", "wants"),
    [
        ("reach 450 on CartPole as fast as possible", "CartPole-v1", None, ("speed",)),
        ("explore DoorKey better", "MiniGrid-DoorKey-5x5-v0", None, ("exploration",)),
        ("make SAC on Pendulum more stable", "Pendulum-v1", "SAC", ("stability",)),
        ("让 PPO 在 CartPole 上更稳定", "CartPole-v1", "PPO", ("stability",)),
        ("在 DoorKey 上更好地探索", "MiniGrid-DoorKey-5x5-v0", None, ("exploration",)),
        ("用更少的样本解决 Pendulum", "Pendulum-v1", None, ("samples",)),
        ("MountainCar never gets up the hill", "MountainCar-v0", None, ("sparse",)),
        ("an agent that remembers, on rllte/Memory-v0", "rllte/Memory-v0", None, ("memory",)),
        (
            "generalise to unseen levels of MiniGrid-MultiRoom-N6-v0",
            "MiniGrid-MultiRoom-N6-v0",
            None,
            ("generalisation",),
        ),
        ("improve sample efficiency of DQN", None, "DQN", ("samples",)),
        ("Pendulum", "Pendulum-v1", None, ()),
    ],
)
def test_task_agent_and_wishes(words: str, env_id: str | None, agent: str | None, wants: tuple[str, ...]) -> None:
    goal = read(words)
    assert (goal.env_id, goal.agent, goal.wants) == (env_id, agent, wants)


@pytest.mark.parametrize(
    ("words", "reward", "budget", "steps"),
    [
        ("reach 450 on CartPole", 450, None, None),
        ("a reward of at least -150 on Pendulum within 2 hours", -150, 7200, None),
        ("CartPole 达到 450 分", 450, None, None),
        ("我只有十分钟 CPU 时间", None, 600, None),
        ("I only have 10 minutes of CPU", None, 600, None),
        ("CartPole in half an hour", None, 1800, None),
        ("make Acrobot reliable in 50k steps", None, None, 50_000),
        ("用 2 万步解决 Pendulum", None, None, 20_000),
        ("CartPole with 90 seconds", None, 90, None),
    ],
)
def test_numbers(words: str, reward: float | None, budget: float | None, steps: int | None) -> None:
    goal = read(words)
    assert (goal.reward, goal.budget_s, goal.steps) == (reward, budget, steps)


@pytest.mark.parametrize(
    ("words", "error", "what"),
    [
        ("", InvalidRequest, "empty"),
        ("   ", InvalidRequest, "empty"),
        ("hello", InvalidRequest, "names no task"),
        ("x" * 5000, InvalidRequest, "5000 characters"),
        ("explore CartPol-v1", UnknownName, "CartPol-v1"),
        ("CartPole in 0 minutes", InvalidRequest, "no time"),
    ],
)
def test_what_cannot_be_understood_says_what_was_expected(words: str, error: type[Exception], what: str) -> None:
    with pytest.raises(error, match=what) as caught:
        read(words)
    assert caught.value.hint  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "words",
    [
        "which experiment should I run next?",
        "What's next?",
        "what should we do next",
        "suggest three experiments",
        "please suggest some experiments",
        "can you suggest experiments to run next",
        "next experiment?",
        "what would you try next",
        "下一步做什么实验？",
        "接下来跑什么实验",
        "下一个实验跑什么好",
        "建议一下接下来的实验",
    ],
)
def test_whoever_asks_what_is_next_names_no_goal(words: str) -> None:
    assert asks_what_next(words)


@pytest.mark.parametrize(
    "words",
    [
        "what does next_observation mean?",
        "what is the next observation",
        "suggest a learning rate",
        "how do I run the next experiment?",
        "run the next experiment",
        "which agent should I use next to PPO?",
        "suggest an experiment with PPO on Pong",
        "next",
        "接下来把学习率改成 1e-4",
        "explore DoorKey better",
        "",
    ],
)
def test_whoever_says_more_does(words: str) -> None:
    assert not asks_what_next(words)
