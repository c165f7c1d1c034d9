"""The scopes of a source: which name is bound where, by what; and which parts of it are guarded against failing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from copilot.codegen.symbols.attributes import decorators, last_name

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_ASKING = frozenset({"hasattr", "getattr", "setattr", "delattr"})
_TOLD_APART = frozenset({"isinstance", "issubclass", "type", "callable", "vars"})
"""Calls after which their first argument may be more than its annotation promises."""
_CAUGHT = frozenset({"AttributeError", "ImportError", "ModuleNotFoundError", "TypeError", "Exception", "BaseException"})
_EXPECTING = ("raises", "suppress", "warns")


@dataclass(frozen=True, eq=False)
class Binding:
    """One place that gives a name its value.

    Attributes:
        kind: "module", "from", "value", "part", "type", "class", "function", "self", "cls" or "unknown".
        text: of imports, the module.
        name: of "from", the imported name.
        node: the expression, annotation or definition.
        place: of "part", which of the values, and of how many.
    """

    kind: str
    text: str = ""
    name: str = ""
    node: ast.AST | None = None
    place: tuple[int, int] = (0, 0)


@dataclass(eq=False)
class Scope:
    """A module, class, function or comprehension."""

    node: ast.AST
    parent: Scope | None = None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    unclear: set[str] = field(default_factory=set)
    """Names that are told apart by `isinstance` and the like: more is known of them than is seen here."""

    def bind(self, name: str, binding: Binding) -> None:
        """Note a binding."""
        self.bindings.setdefault(name, []).append(binding)

    def find(self, name: str) -> Scope | None:
        """The scope that a name is bound in, seen from here."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.bindings and (scope is self or not isinstance(scope.node, ast.ClassDef)):
                return scope
            scope = scope.parent
        return None


@dataclass
class Source:
    """A source with its scopes.

    Attributes:
        nodes: nodes that are to be checked, with their scope; guarded ones are not among them.
        classes: scope of every class definition, by the node's identity.
        functions: the same of every function.
        stored: attributes that are set on anything but `self`: whoever has them is not known.
        extended: names of what is given attributes by `setattr`, under names that only the running program knows.
        texts: texts that may name a part of a network, as in `add_module("head", ...)` or an `OrderedDict`.
        tested: attributes that `hasattr` and `isinstance` ask for.
    """

    module: Scope
    nodes: list[tuple[ast.AST, Scope]] = field(default_factory=list)
    classes: dict[int, Scope] = field(default_factory=dict)
    functions: dict[int, Scope] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    extended: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    tested: set[str] = field(default_factory=set)


def read(tree: ast.Module) -> Source:
    """Find the scopes of a parsed source."""
    source = Source(Scope(tree))
    _Reader(source).body(tree.body, source.module, guarded=False)
    return source


