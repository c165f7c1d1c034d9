"""The catalogue: every component declares itself once, on its own class, and everything else is derived from that.

`@register("agent", ...)` adds a class; its parameters are read from the constructor's signature, where
`Annotated[float, Param(...)]` carries meaning and range. Nothing else in the project lists components by hand.
"""

from __future__ import annotations

import difflib
import functools
import importlib
import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral, Real
from types import SimpleNamespace, UnionType
from typing import Annotated, Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from rllte.core.errors import IncompatibleError, ParameterError, UnknownNameError

Primitive = Literal["agent", "encoder", "policy", "storage", "distribution", "augmentation", "reward"]

PACKAGES: Mapping[str, str] = {
    "agent": "rllte.agent",
    "encoder": "rllte.xploit.encoder",
    "policy": "rllte.xploit.policy",
    "storage": "rllte.xploit.storage",
    "distribution": "rllte.xplore.distribution",
    "augmentation": "rllte.xplore.augmentation",
    "reward": "rllte.xplore.reward",
}
"""Where users import each primitive from; importing the package registers its components."""


@dataclass(frozen=True)
class Param:
    """Meaning and range of a constructor parameter: from `low` to `high`, both allowed, and more than `above`."""

    doc: str
    low: float | None = None
    high: float | None = None
    choices: tuple[Any, ...] | None = None
    aliases: tuple[str, ...] = ()
    above: float | None = None


@dataclass(frozen=True)
class Paper:
    """The source of a component, on arXiv or, where it is not there, by its DOI."""

    title: str
    arxiv: str = ""
    doi: str = ""

    @property
    def url(self) -> str:
        """The address of its abstract."""
        return f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else f"https://doi.org/{self.doi}"


@dataclass(frozen=True)
class Component:
    """What the catalogue knows of a class."""

    cls: type[Any]
    primitive: Primitive
    paper: Paper | None
    aliases: tuple[str, ...]
    observation_spaces: tuple[str, ...]
    action_spaces: tuple[str, ...]
    combines: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    excludes: tuple[str, ...] = ()
    """Primitives that have no place beside it."""

    @property
    def name(self) -> str:
        """The class name."""
        return self.cls.__name__


_COMPONENTS: dict[str, Component] = {}
C = TypeVar("C", bound=type[Any])
P = ParamSpec("P")
R = TypeVar("R")

ANY = ("*",)
"""In `combines`: every registered module of the primitive that shares a kind of space with the agent."""

SEEDS = {"low": 0, "high": 2**32 - 1}
"""The range of seeds that every generator takes."""


def register(
    primitive: Primitive,
    *,
    paper: Paper | None = None,
    aliases: Sequence[str] = (),
    observation_spaces: Sequence[str] = (),
    action_spaces: Sequence[str] = (),
    combines: Mapping[str, Sequence[str]] | None = None,
    excludes: Sequence[str] = (),
) -> Callable[[C], C]:
    """Class decorator: add a component to the catalogue, compare the arguments of its constructor from now on, and name
    its paper at the end of its docstring.

    Args:
        primitive: what it is.
        paper: its source.
        aliases: other names that people use for it.
        observation_spaces: kinds it takes (see `rllte.core.spaces`).
        action_spaces: kinds it takes.
        combines: for an agent, the names of the modules of each primitive that it works with, or `ANY`. Encoders and
            rewards are `ANY` without a word; an agent that does not name augmentations makes no use of them.
        excludes: for a module, the primitives that would not work beside it.

    Raises:
        IncompatibleError: another class has that name already; a class may be declared anew under its own.
    """

    def add(cls: C) -> C:
        _refuse_duplicate(cls)
        if any("Annotated" in str(hint) for hint in inspect.get_annotations(cls.__init__).values()):
            cls.__init__ = checked(cls.__init__)  # not distributions, which are made anew in every step
        allowed = {key: tuple(names) for key, names in (combines or {}).items()}
        entry = Component(
            cls,
            primitive,
            paper,
            tuple(aliases),
            tuple(observation_spaces),
            tuple(action_spaces),
            allowed,
            tuple(excludes),
        )
        _COMPONENTS[cls.__name__] = entry
        _cite(cls, paper)
        return cls

    return add


def _cite(cls: type[Any], paper: Paper | None) -> None:
    """What `help` shows of a class ends with its paper, which is said once: in `register`."""
    if paper is not None and cls.__doc__:
        cls.__doc__ = f"{inspect.cleandoc(cls.__doc__)}\n\nPaper: {paper.title}, {paper.url}"


