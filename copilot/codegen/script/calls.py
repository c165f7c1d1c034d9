"""Calls of a script: do the library's classes and methods take these arguments, are literal values in their ranges."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from copilot.codegen.settings.values import Entry, coerce, settable
from copilot.codegen.vocabulary import MIXER, SPOKEN
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest, nearest


def arguments(tree: ast.Module, catalogue: Catalogue) -> list[str]:
    """Keywords and methods that do not exist, and required arguments that are missing."""
    problems = []
    for call, what, parameters in _calls(tree, catalogue):
        known = [parameter["name"] for parameter in parameters]
        placed = 0 if what == MIXER else len(call.args)  # what it mixes stands before its parameters
        if placed > len(known):
            problems.append(f"line {call.lineno}: {what} takes {len(known)} arguments, {placed} are given")
        given = set(known[:placed])
        for keyword in call.keywords:
            if keyword.arg and keyword.arg not in known:
                problems.append(
                    f"line {call.lineno}: {what} has no argument {keyword.arg}{_meant(keyword.arg, parameters)}"
                )
            elif keyword.arg in given:
                problems.append(f"line {call.lineno}: {what} gets {keyword.arg} twice")
        given |= {keyword.arg for keyword in call.keywords if keyword.arg}
        missing = [p["name"] for p in parameters if p["required"] and p["name"] not in given]
        spread = any(k.arg is None for k in call.keywords) or any(isinstance(a, ast.Starred) for a in call.args)
        if missing and not spread:
            problems.append(f"line {call.lineno}: {what} needs {', '.join(missing)}")
    return problems + _methods(tree, catalogue)


def values(tree: ast.Module, catalogue: Catalogue) -> list[str]:
    """Literal values outside their range, and unknown environment ids."""
    problems = []
    ids = [entry["id"] for entry in catalogue.environments]
    for call, what, parameters in _calls(tree, catalogue):
        by_name = {parameter["name"]: parameter for parameter in parameters}
        pairs = [*zip(by_name, call.args, strict=False), *((k.arg, k.value) for k in call.keywords if k.arg)]
        for name, node in pairs:
            found, value = _literal(node)
            if not found or name not in by_name:
                continue
            if name == "env_id" and isinstance(value, str) and catalogue.environment(value) is None:
                problems.append(f"line {call.lineno}: there is no environment {value!r}{_hint(value, ids)}")
            elif settable(by_name[name]):
                try:
                    coerce(by_name[name], value)
                except InvalidRequest as error:
                    problems.append(f"line {call.lineno}: {what}: {error.message}")
    return problems


def _literal(node: ast.expr) -> tuple[bool, Any]:
    try:
        return True, ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False, None


def _meant(name: str, parameters: list[Entry]) -> str:
    """The parameter that has this name as an alias, else the nearest ones."""
    spoken = name.replace("_", " ")
    same = [p["name"] for p in parameters if spoken in (*p["aliases"], *SPOKEN.get(p["name"], ()))]
    return f"; nearest: {same[0]}" if same else _hint(name, [p["name"] for p in parameters])


def _hint(name: str, known: list[str]) -> str:
    close = nearest(name, known)
    return f"; nearest: {', '.join(close)}" if close else ""


def _imported(tree: ast.Module) -> dict[str, str]:
    """Local name -> name in the library, for everything imported from it."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "rllte"
        for alias in node.names
    }


def _agents(tree: ast.Module, catalogue: Catalogue) -> dict[str, Entry]:
    """Variables that hold an agent, and which."""
    local, known = _imported(tree), {entry["name"]: entry for entry in catalogue.of("agent")}
    makers = {  # functions of the script that say which agent they return
        node.name: node.returns.id
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and isinstance(node.returns, ast.Name)
    }
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
            function = node.value.func
            called = makers.get(function.id, function.id) if isinstance(function, ast.Name) else ""
            name = local.get(called)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if name in known:
                found.update({target.id: known[name] for target in targets if isinstance(target, ast.Name)})
    return found


def _calls(tree: ast.Module, catalogue: Catalogue) -> Iterator[tuple[ast.Call, str, list[Entry]]]:
    """Calls of the library's classes, functions and agent methods, with the parameters that they have."""
    local, agents = _imported(tree), _agents(tree, catalogue)
    known = {entry["name"]: entry["parameters"] for entry in _callable(catalogue)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Name) and local.get(function.id) in known:
            yield node, function.id, known[local[function.id]]
        elif (
            isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id in agents
        ):
            methods = agents[function.value.id]["methods"]
            if function.attr in methods:
                yield node, f"{function.value.id}.{function.attr}", methods[function.attr]


def _callable(catalogue: Catalogue) -> list[Entry]:
    return [*catalogue.components, *catalogue.functions, *catalogue.statistics]


def _methods(tree: ast.Module, catalogue: Catalogue) -> list[str]:
    agents = _agents(tree, catalogue)
    problems = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        if isinstance(owner, ast.Name) and owner.id in agents:
            methods = [*agents[owner.id]["methods"], "freeze", "mode", "update"]
            if node.func.attr not in methods:
                name, wrong = agents[owner.id]["name"], node.func.attr
                problems.append(f"line {node.lineno}: {name} has no method {wrong}{_hint(wrong, methods)}")
    return problems
