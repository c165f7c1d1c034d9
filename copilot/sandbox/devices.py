"""Graphics cards and accelerators of the host, shown to a run that asks for them by option. Weaker, and labelled so.

Covers: the device nodes of NVIDIA and Ascend and, read-only, what their drivers read of /sys. Nothing else of /dev appears.
Does not cover: the drivers themselves, a large part of the kernel that a run then speaks to directly; memory of the card,
which no limit counts; what an earlier program left in it. Kernel modules that are not loaded stay so.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from copilot.core.errors import SandboxUnavailable

DEV = Path("/dev")
NODES = re.compile(
    r"nvidia\d+|nvidiactl|nvidia-uvm|nvidia-uvm-tools"  # NVIDIA
    r"|davinci\d+|davinci_manager|devmm_svm|hisi_hdc"  # Ascend
)
SYS = "/sys"
"""The drivers look for their cards there: without it CUDA finds none."""
LAYER = "graphics card shown (weaker)"


def found() -> list[str]:
    """The nodes that are there.

    Raises:
        SandboxUnavailable: none is.
    """
    nodes = [entry.name for entry in os.scandir(DEV) if NODES.fullmatch(entry.name) and _is_device(entry)]
    if not any(name[-1].isdigit() for name in nodes):
        raise SandboxUnavailable(
            f"Nothing was run: {DEV} has no graphics card (nvidia0, davinci0, ...) to show.",
            hint="Run without --gpu, or load the driver first: nvidia-smi, or nvidia-modprobe -u -c 0",
        )
    return [str(DEV / name) for name in sorted(nodes)]


def _is_device(entry: os.DirEntry[str]) -> bool:
    return stat.S_ISCHR(entry.stat(follow_symlinks=False).st_mode)
