"""The parts of a page's reference against a small class written for it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import pytest

from rllte.agent import PPO
from tests.corpus import reference as part
from tests.corpus.test_pages import CATALOGUE, ENTRIES, ROOT

LOCK = object()


class Base(ABC):
    """The contract."""

    @abstractmethod
    def give(self, x: Any) -> Any:
        """Give (B, *shape) for (B, *other); in order. More words.

        Args:
            x: what is given.
        """

    def helper(self) -> int:
        """For subclasses."""
        return 0


class Example(Base):
    """One line,
    that goes on.

    A table:   with columns
    of:        two

    Raises:
        ParameterError: `x` is
            too large.

    Paper: A title, https://arxiv.org/abs/1
    """

    def give(self, x: Any, y: int = 3, *, lock: Any = LOCK) -> Any:
        """Give; see `Base.give`.

        Args:
            x, y: both
                of them.

        Returns:
            Something.

        Raises:
            ParameterError: never.
        """

    @property
    def size(self) -> int:
        """How many."""
        return 0

    def silent(self) -> None: ...

    def _hidden(self) -> None:
        """Not for users."""


class Child(Example):
    """Inherits."""


@pytest.fixture(autouse=True)
def as_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The classes above count as the library's."""
    monkeypatch.setattr(part, "ours", lambda cls: [base for base in cls.__mro__ if base.__module__ == __name__])


def test_a_docstring_falls_into_paragraphs_and_sections() -> None:
    doc = part.parsed(Example)
    assert doc.paragraphs == [
        "One line, that goes on.",
        "```text\nA table:   with columns\nof:        two\n```",
        "Paper: A title, https://arxiv.org/abs/1",
    ]
    assert doc.sections == {"Raises": ["`ParameterError`: `x` is too large"]}


def test_a_method_says_how_it_is_called_and_what_its_base_says() -> None:
    assert part.methods("Example", Example, described=False) == [
        "",
        "### Methods of Example",
        "",
        "- `give(x, y=3, *, lock=...)`: Give; see `Base.give`. Args: `x`, `y`: both of them. "
        "Returns: Something. Raises: `ParameterError`: never. `Base.give`: Give `(B, *shape)` for `(B, *other)`; in order. "
        "More words. Args: `x`: what is given.",
        "- `size`: How many.",
        "- inherited from `Base`: `helper`",
    ]


def test_of_inherited_methods_the_contract_is_told_and_helpers_are_named() -> None:
    assert part.methods("Child", Child, described=False)[3:] == [
        "- `give(x, y=3, *, lock=...)`: Give (`Example`)",
        "- inherited from `Example`: `size`",
        "- inherited from `Base`: `helper`",
    ]
    assert "- `helper()`: For subclasses (`Base`)" in part.methods("Child", Child, described=True)


def test_the_lines_of_a_class_are_those_of_its_file() -> None:
    [entry] = [entry for entry in CATALOGUE["components"] if entry["name"] == "PPO"]
    found = part.where(entry, PPO)
    first, last = (int(number) for number in found.split("lines ")[1].split(" to "))
    lines = (ROOT / entry["source"]).read_text(encoding="utf-8").splitlines()
    assert lines[first - 1] == "@register("
    assert lines[last - 1].startswith("        return self.policy.evaluate_actions")
    assert last == len(lines)


def test_the_facts_of_a_module_name_its_agents_and_its_paper() -> None:
    entry = {
        "name": "Example",
        "primitive": "storage",
        "source": "a.py",
        "observation_spaces": ["Box1"],
        "action_spaces": [],
        "excludes": ["augmentation"],
        "paper": {"title": "A title", "arxiv": "1", "doi": "", "url": "https://arxiv.org/abs/1"},
        "aliases": ["sample"],
    }
    agents = [{"name": name, "combines": {"storage": ["Example"]}} for name in ("A", "B")]
    other = {"name": "C", "combines": {"storage": ["Other"], "reward": ["Example"]}}
    assert part.facts(entry, part.parsed(Example), {"components": [*agents, other]}, {}) == [
        "- observations: `Box1`",
        "- actions: any",
        "- agents: `A`, `B`",
        "- not beside: `augmentation`",
        "- raises `ParameterError`: `x` is too large",
        '- paper: "A title", arXiv 1, <https://arxiv.org/abs/1>',
        "- also called: sample",
    ]


def test_what_is_no_component_has_its_methods_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    [entry] = [entry for entry in ENTRIES if entry["name"] == "Performance"]
    text = part.reference(entry, CATALOGUE, {})
    assert text.startswith(
        "`from rllte.evaluation import Performance`\n\nClass in `rllte/evaluation/performance.py`, lines "
    )
    assert "### Methods of Performance\n\n- `aggregate_mean()`: Mean over tasks" in text
    assert "- paper" not in text


def test_arguments_of_one_line_of_a_docstring_share_its_words() -> None:
    [entry] = [entry for entry in ENTRIES if entry["name"] == "min_max_normalize"]
    assert part.told(entry) == {
        "value": "scores, for example (N runs, M tasks)",
        "min_scores": "one number, or one per task",
        "max_scores": "one number, or one per task",
    }


def test_long_lines_are_wrapped_and_those_of_lists_indented() -> None:
    wrapped = part.wrapped("- " + "word " * 40).splitlines()
    assert len(wrapped) == 2
    assert wrapped[1].startswith("  word")
    assert part.wrapped("`from a import b`") == "`from a import b`"
