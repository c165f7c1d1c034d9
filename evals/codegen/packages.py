"""One request for a new module or agent: what was delivered, and whether what it says of itself is so.

Delivered is a package whose checks all hold, the primitive's conformance suite and a short training among them. They are
run again here, from the files alone, as somebody would who was given them: a package that calls itself checked and fails
then is the worst that can happen, and counted apart.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from copilot.assistant.create import create
from copilot.core.catalogue import Catalogue
from copilot.core.errors import CopilotError
from copilot.core.events import Checked, Planned, Scripted
from copilot.models.chat import Chat
from evals.numbers import shows
from evals.requests import Request

Row = dict[str, Any]


def row(request: Request, catalogue: Catalogue, chat: Chat | None) -> Row:
    """What became of a request."""
    made: Row = {"id": request.id, "kind": request.kind, "lang": request.lang, "text": request.request}
    made |= {"topic": request.topic, "planned": False, "delivered": False, "right": False}
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        try:
            events = list(create(request.request, Path(folder), catalogue, chat))
        except CopilotError as error:
            seconds = time.perf_counter() - started
            return made | {"seconds": seconds, "refused": True, "error": f"{error.kind}: {error.message}"}
        made |= {"seconds": time.perf_counter() - started, "refused": False}
        spec = next(event.spec for event in events if isinstance(event, Planned))
        source = next((event.text for event in events if isinstance(event, Scripted)), "")
        checks = next((event.checks for event in events if isinstance(event, Checked)), [])
        written = "\n".join(p.read_text(encoding="utf-8") for p in sorted(Path(folder).rglob("*.py")))
    expect = request.expect
    missing = [word for word in expect.get("contains", []) if not shows(f"{spec}\n{written}", word)]
    of_kind = (spec.get("kind"), spec.get("primitive", "agent")) == (expect["kind"], expect["primitive"])
    return made | {
        "planned": of_kind and not missing,
        "delivered": bool(checks) and all(check.ok for check in checks),
        "conforms": bool(checks) and all(check.ok for check in checks if check.name != "asked"),
        "right": of_kind and not missing and bool(checks) and all(check.ok for check in checks),
        "missing": missing,
        "failed": [f"{check.name}: {check.detail}"[:300] for check in checks if not check.ok],
        "family": not spec.get("body", {}).get("free", False),
        "must": expect.get("must", []),
        "source": source,
    }
