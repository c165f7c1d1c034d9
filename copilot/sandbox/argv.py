"""The view of the machine that a run gets, as arguments of bubblewrap. An allow-list: what is not named does not exist.

Covers: system libraries, this Python and its packages, the library and the script, all read-only; one writable folder,
/box, bound last so that nothing is ever placed below it. Home, /etc, /run, /var, /sys and other runs are not there; where
one of the folders that must be shown holds a home, the data folder or the runs, nothing is run.
Does not cover: other people's files below /usr, this Python's folder or the library, which a run can read whole; what the
kernel answers (`seccomp`) and how much may be used (`limits`, `init`).
"""

from __future__ import annotations

import contextlib
import os
import pwd
import sys
from dataclasses import dataclass
from pathlib import Path

from copilot.core import paths
from copilot.core.errors import SandboxUnavailable
from copilot.sandbox import devices
from copilot.sandbox.limits import Limits

INSIDE = "/sbx"
BOX = "/box"
INIT = Path(__file__).with_name("init.py")
ACCOUNTS = {
    "/etc/passwd": "sandbox:x:{uid}:{uid}:sandbox:/box:/bin/sh\n",
    "/etc/group": "sandbox:x:{uid}:\n",
}


@dataclass(frozen=True)
class Bind:
    """A host path and where the run sees it; read-only, but for a device, which one can talk to."""

    host: str
    inside: str
    device: bool = False


def environment() -> dict[str, str]:
    """All that a run learns of the environment; bubblewrap itself is started with no more."""
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": BOX,
        "TMPDIR": "/tmp",
        "USER": "sandbox",
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "MPLBACKEND": "Agg",
    }


def read_only(script: Path, readable: list[Path]) -> list[Bind]:
    """What a run may read.

    Raises:
        SandboxUnavailable: Python or the library lives in a folder that must not be shown as a whole.
    """
    prefixes = [sys.base_prefix, os.path.realpath(sys.base_prefix), sys.prefix, os.path.realpath(sys.prefix)]
    wanted = ["/usr", *prefixes, *(str(path.resolve()) for path in readable)]
    shown: list[str] = []
    for path in dict.fromkeys(wanted):
        if not any(Path(path).is_relative_to(parent) for parent in shown):
            shown.append(path)
    system = [path for path in ("/etc/ld.so.cache", "/etc/alternatives") if os.path.exists(path)]
    system += [path for path in ("/bin", "/sbin", "/lib", "/lib64") if os.path.isdir(path) and not os.path.islink(path)]
    folders = [Bind(path, path) for path in (*shown, *system)]
    for private in _private():
        if holder := holding(folders, private):
            raise SandboxUnavailable(
                f"A run would see all of {holder}, which holds {private}: that is yours alone.",
                hint="Use a virtual environment of a Python installed elsewhere, and keep your data outside of both.",
            )
    return [
        *folders,
        Bind(str(INIT), f"{INSIDE}/init.py"),
        Bind(str(script.resolve()), f"{INSIDE}/{script_name(script)}"),
    ]


def of_devices(nodes: list[str]) -> list[Bind]:
    """What a run may read and talk to besides, for these device nodes."""
    return [*([Bind(devices.SYS, devices.SYS)] if nodes else []), *(Bind(node, node, device=True) for node in nodes)]


def holding(binds: list[Bind], path: Path) -> str | None:
    """The shown folder that a path lies in, or is."""
    real = path.resolve()
    return next((bind.host for bind in binds if real.is_relative_to(os.path.realpath(bind.host))), None)


def _private() -> list[Path]:
    """Homes (by the environment and by the accounts), what programs keep in them, and the data folder."""
    homes = {Path.home()}
    with contextlib.suppress(KeyError):
        homes.add(Path(pwd.getpwuid(os.getuid()).pw_dir))
    kept = [
        home / name
        for home in homes
        for name in (".local/share", ".local/state", ".config", ".cache", ".ssh", ".gnupg")
    ]
    kept += [
        Path(os.environ[name])
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
        if os.environ.get(name)
    ]
    return [*homes, *(path for path in kept if path.exists()), paths.home()]


def named(binds: list[Bind]) -> list[str]:
    """Every path that a run is meant to see; what lies beside them, up to the root, must not be there."""
    own = ["/bin", "/sbin", "/lib", "/lib64", *ACCOUNTS, "/proc", "/dev", "/tmp", BOX]
    return [*own, *(bind.inside for bind in binds)]


def script_name(script: Path) -> str:
    """The script's own name where it is plain, so that tracebacks speak of it."""
    plain = script.name.replace("_", "").replace("-", "").replace(".", "").isalnum() and script.name != "init.py"
    return script.name if plain and not script.name.startswith(("-", ".")) else "script.py"


def bubblewrap(
    bwrap: str, binds: list[Bind], box: str, limits: Limits, *, filter_fd: int, info_fd: int, accounts: dict[str, int]
) -> list[str]:
    """The call of bubblewrap up to the program.

    Args:
        bwrap: absolute path of bubblewrap.
        binds: host paths (as bubblewrap sees them) to show.
        box: host path of the writable folder.
        limits: sizes of the two memory disks.
        filter_fd: holds the system-call filter.
        info_fd: receives the process id of PID 1.
        accounts: descriptors that hold the files of /etc.
    """
    argv = [bwrap, "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--as-pid-1"]
    argv += ["--cap-drop", "ALL", "--hostname", "sandbox", "--info-fd", str(info_fd)]
    size = str(limits.each_shared_mb * 2**20)
    argv += ["--size", size, "--tmpfs", "/tmp"]  # before the binds: a project below /tmp stays visible in it
    for bind in binds:
        argv += [] if bind.device else ["--ro-bind", bind.host, bind.inside]
    for link in ("/bin", "/sbin", "/lib", "/lib64"):
        if os.path.islink(link):
            argv += ["--symlink", os.readlink(link), link]
    for name, descriptor in accounts.items():
        argv += ["--ro-bind-data", str(descriptor), name]
    argv += ["--proc", "/proc", "--remount-ro", "/proc"]
    argv += ["--dev", "/dev", "--size", size, "--tmpfs", "/dev/shm"]
    for bind in binds:
        argv += ["--dev-bind", bind.host, bind.inside] if bind.device else []
    argv += ["--remount-ro", "/dev"]
    argv += ["--bind", box, BOX, "--chdir", BOX, "--remount-ro", "/", "--seccomp", str(filter_fd)]
    return argv
