"""A conversation that acts: what a line asks for is done, told and kept. Each line is one turn, whatever it was.

Covers questions to the corpus, new scripts, changes of the last one and back, tracebacks, and questions about the last run.
Does not run anything: only the user starts a run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from copilot.assistant import tell
from copilot.assistant.about_run import about
from copilot.assistant.answer import readable
from copilot.assistant.condense import Exchange
from copilot.assistant.explain import Explainer, Failure
from copilot.assistant.generate import generate
from copilot.assistant.intent import NO_RUN, NO_SCRIPT, Intent, understand
from copilot.assistant.run_facts import Record, read_record
from copilot.assistant.trace import parse
from copilot.codegen import Spec, difference, load_spec
from copilot.codegen.spec import KINDS
from copilot.codegen.suggest.goals import asks_what_next
from copilot.core import paths
from copilot.core.catalogue import Catalogue
from copilot.core.errors import CopilotError, InvalidRequest
from copilot.core.events import Answered, Checked, Differed, Event, Phase, Planned, Scripted, Understood
from copilot.history import KeptPlan, KeptRun, Session, Work
from copilot.models.chat import Chat

FIRST_LINES = 4000
"""Characters of a pasted text that are kept as the question of its turn."""


@dataclass(frozen=True)
class Tools:
    """What acting needs of the assistant.

    Args:
        catalogue: the library's components.
        planner: the model that helps to read requests; None where there is none.
        explainer: explains errors, with or without a model.
        answer: answers a question to the corpus, given the turns before it.
        generate: writes what a request asks for, into a new folder.
    """

    catalogue: Catalogue
    planner: Callable[[], Chat | None]
    explainer: Callable[[], Explainer]
    answer: Callable[[str, Sequence[Exchange]], Iterator[Event]]
    generate: Callable[[str], Iterator[Event]]


@dataclass(frozen=True)
class Conversation:
    """One conversation.

    Args:
        session: where it is kept.
        tools: what it acts with.
    """

    session: Session
    tools: Tools

    @property
    def work(self) -> Work:
        """Its plans and its last run."""
        return Work(self.session)

    def say(self, line: str) -> Iterator[Event]:
        """Do what a line asks for; yields its events, at last one `Answered`, which is kept.

        Raises:
            CopilotError: it cannot be met as asked.
        """
        line = readable(line)
        work = self.work
        intent = understand(
            line, has_plan=work.plan() is not None, has_run=work.run() is not None, catalogue=self.tools.catalogue
        )
        steps = {
            "answer": self._answer,
            "generate": self._generate,
            "edit": self._edit,
            "undo": self._undo,
            "start": self._start,
            "traceback": self._traceback,
            "run": self._about,
            "why": self._why,
            "suggest": self._suggest,
        }
        kind = tell.KINDS[intent.kind]
        if not intent.forced and (intent.kind != "answer" or intent.doubt):
            yield Understood(kind, tell.understood(intent))
        for event in steps[intent.kind](intent):
            if isinstance(event, Answered):
                self.keep(line, event)
            yield event

    def keep(self, line: str, event: Answered) -> None:
        """Keep a finished turn."""
        kind = event.details.get("kind")
        kind = None if kind == "answer" else kind
        question = line if len(line) <= FIRST_LINES else f"{line[:FIRST_LINES]}\n…"
        self.session.add(
            question, event.text, event.citations, model=event.model, refused=event.refused, kind=kind or None
        )

    # questions --------------------------------------------------------------------------------------------------------

    def _answer(self, intent: Intent) -> Iterator[Event]:
        earlier = [
            Exchange(turn.question, turn.answer if turn.model and not turn.refused else "")
            for turn in self.session.turns()
            if turn.kind is None
        ]
        yield from _answers(self.tools.answer(intent.text, earlier))

    def _start(self, intent: Intent) -> Iterator[Event]:
        plan = self._plan()
        yield _done(tell.start(intent.text, plan.script), "answer")

    # scripts ----------------------------------------------------------------------------------------------------------

    def _generate(self, intent: Intent) -> Iterator[Event]:
        if not intent.text:
            raise InvalidRequest("/generate needs a request.", hint="For example: /generate Train PPO on CartPole-v1")
        yield from self.made(self.tools.generate(intent.text))

    def made(self, events: Iterator[Event], old: Spec | None = None, kind: str = "generate") -> Iterator[Event]:
        """Pass a script's events on, keep its plan, and tell it; with the plan before it, tell the difference."""
        planned: Planned | None = None
        scripted: Scripted | None = None
        lines = list[str]()
        for event in events:
            yield event
            if isinstance(event, Planned):
                planned = event
                if old is not None:
                    lines = difference(old, _spec(event.spec))
                    yield Differed(lines)
            elif isinstance(event, Scripted):
                scripted = event
            elif isinstance(event, Checked) and planned and scripted:
                if planned.spec["kind"] in KINDS and (old is None or lines):
                    self.work.keep_plan(planned.spec, planned.notes, Path(scripted.path))
                text = tell.made(planned, scripted, event, None if old is None else lines)
                yield _done(text, kind, **tell.made_json(planned, scripted, event, lines))

    def _edit(self, intent: Intent) -> Iterator[Event]:
        plan = self._plan()
        if not intent.text:
            raise InvalidRequest("/edit needs a change.", hint="For example: /edit use 16 environments")
        old = _spec(plan.spec)
        events = generate(
            intent.text, plan.script.parent, self.tools.catalogue, self.tools.planner(), old, _plan_file(plan)
        )
        yield from self.made(events, old, "edit")

    def replan(self, text: str) -> Iterator[Event]:
        """Render the last plan as somebody has edited it.

        Raises:
            InvalidRequest: it is no plan, or there is none to change.
            CopilotError: the library cannot do it.
        """
        plan = self._plan()
        events = generate("", plan.script.parent, self.tools.catalogue, None, typed_plan(text), _plan_file(plan))
        for event in self.made(events, _spec(plan.spec), "edit"):
            if isinstance(event, Answered):
                self.keep("/plan", event)
            yield event

    def _undo(self, intent: Intent) -> Iterator[Event]:
        now, *before = self.work.plans(2)[:2] or [self._plan()]
        if not before:
            raise InvalidRequest(
                "There is nothing to undo: this conversation has one plan.", hint="Change it: /edit TEXT, or /plan"
            )
        back = before[0]
        events = generate("", back.script.parent, self.tools.catalogue, None, _spec(back.spec), _plan_file(back))
        lines = difference(_spec(now.spec), _spec(back.spec))
        planned: Planned | None = None
        scripted: Scripted | None = None
        for event in events:
            yield event
            planned = event if isinstance(event, Planned) else planned
            scripted = event if isinstance(event, Scripted) else scripted
            if isinstance(event, Planned):
                yield Differed(lines)
            elif isinstance(event, Checked) and planned and scripted:
                self.work.drop_plan(now)
                text = tell.made(planned, scripted, event, lines)
                yield _done(text, "edit", **tell.made_json(planned, scripted, event, lines))

    # errors and runs --------------------------------------------------------------------------------------------------

    def _traceback(self, intent: Intent) -> Iterator[Event]:
        trace, run = parse(intent.text), self.work.run()
        plan = self.work.plan()
        spec = None if plan is None else _spec(plan.spec)
        last = trace.last.message if trace else ""
        of_run = run is not None and bool(last) and last in read_record(run.folder).log
        if run is not None and of_run:
            record = read_record(run.folder)
            failure = Failure(trace, intent.text, run.script, run.name, "error", _spec_of(run), record.reached)
        else:
            failure = Failure(trace, intent.text, name="train.py", spec=spec)
        yield from self.tools.explainer().explain(failure)

    def _why(self, intent: Intent) -> Iterator[Event]:
        run, record = self._run()
        if parse(intent.text) is not None:
            yield from self._traceback(intent)
        elif record.status == "ok" or not _asks_of_failure(intent):
            yield from self._about(Intent("run", intent.text or "why", forced=intent.forced))
        else:
            failure = Failure(
                parse(record.log), intent.text, run.script, run.name, record.status, _spec_of(run), record.reached
            )
            yield from self.tools.explainer().explain(failure)

    def _about(self, intent: Intent) -> Iterator[Event]:
        run, record = self._run()
        yield about(intent.text, record, _spec_of(run), self.tools.catalogue)

    def _suggest(self, intent: Intent) -> Iterator[Event]:
        yield from self.advise(intent.text)

    def advise(self, goal: str) -> Iterator[Event]:
        """What to run next, for a goal or after the conversation's last run; the plans are written.

        Raises:
            CopilotError: see `assistant.suggest.suggest`.
        """
        from copilot.assistant.suggest import suggest, write_plans

        yield Phase("suggest", "looking for what to run next")
        run, runs, plan = self.work.run(), list[str](), None
        wanted = goal.strip() and not asks_what_next(goal)
        if run is not None and run.folder.is_dir() and (run.spec is not None or not wanted):
            runs, plan = [str(run.folder)], None if run.spec is None else json.dumps(run.spec)
        found = suggest(readable(goal), runs, self.tools.catalogue, plan=plan)
        plans = write_plans(found, paths.home() / "suggestions" / datetime.now().strftime("%Y%m%d-%H%M%S-%f"))
        yield tell.advised(found, plans)

    def _plan(self) -> KeptPlan:
        plan = self.work.plan()
        if plan is None:
            first, _, rest = NO_SCRIPT.partition(": ")
            raise InvalidRequest(f"{first}.", hint=rest)
        return plan

    def _run(self) -> tuple[KeptRun, Record]:
        run = self.work.run()
        if run is None:
            first, _, rest = NO_RUN.partition(": ")
            raise InvalidRequest(f"{first}.", hint=f"{rest} Or paste the traceback.")
        if not run.folder.is_dir():
            raise InvalidRequest(f"The folder of the last run is gone: {run.folder}.", hint="Run it again: /run")
        return run, read_record(run.folder)


