"""Describes modules, classes and functions as plain data: what `build` writes and `index` reads.

A value is one of
    ""              nothing is known of it
    "m:NAME"        a module
    "c:KEY"         a class; KEY is its module and qualified name
    "v:KEY"         an instance of that class, or of one below it
    [KIND, RETURNS, SIGNATURE, ...]  a function. KIND is "f" (function or method), "s" (static), "c" (of the class), "t" or
                    "tm" (parsed by torch's C code); RETURNS a value, "self" or "tuple:VALUE|VALUE"; without a SIGNATURE
                    it takes anything.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
import textwrap
import types
import typing
from typing import Any

from copilot.codegen.symbols.attributes import Attributes, attributes
from copilot.codegen.symbols.stubs import Stubs, returned, signature

ROOTS = ("rllte", "torch", "gymnasium", "numpy")
Value = str | list[str]
_PLAIN = (int, float, bool)
_TYPED = ("rllte", "gymnasium")
"""Packages whose annotations are true of what they take; torch's `device: torch.device` takes text too."""
WRONG = frozenset({("numpy", "arange"), ("", "requires_grad_")})
"""Functions that take other arguments than they, or the stubs, say: `arange(0, 8, 1, float)`."""
UNTOLD = frozenset({"numpy.finfo", "torch.autograd.variable.Variable"})
"""Classes whose attributes are set by C code, or which make instances of another."""
ARRAYS = frozenset(
    {"array", "asarray", "zeros", "ones", "empty", "full", "eye", "arange", "linspace", "zeros_like", "ones_like"}
    | {"full_like", "stack", "concatenate", "vstack", "hstack", "tile", "repeat", "expand_dims"}
)
"""Functions of NumPy that always give an array; their own annotations lie in stubs, in terms of many type variables."""
STUBBED = frozenset({"", "torch", "torch._C", "torch._C._nn", "torch.nn.functional"})
"""What functions that the stubs describe call their module."""
OPAQUE = frozenset({"gymnasium.core.Env.unwrapped", "gymnasium.core.Wrapper.unwrapped"})
"""Properties that promise a base class and give what the user's environment is."""

CLOSED: dict[str, list[str]] = {
    "gymnasium.core.Env": [],
    "gymnasium.core.Wrapper": [],
    "numpy.ma.MaskedArray": [],
    "torch.nn.modules.module.Module": ["parametrizations", ".*_(g|v|u|orig|mask)"],  # of torch.nn.utils
    "torch.nn.modules.container.Sequential": [r"\d+"],  # named parts are named in the source that makes it
    "torch.nn.modules.container.ModuleList": [r"\d+"],
    "torch.nn.modules.container.ParameterList": [r"\d+"],
    "torch.nn.modules.rnn.RNNBase": ["(weight|bias)_.*"],
}
"""Classes that set attributes by names that their source does not tell, and patterns of these: what is registered by an
assignment is found by that. rllte's own set by name only what they declare."""


def inside(name: str | None) -> bool:
    """Whether a module is one of the packages'."""
    return (name or "").partition(".")[0] in ROOTS