def _refuse_duplicate(cls: type[Any]) -> None:
    known = _COMPONENTS.get(cls.__name__)
    if known is None:
        return
    old, new = (f"{c.__module__}.{c.__qualname__}" for c in (known.cls, cls))
    if old != new:
        raise IncompatibleError(
            f"The catalogue has the name {cls.__name__!r} already: the {known.primitive} {old}. "
            f"Give {new} another name, or leave it unregistered."
        )


def load_all() -> list[Component]:
    """Import every package of components and return them, by primitive and name."""
    for package in PACKAGES.values():
        importlib.import_module(package)
    shipped = [entry for entry in _COMPONENTS.values() if entry.cls.__module__.startswith("rllte.")]
    return sorted(shipped, key=lambda entry: (entry.primitive, entry.name))


def partners(agent: Component) -> dict[str, tuple[str, ...]]:
    """The names of all modules that an agent works with, by primitive; a primitive that it has no use for is left out."""
    declared: dict[str, tuple[str, ...]] = {"encoder": ANY, "reward": ANY, **agent.combines}
    found = {}
    for primitive, names in declared.items():
        pool = [entry for entry in load_all() if entry.primitive == primitive and _share_spaces(agent, entry)]
        found[primitive] = tuple(entry.name for entry in pool if names == ANY or entry.name in names)
    return {primitive: found[primitive] for primitive in PACKAGES if primitive in found}


def _share_spaces(agent: Component, module: Component) -> bool:
    """Whether there are spaces that both take; a component that names none takes any."""
    return all(
        not ours or not theirs or bool(set(ours) & set(theirs))
        for ours, theirs in (
            (agent.observation_spaces, module.observation_spaces),
            (agent.action_spaces, module.action_spaces),
        )
    )


def find(name: str, primitive: Primitive | None = None) -> Component:
    """The component of that name or alias, in capitals or small letters.

    Raises:
        UnknownNameError: there is none.
    """
    pool = [entry for entry in load_all() if primitive in (None, entry.primitive)]
    for entry in pool:
        if name.casefold() in {known.casefold() for known in (entry.name, *entry.aliases)}:
            return entry
    raise UnknownNameError(primitive or "component", name, [entry.name for entry in pool])


def registered(cls: type[Any]) -> Component | None:
    """The entry of a class, or None for a user's own class that carries no declaration."""
    entry = _COMPONENTS.get(cls.__name__)
    return entry if entry is not None and entry.cls is cls else None


def inherited(cls: type[Any]) -> Component | None:
    """The entry of a class, or of the one of which it changes the constructor alone; None if it has methods of its own."""
    for base in cls.__mro__:
        if (entry := registered(base)) is not None:
            return entry
        if any(callable(member) for name, member in vars(base).items() if not name.startswith("__")):
            return None
    return None


def parameters(function: Callable[..., Any]) -> list[dict[str, Any]]:
    """The parameters of a constructor or function as plain data: name, type, default, range, meaning."""
    hints = _argument_hints(function)
    rows = []
    for name, parameter in inspect.signature(function).parameters.items():
        if name == "self" or parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        hint, param = _unwrap(hints.get(name, Any))
        required = parameter.default is inspect.Parameter.empty
        rows.append(
            {
                "name": name,
                "type": _type_name(hint),
                "required": required,
                "default": None if required else _plain(parameter.default),
                "low": param.low,
                "high": param.high,
                "above": param.above,
                "choices": list(param.choices) if param.choices else _literals(hint),
                "aliases": list(param.aliases),
                "doc": param.doc,
            }
        )
    return rows


def _argument_hints(function: Callable[..., Any]) -> dict[str, Any]:
    """Types of the arguments alone: what a plot returns has a name only where matplotlib is loaded."""
    inner: Any = inspect.unwrap(function)
    annotations = {name: hint for name, hint in getattr(inner, "__annotations__", {}).items() if name != "return"}
    stand_in: Any = SimpleNamespace(__annotations__=annotations)
    return get_type_hints(stand_in, getattr(inner, "__globals__", {}), include_extras=True)


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Decorator: each call compares its arguments with the types and ranges that the signature declares by `Param`.

    Raises:
        ParameterError: an argument is of another type, not finite, or outside its range; the message names both.
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            given = signature.bind(*args, **kwargs).arguments
        except TypeError:
            _name_nearest(function, kwargs)
            return function(*args, **kwargs)  # a missing argument, say: Python's own message names the function
        for name, (hint, param) in _declared(function).items():
            if name in given:
                try:
                    _check(name, given[name], hint, param)
                except ParameterError as error:
                    default = signature.parameters[name].default
                    raise ParameterError(f"{error} {_remedy(name, param, default)}") from None
        return function(*args, **kwargs)

    return call


