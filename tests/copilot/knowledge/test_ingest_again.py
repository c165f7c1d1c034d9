"""Nothing is embedded twice: moved files, copies, edits; batches go over files, and each is whole or not there."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from copilot.core import paths
from copilot.core.types import IngestReport
from copilot.knowledge import ingest, open_index
from copilot.knowledge.apart import Apart
from copilot.knowledge.chunk import parts
from copilot.knowledge.index import open_store
from copilot.knowledge.store import Store
from copilot.knowledge.vectors import Vectors, ids_on_disk
from tests.copilot.knowledge.loaders.papers import paper


def pages(folder: Path, count: int, about: str = "gnus") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number:03}.md").write_text(f"# Page {number}\n\nThis one speaks of {about} and of {number}.\n")
    return folder


def in_step(embedder: Any) -> None:
    """Manifest and vectors hold the same chunks, each with the vector of its text."""
    index = open_index(embedder)
    texts = {key: text for passage in index.chunks() for key, text in parts(passage).items()}
    found = index._vectors._store._collection.get(include=["embeddings"])
    assert sorted(found["ids"]) == sorted(texts)
    for key, vector in zip(found["ids"], found["embeddings"], strict=True):
        assert list(vector) == pytest.approx(embedder._vector(texts[key]), abs=1e-5)


def test_a_moved_folder_costs_neither_reading_nor_embedding(
    embedder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pages(tmp_path / "own" / "before", 4)
    (before / "paper.pdf").write_bytes(paper())
    ingest([tmp_path / "own"], embedder=embedder)
    was = {(p.heading, p.text, p.lines, p.page) for p in open_index(embedder).chunks()}
    embedder.embedded.clear()
    before.rename(tmp_path / "own" / "after")
    with monkeypatch.context() as patch:
        patch.setattr(Apart, "read", lambda *args: pytest.fail("read again"))
        patch.setattr(Vectors, "__init__", lambda *args: pytest.fail("opened"))
        assert ingest(None, embedder=embedder) == IngestReport(added=5, skipped=3, deleted=5)
    assert embedder.embedded == []
    assert {(p.heading, p.text, p.lines, p.page) for p in open_index(embedder).chunks()} == was
    assert not any("before" in p.source for p in open_index(embedder).chunks())
    in_step(embedder)


def test_a_copy_and_a_file_of_another_kind_with_the_same_text(embedder: Any, tmp_path: Path) -> None:
    own = pages(tmp_path / "own", 1)
    ingest([own], embedder=embedder)
    embedder.embedded.clear()
    text = (own / "000.md").read_text()
    (own / "copy.md").write_text(text)
    (own / "copy.txt").write_text(text)
    ingest(None, embedder=embedder)
    assert embedder.embedded == ["\n" + text.rstrip()], "plain text has no heading: it is read anew"
    in_step(embedder)
    (own / "000.md").unlink()
    ingest(None, embedder=embedder)
    in_step(embedder)


def test_an_edit_embeds_only_what_it_changed(embedder: Any, tmp_path: Path) -> None:
    own = tmp_path / "own.md"
    own.write_text("# A\n\nabout a\n\n# B\n\nabout b\n\n# C\n\nabout c\n")
    ingest([own], embedder=embedder)
    embedder.embedded.clear()
    own.write_text("# New\n\nfirst\n\n# A\n\nabout a\n\n# B\n\nabout the b\n\n# C\n\nabout c\n")
    assert ingest(None, embedder=embedder) == IngestReport(updated=1, skipped=3)
    assert sorted(embedder.embedded) == ["B\nabout the b", "New\nfirst"]
    in_step(embedder)
    embedder.embedded.clear()
    own.write_text("# A\n\nabout a\n")
    ingest(None, embedder=embedder)
    assert embedder.embedded == []
    in_step(embedder)


def test_equal_chunks_of_one_run_are_embedded_once(embedder: Any, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for name in "abc":
        (own / f"{name}.md").write_text("# Licence\n\nDo what you like.\n")
    ingest([own], embedder=embedder)
    assert embedder.embedded.count("Licence\nDo what you like.") == 1
    in_step(embedder)


def test_chunks_of_equal_text_are_all_found(embedder: Any, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for name in "abc":
        (own / f"{name}.md").write_text("# Licence\n\nDo what you like.\n")
    ingest([own], embedder=embedder)
    index = open_index(embedder)
    near = index.dense(embedder.embed_query("Licence Do what you like"), 3)
    assert [Path(p.source).name for p in index.get([i for i, _ in near])] == ["a.md", "b.md", "c.md"]
    assert len({score for _, score in near}) == 1
    assert len(index.dense(embedder.embed_query("Licence Do what you like"), 2)) == 2
    (own / "b.md").unlink()
    ingest(None, embedder=embedder)
    in_step(embedder)


def test_batches_go_over_files_and_progress_counts_files(embedder: Any, tmp_path: Path) -> None:
    calls: list[int] = []
    embedder.before = lambda: calls.append(len(embedder.embedded))
    told: list[tuple[str, int, int]] = []
    ingest([pages(tmp_path / "own", 597)], embedder=embedder, progress=lambda *said: told.append(said))
    assert len(calls) == 3, "600 files, each with a chunk or two"
    assert told == [("ingesting", done, 600) for done in range(1, 601)]
    in_step(embedder)


def test_a_long_file_is_told_while_it_is_embedded(embedder: Any, tmp_path: Path) -> None:
    own = tmp_path / "long.md"
    own.write_text("".join(f"# Page {n}\n\nIt speaks of {n}.\n\n" for n in range(700)))
    told: list[tuple[str, int, int]] = []
    ingest([own], embedder=embedder, progress=lambda *said: told.append(said))
    assert [said for said in told if said[0] != "ingesting"][:2] == [
        ("embedding a long file", 256, 704),
        ("embedding a long file", 512, 704),
    ]


def test_what_a_killed_run_committed_is_seen_and_not_done_again(
    embedder: Any, make_embedder: Any, tmp_path: Path
) -> None:
    ingest(None, embedder=embedder)
    index = open_index(embedder)
    own = pages(tmp_path / "own", 600)
    other = make_embedder()

    def killed() -> None:
        if len(other.embedded) > 300:
            raise KeyboardInterrupt

    other.before = killed
    with pytest.raises(KeyboardInterrupt):
        ingest([own], embedder=other)
    assert index.refresh(), "an open index sees the batches that were done"
    assert len(index.chunks()) == 4 + 512
    other.before = lambda: None
    other.embedded.clear()
    assert ingest(None, embedder=other).added == 600 - 512
    assert len(other.embedded) == 600 - 512
    in_step(embedder)


KILLED = """
import importlib.util, sys, time
from pathlib import Path
from copilot.core import paths
from copilot.knowledge import ingest
spec = importlib.util.spec_from_file_location("fake", sys.argv[1])
fake = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fake)
paths.project_root = lambda: Path(sys.argv[2])
embedder = fake.FakeEmbedder()
def slowly():
    print("batch", flush=True)
    time.sleep(0.2)
