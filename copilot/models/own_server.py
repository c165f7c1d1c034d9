"""A llama-server of the user's own in the embedded engine's place: one built for this processor, or for a graphics card.

Covers starting it on loopback with the profile's weights and ending it with the process that keeps it. Does not cover
which options it was built with; its own `LLAMA_ARG_...` variables reach it (`LLAMA_ARG_N_GPU_LAYERS`, say).
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from copilot.core.errors import InvalidRequest

PARENT_DEATH_SIGNAL = 1
"""Of Linux's prctl(2)."""


def found(program: str) -> str:
    """The path of the program.

    Args:
        program: a path, or a name to look for in PATH.

    Raises:
        InvalidRequest: there is none that can be run.
    """
    path = shutil.which(os.path.expanduser(program))
    if path is None:
        raise InvalidRequest(
            f"There is no program {program} to run the model with.",
            hint="Set llama_server (RLLTE_COPILOT_LLAMA_SERVER) to a llama-server of llama.cpp, or unset it.",
        )
    return str(Path(path).resolve())


def start(program: str, options: list[str], key: str, port: int) -> tuple[subprocess.Popen[bytes], int]:
    """The running server, which may not answer yet, and its port.

    It ends with this process: on SIGTERM by a handler, on Linux however this process ends.

    Args:
        program: as `found` gives it.
        options: weights, slots, threads.
        key: handed over by the environment, which other users cannot read.
        port: 0 takes a free one.
    """
    port = port or _free_port()
    command = [program, *options, "--host", "127.0.0.1", "--port", str(port), "--slots", "--metrics"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "LLAMA_API_KEY": key},
        preexec_fn=_tied if sys.platform == "linux" else None,
    )
    signal.signal(signal.SIGTERM, lambda *_: _end(process))
    return process, port


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    for _ in range(40):
        if process.poll() is not None:
            break
        time.sleep(0.05)
    else:
        process.kill()
    os._exit(0)


def _tied() -> None:
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
