"""Finds what a source uses and the libraries do not have. Where anything is unclear, nothing is said."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Collection, Iterator

from copilot.codegen.symbols.calls import misfit
from copilot.codegen.symbols.describe import ROOTS, inside
from copilot.codegen.symbols.index import OBJECT, Index, Indexed, is_network
from copilot.codegen.symbols.infer import NONE, WAITING, Inference
from copilot.codegen.symbols.local import Local
from copilot.codegen.symbols.scopes import Scope, read, starred
from copilot.codegen.symbols.values import Class, ClassValue, Instance, Module, Several, Super
from copilot.core.errors import nearest


def faults(tree: ast.Module, index: Index, beside: Collection[str] = ()) -> list[str]:
    """Every fault of a parsed source, in the order of its lines.

    Args:
        tree: the source.
        index: the libraries.
        beside: modules that lie beside it and may be imported.
    """
    source = read(tree)
    finder = _Finder(Inference(source, index), index, beside)
    found: dict[tuple[int, str], None] = {}
    for node, scope in source.nodes:
        for text in finder.node(node, scope):
            found[getattr(node, "lineno", 0), text] = None
    return [f"line {line}: {text}" for line, text in sorted(found, key=lambda item: item[0])]


class _Finder:
    """Judges single nodes."""

    def __init__(self, inference: Inference, index: Index, beside: Collection[str]) -> None:
        self.inference = inference
        self.index = index
        self.beside = beside
        self.unknown = inference.source.stored | inference.source.tested

    def node(self, node: ast.AST, scope: Scope) -> Iterator[str]:
        """The faults of one node."""
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from self._module(alias.name)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from self._from(node.module or "", node.names)
        elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Store):
            yield from self._attribute(node, scope)
        elif isinstance(node, ast.Call):
            yield from self._call(node, scope)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            yield from self._unpacked(node, scope)

    def _module(self, name: str) -> Iterator[str]:
        top = name.partition(".")[0]
        if top in self.beside or top in sys.stdlib_module_names or top == "__main__":
            return
        if top not in ROOTS:
            if top not in sys.modules and importlib.util.find_spec(top) is None:
                yield f"there is no package {top} here"
            return
        if not self.index.has_module(name):
            close = nearest(name, self.index.modules(top))
            yield f"there is no module {name}" + _hint(close)

    def _from(self, module: str, names: list[ast.alias]) -> Iterator[str]:
        missing = list(self._module(module))
        yield from missing
        if missing or not inside(module):
            known = sys.modules.get(module) if module.partition(".")[0] in sys.stdlib_module_names else None
            for alias in names if known is not None and not hasattr(known, "__getattr__") else ():
                if alias.name != "*" and not hasattr(known, alias.name) and not hasattr(known, "__path__"):
                    yield f"{module} has no {alias.name}" + _hint(nearest(alias.name, dir(known)))
            return
        for alias in names:
            if not alias.name.startswith(("_", "*")) and not self.index.attribute(module, alias.name)[0]:
                yield f"{module} has no {alias.name}" + self._elsewhere(module, alias.name)

    def _elsewhere(self, module: str, name: str) -> str:
        """Where a name is that a module lacks, or what comes near."""
        places = self.index.places(module.partition(".")[0], name)
        if places:
            return f"; it is in {places[0]}"
        names = self.index.module(module) or {}
        known = [item for item in names if not item.startswith("_")]
        known.sort(key=lambda item: not str(names[item]).startswith("m:"))  # of `ppo` and `PPO` the last is named
        return _hint(nearest(name, known))

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Iterator[str]:
        name = node.attr
        if name in self.unknown or (name.startswith("__") and name.endswith("__")):
            return
        owner = self.inference.evaluate(node.value, scope)
        if owner is NONE or owner is WAITING:
            return
        if isinstance(owner, Module):
            if not name.startswith("_") and not self.index.attribute(owner.name, name)[0]:
                yield f"{owner.name} has no {name}" + self._elsewhere(owner.name, name)
        elif name in self.index.stored:
            return
        elif isinstance(owner, Super):
            bases = owner.cls.above[1:]
            single = len(getattr(owner.cls, "bases", [])) == 1 and owner.cls.outside
            if single and not owner.cls.open and not any(cls.has(name) for cls in bases):
                yield f"super() of {owner.cls.name} has no {name}" + _near(bases, name)
        elif isinstance(owner, Instance):
            if name in self.inference.source.texts and is_network(owner.cls):
                return
            kinds = [owner.cls, *([] if owner.exact else owner.cls.below)]
            if not owner.loose and self._said(owner.cls, name) and not any(cls.has(name) for cls in kinds):
                yield f"{owner.cls.name} has no attribute {name}" + _near(kinds[:1], name)
        elif isinstance(owner, ClassValue) and self._said(owner.cls, name) and not self._on_class(owner.cls, name):
            yield f"{owner.cls.name} has no attribute {name}" + _near([owner.cls], name)

    def _said(self, cls: Class, name: str) -> bool:
        """Whether an attribute is judged: not those that a package keeps to itself, nor of a part of other classes."""
        whole = cls.outside or (isinstance(cls, Local) and cls.alone)
        return whole and not (name.startswith("_") and isinstance(cls, Indexed))

    def _on_class(self, cls: Class, name: str) -> bool:
        return cls.has(name) or hasattr(type, name) or any(isinstance(c, Indexed) and c.meta(name) for c in cls.above)

    def _call(self, node: ast.Call, scope: Scope) -> Iterator[str]:
        function = self.inference.reached(self.inference.evaluate(node.func, scope))
        if function is None or function in (NONE, WAITING):
            return
        fault = misfit(node, function)
        if fault:
            yield f"{function.name} {fault}"

    def _unpacked(self, node: ast.Assign, scope: Scope) -> Iterator[str]:
        target = node.targets[0]
        if not isinstance(target, ast.Tuple | ast.List) or not isinstance(node.value, ast.Call):
            return
        value = self.inference.evaluate(node.value, scope)
        if isinstance(value, Several) and not starred(target) and len(value.parts) != len(target.elts):
            yield f"{ast.unparse(node.value.func)} gives {len(value.parts)} values, {len(target.elts)} are taken"


def _near(classes: list[Class], name: str) -> str:
    known = [item for cls in classes for item in cls.names() if item not in OBJECT and not item.startswith("_")]
    return _hint(nearest(name, known))


def _hint(close: list[str]) -> str:
    return f"; nearest: {', '.join(close)}" if close else ""
