"""Bodies that a model writes: several samples, judged by running them, then at most two repairs; the best is kept.

The frame is ours (`scaffold`), and so are the tests: the model only fills the class. What does not pass is delivered as
failed.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from copilot import prompts
from copilot.codegen.authoring import scaffold
from copilot.codegen.authoring.checking import Examined, Failure, examine
from copilot.codegen.authoring.layout import Sources
from copilot.codegen.authoring.nearest import nearest
from copilot.codegen.authoring.spec import AgentSpec, ModuleSpec
from copilot.codegen.authoring.static import fault, statics
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest
from copilot.core.events import Phase
from copilot.core.types import Check
from copilot.models.chat import Chat, Messages

SAMPLES = 4
REPAIRS = 2
TEMPERATURE = 0.7
MAX_TOKENS = 700


@dataclass(frozen=True)
class Try:
    """One body, and what became of it."""

    sources: Sources | None
    checks: list[Check]
    failure: Failure | None = None
    examined: Examined | None = None
    answer: str = ""

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return self.sources is not None and all(check.ok for check in self.checks)

    @property
    def score(self) -> tuple[int, int, int]:
        """To compare two tries: it is a class at all, checks that hold, tests that pass."""
        passed = self.examined.passed if self.examined else 0
        return int(self.sources is not None), passed, sum(check.ok for check in self.checks)


@dataclass(frozen=True)
class Result:
    """The best try, and how many repairs were made."""

    best: Try
    tries: int
    repairs: int = 0
    notes: list[str] = field(default_factory=list[str])


def write(
    spec: ModuleSpec | AgentSpec,
    catalogue: Catalogue,
    chat: Chat,
    *,
    base: Sources | None = None,
    missing: Sequence[str] = (),
    weaker: bool = False,
    cancel: threading.Event | None = None,
) -> Generator[Phase, None, Result]:
    """Let the model write the body of a plan; yields what is being done and returns the best try.

    Args:
        spec: what is to be written.
        catalogue: the library's components.
        chat: the model.
        base: the rendered package that holds what code understood; the model adds to it. None: it begins from an example.
        missing: the words of the request that `base` does not hold.
        weaker: where the sandbox cannot hold, take the weaker one.
        cancel: ends what runs when set.

    Raises:
        SandboxUnavailable: nothing can be run here, so nothing can be judged.
        InvalidRequest: no answer held a class.
        CopilotError: the model does not answer.
    """
    kind = scaffold.what(spec)
    frame = Frame(spec, catalogue, base, missing, weaker, cancel)
    asked = _asked(spec, kind, base, missing)
    best: Try | None = None
    count = 0
    for number in range(SAMPLES):
        if cancel is not None and cancel.is_set():
            break
        yield Phase("write", f"writing the body, try {number + 1} of at most {SAMPLES}")
        tried = _try(frame, chat, asked, 0.0 if number == 0 else TEMPERATURE)
        count += 1
        if best is None or tried.score > best.score:
            best = tried
        if best.ok:
            return Result(best, count)
    best, repairs = yield from _repaired(frame, chat, asked[0], best)
    if best is None or best.sources is None:
        raise InvalidRequest(
            f"The language model wrote no {kind} in {count} tries.",
            hint="Say more exactly what it does, choose a larger model, or ask for what is rendered without one.",
        )
    return Result(best, count, repairs)


def _repaired(
    frame: Frame, chat: Chat, system: dict[str, str], best: Try | None
) -> Generator[Phase, None, tuple[Try | None, int]]:
    """At most two repairs of the best try; an error that comes again ends them."""
    repairs, seen = 0, set[str]()
    while best is not None and best.failure is not None and repairs < REPAIRS and best.failure.message not in seen:
        if frame.cancel is not None and frame.cancel.is_set():
            break
        seen.add(best.failure.message)
        repairs += 1
        yield Phase("write", f"mending it, {repairs} of at most {REPAIRS}: {best.failure.message[:120]}")
        tried = _try(frame, chat, [system, _mend(frame.spec, best)], 0.2)
        if tried.score > best.score:
            best = tried
        elif tried.failure is not None and tried.failure.message in seen:
            break
        if best.ok:
            break
    return best, repairs


def _mend(spec: ModuleSpec | AgentSpec, best: Try) -> dict[str, str]:
    failure = best.failure or Failure("", "")
    line = f"It happens at: {failure.code}" if failure.code else ""
    code = best.sources.module if best.sources else best.answer
    text = prompts.load(
        "author_repair",
        code=code.strip(),
        error=f"{failure.name}: {failure.message}",
        line=line,
        class_name=spec.name,
        request=spec.request,
    )
    return {"role": "user", "content": text}


@dataclass(frozen=True)
class Frame:
    """What every try of a request shares."""

    spec: ModuleSpec | AgentSpec
    catalogue: Catalogue
    base: Sources | None
    missing: Sequence[str]
    weaker: bool
    cancel: threading.Event | None


def _asked(spec: ModuleSpec | AgentSpec, kind: str, base: Sources | None, missing: Sequence[str]) -> Messages:
    example = "\n\n\n".join(filter(None, [scaffold.example(kind), nearest(kind, spec.request) if base is None else ""]))
    system = prompts.load("author_system", contract=prompts.load(f"author_{kind}"), example=example)
    user = prompts.load("author_user", class_name=spec.name, request=spec.request)
    if base is not None:
        shown = scaffold.class_of(base.module, spec.name)
        said = "; ".join(missing)
        user = prompts.load("author_extend", base=shown, missing=said, class_name=spec.name, request=spec.request)
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]


def _try(frame: Frame, chat: Chat, messages: Messages, temperature: float) -> Try:
    """One answer: read, checked without running, run."""
    spec, base = frame.spec, frame.base
    answer = "".join(chat.stream(messages, max_tokens=MAX_TOKENS, temperature=temperature))
    try:
        module = scaffold.source_of(answer, spec, base.module if base else "")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Try(None, [Check("parses", False, fault(error))], Failure("parses", fault(error)), None, answer)
    if base is not None:
        sources = Sources(module, base.test, base.train, f"{base.about} A language model added to it.")
        if not scaffold.added(module, base.module, spec.name):
            return Try(
                sources,
                [Check("asked", False, "nothing was added")],
                Failure("asked", "nothing was added"),
                None,
                answer,
            )
    else:
        sources = scaffold.package(spec, module, frame.catalogue)
    checks = statics(sources)
    bad = next((check for check in checks if not check.ok), None)
    if bad is not None:
        return Try(sources, checks, Failure(bad.name, bad.detail), None, answer)
    words = "; ".join(frame.missing) or spec.request
    if not scaffold.speaks_of(module, words):
        why = f"nothing in the code is named after {words[:120]!r}"
        return Try(sources, [*checks, Check("asked", False, why)], Failure("asked", why), None, answer)
    run = {"weaker": frame.weaker, "cancel": frame.cancel}
    examined = examine(spec, sources, frame.catalogue, train=False, **run)  # type: ignore[arg-type]
    if examined.ok:  # only what conforms is worth a training run
        examined = examine(spec, sources, frame.catalogue, **run)  # type: ignore[arg-type]
    failure = examined.failures[0] if examined.failures else None
    return Try(sources, [*checks, *examined.checks], failure, examined, answer)
