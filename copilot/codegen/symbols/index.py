"""The symbol index as it is asked: modules, their names, classes with their attributes. Reads what `build` has written."""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from copilot.codegen.symbols.describe import ROOTS
from copilot.codegen.symbols.values import Class, ClassValue, Function, Instance, Member, Module, Several, Value

RETURNS = {"gymnasium.make": "gymnasium.core.Wrapper"}
"""What functions give beyond their annotation: `make` wraps, and a wrapper hides the attributes of what it wraps."""
PLUGINS = frozenset({"torch.npu", "torch.hpu", "torch.mlu"})
"""Modules that a device's own package adds, where it is installed."""
KEEPING_FORM = frozenset(
    {"torch.Tensor", "numpy.ndarray", "gymnasium.core.Env", "gymnasium.core.Wrapper"}
    | {"gymnasium.vector.vector_env.VectorEnv"}
)
"""Classes whose methods take and give the same in all that derive from them."""
NOBODYS = frozenset({"numpy.rec.recarray"})
"""Classes that nobody means by their base: the fields of a record array are attributes of any name."""
NETWORK = "torch.nn.modules.module.Module"
OPEN_BASES = frozenset({NETWORK, "gymnasium.core.Env", "gymnasium.vector.vector_env.VectorEnv"})
"""Classes that stand for any of a user's: whoever is promised one may be given attributes that nobody here knows."""


class UnreadableError(Exception):
    """The file is no index, or no longer there; never shown to a user: it is built again."""


class Index:
    """All symbols of the packages; each package is read when it is first asked for.

    Args:
        file: what `build` has written.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._parts: dict[str, dict[str, Any]] = {}
        self._classes: dict[str, Indexed] = {}
        self._below: dict[str, dict[str, list[str]]] = {}

    def part(self, root: str) -> dict[str, Any]:
        """Everything of one package.

        Raises:
            UnreadableError: the file cannot be read.
        """
        if root not in self._parts:
            try:
                with zipfile.ZipFile(self._file) as archive:
                    self._parts[root] = json.loads(archive.read(f"{root}.json"))
            except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
                raise UnreadableError(str(error)) from error
        return self._parts[root]

    def has_module(self, name: str) -> bool:
        """Whether a module of the packages exists; what a package keeps to itself is not judged."""
        if "._" in name:
            return True
        part = self.part(name.partition(".")[0])
        return name in part["modules"] or name in part["files"]

    def modules(self, root: str) -> list[str]:
        """Names of all modules that a script may import, those of the package's inside apart."""
        return [name for name in self.part(root)["files"] if "._" not in name]

    def module(self, name: str) -> dict[str, Any] | None:
        """The names of a module; None for one that is not known from within."""
        found: dict[str, Any] | None = self.part(name.partition(".")[0])["modules"].get(name)
        return None if found is not None and "*" in found else found

    @cached_property
    def stored(self) -> frozenset[str]:
        """Attributes that the packages set on objects of other classes."""
        return frozenset(name for root in ROOTS for name in self.part(root)["stored"])

    def attribute(self, module: str, name: str) -> tuple[bool, Value]:
        """Whether a module has a name, as far as is known, and what it stands for."""
        full = f"{module}.{name}"
        known = self.module(module)
        if known is not None and name in known:
            return True, self.value(known[name], full)
        if self.has_module(full):
            return True, Module(full)
        return known is None or full in PLUGINS, None

    def places(self, root: str, name: str) -> list[str]:
        """Modules of a package that have a name, shortest first."""
        modules = self.part(root)["modules"]
        found = [module for module, names in modules.items() if name in names and names[name] != ""]
        return sorted(found, key=lambda module: (module.count("."), len(module)))

    def class_of(self, key: str) -> Indexed | None:
        """The class of that key."""
        if key not in self._classes:
            root = key.partition(".")[0]
            entry = self.part(root if root in ROOTS else "others")["classes"].get(key)
            if entry is None:
                return None
            self._classes[key] = Indexed(self, key, entry)
        return self._classes[key]

    def below(self, key: str) -> list[str]:
        """Keys of the classes that derive from one."""
        for root in ROOTS:
            if root not in self._below:
                found: dict[str, list[str]] = {}
                for name, entry in self.part(root)["classes"].items():
                    for base in entry["mro"]:
                        found.setdefault(base, []).append(name)
                self._below[root] = found
        return [name for found in self._below.values() for name in found.get(key, [])]

    def value(self, data: str | list[str], shown: str) -> Value:
        """What the data of a name stand for."""
        if isinstance(data, list):
            return self.function(data, shown)
        kind, _, name = data.partition(":")
        if kind == "m":
            return Module(name)
        found = self.class_of(name) if kind in {"c", "v"} else None
        if found is None:
            return None
        return ClassValue(found) if kind == "c" else self.promised(found)

    def promised(self, cls: Class) -> Value:
        """An instance of a class or of one below it; nothing, where the class only says what others have."""
        return None if cls.protocol else Instance(cls, loose=isinstance(cls, Indexed) and cls.key in OPEN_BASES)

    def function(self, data: list[str], shown: str, owner: Class | None = None, *, bound: bool = False) -> Function:
        """A function; of a method, `owner` is whose."""
        kind, returns = data[:2]

        def result() -> Value:
            if shown in RETURNS:
                found = self.class_of(RETURNS[shown])
                return Instance(found) if found else None
            if returns == "self":
                return Instance(owner) if owner else None
            if returns.startswith("tuple:"):
                return Several(tuple(partial(self.value, part, shown) for part in returns[6:].split("|")))
            return self.value(returns, shown)

        return Function(shown, tuple(data[2:]), bound, kind.startswith("t"), result)


