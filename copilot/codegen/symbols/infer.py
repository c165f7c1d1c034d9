"""What the expressions of a source stand for, where that is plainly known: no flow is followed, nothing is guessed.

A name has a value if all that binds it in its scope agrees. `None` beside another value does not count.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from copilot.codegen.symbols.attributes import decorators, last_name
from copilot.codegen.symbols.describe import inside
from copilot.codegen.symbols.index import KEEPING_FORM, Index, is_network
from copilot.codegen.symbols.local import KEEPING, Local, signature
from copilot.codegen.symbols.scopes import FUNCTIONS, Binding, Scope, Source, starred
from copilot.codegen.symbols.values import Class, ClassValue, Function, Instance, Module, Several, Super, Value

_TENSOR = "torch.Tensor"
_WRAPPING = frozenset({"Optional", "Annotated", "Final", "ClassVar"})
_LIMIT = 100_000
"""Steps after which nothing more is worked out: a source that needs more is not plain."""
NONE = Function("None")
"""Stands for the value None while values are joined."""
WAITING = Function("waiting")
"""Stands for a name whose value is being worked out."""


class Inference:
    """Evaluates expressions of one source.

    Args:
        source: its scopes.
        index: the libraries.
    """

    def __init__(self, source: Source, index: Index) -> None:
        self.source = source
        self.index = index
        self._locals: dict[int, Local] = {}
        self._names: dict[tuple[int, str], Value] = {}
        self._busy: dict[tuple[int, str], Value] = {}
        self._members: set[tuple[int, str]] = set()
        self._steps = 0

    def local(self, node: ast.ClassDef) -> Local:
        """The class of a definition."""
        if id(node) not in self._locals:
            self._locals[id(node)] = Local(node, self)
        return self._locals[id(node)]

    def local_classes(self) -> list[Local]:
        """All classes of the source."""
        return [
            self.local(scope.node) for scope in self.source.classes.values() if isinstance(scope.node, ast.ClassDef)
        ]

    def evaluate(self, node: ast.AST | None, scope: Scope) -> Value:
        """What an expression stands for."""
        self._steps += 1
        if self._steps > _LIMIT:
            return None
        if isinstance(node, ast.Name):
            return self._name(node.id, scope)
        if isinstance(node, ast.Attribute):
            return self._attribute(node, scope)
        if isinstance(node, ast.Call):
            return self._call(node, scope)
        if isinstance(node, ast.Constant):
            return NONE if node.value is None else None
        if isinstance(node, ast.IfExp):
            return self.joined([self.evaluate(node.body, scope), self.evaluate(node.orelse, scope)])
        if isinstance(node, ast.Subscript):
            value = self.evaluate(node.value, scope)
            return value if self._tensor(value) or isinstance(value, ClassValue) else None
        if isinstance(node, ast.BinOp | ast.UnaryOp):
            value = self.evaluate(node.left if isinstance(node, ast.BinOp) else node.operand, scope)
            return value if self._tensor(value) and not isinstance(getattr(node, "op", None), ast.Not) else None
        return None

    def _tensor(self, value: Value) -> bool:
        return value is WAITING or (isinstance(value, Instance) and getattr(value.cls, "key", "") == _TENSOR)

    def joined(self, values: list[Value]) -> Value:
        """The one value that all are, `None` apart."""
        real = [value for value in values if value is not NONE]
        if not real or any(value is None for value in real):
            return None
        if WAITING in real:
            return WAITING
        first = real[0]
        if all(isinstance(value, Instance) and value.cls is getattr(first, "cls", None) for value in real):
            kinds = [value for value in real if isinstance(value, Instance)]
            return Instance(kinds[0].cls, all(v.exact for v in kinds), any(v.loose for v in kinds))
        return first if all(value == first for value in real) else None

    def _name(self, name: str, scope: Scope) -> Value:
        found = scope.find(name)
        if found is None or (name in self.source.extended and name != "self"):
            return None
        place: Scope | None = scope
        while place is not None:
            if name in place.unclear:
                return None
            place = None if place is found else place.parent
        key = (id(found), name)
        if key in self._busy:
            return self._busy[key]
        if key not in self._names:
            value = self._bound_value(key, found.bindings[name], found)
            if self._busy:
                return value  # it may rest on a name that is still being worked out
            self._names[key] = value
        return self._names[key]

    def _bound_value(self, key: tuple[int, str], bindings: list[Binding], scope: Scope) -> Value:
        """All bindings joined; those that lead back to the name must agree with what the others say."""
        self._busy[key] = WAITING
        try:
            values = [self._binding(binding, scope) for binding in bindings]
            if WAITING not in values:
                return self.joined(values)
            others = self.joined([value for value in values if value is not WAITING])
            if others is None:
                return None
            self._busy[key] = others
            again = self.joined([self._binding(binding, scope) for binding in bindings])
            return None if again is WAITING else again
        finally:
            del self._busy[key]

    def _binding(self, binding: Binding, scope: Scope) -> Value:
        node = binding.node
        if binding.kind == "module":
            return Module(binding.text) if inside(binding.text) else None
        if binding.kind == "from":
            return self.index.attribute(binding.text, binding.name)[1] if inside(binding.text) else None
        if binding.kind == "type" and isinstance(node, ast.expr):
            return self.annotation(node, scope)
        if binding.kind == "value":
            return self.evaluate(node, scope)
        if binding.kind == "part":
            return self._part(node, binding.place, scope)
        if isinstance(node, ast.ClassDef):
            cls = self.local(node)
            return Instance(cls) if binding.kind == "self" else ClassValue(cls, exact=binding.kind == "class")
        if isinstance(node, ast.FunctionDef) and not isinstance(scope.node, ast.ClassDef):
            return self.function(node, node.name, scope)
        return None

    def _part(self, node: ast.AST | None, place: tuple[int, int], scope: Scope) -> Value:
        """One of several values that an expression gives at once."""
        number, count = place
        if isinstance(node, ast.Tuple | ast.List):
            return None if starred(node) or len(node.elts) != count else self.evaluate(node.elts[number], scope)
        value = self.evaluate(node, scope)
        if value is WAITING:
            return WAITING
        return value.parts[number]() if isinstance(value, Several) and len(value.parts) == count else None

    def annotation(self, node: ast.expr, scope: Scope) -> Value:
        """The instance that an annotation promises."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value, mode="eval").body
            except (SyntaxError, ValueError):
                return None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            sides = [
                side for side in (node.left, node.right) if not (isinstance(side, ast.Constant) and side.value is None)
            ]
            return self.annotation(sides[0], scope) if len(sides) == 1 else None
        if isinstance(node, ast.Subscript):
            if last_name(node.value) in _WRAPPING:
                inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
                return self.annotation(inner, scope)
            node = node.value
        value = self.evaluate(node, scope) if isinstance(node, ast.Name | ast.Attribute) else None
        return self.index.promised(value.cls) if isinstance(value, ClassValue) else None

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, shown: str, scope: Scope) -> Function | None:
        """A function of the source; None if a decorator may have changed it."""
        if not set(decorators(node)) <= KEEPING:
            return None
        plain = isinstance(node, ast.FunctionDef) and node.returns is not None and not _generates(node)
        returns = node.returns
        result = (lambda: self.annotation(returns, scope)) if plain and returns is not None else (lambda: None)
        return Function(shown, (signature(node),), result=result)

    def bind(self, function: Function) -> Function:
        """The same with its first argument given."""
        return replace(function, bound=True)

    def inside(self, node: ast.expr | None, cls: ast.ClassDef) -> Value:
        """What a value that a method assigns stands for; the method is found by the place of the node."""
        scope = self._scope_of(node, cls) if node is not None else None
        return self.evaluate(node, scope) if scope is not None else None

    def _scope_of(self, node: ast.expr, cls: ast.ClassDef) -> Scope | None:
        for method in cls.body:
            if isinstance(method, FUNCTIONS) and method.lineno <= node.lineno <= (method.end_lineno or 0):
                nested = [part for part in ast.walk(method) if isinstance(part, FUNCTIONS) and part is not method]
                if any(part.lineno <= node.lineno <= (part.end_lineno or 0) for part in nested):
                    return None
                return self.source.functions[id(method)]
        return None

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        owner = self.evaluate(node.value, scope)
        if owner is WAITING or owner is None or owner is NONE:
            return WAITING if owner is WAITING else None
        if isinstance(owner, Module):
            return None if node.attr in self.source.stored else self.index.attribute(owner.name, node.attr)[1]
        return self.attribute(owner, node.attr)

    def attribute(self, owner: Value, name: str) -> Value:
        """What an attribute of a class or an instance stands for."""
        if isinstance(owner, Super):
            if len(getattr(owner.cls, "bases", ())) != 1:
                return None  # which comes next depends on what is made of it
            bases = [cls for cls in owner.cls.above[1:] if cls.own(name)]
            found = bases[0].own(name) if bases else None
            return found.value() if found else None
        if not isinstance(owner, Instance | ClassValue) or name in self.source.stored or name in self.source.tested:
            return None
        member = owner.cls.member(name)
        key = (id(owner.cls), name)
        if member is None or key in self._members:
            return None
        if isinstance(owner, Instance) and not owner.exact and self._overridden(owner.cls, name):
            return None
        self._members.add(key)
        try:
            return member.value() if isinstance(owner, Instance) else member.on_class()
        finally:
            self._members.discard(key)

    def _overridden(self, cls: Class, name: str) -> bool:
        """Whether what derives from a class may say otherwise."""
        return getattr(cls, "key", "") not in KEEPING_FORM and any(lower.own(name) for lower in cls.below)

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
            return self._super(scope)
        called = self.evaluate(node.func, scope)
        if called is WAITING:
            return WAITING
        if isinstance(called, ClassValue):
            return Instance(called.cls, called.exact)
        reached = self.reached(called)
        return reached.result() if reached else None

    def reached(self, called: Value) -> Function | None:
        """What a call reaches: a function, a constructor, or `forward` of a network."""
        if isinstance(called, Function):
            return called
        if isinstance(called, ClassValue):
            return called.cls.constructor() if called.exact else None
        if isinstance(called, Instance) and is_network(called.cls):
            forward = self.attribute(called, "forward")
            return forward if isinstance(forward, Function) else None
        return None

    def _super(self, scope: Scope) -> Value:
        place: Scope | None = scope
        while place is not None:
            if place.parent is not None and isinstance(place.parent.node, ast.ClassDef):
                return Super(self.local(place.parent.node))
            place = place.parent
        return None


def _generates(node: ast.FunctionDef) -> bool:
    return any(isinstance(part, ast.Yield | ast.YieldFrom) for part in ast.walk(node))
