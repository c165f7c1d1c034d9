"""What comes from a run or a model is data: nothing of the copilot unpickles it, and one package alone runs it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

UNPICKLERS = {"pickle", "_pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}
STARTERS = {"subprocess", "multiprocessing", "runpy", "pty", "code", "codeop", "imp"}
STARTING_CALLS = {"exec", "eval", "__import__", "system", "popen", "import_module", "exec_module"}
STARTING_PREFIXES = ("execv", "execl", "spawnv", "spawnl", "posix_spawn")
MAY_START = {
    "copilot/knowledge/apart.py": "the reader of the user's PDFs and web pages, a module of the copilot",
    "copilot/codegen/symbols/build.py": "loads the installed libraries, in a process of its own",
    "copilot/codegen/symbols/describe.py": "evaluates their annotations, in the same process",
    "copilot/codegen/symbols/store.py": "that process, a module of the copilot",
    "copilot/models/engine.py": "the language model's server",
    "copilot/models/own_server.py": "a llama-server that the user names",
    "copilot/models/embedder.py": "the export of the embedder, a module of the copilot",
    "copilot/models/pull.py": "the downloader",
    "copilot/models/sentence.py": "the embedding process, a module of the copilot",
    "copilot/assistant/setup.py": "the system's package manager",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the copilot, by its path."""
    for path in sorted((ROOT / "copilot").rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """The first part of the name of each module that is imported, wherever in the text."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add((node.module or "").partition(".")[0])
    return names


def called(tree: ast.Module) -> set[str]:
    """The name of each call: alone, and after the name that stands before its last dot ("torch.load")."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                names.add(node.func.id)
            elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
                names.add(f"{node.func.value.id}.{node.func.attr}")
    return names


def unpickles(tree: ast.Module) -> set[str]:
    """What in a module makes objects of bytes."""
    found = imported(tree) & UNPICKLERS
    found |= called(tree) & {"torch.load", "th.load", "torch.jit.load"}
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            found.add("allow_pickle")
        if isinstance(node, ast.keyword) and node.arg == "weights_only":
            found.add("weights_only")  # torch.load under whatever name
    return found


def starts(tree: ast.Module) -> set[str]:
    """What in a module runs a program or a text."""
    found = imported(tree) & STARTERS
    for name in called(tree):
        owner, _, last = name.rpartition(".")
        if owner in {"", "os", "importlib", "builtins", "loader"} and (
            last in STARTING_CALLS or last.startswith(STARTING_PREFIXES)
        ):
            found.add(name)
    return found


@pytest.mark.case(18)
def test_nothing_unpickles() -> None:
    found = {path: names for path, tree in modules() if (names := unpickles(tree))}
    assert not found


@pytest.mark.case(82)
def test_nothing_else_starts_a_program() -> None:
    """Outside of the sandbox there is nothing that could run what a model wrote: these start what is named here alone."""
    found = {path: names for path, tree in modules() if (names := starts(tree))}
    outside = {path for path in found if not path.startswith("copilot/sandbox/")}
    assert outside == set(MAY_START)
    assert "copilot/sandbox/process.py" in found, "the control"


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "def f():\n  from joblib import load",
        "import torch\ntorch.load('x')",
        "import numpy as np\nnp.load('x', allow_pickle=True)",
    ],
)
def test_it_would_be_seen(text: str) -> None:
    assert unpickles(ast.parse(text))
    assert not unpickles(ast.parse("import json\njson.load(file)\nre.compile('x')\nmodel.eval()"))


@pytest.mark.parametrize("text", ["import subprocess", "import os\nos.system('x')", "exec(code)", "os.execvp('a', [])"])
def test_a_start_would_be_seen(text: str) -> None:
    assert starts(ast.parse(text))
    assert not starts(ast.parse("re.compile('x')\nmodel.eval()\nimport importlib.metadata"))
