"""What an answer says of the library, held against the catalogue: a small model's slips are named, not passed on.

Covers environment ids, and in Python code imports, arguments and literal values. Does not cover prose.
"""

from __future__ import annotations

import ast
import re

from copilot.codegen.calls import arguments, values
from copilot.codegen.scope import importable
from copilot.core.catalogue import Catalogue

SLIPS = "The library does not have this as written:"
_PYTHON = re.compile(r"```(?:python|py)\n(.*?)(?:```|\Z)", re.DOTALL)
_ENVIRONMENT = re.compile(r"(?<![\w/.-])[A-Za-z][A-Za-z0-9]*(?:/[A-Za-z0-9]+)?-v\d+(?![\w-])")


def made_up_environments(answer: str, given: str, catalogue: Catalogue) -> set[str]:
    """Environment ids that neither `given` (the question and its sources) nor the catalogue holds."""
    known = {entry["id"].lower() for entry in catalogue.environments}
    return {name for name in _ENVIRONMENT.findall(answer) if name.lower() not in known and name not in given}


def known_names(catalogue: Catalogue) -> set[str]:
    """Every name of the catalogue, in small letters: what can be imported, parameters, methods, environments."""
    found = {entry["id"].lower() for entry in catalogue.environments}
    for entry in catalogue.symbols:
        methods = entry.get("methods", {})
        parameters = [*entry.get("parameters", []), *(p for group in methods.values() for p in group)]
        found |= {entry["name"].lower(), *(name.lower() for name in methods), *(p["name"].lower() for p in parameters)}
    return found


def defined(answer: str) -> set[str]:
    """Names that the answer's own code defines, in small letters."""
    return {name.lower() for name in re.findall(r"^\s*(?:class\s+|def\s+)?([A-Za-z_]\w*)\s*(?:=|\(|:)", answer, re.M)}


def slips(answer: str, catalogue: Catalogue) -> list[str]:
    """What the answer's Python code asks of the library that it does not have; code that does not parse is left alone."""
    found: list[str] = []
    for code in _PYTHON.findall(answer):
        try:
            tree = ast.parse(code)
        except (SyntaxError, ValueError):
            continue
        problems = [*_imports(tree, catalogue), *arguments(tree, catalogue), *values(tree, catalogue)]
        found += [
            re.sub(r"^line \d+: ", "", problem) for problem in problems if "there is no environment" not in problem
        ]
    return list(dict.fromkeys(found))


def _imports(tree: ast.Module, catalogue: Catalogue) -> list[str]:
    """Only from the packages whose whole content the catalogue knows."""
    known = importable(catalogue)
    return [
        f"{node.module} has no {alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in known
        for alias in node.names
        if alias.name not in known[node.module]
    ]
