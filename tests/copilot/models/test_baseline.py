"""The zero of an embedder's scale: measured on unrelated pairs alone, once per identity."""

from __future__ import annotations

import json

import numpy as np
import pytest

from copilot.core import paths
from copilot.models import baseline
from copilot.models.baseline import DOCUMENTS, MOST, QUESTIONS


class FakeEmbedder:
    """Vectors whose cosine is `alike` for unrelated pairs and `matching` for a question and its own document."""

    def __init__(self, alike: float, matching: float = 0.9, identity: str = "fake:1") -> None:
        self.identity, self.asked = identity, 0
        self._kept = np.full((len(QUESTIONS), len(DOCUMENTS)), alike)
        np.fill_diagonal(self._kept, matching)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        assert texts == DOCUMENTS
        return self._kept.T.tolist()

    def embed_query(self, text: str) -> list[float]:
        self.asked += 1
        return np.eye(len(QUESTIONS))[QUESTIONS.index(text)].tolist()


@pytest.mark.parametrize(("alike", "value"), [(0.7, 0.7), (0.02, 0.02), (-0.1, 0.0), (0.99, MOST)])
def test_it_is_the_similarity_of_pairs_that_have_nothing_in_common(alike: float, value: float) -> None:
    assert baseline.unrelated(FakeEmbedder(alike)) == pytest.approx(value)


def test_pairs_that_belong_together_do_not_count() -> None:
    assert baseline.unrelated(FakeEmbedder(0.4, matching=0.4)) == baseline.unrelated(FakeEmbedder(0.4, matching=1.0))


def test_it_is_measured_once_for_an_identity() -> None:
    first, again, other = FakeEmbedder(0.5), FakeEmbedder(0.5), FakeEmbedder(0.6, identity="fake:2")
    assert baseline.unrelated(first) == baseline.unrelated(again)
    assert baseline.unrelated(other) == pytest.approx(0.6)
    assert (first.asked, again.asked, other.asked) == (6, 0, 6)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"unrelated": "high"}', '{"unrelated": 3.0}'])
def test_a_record_that_is_broken_is_made_again(text: str) -> None:
    embedder = FakeEmbedder(0.5)
    baseline.unrelated(embedder)
    (file,) = paths.state_dir().glob("baseline-*.json")
    file.write_text(text)
    assert baseline.unrelated(embedder) == pytest.approx(0.5)
    assert json.loads(file.read_text())["unrelated"] == pytest.approx(0.5)


def test_each_question_has_its_document_and_no_other() -> None:
    assert len(set(QUESTIONS)) == len(set(DOCUMENTS)) == len(QUESTIONS) == len(DOCUMENTS)
