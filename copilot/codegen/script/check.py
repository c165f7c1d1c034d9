"""What can be said of a script without running it: it parses, and its imports, names, arguments and values exist."""

from __future__ import annotations

import ast
import warnings

from copilot.codegen.script.calls import arguments, values
from copilot.codegen.script.scope import imports, undefined
from copilot.core.catalogue import Catalogue
from copilot.core.types import Check

OPTIONS = ("--num-train-steps", "--num-envs", "--seed", "--device")
NAMES = ("parses", "imports", "names", "arguments", "values", "main")


def check(script: str, catalogue: Catalogue) -> list[Check]:
    """All statements, in the order of `NAMES`; what follows a syntax error is not checked."""
    try:
        tree = _parsed(script)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
        return [Check("parses", False, where)]
    found = {
        "imports": imports(tree, catalogue),
        "names": undefined(tree),
        "arguments": arguments(tree, catalogue),
        "values": values(tree, catalogue),
        "main": _main(tree),
    }
    return [Check("parses", True), *(Check(name, not bad, "; ".join(bad)) for name, bad in found.items())]


def _parsed(script: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `"\\d"` or `1 is 1`: odd, but no error
        tree = ast.parse(script)
        # Some faults (a keyword given twice, `return` outside a function) are found by the compiler, not the parser.
        compile(tree, "train.py", "exec", dont_inherit=True)
    return tree


def _main(tree: ast.Module) -> list[str]:
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    problems = [] if "main" in functions else ["there is no function main()"]
    guards = [
        node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"
    ]
    if not any(isinstance(n, ast.Call) and ast.unparse(n.func) == "main" for g in guards for n in ast.walk(g)):
        problems.append('main() is not called under if __name__ == "__main__"')
    options = {
        name.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add_argument"
        for name in node.args
        if isinstance(name, ast.Constant)
    }
    return problems + [f"the option {option} is missing" for option in OPTIONS if option not in options]
