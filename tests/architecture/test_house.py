"""The map of the house is true: ARCHITECTURE.md, the tree of the tests, and the words that the repository may hold."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def packages(top: str) -> set[str]:
    return {
        f"{top}/{path.name}"
        for path in (ROOT / top).iterdir()
        if path.is_dir() and (path / "__init__.py").exists() and not path.name.startswith("_")
    }


def test_the_map_names_every_folder_and_no_other() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:copilot|rllte)/\w+)/`", text))
    assert named == packages("copilot") | packages("rllte")


def test_the_map_fits_one_page() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 80


def test_tests_mirror_the_source() -> None:
    """tests/A/B/test_x.py or test_x_aspect.py speaks of A/B/x.py, of the package A/B/x/ or of the folder A/B itself."""
    strays = []
    for top in ("copilot", "rllte"):
        for test in (ROOT / "tests" / top).rglob("test_*.py"):
            inside = test.relative_to(ROOT / "tests").parent
            name = test.stem.removeprefix("test_")
            source = ROOT / inside
            subjects = {path.stem for path in source.glob("*")} | {source.name}
            if not any(name == subject or name.startswith(f"{subject}_") for subject in subjects):
                strays.append(str(test.relative_to(ROOT)))
    assert not strays, f"no source beside these tests: {strays}"


@pytest.mark.parametrize("pattern", [r"# type: ignore(?!\[)", r"except:\s*$", r"\bTODO\b|\bFIXME\b"])
def test_no_unexplained_debt(pattern: str) -> None:
    found = []
    for top in ("copilot", "rllte"):
        for path in (ROOT / top).rglob("*.py"):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if re.search(pattern, line):
                    found.append(f"{path.relative_to(ROOT)}:{number}")
    assert not found


def test_no_large_or_binary_weights_are_tracked() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [ROOT / name for name in listed.split("\0") if name]
    heavy = [str(f.relative_to(ROOT)) for f in files if f.is_file() and f.stat().st_size > 2_000_000]
    weights = [
        str(f.relative_to(ROOT)) for f in files if f.suffix in {".gguf", ".onnx", ".safetensors", ".pdf", ".pt", ".pth"}
    ]
    assert not heavy
    assert not weights


def test_tests_have_no_stopwatch() -> None:
    """How long something takes belongs into evals/; waiting for something up to a deadline is no measurement."""
    clocks = re.compile(r"\bperf_counter\b|\btimeit\b")
    others = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__).resolve()]
    assert not [str(path) for path in others if clocks.search(path.read_text(encoding="utf-8"))]
