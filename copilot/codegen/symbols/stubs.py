"""Signatures of torch's C functions, from the stubs that lie beside the package: `inspect` knows nothing of them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

FILES = ("_C/_VariableFunctions.pyi", "_C/__init__.pyi", "_C/_nn.pyi", "nn/functional.pyi")
Overloads = list[ast.FunctionDef]


class Stubs:
    """Overloads by name: of functions, and of the methods of each class.

    Args:
        folder: of the torch package.
    """

    def __init__(self, folder: Path) -> None:
        self.functions: dict[str, Overloads] = {}
        self.methods: dict[tuple[str, str], Overloads] = {}
        for name in FILES:
            if (folder / name).is_file():
                tree = ast.parse((folder / name).read_text(encoding="utf-8"))
                for node in _functions(tree.body):
                    self.functions.setdefault(node.name, []).append(node)
                for cls in (node for node in tree.body if isinstance(node, ast.ClassDef)):
                    for node in _functions(cls.body):
                        self.methods.setdefault((cls.name, node.name), []).append(node)


def signature(node: ast.FunctionDef) -> str:
    """The arguments without annotations, as text: "(input, dim=None, *, dtype=None)"."""
    return "(" + ast.unparse(bare(node.args)) + ")"


def bare(arguments: ast.arguments) -> ast.arguments:
    """A copy without annotations."""

    def plain(given: Iterable[ast.arg]) -> list[ast.arg]:
        return [ast.arg(arg=item.arg) for item in given]

    return ast.arguments(
        posonlyargs=plain(arguments.posonlyargs),
        args=plain(arguments.args),
        vararg=ast.arg(arg=arguments.vararg.arg) if arguments.vararg else None,
        kwonlyargs=plain(arguments.kwonlyargs),
        kw_defaults=[_short(default) for default in arguments.kw_defaults],
        kwarg=ast.arg(arg=arguments.kwarg.arg) if arguments.kwarg else None,
        defaults=[_short(default) or ast.Constant(value=...) for default in arguments.defaults],
    )


def returned(overloads: Overloads) -> str:
    """The one plain name that all overloads return, or ""."""
    names = {ast.unparse(node.returns) if node.returns else "" for node in overloads}
    return names.pop() if len(names) == 1 else ""


def _functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef]:
    return (node for node in body if isinstance(node, ast.FunctionDef))


def _short(default: ast.expr | None) -> ast.expr | None:
    """A default that is a plain value as it is, any other as `...`."""
    if default is None or len(ast.unparse(default)) <= 12:
        return default
    return ast.Constant(value=...)
