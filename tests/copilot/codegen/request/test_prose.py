"""What is told to be plain talk holds no demand, whatever it looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.codegen.request.prose import causes, plain, reasons, references, tells_only

_LEFTOVERS = [
    line.split("\t")
    for line in Path(__file__)
    .parents[1]
    .joinpath("authoring/data/leftovers.tsv")
    .read_text(encoding="utf-8")
    .splitlines()
]
"""1: it demands something; 0: plain talk."""


@pytest.mark.parametrize(
    "word", ["compare", "compared", "comparing", "planned", "tries", "measured", "robots", "Please", "used"]
)
def test_plain_words_are_plain_in_every_form(word: str) -> None:
    assert plain(word)


@pytest.mark.parametrize(
    "word",
    [
        "without",
        "never",
        "only",
        "except",
        "normal",
        "dropout",
        "gated",
        "softmax",
        "huber",
        "12",
        "twice",
        "soft",
        "kth",
        "outer",
        "attends",
        "jointly",
    ],
)
def test_words_that_may_demand_something_are_not(word: str) -> None:
    assert not plain(word)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("disagreement of five models, as in Pathak et al. 2019.", "as in Pathak et al. 2019"),
        ("a bonus like Badia et al. (2020), k = 10", "like Badia et al. (2020)"),
        ("novelty (Burda and Edwards, 2018) of states", "(Burda and Edwards, 2018)"),
        ("as published, arXiv:1810.12894", "arXiv:1810.12894"),
    ],
)
def test_where_it_was_published_is_a_reference(text: str, cut: str) -> None:
    assert [text[start:end] for start, end in references(text)] == [cut]


@pytest.mark.parametrize("text", ["kernels 8, 4, 3 and 2048 steps", "Conv 32, 64 and 2000 units", "an MLP of 256"])
def test_sizes_are_no_reference(text: str) -> None:
    assert list(references(text)) == []


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("an encoder with tanh, because my robot sees poorly.", "because my robot sees poorly"),
        (
            "flip images, for driving tasks where left and right are alike",
            "for driving tasks where left and right are alike",
        ),
        ("a bonus of counts, so that it explores, with bins of 0.1", "so that it explores"),
        ("写一个编码器，因为我的相机很差。", "因为我的相机很差"),
    ],
)
def test_a_clause_that_gives_a_reason_ends_where_a_demand_begins(text: str, cut: str) -> None:
    assert [text[start:end] for start, end in reasons(text)] == [cut]


@pytest.mark.parametrize(
    "text",
    [
        "an encoder, because I want layer norm after each layer",
        "a bonus that should never be negative since my critic has no bias",
        "so that half of the batch is new",
        "for my task use 3 heads",
        "I want to use stochastic depth",
        "because I want stochastic depth",
        "the idea is an ensemble of critics",
    ],
)
def test_a_reason_that_holds_a_demand_is_none(text: str) -> None:
    assert list(reasons(text)) == []


@pytest.mark.parametrize(("demands", "words"), _LEFTOVERS, ids=range(len(_LEFTOVERS)))
def test_a_clause_demands_something_or_is_plain_talk(demands: str, words: str) -> None:
    assert tells_only(words) == (demands == "0")


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("an own agent, because the entropy collapses.", ["because the entropy collapses"]),
        ("a Beta, since Gaussian tails get cut off, with softplus", ["since Gaussian tails get cut off"]),
        ("because clipping never helped us", ["because clipping never helped us"]),
        ("because I want 64 units", []),
        ("because it has 256 units", []),
        ("because the critic has no bias", []),
        ("the number of steps since the state was seen", []),
        ("因为熵会塌缩，系数 0.1", ["因为熵会塌缩"]),
    ],
)
def test_facts_that_are_told_as_causes_ask_for_nothing(text: str, cut: list[str]) -> None:
    assert [text[start:end] for start, end in causes(text)] == cut
