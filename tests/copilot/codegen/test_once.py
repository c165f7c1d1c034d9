"""What is worked out of a catalogue is worked out once for each."""

from dataclasses import replace

from copilot.codegen.once import once
from copilot.core.catalogue import Catalogue, load_catalogue


def test_once_for_each_catalogue() -> None:
    calls: list[Catalogue] = []

    @once
    def count(catalogue: Catalogue) -> int:
        calls.append(catalogue)
        return len(calls)

    first = load_catalogue()
    other = replace(first, rllte_version="0")
    assert [count(first), count(first), count(other), count(first)] == [1, 1, 2, 1]
