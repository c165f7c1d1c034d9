"""A follow-up takes along what it speaks of; a question that stands alone counts more as it is."""

from __future__ import annotations

import pytest

from copilot.assistant.condense import CHARACTERS, SHARES, Exchange, found, in_context, needs_context, shortened
from copilot.core.types import Passage
from copilot.retrieval import Evidence, SearchResult


@pytest.mark.parametrize(
    ("before", "question", "behind"),
    [
        ("What is the batch size of TD3?", "What about SAC?", "What about SAC? What is the batch size of ?"),
        ("What is the batch size of TD3?", "And of `sac`?", "And of `sac`? What is the batch size of ?"),
        ("What does RE3 pay for?", "Which paper is it from?", "Which paper is it from? What does RE3 pay for?"),
        ("What is MnihCnnEncoder?", "How many layers has it?", "How many layers has it? What is MnihCnnEncoder?"),
        ("How do I save an agent?", "And on the command line?", "And on the command line? How do I save an agent?"),
        ("SAC 的默认学习率是多少？", "那 TD3 呢？", "那 TD3 呢？ 的默认学习率是多少？"),
        ("SAC的默认学习率是多少？", "那TD3呢？", "那TD3呢？ 的默认学习率是多少？"),
    ],
)
def test_a_follow_up_is_searched_with_the_question_before_it(before: str, question: str, behind: str) -> None:
    asked = in_context(question, [Exchange(before)])
    assert asked.share > 0.5
    assert asked.queries[1].startswith(behind)  # English names of what is in Chinese may follow
    assert asked.asked == before
    assert asked.text == asked.queries[1]


def test_what_was_named_turns_ago_or_in_an_answer_is_searched_too() -> None:
    turns = [
        Exchange("Which intrinsic reward is the simplest to begin with?", "RE3: it has no network to train [1]."),
        Exchange("what does it pay?", "The distance to the k-th nearest state [1]."),
    ]
    asked = in_context("does it fade?", turns)
    assert "intrinsic reward" in asked.queries[1]
    assert "k-th nearest state" in asked.queries[1]
    assert "[1]" not in asked.queries[1]
    assert asked.asked == "Which intrinsic reward is the simplest to begin with? what does it pay?"


def test_a_component_that_is_replaced_does_not_come_back_with_the_answer() -> None:
    turn = Exchange("What does policy_noise do in TD3?", "policy_noise smooths the targets of TD3's critics [1].")
    searched = in_context("same for DDPG?", [turn]).queries[1]
    assert "TD3" not in searched
    assert "smooths the targets" in searched


def test_the_model_is_told_the_last_questions_as_far_as_there_is_room() -> None:
    turns = [Exchange(f"What is topic{n}, {'in many words ' * n}?") for n in (20, 9, 1)]
    asked = in_context("And then?", turns).asked
    assert asked.startswith("What is topic9")
    assert asked.endswith("topic1, in many words ?")
    assert len(asked) <= CHARACTERS


def test_code_alone_is_nothing_to_speak_of() -> None:
    assert in_context("And then?", [Exchange("```python\nx = 1\n```")]).queries == ("And then?",)


def test_no_more_than_the_last_turns_are_taken_along() -> None:
    asked = in_context("And then?", [Exchange(f"What is topic{n}?") for n in range(9)])
    assert "topic8" in asked.queries[1]
    assert "topic5" not in asked.queries[1]


@pytest.mark.parametrize(
    "question",
    [
        "Which Linux kernel does the weaker sandbox need?",
        "How do I add an intrinsic reward to PPO on the command line?",
        "Which encoder that takes vectors is the smallest of all?",
        "What is the difference between terminated and truncated episodes in Gymnasium?",
        "How do I write an agent that learns from images of games?",
        "怎么给 PPO 加上内在奖励？",
    ],
)
def test_a_question_that_stands_alone_counts_more_as_it_is(question: str) -> None:
    asked = in_context(question, [Exchange("What does gae_lambda do?", "It weighs.")])
    assert needs_context(question) == "stands alone"
    assert (asked.share, asked.asked) == (SHARES["stands alone"], "")
    assert asked.text == asked.queries[0]


@pytest.mark.parametrize(
    "question",
    ["How do I stop that from being learned in continuous control?", "Can wide networks help?", "What is RND?"],
)
def test_what_is_not_sure_counts_alike(question: str) -> None:
    assert needs_context(question) == "may need"


def test_the_first_question_has_none_before_it() -> None:
    asked = in_context("And its default?", [])
    assert (asked.queries, asked.share, asked.asked) == (("And its default?",), 0.0, "")


def test_a_long_answer_is_a_reminder_without_its_code() -> None:
    text = shortened("Make it so [1]:\n```python\nagent.train()\n```\n" + "and so on " * 100)
    assert "agent.train" not in text
    assert "[1]" not in text
    assert CHARACTERS - 12 < len(text) <= CHARACTERS
    assert set(text.split()[4:-1]) <= {"and", "so", "on"}, "no word is cut"


class TwoLists:
    """Finds one thing for a question alone, and another for the same in its context, each in files of its own."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def search(self, query: str, k: int = 8) -> SearchResult:
        self.asked.append(query)
        name = "context" if "SAC" in query else "alone"
        passages = [Passage(f"{name} {n}", f"{name}{n}.md", (1, 1), "", "") for n in range(k)]
        strength = 0.9 if name == "context" else 0.1
        return SearchResult(passages, {"total_s": 0.01}, Evidence(strength, strength, 0.0))


def test_both_forms_are_searched_and_the_one_that_counts_more_comes_first_and_says_how_sure_it_is() -> None:
    retriever = TwoLists()
    result = found(retriever, in_context("And does it fade?", [Exchange("What is SAC?")]))  # type: ignore[arg-type]
    assert len(retriever.asked) == 2
    assert [p.id for p in result.passages[:2]] == ["context 0", "context 1"]
    assert len(result.passages) == 8
    assert result.evidence.similarity == 0.9
    assert result.timings["total_s"] == pytest.approx(0.02)
    alone = "Which Linux kernel does the weaker sandbox need?"
    result = found(retriever, in_context(alone, [Exchange("What is SAC?")]), 20)  # type: ignore[arg-type]
    assert result.passages[0].id == "alone 0"
    assert any(passage.id.startswith("context") for passage in result.passages)
