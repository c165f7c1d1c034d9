"""Python tracebacks as people paste them: what was raised, where, and what a run's supervisor said beside it.

Covers chained and grouped exceptions, several processes' traces after one another, a beginning or end that was cut off,
line breaks that were lost on the way, colours, quoting marks, words around it in any language, and input without end: the
first and the last part of it are read. Does not cover: other languages' traces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HEAD, TAIL = 20_000, 80_000
"""Characters of a long text that are read, at its beginning and at its end: the last exception is what ended the program."""

MOST_RAISED, MOST_FRAMES = 20, 400

_COLOURS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_QUOTED = re.compile(r"^(?:> ?)+|^\s{0,12}(?:\| ?)+|^\s{0,12}\+-[-+\s\d]*-+\s*$|^E {2,3}(?=\S)")
_BEGIN = "Traceback (most recent call last)"
_ENDING = (
    r"(?:Error|Exception|Interrupt|Exit|Warning|Iteration|NotFound|Group|NotInstalled|Needed|Failure|Timeout|Env|Mode|Action"
    r"|Probability)"
)
_NAME = rf"(?:[A-Za-z_]\w*\.)*(?:[A-Z]\w*{_ENDING}|error|gaierror|timeout)"
_FRAME = re.compile(r'^\s*File "(?P<file>[^"\n]+)", line (?P<line>\d{1,9})(?:, in (?P<name>.+?))?\s*$')
_RAISED = re.compile(rf"^(?P<kind>{_NAME})(?::\s*(?P<message>.*))?$")
_ANY_RAISED = re.compile(r"^(?P<kind>(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)(?::\s+(?P<message>.*))?$")
_TOLD = re.compile(
    r"(?:^|[\s：:，,`(（])(?P<kind>(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|NotFound|NotInstalled))"
    r"\s*[:：]\s+(?P<message>\S.*)$"
)
_ASKS = re.compile(
    r"\s*(?:what|why|when|which|who|how|does|do|is|are|can|should|explain)\b|.*(?:什么|怎么|如何)", re.IGNORECASE
)
_MARKERS = re.compile(r"^[\s~^]+$")
_SANDBOX = re.compile(r"^\s*\[sandbox\]\s*(?P<text>.+)$")
_DIRECT = "direct cause of the following exception"
_DURING = "another exception occurred"
_FLAT_FRAME = re.compile(r'\s*(?:\^+\s*)?(File "[^"\n]+", line \d{1,9})(, in (?:<\w+>|[\w.<>]+))?\s*')
_OF_OTHERS = re.compile(
    r"[/\\](?:site|dist)-packages[/\\]|[/\\]lib(?:64)?[/\\]python3|^<frozen |^<string>$|[/\\]multiprocessing[/\\]"
    r"|[/\\]rllte[/\\](?:agent|cli|common|conformance|core|env|evaluation|losses|nn|training|verification|xploit|xplore)[/\\]"
)


@dataclass(frozen=True)
class Frame:
    """A line that was being run."""

    file: str
    line: int
    name: str = ""
    code: str = ""

    @property
    def ours(self) -> bool:
        """Whether it is of the user's own code, neither of Python, of a package nor of rllte."""
        return not _OF_OTHERS.search(self.file)


@dataclass(frozen=True)
class Raised:
    """One exception and where it came from, the outermost line first."""

    kind: str
    """Its class, as the trace spells it; "" where that was cut off."""
    message: str = ""
    frames: tuple[Frame, ...] = ()

    @property
    def short(self) -> str:
        """The class without its module."""
        return self.kind.rpartition(".")[2]


@dataclass(frozen=True)
class Trace:
    """What a text says of an error. `last` ended the program; `cause` is where it began, if that was another one."""

    chain: tuple[Raised, ...]
    sandbox: tuple[str, ...] = ()
    """What the sandbox said of it."""
    direct: bool = False
    """Whether the last was raised from the one before it."""

    @property
    def last(self) -> Raised:
        """What ended the program."""
        return self.chain[-1] if self.chain else Raised("")

    @property
    def cause(self) -> Raised | None:
        """The exception from which the last was raised."""
        return self.chain[-2] if self.direct and len(self.chain) > 1 else None

    def place(self, script: str = "") -> Frame | None:
        """The innermost line of the user's script, else of any code of the user's.

        Args:
            script: the name of the script's file.
        """
        for raised in reversed(self.chain):
            own = [frame for frame in raised.frames if frame.ours]
            named = [frame for frame in own if script and re.split(r"[/\\]", frame.file)[-1] == script]
            if named or own:
                return (named or own)[-1]
        return None


def parse(text: str) -> Trace | None:
    """The trace in a text; None where there is none.

    An exception alone counts only where its line begins with it, or tells of it without asking.
    """
    lines = _lines(text)
    framed = any(_FRAME.match(line) for line in lines)
    begun = any(_BEGIN in line for line in lines)
    sandbox = tuple(dict.fromkeys(m["text"].strip() for line in lines if (m := _SANDBOX.match(line))))
    chain, direct = _chain(lines, strict=not (framed or begun))
    if not chain and not framed and not begun:
        chain = _told(lines)
    if not chain and not framed and not begun and not sandbox:
        return None
    return Trace(tuple(chain), sandbox, direct)