class _Reader:
    """Goes through a tree once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._bound: set[int] = set()  # targets that stand alone, by identity: their value is an expression

    def body(self, nodes: list[ast.stmt], scope: Scope, *, guarded: bool) -> None:
        for node in nodes:
            self.visit(node, scope, guarded)

    def visit(self, node: ast.AST, scope: Scope, guarded: bool) -> None:
        if not guarded:
            self.source.nodes.append((node, scope))
        if isinstance(node, ast.ClassDef):
            self._class(node, scope, guarded)
        elif isinstance(node, (*FUNCTIONS, ast.Lambda)):
            self._function(node, scope, guarded)
        elif isinstance(node, _COMPREHENSIONS):
            inner = Scope(node, scope)
            self._children(node, inner, guarded)
        elif isinstance(node, ast.Try | ast.TryStar):
            caught = any(_catches(handler) for handler in node.handlers)
            self.body(node.body, scope, guarded=guarded or caught)
            for handler in node.handlers:
                self.visit(handler, scope, guarded or _catches(handler))  # the other way, of another version
            self.body([*node.orelse, *node.finalbody], scope, guarded=guarded)
        elif isinstance(node, ast.With | ast.AsyncWith) and any(_expects(item) for item in node.items):
            self._children(node, scope, guarded=True)
            self._bind(node, scope)
        elif isinstance(node, ast.If | ast.IfExp) and _asks_version(node.test):
            self._children(node, scope, guarded=True)
        else:
            self._bind(node, scope)
            self._children(node, scope, guarded)

    def _children(self, node: ast.AST, scope: Scope, guarded: bool) -> None:
        for child in ast.iter_child_nodes(node):
            self.visit(child, scope, guarded)

    def _class(self, node: ast.ClassDef, scope: Scope, guarded: bool) -> None:
        scope.bind(node.name, Binding("class", node=node))
        for part in (*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)):
            self.visit(part, scope, guarded)
        inner = Scope(node, scope)
        self.source.classes[id(node)] = inner
        self.body(node.body, inner, guarded=guarded)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope, guarded: bool) -> None:
        inner = Scope(node, scope)
        self.source.functions[id(node)] = inner
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        for argument in arguments:
            kind = "type" if argument.annotation else "unknown"
            inner.bind(argument.arg, Binding(kind, node=argument.annotation))
        for extra in (node.args.vararg, node.args.kwarg):
            if extra:
                inner.bind(extra.arg, Binding("unknown"))
        outer = [*node.args.defaults, *(default for default in node.args.kw_defaults if default)]
        if isinstance(node, ast.Lambda):
            self.visit(node.body, inner, guarded)
        else:
            outer += [*node.decorator_list, *(item.annotation for item in arguments if item.annotation)]
            outer += [node.returns] if node.returns else []
            scope.bind(node.name, Binding("function", node=node))
            if isinstance(scope.node, ast.ClassDef):
                _bind_receiver(node, arguments, inner, scope.node)
            self.body(node.body, inner, guarded=guarded)
        for part in outer:
            self.visit(part, scope, guarded)

    def _bind(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                scope.bind(alias.asname or top, Binding("module", alias.name if alias.asname else top))
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                kind = "unknown" if node.level else "from"
                scope.bind(alias.asname or alias.name, Binding(kind, node.module or "", alias.name))
        elif isinstance(node, ast.Call):
            self._call(node, scope)
        elif isinstance(node, ast.Match):
            self._unclear(node.subject, scope)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            self.source.texts.add(node.value)
        else:
            self._bind_targets(node, scope)

    def _bind_targets(self, node: ast.AST, scope: Scope) -> None:
        """What assignments and other statements bind."""
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._target(target, scope, Binding("value", node=node.value))
        elif isinstance(node, ast.AnnAssign):
            self._target(node.target, scope, Binding("type", node=node.annotation))
        elif isinstance(node, ast.NamedExpr):
            place = scope
            while isinstance(place.node, _COMPREHENSIONS) and place.parent:
                place = place.parent
            self._target(node.target, place, Binding("value", node=node.value))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            if id(node) not in self._bound:  # inside a tuple, a loop, `with`, `+=`
                scope.bind(node.id, Binding("unknown"))
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            scope.bind(node.name, Binding("unknown"))
        elif isinstance(node, ast.Global | ast.Nonlocal):
            self._shared(node, scope)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and not is_self(node.value):
            self.source.stored.add(node.attr)

    def _target(self, target: ast.AST, scope: Scope, binding: Binding) -> None:
        if isinstance(target, ast.Name):
            scope.bind(target.id, binding)
            self._bound.add(id(target))
        elif isinstance(target, ast.Tuple | ast.List) and binding.kind == "value" and not starred(target):
            for number, part in enumerate(target.elts):
                place = (number, len(target.elts))
                self._target(part, scope, Binding("part", node=binding.node, place=place))

    def _shared(self, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
        for name in node.names:
            scope.bind(name, Binding("unknown"))
            outer: Scope | None = scope.parent
            while outer is not None:
                outer.bind(name, Binding("unknown"))
                outer = outer.parent

    def _call(self, node: ast.Call, scope: Scope) -> None:
        name = last_name(node.func)
        named = len(node.args) > 1 and isinstance(node.args[1], ast.Constant)
        if name in _ASKING and named:
            self.source.tested.add(str(node.args[1].value))  # type: ignore[attr-defined]  # `named` says so
        elif name == "setattr" and node.args:
            self.source.extended.add(last_name(node.args[0]))
        elif name in _TOLD_APART and node.args and not (name == "type" and ast.unparse(node.args[0]) == "self"):
            self._unclear(node.args[0], scope)

    def _unclear(self, node: ast.expr, scope: Scope) -> None:
        if isinstance(node, ast.Name):
            for place in (scope, scope.find(node.id) or scope):
                place.unclear.add(node.id)
        elif isinstance(node, ast.Attribute):
            self.source.tested.add(node.attr)
        elif isinstance(node, ast.Tuple | ast.List):
            for part in node.elts:
                self._unclear(part, scope)


def starred(node: ast.Tuple | ast.List) -> bool:
    """Whether a part of it stands for any number of values."""
    return any(isinstance(part, ast.Starred) for part in node.elts)


def is_self(node: ast.AST) -> bool:
    """Whether it is what methods call their instance."""
    return isinstance(node, ast.Name) and node.id == "self"


def _bind_receiver(
    node: ast.FunctionDef | ast.AsyncFunctionDef, arguments: list[ast.arg], inner: Scope, cls: ast.ClassDef
) -> None:
    """The first argument of a method is an instance, or the class; of others nothing is known."""
    names = decorators(node)
    if not arguments or "staticmethod" in names:
        return
    kind = (
        "cls"
        if "classmethod" in names or node.name in {"__new__", "__init_subclass__", "__class_getitem__"}
        else "self"
    )
    inner.bindings[arguments[0].arg] = [Binding(kind, node=cls)]


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    names = {part.id for part in ast.walk(handler.type) if isinstance(part, ast.Name)}
    return bool(names & _CAUGHT) or not names  # names of another module's errors are not looked up


def _expects(item: ast.withitem) -> bool:
    call = item.context_expr
    name = last_name(call.func if isinstance(call, ast.Call) else call)
    return any(part in name for part in _EXPECTING)


def _asks_version(test: ast.expr) -> bool:
    return any("version" in part for part in _words(test))


def _words(node: ast.expr) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id.lower()
        elif isinstance(part, ast.Attribute):
            yield part.attr.lower()
