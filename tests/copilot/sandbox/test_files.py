"""What a run left is read as bytes, or refused with what was found: no name and no kind of file fools the host."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot.core.errors import FileProblem
from copilot.sandbox import files, open_left, read_left
from tests.copilot.sandbox.test_folder import deep

SECRET = b"not the run's"


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A run's folder, with a secret beside it and a file in it that can be read."""
    (tmp_path / "secret").write_bytes(SECRET)
    (tmp_path / "box" / "inner").mkdir(parents=True)
    (tmp_path / "box" / "inner" / "plain").write_bytes(b"content")
    return tmp_path / "box"


def test_a_plain_file_is_read(box: Path) -> None:
    assert read_left(box, "inner/plain", 7) == b"content"
    with open_left(box, "inner/plain") as file:
        assert file.read(3) == b"con"
        assert not os.get_inheritable(file.fileno())


@pytest.mark.parametrize("name", ["../secret", "inner/../../secret", "/etc/passwd", "./../box/inner/plain"])
def test_a_path_that_leads_out(box: Path, name: str) -> None:
    assert (box / name).exists(), "the control: an ordinary reader gets there"
    with pytest.raises(FileProblem, match="leads out"):
        read_left(box, name, 10_000)


def link(box: Path) -> None:
    (box / "x").symlink_to(box.parent / "secret")


def link_within(box: Path) -> None:
    (box / "x").symlink_to("inner/plain")


def magic_link(box: Path) -> None:
    (box / "x").symlink_to("/proc/self/root/etc/passwd")


def hard_link(box: Path) -> None:
    os.link(box.parent / "secret", box / "x")


def folder(box: Path) -> None:
    (box / "x").mkdir()


def pipe(box: Path) -> None:
    os.mkfifo(box / "x")


def local_socket(box: Path) -> None:
    here = os.getcwd()
    os.chdir(box)  # an address has no room for long paths
    try:
        socket.socket(socket.AF_UNIX).bind("x")
    finally:
        os.chdir(here)


def nothing(box: Path) -> None:
    pass


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
@pytest.mark.parametrize(
    ("make", "found"),
    [
        (link, "a link is"),
        (link_within, "a link is"),
        (magic_link, "a link is"),
        (hard_link, "2 names"),
        (folder, "a folder"),
        (pipe, "a pipe"),
        (local_socket, "a socket"),
        (nothing, "No such file"),
    ],
)
def test_what_is_no_plain_file_is_named(box: Path, make: Callable[[Path], None], found: str) -> None:
    make(box)
    opened = len(os.listdir("/proc/self/fd"))
    with pytest.raises(FileProblem, match=found) as refused:
        read_left(box, "x", 10_000)
    assert refused.value.hint
    assert len(os.listdir("/proc/self/fd")) == opened


def test_a_folder_that_is_a_link(box: Path) -> None:
    (box / "way").symlink_to(box / "inner")
    (box / "up").symlink_to("..")
    for name in ("way/plain", "up/secret", "up/box/inner/plain"):
        assert (box / name).read_bytes()
        with pytest.raises(FileProblem, match="a link is"):
            read_left(box, name, 10_000)


def test_a_run_s_folder_that_is_a_link(box: Path) -> None:
    box.with_name("other").symlink_to(box)
    with pytest.raises(FileProblem, match="run's folder cannot be opened"):
        read_left(box.with_name("other"), "inner/plain", 10_000)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes device nodes; as root this runs")
def test_a_device(box: Path) -> None:
    os.mknod(box / "zero", 0o600 | 0o020000, os.makedev(1, 5))
    with pytest.raises(FileProblem, match="a device"):
        read_left(box, "zero", 10_000)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts; as root this runs")
