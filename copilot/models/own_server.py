"""A llama-server of the user's own in the embedded engine's place: one built for this processor, or for a graphics card.

Covers starting it on loopback with the profile's weights, that the port is really its own, and ending it with the process
that keeps it. Does not cover which options it was built with. Its own `LLAMA_ARG_...` variables reach it, but for those
that would name other weights, fetch something or move its routes.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from copilot.core.errors import InvalidRequest

PARENT_DEATH_SIGNAL = 1
"""Of Linux's prctl(2)."""

PATIENCE_S = 2.0
"""So long it may take to end before it is killed."""

_NOT_FOR_IT = re.compile(
    r"LLAMA_(?:ARG_(?:MODELS?(?:_.*)?|HF_.*|DOCKER_.*|API_.*|SSL_.*|HOST|PORT)|API_KEY|OFFLINE)|HF_TOKEN"
)


def found(program: str) -> str:
    """The path of the program, links kept: some are run under the name of a link.

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
    return os.path.abspath(path)


def described(program: str) -> str:
    """What a running server depends on: the program as it is now, and its own variables."""
    stat = os.stat(program)
    own = sorted((name, value) for name, value in _environment().items() if name.startswith("LLAMA_ARG_"))
    return repr((program, stat.st_size, stat.st_mtime_ns, own))


@dataclass(frozen=True)
class OwnServer:
    """A running one, which may not answer yet."""

    process: subprocess.Popen[bytes]
    port: int

    def ended(self) -> int | None:
        """Its status once it has ended by itself."""
        return self.process.poll()

    def end(self) -> None:
        """End it, and what it was started by: a script of the user's own may stand between."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.getpgrp() == os.getpid():  # as a keeper leads: all in its group are of its own making
            os.killpg(0, signal.SIGTERM)
        else:
            self.process.terminate()
        deadline = time.monotonic() + PATIENCE_S
        while self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def start(program: str, options: list[str], key: str, port: int, usual: dict[str, str]) -> OwnServer:
    """Start it. It ends with this process: on SIGTERM by a handler, on Linux however this process ends.

    Args:
        program: as `found` gives it.
        options: weights, slots, threads.
        key: handed over by the environment, which other users cannot read.
        port: 0 takes a free one.
        usual: variables of its environment, where the user's own do not say otherwise.
    """
    port = port or _free_port()
    command = [program, *options, "--host", "127.0.0.1", "--port", str(port), "--slots", "--metrics", "--offline"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        env={**usual, **_environment(), "LLAMA_API_KEY": key},
        preexec_fn=_tied if sys.platform == "linux" else None,
    )
    server = OwnServer(process, port)

    def ended(*_: object) -> None:
        server.end()
        os._exit(0)

    signal.signal(signal.SIGTERM, ended)
    return server


def is_ours(port: int) -> bool:
    """Whether a program of this user listens there: another user's could have taken the port meanwhile.

    Where the system does not say (elsewhere than on Linux), it is believed.
    """
    try:
        rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    except OSError:
        return True
    listening = "0A"
    owners = {int(row[7]) for row in rows if row[3] == listening and int(row[1].rsplit(":", 1)[1], 16) == port}
    return owners == {os.getuid()}


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not _NOT_FOR_IT.fullmatch(name)}


def _tied() -> None:
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