def _lines(text: str) -> list[str]:
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]}\n{text[-TAIL:]}"
    text = _COLOURS.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    text = "\n".join(_QUOTED.sub("", line) for line in text.split("\n"))
    if _is_flat(text):
        text = _unfolded(text)
    return [line.rstrip() for line in text.split("\n")]


def _is_flat(text: str) -> bool:
    """Whether the line breaks were lost: a frame's file stands behind something else on its line."""
    return bool(re.search(r'\S[^\n"]*\s+File "[^"\n]+", line \d+', text))


def _unfolded(text: str) -> str:
    """Line breaks put back before and behind each frame and before the exception."""
    text = re.sub(r"\s*(Traceback \(most recent call last\):?)\s*", r"\n\1\n", text)
    text = re.sub(r"\s*((?:The above exception was the|During handling of the above)[^:]*:)\s*", r"\n\n\1\n\n", text)
    text = re.sub(r"\s*(\[sandbox\])", r"\n\1", text)
    text = _FLAT_FRAME.sub(lambda m: f"\n  {m[1]}{m[2] or ''}\n    ", text)
    parts = text.split("\n")
    for number, line in enumerate(parts):
        if line.startswith("    "):
            shapes = (rf"{_NAME}(?=: )", r"(?:[a-z_]\w*\.)+[A-Z]\w*(?=: )", rf"{_NAME}(?=\s*$)")
            found = next((m for shape in shapes if (m := re.search(rf"(?<!\S){shape}", line))), None)
            line = line if found is None else f"{line[: found.start()]}\n{line[found.start() :]}"
            parts[number] = re.sub(r"(?m)(?<=\S)\s+[~^]+\s*$", "", line)
    return "\n".join(parts)


def _chain(lines: list[str], *, strict: bool) -> tuple[list[Raised], bool]:
    chain: list[Raised] = []
    frames: list[Frame] = []
    direct, number = False, 0
    while number < len(lines):
        line = lines[number]
        if match := _FRAME.match(line):
            code, number = _code(lines, number + 1)
            if len(frames) < MOST_FRAMES:
                frames.append(Frame(match["file"], int(match["line"]), (match["name"] or "").strip(), code))
            continue
        raised = _raised(line, bool(frames), strict)
        if raised:
            message, number = _message(lines, number + 1, raised["message"] or "", bool(frames))
            chain = [*chain[-MOST_RAISED:], Raised(raised["kind"], message, tuple(frames))]
            frames = []
            continue
        if _BEGIN in line:
            direct = _follows(lines, number, _DIRECT) if chain else False
            frames = []
        number += 1
    if frames:  # its end was cut off
        chain.append(Raised("", "", tuple(frames)))
    return chain, direct


def _raised(line: str, framed: bool, strict: bool) -> re.Match[str] | None:
    """The line that names the exception. Behind frames its class may have any name."""
    if found := _RAISED.match(line):
        return found if framed or not strict or found["message"] else None
    return _ANY_RAISED.match(line) if framed and line and not line[0].isspace() else None


def _follows(lines: list[str], number: int, words: str) -> bool:
    return any(words in line for line in lines[max(0, number - 4) : number])


def _code(lines: list[str], number: int) -> tuple[str, int]:
    """The line of code below a frame, without the marks beneath it; and the number of the line behind it."""
    code = ""
    while number < len(lines):
        line = lines[number]
        if line and (_MARKERS.match(line) or re.match(r"\s*\[Previous line repeated", line)):
            number += 1
        elif not code and line[:1].isspace() and line.strip() and not _FRAME.match(line):
            code, number = line.strip(), number + 1
        else:
            break
    return code, number


def _message(lines: list[str], number: int, first: str, framed: bool) -> tuple[str, int]:
    """The message, which may go on for some lines; at most so many as a person reads."""
    parts = [first.strip()]
    while framed and number < len(lines) and len(parts) < 12:
        line = lines[number]
        ends = not line.strip() or _BEGIN in line or _FRAME.match(line) or _SANDBOX.match(line) or _RAISED.match(line)
        if ends or _DURING in line or _DIRECT in line or re.search("[\u4e00-\u9fff]", line):
            break
        parts.append(line.strip())
        number += 1
    return "\n".join(part for part in parts if part)[:2000], number


def _told(lines: list[str]) -> list[Raised]:
    """An exception that somebody tells of: "I get ValueError: ...". A line that asks is a question."""
    for line in reversed(lines):
        found = _TOLD.search(line)
        if found and not re.search(r"[?？]\s*$", line) and not _ASKS.match(line):
            return [Raised(found["kind"], found["message"].strip().strip("`")[:2000])]
    return []
