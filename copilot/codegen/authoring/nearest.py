"""The class of the library's own code that is nearest to a request: what a small model copies from, it gets right."""

from __future__ import annotations

import ast
import re

from copilot.core import paths

_FOLDERS = {
    "encoder": "xploit/encoder", "augmentation": "xplore/augmentation", "reward": "xplore/reward",
    "distribution": "xplore/distribution", "storage": "xploit/storage", "policy": "xploit/policy",
}  # fmt: skip
LINES = 45
"""Longer classes cost more reading than they teach."""
_COMMON = frozenset(
    [
        "write",
        "with",
        "that",
        "which",
        "from",
        "each",
        "every",
        "random",
        "state",
        "image",
        "observ",
        "value",
        "numbe",
        "given",
        "encod",
        "rewar",
        "bonus",
    ]
)


def nearest(kind: str, request: str) -> str:
    """The source of a short class of the same primitive whose words are those of the request, or nothing."""
    folder = _FOLDERS.get(kind)
    if folder is None:
        return ""
    wanted = _words(request)
    best, found = 1, ""
    for path in sorted((paths.library_dir() / folder).glob("*.py")):
        try:
            text = path.read_text(encoding="utf-8")
            tree = ast.parse(text)
        except (OSError, SyntaxError):
            continue
        for node in tree.body:
            if not isinstance(node, ast.ClassDef) or (node.end_lineno or 0) - node.lineno > LINES:
                continue
            node.decorator_list = []
            score = len(wanted & _words(f"{node.name} {ast.get_docstring(node) or ''}"))
            if score > best:
                best, found = score, ast.get_source_segment(text, node) or ""
    return found


def _words(text: str) -> set[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return {word[:5] for word in re.findall(r"[a-z]{4,}", spaced.lower())} - _COMMON
