"""A citation opens what it names: numbered lines of a text, what was read of a page or cell; it says if that has gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.core import paths
from copilot.core.types import Citation
from copilot.knowledge.chunk import chunk
from copilot.knowledge.files import sha256
from copilot.knowledge.index import open_store
from copilot.knowledge.store import Known
from copilot.tui.source import excerpt
from tests.copilot.knowledge.loaders.papers import paper


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "project_root", lambda: tmp_path)
    return tmp_path


def known(path: Path) -> None:
    """As ingestion leaves it."""
    data, source = path.read_bytes(), str(path)
    store = open_store()
    entry = Known(sha256(data), len(data), path.stat().st_mtime_ns, "")
    store.put([(source, entry, chunk(source, data))], "1")
    store.close()


def test_lines_of_a_text_have_their_numbers(root: Path) -> None:
    (root / "a.md").write_bytes("\r\n".join(f"line {n}\x0c" for n in range(1, 20)).encode("utf-16"))
    shown = excerpt(Citation(1, "a.md", (8, 9), "")).plain.split("\n")[:-1]
    assert [line.split()[0] for line in shown] == [str(n) for n in range(5, 13)]
    assert ["|" in line for line in shown] == [False] * 3 + [True] * 2 + [False] * 3
    assert "line 8" in shown[3]


def test_a_page_shows_what_was_read_of_it(root: Path) -> None:
    path = root / "paper.pdf"
    path.write_bytes(paper())
    known(path)
    shown = excerpt(Citation(1, str(path), (11, 13), "", page=2))
    assert "lines 1-6" in shown.plain
    assert "lines 11-13" in shown.plain
    assert "sixteen bits" in shown.plain
    assert "quagga" not in shown.plain, "that is on page 1"
    dim = [shown.plain[span.start : span.end] for span in shown.spans if span.style == "dim"]
    assert not any("sixteen bits" in text for text in dim)
    assert any("Coverage doubles" in text for text in dim)


def test_a_page_of_a_file_that_changed_is_not_shown(root: Path) -> None:
    path = root / "paper.pdf"
    path.write_bytes(paper())
    known(path)
    path.write_bytes(paper() + b" ")
    shown = excerpt(Citation(1, str(path), (11, 13), "", page=2)).plain
    assert "sixteen" not in shown
    assert "rllte-copilot ingest" in shown


def test_a_text_that_has_gone_is_said(root: Path) -> None:
    assert "cannot be read" in excerpt(Citation(1, "gone.md", (1, 2), "")).plain
