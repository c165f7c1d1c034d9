"""Distributions and noises: each passes its suite and its known answers, and another than what was asked fails."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copilot.codegen.authoring import render
from copilot.codegen.authoring.distribution.render import discrete
from copilot.codegen.authoring.spec import Distribution, ModuleSpec
from copilot.core.catalogue import load_catalogue

_PLANS: tuple[dict[str, Any], ...] = (
    {"of": "temperature", "schedule": "exponential(2.0, 0.5, 1000)"}, {"of": "top_k", "k": 3}, {"of": "top_p", "share": 0.9},
    {"of": "min_p", "share": 0.1}, {"of": "masked", "only": [0, 3]}, {"of": "rank", "amount": 1.0},
    {"of": "mellowmax", "amount": 5.0}, {"of": "sparsemax"}, {"of": "epsilon", "schedule": "linear(1.0, 0.05, 1000)"},
    {"of": "max_boltzmann", "share": 0.2, "temperature": 0.5}, {"of": "ez_greedy", "share": 0.05, "k": 100}, {"of": "ucb"},
    {"of": "sticky", "share": 0.25}, {"of": "kumaraswamy"}, {"of": "truncated_gaussian"}, {"of": "censored_gaussian"},
    {"of": "logistic_normal"}, {"of": "cauchy"}, {"of": "logistic"}, {"of": "bang_bang"}, {"of": "student", "k": 3},
    {"of": "contaminated", "share": 0.1, "amount": 3.0}, {"of": "von_mises", "low": 0.1}, {"of": "binned_gaussian", "k": 11},
    {"of": "beta", "raw": "softplus", "acts": "mean"}, {"of": "noise", "noise": "cauchy", "amount": 0.05, "clip": 2.0},
    {"of": "noise", "noise": "student", "amount": 0.1}, {"of": "noise", "noise": "bang", "amount": 0.2},
    {"of": "noise", "time": "ou", "amount": 0.3}, {"of": "noise", "time": "ar", "amount": 0.3, "correlation": 0.8},
    {"of": "noise", "time": "coloured", "amount": 0.3, "length": 200},
    {"of": "noise", "time": "hold", "amount": 0.3, "k": 5},
    {"of": "noise", "amount": 0.3, "share": 0.1}, {"of": "noise", "amount": 0.1, "random": 0.2},
    {"of": "noise", "amount": 0.1, "start": 500}, {"of": "noise", "amount": 0.3, "decay": 0.99, "floor": 0.05},
    {"of": "noise", "each": [0.1, 0.2, 0.3]}, {"of": "noise", "schedule": "exponential(0.5, 0.05, 1000)"},
)  # fmt: skip


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder from which modules are imported, and forgotten afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def _suite(plan: dict[str, Any], folder: Path, change: tuple[str, str] = ("", "")) -> Any:
    body = Distribution(**plan)
    env_id = "CartPole-v1" if discrete(body) else "Pendulum-v1"
    spec = ModuleSpec(name="Own", env_id=env_id, agent="PPO", primitive="distribution", body=body)
    sources = render(spec, load_catalogue())
    assert change[0] in sources.module
    (folder / "own.py").write_text(sources.module.replace(*change) if change[0] else sources.module)
    (folder / "test_own.py").write_text(sources.test)
    assert max(map(len, [*sources.module.splitlines(), *sources.test.splitlines()])) <= 120
    return importlib.import_module("test_own").TestOwn


@pytest.mark.parametrize("plan", _PLANS, ids=str)
def test_each_passes_its_suite_and_its_known_answers(plan: dict[str, Any], beside: Path) -> None:
    suite = _suite(plan, beside)
    tests = [test for test in dir(suite) if test.startswith("test_")]
    assert [test for test in tests if test.startswith("test_asked_")] or plan["of"] == "noise"
    for test in tests:
        getattr(suite(), test)()


@pytest.mark.parametrize(
    ("plan", "change"),
    [
        ({"of": "top_p", "share": 0.9}, ("share: float = 0.9", "share: float = 0.5")),
        (
            {"of": "max_boltzmann", "share": 0.2, "temperature": 0.5},
            ("temperature: float = 0.5", "temperature: float = 2.0"),
        ),
        ({"of": "sticky", "share": 0.25}, ("share: float = 0.25", "share: float = 0.6")),
        ({"of": "ucb"}, ('float("inf")', "0.0")),
        ({"of": "beta", "raw": "softplus", "acts": "mean"}, ("self.beta.mean - 1.0", "self.beta.mode - 1.0")),
        (
            {"of": "noise", "time": "ar", "amount": 0.3, "correlation": 0.8},
            ("correlation: float = 0.8", "correlation: float = 0.2"),
        ),
        ({"of": "noise", "time": "hold", "amount": 0.3, "k": 5}, ("steps: int = 5", "steps: int = 4")),
        ({"of": "noise", "noise": "cauchy", "amount": 0.05, "clip": 2.0}, (".clamp(-self.bound, self.bound)", "")),
        ({"of": "noise", "amount": 0.3, "decay": 0.9}, ("decay: float = 0.9", "decay: float = 0.99")),
    ],
    ids=str,
)
def test_another_than_what_was_asked_fails(plan: dict[str, Any], change: tuple[str, str], beside: Path) -> None:
    suite = _suite(plan, beside, change)
    failed = 0
    for test in (test for test in dir(suite) if test.startswith("test_asked_")):
        try:
            getattr(suite(), test)()
        except AssertionError:
            failed += 1
    assert failed