class Indexed(Class):
    """A class of a library."""

    def __init__(self, index: Index, key: str, entry: dict[str, Any]) -> None:
        self.key = key
        self.name = key.rpartition(".")[2].partition("#")[0]
        self.open = bool(entry.get("open"))
        self.protocol = bool(entry.get("protocol"))
        self.patterns = entry.get("patterns", [])
        self.outside = True
        self._index = index
        self._entry = entry

    @property
    def above(self) -> list[Class]:  # type: ignore[override]  # worked out when asked: bases lead to bases
        """Itself and its bases."""
        bases = (self._index.class_of(key) for key in self._entry["mro"])
        return [self, *(base for base in bases if base is not None)]

    @property
    def below(self) -> list[Class]:  # type: ignore[override]  # as above
        """What derives from it, in the libraries."""
        found = (self._index.class_of(key) for key in self._index.below(self.key) if key not in NOBODYS)
        return [cls for cls in found if cls is not None]

    def own(self, name: str) -> Member | None:
        """What it has under a name."""
        data = self._entry["own"].get(name)
        if data is None:
            return Member() if name in OBJECT else None
        shown = f"{self.name.removesuffix('Base')}.{name}"  # torch's TensorBase is nobody's word for a tensor
        if not isinstance(data, list):
            return Member(lambda: self._index.value(data, shown), lambda: self._on_class(data, shown))
        bound = self._index.function(data, shown, self, bound=data[0] != "s")
        free = replace(bound, bound=data[0] == "c")
        return Member(lambda: bound, lambda: free)

    def _on_class(self, data: str, shown: str) -> Value:
        return self._index.value(data, shown) if data.startswith("c:") else None

    def own_names(self) -> list[str]:
        """Names of its own."""
        return list(self._entry["own"])

    def meta(self, name: str) -> bool:
        """Whether its metaclass gives the class itself an attribute."""
        return name in self._entry["meta"] or hasattr(type, name)

    def constructor(self) -> Function | None:
        """How it is called."""
        data = self._entry["init"]
        return self._index.function(data, self.name, self) if len(data) > 2 else None


def is_network(cls: Class) -> bool:
    """Whether a class derives from `nn.Module`."""
    return any(isinstance(base, Indexed) and base.key == NETWORK for base in cls.above)


OBJECT = frozenset(
    {*dir(object), "__dict__", "__module__", "__weakref__", "__annotations__", "__qualname__", "__name__"}
)
"""What everything has."""
