"""HTML: the main text by headings, code blocks as fenced code; scripts, styles, navigation and forms are left out.

Lines are those of the file, as the parser counts them; the title stands for the headings where there are none.
"""

from __future__ import annotations

import re
from typing import Any

from copilot.knowledge.blocks import Block, Document, in_fences, merged
from copilot.knowledge.loaders.markdown import Trail, enter, joined
from copilot.knowledge.loaders.text import clean, decoded

MOST_LINES = 65_534
"""The parser counts no further."""

_SKIPPED = re.compile(
    "script|style|noscript|template|svg|nav|footer|aside|form|button|select|iframe|object|audio|video|canvas|head"
)
_PARAGRAPHS = re.compile(
    "address|article|blockquote|body|details|div|dl|fieldset|figcaption|figure|h[1-6]|header|hr|main|ol|p|pre|section|summary"
    "|table|ul"
)
_LINES = re.compile("br|dd|dt|li|tr")
_STYLE = re.compile(r"(?:^|;)\s*(display|visibility)\s*:\s*([a-z-]+)")
_CELLS = re.compile("td|th")
_CHARSET = re.compile(
    rb"""<(?:meta\b[^>]*?\bcharset\s*=\s*["']?|\?xml[^>]*?\bencoding\s*=\s*["'])([\w:.-]{1,40})""", re.I
)


def load(data: bytes) -> Document:
    """Paragraphs under one heading, merged up to the target.

    Raises:
        ValueError: it is not text, or holds none.
    """
    from lxml import etree
    from lxml.html import HTMLParser

    text = re.sub(r"\r\n?", "\n", _text(data))
    if text.count("\n") >= MOST_LINES:
        raise ValueError(f"more than {MOST_LINES} lines")
    parser = HTMLParser(encoding="utf-8", no_network=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.LxmlError as error:
        raise ValueError(f"not HTML: {error}") from error
    if root is None:
        return Document([], [], [])
    reader = _Reader(_title(root))
    for event, element in etree.iterwalk(_main(root), events=("start", "end", "comment", "pi")):
        reader.take(event, element)
    reader.flush()
    return Document(reader.lines, list(merged(reader.lines, reader.blocks)), reader.numbers)


class _Reader:
    """Follows the document; `lines` and `numbers` grow by a paragraph at a time, with a blank line between two."""

    def __init__(self, title: str) -> None:
        self.lines: list[str] = []
        self.numbers: list[int] = []
        self.blocks: list[Block] = []
        self._trail: Trail = [(1, title)] if title else []
        self._pending: list[tuple[int, str]] = []
        self._line = 1
        self._skipped = self._code = 0

    def take(self, event: str, element: Any) -> None:
        """The beginning or end of an element, with the text that follows."""
        if event in ("comment", "pi"):
            self._line += (element.text or "").count("\n")
            self._say(element.tail)
            return
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            self._line = element.sourceline or self._line
            self._skipped += _is_skipped(element, tag)
            self._enter(tag)
            self._say(element.text)
        else:
            self._leave(tag)
            self._skipped -= _is_skipped(element, tag)
            self._say(element.tail)

    def flush(self, level: int = 0) -> None:
        """A paragraph ends: it is a heading of that level, code, or text."""
        said = self._pending
        if not self._code:
            said = [(number, " ".join(text.split())) for number, text in said]
            said = [(number, text) for number, text in said if text]
        self._pending = []
        if said and said[-1][1] == "-" and not self._code:  # a list's item whose text is a paragraph of its own
            self._pending = [(said.pop()[0], "- ")]
        while said and not said[0][1].strip():
            said.pop(0)
        while said and not said[-1][1].strip():
            said.pop()
        if not said:
            return
        if level:
            enter(self._trail, level, " ".join(text for _, text in said))
            return
        if not self._code:
            self._add(said)
            return
        for places, lines in in_fences([text for _, text in said]):
            self._add([(said[place - 1][0], text) for place, text in zip(places, lines, strict=True)])

    def _add(self, said: list[tuple[int, str]]) -> None:
        """A block of its own."""
        if self.lines:
            self.lines.append("")
            self.numbers.append(said[0][0])
        first = len(self.lines) + 1
        self.numbers += [number for number, _ in said]
        self.lines += [text for _, text in said]
        self.blocks.append(Block(first, len(self.lines), joined(self._trail)))

    def _enter(self, tag: str) -> None:
        if tag == "pre":
            self.flush()
            self._code += 1
        elif _PARAGRAPHS.fullmatch(tag) and not self._code:
            self.flush()
        elif _LINES.fullmatch(tag) and self._pending and not self._skipped:
            self._pending.append((self._line, ""))
        if self._skipped or self._code:
            return
        if tag == "li":
            self._append("- ")
        elif _CELLS.fullmatch(tag) and self._pending and self._pending[-1][1].strip():
            self._append(" | ")

    def _leave(self, tag: str) -> None:
        if tag == "pre":
            self.flush()
            self._code -= 1
        elif _PARAGRAPHS.fullmatch(tag) and not self._code:
            self.flush(int(tag[1]) if re.fullmatch("h[1-6]", tag) else 0)

    def _say(self, text: str | None) -> None:
        for place, part in enumerate((text or "").split("\n")):
            self._line += place > 0
            if self._skipped:
                continue
            if place and (self._code or self._pending):
                self._pending.append((self._line, ""))
            self._append(part)

    def _append(self, text: str) -> None:
        text = clean(text)
        if self._pending:
            number, before = self._pending[-1]
            self._pending[-1] = (number, before + text)
        elif text.strip() or self._code:
            self._pending.append((self._line, text))


def _text(data: bytes) -> str:
    """As UTF-8 where it is; else as it declares itself."""
    try:
        return decoded(data)
    except ValueError:
        found = _CHARSET.search(data[:4096])
        if found is None:
            raise
        return decoded(data, found[1].decode("ascii"))


def _main(root: Any) -> Any:
    """The element that holds the page's own text, if it says which."""
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = root.findall(path)
        if len(found) == 1:
            return found[0]
    return root


def _title(root: Any) -> str:
    if root.find(".//h1") is not None:
        return ""
    return " ".join(clean(root.findtext(".//title") or "").split())


def _is_skipped(element: Any, tag: str) -> bool:
    """What is no text of the page: also what it hides, and the marks that link to a heading."""
    hidden = element.get("aria-hidden") == "true" or element.get("hidden") is not None or _is_styled_away(element)
    return _SKIPPED.fullmatch(tag) is not None or hidden or "headerlink" in (element.get("class") or "").split()


def _is_styled_away(element: Any) -> bool:
    """Whether its own style hides it; of two that say so or not the last one counts, as in a browser."""
    style = dict(_STYLE.findall((element.get("style") or "").lower()))
    return style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse")
