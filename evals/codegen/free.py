"""The peer: the same model, asked freely for the whole script or module, with the best passages of the corpus before it.

What it writes is held to the same: it has to run in the sandbox and train. That the plan is right is judged for our
pipeline alone; of a free script it is counted whether it runs at all.
"""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from typing import Any

from copilot.assistant.answer import label
from copilot.assistant.assistant import Assistant
from copilot.codegen import check
from copilot.core import paths
from copilot.core.catalogue import Catalogue
from copilot.core.settings import Settings
from copilot.models.chat import Chat
from copilot.retrieval import Retriever
from copilot.retrieval.budget import fit
from copilot.sandbox import Limits, run_script
from evals.requests import Request

Row = dict[str, Any]

SOURCES, WRITES, SECONDS = 1500, 700, 90.0
"""Tokens that it reads and writes at most; and so long a script may run."""


def retriever(settings: Settings) -> Retriever:
    """Over the index of the settings."""
    return Assistant(settings, use_model=False).retriever()


def row(request: Request, catalogue: Catalogue, chat: Chat, retriever: Retriever) -> Row:
    """What the model makes of a request by itself."""
    asked = request.request or f"{request.base} Then change it: {request.edit}"
    passages = fit(retriever.search(asked).passages, chat.count_tokens, SOURCES)
    prompt = f"{label(passages)}\n\nWrite one complete Python script that uses rllte as shown above. Request: {asked}"
    started = time.perf_counter()
    text = "".join(chat.stream([{"role": "user", "content": prompt}], max_tokens=WRITES))
    seconds = time.perf_counter() - started
    fenced = re.search(r"```(?:python)?\n(.*?)(?:```|\Z)", text, re.DOTALL)
    script = fenced[1] if fenced else text
    problems = [one.detail for one in check(script, catalogue) if not one.ok and one.name != "main"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.py"
        path.write_text(script, encoding="utf-8")
        done = run_script(path, [], limits=Limits(time_s=SECONDS), run_dir=Path(folder), readable=[paths.library_dir()])
        log = Path(done.log).read_text(encoding="utf-8").strip().splitlines()
    return {
        "id": request.id,
        "kind": request.kind,
        "lang": request.lang,
        "text": asked,
        "checked": not problems,
        "problems": problems,
        "ran": done.status in {"ok", "timeout"} and "step" in done.metrics,
        "last line": log[-1] if log else "",
        "seconds": seconds,
    }
