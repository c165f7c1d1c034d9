"""The kernel's own bounds where this user may have them, and the watch's where not: the same ends, by either."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from copilot.sandbox import Limits, SandboxReport, cgroup, probe, scope
from copilot.sandbox.limits import Usage
from copilot.sandbox.watch import Watch
from tests.copilot.sandbox.conftest import Payload

SHARED = """
    import mmap, time
    memory = mmap.mmap(-1, 400 * 2**20)
    for place in range(0, len(memory), 4096):
        memory[place] = 1
    time.sleep(30)
"""
SOCKETS = """
    import contextlib, socket, time
    kept = []
    for _ in range(900):
        kept.append(socket.socketpair())
        kept[-1][0].setblocking(False)
        kept[-1][0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**20)
        with contextlib.suppress(BlockingIOError):
            while True:
                kept[-1][0].send(bytes(65536))
    time.sleep(30)
"""
FORKS = """
    import os, time
    for _ in range(80):
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
"""


@pytest.fixture
def group() -> None:
    """A test of a group needs one: as root it must be had, and as an ordinary user where one was handed over."""
    made = cgroup.make(Limits())
    if made is None and os.geteuid() != 0:
        pytest.skip("this user may have no control group here; as root these tests run")
    assert made is not None
    made.remove()


@pytest.fixture
def none(monkeypatch: pytest.MonkeyPatch) -> None:
    """No control group is to be had."""
    monkeypatch.setattr(cgroup, "_parents", lambda: [])


@pytest.mark.usefixtures("group")
def test_a_run_is_in_a_group_whose_limits_hold_and_that_is_gone_afterwards(payload_here: Payload) -> None:
    before = left()
    done = payload_here("import time; time.sleep(0.3)", memory_mb=300, processes=50)
    assert done.result.sandbox["layers"][-1].startswith("control group (v")
    assert left() == before


@pytest.mark.usefixtures("group")
@pytest.mark.parametrize(
    ("code", "status"),
    [(SHARED, "oom"), (SOCKETS, "oom"), (FORKS, "nproc")],
    ids=["shared memory", "sockets", "forks"],
)
def test_the_kernel_ends_what_passes_its_limits(
    payload_here: Payload, code: str, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a watch that sees nothing, so that it was the group; what waits in sockets the watch could never see."""
    monkeypatch.setattr("copilot.sandbox.limits.Meter.look", lambda self: Usage())
    done = payload_here(code, memory_mb=150, processes=60, open_files=2000)
    assert done.status == status


