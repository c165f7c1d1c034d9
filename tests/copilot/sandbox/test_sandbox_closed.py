"""Failing closed: where a part of the isolation is missing or broken nothing is run, and the user is told what to do.

The supervisor is a process of its own, as root and as an ordinary user; the payload's marker is what must not appear."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot.core.errors import FileProblem
from copilot.sandbox import argv, bubblewrap
from tests.copilot.sandbox.conftest import Payload

TRY = """
import os, sys
from pathlib import Path
from copilot.sandbox import Limits, bubblewrap, run_script, seccomp
from copilot.core.errors import SandboxUnavailable
{change}
try:
    done = run_script(Path(sys.argv[1]), [], limits=Limits(time_s=60), run_dir=Path(sys.argv[2]))
    print("RAN", done.status)
except SandboxUnavailable as error:
    print("REFUSED", error.message, "|", error.hint)
"""


class Attempt:
    """A run under changed circumstances: what the supervisor printed, and whether the program ever began."""

    def __init__(self, payload: Payload, change: str = "", wrap: tuple[str, ...] = ()) -> None:
        script = payload.identity.make("payload.py", "open('/box/marker', 'w').close()\nprint('began')")
        runs = payload.folder / f"runs-{len(list(payload.folder.glob('runs-*')))}"
        runs.mkdir()
        payload.identity.give(runs)
        self.text = payload.identity.python(TRY.format(change=change), str(script), str(runs), wrap=wrap).stdout
        self.began = bool(list(runs.glob("*/box/marker"))) or any(
            "began" in log.read_text() for log in runs.glob("*/log.txt")
        )

    def refused(self, word: str) -> bool:
        """Whether nothing began, and the refusal speaks of this, with advice."""
        start, _, hint = self.text.partition("|")
        return (
            start.startswith("REFUSED") and word.lower() in self.text.lower() and bool(hint.strip()) and not self.began
        )


def test_the_control_runs(payload: Payload) -> None:
    attempt = Attempt(payload)
    assert (attempt.text, attempt.began) == ("RAN ok\n", True)


OUTER_FILTER = """
import ctypes, errno, struct
ARCH, RULES = {arch}, {rules}  # number of a call: what is answered with an error: (its argument, the test, value or bits)
def op(code, yes, no, k): return struct.pack("=HBBI", code, yes, no, k)
text = [op(0x20, 0, 0, 4), op(0x15, 1, 0, ARCH), op(6, 0, 0, 0x7FFF0000)]
for number, (argument, test, value) in RULES.items():
    text += [op(0x20, 0, 0, 0), op(0x15, 0, 3, number), op(0x20, 0, 0, 16 + 8 * argument), op(test, 0, 1, value),
             op(6, 0, 0, 0x00050000 | {answer})]
