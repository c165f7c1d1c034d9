"""Prompt texts, one Markdown file each, with `{{name}}` placeholders. No prompt is written in code."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@cache
def _read(name: str) -> str:
    return (_FOLDER / f"{name}.md").read_text(encoding="utf-8").strip()


def load(name: str, **values: str) -> str:
    """The prompt `name` with its placeholders filled.

    Raises:
        KeyError: a placeholder without a value, or a value without a placeholder.
    """
    template = _read(name)
    wanted = set(re.findall(r"\{\{(\w+)\}\}", template))
    if wanted != set(values):
        raise KeyError(f"prompt {name!r} wants {sorted(wanted)}, got {sorted(values)}")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], template)
