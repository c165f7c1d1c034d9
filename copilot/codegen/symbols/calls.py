"""Does a call fit a signature: which names are unknown, missing, given twice, or too many."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import lru_cache

from copilot.codegen.symbols.values import Function
from copilot.core.errors import nearest

_NUMPY = {"axis": "dim", "keepdims": "keepdim", "x": "input", "a": "input", "x1": "input", "x2": "other"}
"""Names of NumPy that torch's C functions take for their own."""
_NUMBERS = frozenset({"builtins.int", "builtins.float", "builtins.bool"})


@dataclass
class Signature:
    """What a function takes.

    Attributes:
        places: names of the arguments that may stand without their name, and whether each is required.
        only: how many of `places` must stand without their name.
        named: arguments that need their name, and whether each is required.
        more: it takes any number of further arguments without a name; `rest`: with any name.
        types: classes that no text or number can stand for, by argument.
    """

    places: list[tuple[str, bool]] = field(default_factory=list)
    only: int = 0
    named: dict[str, bool] = field(default_factory=dict)
    more: bool = False
    rest: bool = False
    types: dict[str, str] = field(default_factory=dict)

    def names(self) -> list[str]:
        """Names that a call may use."""
        return [*(name for name, _ in self.places[self.only :]), *self.named]


@lru_cache(maxsize=4096)
def parsed(text: str, bound: bool) -> Signature:
    """A signature from its text; `bound`: the first argument is given."""
    arguments = ast.parse(f"def f{text}: ...").body[0].args  # type: ignore[attr-defined]  # it is a function
    plain = [*arguments.posonlyargs, *arguments.args]
    required = len(plain) - len(arguments.defaults)
    places = [(item.arg, place < required) for place, item in enumerate(plain)]
    only = len(arguments.posonlyargs)
    if bound and places:
        places, only = places[1:], max(0, only - 1)
    named = {
        item.arg: default is None for item, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    }
    types = {
        item.arg: item.annotation.value
        for item in [*plain, *arguments.kwonlyargs]
        if isinstance(item.annotation, ast.Constant) and isinstance(item.annotation.value, str)
    }
    return Signature(places, only, named, arguments.vararg is not None, arguments.kwarg is not None, types)


def shown(text: str, bound: bool) -> str:
    """A signature as people read it: without what is given already, and without marks of types."""
    tree = ast.parse(f"def f{text}: ...").body[0]
    arguments: ast.arguments = tree.args  # type: ignore[attr-defined]  # it is a function
    if bound:
        first = arguments.posonlyargs or arguments.args
        del first[:1]
    for item in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        item.annotation = None
    return f"({ast.unparse(arguments)})"


def misfit(call: ast.Call, function: Function) -> str:
    """What is wrong with the arguments of a call, as the end of a sentence; "" if nothing is."""
    if not function.signatures:
        return ""
    found = [_misfit(call, parsed(text, function.bound), function) for text in function.signatures]
    if "" in found:
        return ""
    forms = [shown(text, function.bound) for text in function.signatures]
    takes = f"; it takes {' or '.join(dict.fromkeys(forms[:4]))}"
    if len(found) == 1:
        return found[0] + takes
    unknown = [fault for fault in found if fault.startswith("has no argument")]
    if len(unknown) == len(found):
        return min(unknown, key=len) + takes
    return min((fault for fault in found if fault not in unknown), key=len) + takes


def _misfit(call: ast.Call, signature: Signature, function: Function) -> str:
    given = sum(not isinstance(argument, ast.Starred) for argument in call.args)
    spread = given < len(call.args)
    if given > len(signature.places) and not signature.more:
        count = len(signature.places)
        return f"takes {count} argument{'' if count == 1 else 's'} without a name, {given} are given"
    filled = {name for name, _ in signature.places[:given]} if not spread else set()
    names = signature.names()
    used = set()
    for keyword in call.keywords:
        name = keyword.arg
        if name is None:
            spread = True
            continue
        if function.parsed and name not in names:
            name = _NUMPY.get(name, name)
        if name not in names:
            if not signature.rest:
                close = nearest(name, names)
                return f"has no argument {keyword.arg}" + (f"; nearest: {', '.join(close)}" if close else "")
        elif name in filled:
            return f"gets {name} twice"
        used.add(name)
    if not spread:
        needed = [name for name, required in signature.places[given:] if required]
        needed += [name for name, required in signature.named.items() if required]
        missing = [name for name in needed if name not in used]
        if missing:
            return f"needs {', '.join(missing)}"
    return _mistyped(call, signature)


def _mistyped(call: ast.Call, signature: Signature) -> str:
    """Texts and numbers in the place of objects."""
    pairs: list[tuple[str, ast.expr]] = []
    if not any(isinstance(argument, ast.Starred) for argument in call.args):
        pairs += [(name, value) for (name, _), value in zip(signature.places, call.args, strict=False)]
    pairs += [(keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg]
    for name, value in pairs:
        wanted = signature.types.get(name)
        if wanted is None or not isinstance(value, ast.Constant) or value.value in (None, ...):
            continue
        if isinstance(value.value, str) or wanted not in _NUMBERS:
            what = wanted.rpartition(".")[2]
            return f"takes {'an' if what[0] in 'aeiouAEIOU' else 'a'} {what} as {name}, not {value.value!r}"
    return ""
