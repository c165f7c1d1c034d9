"""The parts of a policy, with what is said of each."""

from __future__ import annotations

from dataclasses import dataclass, field

from copilot.codegen.authoring.spec import Function


@dataclass
class Part:
    """What is said of one part."""

    name: str
    named: bool = False
    sizes: list[int] | None = None
    counted: bool = False
    """Whether it is said how many layers it has."""
    function: Function | None = None
    norm: bool | None = None
    dropout: float | None = None
    rate: float | None = None
    spectral: bool = False
    linear: bool = False
    """No hidden layers."""


@dataclass
class Parts:
    """All parts, and what is said of none in particular."""

    by: dict[str, Part] = field(default_factory=dict[str, Part])
    all: Part = field(default_factory=lambda: Part("all"))
    separate: bool = False

    def get(self, name: str) -> Part:
        """The part of that name."""
        return self.by.setdefault(name, Part(name))
