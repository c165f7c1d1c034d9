"""The engine's process knows whether its state still names it, and bounds the memory of what it has read."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from copilot.models import engine, profiles, pull, server


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": 1}'])
def test_a_state_that_another_engine_wrote_is_not_ours(tmp_path: Path, text: str) -> None:
    path = tmp_path / "engine-x.json"
    assert not server._ours(path)
    path.write_text(text)
    assert not server._ours(path)
    path.write_text(json.dumps({"pid": os.getpid()}))
    assert server._ours(path)


def test_prompts_that_were_read_before_have_a_bound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The engine's own bound is 8 GiB: after some hundred questions it held more than a laptop has."""
    started: list[Any] = []

    class FakeServer:
        listening_address = "http://127.0.0.1:7"

        def __init__(self, params: Any) -> None:
            started.append(params)

    def params() -> SimpleNamespace:
        return SimpleNamespace(model=SimpleNamespace(), cpuparams=SimpleNamespace(), cpuparams_batch=SimpleNamespace())

    monkeypatch.setitem(sys.modules, "xllamacpp", SimpleNamespace(CommonParams=params, Server=FakeServer))
    monkeypatch.setattr(pull, "require", lambda profile: tmp_path / "weights.gguf")
    given = argparse.Namespace(context=512, threads=2, port=0)
    assert server._embedded(given, profiles.get("smollm2-135m"), "key")[1] == 7
    assert started[0].cache_ram_mib == engine.PROMPT_CACHE_MIB <= 1024
