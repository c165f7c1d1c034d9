"""The index as a reader sees it: refused when empty or foreign, and following what other processes write."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from copilot.core import paths
from copilot.core.errors import CorpusEmpty, FileProblem, IndexMismatch
from copilot.knowledge import built_with, ingest, open_index
from copilot.knowledge.index import identity_of


def test_an_empty_index_says_how_to_fill_it(embedder: Any) -> None:
    with pytest.raises(CorpusEmpty) as caught:
        open_index(embedder)
    assert caught.value.hint.endswith("rllte-copilot ingest")


def test_a_manifest_that_is_no_database_is_named(embedder: Any) -> None:
    (paths.index_dir() / "manifest.sqlite").write_text("a letter, and not a database " * 100)
    with pytest.raises(FileProblem, match=r"manifest\.sqlite") as caught:
        open_index(embedder)
    assert str(paths.index_dir()) in caught.value.hint


def test_an_index_of_files_without_text_is_empty(embedder: Any, shipped: Path) -> None:
    for path in shipped.rglob("*.*"):
        path.write_text("")
    ingest(None, embedder=embedder)
    with pytest.raises(CorpusEmpty):
        open_index(embedder)


def test_another_embedder_is_refused(embedder: Any, make_embedder: Any) -> None:
    ingest(None, embedder=embedder)
    with pytest.raises(IndexMismatch, match="fake:2") as caught:
        open_index(make_embedder("fake:2"))
    assert "fake:1" in caught.value.message
    assert "--rebuild" in caught.value.hint


def test_its_identity_is_the_embedder_and_the_chunker(embedder: Any, make_embedder: Any) -> None:
    ingest(None, embedder=embedder)
    assert open_index(embedder).identity == identity_of(embedder) == identity_of(make_embedder())
    assert identity_of(embedder) != identity_of(make_embedder("fake:2"))
    assert "chunks-" in identity_of(embedder)


def test_it_is_built_with_an_embedder_once_it_has_ingested(embedder: Any, make_embedder: Any) -> None:
    assert not built_with(embedder)
    ingest(None, embedder=embedder)
    assert built_with(embedder)
    assert not built_with(make_embedder("fake:2"))


def test_chunks_come_by_source_and_line_and_by_id(embedder: Any) -> None:
    ingest(None, embedder=embedder)
    index = open_index(embedder)
    chunks = index.chunks()
    assert chunks == sorted(chunks, key=lambda p: (p.source, p.lines))
    first, second = chunks[:2]
    assert index.get([second.id, "unknown", first.id]) == [second, first]


def test_the_nearest_come_first_with_their_cosine(embedder: Any) -> None:
    ingest(None, embedder=embedder)
    index = open_index(embedder)
    page = next(p for p in index.chunks() if p.heading == "RND")
    found = index.dense(embedder.embed_query(f"{page.heading}\n{page.text}"), 3)
    assert found[0] == (page.id, pytest.approx(1.0, abs=1e-4))
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert all(-1.0 <= score <= 1.0 + 1e-4 for _, score in found)
    assert len(index.dense(embedder.embed_query("x"), 99)) == len(index.chunks()), "fewer than were asked for"


def test_a_manifest_damaged_within_is_named(embedder: Any, shipped: Path) -> None:
    for number in range(200):
        (shipped / "corpus" / f"{number}.md").write_text(f"# Page {number}\n\n" + "words " * 100)
    ingest(None, embedder=embedder)
    path = paths.index_dir() / "manifest.sqlite"
    whole = path.read_bytes()
    path.write_bytes(whole[:20_000] + b"\x7f" * (len(whole) - 20_000))
    with pytest.raises(FileProblem, match=r"manifest\.sqlite.*malformed") as caught:
        open_index(embedder)
    assert caught.value.hint.startswith("Delete the folder")


@pytest.mark.parametrize("change", ["edited", "same size", "gone", "another kind"])
def test_a_file_that_is_not_what_was_ingested_is_not_current(embedder: Any, shipped: Path, change: str) -> None:
    ingest(None, embedder=embedder)
    index, path = open_index(embedder), shipped / "corpus" / "rnd.md"
    assert index.is_current("corpus/rnd.md")
    text = path.read_text()
    path.unlink()
    if change == "edited":
        path.write_text(f"{text}More.\n")
    elif change == "same size":
        path.write_text(text.upper())
    elif change == "another kind":
        os.mkfifo(path)
    assert not index.is_current("corpus/rnd.md")
    assert index.is_current("corpus/agents/ppo.md")


def test_a_file_that_was_only_touched_is_current_and_an_unknown_one_is_not(embedder: Any, shipped: Path) -> None:
    ingest(None, embedder=embedder)
    os.utime(shipped / "corpus" / "rnd.md", ns=(1, 1))
    assert open_index(embedder).is_current("corpus/rnd.md")
    assert not open_index(embedder).is_current("corpus/unknown.md")


def test_an_edited_file_is_current_again_after_an_ingestion(embedder: Any, shipped: Path) -> None:
    ingest(None, embedder=embedder)
    index = open_index(embedder)
    (shipped / "corpus" / "rnd.md").write_text("# RND\n\nEdited.\n")
    assert not index.is_current("corpus/rnd.md")
    ingest(None, embedder=embedder)
    assert index.refresh()
    assert index.is_current("corpus/rnd.md")


def test_it_follows_an_ingestion_in_the_same_process(embedder: Any, shipped: Path) -> None:
    ingest(None, embedder=embedder)
    index = open_index(embedder)
    index.dense(embedder.embed_query("x"), 1)
    assert not index.refresh()
    (shipped / "corpus" / "new.md").write_text("# New\n\nA page about sourdough.\n")
    ingest(None, embedder=embedder)
    assert index.refresh()
    assert not index.refresh()
    found = index.get([i for i, _ in index.dense(embedder.embed_query("New A page about sourdough"), 1)])
    assert [p.source for p in found] == ["corpus/new.md"]


OTHER = """
import importlib.util, sys
from pathlib import Path
from copilot.core import paths
from copilot.knowledge import ingest
spec = importlib.util.spec_from_file_location("fake", sys.argv[1])
fake = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fake)
paths.project_root = lambda: Path(sys.argv[2])
print(ingest(None, embedder=fake.FakeEmbedder()).added)
"""


def test_it_follows_an_ingestion_of_another_process(embedder: Any, shipped: Path) -> None:
    ingest(None, embedder=embedder)
    index = open_index(embedder)
    index.dense(embedder.embed_query("x"), 1)
    (shipped / "corpus" / "new.md").write_text("# New\n\nA page about sourdough.\n")
    fake = Path(__file__).with_name("conftest.py")
    done = subprocess.run(
        [sys.executable, "-c", OTHER, str(fake), str(shipped)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout == "1\n", done.stderr
    assert index.refresh()
    found = index.get([i for i, _ in index.dense(embedder.embed_query("New A page about sourdough"), 1)])
    assert [p.source for p in found] == ["corpus/new.md"]


def test_it_notices_that_another_embedder_took_over(embedder: Any, make_embedder: Any) -> None:
    ingest(None, embedder=embedder)
    index = open_index(embedder)
    ingest(None, embedder=make_embedder("fake:2"), rebuild="if-needed")
    with pytest.raises(IndexMismatch):
        index.refresh()


def test_the_similarity_of_each_unit_is_that_of_its_own_text(embedder: Any, shipped: Path) -> None:
    (shipped / "corpus" / "two.md").write_text("# Two\n\nGnus eat grass in herds. Bananas are yellow fruits.\n")
    ingest(None, embedder=embedder)
    index = open_index(embedder)
    [two] = [passage for passage in index.chunks() if passage.source.endswith("two.md")]
    [[grass, bananas]] = index.similarities(embedder.embed_query("Two\nBananas are yellow fruits."), [two])
    assert bananas == pytest.approx(1.0, abs=1e-5)
    assert grass < 0.9
