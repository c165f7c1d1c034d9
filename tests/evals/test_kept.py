"""Rows of a measurement that was interrupted are not measured again, and never taken for those of another."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.core.errors import InvalidRequest
from evals.kept import Kept


def test_a_row_is_made_once_whatever_was_cut_off(tmp_path: Path) -> None:
    path, made = tmp_path / "rows.jsonl", list[str]()

    def make(key: str) -> dict[str, str]:
        made.append(key)
        return {"id": key}

    Kept(path, {"model": "none"}).row("a", lambda: make("a"))
    with path.open("a", encoding="utf-8") as file:
        file.write('["b", {"id": "')  # killed while it wrote
    again = Kept(path, {"model": "none"})
    assert [again.row(key, lambda key=key: make(key)) for key in "ab"] == [{"id": "a"}, {"id": "b"}]  # type: ignore[misc]
    assert made == ["a", "b"]
    assert Kept(path, {"model": "none"}).row("b", lambda: make("c")) == {"id": "b"}


def test_rows_of_another_model_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    Kept(path, {"model": "none"})
    with pytest.raises(InvalidRequest, match="has rows of"):
        Kept(path, {"model": "large"})


def test_without_a_file_nothing_is_kept() -> None:
    assert Kept(None, {}).row("a", lambda: {"x": 1}) == {"x": 1}