def _name_nearest(function: Callable[..., Any], given: Mapping[str, Any]) -> None:
    """Of an argument that there is not, say what it may have been meant to be: names and other names of arguments."""
    known = inspect.signature(function).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in known.values()):
        return
    names = {name: name for name in known if name != "self"}
    for name, (_, param) in _declared(function).items():
        names |= {alias.replace(" ", "_"): name for alias in param.aliases if alias.replace(" ", "_") not in names}
    owner = function.__qualname__.removesuffix(".__init__")
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.6)
            meant = (
                f"Did you mean {names[near[0]]!r}?" if near else f"It takes {', '.join(sorted(set(names.values())))}."
            )
            raise TypeError(f"{owner} has no argument {name!r}. {meant}")


@functools.cache
def _declared(function: Callable[..., Any]) -> dict[str, tuple[Any, Param]]:
    hints = get_type_hints(function, include_extras=True)
    return {name: _unwrap(hint) for name, hint in hints.items() if get_origin(hint) is Annotated}


def _remedy(name: str, param: Param, default: Any) -> str:
    """What the parameter means, and the value that it has when it is left out."""
    meaning = f"{name}: {param.doc}" if param.doc else f"Give {name} another value"
    return f"{meaning}." if default is inspect.Parameter.empty else f"{meaning}; leave it out for {default!r}."


_PLAIN: Mapping[type, tuple[type, str]] = {
    bool: (bool, "True or False"),
    int: (Integral, "a whole number"),
    float: (Real, "a number"),
}


def _check(name: str, value: Any, hint: Any, param: Param) -> None:
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    if value is None and type(None) in kinds:
        return
    if param.choices is not None and value not in param.choices:
        raise ParameterError(f"{name} is {value!r}; expected one of {', '.join(map(repr, param.choices))}.")
    several = len([kind for kind in kinds if kind is not type(None)]) > 1  # then the value may be of another of them
    for kind in kinds:
        if kind in _PLAIN and not (several and not isinstance(value, Real)):
            _check_number(name, value, kind, param)
        elif get_origin(kind) is tuple and not (several and not isinstance(value, Sequence)):
            _check_tuple(name, value, get_args(kind), param)
        elif get_origin(kind) in (dict, Mapping) and not isinstance(value, Mapping) and not several:
            raise ParameterError(f"{name} is {value!r}, a {type(value).__name__}; expected a dict of values by name.")


def _check_number(name: str, value: Any, kind: type, param: Param) -> None:
    base, words = _PLAIN[kind]
    if not isinstance(value, base) or (kind is not bool and isinstance(value, bool)):
        raise ParameterError(f"{name} is {value!r}, a {type(value).__name__}; expected {words}.")
    _check_range(name, value, param)


def _check_tuple(name: str, value: Any, kinds: tuple[Any, ...], param: Param) -> None:
    """Each entry against its own kind, and against the range."""
    endless = kinds[-1:] == (...,)
    if not isinstance(value, tuple | list) or not (endless or len(value) == len(kinds)):
        length = "" if endless else f" of {len(kinds)}"
        raise ParameterError(f"{name} is {value!r}, a {type(value).__name__}; expected a tuple{length}.")
    for index, entry in enumerate(value):
        _check(f"{name}[{index}]", entry, kinds[0 if endless else index], param)


def _check_range(name: str, value: Any, param: Param) -> None:
    if not math.isfinite(value):
        raise ParameterError(f"{name} is {value}; expected a finite number.")
    if param.above is not None and value <= param.above:
        raise ParameterError(f"{name} is {value}; expected more than {param.above}.")
    if param.low is not None and value < param.low:
        raise ParameterError(f"{name} is {value}; expected at least {param.low}.")
    if param.high is not None and value > param.high:
        raise ParameterError(f"{name} is {value}; expected at most {param.high}.")


def _unwrap(hint: Any) -> tuple[Any, Param]:
    if get_origin(hint) is Annotated:
        base, *extras = get_args(hint)
        return base, next((extra for extra in extras if isinstance(extra, Param)), Param(""))
    return hint, Param("")


def _literals(hint: Any) -> list[Any] | None:
    return list(get_args(hint)) if get_origin(hint) is Literal else None


def _type_name(hint: Any) -> str:
    return hint.__name__ if isinstance(hint, type) and not get_args(hint) else str(hint).replace("typing.", "")


def _plain(value: Any) -> Any:
    return (
        value
        if value is None or isinstance(value, bool | int | float | str)
        else getattr(value, "__name__", str(value))
    )
