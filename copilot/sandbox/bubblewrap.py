"""Finds a bubblewrap that can be trusted, and knows the exact remedy where isolation cannot hold.

Covers: only fixed system paths (a program earlier in PATH is not looked at), owned by root, writable by nobody else, not
set-uid. Does not cover: whether it works here; `probe` tries it.
"""

from __future__ import annotations

import os
import platform
import shutil
import stat
from pathlib import Path

PLACES = ("/usr/bin/bwrap", "/usr/local/bin/bwrap", "/run/current-system/sw/bin/bwrap")
INSTALL = {
    "apt-get": "sudo apt-get install -y bubblewrap",
    "dnf": "sudo dnf install -y bubblewrap",
    "pacman": "sudo pacman -S --noconfirm bubblewrap",
    "zypper": "sudo zypper install -y bubblewrap",
    "apk": "sudo apk add bubblewrap",
}


def find() -> str | None:
    """The path of a trustworthy bubblewrap, or None."""
    for place in PLACES:
        try:
            info = os.stat(place)
        except OSError:
            continue
        mode = info.st_mode
        if stat.S_ISREG(mode) and info.st_uid == 0 and not mode & (stat.S_IWGRP | stat.S_IWOTH | stat.S_ISUID):
            return place
    return None


def remedy(detail: str) -> str:
    """What to do about bubblewrap's complaint, by what this system shows."""
    if platform.system() != "Linux":
        return "Runs need Linux: use a Linux machine, WSL 2 or a virtual machine."
    if find() is None:
        command = next((line for tool, line in INSTALL.items() if shutil.which(tool)), None)
        return f"Install it: {command}" if command else "Install bubblewrap with your system's package manager."
    if _number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1:
        profile = "/usr/share/apparmor/extra-profiles/bwrap-userns-restrict"
        return f"AppArmor forbids it: sudo cp {profile} /etc/apparmor.d/ && sudo systemctl reload apparmor"
    if _number("/proc/sys/kernel/unprivileged_userns_clone") == 0:
        return "User namespaces are switched off: sudo sysctl -w kernel.unprivileged_userns_clone=1"
    if _number("/proc/sys/user/max_user_namespaces") == 0:
        return "User namespaces are switched off: sudo sysctl -w user.max_user_namespaces=15000"
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists() or "mount" in detail.lower():
        return "In a container, start it with: --security-opt seccomp=unconfined --security-opt systempaths=unconfined"
    return "Check that it works: bwrap --unshare-all --ro-bind /usr /usr --symlink usr/lib64 /lib64 /usr/bin/true"


def _number(path: str) -> int | None:
    try:
        return int(Path(path).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
