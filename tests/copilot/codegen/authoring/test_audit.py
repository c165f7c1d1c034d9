"""Numbers of a request that no plan holds are found, in whatever way they are said."""

from __future__ import annotations

import pytest

from copilot.codegen.authoring import design
from copilot.codegen.authoring.audit import lost
from copilot.core.catalogue import load_catalogue


@pytest.mark.parametrize(
    "request_",
    [
        "image augmentation: change brightness by up to 20 percent",
        "a storage that divides rewards by 100",
        "写一个回放缓冲区，每个批次的四分之一来自最近 2000 条转移",
        "Write an encoder for 84x84 images with two 3x3 convolutions of 16 channels and 64 features",
        "Action noise: Gaussian with standard deviation decaying from 0.5 to 0.1 over 50k steps",
    ],
)
def test_numbers_said_in_other_ways_are_in_the_plan(request_: str) -> None:
    assert lost(design(request_, load_catalogue(), model=False).spec) == []


def test_a_number_that_no_field_holds_is_named() -> None:
    spec = design("a storage that multiplies rewards with 0.1", load_catalogue(), model=False).spec
    other = spec.model_copy(update={"request": "a storage that multiplies rewards with 0.1 and keeps 77 of them"})
    assert len(lost(other)) == 1
    assert "77" in lost(other)[0]


def test_a_share_in_words_is_looked_for_too() -> None:
    spec = design("a storage that multiplies rewards with 0.1", load_catalogue(), model=False).spec
    assert lost(spec.model_copy(update={"request": "one third of the batch"})) == ["one third"]


def test_what_is_lost_is_told_by_the_design() -> None:
    found = design("an intrinsic reward that counts hashed observations, 37 on sundays", load_catalogue(), model=False)
    assert any("37" in words for words in found.unread)
    assert any("CAREFUL" in note for note in found.notes)
