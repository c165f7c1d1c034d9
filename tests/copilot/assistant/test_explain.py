"""Errors explained by rules and sources; a model adds only what the sources bear."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.assistant.explain import Explainer, Failure, borne, query
from copilot.assistant.trace import parse
from copilot.codegen import ExperimentSpec
from copilot.core.errors import CorpusEmpty, ModelUnreachable
from copilot.core.events import Answered, Event, Token
from copilot.core.types import Passage
from copilot.knowledge.units import units
from copilot.models.scripted import ScriptedChat
from copilot.retrieval import Evidence, SearchResult

MATRIX = """Traceback (most recent call last):
  File "/box/train.py", line 2, in <module>
    agent.train(num_train_steps=10)
RuntimeError: mat1 and mat2 shapes cannot be multiplied (64x3 and 4x64)
"""
FOUND = Passage(
    "a",
    "corpus/x.md",
    (3, 4),
    "Sizes > Linear layers",
    "A linear layer takes vectors of the length it was made for.",
    0.9,
)
SPEC = ExperimentSpec(agent="PPO", env_id="CartPole-v1", num_envs=8, num_train_steps=100_000, agent_kwargs={"lr": 9e-4})


class FakeRetriever:
    def __init__(self, strength: float = 1.0) -> None:
        self.strength = strength

    def search(self, query: str, k: int = 8) -> SearchResult:
        return SearchResult([FOUND], {"total_s": 0.0}, Evidence(self.strength, self.strength, 1.0 - self.strength))

    def worth(self, query: str, passages: list[Passage]) -> list[list[float]]:
        return [[1.0 for _ in units(passage)] for passage in passages]


def explained(failure: Failure, chat: Any = None, strength: float = 1.0) -> tuple[Answered, list[Event]]:
    retriever: Any = FakeRetriever(strength)
    events = list(Explainer(lambda: retriever, chat).explain(failure))
    assert isinstance(events[-1], Answered)
    return events[-1], events


def failed(text: str = MATRIX, **more: Any) -> Failure:
    return Failure(parse(text), more.pop("question", text), name="train.py", **more)


def test_rules_and_sources_stand_without_a_model() -> None:
    answered, events = explained(failed())
    assert "**RuntimeError** in line 2 of `train.py`" in answered.text
    assert "2 | agent.train(num_train_steps=10)" in answered.text
    assert "A linear layer gets vectors of another length" in answered.text
    assert "Sizes > Linear layers [2]" in answered.text
    assert [c.source for c in answered.citations] == ["corpus/guides/troubleshooting.md", "corpus/x.md"]
    assert "".join(e.text for e in events if isinstance(e, Token)) == answered.text
    assert answered.details["traceback"] == {
        "error": "RuntimeError",
        "message": "mat1 and mat2 shapes cannot be multiplied (64x3 and 4x64)",
        "file": "/box/train.py",
        "line": 2,
        "code": "agent.train(num_train_steps=10)",
        "status": None,
        "sandbox": [],
        "cause": "matrix",
        "edit": None,
    }


def test_the_answer_is_in_the_language_of_what_was_typed() -> None:
    answered, _ = explained(failed(question=f"{MATRIX}\n怎么办？"))
    assert "位于 `train.py` 第 2 行" in answered.text
    assert "**原因**" in answered.text


def says(reply: str) -> ScriptedChat:
    return ScriptedChat([{"match": ".", "reply": reply}])


def test_a_model_adds_what_the_sources_bear() -> None:
    reply = "A linear layer takes vectors of the length it was made for [2]. Logits must be between 0 and 1."
    answered, events = explained(failed(), says(reply))
    assert "A linear layer takes vectors of the length it was made for [2]." in answered.text
    assert "between 0 and 1" not in answered.text
    assert answered.model == "scripted"
    assert {c.id: c.source for c in answered.citations} == {1: "corpus/guides/troubleshooting.md", 2: "corpus/x.md"}
    assert "".join(e.text for e in events if isinstance(e, Token)) == answered.text


@pytest.mark.parametrize(
    "reply", ["It is the weather.", "The sources do not hold an answer.", "```python\nx\n```", " "]
)
def test_what_no_source_bears_is_left_out(reply: str) -> None:
    answered, _ = explained(failed(), says(reply))
    assert answered.model is None
    assert "From the documentation" in answered.text
    assert reply.strip() not in answered.text or not reply.strip()


class Broken(ScriptedChat):
    def stream(self, *args: Any, **options: Any) -> Any:
        raise ModelUnreachable("gone")


def test_a_model_that_does_not_answer_leaves_the_rules() -> None:
    answered, _ = explained(failed(), Broken())
    assert "**Cause**" in answered.text and answered.model is None


def test_a_corpus_that_is_not_there_leaves_the_rules_and_their_page() -> None:
    def none() -> Any:
        raise CorpusEmpty("nothing")

    *_, answered = Explainer(none).explain(failed())
    assert isinstance(answered, Answered)
    assert [c.source for c in answered.citations] == ["corpus/guides/troubleshooting.md"]


def test_weak_passages_are_not_shown() -> None:
    answered, _ = explained(failed('  File "a.py", line 1, in f\n    g()\nmine.Odd: x'), strength=0.1)
    assert answered.citations == []
    assert "No rule knows this error" in answered.text


@pytest.mark.parametrize(
    ("status", "log", "said", "edit"),
    [
        ("timeout", "step 1\n", "ended at its time limit", "train for 32000 steps"),
        ("oom", "Killed\n", "ended at its memory limit", "use 4 environments"),
        ("error", "segfault\n", "error of its own", None),
        ("cancelled", MATRIX, "You ended the run", None),
    ],
)
def test_a_run_that_ended_at_a_limit(status: str, log: str, said: str, edit: str | None) -> None:
    failure = Failure(parse(log), "why did it fail?", "", "train.py", status, SPEC, 40_500)
    answered, _ = explained(failure)
    assert said in answered.text
    assert (f"`/edit {edit}`" in answered.text) == (edit is not None)
    assert answered.details["traceback"]["edit"] == edit


def test_the_line_comes_from_the_script_where_the_trace_has_none() -> None:
    failure = Failure(
        parse('  File "/box/train.py", line 2, in f\nValueError: x'), "why?", "a = 1\nb = f(a)\n", "train.py"
    )
    assert failure.place is not None and failure.place.code == "b = f(a)"


def test_a_chain_names_its_cause_and_a_cut_one_its_end() -> None:
    text = "".join(
        f'Traceback (most recent call last):\n  File "train.py", line {n}, in f\n    g()\n{error}\n\n{between}\n\n'
        for n, error, between in (
            (1, "KeyError: 'CartPole-v9'", "The above exception was the direct cause of the following exception:"),
            (2, "mine.Odd: no", ""),
        )
    )
    answered, _ = explained(failed(text))
    assert "raised from `KeyError: 'CartPole-v9'`" in answered.text
    assert answered.details["traceback"]["cause"] == "env_key"
    cut, _ = explained(failed(MATRIX[: MATRIX.index("RuntimeError")]))
    assert "breaks off before the exception" in cut.text


def test_a_message_cannot_leave_its_block() -> None:
    answered, _ = explained(failed(MATRIX.replace("(64x3 and 4x64)", "``` [click](http://x)")))
    assert answered.text.count("```") == 2


def test_the_query_holds_names_and_neither_paths_nor_numbers() -> None:
    text = query(failed(MATRIX.replace("mat1 and mat2", "/home/me/x.pt: mat1 at 0x7f3 and [8, 2]")))
    assert text.startswith("RuntimeError")
    assert "agent train num_train_steps" in text
    assert not {"/home", "0x7f3", "[8"} & set(text.split())


def test_only_whole_sentences_with_a_source_are_kept() -> None:
    assert borne("Set lr to 3e-4 [1]. It is so. And 数值 [2]。 cut off [1") == "Set lr to 3e-4 [1]. And 数值 [2]。"
    assert borne("nothing") == ""
