"""The tree of processes, on this machine's own: what comes and goes hides nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from copilot.sandbox.proc import fields, has_ended, is_still, living_thread, tree

SLEEPS = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
FIRST_THREAD_ENDS = """
import ctypes, platform, threading, time
threading.Thread(target=time.sleep, args=(60,)).start()
ctypes.CDLL(None).syscall(60 if platform.machine() == "x86_64" else 93, 0)
"""


def test_a_thread_that_ends_meanwhile_hides_no_child() -> None:
    """The threads of this process come and go while it is looked at, and its child is always seen."""
    child = subprocess.Popen(SLEEPS)
    stop = threading.Event()

    def come_and_go() -> None:
        while not stop.is_set():
            threads = [threading.Thread(target=time.sleep, args=(0.001,)) for _ in range(20)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    worker = threading.Thread(target=come_and_go)
    worker.start()
    try:
        assert all(child.pid in tree(os.getpid()) for _ in range(200))
    finally:
        stop.set()
        worker.join()
        child.kill()
        child.wait()


def test_a_process_whose_first_thread_has_ended_is_looked_at_through_another() -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", FIRST_THREAD_ENDS]) as child:
        while fields(child.pid)[0] != b"Z":
            time.sleep(0.01)
        place = living_thread(child.pid, fields(child.pid))
        assert place.startswith(f"/proc/{child.pid}/task/")
        assert b"VmRSS" in Path(place, "status").read_bytes()
        assert b"VmRSS" not in Path(f"/proc/{child.pid}/status").read_bytes()
        assert not has_ended(child.pid)
        child.kill()


def test_an_ended_process_is_known_before_and_after_it_is_waited_for() -> None:
    child = subprocess.Popen(SLEEPS)
    began = fields(child.pid)[19]
    assert is_still(child.pid, began)
    assert not is_still(child.pid, began + b"1")
    assert not has_ended(child.pid)
    assert living_thread(child.pid, fields(child.pid)) == f"/proc/{child.pid}"
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert has_ended(child.pid)
    child.wait()
    assert has_ended(child.pid)
    assert not is_still(child.pid, began)
