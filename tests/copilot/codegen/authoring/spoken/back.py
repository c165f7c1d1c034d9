"""Made-up requests, read back: none may lose or change anything silently, and few may be told as not understood."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from pydantic import BaseModel

from copilot.codegen.authoring import design
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError
from tests.copilot.codegen.authoring.spoken.sentences import Sentence, judged


def told_unread(
    make: Callable[[Random], Sentence], seed: int, number: int, of: type[BaseModel], usual: Any
) -> list[str]:
    """The sentences of a seed that are refused, or of which something is said not to be understood.

    Args:
        make: makes a sentence.
        seed: of them all.
        number: how many.
        of: what each asks for.
        usual: the plan's values where nothing is said.

    Raises:
        AssertionError: something is lost or changed, and not told.
    """
    rng, unread = Random(seed), list[str]()
    for _ in range(number):
        said = make(rng)
        try:
            found = design(said.text, load_catalogue(), model=False)
        except CopilotError as error:
            unread.append(f"{said.text!r}: {error}")
            continue
        assert isinstance(found.spec.body, of), said.text
        plan = found.spec.body.model_dump(exclude_defaults=True, exclude={"family"})
        differ = list(judged(said, plan, found.unread, usual))
        assert not [one for one in differ if one[2] == "silent"], (said.text, differ)
        unread += [f"{said.text!r}: {differ}"] if differ else []
    return unread


def silent_and_unread(
    made: Callable[[Random], tuple[str, Callable[[Any], Any]]], seed: int, number: int
) -> tuple[list[Any], list[Any]]:
    """Requests that are read wrongly without a word, and those of which something is said not to be understood.

    Args:
        made: makes a request and what says in what a body differs from it.
        seed: of the first; each has the next.
        number: how many.
    """
    silent, unread = list[Any](), list[Any]()
    for one in range(number):
        text, differences = made(Random(seed + one))
        try:
            found = design(text, load_catalogue(), model=False)
        except CopilotError as error:
            unread.append((text, str(error)))
            continue
        wrong = differences(found.spec.body)
        if found.unread:
            unread.append((text, f"{wrong} {found.unread}"))
        elif wrong:
            silent.append((text, wrong))
    return silent, unread
