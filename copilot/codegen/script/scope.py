"""Imports and names of a script: does the library have what is imported, is everything defined that is used."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator

from copilot.core.catalogue import Catalogue
from copilot.core.errors import nearest

OTHERS = frozenset({"torch", "numpy", "gymnasium", "tensorboard", "safetensors", "matplotlib"})
"""Packages that the library brings with it, beside the standard library."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SCOPES = (*_FUNCTIONS, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.ClassDef)


def importable(catalogue: Catalogue) -> dict[str, set[str]]:
    """Names of the catalogue by the module that they are imported from."""
    found: dict[str, set[str]] = {}
    for entry in catalogue.symbols:
        found.setdefault(entry["import_from"], set()).add(entry["name"])
    return found


def imports(tree: ast.Module, catalogue: Catalogue) -> list[str]:
    """Imports that neither the library, what it brings with it (`OTHERS`) nor the standard library offers."""
    known = importable(catalogue)
    places = {name: source for source, names in known.items() for name in names}
    problems = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            problems += [_module(alias.name, known) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            source = node.module or ""
            if node.level or source.split(".")[0] != "rllte":
                problems.append("relative import" if node.level else _module(source, known))
                continue
            if source not in known:
                problems.append(_module(source, known))
                continue
            for alias in node.names:
                if alias.name not in known[source]:
                    problems.append(f"{source} has no {alias.name}{_hint(alias.name, known[source], places)}")
    return [problem for problem in problems if problem]


def _hint(name: str, here: set[str], places: dict[str, str]) -> str:
    if name in places:
        return f"; it is in {places[name]}"
    close = nearest(name, here) or nearest(name, places)
    return f"; nearest: {', '.join(close)}" if close else ""


def _module(name: str, known: dict[str, set[str]]) -> str:
    top = name.split(".")[0]
    if top == "rllte":
        fine = name == "rllte" or name in known
        close = nearest(name, known)
        return "" if fine else f"there is no module {name}" + (f"; nearest: {', '.join(close)}" if close else "")
    return "" if top in OTHERS or top in sys.stdlib_module_names else f"{top} is no part of the library"


def undefined(tree: ast.Module) -> list[str]:
    """Names that are used and defined nowhere in their scope or outside it, each with the line."""
    names = set(dir(builtins)) | {"__name__", "__file__", "__doc__"}
    problems: dict[str, str] = {}
    _visit(tree, [names], problems)
    return list(problems.values())


def _visit(scope: ast.AST, outer: list[set[str]], problems: dict[str, str]) -> None:
    mine = set(_bound(scope))
    visible = [*outer, mine]
    inner_outer = outer if isinstance(scope, ast.ClassDef) else visible
    for node in _own(scope):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if not any(node.id in names for names in visible):
                known = set().union(*visible)
                close = nearest(node.id, known)
                text = f"line {node.lineno}: {node.id} is not defined" + (
                    f"; nearest: {', '.join(close)}" if close else ""
                )
                problems.setdefault(node.id, text)
        elif isinstance(node, _SCOPES):
            _visit(node, inner_outer, problems)


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """Nodes of a scope without those of scopes inside it; the inner scopes themselves are included."""
    stack = list(ast.iter_child_nodes(scope))
    while stack:
        node = stack.pop(0)
        yield node
        if not isinstance(node, _SCOPES):
            stack[:0] = list(ast.iter_child_nodes(node))


def _bound(scope: ast.AST) -> Iterator[str]:
    if isinstance(scope, _FUNCTIONS):
        arguments = scope.args
        extra = [item for item in (arguments.vararg, arguments.kwarg) if item]
        yield from (item.arg for item in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra])
    for node in _own(scope):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name
