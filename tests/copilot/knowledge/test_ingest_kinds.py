"""Notebooks, PDFs and web pages in the index: found, cited by page and cell, held against their file; or reported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copilot.core.types import IngestReport
from copilot.knowledge import ingest, open_index
from copilot.knowledge.apart import Apart
from copilot.knowledge.index import part_of
from tests.copilot.knowledge.loaders.papers import paper, written

CELLS = [
    {"cell_type": "markdown", "source": "# Gnus\n\nThey run."},
    {"cell_type": "code", "source": "gnu.run()", "outputs": []},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A paper, a notebook and a page."""
    made = tmp_path / "library"
    made.mkdir()
    (made / "paper.pdf").write_bytes(paper())
    (made / "run.ipynb").write_text(json.dumps({"cells": CELLS}))
    (made / "page.html").write_text("<title>Okapis</title>\n<p>They hide in\nforests.</p>")
    return made


def places(embedder: Any, folder: Path) -> set[tuple[str, int | None, int | None, tuple[int, int]]]:
    own = [p for p in open_index(embedder).chunks() if p.source.startswith(str(folder))]
    return {(Path(p.source).name, p.page, p.cell, p.lines) for p in own}


def test_every_kind_is_read_and_keeps_its_places(embedder: Any, folder: Path) -> None:
    report = ingest([folder], embedder=embedder)
    assert (report.added, report.failed) == (3 + 3, [])
    assert places(embedder, folder) >= {
        ("paper.pdf", 2, None, (11, 13)),
        ("run.ipynb", None, 1, (3, 3)),
        ("run.ipynb", None, 2, (1, 1)),
        ("page.html", None, None, (2, 3)),
    }
    index = open_index(embedder)
    [(best, _)] = index.dense(embedder.embed_query("the hash has sixteen bits"), 1)
    assert [p.page for p in index.get([best])] == [2]


@pytest.mark.parametrize("name", ["paper.pdf", "run.ipynb", "page.html"])
def test_a_changed_file_of_any_kind_is_not_current(embedder: Any, folder: Path, name: str) -> None:
    ingest([folder], embedder=embedder)
    index, source = open_index(embedder), str(folder / name)
    assert index.is_current(source)
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    assert not index.is_current(source)


def test_a_page_and_a_cell_can_be_looked_at(embedder: Any, folder: Path) -> None:
    ingest([folder], embedder=embedder)
    passages, is_current = part_of(str(folder / "paper.pdf"), 2, None)
    assert is_current
    assert [p.lines for p in passages] == [(1, 6), (11, 13)]
    passages, _ = part_of(str(folder / "run.ipynb"), None, 2)
    assert [p.text for p in passages] == ["```python\ngnu.run()\n```"]
    (folder / "paper.pdf").unlink()
    assert part_of(str(folder / "paper.pdf"), 2, None)[1] is False
    assert part_of("unknown.pdf", 1, None) == ([], False)


UNREADABLE = {
    "broken.pdf": (b"%PDF-1.7\nno more", "not a readable PDF"),
    "scanned.pdf": (written(), "no text in it: scanned pages are pictures, which are not read"),
    "broken.ipynb": (b"{", "not a notebook: Expecting property name enclosed in double quotes, line 1"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary, not text"),
}


def test_what_cannot_be_read_is_told_each_time_and_read_only_once(
    embedder: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, (data, _) in UNREADABLE.items():
        (folder / name).write_bytes(data)
    first = ingest([folder], embedder=embedder)
    reasons = {str(folder / name): reason for name, (_, reason) in UNREADABLE.items()}
    assert first.added == 3 + 3
    assert {failed.path: failed.reason for failed in first.failed} == reasons
    with monkeypatch.context() as patch:
        patch.setattr(Apart, "read", lambda *args: pytest.fail("read again"))
        again = ingest(None, embedder=embedder)
    assert (again.added, again.updated, again.deleted, again.skipped) == (0, 0, 0, 6)
    assert {failed.path: failed.reason for failed in again.failed} == reasons
    (folder / "picture.txt").write_text("text now\n")
    assert ingest(None, embedder=embedder).added == 1
    (folder / "broken.pdf").unlink()
    third = ingest(None, embedder=embedder)
    assert third.deleted == 0, "it was never in the index"
    assert len(third.failed) == 2


def test_one_that_cannot_be_read_any_more_is_forgotten_once(embedder: Any, folder: Path) -> None:
    ingest([folder], embedder=embedder)
    (folder / "paper.pdf").write_bytes(b"%PDF-1.7\nno more")
    report = ingest(None, embedder=embedder)
    assert (report.deleted, report.skipped) == (1, 5)
    assert [failed.reason for failed in report.failed] == ["not a readable PDF; what it held before is forgotten"]
    assert not any(name == "paper.pdf" for name, *_ in places(embedder, folder))
    again = ingest(None, embedder=embedder)
    assert (again.deleted, [failed.reason for failed in again.failed]) == (0, ["not a readable PDF"])
    (folder / "paper.pdf").write_bytes(paper())
    assert ingest(None, embedder=embedder) == IngestReport(added=1, skipped=5)


def test_what_git_ignores_is_not_read_and_links_out_are_told(embedder: Any, folder: Path, tmp_path: Path) -> None:
    (folder / ".gitignore").write_text("*.html\nbuild/\n")
    (folder / "build").mkdir()
    (folder / "build" / "a.md").write_text("built\n")
    (tmp_path / "elsewhere.md").write_text("elsewhere\n")
    (folder / "link.md").symlink_to(tmp_path / "elsewhere.md")
    (folder / "link.png").symlink_to(tmp_path / "elsewhere.md")
    report = ingest([folder], embedder=embedder)
    assert report.added == 3 + 2
    assert [(Path(failed.path).name, failed.reason) for failed in report.failed] == [
        ("link.md", f"a link out of the folder; to read it, add {tmp_path / 'elsewhere.md'}")
    ]
    assert ingest([folder / "build" / "a.md"], embedder=embedder).added == 1, "a file that is named is read"
    (folder / ".gitignore").write_text("*.ipynb\n")
    report = ingest(None, embedder=embedder)
    assert (report.added, report.deleted) == (1, 1), "the page has come, the notebook has gone"
