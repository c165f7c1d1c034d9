"""The walk over a run's folder: no link is followed anywhere on a path, nothing is too deep, nothing hides from it."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot.core.errors import FileProblem
from copilot.sandbox import folder
from copilot.sandbox.folder import Walk, exchangeable, measure, remove, take_over
from tests.copilot.sandbox.conftest import Payload


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Path]:
    """A folder that is gone afterwards however deep it has become: what sweeps the tests' folders is recursive."""
    (tmp_path / "box").mkdir()
    yield tmp_path / "box"
    subprocess.run(["rm", "-rf", str(tmp_path / "box"), str(tmp_path / "outside")], check=True)


def deep(top: Path, depth: int) -> int:
    """Make a chain of folders; returns a descriptor of the last."""
    here = os.open(top, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        there = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = there
    return here


def test_a_folder_swapped_for_a_link_on_the_way_is_not_followed(tmp_path: Path) -> None:
    """The swap comes where it hurts: between the look at a folder and the step into it."""
    outside, box = tmp_path / "outside", tmp_path / "box"
    outside.mkdir()
    canary = outside / "canary"
    canary.write_text("mine")
    canary.chmod(0o4644)
    (box / "inner").mkdir(parents=True)
    seen = []
    for _, name, _ in walk if (walk := Walk(str(box))) else []:
        seen.append(name)
        if name == "inner":
            (box / "inner").rmdir()
            (box / "inner").symlink_to(outside)
    assert seen == ["inner"]
    take_over(str(box), os.getuid(), os.getgid())
    assert stat.S_IMODE(canary.stat().st_mode) == 0o4644
    assert measure(str(box), 100).listed == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_as_root_a_race_of_swaps_gives_nothing_of_the_host_away(tmp_path: Path) -> None:
    """A program exchanges folders and links while the walk goes on; a canary beyond the links keeps its owner."""
    outside, box = tmp_path / "outside", tmp_path / "box"
    outside.mkdir()
    canary = outside / "c"
    canary.write_text("not yours")
    os.chown(canary, 61234, 61234)
    box.mkdir()
    for number in range(50):
        (box / f"d{number}").mkdir()
        (box / f"d{number}" / "c").touch()
        (box / f"s{number}").symlink_to(outside)
    code = (
        "import ctypes, os, sys\nlibc = ctypes.CDLL(None); os.chdir(sys.argv[1]); print('on', flush=True)\n"
        "while True:\n  for n in range(50): libc.renameat2(-100, b'd%d' % n, -100, b's%d' % n, 2)"
    )
    swapper = subprocess.Popen([sys.executable, "-c", code, str(box)], stdout=subprocess.PIPE)
    try:
        assert swapper.stdout is not None
        swapper.stdout.readline()
        for _ in range(100):
            take_over(str(box), 0, 0)
            assert canary.stat().st_uid == 61234
    finally:
        swapper.kill()
        swapper.communicate()


def test_a_tree_of_any_depth_is_handed_over_and_set_id_bits_go(box: Path) -> None:
    last = deep(box, 1500)
    os.close(os.open("tool", os.O_CREAT | os.O_WRONLY, 0o755, dir_fd=last))
    os.fchmod(tool := os.open("tool", os.O_RDONLY, dir_fd=last), 0o6755)
    (box / "z").touch()
    opened = len(os.listdir("/proc/self/fd"))
    take_over(str(box), os.getuid(), os.getgid())
    assert len(os.listdir("/proc/self/fd")) == opened
    assert stat.S_IMODE(os.fstat(tool).st_mode) == 0o755
    assert measure(str(box), 10_000).hidden
    os.close(tool)
    os.close(last)


def test_the_way_back_up_must_lead_to_where_it_came_from(box: Path) -> None:
    """A deep folder that is moved meanwhile ends the walk; what lies above its new place is not looked at."""
    outside = box.with_name("outside")
    outside.mkdir()
    os.close(deep(box, 2 * folder.DEPTH))
    high = box.joinpath(*["d"] * 10)
    walk = Walk(str(box))
    depths = 0
    for _ in walk:
        depths += 1
        if depths == 2 * folder.DEPTH:
            high.rename(outside / "moved")
    assert depths == 2 * folder.DEPTH


def test_a_tree_of_any_depth_with_any_names_is_removed_and_nothing_outside(box: Path) -> None:
    outside = box.parent / "outside"
    outside.mkdir()
    (outside / "canary").write_text("mine")
    os.close(deep(box, 3000))
    wide = box / "wide"
    wide.mkdir()
    for name in (b"\xff\xfe", b"-rf", b"a\nb", "\u202e名".encode(), b"x" * 255, b"1.0"):
        (wide / os.fsdecode(name)).write_text("x")
        os.mkdir(os.fsencode(box) + b"/" + name[:250] + b".d")
    (wide / "link").symlink_to(outside)
    (wide / "loop").symlink_to(wide)
    os.mkfifo(wide / "pipe")
    os.link(outside / "canary", wide / "hard")
    closed = box / "closed"
    closed.mkdir()
    (closed / "file").write_text("x")
    closed.chmod(0)
    take_over(str(box), os.getuid(), os.getgid())
    with pytest.raises(RecursionError):  # why it is done so
        shutil.rmtree(box)
    remove(str(box))
    assert not box.exists()
    assert (outside / "canary").read_text() == "mine"


def test_a_link_in_the_place_of_a_folder_is_not_emptied(box: Path) -> None:
    (box / "kept").write_text("mine")
    (box.parent / "link").symlink_to(box)
    with pytest.raises(OSError, match=r"Not a directory|Too many levels"):
        remove(str(box.parent / "link"))
    assert (box / "kept").exists()


def test_folders_without_rights_become_removable(tmp_path: Path) -> None:
    box = tmp_path / "box"
    (box / "locked" / "inner").mkdir(parents=True)
    (box / "locked" / "inner" / "file").touch()
    (box / "locked").chmod(0)
    take_over(str(box), os.getuid(), os.getgid())
    assert stat.S_IMODE((box / "locked").stat().st_mode) == 0o700
    shutil.rmtree(box)


def test_an_entry_that_vanishes_takes_no_other_with_it(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / str(number)).touch()
    names = []
    for _, name, _ in Walk(str(tmp_path)):
        names.append(name)
        for other in tmp_path.iterdir():  # all but those that were seen
            if other.name not in names and len(names) == 1 and int(other.name) % 2:
                other.unlink()
    assert {name for name in map(str, range(0, 20, 2))} <= set(names)


def test_what_a_program_hides_counts_as_too_much(payload: Payload) -> None:
    code = (
        "import os, time\nfor _ in range(60):\n  os.mkdir('d'); os.chdir('d')\nopen('f', 'w').close()\ntime.sleep(20)"
    )
    assert payload(code, time_s=15).status == "disk"


@pytest.mark.parametrize(
    ("mode", "safe"), [(0o700, True), (0o755, True), (0o1777, True), (0o777, False), (0o757, False), (0o2775, False)]
)
def test_a_run_is_not_kept_where_somebody_else_could_exchange_it(
    payload: Payload, mode: int, safe: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would put a link in the place of its folder, and the link's end would be given to the run."""
    shared = payload.folder / "shared"
    (shared / "mine").mkdir(parents=True)
    for place in (shared, shared / "mine"):
        payload.identity.give(place)
    os.chown(shared, -1, 4321)  # a group that is nobody's own
    shared.chmod(mode)
    if safe:
        assert payload("print('ran')", run_dir=shared / "mine").status == "ok"
    else:
        with pytest.raises(FileProblem, match="exchange"):
            payload("print('ran')", run_dir=shared / "mine")
        assert not list((shared / "mine").iterdir())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder that is another's; as root this runs")
def test_nor_in_a_folder_that_is_another_s(tmp_path: Path) -> None:
    assert exchangeable(tmp_path) is None
    os.chown(tmp_path, 4321, 4321)
    assert exchangeable(tmp_path / ".") == tmp_path
