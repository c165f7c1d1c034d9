"""The cases that the sandbox must hold, and that each has its test, for root and for an ordinary user.

A test says which case it shows: `@pytest.mark.case(30)`. A case without one fails here, and so does a number that is not
in the table."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PLACES = [*sorted(Path(__file__).parent.glob("test_*.py")), ROOT / "tests" / "architecture" / "test_untrusted.py"]

CASES: dict[int | str, str] = {
    1: "a canary at home, open to everybody, is not read",
    2: "shadow, keys, the list of the root: absent",
    3: "the host's environment is in no process's environment",
    4: "system, Python, library, script: not written",
    5: "its own folder: written, and there on the host",
    6: "remount, umount, pivot_root, chroot",
    7: "the kernel's settings, the killer's preference",
    8: "device nodes",
    9: "a second name for a file of the host's",
    10: "upwards from a descriptor of the root",
    11: "roots and folders of processes below /proc",
    12: "a descriptor that was left inheritable",
    13: "settings of Python and the linker in the host's environment",
    18: "a malicious checkpoint",
    20: "TCP to a listener of the host",
    21: "names, addresses, downloads: fail at once",
    22: "every other kind of socket",
    23: "a socket with a path",
    24: "a socket with an abstract name",
    25: "io_uring",
    26: "keys, also those of an earlier run",
    28: "an installation at run time",
    29: "workers, spawn, fork, queues, locks, environments in processes: must work",
    30: "new namespaces; threads all the same",
    31: "tracing and memory of others",
    32: "the memory of the first process",
    33: "bpf, perf events, userfaultfd",
    34: "typing into the terminal",
    35: "calls of a foreign kind",
    36: "no capabilities, no new privileges, the filter, not root",
    37: "su, sudo, setuid",
    38: "a sandbox in the sandbox",
    39: "real-time scheduling, priority, the host's name",
    40: "its own limits, upwards",
    43: "modules, kexec, reboot, segments",
    44: "a fork bomb",
    45: "a thread bomb",
    46: "memory on the heap",
    47: "memory that is shared, without a name, on memory disks",
    49: "files in the folder of devices",
    50: "one huge file",
    51: "many files",
    53: "descriptors",
    54: "processor time, by wall clock and by the kernel",
    55: "processor time of many processes",
    56: "a flood of output",
    58: "core dumps",
    59: "what never comes back from C",
    60: "ignored signals",
    61: "daemons",
    62: "a daemon that holds the output",
    63: "killing everything it sees",
    65: "a supervisor that is killed",
    67: "closed streams",
    68: "interrupted, cancelled twice, cancelled afterwards",
    69: "two runs at once cannot see each other",
    72: "a forged end",
    73: "escape sequences",
    74: "metrics that are no numbers, or nests",
    75: "no user namespaces",
    76: "bubblewrap missing, set-uid, another's, earlier in the path",
    77: "a filter that is empty, truncated, odd",
    78: "no filters on this machine",
    79: "a limit of a control group that does not arrive",
    80: "odd folders and names",
    81: "the copilot's own settings",
    82: "no way to switch it off",
    "work": "what people do in experiments",
}


def marks() -> Iterator[tuple[int | str, str, set[str]]]:
    """Each case that a test is marked with, the test's name, and what it asks for."""
    for path in PLACES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        listed = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for function in tree.body:
            if not isinstance(function, ast.FunctionDef) or not function.name.startswith("test_"):
                continue
            asked = {argument.arg for argument in function.args.args}
            for decorator in function.decorator_list:
                nodes = [
                    decorator,
                    *(listed[n.id] for n in ast.walk(decorator) if isinstance(n, ast.Name) and n.id in listed),
                ]
                for node in (inner for top in nodes for inner in ast.walk(top)):
                    if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.case":
                        case = ast.literal_eval(node.args[0])
                        yield case, f"{path.name}::{function.name}", asked


@pytest.mark.parametrize("case", CASES)
def test_a_case_has_its_test(case: int | str) -> None:
    found = [(name, asked) for number, name, asked in marks() if number == case]
    assert found, f"no test is marked with case {case}: {CASES[case]}"
    both = [name for name, asked in found if asked & {"payload", "identity"}]
    assert both, f"case {case} is shown for one identity alone, by {found}"


def test_no_mark_names_a_case_that_is_not_listed() -> None:
    assert {case for case, *_ in marks()} <= set(CASES)
