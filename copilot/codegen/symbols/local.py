"""A class of the script that is checked, as far as its definition tells."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from copilot.codegen.symbols.attributes import Attributes, attributes, body, decorators, last_name
from copilot.codegen.symbols.index import OBJECT
from copilot.codegen.symbols.stubs import bare
from copilot.codegen.symbols.values import Class, ClassValue, Function, Member, Value

if TYPE_CHECKING:
    from copilot.codegen.symbols.infer import Inference

PLAIN_BASES = frozenset({"object", "ABC", "Generic", "Exception", "ValueError", "RuntimeError"})
"""Bases that give instances nothing but what every object or exception has."""
KEEPING = frozenset(
    {"no_grad", "inference_mode", "abstractmethod", "override", "final", "staticmethod", "classmethod", "checked"}
)
"""Decorators after which a function takes the same arguments."""
_KEEPING_CLASSES = frozenset({"register", "final", "total_ordering", "dataclass"})
_ERRORS = frozenset({"args", "with_traceback", "add_note"})


class Local(Class):
    """A class of the script.

    Args:
        node: its definition.
        inference: evaluates its bases and the values of its attributes.
    """

    def __init__(self, node: ast.ClassDef, inference: Inference) -> None:
        self.node = node
        self.name = node.name
        self._inference = inference
        self._scope = inference.source.classes[id(node)]

    @cached_property
    def bases(self) -> list[Class | None]:
        """Its bases, None for one that is not known; those that give nothing are left out."""
        found: list[Class | None] = []
        for base in self.node.bases:
            plain = base.value if isinstance(base, ast.Subscript) else base
            last = last_name(plain)
            value = self._inference.evaluate(plain, self._scope.parent or self._scope)
            if isinstance(value, ClassValue):
                found.append(value.cls)
            elif last not in PLAIN_BASES:
                found.append(None)
        return found

    @cached_property
    def above(self) -> list[Class]:  # type: ignore[override]  # worked out once asked
        """Itself and its bases, in an order that is near enough to Python's for the question what exists."""
        found: list[Class] = [self]
        for base in self.bases:
            for cls in base.above if base else ():
                if cls in found:
                    found.remove(cls)
                found.append(cls)
        return found

    @property
    def below(self) -> list[Class]:  # type: ignore[override]  # as above
        """Classes of the script that derive from it."""
        return [cls for cls in self._inference.local_classes() if cls is not self and self in cls.above]

    @cached_property
    def open(self) -> bool:  # type: ignore[override]  # as above
        """Whether its definition leaves attributes unsaid."""
        names = {node.name for node in body(self.node) if isinstance(node, ast.FunctionDef)}
        keywords = {keyword.arg for keyword in self.node.keywords} - {"metaclass"}
        meta = [ast.unparse(keyword.value) for keyword in self.node.keywords if keyword.arg == "metaclass"]
        return (
            None in self.bases
            or bool(keywords)
            or any(name.rpartition(".")[2] != "ABCMeta" for name in meta)
            or bool({"__getattr__", "__getattribute__", "__class_getitem__"} & names)
            or not set(decorators(self.node)) <= _KEEPING_CLASSES
            or self.attributes.open
            or self.name in self._inference.source.extended
        )

    @cached_property
    def protocol(self) -> bool:  # type: ignore[override]  # as above
        """Whether it only says what others have."""
        named = any(ast.unparse(base).rpartition(".")[2].startswith("Protocol") for base in self.node.bases)
        return named or any(base is not None and base.protocol for base in self.bases)

    @cached_property
    def outside(self) -> bool:  # type: ignore[override]  # as above
        """Whether a class of a library is among its bases."""
        return any(base is not None and base.outside for base in self.bases)

    @property
    def patterns(self) -> list[str]:  # type: ignore[override]  # as above
        """Patterns of attributes that it sets by name."""
        return self.attributes.patterns

    @property
    def alone(self) -> bool:
        """Whether it is a class by itself, not a part of others: it has a constructor, and no bases."""
        return not self.bases and not self.below and "__init__" in self._members and "Mixin" not in self.name

    @cached_property
    def attributes(self) -> Attributes:
        """What its methods set."""
        return attributes(self.node)

    @cached_property
    def _members(self) -> dict[str, list[ast.AST]]:
        """What its body binds: the statements, by name."""
        found: dict[str, list[ast.AST]] = {}
        for statement in body(self.node):
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.setdefault(statement.name, []).append(statement)
        for name in self._scope.bindings:
            found.setdefault(name, [])
        return found

    def own_names(self) -> list[str]:
        """Names of its body and of what its methods set."""
        return [*self._members, *self.attributes.values, *self.attributes.types]

    def own(self, name: str) -> Member | None:
        """What it has under a name."""
        made = self._members.get(name)
        if made and len(made) == 1:
            return self._made(made[0], name)
        known = self.attributes
        if name in known.types:
            return Member(lambda: self._annotated(known.types[name]))
        if name in known.values:
            return Member(lambda: self._assigned(name)) if made is None else Member()
        return Member() if made is not None or name in OBJECT or (name in _ERRORS and self._error) else None

    @property
    def _error(self) -> bool:
        return any("Error" in ast.unparse(base) or "Exception" in ast.unparse(base) for base in self.node.bases)

    def _made(self, node: ast.AST, name: str) -> Member:
        if isinstance(node, ast.ClassDef):
            cls = ClassValue(self._inference.local(node))
            return Member(lambda: cls, lambda: cls)
        if not isinstance(node, ast.FunctionDef):
            return Member()
        if decorators(node) in (["property"], ["cached_property"], ["property", "abstractmethod"]):
            return Member(lambda: self._annotated(node.returns) if node.returns else None)
        function = self._inference.function(node, f"{self.name}.{name}", self._scope)
        if function is None:
            return Member()
        kinds = set(decorators(node))
        bound = self._inference.bind(function)
        if "staticmethod" in kinds or name == "__new__":
            return Member(lambda: function, lambda: function)
        return Member(lambda: bound, lambda: bound if "classmethod" in kinds else function)

    def _annotated(self, annotation: ast.expr) -> Value:
        return self._inference.annotation(annotation, self._scope)

    def _assigned(self, name: str) -> Value:
        """The one kind of value that is assigned to an attribute, here or in classes below."""
        values: list[tuple[ast.expr | None, Local]] = []
        for cls in [self, *self.below]:
            if isinstance(cls, Local):
                values += [(value, cls) for value in cls.attributes.values.get(name, [])]
        return self._inference.joined([self._inference.inside(value, cls.node) for value, cls in values])

    def constructor(self) -> Function | None:
        """How it is called: by its own `__init__`, or by that of the base that has one."""
        if "dataclass" in decorators(self.node) or "__new__" in self._members:
            return None
        made = self._members.get("__init__")
        if made is not None:
            node = made[0] if len(made) == 1 else None
            if not isinstance(node, ast.FunctionDef):
                return None
            function = self._inference.function(node, self.name, self._scope)
            return self._inference.bind(function) if function else None
        if self.open or not self.bases:
            return None
        first = self.bases[0]
        found = first.constructor() if first is not None and len(self.bases) == 1 else None
        return Function(self.name, found.signatures, found.bound) if found else None


def signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """The arguments of a definition, as text."""
    return "(" + ast.unparse(bare(node.args)) + ")"