class Describer:
    """Describes values; classes that are met are described in the end, by `classes`.

    Args:
        stubs: signatures of torch's C functions.
    """

    def __init__(self, stubs: Stubs) -> None:
        self.stubs = stubs
        self._keys: dict[type, str] = {}
        self._named: dict[str, int] = {}
        self._waiting: list[type] = []
        self._trees: dict[str, dict[str, ast.ClassDef]] = {}

    def value(self, value: Any) -> Value:
        """What a name of a module or class stands for."""
        if isinstance(value, types.ModuleType):
            return f"m:{value.__name__}" if inside(value.__name__) else ""
        if isinstance(value, type):
            return f"c:{self.key(value)}" if inside(value.__module__) else ""
        if inspect.isroutine(value) or isinstance(value, types.FunctionType):
            return self.function(value)
        kind = type(value)
        if type(value).__name__ == "ufunc":
            return self.function(value)
        return f"v:{self.key(kind)}" if inside(kind.__module__) and not callable(value) else ""

    def key(self, cls: type) -> str:
        """The name of a class; the class is described later."""
        if cls not in self._keys:
            name = f"{cls.__module__}.{cls.__qualname__}"
            self._named[name] = self._named.get(name, 0) + 1
            self._keys[cls] = name if self._named[name] == 1 else f"{name}#{self._named[name]}"
            self._waiting.append(cls)
        return self._keys[cls]

    def classes(self) -> dict[str, dict[str, Any]]:
        """All classes that were met, and those that they lead to."""
        found = {}
        while self._waiting:
            cls = self._waiting.pop()
            found[self._keys[cls]] = self._class(cls)
        return found

    def function(self, function: Any, kind: str = "f", owner: type | None = None) -> list[str]:
        """A function, method or builtin."""
        name, module = (str(getattr(function, item, None) or "") for item in ("__name__", "__module__"))
        if (module, name) in WRONG:
            return [kind, self._array(name, module)]
        try:
            signed = inspect.signature(function)
        except (ValueError, TypeError):
            return self._stubbed(name, module, kind, owner)
        if _anything(signed):
            stub = self._stubbed(name, module, kind, owner) if module.startswith("torch.") else []
            if len(stub) > 2:
                return stub
        forms = self._overloads(function) if _anything(signed) else []
        if forms:
            return [kind, "", *forms]
        scope = getattr(inspect.unwrap(function), "__globals__", {})
        typed = module.startswith(_TYPED)
        text = self.signature(signed, scope if typed else None)
        result = "" if inspect.iscoroutinefunction(function) else self.annotation(signed.return_annotation, scope)
        result = result or self._array(name, module)
        return [kind, result, text] if text else [kind, result]

    def _array(self, name: str, module: str) -> str:
        return "v:numpy.ndarray" if module == "numpy" and name in ARRAYS else ""

    def _overloads(self, function: Any, *, bound: bool = False) -> list[str]:
        """The forms that `typing.overload` declares, without the one that takes anything."""
        declared = typing.get_overloads(function) if isinstance(function, types.FunctionType) else []
        signed = [inspect.signature(form) for form in declared]
        if bound:
            signed = [form.replace(parameters=list(form.parameters.values())[1:]) for form in signed]
        return [text for form in signed if not _anything(form) and (text := self.signature(form, None))]

    def _stubbed(self, name: str, module: str, kind: str, owner: type | None) -> list[str]:
        if owner is not None:
            overloads = self._inherited(owner, name)
        else:
            overloads = self.stubs.functions.get(name, []) if module in STUBBED else []
        result = {"Tensor": "v:torch.Tensor", "Self": "self"}.get(returned(overloads), "")
        if owner is None and kind == "f" and overloads:
            kind = "t"
        return [kind if owner is None or kind != "f" or not overloads else "tm", result, *map(signature, overloads)]

    def _inherited(self, owner: type, name: str) -> list[ast.FunctionDef]:
        for cls in owner.__mro__:
            if (cls.__name__, name) in self.stubs.methods:
                return self.stubs.methods[cls.__name__, name]
        return []

    def signature(self, signed: inspect.Signature, scope: dict[str, Any] | None) -> str:
        """A signature as text; of annotations remain the classes that no text or number can stand for."""
        shown = []
        for parameter in signed.parameters.values():
            kind = self._wanted(parameter.annotation, scope) if scope is not None else inspect.Parameter.empty
            default = parameter.default
            if default is not parameter.empty:
                default = default if isinstance(default, int | float | str | None) and _short(default) else _Rest()
            shown.append(parameter.replace(annotation=kind, default=default))
        try:
            text = str(signed.replace(parameters=shown, return_annotation=inspect.Signature.empty))
        except ValueError:  # a signature that Python would not take, of a C function
            return ""
        return text if _parses(text) else ""

    def _wanted(self, annotation: Any, scope: dict[str, Any]) -> Any:
        annotation = _evaluated(annotation, scope)
        if annotation in _PLAIN:
            return f"builtins.{annotation.__name__}"
        plain = (
            isinstance(annotation, type) and inside(annotation.__module__) and annotation.__module__.startswith(_TYPED)
        )
        return self.key(annotation) if plain and not _protocol(annotation) else inspect.Parameter.empty

    def annotation(self, annotation: Any, scope: dict[str, Any]) -> str:
        """What a return annotation promises, as a value, "self" or "tuple:"."""
        annotation = _evaluated(annotation, scope)
        if annotation is typing.Self:
            return "self"
        if typing.get_origin(annotation) is tuple:
            parts = typing.get_args(annotation)
            if not parts or parts[-1] is ...:
                return ""
            inner = [self.annotation(part, scope) for part in parts]
            return "tuple:" + "|".join(part if part.startswith("v:") else "" for part in inner)
        cls = typing.get_origin(annotation) or annotation
        return f"v:{self.key(cls)}" if isinstance(cls, type) and inside(cls.__module__) and not _protocol(cls) else ""

    def _class(self, cls: type) -> dict[str, Any]:
        above = [base for base in cls.__mro__[1:] if base is not object]
        scope = vars(sys.modules.get(cls.__module__) or builtins)
        entry: dict[str, Any] = {"mro": [self.key(base) for base in above], "own": self._own(cls)}
        node = self._source(cls)
        if node is not None:
            self._attributes(cls, entry, attributes(node), scope)
        elif cls.__flags__ & (1 << 9) and cls.__module__ not in {"builtins", "typing", "abc", "collections.abc"}:
            entry["open"] = 1  # a class of Python whose source is nowhere
        if self.key(cls) in UNTOLD:
            entry["open"] = 1
        fetches = {"__getattr__", "__getattribute__"} & set(vars(cls))
        if (fetches and self.key(cls) not in CLOSED) or _protocol(cls):
            entry["open"] = 1
        if _protocol(cls):
            entry["protocol"] = 1
        meta = type(cls)
        entry["meta"] = sorted(name for name in dir(meta) if name not in dir(type))
        if meta.__module__ != "enum" and any("__getattr__" in vars(kind) for kind in inspect.getmro(meta)):
            entry["open"] = 1
        entry["init"] = self._constructor(cls)
        return entry

    def _attributes(self, cls: type, entry: dict[str, Any], found: Attributes, scope: dict[str, Any]) -> None:
        own = entry["own"]
        for name in [*found.values, *found.types]:
            if name not in own or own[name] == "":
                annotation = ast.unparse(found.types[name]) if name in found.types else ""
                value = self.annotation(annotation, scope) if annotation else ""
                own[name] = value if value.startswith("v:") else ""
        if found.patterns:
            entry["patterns"] = found.patterns
        key = self.key(cls)
        if key in CLOSED:
            entry["patterns"] = CLOSED[key]
        elif found.open and not cls.__module__.startswith("rllte"):
            entry["open"] = 1

    def _own(self, cls: type) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, value in vars(cls).items():
            if name.startswith("__") and name not in {"__init__", "__call__", "__enter__"} and name.endswith("__"):
                found[name] = ""
            elif isinstance(value, staticmethod):
                found[name] = self.function(value.__func__, "s", cls)
            elif isinstance(value, classmethod):
                found[name] = self.function(value.__func__, "c", cls)
            elif isinstance(value, property):
                found[name] = self._property(value, cls, name)
            elif inspect.isroutine(value):
                found[name] = self.function(value, "f", cls)
            elif isinstance(value, types.GetSetDescriptorType | types.MemberDescriptorType):
                found[name] = ""
            else:
                found[name] = self.value(value) if isinstance(value, type) else ""
        return found

    def _property(self, value: property, cls: type, name: str) -> str:
        if value.fget is None or f"{cls.__module__}.{cls.__qualname__}.{name}" in OPAQUE:
            return ""
        try:
            annotation = inspect.signature(value.fget).return_annotation
        except (ValueError, TypeError):
            return ""
        found = self.annotation(annotation, getattr(value.fget, "__globals__", {}))
        return found if found.startswith("v:") else ""

    def _constructor(self, cls: type) -> list[str]:
        if type(cls).__call__ is not type.__call__ and type(cls).__name__ not in {"_TensorMeta", "_ParameterMeta"}:
            return ["f", "self"]
        forms = self._overloads(vars(cls).get("__init__"), bound=True)
        if forms:
            return ["f", "self", *forms]
        try:
            signed = inspect.signature(cls)
        except (ValueError, TypeError):
            made = [self._stubbed(name, "", "s", cls) for name in ("__init__", "__new__")]
            best = next((item[2:] for item in made if len(item) > 2), [])
            return ["f", "self", *("(" + text.partition(", ")[2] if ", " in text else "()" for text in best)]
        scope = getattr(inspect.unwrap(vars(cls).get("__init__", cls)), "__globals__", {})
        text = self.signature(signed, scope if cls.__module__.startswith(_TYPED) else None)
        return ["f", "self", text] if text and "(*args, **kwargs)" not in text else ["f", "self"]

    def _source(self, cls: type) -> ast.ClassDef | None:
        """Its definition; every module is parsed once. A class may claim another module than it was written in."""
        made = (getattr(value, "__globals__", {}) for value in vars(cls).values())
        places = [cls.__module__, *(scope["__name__"] for scope in made if "__name__" in scope)]
        for place in dict.fromkeys(places[:8]):
            node = self._definitions(place).get(cls.__qualname__)
            if node is not None:
                return node
        return None

    def _definitions(self, module: str) -> dict[str, ast.ClassDef]:
        if module not in self._trees:
            file = getattr(sys.modules.get(module), "__file__", None) or ""
            found: dict[str, ast.ClassDef] = {}
            if file.endswith(".py"):
                with open(file, encoding="utf-8") as source:
                    _collect(ast.parse(source.read()), "", found)
            self._trees[module] = found
        return self._trees[module]