def test_another_disk_below_the_folder(box: Path) -> None:
    """In a mount namespace of its own, so that nothing is left mounted."""
    (box / "disk").mkdir()
    code = (
        "import subprocess, sys; from pathlib import Path; from copilot.sandbox import read_left\n"
        "box = Path(sys.argv[1])\n"
        "subprocess.run(['mount', '-t', 'tmpfs', 'none', box / 'disk'], check=True)\n"
        "(box / 'disk/file').write_text('x')\nprint(read_left(box, 'inner/plain', 99))\nread_left(box, 'disk/file', 99)"
    )
    command = ["unshare", "--mount", sys.executable, "-c", code, str(box)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "b'content'\n"
    assert "leads out" in done.stderr


def test_a_sparse_file_counts_by_its_size(box: Path) -> None:
    with (box / "sparse").open("wb") as file:
        file.truncate(2**40)
    assert (box / "sparse").stat().st_blocks < 1000
    with pytest.raises(FileProblem, match=f"{2**40} bytes long, and at most 1000000 are read"):
        read_left(box, "sparse", 1_000_000)


def test_a_file_that_grows_while_it_is_read(box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was small at the first look; no more than one byte beyond the cap is ever taken."""
    with (box / "small").open("wb") as file:
        file.write(b"x" * 100)
    looked = files._require_plain

    def grow(info: os.stat_result, relative: str) -> None:
        looked(info, relative)
        with (box / "small").open("ab") as file:
            file.write(b"x" * 10_000)

    monkeypatch.setattr(files, "_require_plain", grow)
    with pytest.raises(FileProblem, match="at most 100 are read"):
        read_left(box, "small", 100)


def test_a_pipe_with_a_writer_and_one_without_hold_nobody_up(box: Path) -> None:
    os.mkfifo(box / "x")
    for writer in (False, True):
        held = os.open(box / "x", os.O_RDWR) if writer else None
        with pytest.raises(FileProblem, match="a pipe"):
            open_left(box, "x")
        if held is not None:
            os.close(held)


def test_swapped_for_a_link_while_it_is_opened(box: Path) -> None:
    """Exchanged without pause, file and folder alike; only the run's own content is ever read."""
    (box / "link").symlink_to(box.parent / "secret")
    (box / "own").write_bytes(b"content")
    box.parent.joinpath("outside").mkdir()
    box.parent.joinpath("outside", "plain").write_bytes(SECRET)
    (box / "way").symlink_to(box.parent / "outside")
    code = (
        "import ctypes, os, sys\nlibc = ctypes.CDLL(None); os.chdir(sys.argv[1]); print('on', flush=True)\n"
        "while True:\n  libc.renameat2(-100, b'own', -100, b'link', 2); libc.renameat2(-100, b'inner', -100, b'way', 2)"
    )
    seen: dict[str, int] = {"read": 0, "refused": 0, "secret to an ordinary reader": 0}
    with subprocess.Popen([sys.executable, "-c", code, str(box)], stdout=subprocess.PIPE) as swapper:
        try:
            assert swapper.stdout is not None
            swapper.stdout.readline()
            while min(seen.values()) < 20 and swapper.poll() is None:
                for name in ("own", "inner/plain"):
                    try:
                        assert read_left(box, name, 100) == b"content"
                        seen["read"] += 1
                    except FileProblem:
                        seen["refused"] += 1
                    seen["secret to an ordinary reader"] += (box / name).read_bytes() == SECRET
        finally:
            swapper.kill()
    assert min(seen.values()) >= 20


def test_of_any_depth(box: Path) -> None:
    try:
        os.close(os.open("last", os.O_CREAT | os.O_WRONLY, dir_fd=(top := deep(box, 1200))))
        os.close(top)
        assert read_left(box, "d/" * 1200 + "last", 10) == b""
        with pytest.raises(FileProblem, match="File name too long"):
            read_left(box, "d/" * 3000 + "last", 10)
    finally:
        subprocess.run(["rm", "-rf", str(box / "d")], check=True)


@pytest.mark.parametrize("name", [" ", "-rf", "--bind", "a\nb", "\u202etxt.exe", "\x1b[2J", "名", "*", "\udcff\udcfe"])
def test_odd_names_are_names(box: Path, name: str) -> None:
    (box / name).write_bytes(b"odd")
    assert read_left(box, name, 10) == b"odd"
    (box / name).unlink()
    with pytest.raises(FileProblem) as refused:
        read_left(box, name, 10)
    assert not set("\x1b\u202e\n\udcff") & set(refused.value.message)


@pytest.mark.parametrize("name", ["", "inner/plain\0", "\0", "x" * 300, "inner/plain/more", ".", "inner/"])
def test_what_is_no_name_of_a_file(box: Path, name: str) -> None:
    with pytest.raises(FileProblem):
        read_left(box, name, 10)


def test_a_file_without_rights(box: Path) -> None:
    (box / "closed").write_bytes(b"mine")
    (box / "closed").chmod(0)
    if os.geteuid() == 0:
        assert read_left(box, "closed", 10) == b"mine"
    else:
        with pytest.raises(FileProblem, match="Permission denied"):
            read_left(box, "closed", 10)


def test_a_kernel_without_openat2_is_refused(box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for a call that no kernel has, this one answers as an old one would."""
    monkeypatch.setattr(files, "OPENAT2", 100_000)
    with pytest.raises(FileProblem, match="no openat2") as refused:
        read_left(box, "inner/plain", 10)
    assert "Linux 5.6" in refused.value.hint


def test_a_file_that_somebody_holds_by_a_lease(box: Path) -> None:
    """Whoever opens it would wait for the holder to let go; this reader does not wait."""
    held = os.open(box / "inner" / "plain", os.O_RDWR)
    waiting = threading.Event()
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        assert libc.fcntl(held, 1024, 1) == 0, os.strerror(ctypes.get_errno())
        before = signal.signal(signal.SIGIO, lambda *_: waiting.set())
        try:
            with pytest.raises(FileProblem, match="somebody holds it"):
                read_left(box, "inner/plain", 10)
        finally:
            libc.fcntl(held, 1024, 2)
            signal.signal(signal.SIGIO, before)
    finally:
        os.close(held)