embedder.before = slowly
ingest([Path(sys.argv[3])], embedder=embedder)
"""


def test_a_process_that_is_killed_loses_only_the_batch_in_hand(embedder: Any, shipped: Path, tmp_path: Path) -> None:
    own = pages(tmp_path / "own", 1000)
    fake = Path(__file__).with_name("conftest.py")
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(fake), str(shipped), str(own)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout is not None
    for _ in range(3):
        assert process.stdout.readline() == "batch\n"
    time.sleep(0.05)
    process.kill()
    process.wait()
    process.stdout.close()
    done = len(open_index(embedder).chunks())
    assert done >= 512, "the third batch was begun after two were done"
    report = ingest(None, embedder=embedder)
    assert report.added == 1003 - done + 1, "the module that ships has two chunks"
    assert report.failed == []
    in_step(embedder)


@pytest.mark.parametrize("moment", ["vectors", "manifest", "old vectors"])
def test_a_batch_is_whole_or_not_there(
    embedder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Killed at any place, every chunk that the manifest knows has its vector; leftovers go with the next run."""
    own = pages(tmp_path / "own", 5)
    ingest([own], embedder=embedder)
    pages(own, 5, about="okapis")

    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    owner, name = {"vectors": (Vectors, "add"), "manifest": (Store, "put"), "old vectors": (Vectors, "delete")}[moment]
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, killed)
        with pytest.raises(KeyboardInterrupt):
            ingest(None, embedder=embedder)
    assert open_index(embedder).missing() == []
    ingest(None, embedder=embedder)
    assert all("gnus" not in p.text for p in open_index(embedder).chunks())
    in_step(embedder)


def test_the_vectors_are_not_opened_where_nothing_changed(embedder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(None, embedder=embedder)
    folder = paths.index_dir() / "chroma"
    with closing(open_store()) as store:
        assert ids_on_disk(folder) == store.sources_by_digest().keys()
    monkeypatch.setattr(Vectors, "__init__", lambda *args: pytest.fail("opened"))
    assert ingest(None, embedder=embedder) == IngestReport(skipped=3)


def test_ids_on_disk_are_asked_of_chroma_where_they_cannot_be_read(tmp_path: Path) -> None:
    assert ids_on_disk(tmp_path) is None
    (tmp_path / "chroma.sqlite3").write_text("no database")
    assert ids_on_disk(tmp_path) is None


def test_a_manifest_of_an_older_form_keeps_the_users_folders(embedder: Any, tmp_path: Path) -> None:
    own = pages(tmp_path / "own", 2)
    with sqlite3.connect(paths.index_dir() / "manifest.sqlite") as db:
        db.execute("CREATE TABLE roots (path TEXT PRIMARY KEY)")
        db.execute("INSERT INTO roots VALUES (?)", (str(own),))
        db.execute("CREATE TABLE chunks (id TEXT PRIMARY KEY, source TEXT NOT NULL)")
        db.execute("INSERT INTO chunks VALUES ('a', 'b')")
    db.close()
    assert ingest(None, embedder=embedder, rebuild="if-needed").added == 3 + 2
    in_step(embedder)
