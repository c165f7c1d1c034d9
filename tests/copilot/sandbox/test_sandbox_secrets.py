"""Files and secrets of the host: a run neither reads nor changes them. What it could take it leaves in its folder, where
the host looks; each test also does the same outside, where it works."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from copilot.core import paths
from copilot.sandbox import argv, launch
from tests.copilot.sandbox.conftest import Outcome, Payload

SECRET = "canary-4711-of-the-host"

TAKE = """
import json, os, sys
taken = {}
for path in json.loads(sys.argv[1]):
    try:
        with open(path, "rb") as file:
            taken[path] = file.read(4096).decode("utf-8", "replace")
    except IsADirectoryError:
        taken[path] = " ".join(os.listdir(path))
    except OSError as error:
        taken[path] = error.errno
json.dump(taken, open(sys.argv[2] + "taken.json", "w"))
"""


def taken(done: Outcome) -> dict[str, str | int]:
    """What a run left of what it was to take."""
    assert done.status == "ok", done.text
    found = json.loads((done.box / "taken.json").read_text())
    assert isinstance(found, dict)
    return found


@pytest.mark.case(1)
def test_a_canary_at_home(payload: Payload) -> None:
    """Of the very user who runs it, readable and writable by everybody."""
    home = payload.identity.home
    canary = payload.identity.make("canary.txt", SECRET, 0o666)
    (dotted := home / ".netrc").write_text(SECRET)
    payload.identity.give(dotted)
    wanted = [str(canary), str(dotted), str(home), sys.executable]
    outside = payload.folder / "outside-"
    assert payload.identity.python(TAKE, json.dumps(wanted), str(outside)).returncode == 0
    control = json.loads((payload.folder / "outside-taken.json").read_text())
    assert control[str(canary)] == control[str(dotted)] == SECRET

    found = taken(payload(TAKE, json.dumps(wanted), "/box/"))
    assert [found[path] for path in wanted[:3]] == [2, 2, 2]
    assert "ELF" in str(found[sys.executable]), "the control: what is shown is read"
    done = payload(f"open({str(canary)!r}, 'w').write('changed')")
    assert done.status == "error"
    assert canary.read_text() == SECRET


@pytest.mark.case(2)
def test_the_host_s_folders_are_absent(payload: Payload) -> None:
    names = ["/etc/shadow", "/etc/hostname", "/root", "/home", "/run", "/var", "/sys", "/boot", "/srv", "/opt"]
    names += [str(payload.identity.home / ".ssh"), str(payload.folder), "/"]
    found = taken(payload(TAKE, json.dumps(names), "/box/"))
    below_root = {Path(path).parts[1] for path in argv.named(argv.read_only(Path("/x.py"), [])) if path != "/"}
    assert set(str(found.pop("/")).split()) <= below_root | {"sbx"}
    shown = {name for name, value in found.items() if value != 2}
    assert shown <= {name for name in names if name[1:] in below_root}, found
    assert os.path.exists("/etc/shadow"), "the control"
    assert "shadow" not in os.listdir(done_etc(payload))


def done_etc(payload: Payload) -> Path:
    """A copy of the run's /etc, made by the run."""
    done = payload("import shutil; shutil.copytree('/etc', '/box/etc', symlinks=True)")
    assert done.status == "ok", done.text
    assert "sandbox" in (done.box / "etc" / "passwd").read_text()
    return done.box / "etc"


