"""A follow-up takes along what it speaks of; a question that stands alone is searched as it is."""

from __future__ import annotations

import pytest

from copilot.assistant.condense import needs_context, standalone


@pytest.mark.parametrize(
    ("before", "question", "searched"),
    [
        ("What is the batch size of TD3?", "What about SAC?", "What is the batch size of ? What about SAC?"),
        ("What is the batch size of TD3?", "And of `sac`?", "What is the batch size of ? And of `sac`?"),
        ("What does RE3 pay for?", "Which paper is it from?", "What does RE3 pay for? Which paper is it from?"),
        (
            "What does PPO do?",
            "Does it work with MnihCnnEncoder?",
            "What does PPO do? Does it work with MnihCnnEncoder?",
        ),
        ("What is MnihCnnEncoder?", "How many layers has it?", "What is MnihCnnEncoder? How many layers has it?"),
        ("What is RE3?", "Which storage size it needs?", "What is RE3? Which storage size it needs?"),
        ("How do I save an agent?", "On the command line?", "How do I save an agent? On the command line?"),
        ("SAC 的默认学习率是多少？", "那 TD3 呢？", "的默认学习率是多少？ 那 TD3 呢？"),
        ("RND 是什么？", "它的论文是哪一篇？", "RND 是什么？ 它的论文是哪一篇？"),
    ],
)
def test_a_follow_up_is_searched_behind_the_question_before_it(before: str, question: str, searched: str) -> None:
    assert standalone(question, before) == searched


@pytest.mark.parametrize(
    "question",
    [
        "Which kernel does the weaker sandbox need?",
        "How do I add an intrinsic reward to PPO on the command line?",
        "Is it possible to train DQN on Pendulum?",
        "Which encoder that takes vectors is the smallest?",
        "What is the difference between terminated and truncated?",
        "怎么给 PPO 加上内在奖励？",
        "其他环境怎么安装？",
    ],
)
def test_a_question_that_stands_alone_is_searched_as_it_is(question: str) -> None:
    assert not needs_context(question)
    assert standalone(question, "What does gae_lambda do?") == question


def test_the_first_question_has_none_before_it() -> None:
    assert standalone("And its default?", "") == "And its default?"