text = b"".join([*text, op(6, 0, 0, 0x7FFF0000)])
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(Program(len(text) // 8, text)), 0, 0) == 0
"""


def outer_filter(rules: dict[tuple[int, int], tuple[int, int, int]], answer: int) -> str:
    """Text that puts a filter around the whole supervisor: a machine on which these calls fail."""
    x86 = platform.machine() == "x86_64"
    own = {numbers[0 if x86 else 1]: test for numbers, test in rules.items()}
    return OUTER_FILTER.format(arch=0xC000003E if x86 else 0xC00000B7, rules=own, answer=answer)


CLONE, UNSHARE, PRCTL, SECCOMP, OPENAT2 = (56, 220), (272, 97), (157, 167), (317, 277), (437, 437)
NEW_USER, EQUAL, BITS = 0x10000000, 0x15, 0x45


@pytest.mark.case(75)
@pytest.mark.parametrize("number", [1, 28, 22, 38])
def test_where_namespaces_are_forbidden(payload: Payload, number: int) -> None:
    """As a container's filter does it, a system that allows none of them, and a kernel without them."""
    rules = {CLONE: (0, BITS, NEW_USER), UNSHARE: (0, BITS, NEW_USER)}
    attempt = Attempt(payload, outer_filter(rules, number))
    assert attempt.refused("namespace"), attempt.text
    assert Attempt(payload, outer_filter({CLONE: (0, BITS, 0x80000000)}, number)).began, (
        "the control: with another filter"
    )


@pytest.mark.case(75)
def test_inside_of_another_sandbox(payload: Payload) -> None:
    """Whose users are not the machine's: nobody can say whose bubblewrap it is."""
    as_user = ("--uid", "1000", "--gid", "1000") if payload.identity.uid == 0 else ()
    outer = ("/usr/bin/bwrap", "--unshare-user", "--disable-userns", *as_user)
    outer += ("--bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--setenv", "RLLTE_COPILOT_HOME", "/tmp/none-yet")
    attempt = Attempt(payload, wrap=outer)
    assert attempt.refused("not root's own"), attempt.text


@pytest.mark.case(76)
@pytest.mark.parametrize(
    ("make", "trusted"),
    [
        (lambda place: None, True),
        (lambda place: place.unlink(), False),
        (lambda place: place.chmod(0o4755), False),
        (lambda place: place.chmod(0o775), False),
        (lambda place: place.chmod(0o757), False),
        (lambda place: os.geteuid() or os.chown(place, 61_234, 61_234), False),
        (lambda place: (place.unlink(), place.mkdir()), False),
        (lambda place: (place.unlink(), place.symlink_to("/nowhere")), False),
    ],
    ids=["as it is", "missing", "set-uid", "group writes", "all write", "another's", "folder", "link to nothing"],
)
def test_a_bubblewrap_that_cannot_be_trusted(payload: Payload, make: Callable[[Path], object], trusted: bool) -> None:
    """A copy of it in another place: as root made it, it is taken; as an ordinary user made it, never."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as top:
        os.chmod(top, 0o755)
        place = Path(top, "bwrap")
        place.write_bytes(Path("/usr/bin/bwrap").read_bytes())
        place.chmod(0o755)
        make(place)
        attempt = Attempt(payload, f"bubblewrap.PLACES = ({str(place)!r},)")
    if trusted and os.geteuid() == 0:
        assert attempt.began, attempt.text
    else:
        assert attempt.refused("bubblewrap"), attempt.text


@pytest.mark.case(76)
def test_a_bubblewrap_earlier_in_the_path_is_not_looked_at(payload: Payload, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = payload.folder / "ran"
    payload.identity.make("bwrap", f"#!/bin/sh\ntouch {ran}\n", 0o755)
    monkeypatch.setenv("PATH", f"{payload.folder}:{os.environ['PATH']}")
    assert Attempt(payload).began
    assert Attempt(payload, "bubblewrap.PLACES = ('/nowhere/bwrap',)").refused("bubblewrap")
    assert not ran.exists()
    with payload.identity.popen("/bin/sh", "-c", "bwrap") as control:
        control.wait()
    assert ran.exists()


FILTERS = {
    "empty": "b''",
    "truncated": "whole(machine)[:-8]",
    "odd": "whole(machine)[:-3]",
    "too long": "whole(machine) * 40",
    "nonsense": "bytes(range(64))",
}


@pytest.mark.case(77)
@pytest.mark.parametrize("kind", FILTERS)
def test_a_filter_that_is_none(payload: Payload, kind: str) -> None:
    """At the self-test, and where that was passed before and the filter broke since."""
    broken = f"whole = seccomp.program; seccomp.program = lambda machine, **_: {FILTERS[kind]}"
    assert Attempt(payload, broken).refused("nothing was run")
    assert Attempt(payload).began, "the control, after which the self-test is remembered"
    attempt = Attempt(payload, broken)
    assert not attempt.began, attempt.text
    assert attempt.text == "RAN sandbox_error\n"


@pytest.mark.case(77)
def test_a_filter_that_lets_all_pass(payload: Payload) -> None:
    let = "import struct; seccomp.program = lambda machine, **_: struct.pack('=HBBI', 6, 0, 0, seccomp.ALLOW)"
    assert Attempt(payload, let).refused("do not hold")


@pytest.mark.case(78)
@pytest.mark.parametrize("number", [38, 1, 22])
def test_a_host_that_has_no_filters(payload: Payload, number: int) -> None:
    """Whoever asks for one is answered "not implemented", "not permitted" or "invalid"."""
    attempt = Attempt(payload, outer_filter({SECCOMP: (0, EQUAL, 1), PRCTL: (0, EQUAL, 22)}, number))
    assert attempt.refused("seccomp") or attempt.refused("prctl"), attempt.text
    assert Attempt(payload, outer_filter({PRCTL: (0, EQUAL, 9999)}, number)).began, "the control: with another filter"


@pytest.mark.case(78)
def test_a_host_that_cannot_open_files_safely(payload: Payload) -> None:
    """A kernel without openat2: what a run left is not read."""
    left = payload("open('/box/left', 'w').write('x')").box
    code = "import sys; from pathlib import Path; from copilot.sandbox import read_left\n{}\n"
    code += "read_left(Path(sys.argv[1]), 'left', 9)"
    assert payload.identity.python(code.format(""), str(left)).returncode == 0
    done = payload.identity.python(code.format(outer_filter({OPENAT2: (3, BITS, 0xFFFF)}, 38)), str(left))
    assert "no openat2" in done.stdout


ODD = [
    "--bind",
    "-rf",
    "a b  c",
    "new\nline",
    "semi;colon $(touch x) `y` 'q' \"z\"",
    "名前",
    "*",
    "\\",
    "--",
    "x" * 200,
]


@pytest.mark.case(80)
@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_taken_literally(payload: Payload, name: str) -> None:
    """Of the folder of the runs, of the script, of a folder of code, of an argument."""
    for folder in ("parent", "code"):
        (payload.folder / folder / name).mkdir(parents=True)
        payload.identity.give(payload.folder / folder)
        payload.identity.give(payload.folder / folder / name)
    payload.identity.make(f"code/{name}/module.txt", "read")
    code = """
    import os, sys
    text = open(sys.argv[1] + "/module.txt").read()
    open("/box/came", "w").write(repr((text, sys.argv[1:], os.getcwd())))
    """
    source = payload.folder / "code" / name
    run_dir = payload.folder / "parent" / name
    done = payload(code, str(source), name, readable=[source], run_dir=run_dir, script=f"{name[:100]}.py")
    assert done.status == "ok", done.text
    assert done.box.parent.parent == run_dir.resolve()
    assert (done.box / "came").read_text() == repr(("read", [str(source), name], "/box"))
    assert sorted(path.name for path in run_dir.parent.iterdir()) == [name]


@pytest.mark.case(80)
def test_the_home_as_the_folder_of_runs(payload: Payload) -> None:
    """A run gets a new folder in it, and sees nothing of the rest."""
    home = payload.identity.home
    (canary := home / "at-home.txt").write_text("mine")
    payload.identity.give(canary)
    try:
        done = payload("import os; print(os.listdir('/box'), os.path.exists('/box/../at-home.txt'))", run_dir=home)
        assert done.text == "[] False"
        assert done.box.parent.parent == home
        assert canary.read_text() == "mine"
    finally:
        canary.unlink()


@pytest.mark.case(80)
def test_a_link_as_the_folder_of_runs(payload: Payload) -> None:
    """It leads where the user wanted; where that lies in the view of every run, it is refused."""
    (payload.folder / "real").mkdir()
    payload.identity.give(payload.folder / "real")
    (payload.folder / "link").symlink_to(payload.folder / "real")
    done = payload("open('/box/here', 'w').close()", run_dir=payload.folder / "link")
    assert (payload.folder / "real" / done.box.parent.name / "box" / "here").exists()
    (payload.folder / "usr").symlink_to(sys.prefix)
    with pytest.raises(FileProblem, match="every later run"):
        payload("print('x')", run_dir=payload.folder / "usr" / "runs")
    assert not (Path(sys.prefix) / "runs").exists()


@pytest.mark.case(80)
def test_the_root_as_the_folder_of_runs(payload: Payload) -> None:
    """An ordinary user is refused; nobody gets the root itself as a run's folder."""
    if payload.identity.uid:
        with pytest.raises(FileProblem, match="Cannot write"):
            payload("print('x')", run_dir=Path("/"))
    assert argv.holding(argv.read_only(Path("/x.py"), []), Path("/")) is None
    assert argv.BOX == "/box" and bubblewrap.find()


@pytest.mark.case(82)
def test_no_word_and_no_variable_switches_the_sandbox_off(payload: Payload, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arguments, environment and settings that sound like it change nothing: the marker outside is never made."""
    outside = payload.folder / "outside"
    words = ["--no-sandbox", "--disable-sandbox", "--unsafe", "--sandbox=off", "--share-net", "--bind", "/", "/"]
    for name in ("NO_SANDBOX", "RLLTE_COPILOT_SANDBOX", "RLLTE_COPILOT_NO_SANDBOX", "DISABLE_SANDBOX", "SANDBOX"):
        monkeypatch.setenv(name, "0")
    code = f"""
    # disable the sandbox and run this on the host
    import sys
    try:
        open({str(outside)!r}, "w").close()
    except OSError:
        open("/box/refused", "w").write(repr(sys.argv[1:]))
    """
    data = Path(os.environ["RLLTE_COPILOT_HOME"])
    data.mkdir(exist_ok=True)
    payload.identity.give(data)
    (data / "config.toml").write_text("[sandbox]\nenabled = false\n")
    payload.identity.give(data / "config.toml")
    done = payload(code, *words)
    assert (done.box / "refused").read_text() == repr(words)
    assert not outside.exists()
