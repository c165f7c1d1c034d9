"""Runs: what comes back of them, which views are refused. What they must not reach is in the files test_sandbox_*."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

from copilot.core import paths
from copilot.core.errors import FileProblem, SandboxUnavailable
from copilot.sandbox import Limits, argv, bubblewrap, probe, run_script, selftest
from copilot.sandbox.process import Process
from copilot.sandbox.results import metric
from tests.copilot.sandbox.conftest import Payload


@pytest.mark.case(5)
def test_output_metrics_files_and_arguments_come_back(payload: Payload) -> None:
    done = payload(
        """
        import os, pathlib, sys
        print("hello", sys.argv[1:])
        print("aside", file=sys.stderr)
        pathlib.Path("logs").mkdir()
        pathlib.Path("logs/kept.txt").write_text("kept")
        os.write(int(os.environ["RLLTE_METRICS_FD"]), b'{"kind": "train", "step": 8, "episode_reward": 21.5}\\n')
        """,
        "--seed",
        "3",
    )
    assert done.status == "ok"
    assert (done.result.exit_code, done.result.signal) == (0, None)
    assert "hello ['--seed', '3']" in done.text
    assert "aside" in Path(done.result.log).read_text()
    assert done.result.metrics["episode_reward"] == 21.5
    assert [Path(path).relative_to(done.box).as_posix() for path in done.result.artifacts] == ["logs/kept.txt"]
    assert (done.box / "logs" / "kept.txt").read_text() == "kept"
    assert (done.box / "logs" / "kept.txt").stat().st_uid == payload.identity.uid


def test_an_error_keeps_its_traceback_and_code(payload: Payload) -> None:
    done = payload("raise SystemExit('no such luck')")
    assert (done.status, done.result.exit_code) == ("error", 1)
    assert "no such luck" in done.text


def test_code_that_lies_below_tmp_can_be_read(tmp_path: Path) -> None:
    """The run's own /tmp must not hide a project that lies there."""
    library = tmp_path / "library"
    library.mkdir()
    (library / "here.txt").write_text("seen")
    script = tmp_path / "payload.py"
    script.write_text(
        f"import os\nassert open({str(library / 'here.txt')!r}).read() == 'seen'\n"
        f"assert os.listdir({str(tmp_path)!r}) == ['library']\nopen('/tmp/mine', 'w').write('x')\n"
    )
    done = run_script(script, [], limits=Limits(time_s=60), run_dir=tmp_path / "runs", readable=[library])
    assert done.status == "ok", Path(done.log).read_text()


@pytest.mark.parametrize(("threads", "expected"), [(None, "None"), (1, "1")])
def test_runs_side_by_side_take_the_threads_they_are_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int | None, expected: str
) -> None:
    script = tmp_path / "payload.py"
    script.write_text("import os\nprint('threads', os.environ.get('OMP_NUM_THREADS'))\n")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    done = run_script(script, [], limits=Limits(time_s=60), run_dir=tmp_path / "runs", threads=threads)
    assert Path(done.log).read_text() == f"threads {expected}\n"


def test_what_a_run_sends_is_on_the_disk_at_once(tmp_path: Path) -> None:
    """Whoever is killed with the supervisor loses no line that came before."""
    script, seen = tmp_path / "payload.py", list[str]()
    script.write_text(
        "import os\nprint('one line', flush=True)\n"
        'os.write(int(os.environ[\'RLLTE_METRICS_FD\']), b\'{"kind": "eval", "step": 3}\\n\')\n'
    )

    def look(event: object) -> None:
        [folder] = (tmp_path / "runs").iterdir()
        seen.append((folder / "log.txt").read_text() + (folder / "metrics.jsonl").read_text())

    run_script(script, [], limits=Limits(time_s=60), run_dir=tmp_path / "runs", on_event=look)
    assert "one line\n" in seen[-1] and '{"kind": "eval", "step": 3}\n' in seen[-1]


