"""The library's own modules: by symbols (classes, functions, methods, constants over several lines); nothing is run.

What its pages say is said there: of a function without a docstring its signature is enough, of private ones nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from copilot.knowledge.blocks import Block, Document, split_lines
from copilot.knowledge.loaders.python import declared, first_line, parsed
from copilot.knowledge.loaders.text import decoded


def load(data: bytes) -> Document:
    """One block per symbol: with its docstring and code, or by its signature where it has no docstring.

    Raises:
        ValueError: it is not text, or Python cannot parse it.
    """
    text = decoded(data, declared(data))
    return Document(split_lines(text), list(_blocks(parsed(text))), code=True)


def _blocks(tree: ast.Module) -> Iterator[Block]:
    """One block for the module's docstring, one per class head, one per function or method."""
    if ast.get_docstring(tree):
        first = tree.body[0]
        yield Block(first.lineno, first.end_lineno or first.lineno, "module")
    yield from _symbols(tree.body, "")


def _symbols(body: list[ast.stmt], owner: str) -> Iterator[Block]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _class(node, f"{owner}{node.name}")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if _public(node.name):
                yield _function(node, f"{owner}{node.name}")
        elif isinstance(node, ast.Assign | ast.AnnAssign) and not owner and (node.end_lineno or 0) > node.lineno:
            yield from _table(node)


def _class(node: ast.ClassDef, name: str) -> Iterator[Block]:
    members = [item for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
    others = [item for item in node.body if item not in members]
    head = max((item.end_lineno or item.lineno for item in others), default=node.lineno)
    if members:
        head = min(head, first_line(members[0]) - 1)
    yield Block(first_line(node), max(head, node.lineno), name)
    for member in members:
        if member.name == "__init__":
            yield Block(first_line(member), _signature_end(member), f"{name} > arguments")
        elif _public(member.name):
            yield _function(member, f"{name} > {member.name}")


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, heading: str) -> Block:
    """All of it; only its signature where no docstring says what it is for."""
    end = node.end_lineno or node.lineno
    return Block(first_line(node), end if ast.get_docstring(node) else _signature_end(node), heading)


def _table(node: ast.Assign | ast.AnnAssign) -> Iterator[Block]:
    """A constant over several lines (the presets, say); long tables entry by entry."""
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    name = target.id if isinstance(target, ast.Name) else "constant"
    if not _public(name):
        return
    entries = node.value.elts if isinstance(node.value, ast.Tuple | ast.List) else []
    if not entries or (node.end_lineno or 0) - node.lineno < 20:
        yield Block(node.lineno, node.end_lineno or node.lineno, name)
        return
    for entry in entries:
        labels = [a.value for a in entry.args if isinstance(a, ast.Constant)][:2] if isinstance(entry, ast.Call) else []
        title = " > ".join([name, *(str(label) for label in labels)])
        yield Block(entry.lineno, entry.end_lineno or entry.lineno, title)


def _public(name: str) -> bool:
    return not name.startswith("_")


def _signature_end(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return max(node.lineno, node.body[0].lineno - 1)
