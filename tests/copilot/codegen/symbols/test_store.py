"""The index is built once, by a process of its own; whatever is wrong with what lies there, it is built again."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import pytest

from copilot.codegen.symbols import problems, store
from copilot.core import paths
from copilot.core.errors import NotInstalled

FAULT = "import torch\ntorch.nowhere\n"


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A builder that is done at once; it notes each of its runs in the file that is returned."""
    notes = tmp_path / "notes"
    module = tmp_path / "fake_builder.py"
    module.write_text(
        "import sys, time, zipfile\n"
        f"open({str(notes)!r}, 'a').write('x')\n"
        "time.sleep(0.3)\n"
        "with zipfile.ZipFile(sys.argv[1], 'w') as out:\n"
        "    out.writestr('others.json', '{}')\n"
    )
    monkeypatch.setattr(store, "_BUILDER", "fake_builder")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    return notes


def test_it_is_built_once(stand_in: Path) -> None:
    first = store.index_file()
    assert first.is_relative_to(paths.cache_dir())
    assert store.index_file() == first
    assert stand_in.read_text() == "x"


def test_what_is_broken_is_built_again(stand_in: Path) -> None:
    file = store.index_file()
    file.write_bytes(file.read_bytes()[:-20])
    store._seen.clear()
    assert store.index_file() == file
    assert stand_in.read_text() == "xx"
    assert not list(file.parent.glob("*.partial"))


def test_of_two_processes_one_builds(stand_in: Path, tmp_path: Path) -> None:
    lines = ["from copilot.codegen.symbols import store", "store._BUILDER = 'fake_builder'"]
    code = "\n".join([*lines, "print(store.index_file().stat().st_size)"])
    search = os.pathsep.join([str(paths.project_root()), os.environ["PYTHONPATH"]])
    both = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": search})
        for _ in range(2)
    ]
    said = [process.communicate()[0] for process in both]
    assert said[0] == said[1] != b""
    assert stand_in.read_text() == "x"


def test_the_newest_few_are_kept(stand_in: Path) -> None:
    folder = paths.cache_dir() / "symbols"
    folder.mkdir()
    for number in range(8):
        (folder / f"{number}.zip").touch()
        os.utime(folder / f"{number}.zip", (number, number))
    file = store.index_file()
    assert {path.name for path in folder.glob("*.zip")} == {"5.zip", "6.zip", "7.zip", file.name}


def test_a_package_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", nowhere)
    store._key.cache_clear()
    with pytest.raises(NotInstalled, match=r"torch is not installed") as caught:
        store.index_file()
    assert "pip install" in caught.value.hint
    assert sys.executable in caught.value.hint


def test_a_package_that_does_not_load(stand_in: Path) -> None:
    (stand_in.parent / "fake_builder.py").write_text("raise OSError('libtorch.so: cannot open')")
    with pytest.raises(NotInstalled, match=r"libtorch\.so: cannot open"):
        store.index_file()
    assert not list((paths.cache_dir() / "symbols").glob("*.partial"))


@pytest.mark.usefixtures("symbols")
def test_what_is_removed_meanwhile_is_built_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = store.index_file()
    gone = tmp_path / "gone.zip"
    answers = iter([gone, file])
    monkeypatch.setattr(store, "index_file", lambda: next(answers))
    monkeypatch.setattr(store, "rebuilt", lambda: next(answers))
    assert problems(FAULT) == ["line 2: torch has no nowhere; nearest: where, argwhere"]


@pytest.mark.usefixtures("symbols")
def test_the_key_follows_the_librarys_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    store._key.cache_clear()
    before = store._key()
    (tmp_path / "rllte").mkdir()
    (tmp_path / "rllte" / "new.py").touch()
    monkeypatch.setattr(paths, "library_dir", lambda: tmp_path / "rllte")
    store._key.cache_clear()
    assert store._key() != before
    store._key.cache_clear()
