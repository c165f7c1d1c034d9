"""One layer removed at a time, and the self-test must say so: else it would not notice when a machine does the same."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copilot.sandbox import argv, process, seccomp, selftest, user
from copilot.sandbox.limits import Limits
from copilot.sandbox.probe import SandboxReport, _key, _selftest, probe

Mutation = Callable[[list[str]], list[str]]


def without(*gone: str) -> Mutation:
    """The call without each place where these arguments follow each other."""

    def mutate(call: list[str]) -> list[str]:
        kept, place = list[str](), 0
        while place < len(call):
            if tuple(call[place : place + len(gone)]) == gone:
                place += len(gone)
            else:
                kept.append(call[place])
                place += 1
        assert len(kept) < len(call), f"{gone} is not in the call"
        return kept

    return mutate


def with_more(*more: str) -> Mutation:
    """The call with these in addition."""
    return lambda call: [*call, *more]


def without_sizes(call: list[str]) -> list[str]:
    """The call without --size N."""
    places = {place + more for place, word in enumerate(call) if word == "--size" for more in (0, 1)}
    assert places
    return [word for place, word in enumerate(call) if place not in places]


def writable(call: list[str]) -> list[str]:
    """The call with every view writable."""
    return ["--bind" if word == "--ro-bind" else word for word in call]


def one_folder_more(call: list[str]) -> list[str]:
    """The call with a view that nobody named, while the root can still be written."""
    place = call.index("--proc")
    return [*call[:place], "--tmpfs", "/more", *call[place:]]


MUTATIONS = {
    "the host's network": (with_more("--share-net"), "no network device"),
    "devices' folder": (without("--remount-ro", "/dev"), "system read-only"),
    "process folder": (without("--remount-ro", "/proc"), "settings read-only"),
    "root folder": (without("--remount-ro", "/"), "system read-only"),
    "sizes": (without_sizes, "size of memory disks"),
    "capabilities": (with_more("--cap-add", "CAP_SYS_ADMIN"), "no capabilities"),
    "own first process": (without("--as-pid-1"), ""),
    "one folder more": (one_folder_more, "only what was named"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_call_without_one_layer(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mutate, broken = MUTATIONS[name]
    whole = argv.bubblewrap
    monkeypatch.setattr(argv, "bubblewrap", lambda *args, **more: mutate(whole(*args, **more)))
    report = probe(fresh=True)
    assert not report.ok
    assert broken in report.detail


def test_with_writable_views(monkeypatch: pytest.MonkeyPatch) -> None:
    """As root there are two layers, the staged views and bubblewrap's: either alone holds, none does not."""
    whole, placed = argv.bubblewrap, process.Process._placed
    monkeypatch.setattr(argv, "bubblewrap", lambda *args, **more: writable(whole(*args, **more)))
    assert probe(fresh=True).ok == (os.geteuid() == 0)

    def staged_writable(self: process.Process, uid: int) -> Any:
        binds, box, staged = placed(self, uid)
        return binds, box, [(source, name, True) for source, name, _ in staged]

    monkeypatch.setattr(process.Process, "_placed", staged_writable)
    assert "system read-only" in probe(fresh=True).detail


def test_without_the_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    allow = struct.pack("=HBBI", 0x06, 0, 0, seccomp.ALLOW)
    monkeypatch.setattr(seccomp, "program", lambda machine: allow)
    report = probe(fresh=True)
    assert not report.ok
    assert {"network", "namespaces", "keys"} <= {name.strip() for name in report.detail.split(":")[1].split(",")}


def test_without_limits_of_a_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """They do not arrive: PID 1 lets each pass."""
    report = with_other_init(monkeypatch, tmp_path, "resource.setrlimit(", "len(")
    assert not report.ok


def test_with_the_status_pipe_left_open(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    report = with_other_init(
        monkeypatch, tmp_path, "set_inheritable(descriptor, False)", "set_inheritable(descriptor, True)"
    )
    assert "only its own descriptors" in report.detail


def test_with_one_limit_less(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    report = with_other_init(monkeypatch, tmp_path, "for limit in limits:", "for limit in limits[1:]:")
    assert report.detail == "these do not hold: limits of a process"


def with_other_init(monkeypatch: pytest.MonkeyPatch, folder: Path, old: str, new: str) -> SandboxReport:
    """The report where PID 1 differs in one place."""
    text = argv.INIT.read_text(encoding="utf-8")
    assert old in text
    (folder / "init.py").write_text(text.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(argv, "INIT", folder / "init.py")
    return probe(fresh=True)


def test_root_that_is_not_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an ordinary user there is no root to leave, and the users that root becomes play no part."""
    monkeypatch.setattr(user, "FIRST_UID", 0)
    monkeypatch.setattr(user, "UIDS", 1)
    assert probe(fresh=True).ok == (os.geteuid() != 0)


def test_probes_do_no_harm_where_nothing_holds_them_back(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("as it was")
    assert selftest.opens(str(file))
    assert not selftest.read_only(str(file))
    assert not selftest.opens(str(tmp_path / "none"))
    assert selftest.opens(str(tmp_path))
    assert file.read_text() == "as it was"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_result_is_remembered_for_the_same_view_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = key()
    assert key() == first
    prefix = sys.prefix
    monkeypatch.setattr("sys.prefix", str(tmp_path / "venv"))
    assert key() != first
    monkeypatch.setattr("sys.prefix", prefix)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert key() != first


def key() -> str:
    """What a result would be remembered under."""
    return _key(_selftest("/usr/bin/bwrap", Path("/nowhere")))


def test_the_self_test_expects_the_limits_that_it_runs_under() -> None:
    call = _selftest("/usr/bin/bwrap", Path("/nowhere")).policy()
    assert str(Limits(time_s=30, memory_mb=512).each_shared_mb * 2**20) in call
