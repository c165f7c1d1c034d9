"""Questions in other languages: told from odd English, searched in English, answered with their marks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from copilot.assistant.answer import Answerer
from copilot.assistant.language import LONGEST, in_english, is_foreign
from copilot.core.events import Answered, Phase
from copilot.core.types import Passage
from copilot.retrieval import Evidence, SearchResult

GERMAN = "Wie groß ist die Lernrate von PPO voreingestellt?"
PAGE = Passage(
    "a", "corpus/ppo.md", (3, 3), "PPO", "The learning rate of PPO is the argument lr, default 0.00025.", 0.8
)


class Translator:
    """Translates, then answers in German."""

    name, context_length = "fake", 4096

    def __init__(self, translation: str = "What is the default learning rate of PPO?") -> None:
        self.translation = translation
        self.seen: list[str] = []

    def stream(self, messages: list[dict[str, str]], **_: Any) -> Iterator[str]:
        self.seen.append(messages[-1]["content"])
        yield (
            self.translation
            if "Translate" in self.seen[-1]
            else "Die Lernrate `lr` von PPO ist standardmäßig 0.00025 [1]."
        )

    def agrees(self, messages: list[dict[str, str]]) -> float | None:
        return None

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def reads(self) -> float | None:
        return None

    def complete_json(self, *_: Any, **__: Any) -> dict[str, Any]:
        raise AssertionError("an answer is not JSON")


class Searched:
    """Finds the page for English alone."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def search(self, query: str, k: int = 8) -> SearchResult:
        self.asked.append(query)
        english = "learning rate" in query
        return SearchResult([PAGE], {}, Evidence(0.9, 1.0, 0.0) if english else Evidence(0.1, 0.1, 0.8))

    def worth(self, query: str, passages: list[Passage]) -> list[list[float]]:
        return [[1.0] for _ in passages]


@pytest.mark.parametrize(
    ("question", "unknown", "foreign"),
    [
        (GERMAN, 0.8, True),
        ("¿Cuál es la tasa de aprendizaje de PPO?", 0.8, True),
        ("Какой шаг обучения у PPO?", 0.9, True),
        ("Comment changer la taille du lot de SAC ?", 0.7, True),
        (GERMAN, 0.4, False),
        ("Does it support Haiku, Flax and Optax?", 0.8, False),
        ("What is the price of a mortgage in Berlin?", 0.9, False),
        ("PPO 的学习率是多少？", 0.9, False),
    ],
)
def test_a_question_is_foreign_where_its_words_are_unknown_and_its_little_words_are_not_english(
    question: str, unknown: float, foreign: bool
) -> None:
    assert is_foreign(question, unknown) == foreign


def test_a_foreign_question_is_searched_in_english_and_keeps_its_marks() -> None:
    retriever, chat = Searched(), Translator()
    events = list(Answerer(retriever, chat).ask(GERMAN))
    answered = events[-1]
    assert isinstance(answered, Answered)
    assert retriever.asked == [GERMAN, chat.translation]
    assert not answered.refused
    assert answered.text == "Die Lernrate `lr` von PPO ist standardmäßig 0.00025 [1]."
    assert [c.source for c in answered.citations] == [PAGE.source]
    assert GERMAN in chat.seen[-1], "it is answered as it was asked"
    assert "translated_s" in answered.timings
    assert any(isinstance(event, Phase) and event.name == "translate" for event in events)


def test_without_a_model_it_is_searched_as_it_is_typed() -> None:
    retriever = Searched()
    list(Answerer(retriever, None).ask(GERMAN))
    assert retriever.asked == [GERMAN]


@pytest.mark.parametrize(
    ("said", "taken"), [("One?\nTwo?", "One?"), ("", GERMAN), ("  \n", GERMAN), ("x" * 900, "x" * LONGEST)]
)
def test_a_translation_is_one_line(said: str, taken: str) -> None:
    assert in_english(Translator(said), GERMAN) == taken
