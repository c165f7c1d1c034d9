"""The requests of `evals/data/codegen`: read, and each expectation held to the catalogue. The schema is in their README.

`python -m evals requests` counts them by kind, language and half, and names every fault; the tests allow none.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from copilot.core.catalogue import Catalogue, load_catalogue
from copilot.core.errors import InvalidRequest, SpaceMismatch, UnknownName
from evals import expectations
from evals.numbers import numbers, says, shows

FOLDER = Path(__file__).parent / "data" / "codegen"
HALVES = ("tune", "held")
"""What is tuned is tuned on the first; the second is scored and not looked into."""
PRACTICE = "practice"
"""More to tune on, freely; never scored, so no half of anything, and under no rule of balance."""
FRESH = "fresh"
"""Requests of all kinds by somebody who reads no code; scored and not looked into, as the held-back half."""
WANTED = {"experiment": 76, "module": 24, "edit": 22, "impossible": 30}
"""Kinds, and how many there are at least."""
LANGUAGES = ("en", "zh")
ERRORS = {error.kind for error in (UnknownName, SpaceMismatch, InvalidRequest)}
LIKE = 0.5
"""Two requests that share more of their words than this say the same."""


@dataclass(frozen=True)
class Request:
    """What a user asks for, and what has to come of it."""

    id: str
    kind: str
    topic: str
    """What the halves are balanced by."""
    lang: str
    half: str
    """The file that it is of: one of `HALVES`, `PRACTICE` or `FRESH`."""
    expect: dict[str, Any]
    request: str = ""
    base: str = ""
    """Of an edit: the request that is planned first."""
    edit: str = ""
    said: dict[str, int | float] = field(default_factory=dict)
    """Words of the request that say a number which is not written there ("twice as many")."""
    proof: dict[str, Any] = field(default_factory=dict)
    """Of something impossible: what the catalogue shows it by."""

    @property
    def text(self) -> str:
        """All that the user says."""
        return self.request or f"{self.base}\n{self.edit}"


def load(half: str | None = None, folder: Path = FOLDER) -> list[Request]:
    """The requests of a half, of `PRACTICE`, or (by default) of both halves, in the order of the files.

    Raises:
        ValueError: a line is no request; it names the file, the line and what is wrong.
    """
    found = []
    for name in HALVES if half is None else (half,):
        path = folder / f"{name}.jsonl"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                found.append(_request(json.loads(line), name))
            except (TypeError, ValueError) as error:
                raise ValueError(
                    f"{path.name}, line {number}: {error}; expected a request as the README says."
                ) from error
    return found


def _request(row: Any, half: str) -> Request:
    if not isinstance(row, dict):
        raise ValueError("no JSON object")
    if unknown := row.keys() - {entry.name for entry in fields(Request)} | row.keys() & {"half"}:
        raise ValueError(f"unknown fields {sorted(unknown)}")
    request = Request(**row, half=half)
    told = [name for name in ("request", "base", "edit") if getattr(request, name)]
    if told != (["base", "edit"] if request.kind == "edit" else ["request"]):
        raise ValueError(f"a request of kind {request.kind!r} that says {told}")
    return request


def counts(requests: list[Request], files: tuple[str, ...] = HALVES) -> dict[str, dict[str, int]]:
    """How many there are, by half (or other file); in all, of each kind, each language, and each kind and topic."""
    found: dict[str, Counter[str]] = {}
    for request in requests:
        if request.half not in files:
            continue
        for name in ("all", request.kind, request.lang, f"{request.kind}: {request.topic}"):
            found.setdefault(name, Counter())[request.half] += 1
    return {name: {half: count[half] for half in files} for name, count in sorted(found.items())}


def faults(requests: list[Request], catalogue: Catalogue | None = None) -> list[str]:
    """What is wrong with requests, each in a sentence: none for those of the repository, `PRACTICE` among them."""
    known = catalogue or load_catalogue()
    found = [f"{request.id}: {fault}." for request in requests for fault in _faults(request, known)]
    return [*found, *_faults_together(requests)]


def _faults(request: Request, catalogue: Catalogue) -> Iterator[str]:
    if request.kind not in WANTED or request.lang not in LANGUAGES:
        yield f"kind {request.kind!r} or language {request.lang!r} is none of {[*WANTED, *LANGUAGES]}"
        return
    if (request.lang == "zh") != bool(re.search("[\u4e00-\u9fff]", request.text)):
        yield f"its language is {request.lang}, it says {request.text!r}"
    for words in request.said:
        if words not in request.text:
            yield f"{words!r} is not said"
    if request.kind == "impossible":
        yield from _impossible(request, catalogue)
    elif request.kind == "module":
        yield from _authored(request)
    else:
        yield from _planned(request, catalogue)


def _planned(request: Request, catalogue: Catalogue) -> Iterator[str]:
    """Of an experiment, a comparison or an edit."""
    expect = request.expect
    runs = [expect]
    if expect.get("kind", "experiment") == "comparison":
        runs = list(expect.get("runs", {}).values())
        if expect.keys() != {"kind", "runs"} or len(runs) < 2:
            yield f"a comparison has a kind and two or more runs; it has {expect}"
        if len({json.dumps(run, sort_keys=True) for run in runs}) < len(runs):
            yield "two of its runs are the same"
        if len({tuple(run.get("seeds", ())) for run in runs}) > 1:
            yield "its runs have different seeds"
    for run in runs:
        yield from expectations.faults(run, catalogue)
        for number in expectations.said_numbers({**run, "seeds": None}):
            if not says(request.text, number) and number not in request.said.values():
                yield f"nothing says {number:g}"
        if not _seeds_said(run.get("seeds", []), request.text):
            yield f"nothing says the seeds {run['seeds']}"


def _seeds_said(seeds: list[int], text: str) -> bool:
    """Each by itself, the first and last of them, or how many: then they are 1, 2, 3 ..."""
    if all(says(text, seed) for seed in seeds):
        return True
    row = seeds == list(range(seeds[0], seeds[0] + len(seeds)))
    ends = says(text, seeds[0]) and says(text, seeds[-1])
    return row and (ends or (seeds[0] == 1 and says(text, len(seeds))))


def _authored(request: Request) -> Iterator[str]:
    """Of a module or an agent to be written."""
    expect = request.expect
    primitive = expect.get("primitive")
    if expect.keys() != {"kind", "primitive", "must", "contains"} or primitive not in expectations.PRIMITIVES:
        yield f"expected a kind, a primitive, must and contains; it has {expect}"
        return
    if expect["kind"] != ("agent" if primitive == "agent" else "module") or request.topic != primitive:
        yield f"kind {expect['kind']!r} and topic {request.topic!r} do not go with {primitive!r}"
    if len(expect["must"]) < 2 or not all(fact.strip() for fact in expect["must"]):
        yield "it says too little of what a check could test"
    for wanted in expect["contains"]:
        if not shows(request.text, wanted):
            yield f"{wanted!r} is asked of the source, but not by the user"


def _impossible(request: Request, catalogue: Catalogue) -> Iterator[str]:
    """Of a request to refuse: the kind of error, the reason, and that it is one."""
    expect, proof = request.expect, request.proof
    if expect.keys() != {"error", "because"} or expect["error"] not in ERRORS or not expect["because"]:
        yield f"expected an error of {sorted(ERRORS)} and because; it has {expect}"
        return
    if request.topic != expect["error"]:
        yield f"topic {request.topic!r} is not its error"
    if not proof and expect["error"] != InvalidRequest.kind:
        yield "it has no proof"
    if "name" in proof and (not shows(request.text, proof["name"]) or expectations.known(proof["name"], catalogue)):
        yield f"{proof['name']!r} exists, or is not asked for"
    if proof.keys() - {"name"} and not expectations.refuted(proof, catalogue):
        yield f"{proof} is possible"


def _faults_together(requests: list[Request]) -> Iterator[str]:
    """Of all of them: ids, and no request twice; of the halves alone: sizes, languages, the same mix in each."""
    for name, times in Counter(request.id for request in requests).items():
        if times > 1:
            yield f"{name}: the id of {times} requests."
    table = counts(requests)
    for kind, least in WANTED.items():
        if sum(table.get(kind, {}).values()) < least:
            yield f"There are {sum(table.get(kind, {}).values())} requests of kind {kind}, expected {least}."
    if 5 * sum(table.get("zh", {}).values()) < sum(table.get("all", {}).values()):
        yield "Less than a fifth is in Chinese."
    for name, halves in table.items():
        if abs(halves["tune"] - halves["held"]) > 1:
            yield f"The halves differ: {name} {halves}."
    for first, second in combinations(requests, 2):
        if first.kind != "impossible" and first.expect == second.expect:
            yield f"{first.id} and {second.id} expect the same."
        if (shared := likeness(first.text, second.text)) > LIKE:
            yield f"{first.id} and {second.id} say the same ({shared:.2f})."


def likeness(first: str, second: str) -> float:
    """Of the words, numbers and pairs of Chinese characters of two texts, the part that both have."""
    one, other = _words(first), _words(second)
    return len(one & other) / max(1, len(one | other))


@cache
def _words(text: str) -> set[str]:
    han = re.findall("[\u4e00-\u9fff]+", text)
    pairs = {part[at : at + 2] for part in han for at in range(max(1, len(part) - 1))}
    return {*re.findall("[a-z]+", text.lower()), *pairs, *(f"{number:g}" for number in numbers(text))}


def measure(args: list[str]) -> dict[str, object]:
    """Counts and faults; `args` may name the folder to read."""
    folder = Path(args[0]) if args else FOLDER
    halves, practice, fresh = load(folder=folder), load(PRACTICE, folder), load(FRESH, folder)
    return {
        "requests": counts(halves),
        "to practise on": counts(practice, (PRACTICE,)),
        "by somebody else": counts(fresh, (FRESH,)),
        "faults": faults([*halves, *practice, *fresh]),
    }