@pytest.mark.case(3)
def test_the_host_s_environment_is_nowhere(payload: Payload, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_API_KEY", SECRET)
    code = """
    import glob, os
    with open("/box/environ", "w") as out:
        out.write(repr(dict(os.environ)))
        for name in [*glob.glob("/proc/*/environ"), *glob.glob("/proc/*/task/*/environ"), *glob.glob("/proc/*/cmdline")]:
            try:
                out.write(name + open(name, errors="replace").read())
            except OSError as error:
                out.write(f"{name} {error.errno} ")
    """
    assert SECRET in payload.identity.python("import os; print(os.environ['FAKE_API_KEY'])").stdout, "the control"
    done = payload(code)
    text = (done.box / "environ").read_text(errors="replace")
    assert "LANG" in text and "/proc/1/environ" in text, "the control"
    assert SECRET not in text


def digest(path: Path) -> str:
    """Of a file, or of the names in a folder."""
    content = "\0".join(sorted(os.listdir(path))).encode() if path.is_dir() else path.read_bytes()
    return hashlib.sha256(content).hexdigest()


@pytest.mark.case(4)
@pytest.mark.case(5)
def test_nothing_but_the_box_can_be_written(payload: Payload) -> None:
    library = payload.folder / "library"
    library.mkdir()
    module = payload.identity.make("library/module.py", "x = 1", 0o666)
    payload.identity.give(library)
    library.chmod(0o777)
    script = payload.folder / "payload.py"
    folders = [Path("/usr"), Path(sys.prefix), Path(os.__file__).parent, library, Path("/")]
    single = [argv.INIT, module, Path(sys.prefix) / "pyvenv.cfg", Path("/usr/bin/env")]
    before = {path: digest(path) for path in [*folders, *single]}
    targets = [*(f"{folder}/written-by-a-run" for folder in folders), *map(str, single), "/sbx/init.py"]
    code = """
    import json, os, sys
    wrote = []
    for path in [*json.loads(sys.argv[1]), sys.argv[0]]:
        actions = [lambda: open(path, "a").close(), lambda: os.mkdir(path + ".d")]
        if path == sys.argv[2]:  # of this one nobody would miss anything
            actions += [lambda: os.chmod(path, 0o777), lambda: os.utime(path), lambda: open(path, "w").close(),
                        lambda: os.rename(path, path + ".old"), lambda: os.unlink(path)]
        for action in actions:
            try:
                action()
                wrote.append(path)
            except OSError:
                pass
    open("/box/mine", "w").write(repr(wrote))
    """
    done = payload(code, json.dumps(targets), str(module), readable=[library])
    assert (done.box / "mine").read_text() == "[]", "the control is that it was written at all"
    assert (done.box / "mine").stat().st_uid == payload.identity.uid
    assert {path: digest(path) for path in before} == before
    assert script.read_text().strip().startswith("import json")


@pytest.mark.case(6)
def test_the_view_cannot_be_changed(payload: Payload) -> None:
    code = """
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    found = []
    def call(*args):
        ctypes.set_errno(0)
        libc.syscall(*(ctypes.c_long(a) if isinstance(a, int) else a for a in args))
        found.append(ctypes.get_errno())
    MOUNT, UMOUNT, PIVOT, CHROOT = (165, 166, 155, 161) if os.uname().machine == "x86_64" else (40, 39, 41, 51)
    for place in (b"/", b"/usr", b"/sbx", b"/proc", b"/dev"):
        call(MOUNT, b"none", place, None, 32 | 4096, None)   # remount, bind, writable
    call(UMOUNT, b"/proc", 2)
    call(PIVOT, b"/box", b"/box")
    call(CHROOT, b"/box")
    os.path.exists("/proc/self/status") or found.append("proc is gone")
    open("/box/found", "w").write(repr(found))
    open("/usr/written-by-a-run", "w").close()
    """
    done = payload(code)
    assert (done.box / "found").read_text() == repr([1] * 8)
    assert done.status == "error"
    assert "Read-only file system" in done.text
    assert not Path("/usr/written-by-a-run").exists()


@pytest.mark.case(7)
def test_the_kernel_s_settings_stay(payload: Payload) -> None:
    """Root owns them, and so would a run that is root on the host, whatever namespace it is in."""
    settings = ["kernel/core_pattern", "kernel/printk", "kernel/hostname", "vm/overcommit_memory"]
    before = {name: Path("/proc/sys", name).read_text() for name in settings}
    if payload.identity.uid == 0:
        os.close(os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY))  # the control: from here it can be opened
    own = payload.identity.python("open('/proc/self/oom_score_adj', 'w').write('500')")
    assert own.returncode == 0, "the control"
    code = f"""
    import glob
    opened = []
    for path in [*("/proc/sys/" + name for name in {settings!r}), "/proc/self/oom_score_adj", "/proc/1/oom_score_adj",
                 "/proc/sysrq-trigger", *glob.glob("/proc/sys/*/*")]:
        try:
            open(path, "w").close()
            opened.append(path)
        except OSError:
            pass
    open("/box/opened", "w").write(repr(opened))
    """
    assert (payload(code).box / "opened").read_text() == "[]"
    assert {name: Path("/proc/sys", name).read_text() for name in before} == before


