"""Requests that are told at random, read back: what differs from what was told, and what was said to be unread."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from copilot.codegen.authoring.design import design
from copilot.codegen.authoring.spec import Body, ModuleSpec
from copilot.core.catalogue import Catalogue
from copilot.core.errors import CopilotError

_T = TypeVar("_T")


@dataclass
class Outcome:
    """What became of one request."""

    request: str
    differences: list[str] = field(default_factory=list[str])
    unread: list[str] = field(default_factory=list[str])

    @property
    def silent(self) -> bool:
        """Whether the plan is another than what was told, and nothing says so."""
        return bool(self.differences) and not self.unread


def read_back(
    seed: str,
    count: int,
    plan: Callable[[random.Random], _T],
    told: Callable[[_T, random.Random], str],
    differences: Callable[[_T, Body, list[str]], list[str]],
    catalogue: Catalogue,
) -> list[Outcome]:
    """So many random requests, each with what its plan has other than what was told."""
    out = []
    for number in range(count):
        draw = random.Random(f"{seed}-{number}")
        wanted = plan(draw)
        request = told(wanted, draw)
        try:
            found = design(request, catalogue, model=False)
        except CopilotError as error:
            out.append(Outcome(request, ["refused"], [str(error)]))
            continue
        assert isinstance(found.spec, ModuleSpec)
        out.append(Outcome(request, differences(wanted, found.spec.body, found.notes), found.unread))
    return out
