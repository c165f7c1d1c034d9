"""A request for something new -> plan -> package -> proof: the suite of its primitive and a short training run."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from copilot.assistant import writing
from copilot.codegen.authoring import AgentSpec, Design, ModuleSpec, design, readme, render
from copilot.codegen.authoring.checking import Examined, examine
from copilot.codegen.authoring.filling import fill
from copilot.codegen.authoring.free import Result, write
from copilot.codegen.authoring.layout import Sources
from copilot.codegen.authoring.spec import Free
from copilot.codegen.authoring.static import statics
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest, SandboxUnavailable
from copilot.core.events import Checked, Event, Phase, Planned, Scripted
from copilot.core.types import Check
from copilot.models.chat import Chat


def create(
    request: str | ModuleSpec | AgentSpec,
    out_dir: Path,
    catalogue: Catalogue,
    chat: Chat | None,
    *,
    weaker: bool = False,
    cancel: threading.Event | None = None,
) -> Iterator[Event]:
    """Yield `Planned`, `Scripted` (the module) and `Checked`; what does not pass is delivered, and says so.

    Args:
        request: what to write, in the user's words; or a plan, as shown and edited.
        out_dir: where the package's folder goes; made if missing. Files of the same name are kept as `.bak`, `.bak.1`, ...
        catalogue: the library's components.
        chat: writes what no family holds; None refuses that.
        weaker: where the sandbox cannot hold, take the weaker one. A person's choice, never a program's.
        cancel: ends what runs when set.

    Raises:
        InvalidRequest: nothing new is asked for, or what cannot be.
        UnknownName, SpaceMismatch: it is used where it cannot be.
        FileProblem, DiskFull: the package cannot be written.
    """
    yield Phase("plan", "reading the request")
    plan = design(request, catalogue, model=chat is not None) if isinstance(request, str) else Design(spec=request)
    if plan.unread and chat is not None:
        yield Phase("plan", "asking the model about words that code could not read")
        plan = fill(plan, chat)
    run = _Run(out_dir, catalogue, weaker, cancel)
    yield Planned(plan.spec.model_dump(mode="json"), list(plan.notes))
    if isinstance(plan.spec.body, Free):
        yield from _written(plan.spec, chat, list(plan.notes), run)
        return
    sources = render(plan.spec, catalogue)
    notes = list(plan.notes)
    if plan.unread and chat is not None and _extends(plan):
        result = yield from write(
            plan.spec, catalogue, chat, base=sources, missing=plan.unread, weaker=weaker, cancel=cancel
        )
        if result.best.ok:
            notes += [
                f"{chat.name} wrote what concerns {', '.join(map(repr, plan.unread))}; nobody has proven that part."
            ]
            yield from _delivered(plan.spec, result, chat, notes, run)
            return
        notes += [f"{chat.name} was asked to add what is missing, and none of its {result.tries} tries passed."]
    yield from _rendered(plan, sources, notes, run)


@dataclass(frozen=True)
class _Run:
    """Where a package goes, and how it is run."""

    out_dir: Path
    catalogue: Catalogue
    weaker: bool
    cancel: threading.Event | None


def _rendered(plan: Design, sources: Sources, notes: list[str], run: _Run) -> Generator[Event, None, None]:
    """A package of vetted parts, with what running it showed."""
    folder = run.out_dir / plan.spec.module
    _write(folder, _files(plan.spec, sources, notes))
    yield Scripted(str(folder / f"{plan.spec.module}.py"), sources.module)
    yield Phase("check", "running the conformance suite and a short training run in the sandbox")
    checks, examined = _checked(plan.spec, sources, run)
    checks = [_asked(plan), *checks]
    _write(folder, {"README.md": readme(plan.spec, sources, checks, examined, notes)})
    yield Checked(checks)


def _asked(plan: Design) -> Check:
    """Nothing that was asked for is silently left out: a package without it does not pass."""
    missing = ", ".join(map(repr, plan.unread))
    return Check("asked", not plan.unread, f"not in it: {missing}" if missing else "")


def _extends(plan: Design) -> bool:
    """Whether the model could add to what is rendered: of agents, to the loss of an actor-critic alone."""
    return isinstance(plan.spec, ModuleSpec) or getattr(plan.spec.body, "family", "") == "actor_critic"


def _written(
    spec: ModuleSpec | AgentSpec, chat: Chat | None, notes: list[str], run: _Run
) -> Generator[Event, None, None]:
    """The same for a body that the model writes: running it decides which of several is taken."""
    if chat is None:
        raise InvalidRequest(
            "The body of this plan is to be written by a language model, and there is none.",
            hint="rllte-copilot models pull qwen2.5-coder-1.5b",
        )
    result = yield from write(spec, run.catalogue, chat, weaker=run.weaker, cancel=run.cancel)
    yield from _delivered(spec, result, chat, notes, run)


def _delivered(
    spec: ModuleSpec | AgentSpec, result: Result, chat: Chat, notes: list[str], run: _Run
) -> Generator[Event, None, None]:
    """The best of what the model wrote, with what running it showed."""
    best = result.best
    if best.sources is None:
        raise InvalidRequest(
            "The language model wrote nothing that can be kept.", hint="Say more exactly what it does."
        )
    folder = run.out_dir / spec.module
    more = [*notes, f"Written by {chat.name}: the best of {result.tries} tries, {result.repairs} repairs."]
    _write(folder, _files(spec, best.sources, notes))
    yield Scripted(str(folder / f"{spec.module}.py"), best.sources.module)
    _write(folder, {"README.md": readme(spec, best.sources, best.checks, best.examined, more)})
    yield Checked(best.checks, repairs=result.repairs)


def _checked(spec: ModuleSpec | AgentSpec, sources: Sources, run: _Run) -> tuple[list[Check], Examined | None]:
    """Static checks, then what running shows; without a sandbox nothing runs, and the checks say that it did not."""
    checks = statics(sources)
    if not all(check.ok for check in checks):
        return [*checks, Check("conformance", False, "not run: the source has faults")], None
    try:
        examined = examine(spec, sources, run.catalogue, weaker=run.weaker, cancel=run.cancel)
    except SandboxUnavailable as error:
        return [*checks, Check("conformance", False, f"not run: {error.message} {error.hint}".strip())], None
    return [*checks, *examined.checks], examined


def _files(spec: ModuleSpec | AgentSpec, sources: Sources, notes: list[str]) -> dict[str, str]:
    kept = json.dumps({"spec": spec.model_dump(mode="json"), "notes": notes}, indent=2, ensure_ascii=False)
    return {
        "plan.json": f"{kept}\n",
        f"{spec.module}.py": sources.module,
        f"test_{spec.module}.py": sources.test,
        "train.py": sources.train,
    }


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        writing.write(folder, name, text)
