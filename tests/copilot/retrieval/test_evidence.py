"""Evidence: each measure has a case that moves it alone, and the strength goes the way that it should."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copilot.core.types import Passage
from copilot.retrieval.evidence import Evidence, weigh
from copilot.retrieval.lexical import Lexical

PPO = Passage("a", "corpus/ppo.md", (1, 2), "PPO", "PPO clips the ratio of policies.")
RND = Passage("b", "corpus/rnd.md", (1, 2), "RND", "RND rewards novelty of states.")
LEXICAL = Lexical([PPO, RND])


def test_a_word_that_no_passage_holds_lowers_coverage_and_one_that_no_chunk_holds_is_unknown() -> None:
    all_of_it = weigh(LEXICAL.asked("clips ratio"), [0.7], [PPO], LEXICAL)
    assert (all_of_it.coverage, all_of_it.unknown) == (1.0, 0.0)
    elsewhere = weigh(LEXICAL.asked("clips novelty"), [0.7], [PPO], LEXICAL)
    assert elsewhere.coverage == pytest.approx(0.5)
    assert elsewhere.unknown == 0.0
    nowhere = weigh(LEXICAL.asked("clips muzero"), [0.7], [PPO], LEXICAL)
    assert nowhere.unknown == pytest.approx(
        LEXICAL.weight("muzero") / (LEXICAL.weight("muzero") + LEXICAL.weight("clip"))
    )
    assert nowhere.coverage == pytest.approx(1.0 - nowhere.unknown)
    assert nowhere.strength < elsewhere.strength < all_of_it.strength


def test_words_of_another_script_say_nothing_unless_the_corpus_has_them() -> None:
    assert weigh(LEXICAL.asked("策略 clips ratio"), [0.7], [PPO], LEXICAL).unknown == 0.0
    own = Lexical([PPO, replace(RND, text="策略")])
    assert weigh(own.asked("策略 clips ratio"), [0.7], [PPO], own).coverage < 1.0


@pytest.mark.parametrize("query", ["", "?!", "the of"])
def test_a_query_without_words_is_weak(query: str) -> None:
    found = weigh(LEXICAL.asked(query), [0.1], [PPO], LEXICAL)
    assert found.coverage == found.unknown == 0.0
    assert found.strength < 0.3


@pytest.mark.parametrize(("field", "better"), [("similarity", 0.9), ("coverage", 0.9), ("unknown", 0.0)])
def test_each_measure_moves_the_strength_the_right_way(field: str, better: float) -> None:
    middle = Evidence(0.5, 0.5, 0.5)
    assert replace(middle, **{field: better}).strength > middle.strength
