"""Which words of a request ask for each entry of its plan: those without which it would be another plan.

Words are not traced through the readers, which rewrite them many times; they are left out, piece by piece, and the rest is
planned again. What changes then was asked for by them, and that is a proof and not a claim. A number is also replaced by
another, so that a value counts that is the default anyway.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from copilot.codegen.entries import OWN, changed, differing, entries, flat, runs
from copilot.codegen.names.environments import environment_mentions
from copilot.codegen.names.literal import agent_mentions
from copilot.codegen.request.numbers import find_numbers
from copilot.codegen.request.reading import Reading
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec, Spec, load_spec
from copilot.core.catalogue import Catalogue
from copilot.core.errors import CopilotError

Make = Callable[[str], Spec]
Span = tuple[int, int]

MOST = 16
"""Pieces of a request at most, and numbers: each is one more plan."""

_BEGINS = re.compile(
    r"(?<=[\s,;:.!?)])(?=(?:with|without|on|for|over|using|use|and|but|then|in|at|plus|as|against|versus|vs|from|"
    r"no|每|用)(?![a-z]))|"
    r"(?=[;|!?。；：、！？\n(（])|(?=[:,](?!\d))|(?<!\d)(?=,)|(?=，(?!\d{3}(?!\d)))|(?=\.(?:\s|$))|(?=\s[-/+]\s)|(?=\s--?[a-z])|"
    r"(?=用|使用|采用|在(?!线)|以|共|并|加上|加入|训练(?!步))",
    re.IGNORECASE,
)
"""Where a piece of a request begins: before the words and signs that join what is said."""
_LEAD = re.compile(r"^(?:(?:and|but|then|plus)\s+|(?:以及|并且|加上|[并和])(?=.))", re.IGNORECASE)
"""Words that join and tell nothing, where a quotation begins."""
_SIGNS = " ,;:.!?，。；：、！？"
_DERIVED = ("plots", "title", "tag")
"""What is made of the rest where nobody asks for it."""


def asked(request: str, spec: Spec, make: Make, catalogue: Catalogue, *, before: Spec | None = None) -> dict[str, str]:
    """The words that ask for each entry, by the entry's path.

    Args:
        request: in the user's words.
        spec: what is made of it.
        make: makes a plan of words, without a language model.
        catalogue: the library's components.
        before: of a change, the plan before it: what words do that are not understood alone. None of a new plan.

    Returns:
        words by path: "agent", "num_envs", "agent_kwargs.lr", "modules.reward", "modules.reward.beta"; of a comparison
        "runs.LABEL" for what makes a run one of its own, "runs.LABEL.agent_kwargs.lr" for what is one run's alone. Several
        pieces are joined by " … ". What no words ask for is not among them.
    """
    plain = _made(request, make)
    if plain is None or type(plain) is not type(spec):
        return {}  # a language model read what it hangs on; its notes quote the words
    by_model = {path for path, value in entries(spec).items() if entries(plain).get(path, ...) != value}
    spec, pieces = plain, _pieces(request)
    found: dict[str, set[Span]] = {}
    for piece in pieces:
        rest = f"{request[: piece[0]]} {request[piece[1] :]}"
        for path in [
            *changed(spec, _made(rest, make) or before),
            *_named(request[slice(*piece)], spec, before, catalogue),
        ]:
            found.setdefault(path, set()).add(piece)
    same = _same_anyway(spec, make, before)
    found = {path: spans for path, spans in found.items() if path not in same or path in OWN}
    found |= _of_numbers(request, spec, make, pieces, same)  # surer than words that were left out
    found |= _enough(request, spec, make, pieces, before, set(entries(spec)) - same - found.keys() - set(_DERIVED))
    return {path: _quoted(request, found[path]) for path in _in_order(spec, found) if path not in by_model}


def unasked(spec: Spec, evidence: dict[str, str], make: Make, before: Spec | None = None) -> list[str]:
    """Entries that are otherwise than by default, or than before a change, and that no words ask for."""
    own = {f"runs.{label}." for label in runs(spec) if f"runs.{label}" in evidence}
    open_paths = entries(spec).keys() - _same_anyway(spec, make, before) - evidence.keys() - set(_DERIVED)
    return sorted(path for path in open_paths if not any(path.startswith(run) for run in own))


def _enough(
    request: str, spec: Spec, make: Make, pieces: list[Span], before: Spec | None, open_paths: set[str]
) -> dict[str, set[Span]]:
    """Pieces that ask for an entry by themselves, where no piece is needed: it is said twice, or the rest is refused."""
    found: dict[str, set[Span]] = {}
    for label, run in runs(spec).items():
        own = {path.removeprefix(f"runs.{label}."): path for path in open_paths}
        wanted = {path: full for path, full in own.items() if not path.startswith("runs.")}
        for piece in pieces if wanted else ():
            words = request[slice(*piece)]
            other = _made(words if before is not None else f"{run.agent} on {run.env_id}, {words}", make)
            made = [flat(one) for one in runs(other).values()] if other is not None else []
            for path in wanted.keys() & flat(run).keys():
                if any(one.get(path) == flat(run)[path] for one in made):
                    found.setdefault(wanted[path], set()).add(piece)
    return found


def _of_numbers(request: str, spec: Spec, make: Make, pieces: list[Span], same: set[str]) -> dict[str, set[Span]]:
    """The pieces whose numbers ask for entries; those that are `same` without being asked for must have that very number."""
    found: dict[str, set[Span]] = {}
    values = entries(spec)
    for number in find_numbers(request)[:MOST]:
        others = (
            (v, _made(f"{request[: number.start]}{v}{request[number.end :]}", make)) for v in _others(number.value)
        )
        value, other = next(((v, spec) for v, spec in others if spec is not None), (None, None))
        piece = next(span for span in reversed(pieces) if span[0] <= number.start)
        for path in changed(spec, other):
            told = other is not None and values.get(path) == number.value and entries(other).get(path) == value
            if path not in same or told:
                found.setdefault(path, set()).add(piece)
    return found


def _in_order(spec: Spec, found: dict[str, set[Span]]) -> list[str]:
    """Paths as a plan has them; a run of its own only where none of its entries tells what sets it apart."""
    labels = spec.runs if isinstance(spec, ComparisonSpec) else {}
    own = [f"runs.{label}" for label in labels]
    own = [run for run in own if run in found and not any(path.startswith(f"{run}.") for path in found)]
    return [path for path in entries(spec) if path in found] + own


def _same_anyway(spec: Spec, make: Make, before: Spec | None) -> set[str]:
    """The paths that are as they were before, or as in a plan of the same agent, task and modules with nothing set."""
    if before is not None:
        return set(entries(spec)) - changed(spec, before)
    found: set[str] = set()
    for label, run in runs(spec).items():
        modules = [" and ".join(module.parts) or module.name for module in run.modules.values()]
        bare = _made(" with ".join([f"{run.agent} on {run.env_id}", *modules]), make)
        if isinstance(bare, ExperimentSpec):
            named = {*OWN, *(f"modules.{primitive}" for primitive in run.modules)}
            own = flat(run).keys() - differing(run, bare) - named
            found |= {path for one in own for path in (one, f"runs.{label}.{one}")}
    return found


def kept_words(plan: Path, spec: Spec) -> dict[str, str]:
    """What a plan file keeps of the words that asked for its entries, for those that are the same in another plan."""
    try:
        kept = json.loads(plan.read_text(encoding="utf-8-sig"))
        old = entries(load_spec(json.dumps(kept["spec"])))
        words = {path: text for path, text in kept["evidence"].items() if isinstance(text, str)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, CopilotError):
        return {}  # a plan that somebody wrote has none
    now = entries(spec)
    return {path: text for path, text in words.items() if path in now and now[path] == old.get(path)}


def _made(text: str, make: Make) -> Spec | None:
    try:
        return make(text)
    except CopilotError:
        return None


def _named(piece: str, spec: Spec, before: Spec | None, catalogue: Catalogue) -> Iterator[str]:
    """The agents and tasks that a piece names: without them there may be no plan at all, or the same by default."""
    reading = Reading(piece)
    tasks = {mention.name for mention in environment_mentions(reading, catalogue)}
    agents = {mention.name for mention in agent_mentions(reading, catalogue)}
    if isinstance(spec, ExperimentSpec):
        old = before if isinstance(before, ExperimentSpec) else None
        yield from ["agent"] if spec.agent in agents and (old is None or old.agent != spec.agent) else []
        yield from ["env_id"] if spec.env_id in tasks and (old is None or old.env_id != spec.env_id) else []
        return
    for path, names in (("agent", agents), ("env_id", tasks)):
        values = [getattr(run, path) for run in spec.runs.values()]
        if len(set(values)) == 1:
            yield from [path] if values[0] in names and before is None else []
        else:
            labels = () if isinstance(before, ComparisonSpec) else tuple(spec.runs)
            yield from (f"runs.{label}.{path}" for label, value in zip(labels, values, strict=False) if value in names)


def _pieces(request: str) -> list[Span]:
    """Where the pieces of a request stand; neighbours of very many are one."""
    cuts = sorted({0, *(match.start() for match in _BEGINS.finditer(request)), len(request)})
    spans = [(one, two) for one, two in pairwise(cuts) if re.search(r"\w", request[one:two])]
    if not spans:
        return [(0, len(request))]
    step = -(-len(spans) // MOST)
    return [(spans[at][0], spans[min(at + step, len(spans)) - 1][1]) for at in range(0, len(spans), step)]


def _others(value: int | float) -> tuple[int | float, ...]:
    """Other numbers of the same sort, whole or a part of one; the next is tried where the first is refused."""
    return (value / 2, value / 3) if isinstance(value, float) else (value * 2, value * 7 + 5) if value else (1, 2)


def _quoted(request: str, spans: set[Span]) -> str:
    """The words of some pieces; those that follow each other are one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return " … ".join(_clean(" ".join(request[slice(*span)].split())) for span in joined)


def _clean(words: str) -> str:
    """A quotation without the signs and joining words at its ends; brackets stay in pairs."""
    words = words.strip(_SIGNS)
    for opening, closing in ("()", "（）"):
        if words.count(opening) != words.count(closing):
            words = words.strip(_SIGNS + opening + closing)
    return _LEAD.sub("", words)
