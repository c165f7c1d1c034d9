"""The hash of a model's folder: of what is read, wherever it lies, taken anew when a file has changed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from copilot.core import paths
from copilot.core.errors import FileProblem
from copilot.models import content

FILES = {"config.json": "{}", "model.safetensors": "weights", "1_Pooling/config.json": "{}", "spiece.model": "pieces"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "model" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "model"


def test_the_same_files_elsewhere_have_the_same_hash(folder: Path, tmp_path: Path) -> None:
    before = content.digest(folder)
    assert len(before) == 64
    assert content.digest(Path(shutil.copytree(folder, tmp_path / "other"))) == before


@pytest.mark.parametrize("name", FILES)
def test_each_file_that_is_read_counts(folder: Path, name: str) -> None:
    before = content.digest(folder)
    (folder / name).write_text("changed")
    changed = content.digest(folder)
    assert changed != before
    (folder / name).unlink()
    assert content.digest(folder) not in {before, changed}


@pytest.mark.parametrize("name", ["README.md", content.MARKER, ".git/config.json", "onnx/model.bin", "tf_model.h5"])
def test_what_is_not_read_does_not_count(folder: Path, name: str) -> None:
    before = content.digest(folder)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("anything")
    assert content.digest(folder) == before


def test_a_file_is_hashed_again_only_when_it_has_changed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    of_file = content._of_file
    monkeypatch.setattr(content, "_of_file", lambda path: hashed.append(path.name) or of_file(path))
    before = content.digest(folder)
    assert len(hashed) == len(FILES)
    assert content.digest(folder) == before
    assert len(hashed) == len(FILES)
    weights = folder / "model.safetensors"
    weights.write_text("weighty")  # as long as before
    os.utime(weights, ns=(1, 1))
    assert content.digest(folder) != before
    assert hashed[len(FILES) :] == ["model.safetensors"]


def test_a_record_that_is_broken_counts_for_nothing(folder: Path) -> None:
    before = content.digest(folder)
    (record,) = paths.state_dir().glob("content-*.json")
    for text in ("[]", "{", '{"config.json": 3}'):
        record.write_text(text)
        assert content.digest(folder) == before


def test_a_file_that_cannot_be_read_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(content, "_of_file", refused)
    with pytest.raises(FileProblem, match="Permission denied"):
        content.digest(folder)
