"""The words of an acted turn: how it was understood, what changed, where the script is. Markdown, kept as the answer."""

from __future__ import annotations

import shlex
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copilot.assistant.chinese import is_chinese
from copilot.assistant.intent import Intent
from copilot.codegen.suggest.cost import spoken
from copilot.core.events import Answered, Checked, Planned, Scripted
from copilot.core.types import Citation

if TYPE_CHECKING:
    from copilot.assistant.suggest import Suggestions

KINDS = {
    "answer": "answer",
    "start": "answer",
    "generate": "generate",
    "edit": "edit",
    "undo": "edit",
    "traceback": "traceback",
    "why": "traceback",
    "run": "run",
    "suggest": "suggest",
}
"""What JSON calls each kind of line."""

_UNDERSTOOD = {
    "generate": ("a request for a new script", "新脚本的请求"),
    "edit": ("a change of the last script; /undo takes it back", "对上一个脚本的修改；/undo 可以撤销"),
    "undo": ("going back to the plan before", "回到上一个计划"),
    "traceback": ("an error to be explained", "需要解释的错误"),
    "why": ("a question about how the last run ended", "关于上次运行如何结束的问题"),
    "run": ("a question about the last run", "关于上次运行的问题"),
    "suggest": ("a question what to run next", "关于下一步实验的问题"),
    "start": ("a wish to run the last script", "运行上一个脚本"),
    "answer": ("a question to the corpus", "对语料库的提问"),
}


def understood(intent: Intent) -> str:
    """How a line was understood, and which command makes something else of it."""
    chinese = is_chinese(intent.text)
    what = _UNDERSTOOD[intent.kind][1 if chinese else 0]
    if intent.kind == "answer":
        return f"理解为：{what}。{intent.doubt}" if chinese else f"Understood as {what}. {intent.doubt}"
    if chinese:
        return f"理解为：{what}。如果是提问，请用 /ask"
    return f"Understood as {what}. If it is a question: /ask"


def start(line: str, script: Path) -> str:
    """That only the user starts a run, and how."""
    if is_chinese(line):
        return f"用 `/run` 运行它（命令行：`rllte-copilot run {script}`）。"
    return f"Run it with `/run` (in a shell: `rllte-copilot run {script}`)."


def made(planned: Planned, scripted: Scripted, checked: Checked, lines: list[str] | None) -> str:
    """A script that was written.

    Args:
        planned: its plan.
        scripted: its text and place.
        checked: its checks.
        lines: how the plan differs from the one before; None of a new one, whose script is shown.
    """
    parts = list[str]()
    if lines is None:
        parts.append(f"```python\n{scripted.text}```")
    elif lines:
        parts.append("\n".join(f"- `{line}`" for line in lines))
    path = Path(scripted.path)
    parts.append(f"Written to `{path if path.name == 'train.py' else path.parent}`")
    marks = [f"- {'✓' if check.ok else '✗'} {check.name} {check.detail}".rstrip() for check in checked.checks]
    if lines is not None and all(check.ok for check in checked.checks):
        marks = [f"- ✓ {', '.join(check.name for check in checked.checks)}"]
    if planned.read and lines is None:  # of a change the difference says it
        parts.append("\n".join(f"- {line}" for line in planned.read))
    notes = [f"- {note}" for note in planned.notes]  # last: what was left out must not scroll away
    parts.append("\n".join([*marks, *notes]))
    parts.append(start("", path.with_name("train.py")))
    return "\n\n".join(parts) + "\n"


def made_json(planned: Planned, scripted: Scripted, checked: Checked, lines: list[str]) -> dict[str, Any]:
    """What `generate --json` has, and the difference."""
    return {
        "spec": planned.spec,
        "script": scripted.path,
        "checks": [asdict(check) for check in checked.checks],
        "repairs": checked.repairs,
        "notes": planned.notes,
        "evidence": planned.evidence,
        "difference": lines,
    }


def ran(status: str, wall_s: float, reward: object, folder: str) -> str:
    """The end of a run, in a line."""
    shown = f", reward {reward:.1f}" if isinstance(reward, int | float) else ""
    return f"`{status}` in {wall_s:.1f} s{shown}. Record: `{folder}`"


def advised(found: Suggestions, plans: list[Path]) -> Answered:
    """What to run next, with its reasons, costs and sources; sources are numbered through."""
    parts, citations = list[str](), list[Citation]()
    if found.findings:
        parts.append("\n".join(f"- {finding.evidence}" for finding in found.findings))
    for number, one in enumerate(found.experiments, start=1):
        marks = "".join(f"[{_numbered(place, citations)}]" for place in one.citations)
        lines = [
            f"**{number}. {one.title}**",
            f"{one.why} {marks}".strip(),
            f"Cost: {spoken(one.cost)}; from {one.cost.source}.",
        ]
        if plans:
            lines.append(f"`rllte-copilot experiment run {shlex.quote(str(plans[number - 1]))}`")
        parts.append("\n\n".join(lines))
    parts += found.notes
    return Answered("\n\n".join(parts), False, citations, [], {}, None, {"kind": "suggest", **found.to_json()})


def _numbered(place: Citation, citations: list[Citation]) -> int:
    for known in citations:
        if (known.source, known.lines) == (place.source, place.lines):
            return known.id
    citations.append(replace(place, id=len(citations) + 1))
    return len(citations)
