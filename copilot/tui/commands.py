"""What the input line means: a line of the conversation, or one of a few commands."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from copilot.core.errors import InvalidRequest, UnknownName

COMMANDS = {
    "/ask": ("QUESTION", "a question, whatever it looks like"),
    "/generate": ("REQUEST", "write a training script"),
    "/edit": ("CHANGE", "change the last script: use 16 environments, add RND"),
    "/plan": ("", "edit the last script's plan by hand"),
    "/undo": ("", "go back to the plan before"),
    "/run": ("[SCRIPT] [ARGS ...]", "run a script in the sandbox; without SCRIPT the last one written"),
    "/why": ("[QUESTION]", "why the last run failed, or is as it is"),
    "/suggest": ("[GOAL]", "what to run next, for a goal or after the last run"),
    "/experiments": ("", "show the kept experiments"),
    "/clear": ("", "begin a new conversation (Ctrl-N)"),
    "/sessions": ("", "find, continue, rename, export or delete a conversation (Ctrl-S)"),
    "/help": ("", "show this"),
    "/quit": ("", "leave"),
}
"""What each takes and does."""

NEEDED = {
    "/ask": ("a question", "/ask What is GAE?"),
    "/generate": ("a request", "/generate Train PPO on CartPole-v1"),
    "/edit": ("a change", "/edit use 16 environments"),
}
"""Commands that do not stand alone: what they need, and an example."""

HELP = (
    "Ask, or say what you want, in English or Chinese: *train PPO on CartPole*, *use 16 environments*, *why is the reward"
    " flat?*; or paste a traceback. How a line was understood stands below it. Sources open with Enter (Tab leads to them)"
    " or a click.\n\n"
    + "\n".join(f"- `{f'{name} {takes}'.strip()}`: {does}" for name, (takes, does) in COMMANDS.items())
    + "\n\nF2 switches between chat and run, Escape ends what is going on, Up and Down bring back earlier lines."
)


@dataclass(frozen=True)
class Command:
    """A parsed line. `name` is "say" for one without a command."""

    name: str
    text: str = ""
    script: Path | None = None
    args: tuple[str, ...] = ()


def parse(line: str, last_script: Path | None) -> Command:
    """Read a line of input.

    Raises:
        UnknownName: a command that does not exist.
        InvalidRequest: a command that lacks what it needs, or an open quotation mark.
    """
    line = line.strip()
    if not line.startswith("/"):
        return Command("say", line)
    name, _, rest = line.partition(" ")
    if name not in COMMANDS:
        raise UnknownName("command", name, COMMANDS)
    rest = rest.strip()
    if name in NEEDED and not rest:
        what, example = NEEDED[name]
        raise InvalidRequest(f"{name} needs {what}.", hint=f"For example: {example}")
    if name == "/run":
        return _run(rest, last_script)
    return Command(name[1:], rest)


def _run(rest: str, last_script: Path | None) -> Command:
    try:
        words = shlex.split(rest)
    except ValueError as error:
        raise InvalidRequest(f"The line cannot be read: {error}.", hint="Close the quotation mark.") from error
    if words and not words[0].startswith("-"):
        return Command("run", script=Path(words[0]).expanduser(), args=tuple(w for w in words[1:] if w != "--"))
    if last_script is None:
        raise InvalidRequest("There is no script to run yet.", hint="/generate REQUEST first, or /run PATH")
    return Command("run", script=last_script, args=tuple(w for w in words if w != "--"))
