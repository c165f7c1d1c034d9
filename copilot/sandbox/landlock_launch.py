"""The keeper and the first process of a run in tier B, without namespaces: what `launch` and `init` are in tier A.

The keeper ends what is below it when the supervisor is gone or asks for the end; its child, the first process, starts the
program and ends what is below it when the program ends or the keeper is gone. Each lives inside a border of its own that
no signal crosses outwards, so either can kill all that it has started at once, and the program, behind a third, can signal
neither. Standard library only.

Covers: daemons, forks without end, a supervisor or keeper that is killed; as root, first another user.
Does not cover: someone on the host who kills both at the same moment.

Usage: python -I -S landlock_launch.py PLAN_JSON
"lifeline", "status", "go", "info" and "filter" are descriptors; "uid" is who root becomes; "limits" are those of a process;
"readable", "box" and "argv" are paths and the program; "tasks", where not 0, is how many processes and threads may run.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import resource
import select
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 1, 4, 36
SIGKILL = 9
BURST = 512
"""How far the user's tasks may pass what they were and the run may have: they are counted together, and change."""
_libc = ctypes.CDLL(None, use_errno=True)


def _sibling(name: str) -> ModuleType:
    """A module beside this one, which runs without the package."""
    spec = importlib.util.spec_from_file_location(name, os.path.join(os.path.dirname(__file__), f"{name}.py"))
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


launch, init, landlock = (_sibling(name) for name in ("launch", "init", "landlock"))


def main() -> int:
    """Leave root, draw the border, start, keep."""
    plan = json.loads(sys.argv[1])
    try:
        if os.geteuid() == 0:
            launch.leave_root(plan["uid"])
        if os.geteuid() == 0 or _libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
            raise OSError("the keeper is root, or open to others")
        landlock.no_new_privileges()
        _behind_a_border()
        for name in ("lifeline", "status", "go", "info", "filter"):
            os.set_inheritable(plan[name], False)
        if not os.read(plan["lifeline"], 1):  # until this process is in the group that bounds it
            return int(init.ABANDONED)
        keeper, child = os.getpid(), os.fork()
        if child == 0:
            _lead_to_the_end(keeper, plan)
        os.write(plan["info"], b'{"child-pid": %d}\n' % child)
    except OSError as error:
        _complain(error)
        return 70
    for name in ("status", "go", "info", "filter"):
        os.close(plan[name])
    code: int = launch.keep(child, plan["lifeline"], _ender())
    return code if code >= 0 else 128 - code


def _ender() -> Callable[[], None]:
    """Ends all below, at the first call and then ever more rarely: once is enough, and it looks at every process."""
    calls = 0

    def end() -> None:
        nonlocal calls
        calls += 1
        if calls & (calls - 1) == 0:
            landlock.end_all()

    return end


def _complain(error: Exception) -> None:
    sys.stderr.write(f"cannot isolate the run: {error}\n")
    sys.stderr.flush()


def _behind_a_border() -> None:
    landlock.scope()
    if _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError("this kernel lets orphans go elsewhere")


def _lead_to_the_end(keeper: int, plan: dict[str, Any]) -> None:
    code = 70
    try:
        code = _lead(keeper, plan)
    except (OSError, KeyError, ValueError) as error:
        _complain(error)
    finally:
        os._exit(code)


def _lead(keeper: int, plan: dict[str, Any]) -> int:
    """The first process: wait for the word, start the program, end all with it."""
    for name in ("lifeline", "info"):
        os.close(plan[name])
    alive = os.pidfd_open(keeper)
    if os.getppid() != keeper:
        return int(init.ABANDONED)
    _behind_a_border()
    try:
        os.write(plan["status"], b'{"ready": true}\n')
    except BrokenPipeError:
        return int(init.ABANDONED)
    if not os.read(plan["go"], 1):
        return int(init.ABANDONED)
    limits = dict(plan["limits"])
    if plan["tasks"]:
        limits["NPROC"] = _ceiling(plan["tasks"])
    child = os.fork()
    if child == 0:
        _become(plan, limits)
    threading.Thread(target=_end_with, args=(plan["go"], alive), daemon=True).start()
    return _reap(child, plan["status"])


def _reap(child: int, status: int) -> int:
    """Until nothing is left; the program's end is everyone's."""
    code, tasks = -SIGKILL, 0
    while True:
        try:
            pid, wait_status = os.wait()
        except ChildProcessError:
            break
        if pid == child:
            code, tasks = os.waitstatus_to_exitcode(wait_status), _tasks()
            landlock.end_all()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = {"code": code, "cpu": used.ru_utime + used.ru_stime, "tasks": tasks}
    os.write(status, json.dumps(report).encode() + b"\n")
    return code if code >= 0 else 128 - code


def _become(plan: dict[str, Any], limits: dict[str, int]) -> None:
    """In the child: the program in its place, or nothing."""

    def confine() -> None:
        os.chdir(plan["box"])
        _libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
        with os.fdopen(plan["filter"], "rb") as file:
            landlock.confine(plan["readable"], plan["box"], file.read())

    try:
        init.become(plan["argv"], [f"{name}={value}" for name, value in limits.items()], confine)
    finally:
        os._exit(127)


def _end_with(go: int, keeper: int) -> None:
    """The supervisor is gone when its pipe ends, the keeper when its handle says so; all below goes with either."""
    look = select.poll()
    for descriptor in (go, keeper):
        look.register(descriptor, select.POLLIN)
    look.poll()
    landlock.end_all()


def _ceiling(tasks: int) -> int:
    """How many tasks the user may have: no count of the run's own, but an end to forks between two looks of the watch."""
    own = 0
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and os.stat(f"/proc/{name}").st_uid == os.getuid():
                own += len(os.listdir(f"/proc/{name}/task"))
        except OSError:
            continue
    ceiling, hard = own + tasks + BURST, resource.getrlimit(resource.RLIMIT_NPROC)[1]
    return ceiling if hard == resource.RLIM_INFINITY else min(ceiling, hard)


def _tasks() -> int:
    """Processes and threads below this one."""
    found, pending = 0, [str(os.getpid())]
    while pending:
        folder = f"/proc/{pending.pop()}/task"
        try:
            threads = os.listdir(folder)
            found += len(threads)
            for thread in threads:
                with open(f"{folder}/{thread}/children", "rb") as file:
                    pending += file.read().decode("ascii").split()
        except OSError:
            continue
    return found


if __name__ == "__main__":
    sys.exit(main())
