"""A host for tier B: a copy of this project, a Python that everyone may run, a user, and payloads run there.

As root, everything runs twice: by root, who becomes that user for each run, and by that user. A run of either has the very
user that the host's files and processes belong to, so that nothing but the sandbox protects them.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

import torch

from copilot.core import paths

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
USER = 61300 + WORKER if os.geteuid() == 0 else os.getuid()
"""Of each worker its own: the kernel counts the tasks of a user, and a user's processes are looked for by tests."""
IDENTITIES = ["root", "user"] if os.geteuid() == 0 else ["user"]

DRIVER = """
import json, sys
from pathlib import Path
from copilot.core.errors import CopilotError
from copilot.sandbox import Limits, LogLine, MetricLine, bubblewrap, run_script, user

asked = json.loads(sys.argv[1])
if asked["missing"]:
    bubblewrap.PLACES = ()  # as where it is not installed
user.FIRST_UID, user.UIDS = asked["uid"], 1
exec(asked["before"])
events = []
try:
    done = run_script(
        Path(asked["script"]), asked["args"], limits=Limits(**asked["limits"]), run_dir=Path(asked["runs"]),
        readable=[Path(path) for path in asked["readable"]], on_event=events.append, weaker=asked["weaker"],
    )
    said = [event.text for event in events if isinstance(event, LogLine)]
    answer = {"status": done.status, "exit_code": done.exit_code, "text": "\\n".join(said), "log": done.log,
              "sandbox": done.sandbox, "artifacts": done.artifacts, "signal": done.signal,
              "rows": [event.values for event in events if isinstance(event, MetricLine)]}
except CopilotError as error:
    answer = {"status": "refused", "text": error.message, "hint": error.hint}
print(json.dumps(answer))
"""


class Done:
    """A run that was made or refused."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.status: str = answer["status"]
        self.text: str = answer["text"]
        self.hint: str = answer.get("hint", "")
        self.signal: int | None = answer.get("signal")
        self.sandbox: dict[str, Any] = answer.get("sandbox", {})
        self.rows: list[dict[str, Any]] = answer.get("rows", [])
        self.artifacts: list[str] = answer.get("artifacts", [])
        self.log = Path(answer.get("log", "/"))
        self.box = self.log.parent / "box"


class Host:
    """Where payloads run as one of the two identities.

    Args:
        identity: "root" or "user".
        python: an interpreter with torch beside it, open to everyone.
        packages: where its packages lie.
    """

    def __init__(self, identity: str, python: str, packages: Path) -> None:
        self.identity, self.python, self.packages = identity, python, packages
        self.top = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="landlock-"))
        self.project, self.home = self.top / "project", self.top / "home"
        shutil.copytree(
            paths.project_root() / "copilot",
            self.project / "copilot",
            ignore=lambda folder, names: (
                {"__pycache__", *(set(names) - {"core", "sandbox", "__init__.py"})}
                if Path(folder).name == "copilot"
                else {"__pycache__"}
            ),
        )
        (self.project / "driver.py").write_text(DRIVER, encoding="utf-8")
        self.outside_file("home/secret.txt", "canary-secret", 0o666)
        self.home.chmod(0o755)
        self.top.chmod(0o755)
        self._belongs_to_user()

    def close(self) -> None:
        """Nothing is left."""
        shutil.rmtree(self.top)

    def outside_file(self, name: str, text: str, mode: int) -> Path:
        """A file of the user's that no run may touch, in a folder that everyone may write."""
        file = self.top / name
        file.parent.mkdir(exist_ok=True)
        file.parent.chmod(0o777)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
        os.chown(file, USER, USER if os.geteuid() == 0 else -1)
        return file

    def change(self, module: str, old: str, new: str) -> None:
        """One line of the copied sandbox made another: a layer removed."""
        file = self.project / "copilot" / "sandbox" / module
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {module}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, code: str, *args: str, **more: Any) -> Done:
        """A payload in the sandbox."""
        answer = subprocess.run(**self.command(code, *args, **more), capture_output=True, text=True, check=False)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return Done(json.loads(answer.stdout.splitlines()[-1]))

    def command(
        self,
        code: str,
        *args: str,
        weaker: bool = True,
        missing: bool = True,
        before: str = "",
        readable: list[Path] | None = None,
        **limits: Any,
    ) -> dict[str, Any]:
        """How a supervisor of a payload is started, as arguments of `subprocess`."""
        asked = {
            "script": str(self.write(code)),
            "args": args,
            "runs": str(self.top / "runs"),
            "readable": [str(self.packages), *map(str, readable or [])],
            "limits": {"time_s": 60, "memory_mb": 2048, **limits},
            "weaker": weaker,
            "missing": missing,
            "before": before,
            "uid": USER,
        }
        return self.started([self.python, "driver.py", json.dumps(asked)], None if self.identity == "root" else USER)

    def outside(self, code: str, *args: str) -> str:
        """The same payload with nothing around it, by the user that a run has; what it prints. The control."""
        command = [self.python, "-I", "-B", str(self.write(code, "control.py")), *args]
        done = subprocess.run(**self.started(command, USER), capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    def started(self, command: list[str], user: int | None) -> dict[str, Any]:
        """A command by a user of the host, in the project's folder."""
        data = self.top / f"data-{self.identity}"
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self.home), "RLLTE_COPILOT_HOME": str(data)}
        env |= {"PYTHONDONTWRITEBYTECODE": "1", "SECRET_IN_ENVIRONMENT": "canary-environment"}
        changed = user is not None and os.geteuid() == 0
        who = {"user": user, "group": user, "extra_groups": list[int]()} if changed else {}
        return {"args": command, "cwd": self.project, "env": env, **who}

    def write(self, code: str, name: str = "payload.py") -> Path:
        """A payload as a file that everyone may read."""
        script = self.top / name
        script.write_text(textwrap.dedent(code), encoding="utf-8")
        script.chmod(0o644)
        return script

    def _belongs_to_user(self) -> None:
        """All that is in it, so that what only its owner may do is held back by nothing else.

        Root keeps the folder itself, as root's runs are not kept where a user could exchange them.
        """
        if os.geteuid() == 0:
            for folder, _, files in os.walk(self.top):
                for path in (folder, *(os.path.join(folder, name) for name in files)):
                    if path != str(self.top) or self.identity == "user":
                        os.chown(path, USER, USER, follow_symlinks=False)


def open_to_all(path: Path) -> bool:
    """Whether any user may read this, and come to it."""
    for place in (path, *path.parents):
        mode = place.stat().st_mode
        if not mode & (stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IROTH):
            return False
    return True


def shared_python(folder: Path) -> tuple[str, Path]:
    """This interpreter, or where another user cannot reach it the system's, which sees this one's packages."""
    packages = Path(torch.__file__).parents[1]
    assert open_to_all(packages), f"{packages} must be open to the run's user"
    if open_to_all(Path(os.path.realpath(sys.executable))):
        return sys.executable, packages
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    subprocess.run([f"/usr/bin/python{version}", "-m", "venv", "--without-pip", folder / "venv"], check=True)
    site = folder / "venv" / "lib" / f"python{version}" / "site-packages"
    (site / "beside.pth").write_text(f"{packages}\n", encoding="utf-8")
    folder.chmod(0o755)
    return str(folder / "venv" / "bin" / "python"), packages
