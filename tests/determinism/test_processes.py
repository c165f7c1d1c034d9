"""The same seed gives the same weights in processes of their own; what another number of threads changes is rounding."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rllte.core.registry import load_all
from tests.determinism.run_all import LARGE, observed

ROOT = Path(__file__).resolve().parents[2]
AGENTS = {entry.name: entry for entry in load_all() if entry.primitive == "agent"}
VECTORS = [name for name, entry in AGENTS.items() if observed(entry) == "Box1" and name != "DrQv2"]
"""DrQv2 has layer normalisation, whose gradients torch sums up by threads at any size."""
Weights = dict[str, np.ndarray[Any, Any]]


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[Weights]]:
    """By number of threads, what two processes learned."""
    folder = tmp_path_factory.mktemp("weights")
    return {threads: in_two_processes(threads, folder) for threads in (1, 2)}


def in_two_processes(threads: int, folder: Path) -> list[Weights]:
    """What two processes of so many threads learned, side by side."""
    files = [folder / f"{threads}-{process}.npz" for process in range(2)]
    environ = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE"}  # threads that wait do not take the other process's cores
    environ.pop("OMP_NUM_THREADS", None)
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.determinism.run_all", str(threads), str(file)],
            cwd=ROOT,
            env=environ,
            stderr=subprocess.PIPE,
            text=True,
        )
        for file in files
    ]
    for process in processes:
        _, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
    return [dict(np.load(file)) for file in files]


@pytest.mark.parametrize("threads", [1, 2])
def test_every_agent_learns_the_same_in_two_processes_at_any_size(
    threads: int, learned: dict[int, list[Weights]]
) -> None:
    one, other = learned[threads]
    assert one.keys() == other.keys() >= {*AGENTS, *LARGE}
    assert not [name for name in one if not np.array_equal(one[name], other[name])]


@pytest.mark.parametrize("name", VECTORS)
def test_small_networks_over_vectors_learn_the_same_with_one_thread_and_with_two(
    name: str, learned: dict[int, list[Weights]]
) -> None:
    assert np.array_equal(learned[1][0][name], learned[2][0][name])


@pytest.mark.parametrize("name", sorted({*AGENTS, *LARGE} - {*VECTORS}))
def test_elsewhere_another_number_of_threads_changes_no_more_than_rounding(
    name: str, learned: dict[int, list[Weights]]
) -> None:
    """torch splits the sums of large tensors by threads. After few updates that is little of the way that was made."""
    one, two = learned[1][0], learned[2][0]
    way = np.linalg.norm(one[f"{name}: way"])
    assert way > 0
    assert np.linalg.norm(one[name] - two[name]) <= 1e-2 * way
