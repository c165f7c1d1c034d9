"""What the pages copy from classes and catalogue is what `make catalogue` would write now, so nobody edits it by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.corpus.test_pages import CATALOGUE, CORPUS, ENTRIES, page_of
from tests.corpus.write_tables import notes_by_address, shown, write_page, written

NOW = written(CATALOGUE)


@pytest.mark.parametrize("page", NOW, ids=lambda page: page.relative_to(CORPUS).as_posix())
def test_a_page_is_what_make_catalogue_writes(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == NOW[page], "Edit docstring or catalogue, then: make catalogue"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_the_reference_ends_the_page(entry: dict[str, str]) -> None:
    sections = [line for line in page_of(entry).read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    assert sections[-1] == f"## Reference of {entry['name']}"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("How far a step moves the latent", "How fast a step moves the latent"),
        ("`pseudo_counts(latents, ended, sync=True)`", "`pseudo_counts(latents, ended, sync=False)`"),
        ("| `k` | int | `10` |", "| `k` | int | `11` |"),
        ("built on `LearnedReward`", "built on `BaseReward`"),
    ],
    ids=["docstring", "signature", "default", "bases"],
)
def test_an_edit_by_hand_is_undone(right: str, wrong: str) -> None:
    [entry] = [entry for entry in ENTRIES if entry["name"] == "RIDE"]
    text = page_of(entry).read_text(encoding="utf-8")
    assert right in text
    assert write_page(text.replace(right, wrong, 1), entry, CATALOGUE, notes_by_address()) == text


def test_a_new_argument_has_the_words_of_the_docstring_where_the_catalogue_has_none() -> None:
    [entry] = [entry for entry in ENTRIES if entry["name"] == "plot_interval_estimates"]
    text = page_of(entry).read_text(encoding="utf-8")
    row = "| `wspace` | float | `0.11` | room between columns |\n"
    assert row in text
    assert write_page(text.replace(row, ""), entry, CATALOGUE, notes_by_address()) == text


@pytest.mark.parametrize(
    ("annotation", "default", "expected"),
    [
        ("tuple[float, float]", "(3.7, 2.1)", "(3.7, 2.1)"),
        ("type[torch.optim.Optimizer]", "Adam", "Adam"),
        ("str | float", "x-large", '"x-large"'),
        ("str | None", None, "None"),
    ],
)
def test_text_is_quoted_and_a_tuple_is_not(annotation: str, default: Any, expected: str) -> None:
    assert shown({"type": annotation, "default": default}) == expected
