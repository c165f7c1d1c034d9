"""`python -m copilot.codegen.symbols.build FILE`: writes the symbol index of the installed libraries.

The only module here that imports them, run as a process of its own; nobody imports it. The file is a ZIP with one JSON
member a package: {"modules": {name: {attribute: value}}, "closed": [...], "classes": {...}}, values as in `describe`.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import importlib
import json
import pkgutil
import sys
import types
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from copilot.codegen.symbols.describe import ROOTS, Describer, Value, inside
from copilot.codegen.symbols.scopes import is_self
from copilot.codegen.symbols.stubs import Stubs

EXTRA = (
    "gymnasium.wrappers.vector",
    "gymnasium.utils.env_checker",
    "numpy.ma",
    "numpy.testing",
    "torch.distributions",
    "torch.nn.utils.parametrizations",
    "torch.utils.data",
    "torch.utils.tensorboard",
    "torch.func",
)
"""Modules that their packages do not load by themselves, and scripts do."""
SHALLOW = ("torch.ao", "torch.distributed", "torch.export", "torch.fx", "torch.jit", "torch.onnx", "torch.package")
"""Of what lies in these the names are known, and no more: it is large, and no part of a training script."""
SETTING = ("rllte", "gymnasium")
"""Packages that set attributes on objects of other classes, an encoder's `normalizer` say."""
WHOLE = "rllte"
"""The package whose modules are all loaded."""


def main(arguments: list[str]) -> int:
    """Write the index to the file of that name; returns the exit status."""
    warnings.simplefilter("ignore")
    gc.disable()  # it would look through millions of nodes of trees that all live to the end
    for name in ROOTS:
        importlib.import_module(name)
    names = [*EXTRA, *(item.name for item in _below(WHOLE))]
    for name in names:
        if not name.endswith("__main__"):
            with contextlib.suppress(ImportError):  # an optional part that is not installed
                importlib.import_module(name)
    describer = Describer(Stubs(Path(sys.modules["torch"].__file__ or "").parent))
    with zipfile.ZipFile(arguments[0], "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        parts = {root: _package(root, describer) for root in ROOTS}
        classes = describer.classes()
        for root in ROOTS:
            mine = {key: entry for key, entry in classes.items() if key.partition(".")[0] == root}
            out.writestr(f"{root}.json", _json({**parts[root], "classes": mine}))
        rest = {key: entry for key, entry in classes.items() if not inside(key)}
        out.writestr("others.json", _json({"modules": {}, "files": [], "classes": rest}))
    return 0


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _package(root: str, describer: Describer) -> dict[str, Any]:
    """The public modules of a package that are loaded, and the names of all that lie in its folder."""
    loaded = {
        name: module
        for name, module in sorted(sys.modules.items())
        if name.partition(".")[0] == root and not any(part.startswith("_") for part in name.split("."))
    }
    files = [item.name for item in _below(root)]
    known = {*files, *loaded}
    return {
        "modules": {name: _module(name, module, known, describer) for name, module in loaded.items()},
        "files": sorted(known),
        "stored": sorted(_stored(loaded.values())) if root in SETTING else [],
    }


def _stored(modules: Iterable[types.ModuleType]) -> set[str]:
    """Attributes that a package's functions set on objects of other classes."""
    found = set()
    for module in modules:
        if (module.__file__ or "").endswith(".py"):
            for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and not is_self(node.value):
                    found.add(node.attr)
                elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".add_module"):
                    found |= {str(item.value) for item in node.args if isinstance(item, ast.Constant)}
    return found


def _below(root: str) -> list[pkgutil.ModuleInfo]:
    """Modules below a package by their files; nothing is imported."""
    found: list[pkgutil.ModuleInfo] = []
    waiting = [(root, [str(place) for place in sys.modules[root].__path__])]
    while waiting:
        package, places = waiting.pop()
        for item in pkgutil.iter_modules(places, f"{package}."):
            found.append(item)
            if item.ispkg:
                waiting.append((item.name, [f"{place}/{item.name.rpartition('.')[2]}" for place in places]))
    return found


def _module(name: str, module: types.ModuleType, known: set[str], describer: Describer) -> dict[str, Value]:
    """The names of a module; "*" is among them if it makes others up while it runs."""
    found: dict[str, Value] = {}
    if f"{name}.".startswith(tuple(f"{shallow}." for shallow in SHALLOW)):
        return {**dict.fromkeys(dir(module), ""), **({"*": ""} if "__getattr__" in vars(module) else {})}
    for attribute in dir(module):
        try:
            found[attribute] = describer.value(getattr(module, attribute))
        except Exception:  # noqa: BLE001  # a property of an unusual module
            found[attribute] = ""
    if hasattr(type(module), "__getattr__"):
        found["*"] = ""
    elif "__getattr__" in vars(module):
        _probe(module, name, known, found, describer)
    return found


def _probe(module: types.ModuleType, name: str, known: set[str], found: dict[str, Value], describer: Describer) -> None:
    """Add what a module's own `__getattr__` gives: every text of its source that is a name is tried."""
    source = Path(module.__file__ or "").read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if text.isidentifier() and text not in found and not text.startswith("__") and f"{name}.{text}" not in known:
            try:
                found[text] = describer.value(getattr(module, text))
            except AttributeError as error:
                if error.name != text:  # it exists, and what it needs does not
                    found[text] = ""
            except Exception:  # noqa: BLE001  # it exists, and needs what is not installed
                found[text] = ""


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
