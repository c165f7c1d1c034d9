"""Request -> plan -> script -> checks. Writes script and plan; never runs them (see `assistant.run`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from copilot.assistant.writing import write
from copilot.codegen import Plan, Spec, check, edit, plan, render, validate
from copilot.codegen.asked import asked, kept_words
from copilot.codegen.entries import told
from copilot.core.catalogue import Catalogue
from copilot.core.events import Checked, Event, Phase, Planned, Scripted
from copilot.models.chat import Chat


def generate(
    request: str,
    out_dir: Path,
    catalogue: Catalogue,
    chat: Chat | None,
    spec: Spec | None = None,
    earlier: Path | None = None,
) -> Iterator[Event]:
    """Yield `Planned`, `Scripted` and `Checked`.

    Args:
        request: what to train, in the user's words; with a plan, how to change it, or empty.
        out_dir: where `train.py` and `plan.json` go; made if missing. A `train.py` there is kept as `train.py.bak`,
            `.bak.1`, ...
        catalogue: the library's components.
        chat: fills what code alone cannot read from the request; None leaves that open.
        spec: a plan to render, as it is or changed by the request.
        earlier: the file of that plan: what it keeps of the words that asked for entries stays with those that are the same.
    """
    yield Phase("plan", "reading the request" if spec is None else "reading the plan")
    planned = _planned(request, catalogue, chat, spec)
    data = planned.spec.model_dump(mode="json")
    words = _asked(request, planned.spec, catalogue, spec)
    evidence = {**(kept_words(earlier, planned.spec) if earlier else {}), **words}
    yield Planned(data, planned.notes, evidence, told(planned.spec, words))
    script = render(planned.spec, catalogue)
    yield Phase("check", "checking the script")
    checks = check(script, catalogue)
    path = write(out_dir, "train.py", script)
    kept = {"spec": data, "notes": planned.notes, "evidence": evidence}
    text = json.dumps(kept, indent=2, ensure_ascii=False)
    write(out_dir, "plan.json", text + "\n")
    yield Scripted(str(path), script)
    yield Checked(checks)


def _planned(request: str, catalogue: Catalogue, chat: Chat | None, spec: Spec | None) -> Plan:
    if spec is None:
        return plan(request, catalogue, chat)
    checked = validate(spec, catalogue)
    return edit(request, checked, catalogue, chat) if request.strip() else Plan(spec=checked)


def _asked(request: str, made: Spec, catalogue: Catalogue, old: Spec | None) -> dict[str, str]:
    """The words of this request that ask for each entry."""
    if not request.strip():
        return {}
    before = None if old is None else validate(old, catalogue)

    def make(words: str) -> Spec:
        return (plan(words, catalogue) if before is None else edit(words, before, catalogue)).spec

    return asked(request, made, make, catalogue, before=before)
