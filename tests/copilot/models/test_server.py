"""The engine's process knows whether its state still names it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from copilot.models import server


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": 1}'])
def test_a_state_that_another_engine_wrote_is_not_ours(tmp_path: Path, text: str) -> None:
    path = tmp_path / "engine-x.json"
    assert not server._ours(path)
    path.write_text(text)
    assert not server._ours(path)
    path.write_text(json.dumps({"pid": os.getpid()}))
    assert server._ours(path)
