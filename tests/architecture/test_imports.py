"""Slow or foreign modules are not loaded where they must not be: proved in a fresh process on `sys.modules`."""

import subprocess
import sys

import pytest

HEAVY = ["torch", "rllte", "transformers", "textual", "chromadb", "langchain_core", "langchain_openai", "onnxruntime"]
FOREIGN = ["torch", "rllte", "transformers", "textual"]

CASES = {
    "import copilot.cli": HEAVY,
    "import copilot.cli.commands": HEAVY,
    "import copilot.models": FOREIGN,
    "import copilot.models.embedder": FOREIGN,
    "import copilot.models.embedding_server": FOREIGN,
    "import copilot.models.reranking_server": HEAVY,
    "import copilot.models.sentence": [*FOREIGN, "sentence_transformers"],
    "import copilot.knowledge": FOREIGN,
    "import copilot.retrieval": FOREIGN,
    "import copilot.history": FOREIGN,
    "import copilot.codegen": FOREIGN,
    "import copilot.experiments": HEAVY,
    "import copilot.assistant.suggest": HEAVY,
    "import copilot.codegen.symbols": [*FOREIGN, "gymnasium", "numpy"],
    "import copilot.sandbox": FOREIGN,
    "import copilot.assistant.assistant": [*FOREIGN, "copilot.codegen"],
    "import copilot.tui.app": ["torch", "rllte", "transformers"],
    "import rllte.cli": ["torch", "gymnasium"],
    "import rllte.evaluation": ["torch", "gymnasium", "matplotlib", "scipy"],
}


@pytest.mark.parametrize("statement", CASES)
def test_what_a_module_must_not_load(statement: str) -> None:
    forbidden = CASES[statement]
    code = f"{statement}; import sys; print(*[m for m in {forbidden} if m in sys.modules])"
    leaked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not leaked, f"{statement!r} loads {leaked}"


def test_help_is_light() -> None:
    code = (
        "import sys; sys.argv = ['rllte-copilot', '--help']\n"
        "try:\n    from copilot.cli import main; main()\n"
        "except SystemExit as leave:\n    assert not leave.code\n"
        f"print(*[m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "ask" in done.stdout
    assert not done.stderr.split()


def test_every_module_can_be_imported() -> None:
    """What a merge of two changes breaks first, and no test of either sees."""
    script = (
        "import importlib, pkgutil, copilot\n"
        "for found in pkgutil.walk_packages(copilot.__path__, 'copilot.'):\n"
        "    if not found.name.endswith('__main__'):\n"
        "        importlib.import_module(found.name)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
