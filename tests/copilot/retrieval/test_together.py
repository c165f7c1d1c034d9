"""Two searches as one: what both found comes first, then what counts more."""

from __future__ import annotations

import pytest

from copilot.core.types import Passage
from copilot.retrieval import Evidence, SearchResult, together


def result(names: str, strength: float, stale: str = "") -> SearchResult:
    passages = [Passage(name, f"{name}.md", (1, 1), "", name) for name in names]
    return SearchResult(passages, {"total_s": 0.01}, Evidence(strength, strength, 0.0), stale.split())


def order(share: float, k: int = 8) -> str:
    return "".join(p.id for p in together(result("abc", 0.2), result("xay", 0.8), share, k).passages)


def test_what_both_found_comes_first() -> None:
    assert order(0.5)[0] == "a"


def test_a_share_decides_between_the_lists() -> None:
    assert order(0.9) == "axybc"
    assert order(0.99)[:2] == "xa"
    assert order(0.1).startswith("ab")
    assert order(0.9, 2) == "ax"


@pytest.mark.parametrize(("share", "strength"), [(0.3, 0.2), (0.5, 0.8), (0.7, 0.8)])
def test_the_evidence_is_that_of_the_one_that_counts_more(share: float, strength: float) -> None:
    assert together(result("a", 0.2), result("b", 0.8), share).evidence.similarity == strength


def test_a_word_that_the_corpus_does_not_know_counts_in_either() -> None:
    known = SearchResult([], {}, Evidence(0.9, 0.9, 0.0))
    unheard = SearchResult([], {}, Evidence(0.1, 0.1, 0.8))
    assert together(unheard, known, 0.7).evidence == Evidence(0.9, 0.9, 0.8)
    assert together(known, unheard, 0.3).evidence == Evidence(0.9, 0.9, 0.8)


def test_what_is_stale_in_either_is_told_once_and_the_seconds_add_up() -> None:
    found = together(result("a", 0.2, "one.md two.md"), result("b", 0.8, "two.md"), 0.5)
    assert found.stale == ["one.md", "two.md"]
    assert found.timings["total_s"] == pytest.approx(0.02)
    assert [p.score for p in found.passages] == sorted((p.score for p in found.passages), reverse=True)