@pytest.mark.case(8)
def test_no_device_is_made(payload: Payload) -> None:
    disk = os.stat("/").st_dev
    code = f"""
    import os, stat
    errors = []
    for kind, device in ((stat.S_IFBLK, {disk}), (stat.S_IFCHR, os.makedev(1, 1)), (stat.S_IFCHR, os.makedev(1, 3))):
        try:
            os.mknod(f"/box/device-{{device}}", 0o666 | kind, device)
        except OSError as error:
            errors.append(error.errno)
    open("/box/errors", "w").write(repr(errors))
    """
    done = payload(code)
    assert (done.box / "errors").read_text() == "[1, 1, 1]"
    assert os.listdir(done.box) == ["errors"]


@pytest.mark.case(9)
def test_no_file_of_the_host_gets_a_second_name(payload: Payload) -> None:
    """Not even one on the same disk as the run's folder, owned by the user who runs it."""
    library = payload.folder / "library"
    library.mkdir()
    mine = payload.identity.make("library/mine.txt", SECRET)
    payload.identity.give(library)
    for name in ("mine", "control"):
        assert (
            payload.identity.python("import os, sys; os.link(*sys.argv[1:])", str(mine), f"{mine}-{name}").returncode
            == 0
        )
    (library / "mine.txt-mine").unlink()
    code = f"""
    import os
    for path in ({str(mine)!r}, "/usr/bin/env", "/sbx/payload.py"):
        try:
            os.link(path, "/box/second")
        except OSError as error:
            print(error.errno)
    open("own", "w").close()
    os.link("own", "second-of-own")
    """
    done = payload(code, readable=[library])
    assert sorted(os.listdir(done.box)) == ["own", "second-of-own"], done.text
    assert mine.stat().st_nlink == 2, "itself and the control"
    assert set(done.text.split()) == {"18"}


@pytest.mark.case(10)
@pytest.mark.case(11)
def test_no_way_up_or_round_leads_out(payload: Payload) -> None:
    """Above the root, through a descriptor of it, and through the roots and folders of other processes."""
    canary = payload.identity.make("canary.txt", SECRET, 0o666)
    code = """
    import os, sys
    canary, found = sys.argv[1], {}
    top = os.open("/", os.O_PATH)
    for way in ("../" * 40, "box/../../../"):
        found[way] = way + canary[1:]
    for process in ("self", "1", "thread-self", str(os.getppid())):
        for link in ("root", "cwd", "root/..", "cwd/../..", "fd/0/..", "exe/.."):
            found[f"/proc/{process}/{link}"] = f"/proc/{process}/{link}{canary}"
    with open("/box/taken", "w") as out:
        for name, path in found.items():
            try:
                out.write(os.fdopen(os.open(path, os.O_RDONLY, dir_fd=top)).read())
            except OSError as error:
                out.write(f"{error.errno} ")
        for path in ("/proc/self/root", "/proc/self/root/.."):
            out.write(f"same: {os.path.samefile(path, '/')} ")
    """
    done = payload(code, str(canary))
    text = (done.box / "taken").read_text()
    assert SECRET not in text
    assert {word for word in text.split() if word.isdigit()} <= {"2", "13", "20"}
    assert text.count("same: True") == 2
    control = payload.identity.python("import sys; print(open('/proc/self/root' + sys.argv[1]).read())", str(canary))
    assert SECRET in control.stdout


@pytest.mark.case(12)
def test_an_inherited_descriptor_is_not_there(payload: Payload) -> None:
    """Left inheritable in the supervisor, which itself has it."""
    secret = payload.identity.make("open.txt", SECRET)
    code = """
    import os
    with open(PLACE, "w") as out:
        for number in range(3, 400):
            try:
                out.write(os.readlink(f"/proc/self/fd/{number}") + " ")
                out.write(os.pread(number, 100, 0).decode("utf-8", "replace"))
            except OSError:
                pass
    """
    with secret.open() as file:
        os.set_inheritable(file.fileno(), True)
        control = payload.folder / "control"
        payload.identity.python(code.replace("PLACE", repr(str(control))).replace("\n    ", "\n"))
        assert SECRET in control.read_text()
        done = payload(code.replace("PLACE", "'/box/seen'"))
    text = (done.box / "seen").read_text()
    assert "/box/seen" in text, "the control"
    assert "open.txt" not in text and SECRET not in text


