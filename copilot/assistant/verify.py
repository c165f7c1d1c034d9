"""What an answer says of the library, held against the catalogue: a small model's slips are named, not passed on.

Covers names and numbers of its prose, and in Python code imports, arguments and literal values. Does not cover what the
prose says with them.
"""

from __future__ import annotations

import ast
import re
import textwrap

from copilot.core import paths
from copilot.core.catalogue import Catalogue
from copilot.retrieval.words import held_numbers, names, numbers

MARKS = re.compile(r"\[\d{1,2}\]")
_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_WORD = re.compile(r"[A-Za-z][\w\-./]*\w")
_FIGURE = re.compile(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\w)")
_ORDINAL = re.compile(r"^\s*\d{1,2}[.)]\s", re.MULTILINE)
_PYTHON = re.compile(r"```(?:python|py)[ \t]*\n(.*?)(?:```|\Z)", re.DOTALL)


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


def unheld(answer: str, given: str, catalogue: Catalogue) -> list[str]:
    """Names and numbers of an answer's prose that nothing holds, as they are written: a small model fills gaps with them.

    Args:
        answer: with its marks; code is left out, as it may be the answer's own.
        given: the question and the sources.
        catalogue: its names are the library's.
    """
    prose = MARKS.sub(" ", _CODE.sub(" ", answer))
    known = names(given) | known_names(catalogue) | defined(answer)
    found = [name for name in _WORD.findall(prose) if name.lower() in names(name) - known]
    held = held_numbers(given)
    found += [number for number in _FIGURE.findall(_ORDINAL.sub(" ", prose)) if not numbers(number) <= held]
    return list(dict.fromkeys(found))


def slips(answer: str, catalogue: Catalogue) -> list[str]:
    """What the answer's Python code asks of the library that it does not have; code that does not parse is left alone."""
    from copilot.codegen.script.calls import arguments, values  # the planner is not loaded to search

    found: list[str] = []
    for code in _PYTHON.findall(answer):
        try:
            tree = ast.parse(textwrap.dedent(code))  # within a list it is indented
        except (SyntaxError, ValueError):
            continue
        problems = [*_imports(tree, catalogue), *arguments(tree, catalogue), *values(tree, catalogue)]
        found += [
            re.sub(r"^line \d+: ", "", problem) for problem in problems if "there is no environment" not in problem
        ]
    return list(dict.fromkeys(found))


def _imports(tree: ast.Module, catalogue: Catalogue) -> list[str]:
    """Modules that the library lacks, and names that a package lacks whose whole content the catalogue knows."""
    from copilot.codegen.script.scope import importable

    known, found = importable(catalogue), list[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [f"there is no {alias.name}" for alias in node.names if not _is_there(alias.name)]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if not _is_there(node.module):
                found.append(f"there is no {node.module}")
            elif node.module in known:
                names_of = (alias.name for alias in node.names)
                found += [f"{node.module} has no {name}" for name in names_of if name not in known[node.module]]
    return found


def _is_there(module: str) -> bool:
    """Whether a module of the library has a file; those of others are not looked for."""
    first, *inner = module.split(".")
    if first != "rllte":
        return True
    place = paths.library_dir().joinpath(*inner)
    return place.is_dir() or place.with_suffix(".py").is_file()
