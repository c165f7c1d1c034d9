"""Two searches as one: what both found comes first, then what counts more."""

from __future__ import annotations

import pytest

from copilot.core.types import Passage
from copilot.retrieval import Evidence, SearchResult, together
from copilot.retrieval.search import PER_SOURCE


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


@pytest.mark.parametrize("share", [0.001, 0.999])
def test_the_first_of_either_are_among_the_best_whatever_it_counts(share: float) -> None:
    found = together(result("abcdefgh", 0.2), result("stuvwxyz", 0.8), share)
    assert len(found.passages) == 8
    assert {"a", "b", "s", "t"} <= {p.id for p in found.passages}
    assert [p.score for p in found.passages] == sorted((p.score for p in found.passages), reverse=True)


def test_one_source_does_not_fill_the_page() -> None:
    one, other = (
        SearchResult([Passage(f"{name}{n}", "same.md", (n, n), "", "") for n in range(8)], {}, Evidence(0.5, 0.5, 0.0))
        for name in "ab"
    )
    assert len(together(one, other, 0.5).passages) == PER_SOURCE


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_the_evidence_is_the_stronger(share: float) -> None:
    assert together(result("a", 0.2), result("b", 0.8), share).evidence.similarity == 0.8
    assert together(result("a", 0.8), result("b", 0.2), share).evidence.similarity == 0.8


def test_only_words_of_the_question_itself_are_held_against_it() -> None:
    known = SearchResult([], {}, Evidence(0.9, 0.9, 0.0))
    unheard = SearchResult([], {}, Evidence(0.1, 0.1, 0.8))
    assert together(unheard, known, 0.7).evidence.unknown == 0.8  # "and for QMIX?" after what the corpus answers
    assert together(known, unheard, 0.7).evidence == known.evidence  # and the other way round


def test_what_is_stale_in_either_is_told_once_and_the_seconds_add_up() -> None:
    found = together(result("a", 0.2, "one.md two.md"), result("b", 0.8, "two.md"), 0.5)
    assert found.stale == ["one.md", "two.md"]
    assert found.timings["total_s"] == pytest.approx(0.02)
    assert [p.score for p in found.passages] == sorted((p.score for p in found.passages), reverse=True)
