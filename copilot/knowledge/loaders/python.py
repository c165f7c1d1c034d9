"""Python of the user's, every line of it: functions, methods and constants whole under their names, and what is between.

A script that trains at the level of its module, a helper without a docstring and a comment are what a user asks about. It is
read with `ast`; nothing is run. The library's own modules are read by `library`.
"""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from copilot.knowledge.blocks import TARGET_CHARACTERS, Block, Document, merged, split_lines
from copilot.knowledge.loaders.text import decoded

MODULE_CODE = "module code"
"""The heading of what belongs to no symbol."""

_Symbol = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def load(data: bytes) -> Document:
    """One block per symbol; what stands between, or is not valid Python, by paragraphs merged up to the target.

    Raises:
        ValueError: it is not text.
    """
    text = decoded(data, declared(data))
    lines = split_lines(text)
    try:
        body = parsed(text).body
    except ValueError:  # of another version, half-written, with magics of a notebook: its text is worth finding
        body = []
    return Document(lines, list(_Reader(lines).within(body, 1, len(lines))), code=True)


def parsed(text: str) -> ast.Module:
    """The tree of a module.

    Raises:
        ValueError: Python cannot parse it; the reason.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of a user's escapes
            return ast.parse(text)
    except SyntaxError as error:
        raise ValueError(f"not valid Python: {error.msg}, line {error.lineno}") from error
    except (RecursionError, MemoryError) as error:
        raise ValueError("not read: its expressions are nested too deeply") from error


def declared(data: bytes) -> str:
    """The encoding of the first two lines (PEP 263); "" where it is UTF-8, as without one."""
    try:
        name, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        if "unknown encoding" in str(error):
            raise ValueError(f"declares an {error.msg}") from error
        return ""  # not UTF-8, which is said in the words of all other files
    return "" if name.startswith("utf-8") else name


def first_line(node: ast.stmt) -> int:
    """Of a statement with its decorators."""
    decorators = node.decorator_list if isinstance(node, _Symbol) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


@dataclass(frozen=True)
class _Part:
    """Lines from the first to the last of one statement, or of several that share a line."""

    first: int
    last: int
    node: ast.stmt | None
    """The statement, where it is one."""


class _Reader:
    """Divides lines by the statements on them.

    Args:
        lines: of the whole file.
    """

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def within(self, body: list[ast.stmt], first: int, last: int, owner: str = "") -> Iterator[Block]:
        """The blocks of these lines, without gaps but blank lines.

        Args:
            body: the statements on them.
            owner: the class that they stand in, with those around it.
        """
        heading, ends, start, after = owner or MODULE_CODE, dict[int, int](), first, first
        parts = _parts(body)
        for part, following in pairwise([*parts, _Part(last + 1, last + 1, None)]):
            name = "" if part.node is None else _name(part.node, owner, is_first=part is parts[0])
            if part.node is None or not name:
                ends[part.first] = part.last
            else:
                begin, end = self._begin(part.first, after), self._end(part, following.first - 1)
                yield from merged(self._lines, self._between(ends, start, begin - 1, heading))
                yield from self._symbol(part.node, begin, end, f"{owner} > {name}" if owner else name)
                start = end + 1
            after = max(part.last + 1, start)
        yield from merged(self._lines, self._between(ends, start, last, heading))

    def _symbol(self, node: ast.stmt, first: int, last: int, heading: str) -> Iterator[Block]:
        """All of it; of a class, what stands before its first member, then its members."""
        if not isinstance(node, ast.ClassDef):
            yield Block(first, last, heading)
            return
        parts = _parts(node.body)
        place = next((n for n, part in enumerate(parts) if isinstance(part.node, _Symbol)), len(parts))
        head = last
        if place < len(parts):
            head = self._begin(parts[place].first, parts[place - 1].last + 1 if place else node.lineno + 1) - 1
        shown = max(n for n in range(first, head + 1) if self._lines[n - 1].strip())
        yield Block(first, shown, heading)
        members = [item for item in node.body if first_line(item) > head]
        yield from self.within(members, head + 1, last, heading)

    def _between(self, ends: dict[int, int], first: int, last: int, heading: str) -> Iterator[Block]:
        """Paragraphs; one that is long by its statements, each with the comment above it.

        Args:
            ends: the last line of each statement on these lines, by its first.
        """
        paragraph, start, number = list[Block](), 0, first
        while number <= last:
            line, end = self._lines[number - 1].strip(), ends.get(number, number)
            if line:
                start = start or number
            if start and (number in ends or not line.startswith("#")):
                paragraph.append(Block(start, end if line else number - 1, heading))
                start = 0
            if not line:
                yield from self._together(paragraph)
                paragraph = []
            number = end + 1
        yield from self._together([*paragraph, *([Block(start, last, heading)] if start else [])])

    def _together(self, blocks: list[Block]) -> list[Block]:
        """Neighbours as one, unless that is long."""
        if not blocks:
            return []
        whole = Block(blocks[0].first, blocks[-1].last, blocks[0].heading)
        return [whole] if len(whole.text(self._lines)) <= TARGET_CHARACTERS else blocks

    def _begin(self, first: int, floor: int) -> int:
        """The first line of a symbol with the comments right above it, at `floor` or below."""
        while first > floor and self._lines[first - 2].strip().startswith(("#", "@")):
            first -= 1
        return first

    def _end(self, part: _Part, ceiling: int) -> int:
        """The last line of a symbol with the comments below it that are indented as its body is."""
        end, column = part.last, 0 if part.node is None else part.node.col_offset
        for number in range(end + 1, ceiling + 1):
            line = self._lines[number - 1]
            if line.strip() and len(line) - len(line.lstrip()) <= column:
                break
            end = number if line.strip() else end
        return end


def _parts(body: list[ast.stmt]) -> list[_Part]:
    """The statements in order, those that share a line as one."""
    found: list[_Part] = []
    for node in body:
        first, last = first_line(node), node.end_lineno or node.lineno
        if found and first <= found[-1].last:
            found[-1] = _Part(found[-1].first, last, None)
        else:
            found.append(_Part(first, last, node))
    return found


def _name(node: ast.stmt, owner: str, *, is_first: bool) -> str:
    """What has a name of its own: functions, classes, a module's constants over several lines and its docstring."""
    if isinstance(node, _Symbol):
        return node.name
    if owner:
        return ""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        name = target.id if isinstance(target, ast.Name) else ""
        return name if name.isupper() and (node.end_lineno or 0) > node.lineno else ""
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return "module" if is_first and is_text else ""
