"""Source text of what is rendered: calls that break where a formatter would, docstrings, lists of imports."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

WIDTH = 100
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Sources:
    """The files of a package, without the README, which tells what was checked."""

    module: str
    test: str
    train: str
    about: str
    """What it is, in a sentence or two."""


def call(head: str, arguments: list[str], indent: int = 8) -> list[str]:
    """A call on one line, else its arguments on one line, else each on its own."""
    space, joined = " " * indent, ", ".join(arguments)
    if len(space) + len(head) + len(joined) + 2 <= WIDTH:
        return [f"{space}{head}({joined})"]
    if len(space) + 4 + len(joined) <= WIDTH:
        return [f"{space}{head}(", f"{space}    {joined}", f"{space})"]
    return [f"{space}{head}(", *(f"{space}    {argument}," for argument in arguments), f"{space})"]


def signature(name: str, arguments: list[str], returns: str, indent: int = 4) -> list[str]:
    """The head of a function."""
    lines = call(f"def {name}", arguments, indent)
    return [*lines[:-1], f"{lines[-1]} -> {returns}:"]


def sequence(target: str, items: list[str], indent: int = 8) -> list[str]:
    """`target = nn.Sequential(...)`; an item may carry a comment, after two blanks and a hash."""
    space = " " * indent
    short = f"{space}{target} = nn.Sequential({', '.join(items)})"
    if len(short) <= WIDTH and not any("#" in item for item in items):
        return [short]
    lines = []
    for item in items:
        code, mark, comment = item.partition("  #")
        lines.append(f"{space}    {code},{mark}{comment}")
    return [f"{space}{target} = nn.Sequential(", *lines, f"{space})"]


def docstring(text: str, indent: int = 4) -> list[str]:
    """One paragraph, or several: the first line is a sentence of its own."""
    space = " " * indent
    first, *rest = [part.strip() for part in text.strip().split("\n\n")]
    if not rest and len(first) + indent + 6 <= WIDTH:
        return [f'{space}"""{first}"""']
    lines = textwrap.wrap(first, WIDTH - indent - 3)
    out = [f'{space}"""{lines[0]}', *(f"{space}{line}" for line in lines[1:])]
    for part in rest:
        out += ["", *(f"{space}{line}" for line in textwrap.wrap(part, WIDTH - indent))]
    return [*out, f'{space}"""']


def imports(*groups: list[str]) -> list[str]:
    """Groups of import lines, sorted, a blank line between them."""
    out: list[str] = []
    for group in groups:
        if group:
            out += ["", *sorted(set(group), key=_order)]
    return out


def _order(line: str) -> tuple[bool, str]:
    return line.startswith("from "), line.lower()


def source(*parts: list[str]) -> str:
    """Top-level parts of a file, two blank lines between them, one newline at the end."""
    texts = ["\n".join(part).strip("\n") for part in parts if part]
    return "\n\n\n".join(texts) + "\n"


def joined(items: list[str], last: str = "and") -> str:
    """a, b and c."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"


def counted(number: int, noun: str) -> str:
    """three convolutions, one layer."""
    word = COUNTS[number] if number < len(COUNTS) else str(number)
    return f"{word} {noun}{'' if number == 1 else 's'}"


def literal_key(key: str) -> str:
    """The key of a dict as source."""
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
