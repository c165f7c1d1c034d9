"""Reading a file in a process of its own: one that hangs, crashes or eats memory costs that file and nothing else."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import copilot
from copilot.knowledge.blocks import Block, Document

PROCESSOR_S = 120
"""Seconds of processor time for one file."""

WALL_S = 600.0
"""Seconds until an answer is waited for no longer; the processor time ends what really works."""

LARGEST_ANSWER = 256_000_000
"""Bytes."""


class Apart:
    """Reads files one after another; the process is started by the first, and anew after one that ended it.

    Args:
        processor_s: seconds of processor time for one file.
    """

    def __init__(self, processor_s: int = PROCESSOR_S) -> None:
        self._processor_s = processor_s
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, suffix: str, data: bytes) -> Document:
        """The document.

        Raises:
            ValueError: it cannot be read; the reason.
        """
        line = self._asked(suffix, data)
        if not line.endswith(b"\n"):
            raise ValueError(self._ended())
        try:
            answer = json.loads(line)
            if "error" in answer:
                raise ValueError(answer["error"])
            blocks = [Block(**{**block, "columns": None, "asked": ()}) for block in answer.pop("blocks")]
            return Document(blocks=blocks, **answer)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError("its reader gave no sensible answer") from error

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _asked(self, suffix: str, data: bytes) -> bytes:
        process = self._process = self._process or _started(self._processor_s)
        if process.stdin is None or process.stdout is None:
            return b""
        timer = threading.Timer(WALL_S, process.kill)
        timer.daemon = True
        timer.start()
        try:
            process.stdin.write(f"{suffix} {len(data)}\n".encode("ascii"))
            process.stdin.write(data)
            process.stdin.flush()
            return process.stdout.readline(LARGEST_ANSWER)
        except OSError:  # it has ended
            return b""
        finally:
            timer.cancel()

    def _ended(self) -> str:
        """Why there was no answer."""
        process, self._process = self._process, None
        if process is None:
            return "its reader did not start"
        try:
            code = process.wait(1)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
            return "what it holds is too large to be told"
        finally:
            for stream in filter(None, (process.stdin, process.stdout)):
                with contextlib.suppress(OSError):
                    stream.close()
        if code == -signal.SIGXCPU:
            return f"not read within {self._processor_s} s of processor time"
        if code == -signal.SIGKILL:
            return f"not read within {WALL_S:.0f} s, or its reader was ended from without"
        return f"its reader ended: {signal.strsignal(-code) if code < 0 else f'code {code}'}"


def _started(processor_s: int) -> subprocess.Popen[bytes]:
    """The working folder is not looked at for modules: it may be anybody's."""
    return subprocess.Popen(
        [sys.executable, "-P", "-B", "-m", "copilot.knowledge.worker", str(processor_s)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(Path(copilot.__file__).resolve().parent.parent)},
    )
