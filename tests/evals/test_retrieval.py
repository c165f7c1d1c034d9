"""The scores of `evals.retrieval` on rankings whose scores are known; an ablation changes one thing and restores it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from copilot.assistant.condense import InContext
from copilot.core.types import Passage
from copilot.retrieval import search
from evals import gold, retrieval
from evals.retrieval import Asked, Row, mrr, ndcg, recall
from evals.stand_ins import ScoredOnce

ITEM = gold.Item("i", "answerable", "t", "tune", ("q",), gold=("the answer",), source=("a.md",))
Q = InContext(("q",))


def row(hits: str, relevant: int = 1) -> Row:
    """ "-+" is a ranking whose second passage bears the answer."""
    return Row(Asked(ITEM, 1, "q", Q), [sign == "+" for sign in hits], relevant)


def test_recall_looks_at_the_best_k_alone() -> None:
    ranking = row("-----+----")
    assert recall(ranking, 5) == 0.0
    assert recall(ranking, 6) == 1.0


@pytest.mark.parametrize(("hits", "value"), [("+---", 1.0), ("--+-", 1 / 3), ("----", 0.0), ("-++-", 0.5)])
def test_mrr_is_one_over_the_rank_of_the_first(hits: str, value: float) -> None:
    assert mrr(row(hits)) == value


def test_ndcg_of_known_rankings() -> None:
    assert ndcg(row("+")) == 1.0
    assert ndcg(row("-+")) == pytest.approx(1 / math.log2(3))
    assert ndcg(row("++", relevant=2)) == 1.0
    assert ndcg(row("+-", relevant=2)) == pytest.approx(1 / (1 + 1 / math.log2(3)))
    assert ndcg(row("+" * 10, relevant=50)) == 1.0  # no more than ten can come first
    assert ndcg(row("----", relevant=0)) == 0.0


def test_the_interval_draws_the_wordings_of_an_item_together() -> None:
    same = [Row(Asked(ITEM, number, "q", Q), [number == 1], 1) for number in (1, 2)]
    assert retrieval.interval(same) == [0.5, 0.5]


def test_slices_hold_their_rows_alone() -> None:
    held = gold.Item("j", "chinese", "answerable", "held", ("q",), gold=("x",), source=("a.md",))
    made: Any = retrieval._sliced([row("+"), Row(Asked(held, 1, "q", Q), [False], 1)])
    assert (made["all"]["n"], made["all"]["recall@5"]) == (2, 0.5)
    assert (made["half tune"]["recall@5"], made["half held"]["recall@5"]) == (1.0, 0.0)
    assert made["language zh"]["n"] == 1
    assert "topic answerable" not in made  # topics are of the main kind


def test_rewriting_counts_the_words_that_a_search_needs() -> None:
    follow = gold.Item("f", "followup", "dependent", "tune", ("and?",), history=(("user", "SAC?"),), needs=(("SAC",),))
    alone = gold.Item("s", "followup", "standalone", "tune", ("SAC?",), history=(("user", "x"),), standalone=True)
    searched = [
        InContext(("and?", "and SAC?"), 0.7),
        InContext(("and?", "and what?"), 0.7),
        InContext(("SAC?", "SAC? x"), 0.7),
    ]
    asked = [
        Asked(item, 1, item.questions[0], query) for item, query in zip([follow, follow, alone], searched, strict=True)
    ]
    assert retrieval.rewriting(asked) == {
        "dependent": 2,
        "search has what it needs": 1,
        "had it as typed": 0,
        "standalone": 1,
        "searched as typed": 0,
    }


class FakeIndex:
    """Two passages; the dense ranking always prefers the second."""

    version = "1"
    pieces = (
        Passage("a", "a.md", (1, 1), "PPO", "the clip range bounds the ratio"),
        Passage("b", "b.md", (1, 1), "Else", "nothing of the kind"),
    )

    def refresh(self) -> bool:
        return False

    def chunks(self) -> list[Passage]:
        return list(self.pieces)

    def get(self, ids: list[str]) -> list[Passage]:
        return [piece for i in ids for piece in self.pieces if piece.id == i]

    def dense(self, vector: list[float], n: int) -> list[tuple[str, float]]:
        return [("b", 0.9), ("a", 0.1)]

    def is_current(self, source: str) -> bool:
        return True


class FakeEmbedder:
    identity = "fake"

    def embed_query(self, text: str) -> list[float]:
        return [1.0]


def best(**changes: Any) -> list[str]:
    way = retrieval.ours(FakeIndex(), FakeEmbedder(), "way", **changes)  # type: ignore[arg-type]
    return [passage.id for passage in way.best(InContext(("clip range of the ratio",)))]


def test_an_ablation_changes_one_part_and_leaves_the_shipped_search_as_it_was() -> None:
    coverage, lexical = search.COVERAGE, search.Lexical
    assert best() == ["a", "b"]  # words outweigh the dense ranking
    assert best(bm25=False, COVERAGE=0.0, TITLE=0.0) == ["b", "a"]
    assert best(COVERAGE=0.0, TITLE=0.0, RANKS=0.0) == ["b", "a"]
    assert best(PER_SOURCE=0) != best()
    assert (search.COVERAGE, search.Lexical) == (coverage, lexical)
    assert best() == ["a", "b"]


class FakeReranker:
    """Prefers what speaks of nothing."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def scores(self, query: str, texts: list[str]) -> list[float]:
        self.asked.append(texts)
        return [float("nothing" in text) for text in texts]


def test_a_cross_encoder_is_part_of_ours_and_of_no_way_without_it() -> None:
    reranker = FakeReranker()
    assert best(reranker=reranker) == ["b", "a"]
    assert len(reranker.asked) == 1
    assert best() == ["a", "b"]


def test_a_pair_of_question_and_text_is_scored_once_for_all_ways() -> None:
    reranker = FakeReranker()
    once = ScoredOnce(reranker)
    assert once.scores("q", ["x", "nothing", "x"]) == [0.0, 1.0, 0.0]
    assert once.scores("q", ["nothing", "y"]) == [1.0, 0.0]
    assert once.scores("another", ["x"]) == [0.0]
    assert reranker.asked == [["x", "nothing"], ["y"], ["x"]]


def test_a_way_is_scored_over_its_own_pieces_with_the_question_as_it_searches_it() -> None:
    heard = []

    def found(query: InContext) -> list[Passage]:
        heard.append(query.text)
        return [Passage("x", "a.md", (1, 1), "", "this is the answer")]

    pieces = [Passage(str(n), "a.md", (1, 1), "", "the answer" if n < 2 else "none") for n in range(5)]
    asked = [Asked(ITEM, 1, "as typed", InContext(("as searched",)))]
    ranked = [retrieval._ranked(retrieval.Way("w", found, pieces, as_typed=typed), asked)[0] for typed in (True, False)]
    assert heard == ["as typed", "as searched"]
    assert [(r.hits, r.relevant) for r in ranked] == [([True], 2)] * 2
