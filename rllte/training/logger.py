"""What a training run writes: a console line, `train.log`, `metrics.jsonl`, TensorBoard events.

With `RLLTE_METRICS_FD` set to a file descriptor's number, each metrics line goes there as well.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from rllte.core.errors import FileError, ParameterError


def new_run_folder(log_dir: str | Path, tag: str) -> Path:
    """`<log_dir>/<tag>/<timestamp>`, made; a second run in the same second gets its own.

    Raises:
        FileError: it cannot be made.
        ParameterError: the tag leads out of `log_dir`.
    """
    parent = Path(log_dir) / tag
    if not parent.resolve().is_relative_to(Path(log_dir).resolve()):
        raise ParameterError(f"The tag {tag!r} leads out of {log_dir}; expected a name. Give another log_dir instead.")
    stamp = time.strftime("%Y-%m-%d-%H-%M-%S")
    for attempt in range(1000):
        folder = parent / (stamp if attempt == 0 else f"{stamp}-{attempt}")
        try:
            folder.mkdir(parents=True)
            return folder
        except FileExistsError:
            if parent.is_dir():
                continue
            raise FileError(f"Cannot make the run folder {folder}: {parent} is a file. Give another tag.") from None
        except OSError as error:
            raise FileError(f"Cannot make the run folder {folder}: {error}. Give another log_dir.") from error
    raise FileError(f"Cannot make the run folder {parent / stamp}: a thousand of that name exist. Give another tag.")


class Logger:
    """Writes into one run folder. Files are opened at the first line, and again after `close`.

    Args:
        log_dir: the folder of the run; made if it is missing.

    `printer` shows a line on the console; a progress bar puts its own there.

    Raises:
        FileError: the folder cannot be made.
    """

    def __init__(self, log_dir: str | Path) -> None:
        self.folder = Path(log_dir)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"Cannot make the folder {self.folder}: {error}. Give another log_dir.") from error
        self._files: dict[str, TextIO] = {}
        self._tensorboard: Any = None
        self._pending: dict[str, Any] = {}
        self.printer: Callable[..., Any] = print
        descriptor = os.environ.get("RLLTE_METRICS_FD", "")
        self._pipe = int(descriptor) if descriptor.isdigit() else None

    def _append(self, name: str, text: str) -> None:
        try:
            if name not in self._files:
                self._files[name] = (self.folder / name).open("a", encoding="utf-8", buffering=1)
            self._files[name].write(text)
        except OSError as error:
            raise FileError(f"Cannot write {self.folder / name}: {error}. Is the disk full?") from error

    def _scalar(self, name: str, value: float, step: int) -> None:
        if self._tensorboard is None:
            from torch.utils.tensorboard import SummaryWriter  # slow to import, and only runs need it

            self._tensorboard = SummaryWriter(str(self.folder))
        self._tensorboard.add_scalar(name, value, step)

    def info(self, message: str) -> None:
        """A line for people."""
        line = f"[{time.strftime('%H:%M:%S')}] {message}"
        self._append("train.log", line + "\n")
        self.printer(line)

    debug = error = info  # RLLTE's names; there are no levels

    def record(self, key: str, value: Any) -> None:
        """A row of metrics, `key` "train" or "eval" and `value` a mapping; or one number of the next train row.

        Numbers that are not finite become null.
        """
        if not isinstance(value, Mapping):
            self._pending[key] = value
            return
        pending = self._pending if key == "train" else {}
        row = {"kind": key, **{name: _plain(number) for name, number in {**value, **pending}.items()}}
        if key == "train":
            self._pending = {}
        self._write(row)

    def _write(self, row: Mapping[str, Any]) -> None:
        kind, step = row["kind"], int(row.get("step") or 0)
        text = json.dumps(row, allow_nan=False) + "\n"
        self._append("metrics.jsonl", text)
        if self._pipe is not None:
            try:
                os.write(self._pipe, text.encode())
            except OSError:
                self._pipe = None  # the reader has gone; the file remains
        for name, number in row.items():
            if isinstance(number, int | float) and name != "step":
                self._scalar(f"{kind}/{name}", number, step)
        self.info(_line(kind, row))

    def train(self, values: Mapping[str, Any]) -> None:
        """RLLTE's name for `record("train", values)`."""
        self.record("train", values)

    def eval(self, values: Mapping[str, Any]) -> None:
        """RLLTE's name for `record("eval", values)`."""
        self.record("eval", values)

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
    shown = {"kind", "step", "episode", "episode_reward", "episode_length", "episode_reward_std", "fps", "total_time"}
    losses = [f"{name} {value:.3g}" for name, value in row.items() if name not in shown and isinstance(value, float)]
    if losses:
        parts.append("| " + ", ".join(losses))
    if row.get("episodes_cut"):
        parts.append(f"({row['episodes_cut']} cut: give the environment a limit, gymnasium.wrappers.TimeLimit)")
    return "  ".join(parts)