class _Rest:
    """Stands for a default that is no plain value."""

    def __repr__(self) -> str:
        return "..."


def _collect(node: ast.AST, prefix: str, found: dict[str, ast.ClassDef]) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            found[prefix + child.name] = child
            _collect(child, f"{prefix}{child.name}.", found)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            _collect(child, f"{prefix}{child.name}.<locals>.", found)
        elif isinstance(child, ast.stmt):
            _collect(child, prefix, found)


def _evaluated(annotation: Any, scope: dict[str, Any]) -> Any:
    """An annotation as an object; what cannot be said is `Parameter.empty`."""
    if isinstance(annotation, str):
        try:
            annotation = eval(annotation, dict(scope))  # text of an installed package, run by importing it anyway
        except Exception:  # noqa: BLE001  # names under TYPE_CHECKING, syntax of newer versions
            return inspect.Parameter.empty
    if typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    parts = [part for part in typing.get_args(annotation) if part is not type(None)]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        annotation = parts[0] if len(parts) == 1 else inspect.Parameter.empty
    return annotation


def _protocol(cls: type) -> bool:
    return bool(getattr(cls, "_is_protocol", False))


def _anything(signed: inspect.Signature) -> bool:
    kinds = [parameter.kind for parameter in signed.parameters.values() if parameter.name != "self"]
    return kinds == [inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD]


def _short(default: Any) -> bool:
    return len(repr(default)) <= 12


def _parses(text: str) -> bool:
    try:
        ast.parse(textwrap.dedent(f"def f{text}: ..."))
    except SyntaxError:
        return False
    return True
