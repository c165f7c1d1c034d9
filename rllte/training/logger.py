"""What a training run writes: a console line, `train.log`, `metrics.jsonl`, TensorBoard events.

With `RLLTE_METRICS_FD` set to a file descriptor's number, each metrics line goes there as well.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

COLUMNS = ("step", "episode", "episode_reward", "episode_length", "fps", "total_time")


def new_run_folder(log_dir: str | Path, tag: str) -> Path:
    """`<log_dir>/<tag>/<timestamp>`, made; a second run in the same second gets its own."""
    parent = Path(log_dir) / tag
    stamp = time.strftime("%Y-%m-%d-%H-%M-%S")
    for attempt in range(1000):
        folder = parent / (stamp if attempt == 0 else f"{stamp}-{attempt}")
        try:
            folder.mkdir(parents=True)
            return folder
        except FileExistsError:
            continue
    raise FileExistsError(parent / stamp)


class Logger:
    """Writes into one run folder. Files are opened at the first line, and again after `close`.

    Args:
        folder: of the run; exists.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, TextIO] = {}
        self._tensorboard: Any = None
        descriptor = os.environ.get("RLLTE_METRICS_FD", "")
        self._pipe = int(descriptor) if descriptor.isdigit() else None

    def _append(self, name: str, text: str) -> None:
        if name not in self._files:
            self._files[name] = (self.folder / name).open("a", encoding="utf-8", buffering=1)
        self._files[name].write(text)

    def _scalar(self, name: str, value: float, step: int) -> None:
        if self._tensorboard is None:
            from torch.utils.tensorboard import SummaryWriter  # slow to import, and only runs need it

            self._tensorboard = SummaryWriter(str(self.folder))
        self._tensorboard.add_scalar(name, value, step)

    def info(self, message: str) -> None:
        """A line for people."""
        line = f"[{time.strftime('%H:%M:%S')}] {message}"
        self._append("train.log", line + "\n")
        print(line, flush=True)  # noqa: T201 (the console line is the feature)

    def record(self, kind: str, values: Mapping[str, Any]) -> None:
        """A row of metrics, `kind` "train" or "eval"; numbers that are not finite become null."""
        row = {"kind": kind, **{key: _plain(value) for key, value in values.items()}}
        text = json.dumps(row, allow_nan=False) + "\n"
        self._append("metrics.jsonl", text)
        if self._pipe is not None:
            try:
                os.write(self._pipe, text.encode())
            except OSError:
                self._pipe = None  # the reader has gone; the file remains
        step = int(values.get("step", 0))
        for key, value in row.items():
            if isinstance(value, int | float) and key != "step":
                self._scalar(f"{kind}/{key}", value, step)
        self.info(_line(kind, row))

    def close(self) -> None:
        """Flush and release the files."""
        for file in self._files.values():
            file.close()
        self._files = {}
        if self._tensorboard is not None:
            self._tensorboard.close()
            self._tensorboard = None


def _plain(value: Any) -> Any:
    number = value.item() if hasattr(value, "item") else value
    if isinstance(number, float):
        return round(number, 6) if math.isfinite(number) else None
    return number


def _line(kind: str, row: Mapping[str, Any]) -> str:
    reward = row.get("episode_reward")
    parts = [
        f"{kind:5}",
        f"step {row.get('step', 0):>9,}",
        f"episode {row.get('episode', 0):>6,}",
        f"reward {'     -' if reward is None else f'{reward:>8.2f}'}",
        f"length {row.get('episode_length') or 0:>6.0f}",
    ]
    if row.get("fps") is not None:
        parts.append(f"{row['fps']:>7,.0f} steps/s")
    return "  ".join(parts)
