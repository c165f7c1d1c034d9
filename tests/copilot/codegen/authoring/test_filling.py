"""The model may state a field of a plan, with words of the request as evidence; anything else is not believed."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen.authoring import design
from copilot.codegen.authoring.filling import fill, schema
from copilot.codegen.authoring.spec import Design
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError
from copilot.models.scripted import ScriptedChat


class FakeChat(ScriptedChat):
    """Answers with these entries, or fails."""

    def __init__(self, *entries: Any, error: Exception | None = None) -> None:
        super().__init__()
        self.entries, self.error = list(entries), error

    def complete_json(self, messages: Any, schema: dict[str, Any], *, max_tokens: int) -> dict[str, Any]:
        if self.error:
            raise self.error
        return {"fields": self.entries}


def plan() -> Design:
    found = design("an intrinsic reward that counts hashed observations", load_catalogue(), model=False)
    return Design(spec=found.spec, notes=found.notes, unread=["memory worth 300 entries"])


def test_a_number_is_parsed_from_the_quote() -> None:
    found = fill(plan(), FakeChat({"quote": "memory worth 300", "field": "memory", "value": "17"}))
    assert found.spec.body.memory == 300  # type: ignore[union-attr]
    assert found.unread == ["entries"]
    assert any("language model read memory = 300" in note for note in found.notes)


@pytest.mark.parametrize(
    "entry",
    [
        {"quote": "memory worth 900", "field": "memory", "value": "900"},
        {"quote": "worth 300", "field": "beta", "value": "300"},
        {"quote": "memory worth", "field": "memory", "value": "300"},
        {"quote": "memory worth 300", "field": "table", "value": "300"},
        "nothing",
        {"quote": 3, "field": "memory", "value": "300"},
    ],
)
def test_an_entry_without_evidence_counts_for_nothing(entry: Any) -> None:
    before = plan()
    assert fill(before, FakeChat(entry)) == before


@pytest.mark.parametrize("error", [CopilotError("down"), ValueError("odd")])
def test_a_model_that_fails_changes_nothing(error: Exception) -> None:
    found = fill(plan(), FakeChat(error=error))
    assert found.spec == plan().spec
    assert "only what code could read is planned" in found.notes[-1]


def test_a_plan_without_unread_words_asks_nobody() -> None:
    whole = plan().model_copy(update={"unread": []})
    assert fill(whole, FakeChat(error=ValueError("asked"))) == whole


def test_fields_are_an_enumeration() -> None:
    entry = schema(["memory"])["properties"]["fields"]["items"]
    assert entry["properties"]["field"]["enum"] == ["memory"]
