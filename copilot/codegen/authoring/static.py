"""What can be said of a package without running it."""

from __future__ import annotations

import ast
import warnings

from copilot.codegen.authoring.layout import Sources
from copilot.codegen.script.scope import undefined
from copilot.codegen.symbols import problems
from copilot.core.errors import CopilotError
from copilot.core.types import Check


def statics(sources: Sources) -> list[Check]:
    """`parses` and `names` over all files of the package, `symbols` of the module."""
    files = {"the module": sources.module, "its test": sources.test, "train.py": sources.train}
    broken, missing = [], []
    for name, text in files.items():
        try:
            tree = parsed(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            broken.append(f"{name}: {fault(error)}")
            continue
        missing += [f"{name}: {problem}" for problem in undefined(tree)]
    checks = [Check("parses", not broken, "; ".join(broken)), Check("names", not missing, "; ".join(missing))]
    return checks if broken else [*checks, _symbols(sources)]


def _symbols(sources: Sources) -> Check:
    """What the module uses of the libraries exists; where they are not installed here, running it decides."""
    try:
        found = problems(sources.module)
    except CopilotError as error:
        return Check("symbols", True, f"not looked at: {error.message}")
    return Check("symbols", not found, "; ".join(found[:5]))


def parsed(text: str) -> ast.Module:
    """The tree of a file.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it is no Python.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in a string is no error
        tree = ast.parse(text)
        compile(tree, "module.py", "exec", dont_inherit=True)  # some faults are found by the compiler alone
    return tree


def fault(error: BaseException) -> str:
    """Where a file is no Python, and why."""
    return f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
