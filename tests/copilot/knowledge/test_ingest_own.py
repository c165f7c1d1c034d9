"""The user's own files and folders: added, remembered, forgotten; what cannot be read is said, and cited no longer."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from copilot.core.errors import InvalidRequest
from copilot.core.types import IngestReport
from copilot.knowledge import files, ingest, open_index
from copilot.knowledge.chunk import parts
from copilot.knowledge.index import open_store

SHIPPED = {"corpus/agents/ppo.md", "corpus/rnd.md", "rllte/sac.py"}


def sources(embedder: Any) -> set[str]:
    return {passage.source for passage in open_index(embedder).chunks()}


def in_step(embedder: Any) -> None:
    """Manifest and vectors hold the same texts."""
    index = open_index(embedder)
    assert set(index._vectors._store.get()["ids"]) == {key for passage in index.chunks() for key in parts(passage)}


def test_the_users_files_are_remembered_until_they_are_removed(embedder: Any, tmp_path: Path) -> None:
    folder, single = tmp_path / "notes", tmp_path / "single.txt"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "a.md").write_text("# A\n\nabout a\n")
    (folder / "b.PY").write_text("x = 1\n")
    (folder / "c.csv").write_text("1,2\n")
    for hidden in (".git", "__pycache__"):
        (folder / hidden).mkdir()
        (folder / hidden / "d.md").write_text("hidden\n")
    single.write_text("a single file\n")
    assert ingest([folder, single], embedder=embedder).added == 3 + 3
    own = {str(folder / "deep" / "a.md"), str(folder / "b.PY"), str(single)}
    assert sources(embedder) == SHIPPED | own
    (folder / "later.md").write_text("later\n")
    assert ingest(None, embedder=embedder) == IngestReport(added=1, skipped=6)
    assert ingest(None, embedder=embedder, remove=[folder]).deleted == 3
    assert sources(embedder) == SHIPPED | {str(single)}
    assert ingest(None, embedder=embedder).added == 0, "what was removed does not come back"
    in_step(embedder)


def test_a_users_folder_that_vanished_is_emptied(embedder: Any, tmp_path: Path) -> None:
    own = tmp_path / "notes.md"
    own.write_text("mine\n")
    ingest([own], embedder=embedder)
    own.unlink()
    assert ingest(None, embedder=embedder).deleted == 1


def test_a_file_that_cannot_be_read_any_more_is_forgotten_and_said(embedder: Any, tmp_path: Path) -> None:
    own = tmp_path / "notes.md"
    own.write_text("# Gnu\n\nmine\n")
    ingest([own], embedder=embedder)
    own.write_bytes(b"\xff\xfa")
    report = ingest(None, embedder=embedder)
    assert (report.deleted, report.skipped) == (1, 3)
    assert [failed.reason for failed in report.failed] == ["not UTF-8 text; what it held before is forgotten"]
    assert sources(embedder) == SHIPPED
    in_step(embedder)
    assert [failed.reason for failed in ingest(None, embedder=embedder).failed] == ["not UTF-8 text"]


def test_a_file_without_the_right_to_read_it_is_forgotten(
    embedder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its time and size are as they were; as root, rights have to be taken by other means."""
    own = tmp_path / "notes.md"
    own.write_text("mine\n")
    ingest([own], embedder=embedder)

    def refused(path: Path, largest: int) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != own)
    monkeypatch.setattr(files, "content", refused)
    report = ingest(None, embedder=embedder)
    assert [failed.reason for failed in report.failed] == ["Permission denied; what it held before is forgotten"]
    assert sources(embedder) == SHIPPED


@pytest.mark.parametrize("kind", ["empty folder", "folder of others", "picture", "pipe"])
def test_what_holds_nothing_to_read_is_not_remembered(embedder: Any, tmp_path: Path, kind: str) -> None:
    own = tmp_path / "own.png"
    if kind == "picture":
        own.write_bytes(b"\x89PNG")
    elif kind == "pipe":
        own = tmp_path / "pipe.md"
        os.mkfifo(own)
    else:
        own.mkdir()
    if kind == "folder of others":
        (own / "image.png").write_bytes(b"\x89PNG")
    report = ingest([own], embedder=embedder)
    assert report.added == 3
    assert [failed.path for failed in report.failed] == [str(own)]
    assert ".md, .markdown, .txt, .py, .ipynb, .pdf, .html, .htm" in report.failed[0].reason
    assert open_store().roots() == []


def test_what_ships_is_not_indexed_twice(embedder: Any, shipped: Path) -> None:
    report = ingest([shipped / "corpus" / "agents", shipped / "rllte" / "sac.py"], embedder=embedder)
    assert report.added == 3
    assert {failed.reason for failed in report.failed} == {"it ships with rllte-copilot, which reads it already"}
    (shipped / "README.md").write_text("mine\n")
    assert ingest([shipped], embedder=embedder).added == 1, "a folder around it is the user's, what ships in it is not"
    assert sources(embedder) == SHIPPED | {str(shipped / "README.md")}
    in_step(embedder)


def test_forgetting_what_was_never_added_is_refused(embedder: Any, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="never added") as caught:
        ingest(None, embedder=embedder, remove=[tmp_path / "notes"])
    assert caught.value.hint == "Nothing of yours has been added."
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.md").write_text("a\n")
    ingest([folder], embedder=embedder)
    for path, hint in {
        tmp_path / "note": f"Did you mean {folder}?",
        folder / "a.md": f"It is part of {folder}: rllte-copilot ingest --remove {folder}",
        Path("/elsewhere"): f"Added are: {folder}.",
    }.items():
        with pytest.raises(InvalidRequest, match="never added") as caught:
            ingest(None, embedder=embedder, remove=[path])
        assert caught.value.hint == hint
    assert str(folder / "a.md") in sources(embedder), "nothing was changed"


