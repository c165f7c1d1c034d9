"""What is streamed has the marks that the finished answer has."""

from __future__ import annotations

import pytest

from copilot.assistant.marks import Marks
from copilot.core.types import Passage
from copilot.retrieval import resolve

PASSAGES = [Passage(str(n), f"corpus/{n}.md", (1, 2), "H", "text") for n in range(3)]


def streamed(text: str, size: int) -> tuple[str, bool]:
    marks = Marks(len(PASSAGES))
    shown = [marks.feed(text[start : start + size]) for start in range(0, len(text), size)]
    return "".join([*shown, marks.close()]), marks.used


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    "text",
    [
        "PPO clips the ratio [3]. It is on-policy [2]. Both [2, 3] hold.",
        "Out of range [7], then [2]",
        "中文【3】。然后【1】。",
        "Code first:\n\n```python\nx = values[3]\n```\n\nThen a mark [2].",
        "An interval [0, 1] and a list [3]",
        "An [open bracket that never closes and goes on and on, then [3].",
    ],
)
def test_streamed_and_finished_text_agree(text: str, size: int) -> None:
    shown, used = streamed(text, size)
    assert shown.strip() == resolve(text, PASSAGES)[0]
    assert used


def test_without_a_mark_nothing_is_used_and_nothing_is_lost() -> None:
    assert streamed("No mark, a trailing blank \n", 1) == ("No mark, a trailing blank \n", False)
