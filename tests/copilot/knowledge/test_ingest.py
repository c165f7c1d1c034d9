"""Ingestion brings the index in line with the files: what changed, what vanished, and what a killed run left behind."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from chromadb import Collection
from chromadb.errors import InternalError

from copilot.core import paths
from copilot.core.errors import AlreadyRunning, DiskFull, FileProblem, IndexMismatch
from copilot.core.types import IngestReport, Passage
from copilot.knowledge import chunk, ingest, open_index
from copilot.knowledge.chunk import parts
from copilot.knowledge.store import Store
from copilot.knowledge.vectors import Vectors

SHIPPED = {"corpus/agents/ppo.md", "corpus/rnd.md", "rllte/sac.py"}


def sources(embedder: Any) -> set[str]:
    return {passage.source for passage in open_index(embedder).chunks()}


def nearest(embedder: Any, text: str, n: int = 1) -> list[Passage]:
    index = open_index(embedder)
    return index.get([identifier for identifier, _ in index.dense(embedder.embed_query(text), n)])


def in_step(embedder: Any) -> None:
    """Manifest and vectors hold the same texts."""
    index = open_index(embedder)
    assert set(index._vectors._store.get()["ids"]) == {key for passage in index.chunks() for key in parts(passage)}


def test_what_ships_is_added_and_found(embedder: Any) -> None:
    told: list[tuple[str, int, int]] = []
    report = ingest(None, embedder=embedder, progress=lambda *said: told.append(said))
    assert report == IngestReport(added=3)
    assert told == [("ingesting", done, 3) for done in (1, 2, 3)]
    assert sources(embedder) == SHIPPED
    assert nearest(embedder, "PPO clips the ratio")[0].source == "corpus/agents/ppo.md"
    in_step(embedder)


def test_a_heading_is_embedded_with_its_text(embedder: Any) -> None:
    ingest(None, embedder=embedder)
    assert "PPO\nIt clips the ratio." in embedder.embedded


def test_unchanged_files_are_neither_read_nor_embedded(embedder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(None, embedder=embedder)
    version = open_index(embedder).version
    embedder.embedded.clear()
    for name in ("add", "delete"):
        monkeypatch.setattr(Vectors, name, lambda *args: pytest.fail("nothing is written"))
    assert ingest(None, embedder=embedder) == IngestReport(skipped=3)
    assert embedder.embedded == []
    assert open_index(embedder).version == version


def test_a_file_that_was_only_touched_is_unchanged(embedder: Any, shipped: Path) -> None:
    ingest(None, embedder=embedder)
    os.utime(shipped / "corpus" / "rnd.md", ns=(1, 1))
    assert ingest(None, embedder=embedder) == IngestReport(skipped=3)


def test_a_changed_file_is_embedded_anew_and_its_old_chunks_are_gone(embedder: Any, shipped: Path) -> None:
    ingest(None, embedder=embedder)
    version = open_index(embedder).version
    embedder.embedded.clear()
    (shipped / "corpus" / "rnd.md").write_text("# RND\n\nIt predicts a random network.\n")
    assert ingest(None, embedder=embedder) == IngestReport(updated=1, skipped=2)
    assert embedder.embedded == ["RND\nIt predicts a random network."]
    assert [p.text for p in open_index(embedder).chunks() if p.source == "corpus/rnd.md"] == [
        "It predicts a random network."
    ]
    assert open_index(embedder).version != version
    in_step(embedder)


def test_a_file_of_the_same_size_and_another_content_is_seen(embedder: Any, shipped: Path) -> None:
    ingest(None, embedder=embedder)
    path = shipped / "corpus" / "rnd.md"
    path.write_text(path.read_text().replace("novelty", "NOVELTY"))
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1))
    assert ingest(None, embedder=embedder).updated == 1


def test_a_vanished_file_is_removed(embedder: Any, shipped: Path) -> None:
    ingest(None, embedder=embedder)
    (shipped / "corpus" / "rnd.md").unlink()
    assert ingest(None, embedder=embedder) == IngestReport(skipped=2, deleted=1)
    assert sources(embedder) == SHIPPED - {"corpus/rnd.md"}
    in_step(embedder)


def test_another_embedder_is_refused_until_the_index_is_rebuilt(
    embedder: Any, make_embedder: Any, tmp_path: Path
) -> None:
    own = tmp_path / "notes.md"
    own.write_text("mine\n")
    ingest([own], embedder=embedder)
    other = make_embedder("fake:2")
    with pytest.raises(IndexMismatch, match="fake:1") as caught:
        ingest(None, embedder=other)
    assert caught.value.hint.endswith("rllte-copilot ingest --rebuild")
    assert other.embedded == []
    assert ingest(None, embedder=other, rebuild="if-needed") == IngestReport(added=4)
    assert sources(other) == SHIPPED | {str(own)}, "the user's files are remembered"
    in_step(other)
    with pytest.raises(IndexMismatch, match="fake:2"):
        open_index(embedder)


def test_another_chunker_is_another_index(embedder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(None, embedder=embedder)
    monkeypatch.setattr(chunk, "VERSION", "another")
    with pytest.raises(IndexMismatch, match="chunks-another"):
        ingest(None, embedder=embedder)
    assert ingest(None, embedder=embedder, rebuild="if-needed").added == 3


def test_a_rebuild_is_done_when_asked_and_not_when_it_is_not_needed(embedder: Any) -> None:
    ingest(None, embedder=embedder)
    assert ingest(None, embedder=embedder, rebuild="if-needed") == IngestReport(skipped=3)
    assert ingest(None, embedder=embedder, rebuild=True) == IngestReport(added=3)
    in_step(embedder)


@pytest.mark.parametrize("moment", ["before the vectors", "between vectors and manifest", "after deleting"])
def test_a_killed_run_is_taken_up_again(
    embedder: Any, shipped: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    ingest(None, embedder=embedder)
    (shipped / "corpus" / "rnd.md").write_text("# RND\n\nIt predicts a random network.\n")
    (shipped / "corpus" / "new.md").write_text("# New\n\nA new page.\n")

    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    owner, name = {
        "before the vectors": (Vectors, "add"),
        "between vectors and manifest": (Store, "put"),
        "after deleting": (type(embedder), "embed_documents"),
    }[moment]
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, killed)
        with pytest.raises(KeyboardInterrupt):
            ingest(None, embedder=embedder)
    half = open_index(embedder)
    known = {passage.id for passage in half.chunks()}
    assert {i for i, _ in half.dense(embedder.embed_query("a new page"), 9)} <= known, "leftovers are not shown"
    report = ingest(None, embedder=embedder)
    assert (report.added, report.updated, report.failed) == (1, 1, [])
    assert sources(embedder) == SHIPPED | {"corpus/new.md"}
    assert nearest(embedder, "RND It predicts a random network")[0].text == "It predicts a random network."
    in_step(embedder)


def test_a_second_ingestion_is_refused_while_one_runs(embedder: Any, make_embedder: Any) -> None:
    refused: list[AlreadyRunning] = []

    def another() -> None:
        with pytest.raises(AlreadyRunning, match="an ingestion") as caught:
            ingest(None, embedder=make_embedder())
        refused.append(caught.value)

    embedder.before = another
    assert ingest(None, embedder=embedder).added == 3
    assert len(refused) == 1
    embedder.before = lambda: None
    assert ingest(None, embedder=embedder) == IngestReport(skipped=3)


def test_a_full_disk_keeps_what_was_done(embedder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Vectors, texts: dict[str, str], vectors: list[list[float]]) -> None:
        if any("Soft actor-critic" in text for text in texts.values()):
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(self, texts, vectors)

    whole = Vectors.add
    with monkeypatch.context() as patch:
        patch.setattr(Vectors, "add", full)
        patch.setitem(ingest.__globals__, "BATCH", 1)  # each file is a batch of its own
        with pytest.raises(DiskFull, match="the files done so far are kept") as caught:
            ingest(None, embedder=embedder)
    assert "rllte-copilot ingest" in caught.value.hint
    assert sources(embedder) == SHIPPED - {"rllte/sac.py"}
    assert ingest(None, embedder=embedder) == IngestReport(added=1, skipped=2)


def test_a_manifest_that_cannot_grow_is_a_full_disk(
    embedder: Any, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small() -> Store:
        store = Store(paths.index_dir() / "manifest.sqlite")
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {pages + 1}")  # SQLite then says that the disk is full
        return store

    ingest(None, embedder=embedder)
    (shipped / "corpus" / "long.md").write_text("# Long\n\n" + "\n\n".join(f"Line {n}. " * 60 for n in range(60)))
    with monkeypatch.context() as patch:
        patch.setitem(ingest.__globals__, "open_store", small)
        with pytest.raises(DiskFull):
            ingest(None, embedder=embedder)
    assert sources(embedder) == SHIPPED
    assert ingest(None, embedder=embedder).added == 1
    in_step(embedder)


@pytest.mark.parametrize(("free", "error"), [(4096, DiskFull), (1 << 30, FileProblem)])
def test_a_failed_write_of_the_vectors_is_judged_by_the_space_left(
    embedder: Any, monkeypatch: pytest.MonkeyPatch, free: int, error: type[Exception]
) -> None:
    def failed(*args: object, **options: object) -> None:
        raise InternalError("Failed to apply logs to the metadata segment")

    monkeypatch.setattr(Collection, "upsert", failed)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1 << 30, (1 << 30) - free, free))
    with pytest.raises(error):
        ingest(None, embedder=embedder)


def test_a_rebuild_that_may_not_delete_the_vectors_keeps_the_index(
    embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    ingest(None, embedder=embedder)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", refused)
        with pytest.raises(FileProblem, match="Permission denied") as caught:
            ingest(None, embedder=embedder, rebuild=True)
    assert caught.value.hint.startswith("Give yourself the right to write in")
    assert sources(embedder) == SHIPPED


def test_the_index_is_private_in_a_folder_that_is_open(embedder: Any) -> None:
    paths.index_dir().chmod(0o755)
    mask = os.umask(0)
    try:
        ingest(None, embedder=embedder)
        index = open_index(embedder)
    finally:
        os.umask(mask)
    index.dense(embedder.embed_query("x"), 1)
    assert stat.S_IMODE((paths.index_dir() / "chroma").stat().st_mode) == 0o700
    files = [*paths.index_dir().glob("*.sqlite*"), *paths.index_dir().glob("chroma/*.sqlite3*")]
    assert {path.name for path in files} >= {"manifest.sqlite", "manifest.sqlite-wal", "chroma.sqlite3"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_another_fault_of_the_disk_is_named(embedder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Vectors, "add", broken)
    with pytest.raises(FileProblem, match="Input/output error"):
        ingest(None, embedder=embedder)


def test_lost_vectors_are_named_and_embedded_again(embedder: Any) -> None:
    ingest(None, embedder=embedder)
    shutil.rmtree(paths.index_dir() / "chroma")
    with pytest.raises(FileProblem, match=r"lost the vectors of (\d+) of its \1 chunks") as caught:
        open_index(embedder)
    assert caught.value.hint.endswith("rllte-copilot ingest")
    assert ingest(None, embedder=embedder) == IngestReport(updated=3)
    in_step(embedder)


def test_broken_vectors_are_named_and_built_anew(embedder: Any) -> None:
    ingest(None, embedder=embedder)
    (paths.index_dir() / "chroma" / "chroma.sqlite3").write_text("a letter, and not a database " * 100)
    for use in (lambda: open_index(embedder), lambda: ingest(None, embedder=embedder)):
        with pytest.raises(FileProblem, match="chroma") as caught:
            use()
        assert caught.value.hint.endswith("rllte-copilot ingest --rebuild")
    assert ingest(None, embedder=embedder, rebuild=True) == IngestReport(added=3)
    in_step(embedder)


def test_a_manifest_that_may_not_be_opened_is_not_to_be_deleted(embedder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*args: object) -> None:
        error = sqlite3.OperationalError("attempt to write a readonly database")
        error.sqlite_errorcode = sqlite3.SQLITE_READONLY_DIRECTORY
        raise error

    monkeypatch.setattr(Store, "__init__", refused)
    with pytest.raises(FileProblem, match="readonly") as caught:
        ingest(None, embedder=embedder)
    assert "right to write" in caught.value.hint
    assert "Delete" not in caught.value.hint


def test_a_manifest_that_is_no_database_is_named(embedder: Any) -> None:
    (paths.index_dir() / "manifest.sqlite").write_text("a letter, and not a database " * 100)
    with pytest.raises(FileProblem, match="not a database"):
        ingest(None, embedder=embedder)


def test_the_manifest_is_plain_sqlite(embedder: Any) -> None:
    ingest(None, embedder=embedder)
    with sqlite3.connect(paths.index_dir() / "manifest.sqlite") as db:
        assert db.execute("SELECT COUNT(*) FROM files").fetchone() == (3,)
