"""Replay: time to add a step, time to draw a batch, and memory, beside Stable-Baselines3's buffer in the same run.

The peer needs a Python of its own with Stable-Baselines3 (see evals/peers/sb3_replay.py), given by `--peer`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import torch as th

from rllte.xploit.storage import NStepReplayStorage, PrioritizedReplayStorage, VanillaReplayStorage

SHAPE, BATCH, EPISODE = (4, 84, 84), 256, 1000
SPACES = (gym.spaces.Box(0, 255, SHAPE, np.uint8), gym.spaces.Discrete(6))
OURS: dict[str, Callable[[int], VanillaReplayStorage]] = {
    "VanillaReplayStorage": lambda size: VanillaReplayStorage(*SPACES, storage_size=size, batch_size=BATCH),
    "VanillaReplayStorage frame_stack=4": lambda size: VanillaReplayStorage(
        *SPACES, storage_size=size, batch_size=BATCH, frame_stack=4
    ),
    "NStepReplayStorage frame_stack=4": lambda size: NStepReplayStorage(
        *SPACES, storage_size=size, batch_size=BATCH, frame_stack=4
    ),
    "PrioritizedReplayStorage frame_stack=4": lambda size: PrioritizedReplayStorage(
        *SPACES, storage_size=size, batch_size=BATCH, frame_stack=4
    ),
}


def measure(args: list[str]) -> dict[str, object]:
    """Microseconds an insertion, milliseconds a batch, bytes a transition, by storage."""
    parser = argparse.ArgumentParser(prog="python -m evals storage")
    parser.add_argument("--capacity", type=int, default=100_000)
    parser.add_argument("--peer", help="a Python with Stable-Baselines3; left out: no peer")
    parser.add_argument("--only", choices=[*OURS], help="one storage, in this process")
    given = parser.parse_args(args)
    if given.only:
        return ours(given.only, given.capacity)
    figures: dict[str, object] = {}
    for name in OURS:
        own = [sys.executable, "-m", "evals", "storage", "--only", name, "--capacity", str(given.capacity)]
        figures[name] = json.loads(_run(own))["figures"]
    if given.peer:
        script = str(Path(__file__).parent / "peers" / "sb3_replay.py")
        figures["peer"] = json.loads(_run([given.peer, script, str(given.capacity)]))
    return figures


def ours(name: str, capacity: int) -> dict[str, object]:
    """Fill a storage one and a half times, then draw; a process of its own, for the memory."""
    th.set_num_threads(1)
    frames = th.randint(0, 255, (EPISODE + 4, *SHAPE[1:]), dtype=th.uint8)
    stacks = [frames[i : i + 4].unsqueeze(0).clone() for i in range(EPISODE + 1)]
    before = resident()
    storage = OURS[name](capacity)
    action, reward, no, yes = th.zeros(1, dtype=th.int64), th.ones(1), th.zeros(1), th.ones(1)

    def add(step: int) -> None:
        at = step % EPISODE
        over = at == EPISODE - 1
        infos = {"final_obs": stacks[at + 1]} if over else {}
        storage.add(stacks[at], action, reward, yes if over else no, no, infos, stacks[0 if over else at + 1])

    first = timed(add, range(capacity))
    bytes_used = (resident() - before) / capacity
    steady = timed(add, range(capacity, capacity + capacity // 2))
    batch = storage.sample()
    draws = timed(lambda _: storage.sample(), range(400), chunk=4)
    learned = {"indices": batch.indices, "td_errors": th.rand(BATCH)}
    updates = timed(lambda _: storage.update(learned), range(400), chunk=4)
    return {
        "add_us_first": round(first * 1e6, 1),
        "add_us_steady": round(steady * 1e6, 1),
        "sample_ms": round(draws * 1e3, 2),
        "update_ms": round(updates * 1e3, 3),
        "kB_a_transition": round(bytes_used / 1e3, 1),
    }


def timed(call: Callable[[int], Any], steps: range, chunk: int = 100) -> float:
    """Seconds of processor a call in the fastest chunk, which other work on the machine disturbs least."""
    seconds = []
    for start in range(0, len(steps), chunk):
        part = steps[start : start + chunk]
        began = time.process_time()
        for step in part:
            call(step)
        seconds.append((time.process_time() - began) / len(part))
    return min(seconds)


def resident() -> int:
    """Bytes of memory in use by this process."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    return 0


def _run(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
