"""What an expression may stand for: a module, a class, an instance, a function; None where nothing is known of it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


class Class(ABC):
    """A class of a library or of the script that is checked.

    Attributes:
        name: as shown to people.
        above: itself and its bases, in the order in which attributes are looked up.
        below: classes that derive from it, as far as they are known.
        open: it may have attributes that nobody knows.
        protocol: it only says what others have; what is promised to be one is anything.
        outside: it derives from a class of a library.
        patterns: regular expressions of attributes.
    """

    name: str
    above: list[Class]
    below: list[Class]
    open: bool
    protocol: bool
    outside: bool
    patterns: list[str]

    @abstractmethod
    def own(self, name: str) -> Member | None:
        """What its own body, or its instances, have under a name."""

    @abstractmethod
    def own_names(self) -> list[str]:
        """All names that `own` knows."""

    @abstractmethod
    def constructor(self) -> Function | None:
        """How it is called; None: with anything."""

    def member(self, name: str) -> Member | None:
        """The first of that name in the order of look-up."""
        return next((found for cls in self.above if (found := cls.own(name)) is not None), None)

    def has(self, name: str) -> bool:
        """Whether an instance may have the attribute; true of all that cannot be excluded."""
        for cls in self.above:
            if cls.open or cls.own(name) is not None or any(re.fullmatch(pattern, name) for pattern in cls.patterns):
                return True
        return False

    def names(self) -> list[str]:
        """Names of all attributes, its bases' too."""
        return [name for cls in self.above for name in cls.own_names()]


@dataclass(frozen=True)
class Module:
    """A module, by its full name."""

    name: str


@dataclass(frozen=True)
class ClassValue:
    """A class itself; `exact` if not one below it, as the `cls` of a method may be."""

    cls: Class
    exact: bool = True


@dataclass(frozen=True)
class Instance:
    """An instance.

    Attributes:
        cls: its class.
        exact: it is of this very class, not of one below it.
        loose: it may be of a class that nobody here knows, and have attributes of its own.
    """

    cls: Class
    exact: bool = False
    loose: bool = False


@dataclass(frozen=True)
class Super:
    """`super()` in a method of the class."""

    cls: Class


@dataclass(frozen=True)
class Several:
    """A tuple; what its parts stand for is asked late."""

    parts: tuple[Callable[[], Value], ...]


@dataclass(frozen=True, eq=False)
class Function:
    """Something that is called.

    Attributes:
        name: as shown to people.
        signatures: the forms that it takes, as text "(a, b=1)"; none: any arguments.
        bound: the first argument is given already.
        parsed: by torch's C code, which takes NumPy's names of some arguments too.
        result: what it returns.
    """

    name: str
    signatures: tuple[str, ...] = ()
    bound: bool = False
    parsed: bool = False
    result: Callable[[], Value] = lambda: None


Value: TypeAlias = Module | ClassValue | Instance | Super | Several | Function | None


@dataclass(frozen=True, eq=False)
class Member:
    """An attribute of a class.

    Attributes:
        value: what it stands for on an instance; asked late, for it may depend on itself.
        on_class: what it stands for on the class.
    """

    value: Callable[[], Value] = lambda: None
    on_class: Callable[[], Value] = lambda: None
