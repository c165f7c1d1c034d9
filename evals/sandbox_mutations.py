"""Every layer of the sandbox removed in turn: the tests must notice, each time, without the help of the self-test.

A mutation is one place of the code in other words. It is made in a copy of the project, in which the self-test is told to
be content, as it would refuse everything at once; then the sandbox's tests run until the first is red. What the self-test
itself says to the mutation is measured beside it: it guards machines on which a layer does not hold, the tests guard us.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "copilot/sandbox"
CONTENT = ("probe.py", "    if broken:\n", "    if broken and False:\n")
"""The self-test still runs, in the mutated sandbox, and nobody listens."""


NEAR = {
    "argv.py": ["secrets", "amounts", "kernel", "network"],
    "seccomp.py": ["kernel", "network"],
    "init.py": ["kernel", "amounts", "life"],
    "launch.py": ["secrets", "kernel", "life"],
    "process.py": ["secrets"],
    "limits.py": ["amounts"],
    "watch.py": ["amounts"],
}
"""Where the tests of a module most likely are: looked at first, to save time."""


@dataclass(frozen=True)
class Mutation:
    """A layer, the file that holds it, what it says there and what it is made to say."""

    layer: str
    file: str
    old: str
    new: str


MUTATIONS = [
    Mutation("system-call filter", "argv.py", ', "--seccomp", str(filter_fd)]', "]"),
    Mutation(
        "filter: sockets",
        "seccomp.py",
        "SOCKET: [_low(0), _Op(_JUMP_EQ, 1, 0, AF_UNIX), _ret(EPERM)",
        "SOCKET: [_ret(ALLOW)",
    ),
    Mutation(
        "filter: numbers not known",
        "seccomp.py",
        "_Op(_JUMP_GT, 0, 1, LAST_KNOWN), _ret(ENOSYS)",
        "_Op(_JUMP_GT, 0, 1, LAST_KNOWN), _ret(ALLOW)",
    ),
    Mutation(
        "filter: x32 calls",
        "seccomp.py",
        "_Op(_JUMP_SET, 0, 1, X32_BIT), _ret(KILL)",
        "_Op(_JUMP_SET, 0, 1, X32_BIT), _ret(ALLOW)",
    ),
    Mutation(
        "filter: high halves of arguments",
        "seccomp.py",
        "return _load(_ARGS + 8 * argument)\n",
        "return _load(_ARGS + 8 * argument + 4)\n",
    ),
    Mutation("no capabilities", "argv.py", '["--cap-drop", "ALL", ', '["--cap-add", "CAP_SYS_ADMIN", '),
    Mutation("no network of the host", "argv.py", '"--unshare-all", ', '"--unshare-all", "--share-net", '),
    Mutation(
        "own process numbers",
        "argv.py",
        '"--unshare-all", ',
        '"--unshare-user-try", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try", ',
    ),
    Mutation("first process of our own", "argv.py", ', "--as-pid-1"', ""),
    Mutation("first process closed", "init.py", "prctl(PR_SET_DUMPABLE, 0,", "prctl(PR_SET_DUMPABLE, 1,"),
    Mutation(
        "status pipe closed to programs",
        "init.py",
        "os.set_inheritable(descriptor, False)",
        "os.set_inheritable(descriptor, True)",
    ),
    Mutation(
        "views read-only", "argv.py", '["--ro-bind", bind.host, bind.inside]', '["--bind", bind.host, bind.inside]'
    ),
    Mutation("root read-only", "argv.py", ', "--remount-ro", "/", ', ", "),
    Mutation(
        "process folder read-only", "argv.py", '"--proc", "/proc", "--remount-ro", "/proc"]', '"--proc", "/proc"]'
    ),
    Mutation("devices' folder read-only", "argv.py", '    argv += ["--remount-ro", "/dev"]\n', ""),
    Mutation("sized memory disks", "argv.py", "size = str(limits.each_shared_mb * 2**20)", "size = str(2**36)"),
    Mutation("nothing but what is named", "argv.py", 'wanted = ["/usr", ', 'wanted = ["/usr", "/etc", '),
    Mutation("root left", "launch.py", "    os.setresuid(uid, uid, uid)\n    if 0 in", "    if False and 0 in"),
    Mutation("a user of its own for each run", "user.py", "random.SystemRandom().randrange(UIDS)", "0 * UIDS"),
    Mutation("minimal environment", "process.py", "env=self._environment(inner) |", "env=dict(os.environ) |"),
    Mutation(
        "environment handed on",
        "launch.py",
        "os.execve(argv[0], argv, environment)",
        "os.execve(argv[0], argv, {**os.environ, **environment})",
    ),
    Mutation("descriptors closed", "process.py", "close_fds=True", "close_fds=False"),
    Mutation(
        "limits of a process",
        "init.py",
        "resource.setrlimit(number, (most, most))",
        "pass",
    ),
    Mutation("end with the supervisor", "init.py", "    _thread.start_new_thread(_end_with, (go,))\n", ""),
    Mutation("keeper stays for the counters", "launch.py", "        stay(lifeline)\n", "        pass\n"),
    Mutation("keeper ends all", "launch.py", "            os.kill(pid, SIGKILL)\n", "            pass\n"),
    Mutation(
        "control group", "cgroup.py", '            file.write_text(value, encoding="ascii")\n', "            pass\n"
    ),
    Mutation(
        "control group read back",
        "cgroup.py",
        "return there and all(_text(file) == value for file, value in self.settings.items())",
        "return there",
    ),
    Mutation("watch: memory", "limits.py", "if used.memory_mb > limits.memory_mb:", "if False:"),
    Mutation("watch: processor time", "limits.py", "if used.processor_s > limits.processor_s:", "if False:"),
    Mutation("watch: wall clock", "limits.py", "if wall_s > limits.time_s:", "if False:"),
    Mutation("watch: folder", "watch.py", 'return "disk" if much or many', 'return "disk" if False'),
    Mutation("watch: output", "watch.py", "self._printed > self._limits.output_mb * 2**20", "False"),
    Mutation("watch: lines", "watch.py", "self._printed_lines > self._limits.output_lines", "False"),
    Mutation(
        "folders without links",
        "folder.py",
        "os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC",
        "os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC",
    ),
    Mutation("set-id bits taken away", "folder.py", "& 0o1777", "& 0o7777"),
    Mutation(
        "control characters taken out", "results.py", 'return _CONTROL.sub("", _ESCAPES.sub("", text))', "return text"
    ),
    Mutation(
        "metrics are numbers",
        "results.py",
        "return isinstance(value, float) and math.isfinite(value)",
        "return isinstance(value, float)",
    ),
    Mutation("lines have an end", "results.py", "self._rest = rest[: LINE_BYTES + 1]", "self._rest = rest"),
    Mutation("runs not where runs can read", "run.py", "if holder := argv.holding(", "if False and argv.holding("),
]


def measure(args: list[str]) -> dict[str, object]:
    """What notices each mutation: the self-test, and the first test that turns red."""
    parser = argparse.ArgumentParser(prog="python -m evals sandbox_mutations")
    parser.add_argument("--only", default="", help="layers whose name holds this")
    parser.add_argument("--table", type=Path, help="write the table into this file, between its marks")
    given = parser.parse_args(args)
    rows = []
    for mutation in [None, *(m for m in MUTATIONS if given.only in m.layer)]:
        rows.append(_row(mutation))
        print(json.dumps(rows[-1], ensure_ascii=False), file=sys.stderr, flush=True)
    if rows[0]["red"]:
        raise SystemExit(f"Without a mutation a test is red already: {rows[0]['red']}")
    if given.table:
        write(given.table, rows[1:])
    unnoticed = [row["layer"] for row in rows[1:] if not row["red"]]
    return {"mutations": len(rows) - 1, "noticed": len(rows) - 1 - len(unnoticed), "unnoticed": unnoticed, "rows": rows}


def apply(mutation: Mutation, root: Path) -> None:
    """Change the one place.

    Raises:
        ValueError: it is not there, or more than once.
    """
    file = root / PACKAGE / mutation.file
    text = file.read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        raise ValueError(f"{mutation.layer}: {mutation.file} holds {text.count(mutation.old)} times {mutation.old!r}")
    file.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")


def _row(mutation: Mutation | None) -> dict[str, str]:
    with tempfile.TemporaryDirectory(prefix="mutation-", dir="/var/tmp") as name:
        root = Path(name)
        root.chmod(0o755)  # an ordinary user runs the tests too
        for folder in ("copilot", "rllte", "tests", "corpus"):
            shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", root)
        if mutation is not None:
            apply(mutation, root)
        said = _selftest(root)
        apply(Mutation("self-test", *CONTENT), root)
        red = _first_red(root, mutation)
    return {"layer": mutation.layer if mutation else "none", "self-test": said, "red": red}


def _selftest(root: Path) -> str:
    code = "from copilot.sandbox import probe; r = probe(fresh=True); print('holds' if r.ok else r.detail)"
    done = _python(root, ["-c", code], 120)
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else "fails"


def _first_red(root: Path, mutation: Mutation | None) -> str:
    """Of the tests of tier A and what both share; those of the self-test rest on what is switched off here."""
    here, left_out = "tests/copilot/sandbox", ("test_selftest.py", "test_landlock.py", "test_sandbox_closed.py")
    everything = [here, *(f"--ignore={here}/{name}" for name in left_out)]
    own = f"{here}/test_{mutation.file}" if mutation else ""
    near = [f"{here}/test_sandbox_{name}.py" for name in NEAR.get(mutation.file, [])] if mutation else []
    near += [own] if own and (root / own).exists() else []
    return (_red(root, near) if near else "") or _red(root, everything)


def _red(root: Path, tests: list[str]) -> str:
    call = ["-m", "pytest", *tests, "-x", "-q", "-k", "not self_test", "-p", "no:cacheprovider", "-n", "2"]
    done = _python(root, call, 600)  # a layer whose absence lets a program run on is missed too
    failed = re.search(r"^(?:FAILED|ERROR) \S*?([\w.]+::\S+)", done.stdout, re.MULTILINE)
    if failed:
        return failed[1]
    return "" if done.returncode == 0 else f"pytest ended with {done.returncode}"


def _python(root: Path, args: list[str], seconds: float) -> subprocess.CompletedProcess[str]:
    """With the copy's packages; a mutation may hang, which is noticed as well."""
    environment = {**os.environ, "RLLTE_COPILOT_HOME": str(root / "home"), "PYTHONPATH": str(root)}
    call = [sys.executable, *args]
    try:
        return subprocess.run(
            call, cwd=root, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(call, 1, f"FAILED x::hangs for {seconds:.0f}_s", "")


def write(file: Path, rows: list[dict[str, str]]) -> None:
    """The table, between its marks."""
    head, rest = file.read_text(encoding="utf-8").split("<!-- mutations -->\n", 1)
    _, tail = rest.split("<!-- end -->", 1)
    table = ["| layer removed | self-test | first test that turns red |", "|---|---|---|"]
    table += [f"| {row['layer']} | {row['self-test']} | `{row['red'] or 'NONE'}` |" for row in rows]
    file.write_text(f"{head}<!-- mutations -->\n" + "\n".join(table) + f"\n<!-- end -->{tail}", encoding="utf-8")
