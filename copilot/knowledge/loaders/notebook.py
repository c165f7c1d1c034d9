"""Jupyter notebooks (formats 3 and 4): text cells by headings, code cells as fenced code; outputs are left out.

Lines are counted within a cell, cells within the notebook, both from 1, cells of every kind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from copilot.knowledge.blocks import Block, Document, in_fences, merged, split_lines
from copilot.knowledge.loaders.markdown import Trail, enter, joined, sections
from copilot.knowledge.loaders.text import clean, decoded

_DATA = re.compile(r"data:[\w.+/-]+;base64,[\w+/=]+")
"""A picture within the text."""


def load(data: bytes) -> Document:
    """A code cell carries the headings of the text cells above it.

    Raises:
        ValueError: it is not a notebook; the reason.
    """
    notebook = _parsed(data)
    language = _language(notebook)
    lines: list[str] = []
    numbers: list[int] = []
    blocks: list[Block] = []
    trail: Trail = []
    for number, cell in enumerate(_cells(notebook), start=1):
        source = split_lines(clean(_DATA.sub("data:", _source(cell))))
        kind = cell.get("cell_type")
        if kind == "heading":  # format 3
            level = cell.get("level")
            enter(trail, level if isinstance(level, int) else 1, " ".join(source))
            continue
        if kind not in ("code", "markdown") or not any(line.strip() for line in source):
            continue
        if kind == "code":
            for places, said in in_fences(source, language):
                lines += said
                numbers += places
                blocks.append(Block(len(lines) - len(said) + 1, len(lines), joined(trail), part=number))
        else:
            shift, found = len(lines), list(merged(source, sections(source, trail)))
            lines += source
            numbers += range(1, len(source) + 1)
            blocks += [replace(b, first=b.first + shift, last=b.last + shift, part=number) for b in found]
    return Document(lines, blocks, numbers, "cell")


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        notebook = json.loads(decoded(data))
    except RecursionError as error:
        raise ValueError("not a notebook: nested too deeply") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"not a notebook: {error.msg}, line {error.lineno}") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells", notebook.get("worksheets")), list):
        raise ValueError("not a notebook: it has no list of cells")
    return notebook


def _cells(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    sheets = [notebook] if "cells" in notebook else notebook["worksheets"]
    for sheet in sheets:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        for cell in cells if isinstance(cells, list) else []:
            yield cell if isinstance(cell, dict) else {}


def _source(cell: dict[str, Any]) -> str:
    """A text or a list of lines; format 3 calls that of code cells "input"."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def _language(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata")
    for key, field in (("language_info", "name"), ("kernelspec", "language")):
        entry = metadata.get(key) if isinstance(metadata, dict) else None
        name = entry.get(field) if isinstance(entry, dict) else None
        if isinstance(name, str) and re.fullmatch(r"[\w+#.-]{1,30}", name):
            return name
    return "python"
