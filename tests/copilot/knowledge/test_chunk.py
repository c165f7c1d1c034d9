"""Chunks are exactly the lines they name; headings trail, fenced code stays whole, Python is cut at its symbols.

What is too long for the embedder and the model is cut: at lines, and a very long line at its sentences.
"""

from __future__ import annotations

import keyword
import warnings
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.core import paths
from copilot.core.types import Passage
from copilot.knowledge.blocks import LONGEST, LONGEST_CODE, TARGET_CHARACTERS, end_within
from copilot.knowledge.chunk import chunk, parts
from copilot.knowledge.loaders.markdown import kinds

PAGE = """---
title: PPO
---

Before any heading.

# PPO

It clips the ratio.
A second line.

## Use

```python
# not a heading

agent = PPO(env)
```

- one
- two

## Notes ##

The end."""

MODULE = '''"""What the module is."""

import os

_HIDDEN = [
    1,
]
SHORT = 1
TABLE = {
    "a": 1,
    "b": 2,
}


@decorated
class Agent(
    Base,
):
    """An agent."""

    size = 3

    def __init__(
        self,
        env: str,
    ) -> None:
        self.env = env

    @property
    def public(self) -> int:
        """Shown."""
        return 1

    def undocumented(self) -> int:
        return 2

    def _private(self) -> None:
        """Not shown."""


@cache
def make() -> Agent:
    """Makes it."""
    return Agent("x")


async def later() -> None:
    """Waits."""


def silent() -> None:
    return None
'''