def test_a_refused_path_does_not_cost_the_index(embedder: Any, tmp_path: Path) -> None:
    ingest(None, embedder=embedder)
    for paths_given in ({"targets": [tmp_path / "absent"]}, {"targets": None, "remove": [tmp_path / "absent"]}):
        with pytest.raises(InvalidRequest):
            ingest(**paths_given, embedder=embedder, rebuild=True)
    assert sources(embedder) == SHIPPED


def test_a_home_that_does_not_exist_is_refused(embedder: Any) -> None:
    with pytest.raises(InvalidRequest, match="nobody-of-that-name"):
        ingest([Path("~nobody-of-that-name/notes.md")], embedder=embedder)


def test_a_users_script_is_read_whole_and_the_librarys_by_its_symbols(
    embedder: Any, shipped: Path, tmp_path: Path
) -> None:
    text = '"""Trains."""\n\nlr = 3e-4\n\n\ndef quokka(x):\n    return x * lr\n'
    (shipped / "rllte" / "quokka.py").write_text(text)
    ingest(None, embedder=embedder)
    own = tmp_path / "quokka.py"
    own.write_text(text)
    ingest([own], embedder=embedder)
    found = {passage.text for passage in open_index(embedder).chunks() if passage.source == str(own)}
    assert found == {'"""Trains."""', "lr = 3e-4", "def quokka(x):\n    return x * lr"}, (
        "a file with the same content is no twin"
    )
    found = {passage.text for passage in open_index(embedder).chunks() if passage.source == "rllte/quokka.py"}
    assert found == {'"""Trains."""', "def quokka(x):"}


def test_a_script_that_python_cannot_parse_is_read_as_text(embedder: Any, tmp_path: Path) -> None:
    own = tmp_path / "broken.py"
    own.write_text("def quokka(:\n    print 1\n")
    assert ingest([own], embedder=embedder).failed == []
    assert str(own) in sources(embedder)


def test_home_is_expanded(embedder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "notes.md").write_text("mine\n")
    ingest([Path("~/notes.md")], embedder=embedder)
    assert str(tmp_path / "notes.md") in sources(embedder)


def test_a_missing_path_adds_nothing(embedder: Any, tmp_path: Path) -> None:
    present = tmp_path / "present.md"
    present.write_text("here\n")
    with pytest.raises(InvalidRequest, match=r"absent\.md") as caught:
        ingest([present, tmp_path / "absent.md"], embedder=embedder)
    assert "path" in caught.value.hint
    ingest(None, embedder=embedder)
    assert sources(embedder) == SHIPPED


def test_files_that_cannot_be_read_are_reported_and_the_rest_goes_on(embedder: Any, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "latin.md").write_bytes("# Über\n\ntext\n".encode("latin-1"))
    (folder / "binary.py").write_bytes(b"x = 1\n\0")
    (folder / "large.txt").write_text("x" * 5_000_001)
    (folder / "windows.md").write_bytes(b"\xef\xbb\xbf# Mark\r\n\r\nA byte order mark.\r\n")
    report = ingest([folder], embedder=embedder)
    assert report.added == 3 + 1
    assert {Path(failed.path).name: failed.reason for failed in report.failed} == {
        "binary.py": "binary, not text",
        "large.txt": "larger than 5 MB",
        "latin.md": "not UTF-8 text",
    }
    own = [p for p in open_index(embedder).chunks() if p.source.startswith(str(folder))]
    assert [(p.heading, p.lines, p.text) for p in own] == [("Mark", (3, 3), "A byte order mark.")]
    (folder / "latin.md").write_text("# Über\n\ntext\n")
    assert ingest(None, embedder=embedder).added == 1


def test_a_table_of_numbers_is_no_trouble(embedder: Any, tmp_path: Path) -> None:
    own = tmp_path / "numbers.py"
    own.write_text("NUMBERS = [\n" + "    1, 1, 2,\n" * 30 + "]\n")
    assert ingest([own], embedder=embedder).failed == []
    in_step(embedder)


NOT_TEXT = os.fsdecode(b"bad\xff\xfename.md")


def test_a_file_whose_name_is_not_text_is_left_out_and_the_rest_goes_on(embedder: Any, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / NOT_TEXT).write_text("lost\n")
    (folder / "good.md").write_text("kept\n")
    for added in (3 + 1, 0):
        report = ingest([folder], embedder=embedder)
        assert report.added == added
        assert [(failed.path, failed.reason) for failed in report.failed] == [
            (rf"{folder}/bad\xff\xfename.md", "its name is not text")
        ]
    assert sources(embedder) == SHIPPED | {str(folder / "good.md")}


def test_a_folder_with_nothing_else_says_what_it_leaves_out(embedder: Any, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / NOT_TEXT).write_text("lost\n")
    report = ingest([folder], embedder=embedder)
    assert [failed.path for failed in report.failed] == [str(folder), rf"{folder}/bad\xff\xfename.md"]


def test_a_path_that_is_not_text_is_refused_before_it_is_remembered(embedder: Any, tmp_path: Path) -> None:
    (tmp_path / NOT_TEXT).mkdir()
    (tmp_path / NOT_TEXT / "a.md").write_text("a\n")
    (tmp_path / "link.md").symlink_to(tmp_path / NOT_TEXT / "a.md")
    for path in (tmp_path / NOT_TEXT, tmp_path / NOT_TEXT / "a.md", tmp_path / "link.md"):
        with pytest.raises(InvalidRequest, match=r"bad\\xff\\xfename.md.* its name is not text"):
            ingest([path], embedder=embedder)
    assert open_store().roots() == []
    assert ingest(None, embedder=embedder).added == 3
