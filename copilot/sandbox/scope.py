"""A control group by way of the service manager, for an ordinary user: `systemd-run --user --scope` around the keeper.

Covers: where the user's manager was given memory and tasks to hand on, as it is on most desktops and servers. Does not
cover: whether it is true; the run's limits are read back from the kernel (`cgroup.around`) before it starts.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from copilot.sandbox import cgroup
from copilot.sandbox.limits import Limits

SYSTEMD_RUN = Path("/usr/bin/systemd-run")
BUS = ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
"""What it needs of the environment to find the user's manager; the keeper hands on neither."""


def possible() -> bool:
    """Whether there is a manager to ask; asking it is the test."""
    if not os.access(SYSTEMD_RUN, os.X_OK) or not Path("/run/systemd/system").is_dir():
        return False
    return os.geteuid() == 0 or bool(os.environ.get("XDG_RUNTIME_DIR"))


def around(command: list[str], limits: Limits) -> list[str]:
    """The command in a scope of its own; `systemd-run` becomes the command, under the same process number."""
    whose = [] if os.geteuid() == 0 else ["--user"]
    bounds = {
        "MemoryMax": str(limits.memory_mb * 2**20),
        "MemorySwapMax": "0",
        "TasksMax": str(limits.processes + cgroup.OWN_TASKS),
    }
    properties = [word for name, value in bounds.items() for word in ("-p", f"{name}={value}")]
    unit = f"--unit={cgroup.NAME}-{os.getpid()}-{secrets.token_hex(4)}"
    return [str(SYSTEMD_RUN), *whose, "--scope", "--quiet", "--collect", unit, *properties, "--", *command]


def environment() -> dict[str, str]:
    """What `systemd-run` is started with beside the run's own environment."""
    return {name: os.environ[name] for name in BUS if name in os.environ}
