"""Why a run is as it is: the rules over its metrics, each with the pages of the corpus that say what is healthy."""

from __future__ import annotations

from copilot.assistant.run_facts import Record
from copilot.codegen import Spec
from copilot.core.catalogue import Catalogue
from copilot.core.types import Citation


def reasons(record: Record, spec: Spec | None, catalogue: Catalogue) -> list[tuple[str, list[Citation]]]:
    """What the rules see in a run, the worst first: a sentence with its numbers, and its sources."""
    return []
