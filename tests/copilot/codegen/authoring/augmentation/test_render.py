"""Augmentations: their known answers hold, and another than what was asked fails them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copilot.codegen.authoring import render
from copilot.codegen.authoring.spec import Augmentation, ModuleSpec
from copilot.core.catalogue import load_catalogue

_CASES: tuple[tuple[dict[str, Any], tuple[str, str]], ...] = (
    ({"op": "mask", "kwargs": {"share": 0.2}}, ("mask_share: float = 0.2", "mask_share: float = 0.4")),
    ({"op": "mask_some", "kwargs": {"count": 2}}, ("< self.mask_some_count", "<= self.mask_some_count")),
    ({"op": "noise", "kwargs": {"sigma": 0.1}, "but": [-2, -1]}, ("[-2, -1]", "[-1]")),
    ({"op": "noise", "each": [0.1, 0.2, 0.5]}, ("(0.1, 0.2, 0.5,)", "(0.5, 0.2, 0.1,)")),
    ({"op": "delay", "kwargs": {"parts": 4, "most": 2}}, ("delay_most: int = 2", "delay_most: int = 1")),
    ({"op": "exchange", "kwargs": {"share": 0.15}}, ("exchange_share: float = 0.15", "exchange_share: float = 0.5")),
    ({"op": "quantize", "kwargs": {"step": 0.05}}, ("quantize_step: float = 0.05", "quantize_step: float = 0.07")),
    ({"op": "frame_hold", "kwargs": {"share": 0.2}}, ("share: float = 0.2", "share: float = 0.6")),
    ({"op": "slide", "kwargs": {"down": 0, "across": 6}, "fill": "wrap"}, ("place % length", "place.clamp(0, length - 1)")),
    ({"op": "grid_mask", "kwargs": {"size": 16, "hole": 8}}, ("grid_mask_hole: int = 8", "grid_mask_hole: int = 12")),
    ({"op": "cutmix", "kwargs": {"min_cut": 12, "max_cut": 24}, "p": 0.4}, ("max_cut: int = 24", "max_cut: int = 30")),
    ({"op": "salt_pepper", "kwargs": {"share": 0.1, "white": 0.5}}, ("white: float = 0.5", "white: float = 1.0")),
)  # fmt: skip
_OF_IMAGES = {"frame_hold", "slide", "grid_mask", "cutmix", "salt_pepper"}


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder from which modules are imported, and forgotten afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def _failures(step: dict[str, Any], change: tuple[str, str] | None, folder: Path) -> tuple[int, int]:
    """How many of the known answers do not hold, and how many there are."""
    image = step["op"] in _OF_IMAGES
    body = Augmentation.model_validate({"observations": "image" if image else "vector", "steps": [step]})
    env_id = "Pong-v5" if image else "CartPole-v1"
    spec = ModuleSpec(name="Own", env_id=env_id, agent="DrAC", primitive="augmentation", body=body)
    sources = render(spec, load_catalogue())
    assert change is None or change[0] in sources.module
    (folder / "own.py").write_text(sources.module.replace(*change) if change else sources.module)
    (folder / "test_own.py").write_text(sources.test)
    suite = importlib.import_module("test_own").TestOwn
    tests = [test for test in dir(suite) if test.startswith("test_asked_")]
    failed = 0
    for test in tests:
        try:
            getattr(suite(), test)()
        except (AssertionError, TypeError):
            failed += 1
    return failed, len(tests)


@pytest.mark.parametrize("case", _CASES, ids=lambda case: str(case[0]["op"]))
def test_known_answers_hold(case: tuple[dict[str, Any], tuple[str, str]], beside: Path) -> None:
    failed, tests = _failures(case[0], None, beside)
    assert tests and not failed


@pytest.mark.parametrize("case", _CASES, ids=lambda case: str(case[0]["op"]))
def test_another_than_what_was_asked_fails(case: tuple[dict[str, Any], tuple[str, str]], beside: Path) -> None:
    failed, _ = _failures(*case, beside)
    assert failed
