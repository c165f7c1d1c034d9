"""The peer of `python -m evals storage`: Stable-Baselines3's ReplayBuffer with the same frames and counts.

Needs an environment of its own: `pip install torch==2.13.0 stable-baselines3 psutil`, then
`python -m evals storage --peer /path/to/its/bin/python`.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import torch as th
from stable_baselines3.common.buffers import ReplayBuffer

SHAPE, BATCH, EPISODE = (4, 84, 84), 256, 1000


def timed(call: Callable[[int], Any], steps: range, chunk: int = 100) -> float:
    """Seconds of processor a call in the fastest chunk."""
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


def run(capacity: int, optimize: bool) -> dict[str, float]:
    """Fill a buffer one and a half times, then draw."""
    rng = np.random.default_rng(0)
    frames = rng.integers(0, 255, (EPISODE + 4, *SHAPE[1:]), dtype=np.uint8)
    stacks = [frames[i : i + 4][None].copy() for i in range(EPISODE + 1)]
    before = resident()
    buffer = ReplayBuffer(
        capacity,
        gym.spaces.Box(0, 255, SHAPE, np.uint8),
        gym.spaces.Discrete(6),
        "cpu",
        optimize_memory_usage=optimize,
        handle_timeout_termination=not optimize,
    )
    action, reward, no, yes = np.zeros((1, 1), np.int64), np.ones(1, np.float32), np.zeros(1, bool), np.ones(1, bool)

    def add(step: int) -> None:
        at = step % EPISODE
        over = at == EPISODE - 1
        buffer.add(stacks[at], stacks[at + 1], action, reward, yes if over else no, [{}])

    first = timed(add, range(capacity))
    used = (resident() - before) / capacity
    steady = timed(add, range(capacity, capacity + capacity // 2))
    draws = timed(lambda _: buffer.sample(BATCH), range(400), chunk=4)
    return {
        "add_us_first": round(first * 1e6, 1),
        "add_us_steady": round(steady * 1e6, 1),
        "sample_ms": round(draws * 1e3, 2),
        "kB_a_transition": round(used / 1e3, 1),
    }


def main() -> None:
    """Print one JSON object."""
    th.set_num_threads(1)
    warnings.simplefilter("ignore")
    capacity = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    both = {"optimize_memory_usage": run(capacity, True), "ReplayBuffer": run(capacity, False)}
    print(json.dumps(both))


if __name__ == "__main__":
    main()
