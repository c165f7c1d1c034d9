"""Requests as people word them: all that each asks for is in its plan, and nothing is left unread."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copilot.codegen.authoring import design
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError

_LINES = (Path(__file__).parents[1] / "data" / "agents.jsonl").read_text(encoding="utf-8").splitlines()
_ROWS: list[dict[str, Any]] = [json.loads(line) for line in _LINES]


@pytest.mark.parametrize("row", _ROWS, ids=range(len(_ROWS)))
def test_a_request_has_its_plan(row: dict[str, Any]) -> None:
    found = design(row["request"], load_catalogue(), model=False)
    assert found.unread == []
    assert found.spec.body.model_dump(exclude_defaults=True, exclude_none=True) == row["plan"]


@pytest.mark.parametrize(
    "request_",
    [
        "PPO with a hyperbolic critic",
        "TD3 whose actor has an orthogonality penalty",
        "DQN with a curiosity-weighted replay of depth 7",
        "SAC, but the critics are trained on windows of 12 frames",
        "PPO with a trust region of 0.01",
    ],
)
def test_what_no_term_holds_is_said(request_: str) -> None:
    try:
        found = design(request_, load_catalogue(), model=False)
    except CopilotError:
        return
    assert found.unread
