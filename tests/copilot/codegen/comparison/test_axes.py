"""What is compared: one text a run, in both languages; what only looks like a list stays whole."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.comparison.asking import asks_comparison, asks_seeds
from copilot.codegen.comparison.axes import MAX_RUNS, expand
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("compare PPO and A2C on CartPole", ["PPO on CartPole", "A2C on CartPole"]),
        ("PPO vs SAC on Pendulum", ["PPO on Pendulum", "SAC on Pendulum"]),
        ("比较 PPO 和 A2C 在 CartPole 上", ["PPO 在 CartPole 上", "A2C 在 CartPole 上"]),
        ("Is PPO better than A2C on Acrobot", ["Is PPO on Acrobot", "Is A2C on Acrobot"]),
        ("the agents DQN, PPO and A2C on Acrobot", ["DQN on Acrobot", "PPO on Acrobot", "A2C on Acrobot"]),
        ("PPO on CartPole and Acrobot", ["PPO on CartPole-v1", "PPO on Acrobot-v1"]),
        ("PPO on CartPole and A2C on Acrobot", ["PPO on CartPole", "A2C on Acrobot"]),
        ("PPO with and without RND, 9 envs", ["PPO with RND , 9 envs", "PPO , 9 envs"]),
        ("PPO with RND versus no bonus", ["PPO with RND", "PPO"]),
        ("PPO with RND vs without RND", ["PPO with RND", "PPO"]),
        ("curiosity for PPO? run it with and without ICM", ["for PPO? run it with ICM", "for PPO? run it"]),
        ("ablation of RND: PPO with and without it", ["with RND : PPO", ": PPO"]),
        ("有无 ICM 的 PPO", ["with ICM 的 PPO", "的 PPO"]),
        ("PPO with and without annealing", ["PPO with annealing", "PPO no annealing"]),
        ("PPO with and without an LSTM", ["PPO with LSTM", "PPO"]),
        ("compare the rewards RND, ICM and no bonus for PPO", ["with RND for PPO", "with ICM for PPO", "for PPO"]),
        ("RND vs ICM for PPO", ["with RND for PPO", "with ICM for PPO"]),
        ("PPO vs PPO with RND on MountainCar", ["PPO on MountainCar", "PPO with RND on MountainCar"]),
        ("A2C vs PPO with RND on MountainCar", ["A2C on MountainCar", "PPO with RND on MountainCar"]),
        (
            "PPO with clip range 0.1 vs A2C with lr 1e-3 on X",
            ["PPO on X; with clip range 0.1", "A2C on X; with lr 1e-3"],
        ),
        ("learning rates 1e-4, 3e-4 for PPO", ["learning rate 1e-4 for PPO", "learning rate 3e-4 for PPO"]),
        ("PPO with 4, 8 and 16 environments", [f"PPO with {n} environments" for n in (4, 8, 16)]),
        ("PPO,4、8 和 16 个环境", [f"PPO, {n} 个环境" for n in (4, 8, 16)]),
        ("PPO with lr 1e-3 vs 1e-4", ["PPO with lr 1e-3", "PPO with lr 1e-4"]),
        ("PPO with RND weights 0.1 and 0.01", ["PPO with RND weight 0.1", "PPO with RND weight 0.01"]),
        (
            "batch sizes 64, 128 and 8 environments",
            ["batch size 64 and 8 environments", "batch size 128 and 8 environments"],
        ),
        ("PPO and A2C for 20k steps each", ["PPO for 20k steps", "A2C for 20k steps"]),
        ("PPO 和 A2C,每个 5 万步", ["PPO ,训练 5 万步", "A2C ,训练 5 万步"]),
    ],
)
def test_comparisons(text: str, texts: list[str]) -> None:
    assert expand(text, CATALOGUE) == texts


@pytest.mark.parametrize(
    "text",
    [
        "PPO with RND and ICM on CartPole",
        "PPO with lr 1e-3 and 8 environments",
        "PPO with lr 1e-3 and 50k",
        "PPO on CartPole. Use A2C.",
        "PPO on CartPole; Pendulum is nice",
        "PPO with 2 hidden layers of 64 and 32",
        "PPO with lr 0.1 and lr 0.2",
        "PPO (proximal policy optimization) on CartPole",
    ],
)
def test_what_is_no_comparison(text: str) -> None:
    assert expand(text, CATALOGUE) == [text]


def test_axes_cross_and_are_capped() -> None:
    assert len(expand("PPO and A2C on CartPole and Acrobot with lr 1e-3 vs 1e-4", CATALOGUE)) == 8
    values = ", ".join(str(number) for number in range(2, MAX_RUNS // 2 + 2))
    with pytest.raises(InvalidRequest, match=f"at most {MAX_RUNS}"):
        expand(f"PPO, A2C and DQN on CartPole with batch sizes {values} and 99", CATALOGUE)


def test_who_asks_for_a_comparison() -> None:
    assert asks_comparison("Please compare PPO")
    assert asks_comparison("比较 PPO")
    assert not asks_comparison("PPO, so that I can compare it later")


@pytest.mark.parametrize(
    "text",
    [
        "PPO on CartPole with RND + ICM both, weights 0.1 and 0.5",
        "PPO with a mix of RND, ICM and RE3 on CartPole, weights 0.1, 0.5 and 1",
        "PPO 训练 CartPole，混合 RND 和 ICM，权重 0.1 和 0.5",
    ],
)
def test_a_weight_for_each_part_of_a_mix_is_no_comparison(text: str) -> None:
    with pytest.raises(InvalidRequest, match="a mix has one weight"):
        expand(text, CATALOGUE)


@pytest.mark.parametrize(
    "text",
    [
        "compare seeds 1 to 5 of PPO on CartPole",
        "compare 5 seeds of PPO on CartPole",
        "compare PPO on CartPole across seeds 1-5",
        "比较PPO在CartPole上的种子1到5",
    ],
)
def test_seeds_alone_are_one_experiment(text: str) -> None:
    made = plan(text, CATALOGUE).spec
    assert isinstance(made, ExperimentSpec)
    assert made.seeds == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("text", ["compare PPO on CartPole", "compare PPO on CartPole over 5 seeds"])
def test_a_comparison_of_one_agent_is_none_of_seeds(text: str) -> None:
    assert not asks_seeds(text)
    with pytest.raises(InvalidRequest, match="names only PPO"):
        plan(text, CATALOGUE)
