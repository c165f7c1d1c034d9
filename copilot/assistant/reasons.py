"""Why a run is as it is: the rules over its metrics, each with the pages of the corpus that say what is healthy."""

from __future__ import annotations

from copilot.assistant import finished
from copilot.assistant.run_facts import Record
from copilot.codegen import Spec
from copilot.codegen.suggest import diagnose, sources
from copilot.core.catalogue import Catalogue
from copilot.core.types import Citation


def reasons(record: Record, spec: Spec | None, catalogue: Catalogue) -> list[tuple[str, list[Citation]]]:
    """What the rules see in a run, the worst first: a sentence with its numbers, and its sources.

    Raises:
        CopilotError: the run has no metrics to read, or what it trained is not known.
    """
    runs = finished.of_folder(record.folder, spec)
    findings = diagnose.diagnose(runs, catalogue).findings
    return [(finding.evidence, sources.cite(finding.sources)) for finding in findings]
