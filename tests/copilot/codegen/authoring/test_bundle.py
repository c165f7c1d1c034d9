"""A package runs as one file; what is no package stays what it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from copilot.codegen.authoring import design
from copilot.codegen.authoring.bundle import bundled
from copilot.core.catalogue import load_catalogue

MODULE = "class Counts:\n    beta = 0.5\n"
TRAIN = "import sys\n\nfrom hash_counts import Counts\n\nprint(Counts.beta, sys.argv[1:], __name__)\n"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    made = design("an intrinsic reward that counts hashed observations", load_catalogue(), model=False).spec
    folder = tmp_path / "package"
    folder.mkdir()
    spec = {**made.model_dump(mode="json"), "name": "HashCounts"}
    (folder / "plan.json").write_text(json.dumps({"spec": spec, "notes": []}), encoding="utf-8")
    (folder / "hash_counts.py").write_text(MODULE, encoding="utf-8")
    (folder / "train.py").write_text(TRAIN, encoding="utf-8")
    return folder


def test_a_package_runs_from_one_file(package: Path, tmp_path: Path) -> None:
    alone, box = tmp_path / "alone.py", tmp_path / "box"
    box.mkdir()
    alone.write_text(bundled(package / "train.py") or "", encoding="utf-8")
    command = [sys.executable, "-I", str(alone), "--seed", "3"]
    done = subprocess.run(command, cwd=box, capture_output=True, text=True, check=True, env={**os.environ})
    assert done.stdout == "0.5 ['--seed', '3'] __main__\n"


@pytest.mark.parametrize("gone", ["plan.json", "hash_counts.py"])
def test_without_its_plan_or_module_it_is_a_script_like_any_other(package: Path, gone: str) -> None:
    (package / gone).unlink()
    assert bundled(package / "train.py") is None


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"spec": 1}', '{"kind": "experiment"}', '{"kind": "module"}', "\x00"]
)
def test_a_plan_of_something_else_makes_no_package(package: Path, text: str) -> None:
    (package / "plan.json").write_text(text, encoding="utf-8")
    assert bundled(package / "train.py") is None
    assert bundled(package / "hash_counts.py") is None