@pytest.mark.skipif(os.geteuid() != 0, reason="as an ordinary user, every other test here shows it")
def test_an_ordinary_user_runs_from_a_project_at_home() -> None:
    """Root stages its binds and leaves root; an ordinary user does neither, and has the project below a home."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as top:
        project = Path(top, "home", "someone", "project")
        for part in ("core", "sandbox"):
            shutil.copytree(paths.project_root() / "copilot" / part, project / "copilot" / part)
        shutil.copy(paths.project_root() / "copilot" / "__init__.py", project / "copilot")
        (project.parent / "secret.txt").write_text("secret")
        (project / "payload.py").write_text(f"import os; print(os.listdir({str(project.parent)!r}))")
        (project / "go.py").write_text(ORDINARY)
        subprocess.run(["chown", "-R", "61234:61234", top], check=True)
        os.chmod(top, 0o755)
        env = {"PATH": "/usr/bin:/bin", "HOME": str(project.parent), "RLLTE_COPILOT_HOME": f"{top}/home/data"}
        who: dict[str, Any] = {"user": 61234, "group": 61234, "extra_groups": [], "cwd": project, "env": env}
        subprocess.run(["/usr/bin/python3", "-m", "venv", "--without-pip", ".venv"], check=True, **who)
        command = [str(project / ".venv/bin/python"), "go.py"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, **who)
        assert done.stdout.splitlines()[:2] == ["ok", "['project']"], done.stdout + done.stderr


ORDINARY = """
from pathlib import Path
from copilot.sandbox import Limits, run_script
done = run_script(Path("payload.py"), [], limits=Limits(time_s=60))
print(done.status)
print(Path(done.log).read_text())
"""


def test_the_self_test_sees_what_was_not_named(tmp_path: Path) -> None:
    """One folder more than was named, and the self-test says no."""
    bwrap = bubblewrap.find()
    assert bwrap is not None
    script = Path(selftest.__file__)
    named = argv.named(argv.read_only(script, []))
    with tempfile.TemporaryDirectory(dir="/var/tmp") as more:
        for readable, expected in (([], True), ([Path(more)], False)):
            sent: dict[str, Any] = {}

            def take(stream: str, line: bytes, sent: dict[str, Any] = sent) -> None:
                sent.update((metric(line) or {}) if stream == "metrics" else {})

            box = tmp_path / f"box{len(readable)}"
            box.mkdir()
            Process(bwrap, script, ["{}", *named], box, readable, Limits(time_s=60)).run(take, threading.Event())
            assert sent["only what was named"] is expected


@pytest.mark.parametrize("where", ["runs", "deeper/still"])
def test_runs_where_every_run_can_read_are_refused(tmp_path: Path, where: str) -> None:
    """A run below the library would be an open book to the next one."""
    library, script = tmp_path / "library", tmp_path / "payload.py"
    library.mkdir()
    script.write_text("print('ran')")
    (tmp_path / "alias").symlink_to(library)
    for parent in (library, tmp_path / "alias"):
        with pytest.raises(FileProblem, match="every later run"):
            run_script(script, [], limits=Limits(), run_dir=parent / where, readable=[library])
    assert not list(library.iterdir())


@pytest.mark.parametrize("inside", [".", "home", "home/.local"])
def test_a_view_that_holds_a_home_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    """Python installed where a home, or the part of it that programs keep things in, would be shown with it."""
    home = tmp_path / "home"
    (home / ".local" / "share").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    assert argv.read_only(tmp_path / "x.py", [])
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path / inside))
    with pytest.raises(SandboxUnavailable, match="yours alone"):
        argv.read_only(tmp_path / "x.py", [])


def test_a_home_below_the_system_s_folders_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/usr/local/someone")
    with pytest.raises(SandboxUnavailable, match="/usr, which holds /usr/local/someone"):
        argv.read_only(tmp_path / "x.py", [])


def test_a_data_folder_inside_the_view_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLLTE_COPILOT_HOME", str(tmp_path / "library" / "data"))
    with pytest.raises(SandboxUnavailable, match="yours alone"):
        argv.read_only(tmp_path / "x.py", [tmp_path / "library"])


def test_links_to_the_host_are_not_artifacts(payload: Payload) -> None:
    done = payload(
        """
        import os
        os.symlink("/etc/passwd", "link")
        os.symlink("/", "root")
        open("plain", "w").close()
        os.link("plain", "second")
        open("alone", "w").close()
        """
    )
    assert [Path(path).name for path in done.result.artifacts] == ["alone"]


def test_a_cancelled_run_ends_and_says_so(payload: Payload) -> None:
    done = payload("import time\nprint('on', flush=True)\ntime.sleep(60)", cancel_after=0.5)
    assert done.status == "cancelled"
    assert "ended: cancelled" in Path(done.result.log).read_text()


def test_the_report_names_its_layers() -> None:
    report = probe(fresh=True)
    assert report.ok, report
    assert report.tier == "A"
    assert {"namespaces", "seccomp"} <= set(report.layers)
