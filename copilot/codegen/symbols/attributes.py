"""The attributes that a class gives its instances, read from its source: the same for a library's class and a script's.

What is set under a name that only the running program knows makes a class open: nothing can be said of its attributes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_REGISTERING = frozenset({"register_buffer", "register_parameter", "add_module", "register_module"})
_RESTORING = frozenset(
    {"__setstate__", "__getstate__", "__reduce__", "__copy__", "__deepcopy__", "__dir__", "__repr__", "load_state_dict"}
)
"""Methods that copy what is there already, by names that they need not know."""


@dataclass
class Attributes:
    """What is known of the instances of one class, its bases apart.

    Attributes:
        values: every expression that is assigned to a name; None for one whose value is not a plain expression.
        types: annotations, of the class body and of `self.name: T`.
        patterns: regular expressions of names, from `setattr(self, f"part{i}", ...)`.
        open: names are set that the source does not tell.
    """

    values: dict[str, list[ast.expr | None]] = field(default_factory=dict)
    types: dict[str, ast.expr] = field(default_factory=dict)
    patterns: list[str] = field(default_factory=list)
    open: bool = False

    def add(self, name: str, value: ast.expr | None) -> None:
        """Note one assignment."""
        self.values.setdefault(name, []).append(value)


def methods(node: ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions of a class body, also those under `if`."""
    for statement in body(node):
        if isinstance(statement, _FUNCTIONS):
            yield statement


def body(node: ast.ClassDef) -> Iterator[ast.stmt]:
    """The statements of a class body, also those under `if`, `try` or `with`."""
    stack: list[ast.AST] = list(node.body)
    while stack:
        statement = stack.pop(0)
        if isinstance(statement, ast.stmt):
            yield statement
        if isinstance(statement, ast.If | ast.Try | ast.With | ast.ExceptHandler):
            stack[:0] = [child for child in ast.iter_child_nodes(statement) if not isinstance(child, ast.expr)]


def decorators(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> list[str]:
    """The last names of what decorates it: "staticmethod", "no_grad", "setter"."""
    return [last_name(item.func if isinstance(item, ast.Call) else item) or "?" for item in node.decorator_list]


def last_name(node: ast.AST) -> str:
    """What stands after the last dot, "c" in `a.b.c` and in `c`; "" for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def receiver(method: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    """The name that a method gives its instance; None for static methods and methods of the class."""
    if {"staticmethod", "classmethod"} & set(decorators(method)) or method.name in {"__new__", "__init_subclass__"}:
        return None
    first = [*method.args.posonlyargs, *method.args.args][:1]
    return first[0].arg if first else None


def attributes(node: ast.ClassDef) -> Attributes:
    """Everything that the body and the methods of a class set on its instances."""
    found = Attributes()
    for statement in body(node):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            found.types[statement.target.id] = statement.annotation
        elif isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "__slots__" for target in statement.targets
        ):
            for part in ast.walk(statement.value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    found.add(part.value, None)
    for method in methods(node):
        name = receiver(method)
        if name is not None:
            _note(method, name, found)
    return found


def _note(method: ast.FunctionDef | ast.AsyncFunctionDef, name: str, found: Attributes) -> None:
    """What a method sets on its instance, which it calls `name`."""
    plain: set[int] = set()
    for node in ast.walk(method):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Attribute) and _is(target.value, name):
                plain.add(id(target))
                if isinstance(node, ast.AnnAssign):
                    found.types.setdefault(target.attr, node.annotation)
                    found.values.setdefault(target.attr, [])
                if getattr(node, "value", None) is not None:
                    found.add(target.attr, node.value)  # type: ignore[attr-defined]  # both have one
    for node in ast.walk(method):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is(node.value, name):
            if id(node) not in plain:  # inside a tuple, a loop, `with`, `+=`
                found.add(node.attr, None)
        elif method.name not in _RESTORING:
            _note_dynamic(node, name, method.name, found)


def _note_dynamic(node: ast.AST, name: str, method: str, found: Attributes) -> None:
    """Names that are given as text."""
    if isinstance(node, ast.Subscript | ast.Attribute) and _is_dictionary(node.value, name):
        updating = isinstance(node, ast.Attribute) and node.attr in {"update", "setdefault"}
        written = updating or isinstance(node.ctx, ast.Store)
        key = node.slice if isinstance(node, ast.Subscript) else None
        if written:
            _note_name(key, found)
    if not isinstance(node, ast.Call):
        return
    function = node.func
    if isinstance(function, ast.Name) and function.id == "setattr" and node.args and _is(node.args[0], name):
        _note_name(node.args[1] if len(node.args) > 1 else None, found)
    elif isinstance(function, ast.Attribute):
        if function.attr in _REGISTERING and _is(function.value, name):
            named = [keyword.value for keyword in node.keywords if keyword.arg == "name"]
            _note_name(next(iter([*node.args, *named]), None), found)
        elif function.attr == "__setattr__" and method != "__setattr__":
            place = 1 if node.args and _is(node.args[0], name) else 0
            _note_name(node.args[place] if len(node.args) > place else None, found)


def _note_name(node: ast.expr | None, found: Attributes) -> None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        found.add(node.value, None)
    elif isinstance(node, ast.JoinedStr):
        parts = (re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*" for part in node.values)
        found.patterns.append("".join(parts))
    else:
        found.open = True


def _is_dictionary(node: ast.AST, name: str) -> bool:
    """Whether it is `self.__dict__` or `vars(self)`."""
    if isinstance(node, ast.Attribute):
        return node.attr == "__dict__" and _is(node.value, name)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "vars"
        and bool(node.args)
        and _is(node.args[0], name)
    )


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
