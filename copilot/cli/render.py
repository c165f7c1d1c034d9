"""Shows the assistant's events on a terminal, or folds them into the JSON of the contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from copilot.cli import output
from copilot.core.errors import CopilotError
from copilot.core.events import (
    Answered,
    Checked,
    Event,
    Failed,
    LogLine,
    Metric,
    Passages,
    Phase,
    Planned,
    Ran,
    Scripted,
    Token,
    Understood,
)
from copilot.core.places import beginning, place
from copilot.core.types import Citation, Passage, RunResult
from copilot.core.visible import in_line

FILES = 5
"""How many files of a run are named."""


class TurnFailed(CopilotError):
    """A turn that ended in a `Failed` event, carried on to the exit code."""

    def __init__(self, event: Failed) -> None:
        super().__init__(event.message, hint=event.hint)
        self.kind = event.kind


def show_answer(events: Iterator[Event], as_json: bool) -> None:
    """Stream the answer and its sources, or print one JSON object; of a line that was acted on, what was done."""
    streamed, understood = False, ""
    try:
        for event in _surfaced(events, as_json):
            if isinstance(event, Understood):
                understood = event.text
                if not as_json:
                    output.say(event.text)
            elif isinstance(event, Token) and not as_json:
                output.answer(event.text, end="")
                streamed = True
            elif isinstance(event, Passages) and not as_json and event.passages:
                places = ", ".join(beginning(p) for p in event.passages[:3])
                output.say(f"... found {places}")
            elif isinstance(event, Answered):
                if as_json:
                    output.emit(answer_json(event) | ({"understood": understood} if understood else {}))
                else:
                    _finish_answer(event, streamed)
    except (TurnFailed, KeyboardInterrupt):
        if streamed:
            output.answer("")  # what is said of it begins a line of its own
        raise


def _finish_answer(event: Answered, streamed: bool) -> None:
    if streamed and (event.refused or event.model is None):
        output.answer("\n\nSet aside: it names what no source holds. " + event.text)
    else:
        output.answer("" if streamed else event.text)
    show_sources(event.text, event.citations)


def show_sources(text: str, citations: list[Citation]) -> None:
    """The places that an answer rests on, by the numbers in it, and the lines that speak of the question as well."""
    cited = [citation for citation in citations if f"[{citation.id}]" in text]
    for title, some in (("Sources", cited), ("Also there", [one for one in citations if one not in cited])):
        if some:
            output.answer(f"\n{title}")
        for citation in some:
            output.answer(f"  [{citation.id}] {place(citation)}  {in_line(citation.heading)}")
            if citation.quote and citation.quote not in text:
                output.answer(f"      {in_line(citation.quote)}")


def answer_json(event: Answered) -> dict[str, Any]:
    """The JSON of `ask`; of an acted turn also its kind and what belongs to that."""
    return {
        "answer": event.text,
        "refused": event.refused,
        "citations": [asdict(citation) for citation in event.citations],
        "passages": [passage_json(passage) for passage in event.passages],
        "timings": {key: round(value, 4) for key, value in event.timings.items()},
        "model": event.model,
        **event.details,
    }


def passage_json(passage: Passage) -> dict[str, Any]:
    """The JSON of a passage."""
    return {
        "source": passage.source,
        "lines": list(passage.lines),
        "heading": passage.heading,
        "score": round(float(passage.score), 4),
        "text": passage.text,
        "page": passage.page,
        "cell": passage.cell,
    }


def show_passages(result: Any, as_json: bool) -> None:
    """Show what a search found; what it left out is said on stderr in either form."""
    if result.hint:
        output.say(result.hint)
    if as_json:
        timings = {key: round(value, 4) for key, value in result.timings.items()}
        output.emit({"passages": [passage_json(p) for p in result.passages], "timings": timings})
        return
    for passage in result.passages:
        output.answer(f"{place(passage)}  {in_line(passage.heading)}")
        for line in passage.text.strip().splitlines()[:4]:
            output.answer(f"    {line}")
    if not result.passages:
        output.say("Nothing found.")


def show_generated(events: Iterator[Event], as_json: bool) -> bool:
    """Show plan, script and checks; returns whether every check holds."""
    seen: dict[type, Any] = {}
    for event in _surfaced(events, as_json):
        seen[type(event)] = event
    planned, scripted, checked = seen[Planned], seen[Scripted], seen[Checked]
    if as_json:
        output.emit(
            {
                "kind": planned.spec["kind"],
                "spec": planned.spec,
                "script": scripted.path,
                "checks": [asdict(check) for check in checked.checks],
                "repairs": checked.repairs,
                "notes": planned.notes,
                "evidence": planned.evidence,
            }
        )
    else:
        output.answer(scripted.text)
        for line in planned.read:
            output.say(f"read   {line}")
        for check in checked.checks:
            output.say(f"{'ok    ' if check.ok else 'FAILED'} {check.name}  {check.detail}")
        for note in planned.notes:  # last: what was left out must not scroll away
            output.say(f"note: {note}")
        path = Path(scripted.path)
        if path.name != "train.py":  # a package
            output.say(f"Written to {path.parent}, with its README.md.")
            path = path.with_name("train.py")
        output.say(f"Written to {path}. Run it: rllte-copilot run {path}")
    return all(check.ok for check in checked.checks)


def show_run(events: Iterator[Event], as_json: bool) -> RunResult:
    """Stream a run's log; at its end print the result."""
    result: RunResult | None = None
    for event in _surfaced(events, as_json):
        if isinstance(event, LogLine) and not as_json:
            output.answer(event.text) if event.stream == "stdout" else output.say(event.text)
        elif isinstance(event, Ran):
            result = event.result
    if result is None:
        raise CopilotError("The run ended without a result.", hint="Try again; if it happens twice, report it.")
    if as_json:
        output.emit(asdict(result))
    else:
        output.say(summary(result))
        if result.artifacts:
            more = f" and {len(result.artifacts) - FILES} more" if len(result.artifacts) > FILES else ""
            folder = f"{Path(result.log).parent}/box"
            names = [path.removeprefix(f"{folder}/") for path in result.artifacts[:FILES]]
            output.say(f"files in {folder}: {', '.join(names)}{more}")
        output.say(f"log: {result.log}")
    return result


def summary(result: RunResult) -> str:
    """How a run ended, in a line; a run too short to be looked at has no memory to tell."""
    memory = f", {result.peak_memory_mb:.0f} MB" if result.peak_memory_mb >= 1 else ""
    figures = f"; {json.dumps(result.metrics, ensure_ascii=False, default=str)}" if result.metrics else ""
    return f"{result.status} in {result.wall_s:.1f} s{memory}{figures}"


def _surfaced(events: Iterator[Event], as_json: bool) -> Iterator[Event]:
    for event in events:
        if isinstance(event, Failed):
            raise TurnFailed(event)
        if isinstance(event, Passages) and event.hint:
            output.say(event.hint)
        if isinstance(event, Phase) and not as_json and event.detail:
            output.say(f"... {event.detail}")
        if not isinstance(event, Metric):
            yield event
