"""The mutation run of the sandbox would be worth nothing if its mutations no longer changed anything."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from evals.sandbox_mutations import CONTENT, MUTATIONS, PACKAGE, ROOT, Mutation, write


@pytest.mark.parametrize("mutation", [*MUTATIONS, Mutation("self-test", *CONTENT)], ids=lambda mutation: mutation.layer)
def test_each_mutation_is_one_place_and_still_python(mutation: Mutation) -> None:
    text = (ROOT / PACKAGE / mutation.file).read_text(encoding="utf-8")
    assert text.count(mutation.old) == 1
    ast.parse(text.replace(mutation.old, mutation.new))


def test_layers_have_names_of_their_own() -> None:
    assert len({mutation.layer for mutation in MUTATIONS}) == len(MUTATIONS)


def test_the_table_is_written_between_its_marks(tmp_path: Path) -> None:
    file = tmp_path / "table.md"
    file.write_text("before\n<!-- mutations -->\nfrom before\n<!-- end -->\nafter\n")
    write(file, [{"layer": "filter", "self-test": "holds", "red": ""}])
    text = file.read_text()
    assert "| filter | holds | `NONE` |" in text
    assert "from before" not in text
    assert text.startswith("before")
    assert text.endswith("after\n")
