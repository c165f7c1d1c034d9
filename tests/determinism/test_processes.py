"""The same seed gives the same weights, bit for bit, in processes of their own; with one thread and with two."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rllte.core.registry import load_all

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("threads", [1, 2])
def test_every_agent_learns_the_same_in_two_processes(threads: int) -> None:
    command = [sys.executable, "-m", "tests.determinism.run_all", str(threads)]
    processes = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    outputs = []
    for process in processes:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        outputs.append(json.loads(out))
    agents = {entry.name for entry in load_all() if entry.primitive == "agent"}
    assert outputs[0].keys() == agents
    assert outputs[0] == outputs[1]
