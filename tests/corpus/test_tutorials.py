"""The code of the documentation runs: tutorials from top to bottom, the other pages' examples page by page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
WALKED = [*sorted(CORPUS.glob("tutorials/*.md")), CORPUS / "guides" / "getting-started.md"]
EXAMPLES = [page for page in sorted(CORPUS.rglob("*.md")) if page not in WALKED]
PARTS = {
    "how-to": [page for page in EXAMPLES if page.parent.name == "how-to"],
    "others": [page for page in EXAMPLES if page.parent.name != "how-to"],
}

RUNNER = """
import sys
from pathlib import Path
from types import ModuleType

for file in sys.argv[1:]:
    page = sys.modules["__main__"] = ModuleType("__main__")  # so that classes of the page can be pickled
    try:
        exec(compile(Path(file).read_text(encoding="utf-8"), file, "exec"), page.__dict__)
    except Exception as error:
        raise SystemExit(f"{file}: {type(error).__name__}: {error}")
"""


def code(page: Path) -> str:
    """The Python blocks of a page, joined in their order."""
    return "\n\n".join(re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S))


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Python on one thread in a folder of its own."""
    search = os.pathsep.join(filter(None, [str(CORPUS.parent), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": search},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.learning
@pytest.mark.parametrize("page", WALKED, ids=lambda page: page.stem)
def test_the_code_of_the_page_runs_in_order(page: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(code(page), encoding="utf-8")
    assert "import" in script.read_text(encoding="utf-8")
    done = run([str(script)], tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.learning
@pytest.mark.parametrize("part", PARTS)
def test_the_examples_of_the_other_pages_run(part: str, tmp_path: Path) -> None:
    """One process for many, since torch takes longer to load than an example to run; each page begins with no names."""
    files = []
    for page in PARTS[part]:
        if text := code(page):
            file = tmp_path / f"{page.parent.name}_{page.stem}.py".replace("-", "_")
            file.write_text(text, encoding="utf-8")
            files.append(str(file))
    assert len(files) > 10
    runner = tmp_path / "runner.py"
    runner.write_text(RUNNER, encoding="utf-8")
    done = run([str(runner), *files], tmp_path)
    assert done.returncode == 0, done.stderr