def typed_plan(text: str) -> Spec:
    """The plan in a text that somebody typed, which is never a path.

    Raises:
        InvalidRequest: it is none.
    """
    if text.lstrip()[:1] != "{":
        raise InvalidRequest("The plan is no JSON object: it does not begin with {.", hint="Leave it with Escape.")
    return load_spec(text)


def _plan_file(plan: KeptPlan) -> Path:
    """Where the plan of a kept one lies, with the words that asked for its entries."""
    return plan.script.parent / "plan.json"


def plan_beside(script: Path) -> dict[str, Any] | None:
    """The plan of a script that was rendered, by the file beside it; None where there is none that can be read."""
    if script.name != "train.py":
        return None
    try:
        return load_spec(script.parent / "plan.json").model_dump(mode="json")
    except CopilotError:
        return None


def _asks_of_failure(intent: Intent) -> bool:
    """Whether /why asks of the end of a run that failed, not of a figure."""
    return not intent.forced or not intent.text or bool(re.search(r"fail|error|crash|错|失败|崩", intent.text, re.I))


def _spec(data: dict[str, Any]) -> Spec:
    return load_spec(json.dumps(data))


def _spec_of(run: KeptRun) -> Spec | None:
    try:
        return None if run.spec is None else _spec(run.spec)
    except CopilotError:  # kept by another version
        return None


def _done(text: str, kind: str, **details: Any) -> Answered:
    return Answered(text, False, [], [], {}, None, {"kind": kind, **details})


def _answers(events: Iterator[Event]) -> Iterator[Event]:
    """The same events; the answer says that it is one."""
    for event in events:
        yield replace(event, details={"kind": "answer"}) if isinstance(event, Answered) else event