def lines_of(text: str) -> list[str]:
    """Lines as an editor counts them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def named(text: str, passage: Passage) -> str:
    return "\n".join(lines_of(text)[passage.lines[0] - 1 : passage.lines[1]])


def by_heading(source: str, text: str) -> dict[str, Passage]:
    return {passage.heading: passage for passage in chunk(source, text)}


def test_a_chunk_is_exactly_the_lines_it_names() -> None:
    chunks = chunk("corpus/ppo.md", PAGE)
    assert [c.lines for c in chunks] == [(5, 5), (9, 10), (14, 21), (25, 25)]
    for passage in chunks:
        assert passage.text == named(PAGE, passage)
        assert passage.source == "corpus/ppo.md"


def test_headings_trail() -> None:
    assert [c.heading for c in chunk("a.md", PAGE)] == ["", "PPO", "PPO > Use", "PPO > Notes"]


def test_a_level_that_was_skipped_does_not_make_siblings_children() -> None:
    text = "# A\n\n### B\n\nb\n\n### C\n\nc\n\n## D\n\nd\n\n# E\n\ne\n"
    assert [c.heading for c in chunk("a.md", text)] == ["A > B", "A > C", "A > D", "E"]


def test_front_matter_is_skipped_and_a_rule_is_not_front_matter() -> None:
    assert all("title" not in c.text for c in chunk("a.md", PAGE))
    assert [c.lines for c in chunk("a.md", "---\nnever closed\n")] == [(1, 2)]
    assert [c.lines for c in chunk("a.md", "text\n\n---\n\nmore\n")] == [(1, 5)]


@pytest.mark.parametrize("mark", ["```", "~~~", "````"])
def test_fenced_code_is_not_cut(mark: str) -> None:
    body = "\n\n".join(f"# step {number}\nx = {number}" for number in range(200))
    text = f"# Title\n\nIntro.\n\n{mark}python\n{body}\n{mark}\n\nAfter.\n\n" + "word " * 200
    code = [c for c in chunk("a.md", text) if "x = " in c.text]
    assert len(code) == 1
    assert f"{mark}python\n{body}\n{mark}" in code[0].text
    assert code[0].heading == "Title"
    assert LONGEST < len(code[0].text) < LONGEST_CODE


SENTENCE = "The flamingo method adds a frozen bonus to its rewards. "


def test_a_long_paragraph_is_cut_at_its_lines() -> None:
    text = "# Birds\n\n" + "\n".join([SENTENCE.strip()] * 400) + "\n"
    chunks = chunk("a.md", text)
    assert [c.lines for c in chunks[:2]] == [(3, 14), (15, 26)], "12 lines of 56 characters are less than 700"
    assert chunks[-1].lines[1] == 402
    assert {c.heading for c in chunks} == {"Birds"}
    fits(text, chunks)


def test_a_long_line_is_cut_at_its_sentences_and_each_part_names_it() -> None:
    line = "".join(f"In year {n} the flamingo adds a frozen bonus. " for n in range(13_000))
    chunks = chunk("a.md", f"# Birds\n\n{line}\n\nAfter.\n")
    assert len(line) > 600_000
    assert {c.lines for c in chunks[:-1]} == {(3, 3)}
    assert "".join(c.text for c in chunks[:-1]) == line
    assert all(len(c.text) <= TARGET_CHARACTERS and c.text.endswith(". ") for c in chunks[:-1])
    assert len({c.id for c in chunks}) == len(chunks)
    assert (chunks[-1].lines, chunks[-1].text) == ((5, 5), "After.")


@pytest.mark.parametrize(
    ("line", "part"),
    [("word " * 400, "word " * 140), ("x" * 1600, "x" * 700), ("那只鸟飞了。" * 300, "那只鸟飞了。" * 116)],
)
def test_a_line_without_sentences_is_cut_at_its_words_or_anywhere(line: str, part: str) -> None:
    chunks = chunk("a.md", line)
    assert chunks[0].text == part
    assert len({c.id for c in chunks}) == len(chunks), "parts that say the same are one"


def test_up_to_the_limit_nothing_is_cut() -> None:
    whole = "x" * LONGEST
    assert [c.text for c in chunk("a.md", f"before\n\n{whole}\n\nafter")] == ["before", whole, "after"]
    assert len(chunk("a.md", f"{whole}y")) == 2, "two parts of 700 that say the same, and the rest"


def test_code_within_a_long_paragraph_stays_whole() -> None:
    code = "```python\n" + "\n".join(f"x = {n}" for n in range(150)) + "\n```"
    prose = "\n".join([SENTENCE.strip()] * 30)
    text = f"{prose}\n{code}\n{prose}"
    chunks = chunk("a.md", text)
    fits(text, chunks)
    assert [c.text for c in chunks if "x = " in c.text] == [code]
    assert "\n".join(c.text for c in chunks) == text


def test_code_far_longer_than_the_embedders_window_is_cut_at_its_lines() -> None:
    body = "\n".join(f"x_{n} = {n}" for n in range(1000))
    for source, text in (
        ("a.md", f"```\n{body}\n```"),
        ("a.py", f'class Long:\n    """Data."""\n    {body[:4]} = """{body}"""'),
    ):
        chunks = chunk(source, text)
        fits(text, chunks)
        assert "\n".join(c.text for c in chunks) == text
        assert max(len(c.text) for c in chunks) <= TARGET_CHARACTERS


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("One. Two. Three", 12, "One. Two. "),
        ("One. Two. Three", 99, "One. Two. Three"),
        ("Is it? Yes", 8, "Is it? "),
        ('He said "no." Then', 15, 'He said "no." '),
        ("version 1.5 of it", 14, "version 1.5 "),
        ("first line\nsecond line", 15, "first line\n"),
        ("nothing", 3, "not"),
        ("nothing", 0, ""),
    ],
)
def test_a_text_is_cut_after_a_sentence_a_line_or_a_word(text: str, most: int, expected: str) -> None:
    assert text[: end_within(text, most)] == expected


def test_a_longer_fence_holds_shorter_ones() -> None:
    text = "````md\n```python\nx = 1\n```\n\n# inside\n````\n\n# Real\n\ntext\n"
    assert [(c.heading, c.lines) for c in chunk("a.md", text)] == [("", (1, 7)), ("Real", (11, 11))]


def test_code_on_one_line_is_no_fence() -> None:
    text = "Run ```make run``` first.\n\n```make test``` comes next.\n\n# Heading\n\ntext\n"
    assert [c.heading for c in chunk("a.md", text)] == ["", "Heading"]


def test_a_fence_that_is_never_closed_ends_with_the_file() -> None:
    text = "# A\n\n```\ncode\n\n# still code\n"
    assert [(c.heading, c.lines) for c in chunk("a.md", text)] == [("A", (3, 6))]


def test_paragraphs_are_merged_up_to_the_target_and_not_across_headings() -> None:
    small = "# A\n\n" + "\n\n".join(["word " * 20] * 12) + "\n\n# B\n\nshort\n"
    chunks = chunk("a.md", small)
    assert [c.heading for c in chunks] == ["A", "A", "B"]
    assert all(len(c.text) <= TARGET_CHARACTERS + 60 for c in chunks)


@pytest.mark.parametrize("text", ["", "\n\n", "# Only a heading\n", "---\na: 1\n---\n"])
def test_nothing_gives_nothing(text: str) -> None:
    assert chunk("a.md", text) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_counts_as_one(end: str) -> None:
    chunks = chunk("a.md", PAGE.replace("\n", end))
    assert [c.lines for c in chunks] == [(5, 5), (9, 10), (14, 21), (25, 25)]


@pytest.mark.parametrize("sign", ["\x0c", "\x0b", "\x1c", "\x85", "\u2028", "\u2029"])
def test_signs_that_are_no_line_end_in_an_editor_do_not_move_the_lines(sign: str) -> None:
    page = f"# A\n\none{sign}two\n\n# B\n\nlast\n"
    assert [c.lines for c in chunk("a.md", page)] == [(3, 3), (7, 7)]
    module = f'"""One{sign}two."""\n\n\ndef f():\n    """Last."""\n'
    assert by_heading("a.py", module)["f"].text == 'def f():\n    """Last."""'


def test_python_is_cut_at_its_symbols() -> None:
    found = by_heading("rllte/agent.py", MODULE)
    of_class = ["Agent", "Agent > arguments", "Agent > public", "Agent > undocumented"]
    assert list(found) == ["module", "TABLE", *of_class, "make", "later", "silent"]
    for passage in found.values():
        assert passage.text == named(MODULE, passage)
    assert found["module"].text == '"""What the module is."""'
    assert found["Agent"].text.startswith("@decorated\nclass Agent(")
    assert found["Agent"].text.rstrip().endswith("size = 3")
    assert found["Agent > arguments"].text.splitlines()[-1] == "    ) -> None:"
    assert found["Agent > public"].text.startswith("    @property")
    assert found["make"].text.splitlines() == [
        "@cache",
        "def make() -> Agent:",
        '    """Makes it."""',
        '    return Agent("x")',
    ]
    assert found["silent"].text == "def silent() -> None:", "without a docstring, its signature"
    assert found["Agent > undocumented"].text == "    def undocumented(self) -> int:"


def test_a_long_table_is_cut_by_its_entries() -> None:
    rows = "\n".join(f'    Preset("ppo", "Env-v{number}", size={number}),' for number in range(25))
    found = by_heading("rllte/a.py", f"PRESETS = (\n{rows}\n)\n")
    assert len(found) == 25
    assert found["PRESETS > ppo > Env-v3"].text == '    Preset("ppo", "Env-v3", size=3),'


def test_several_entries_on_one_line_are_one_chunk() -> None:
    rows = "\n".join(f"    {n}, {n}, {n}," for n in range(25))
    chunks = chunk("rllte/a.py", f"NUMBERS = [\n{rows}\n]\n")
    assert len({c.id for c in chunks}) == len(chunks) == 25


@pytest.mark.parametrize("text", ["def f(:\n", "x = '\n", "\0"])
def test_broken_python_says_why(text: str) -> None:
    with pytest.raises(ValueError, match=r"not valid Python|binary"):
        chunk("rllte/a.py", text)


def test_what_python_warns_of_in_a_users_file_is_not_our_warning() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert chunk("a.py", 'def f():\n    """Says."""\n    return "\\d"\n')
    assert not caught


def test_ids_are_stable_and_tell_places_apart() -> None:
    first, again = chunk("a.md", PAGE), chunk("a.md", PAGE)
    assert [c.id for c in first] == [c.id for c in again]
    assert not {c.id for c in first} & {c.id for c in chunk("b.md", PAGE)}
    repeated = chunk("a.md", "# A\n\nsame\n\n# B\n\nsame\n\n# A\n\nsame\n")
    assert len({c.id for c in repeated}) == 3


def fits(text: str, chunks: list[Passage]) -> None:
    count = len(lines_of(text))
    for passage in chunks:
        assert 1 <= passage.lines[0] <= passage.lines[1] <= count
        assert passage.text == named(text, passage)
        assert passage.text.strip()
    assert len({passage.id for passage in chunks}) == len(chunks)


LINE = st.one_of(
    st.sampled_from(
        ["", "", "```", "```python", "~~~", "````", "---", "# A", "## B ##", "###### F", "#", "- item", "   "]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=30),
    st.just("word " * 40),
)


@settings(deadline=None)
@given(st.lists(LINE, max_size=60).map("\n".join))
def test_markdown_of_any_kind_keeps_its_lines_and_does_not_overlap(text: str) -> None:
    chunks = chunk("any.md", text)
    fits(text, chunks)
    for before, after in pairwise(chunks):
        assert before.lines[1] < after.lines[0]


@settings(deadline=None)
@given(st.lists(LINE, max_size=40).map("\n".join))
def test_every_line_of_text_outside_front_matter_is_in_a_chunk(text: str) -> None:
    text = f"start\n{text}"  # no front matter
    covered = {number for c in chunk("any.md", text) for number in range(c.lines[0], c.lines[1] + 1)}
    for number, (line, _, comment) in enumerate(kinds(lines_of(text)), start=1):
        assert number in covered or not line.strip() or line.startswith("#") or comment is not None


NAME = st.from_regex(r"[a-zA-Z_]{1,6}", fullmatch=True).filter(lambda name: not keyword.iskeyword(name))
FUNCTION = st.builds(lambda n, d: f"def {n}():\n    {d!r}\n    return 1\n", NAME, st.text(max_size=12))
CLASS = st.builds(
    lambda n, fs: f"class {n}:\n    x = 1\n" + "".join("    " + f.replace("\n    ", "\n        ") for f in fs),
    NAME,
    st.lists(FUNCTION, max_size=3),
)
TABLE = st.builds(lambda n, rows: f"{n} = [\n" + "    1, f(2),\n" * rows + "]\n", NAME, st.integers(1, 30))


@settings(deadline=None)
@given(st.lists(st.one_of(FUNCTION, CLASS, TABLE, st.just("\x0c\n"), st.just("@d\ndef g(): 'doc'\n")), max_size=8))
def test_python_of_any_kind_keeps_its_lines(parts: list[str]) -> None:
    text = "\n".join(parts)
    for source in ("rllte/any.py", "any.py"):
        fits(text, chunk(source, text))


def test_the_shipped_corpus_keeps_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for path in [*paths.corpus_dir().rglob("*.md"), *paths.library_dir().rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        fits(text, chunk(path.relative_to(paths.project_root()).as_posix(), text))


def test_each_unit_of_a_long_chunk_is_embedded_under_its_innermost_heading_and_a_short_one_whole() -> None:
    table = Passage(
        "t", "a.md", (1, 4), "PPO > Arguments", "| name | default |\n|---|---|\n| `clip` | 0.2 |\n| `epochs` | 4 |"
    )
    assert list(parts(table).values()) == ["Arguments\n| `clip` | 0.2 |", "Arguments\n| `epochs` | 4 |"]
    short = Passage("s", "a.md", (1, 1), "PPO > Idea", "It clips.")
    assert list(parts(short).values()) == ["PPO > Idea\nIt clips."]
    again = Passage("x", "b.md", (8, 8), "Other > Idea", "It clips.")
    assert parts(again).keys() != parts(short).keys()
    assert parts(Passage("y", "c.md", (3, 3), "PPO > Idea", "It clips.")).keys() == parts(short).keys()


def test_code_is_embedded_whole() -> None:
    code = Passage("c", "a.py", (1, 3), "f", "def f(clip: float, epochs: int):\n    first = clip * 2\n    return first")
    assert list(parts(code).values()) == [f"f\n{code.text}"]
