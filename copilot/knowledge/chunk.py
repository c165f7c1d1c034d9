"""Files to chunks: Markdown by headings, Python by symbols. Lines are kept; what is too long is cut, code last.

A chunk's text is exactly the lines it names, or a part of one very long line, so that a citation can be checked by opening
the file. Python is read with `ast`: nothing is imported or run.
"""

from __future__ import annotations

import ast
import hashlib
import re
import warnings
from collections.abc import Iterator

from copilot.core.types import Passage
from copilot.knowledge.blocks import TARGET_CHARACTERS, Block, cut, fenced

VERSION = "4"
"""Part of the index's identity; raised when chunks of the same file would differ."""


def chunk(source: str, text: str) -> list[Passage]:
    """The chunks of a file, by its suffix.

    Args:
        source: path shown to users; its suffix decides (`.py`, else Markdown or plain text).
        text: contents.

    Raises:
        ValueError: Python that does not parse.
    """
    lines = re.split(r"\r\n|\r|\n", text)  # as editors and `ast` count; `splitlines` also counts form feeds and others
    if lines[-1] == "":
        lines.pop()
    code = source.lower().endswith(".py")
    parts = (part for block in (_python(text) if code else _markdown(lines)) for part in cut(lines, block, code=code))
    passages = [_passage(source, lines, part) for part in parts if part.text(lines).strip()]
    return list({passage.id: passage for passage in passages}.values())  # a line may say the same twice


def _passage(source: str, lines: list[str], block: Block) -> Passage:
    text = block.text(lines)
    digest = hashlib.sha256(f"{source}\0{block.first}\0{block.heading}\0{text}".encode()).hexdigest()
    return Passage(digest[:20], source, (block.first, block.last), block.heading, text)


def _markdown(lines: list[str]) -> Iterator[Block]:
    """Merge blocks under one heading until they are long enough."""
    pending: list[Block] = []
    for block in _blocks(lines):
        size = sum(len(b.text(lines)) for b in (*pending, block))
        if pending and (block.heading != pending[0].heading or size > TARGET_CHARACTERS):
            yield Block(pending[0].first, pending[-1].last, pending[0].heading)
            pending = []
        pending.append(block)
    if pending:
        yield Block(pending[0].first, pending[-1].last, pending[0].heading)


def _blocks(lines: list[str]) -> Iterator[Block]:
    trail: list[tuple[int, str]] = []
    start, body = 0, lines[(skip := _front_matter(lines)) :]
    for number, (line, code) in enumerate(zip(body, fenced(body), strict=True), start=skip + 1):
        heading = None if code else re.match(r"(#{1,6})\s+(.*?)\s*#*$", line)
        if code or (line.strip() and not heading):
            start = start or number
            continue
        if start:
            yield Block(start, number - 1, _joined(trail))
            start = 0
        if heading:
            level = len(heading[1])
            trail = [*(above for above in trail if above[0] < level), (level, heading[2])]
    if start:
        yield Block(start, len(lines), _joined(trail))


def _joined(trail: list[tuple[int, str]]) -> str:
    return " > ".join(title for _, title in trail)


def _front_matter(lines: list[str]) -> int:
    """How many lines of YAML front matter there are."""
    if not lines or lines[0].strip() != "---":
        return 0
    for number, line in enumerate(lines[1:], start=2):
        if line.strip() == "---":
            return number
    return 0


def _python(text: str) -> Iterator[Block]:
    """One block for the module's docstring, one per class head, one per function or method."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of a user's escapes
            tree = ast.parse(text)
    except SyntaxError as error:
        raise ValueError(f"not valid Python: {error.msg}, line {error.lineno}") from error
    if ast.get_docstring(tree):
        first = tree.body[0]
        yield Block(first.lineno, first.end_lineno or first.lineno, "module")
    yield from _symbols(tree.body, "")


def _symbols(body: list[ast.stmt], owner: str) -> Iterator[Block]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _class(node, f"{owner}{node.name}")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if _public(node.name):
                yield _function(node, f"{owner}{node.name}")
        elif isinstance(node, ast.Assign | ast.AnnAssign) and not owner and (node.end_lineno or 0) > node.lineno:
            yield from _table(node)


def _class(node: ast.ClassDef, name: str) -> Iterator[Block]:
    members = [item for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
    others = [item for item in node.body if item not in members]
    head = max((item.end_lineno or item.lineno for item in others), default=node.lineno)
    if members:
        head = min(head, _first_line(members[0]) - 1)
    yield Block(_first_line(node), max(head, node.lineno), name)
    for member in members:
        if member.name == "__init__":
            yield Block(_first_line(member), _signature_end(member), f"{name} > arguments")
        elif _public(member.name):
            yield _function(member, f"{name} > {member.name}")


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, heading: str) -> Block:
    """All of it; only its signature where no docstring says what it is for."""
    end = node.end_lineno or node.lineno
    return Block(_first_line(node), end if ast.get_docstring(node) else _signature_end(node), heading)


def _table(node: ast.Assign | ast.AnnAssign) -> Iterator[Block]:
    """A constant over several lines (the presets, say); long tables entry by entry."""
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    name = target.id if isinstance(target, ast.Name) else "constant"
    if not _public(name):
        return
    entries = node.value.elts if isinstance(node.value, ast.Tuple | ast.List) else []
    if not entries or (node.end_lineno or 0) - node.lineno < 20:
        yield Block(node.lineno, node.end_lineno or node.lineno, name)
        return
    for entry in entries:
        labels = [a.value for a in entry.args if isinstance(a, ast.Constant)][:2] if isinstance(entry, ast.Call) else []
        title = " > ".join([name, *(str(label) for label in labels)])
        yield Block(entry.lineno, entry.end_lineno or entry.lineno, title)


def _public(name: str) -> bool:
    return not name.startswith("_")


def _first_line(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _signature_end(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return max(node.lineno, node.body[0].lineno - 1)
