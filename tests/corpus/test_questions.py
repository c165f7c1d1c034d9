"""The questions of `evals/answers` against the pages: what a question expects stands where it says."""

from __future__ import annotations

import json

import pytest

from copilot.core import paths
from evals.answers import QUESTIONS, holds

ITEMS = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("item", [item for item in ITEMS if item["source"]], ids=lambda item: item["question"][:40])
def test_the_source_of_an_answerable_question_holds_its_gold_text(item: dict[str, object]) -> None:
    text = (paths.project_root() / str(item["source"])).read_text(encoding="utf-8")
    assert holds(" ".join(text.split()), item) or holds(text, item)


def test_no_question_is_asked_twice() -> None:
    questions = [item["question"] for item in ITEMS]
    assert len(set(questions)) == len(questions)
