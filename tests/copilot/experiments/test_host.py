"""What is known of the machine, and how many runs it takes at once."""

from __future__ import annotations

import platform
from importlib import metadata

import pytest

from copilot.experiments import host
from tests.copilot.experiments.fakes import SPEC, VERSIONS


def test_versions_are_those_that_are_installed() -> None:
    found = host.versions()
    assert found["torch"] == metadata.version("torch")
    assert found["python"] == platform.python_version()
    assert list(found) == list(VERSIONS)


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "LIBRARIES", ("no-such-library",))
    assert host.versions()["no-such-library"] == "not installed"


@pytest.mark.parametrize(
    ("runs", "memory_mb", "gpu", "busy", "free_mb", "expected"),
    [
        (9, 4096, False, 0, 64_000, 8),
        (3, 4096, False, 0, 64_000, 3),
        (9, 4096, False, 0, 4_600, 3),
        (9, 300, False, 0, 1_300, 4),
        (9, 4096, False, 6, 64_000, 2),
        (9, 4096, False, 9, 64_000, 1),
        (9, 4096, False, 0, 100, 1),
        (9, 4096, True, 0, 64_000, 1),
        (9, 4096, False, 0, None, 8),
    ],
)
def test_as_many_at_once_as_cores_and_memory_allow(
    monkeypatch: pytest.MonkeyPatch, runs: int, memory_mb: int, gpu: bool, busy: int, free_mb: int | None, expected: int
) -> None:
    monkeypatch.setattr(host, "cores", lambda: 8)
    monkeypatch.setattr(host, "_meminfo", lambda key: free_mb)
    assert host.jobs(runs, memory_mb, gpu=gpu, busy=busy) == expected


def test_devices_are_those_of_all_plans() -> None:
    assert host.device(None) == host.device(SPEC) == ""
    assert host.device({"runs": {"a": {"device": "cpu"}, "b": {"device": "cuda"}}}) == "cpu, cuda"
    facts = host.facts({**SPEC, "device": "cuda"}, gpu=True)
    assert (facts["device"], facts["gpu"], facts["threads"]) == ("cuda", True, 1)
    assert host.facts(None, gpu=False)["device"] == "cpu"
    assert facts["cores"] >= 1


def test_changes_are_phrases() -> None:
    now = {**VERSIONS, "torch": "2.14.0", "jax": "1"}
    assert host.changed(VERSIONS, now) == ["torch 2.13.0 -> 2.14.0", "jax not recorded -> 1"]
    assert host.changed(VERSIONS, VERSIONS) == []
