"""Chinese questions are searched for by their English names as well."""

from __future__ import annotations

import pytest

from copilot.assistant.chinese import is_chinese, with_english


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("怎样保存和加载模型？", ["save", "load"]),
        ("学习率怎么设置？", ["lr"]),
        ("熵系数是什么意思？", ["ent_coef"]),
        ("车杆环境用什么超参数？", ["CartPole", "presets"]),
    ],
)
def test_names_are_added(question: str, expected: list[str]) -> None:
    found = with_english(question)
    assert found.startswith(question)
    assert all(word in found for word in expected), found


def test_other_questions_stay_as_they_are() -> None:
    assert with_english("What is GAE?") == "What is GAE?"
    assert not is_chinese("What is GAE? ¿Qué?")