@pytest.mark.usefixtures("group")
def test_a_group_that_is_taken_away_at_the_end_has_been_read_before(
    payload_here: Payload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a service manager does it: asks all to end where memory did, and takes a group away as soon as it is empty."""
    managers, holds, counted = list[threading.Thread](), cgroup.Group.holds, Watch.counted

    def late(watch: Watch) -> cgroup.Counters:
        time.sleep(0.3)  # the manager is the quicker one
        return counted(watch)

    def manage(group: cgroup.Group) -> None:
        while group.bounded():
            if group.counters().oom:
                for entrance in group.entrances():
                    for pid in Path(entrance).read_text().split():
                        with contextlib.suppress(ProcessLookupError):
                            os.kill(int(pid), signal.SIGTERM)
            group.remove()

    def held(group: cgroup.Group, pid: int) -> bool:
        if found := holds(group, pid):
            managers.append(threading.Thread(target=manage, args=(group,)))
            managers[-1].start()
        return found

    monkeypatch.setattr(Watch, "counted", late)
    monkeypatch.setattr(cgroup.Group, "holds", held)
    monkeypatch.setattr("copilot.sandbox.watch.LOOK_S", 60.0)
    assert payload_here("x = bytearray(300 * 2**20)", memory_mb=150).status == "oom"
    managers[0].join()


@pytest.mark.usefixtures("none")
@pytest.mark.parametrize(("code", "status"), [(SHARED, "oom"), (FORKS, "nproc")], ids=["shared memory", "forks"])
def test_without_a_group_the_watch_ends_them_and_the_record_says_soft(
    payload_here: Payload, code: str, status: str
) -> None:
    done = payload_here(code, memory_mb=200, processes=60)
    assert done.status == status
    assert done.result.sandbox["layers"][-1] == "memory watch (soft)"


@pytest.mark.usefixtures("group")
def test_a_process_outside_is_not_held(payload_here: Payload) -> None:
    made = cgroup.make(Limits())
    assert made is not None
    try:
        assert made.bounded()
        assert not made.holds(os.getpid())
    finally:
        made.remove()


@pytest.mark.case(79)
def test_what_bounds_a_run_is_said_to_whoever_runs_it(payload: Payload) -> None:
    """Root may make a group; an ordinary user only where one was handed over."""
    said = payload("import time; time.sleep(0.3)").result.sandbox["layers"][-1]
    if payload.identity.name == "root":
        assert said.startswith("control group (v")
    else:
        assert said == "memory watch (soft)" or said.startswith("control group (v")


@pytest.mark.case(79)
@pytest.mark.usefixtures("group")
def test_where_the_kernel_gives_back_another_limit_nothing_is_claimed(
    payload_here: Payload, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, whole = left(), (cgroup._one, cgroup._two)
    for number, name in enumerate(("_one", "_two")):
        monkeypatch.setattr(cgroup, name, lambda folders, limits, n=number: altered(whole[n](folders, limits)))
    done = payload_here("print('ran')", memory_mb=300)
    assert done.result.sandbox["layers"][-1] == "memory watch (soft)"
    assert left() == before


@pytest.mark.usefixtures("group")
def test_a_run_that_does_not_enter_is_not_said_to_be_in_it(
    payload_here: Payload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cgroup.Group, "enter", lambda self, pid: None)
    done = payload_here("print('ran')")
    assert done.result.sandbox["layers"][-1] == "memory watch (soft)"


def altered(settings: dict[Path, str]) -> dict[Path, str]:
    """Limits that the kernel will not give back as they were written."""
    return {file: "12345" if "memory" in file.name else value for file, value in settings.items()}


def test_folders_that_are_no_groups_are_no_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, payload_here: Payload
) -> None:
    """Files of the same names would take any number and enforce none."""
    folder = tmp_path / "group"
    folder.mkdir()
    (folder / "cgroup.subtree_control").write_text("memory pids")
    monkeypatch.setattr(cgroup, "_parents", lambda: [(2, {"memory": folder})])
    done = payload_here("print('ran')")
    assert done.result.sandbox["layers"][-1] == "memory watch (soft)"
    assert done.status == "ok"


@pytest.mark.usefixtures("group")
def test_empty_groups_of_a_supervisor_that_is_gone_are_removed(payload_here: Payload) -> None:
    _, parents = cgroup._parents()[0]
    stale = next(iter(parents.values())) / f"{cgroup.NAME}-{gone_pid()}-abcd1234"
    stale.mkdir()
    payload_here("print('ran')")
    assert not stale.exists()


def gone_pid() -> int:
    """The number of a process that has ended."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return pid


def left() -> set[str]:
    """The groups of this process's runs that are there."""
    return {
        str(folder)
        for _, parents in cgroup._parents()
        for parent in parents.values()
        for folder in parent.glob(f"{cgroup.NAME}-{os.getpid()}-*")
    }


@pytest.mark.parametrize(
    ("mounts", "own", "expected"),
    [
        ("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0", "0::/user.slice", 2),
        ("cgroup /c/memory cgroup rw,memory 0 0\ncgroup /c/pids cgroup rw,pids 0 0", "4:memory:/a\n3:pids:/a", 1),
        ("tmpfs /tmp tmpfs rw 0 0", "0::/", None),
        ("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0", "", None),
        ("f /home/a\x0cb fuse rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw 0 0", "0::/user.slice", 2),
        ("f /home/a\x0ccgroup2\x1f/tmp\x1fcgroup2\x1frw fuse rw 0 0", "0::/user.slice", None),
        ("\n\ud800 \n", "0:/", None),
    ],
)
def test_the_own_group_is_found_in_both_versions(
    mounts: str, own: str, expected: int | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cgroup, "MOUNTS", tmp_path / "mounts")
    cgroup.MOUNTS.write_bytes(mounts.encode("utf-8", "surrogatepass"))
    monkeypatch.setattr(cgroup, "_text", lambda file: own if file == cgroup.OWN else "cpu memory pids")
    assert [version for version, _ in cgroup._parents()] == ([] if expected is None else [expected])


# by the service manager: a fake one, as a real one needs a system that it has started --------------------------------

FAKE_SYSTEMD_RUN = """#!/bin/sh
printf '%s\\n' "$@" > "$(dirname "$0")/asked"
env > "$(dirname "$0")/environment"
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
"""


@pytest.fixture
def fake_manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `systemd-run` that runs the command and bounds nothing; returns its folder."""
    fake = tmp_path / "systemd-run"
    fake.write_text(FAKE_SYSTEMD_RUN)
    fake.chmod(0o755)
    monkeypatch.setattr(scope, "SYSTEMD_RUN", fake)
    monkeypatch.setattr(scope, "possible", lambda: True)
    monkeypatch.setattr("copilot.sandbox.process.Process._group", lambda self, stack: None)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/of-somebody")
    monkeypatch.setenv("SECRET", "of somebody")
    return tmp_path


def test_a_manager_that_says_yes_and_bounds_nothing_is_found_out(payload_here: Payload, fake_manager: Path) -> None:
    report = probe(fresh=True)
    assert report.ok
    assert report.bounds == "memory watch (soft)"
    asked = (fake_manager / "asked").read_text().split("\n")
    assert {"--scope", "MemorySwapMax=0", f"MemoryMax={512 * 2**20}", "TasksMax=520"} <= set(asked)


def test_neither_the_manager_s_address_nor_anything_else_reaches_the_run(
    payload_here: Payload, fake_manager: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "copilot.sandbox.run.probe", lambda **_: SandboxReport(True, "A", bounds="control group (v2, scope)")
    )
    done = payload_here("import os; print(os.environ)")
    assert "of-somebody" in (fake_manager / "environment").read_text()
    assert "SECRET" not in (fake_manager / "environment").read_text()
    assert done.status == "ok"
    assert "of-somebody" not in done.text
    assert done.result.sandbox["layers"][-1] == "memory watch (soft)"


def test_a_manager_that_refuses_is_no_reason_to_run_nothing(fake_manager: Path) -> None:
    (fake_manager / "systemd-run").write_text("#!/bin/sh\necho Failed to connect to bus >&2\nexit 1\n")
    report = probe(fresh=True)
    assert report.ok
    assert report.bounds == "memory watch (soft)"


def test_a_scope_is_found_by_its_processes_and_its_limits_are_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On files like the kernel's: a scope whose limits are others is none."""
    limits = Limits(memory_mb=100, processes=20)
    folder = tmp_path / "user.slice" / f"{cgroup.NAME}-1-abcd1234.scope"
    folder.mkdir(parents=True)
    texts = {"memory.max": 100 * 2**20, "pids.max": 20 + cgroup.OWN_TASKS, "memory.swap.max": 0, "cgroup.procs": 4321}
    for name, value in texts.items():
        (folder / name).write_text(str(value))
    (tmp_path / "own").write_text(f"0::/user.slice/{folder.name}")
    real = cgroup._text
    monkeypatch.setattr(cgroup, "_mounts", lambda: {"cgroup2": str(tmp_path)})
    monkeypatch.setattr(
        cgroup, "_text", lambda file: real(tmp_path / "own" if file == Path("/proc/4321/cgroup") else file)
    )
    found = cgroup.around(4321, limits)
    assert found is not None
    assert found.layer == "control group (v2, scope)"
    (folder / "memory.max").write_text("max")
    assert cgroup.around(4321, limits) is None
