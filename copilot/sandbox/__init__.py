"""Layer 1: isolation. Runs a script where it can reach neither files, network nor processes of the user, or not at all.

Each module opens with what it covers and what it does not. Importing this package is light.
"""

from copilot.sandbox.files import open_left, read_left
from copilot.sandbox.folder import remove
from copilot.sandbox.limits import Limits
from copilot.sandbox.probe import SandboxReport, probe
from copilot.sandbox.run import LogLine, MetricLine, run_script
from copilot.sandbox.stream import stream

__all__ = [
    "Limits",
    "LogLine",
    "MetricLine",
    "SandboxReport",
    "open_left",
    "probe",
    "read_left",
    "remove",
    "run_script",
    "stream",
]