@pytest.mark.case(13)
def test_the_host_s_settings_of_python_and_the_linker_have_no_effect(
    payload: Payload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither inside nor in the keeper, which runs outside."""
    trace = payload.identity.make("trace.txt", mode=0o666)
    code = (
        f"import sys\nopen({str(trace)!r}, 'a').write(open('/proc/self/cmdline').read().replace(chr(0), ' ') + '\\n')"
    )
    payload.identity.make("sitecustomize.py", code)
    payload.identity.make("startup.py", "raise SystemExit(9)")
    environment = {
        "PYTHONPATH": str(payload.folder),
        "PYTHONSTARTUP": str(payload.folder / "startup.py"),
        "PYTHONHASHSEED": "7",
        "LD_PRELOAD": str(payload.folder / "none.so"),
        "LD_LIBRARY_PATH": str(payload.folder),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    control = payload.identity.python("print('control')", "a-control")
    assert "a-control" in trace.read_text() and "none.so" in control.stdout
    done = payload("import os; print('ran', os.environ.get('PYTHONHASHSEED'))")
    assert done.text.splitlines() == ["ran None"]
    assert "none.so" not in Path(done.result.log).read_text()
    seen = trace.read_text()
    assert not [name for name in (launch.__file__, "init.py", "payload.py", "bwrap") if name in seen], seen


@pytest.mark.case(18)
def test_a_malicious_checkpoint_is_no_more_than_bytes(payload: Payload) -> None:
    """The host lists it, reads its bytes, writes the record: nothing of that runs what is in it."""
    canary = payload.folder / "canary"
    code = f"""
    import pickle
    class Evil:
        def __reduce__(self):
            return open, ({str(canary)!r}, "w")
    for name in ("model.pt", "model.pkl", "data.npy", "model.joblib", "checkpoint.safetensors"):
        pickle.dump(Evil(), open(name, "wb"))
    """
    done = payload(code)
    assert len(done.result.artifacts) == 5
    read = (
        "import sys; from pathlib import Path; from copilot.sandbox import read_left\n"
        "print(len(read_left(Path(sys.argv[1]), 'model.pt', 10_000)))"
    )
    assert int(payload.identity.python(read, str(done.box)).stdout) > 10
    assert not canary.exists()
    unpickled = payload.identity.python(f"import pickle; pickle.load(open({str(done.box / 'model.pt')!r}, 'rb'))")
    assert canary.exists(), f"the control: it does what it should {unpickled.stdout}"


@pytest.mark.case(81)
def test_the_copilot_s_own_settings_are_out_of_reach(payload: Payload) -> None:
    """Files that are there are not changed, those that may not exist are not made: settings, locks, sessions, results."""
    data = Path(os.environ["RLLTE_COPILOT_HOME"])
    payload("print('the data folder is there now')")
    for name in ("state", "index", "runs"):
        (data / name).mkdir(exist_ok=True)
        payload.identity.give(data / name)
    settings = data / "config.toml"
    settings.write_text("[model]\n")
    payload.identity.give(settings)
    settings.chmod(0o666)
    wanted = [settings, data / "sessions.sqlite", data / "state" / "sandbox-selftest.json", data / "state" / "new.json"]
    wanted += [
        data / "index" / "manifest.json",
        payload.identity.home / ".config" / "x",
        paths.project_root() / "x.toml",
    ]
    wanted += [payload.folder / "runs" / "x", payload.identity.home / ".bashrc", Path(sys.prefix) / "x.pth"]
    before = listing(data, payload.identity.home)
    control = payload.identity.python("import sys; open(sys.argv[1], 'a').close()", str(settings))
    assert control.returncode == 0
    code = """
    import json, os, sys
    for path in json.loads(sys.argv[1]):
        for name in (path, "/box/" + path, "../" + path):
            try:
                os.makedirs(os.path.dirname(name), exist_ok=True)
                open(name, "w").write("[sandbox]\\nenabled = false\\n")
            except OSError:
                pass
    """
    done = payload(code, json.dumps([str(path) for path in wanted]))
    assert done.status == "ok"
    assert (done.box / str(settings)[1:]).exists(), "the control: below its own folder it made them all"
    shutil.rmtree(payload.folder / "runs")
    after = listing(data, payload.identity.home)
    assert {path: kind for path, kind in after.items() if "/runs" not in path} == {
        path: kind for path, kind in before.items() if "/runs" not in path
    }
    assert settings.read_text() == "[model]\n"
    assert not (paths.project_root() / "x.toml").exists()


def listing(*tops: Path) -> dict[str, int]:
    """Paths and sizes below some folders, but the script and what a lock notes."""
    left_out = ("payload.py",)
    return {
        str(path): path.stat().st_size if path.is_file() else 0
        for top in tops
        for path in top.rglob("*")
        if path.name not in left_out
    }
