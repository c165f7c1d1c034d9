"""Seeds, phases, the last evaluation and plots, in both languages; what is cut out leaves the rest as it was."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen.course import Course, read_course
from copilot.core.errors import InvalidRequest


@pytest.mark.parametrize(
    ("text", "seeds", "rest"),
    [
        ("PPO on CartPole over 5 seeds for 50k steps", [1, 2, 3, 4, 5], "PPO on CartPole for 50k steps"),
        ("PPO with seeds 1-3", [1, 2, 3], "PPO "),
        ("PPO, seeds 0 through 2", [0, 1, 2], "PPO, "),
        ("PPO, seeds 3, 4 and 9, 8 envs", [3, 4, 9], "PPO, , 8 envs"),
        ("PPO, seeds 1, 2, 8 environments", [1, 2], "PPO, , 8 environments"),
        ("PPO, seed=[7, 8]", [7, 8], "PPO, "),
        ("PPO, seed 5 and seed 7", [5, 7], "PPO, "),
        ("PPO with seed 5, and with seed 7", [5, 7], "PPO "),
        ("种子5和种子7，PPO", [5, 7], " ，PPO"),
        ("A2C with three different random seeds each", [1, 2, 3], "A2C "),
        ("A2C, 2 seeds per agent, 8 environments", [1, 2], "A2C, , 8 environments"),
        ("run it 3 times", [1, 2, 3], " "),
        ("PPO CartPole 3 个种子", [1, 2, 3], "PPO CartPole "),
        ("PPO CartPole 三个随机种子", [1, 2, 3], "PPO CartPole "),
        ("种子 1 到 3,PPO", [1, 2, 3], " ,PPO"),
        ("种子 1、2 和 7", [1, 2, 7], " "),
        ("PPO, seed 7, 8 envs", None, "PPO, seed 7, 8 envs"),
        ("lr 0.001 seed 7", None, "lr 0.001 seed 7"),
        ("种子 3,8 个环境", None, "种子 3,8 个环境"),
    ],
)
def test_seeds(text: str, seeds: list[int] | None, rest: str) -> None:
    assert read_course(text) == (Course(seeds=seeds), rest)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("over 0 seeds", "number of seeds is 0"),
        ("zero seeds", "zero"),
        ("-2 seeds", "-2"),
        ("5000 seeds", "5000"),
        ("seeds 5-1", "from 5 to 1"),
        ("seeds 1-5000", "from 1 to 5000"),
        ("seeds 3 and 3", "3 is named twice"),
        ("seeds 1 and 4294967295", "too large"),
        ("over 5 seeds, seeds 1-3", "seeds twice"),
        ("pre-train for 10k steps, then fine-tune for -5 steps", "-5"),
        ("pre-train for 10k steps, for 20k steps, then fine-tune", "2 lengths"),
        ("evaluate over 0 episodes", "0 episodes"),
    ],
)
def test_what_makes_no_sense(text: str, words: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_course(text)
    assert words in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("pre-train with RE3 for 100k steps, then fine-tune for 50k", 100_000, 50_000),
        ("先用 RND 预训练 10 万步,再微调 5 万步", 100_000, 50_000),
        ("20k steps of pre-training with RND, then 30k steps of fine-tuning", 20_000, 30_000),
        ("pretrain for 1e5 steps and finetune for half a million steps on CartPole", 100_000, 500_000),
        ("fine-tune for 50k steps after pre-training for 10k steps", 10_000, 50_000),
        ("100k pre-training steps, RND", 100_000, None),
        (
            "pretrain with RE3 only for 200k steps, then fine-tune with the real reward for another 300k",
            200_000,
            300_000,
        ),
        ("PPO在CartPole上先用RND预训练10万步，再微调20万步", 100_000, 200_000),
        ("用ICM预训练5万步后，PPO微调10万步", 50_000, 100_000),
        ("用RND预训练5万步，训练10万步", 50_000, 100_000),
        ("pretrain SAC with RND for 20k steps on Pendulum then fine-tune 30k", 20_000, 30_000),
        ("pretrain with RND 20k, then fine-tuning it 30k", 20_000, 30_000),
        ("pretrain with RND 20k, train 30k", 20_000, 30_000),
        ("pretrain with RND for 20k steps with a replay of 50k, then fine-tune 40k", 20_000, 40_000),
        ("pre-train with RND, then fine-tune", None, None),
        ("pre-train with RND for 5000 steps, every 100 steps a checkpoint, then train", 5000, None),
    ],
)
def test_two_phases(text: str, first: int | None, second: int | None) -> None:
    course, rest = read_course(text)
    assert (course.pretrain, course.pretrain_steps) == (True, first)
    assert (f"num_train_steps={second}" in rest) == (second is not None)
    assert "train " not in rest.replace("num_train", "")


@pytest.mark.parametrize(
    "text",
    ["pre-train PPO with RE3 for 50k steps", "without pre-training, then train", "微调", "train 50k steps, RND预训练"],
)
def test_one_phase(text: str) -> None:
    assert read_course(text) == (Course(), text)


@pytest.mark.parametrize(
    ("text", "episodes"),
    [
        ("PPO, evaluate over 20 episodes", 20),
        ("PPO, final evaluation of 50 episodes", 50),
        ("PPO and test the agent on 100 episodes at the end", 100),
        ("PPO with 30 final evaluation episodes", 30),
        ("PPO,训练后评估 20 个回合", 20),
        ("PPO,最后用 30 个回合评估", 30),
        ("PPO, evaluating 10 episodes every 5000 steps", None),
        ("PPO, evaluate every 10 updates with 5 episodes", None),
        ("PPO, 20 evaluation episodes", 20),
        ("PPO, num_eval_episodes=20", None),
        ("SAC；评估取 15 个回合", 15),
        ("每 5000 步评估 10 个回合", None),
    ],
)
def test_the_last_evaluation(text: str, episodes: int | None) -> None:
    assert read_course(text)[0].eval_episodes == episodes


@pytest.mark.parametrize(
    ("text", "plots"),
    [
        ("PPO vs A2C and plot it", True),
        ("PPO vs A2C without plots", False),
        ("画出学习曲线", True),
        ("不画图", False),
        ("PPO", None),
    ],
)
def test_plots(text: str, plots: bool | None) -> None:
    course, rest = read_course(text)
    assert course.plots is plots
    assert "plot" not in rest
    assert "图" not in rest


def test_all_at_once() -> None:
    text = "PPO on MountainCar: pre-train with RND for 10k steps, then fine-tune for 20k, 3 seeds, evaluate over 7 episodes"
    wanted: dict[str, Any] = {"seeds": [1, 2, 3], "pretrain": True, "pretrain_steps": 10_000, "eval_episodes": 7}
    assert read_course(text)[0] == Course(**wanted)


@pytest.mark.parametrize(
    "request_",
    [
        "PPO 在 CartPole 上先只用 RND 的内在奖励训练5万步，然后用真实奖励训练10万步",
        "先仅用 ICM 奖励训练 5 万步，再训练 10 万步，PPO，CartPole",
        "PPO on CartPole: with RND alone training for 50k steps, then train for 100k",
    ],
)
def test_the_training_of_the_first_phase_is_not_that_of_the_second(request_: str) -> None:
    course, rest = read_course(request_)
    assert (course.pretrain, course.pretrain_steps) == (True, 50_000)
    assert "num_train_steps=100000" in rest


@pytest.mark.parametrize("words", ["PPO seeds 1-3 and A2C seeds 4-6", "seeds 4, 5 for PPO and seeds 1, 2 for A2C"])
def test_two_lists_of_seeds_are_refused(words: str) -> None:
    with pytest.raises(InvalidRequest, match="names seeds twice"):
        read_course(words)


def test_a_list_of_seeds_and_how_many_there_are() -> None:
    assert read_course("with 3 seeds, seeds 4, 5, 6")[0].seeds == [4, 5, 6]
