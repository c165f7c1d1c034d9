"""A lock holds between processes and dies with its holder."""

import subprocess
import sys
from pathlib import Path

import pytest

from copilot.core.errors import AlreadyRunning
from copilot.core.locks import file_lock

HOLD = """
import sys, time
from pathlib import Path
from copilot.core.locks import file_lock
with file_lock(Path(sys.argv[1]), "a test"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_holder_is_refused_until_the_first_dies(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning, match=rf"a test \(process {holder.pid}\)"), file_lock(lock, "a test"):
            pass
        holder.kill()
        holder.wait()
    with file_lock(lock, "a test"):
        pass


def test_it_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        with file_lock(tmp_path / "lock", "a test"):
            pass
