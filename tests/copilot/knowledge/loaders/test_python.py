"""Of a user's Python every line is in a chunk: symbols whole under their names, what stands between them as module code."""

from __future__ import annotations

import ast
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.core import paths
from copilot.core.types import Passage
from copilot.knowledge.blocks import LONGEST_CODE, TARGET_CHARACTERS, split_lines
from copilot.knowledge.chunk import chunk
from copilot.knowledge.loaders import LOADERS, loader_of

MODULE = '''#!/usr/bin/env python
"""Trains a quokka."""

import torch

# the rate that did best
lr = 3e-4
_TABLE = {
    "a": 1,

    "b": 2,
}


# doubles
@cache
def _double(x):
    y = 2 * x

    def inner():
        return y
    # one more inside
    return inner()
    # never reached


class Agent(
    Base,
):
    """An agent."""

    size = 3

    # how it begins
    def __init__(self, env):
        self.env = env

    gamma = 0.99
    # an aside

    class Inner:
        depth = 1

        def go(self): return 1

    async def _act(self):
        return 2


if __name__ == "__main__":
    agent = Agent("x")
    agent.train(
        steps=1,
    )
# the end
'''


def found_in(text: str) -> list[Passage]:
    return chunk("/home/me/run.py", text)


def test_every_part_stands_under_its_name_at_its_lines() -> None:
    found = found_in(MODULE)
    lines = split_lines(MODULE)
    assert [(p.heading, p.lines, p.text.strip().split("\n")[0]) for p in found] == [
        ("module", (1, 2), "#!/usr/bin/env python"),
        ("module code", (4, 7), "import torch"),
        ("_TABLE", (8, 12), "_TABLE = {"),
        ("_double", (15, 24), "# doubles"),
        ("Agent", (27, 32), "class Agent("),
        ("Agent > __init__", (34, 36), "# how it begins"),
        ("Agent", (38, 39), "gamma = 0.99"),
        ("Agent > Inner", (41, 42), "class Inner:"),
        ("Agent > Inner > go", (44, 44), "def go(self): return 1"),
        ("Agent > _act", (46, 47), "async def _act(self):"),
        ("module code", (50, 55), 'if __name__ == "__main__":'),
    ]
    for passage in found:
        assert passage.text == "\n".join(lines[passage.lines[0] - 1 : passage.lines[1]])


def test_a_script_at_the_level_of_its_module_is_found_by_paragraphs() -> None:
    paragraphs = ["\n".join(f"value_{n}_{m} = torch.zeros({m})" for m in range(9)) for n in range(6)]
    found = found_in("\n\n".join(paragraphs))
    assert [p.text for p in found] == ["\n\n".join(paragraphs[n : n + 2]) for n in (0, 2, 4)]
    assert {p.heading for p in found} == {"module code"}


def test_a_long_paragraph_is_divided_between_statements_and_a_comment_stays_with_what_follows() -> None:
    text = "\n".join(f"# what follows is number {n}\nrun(\n    {n},\n)" for n in range(60))
    found = found_in(text)
    assert "\n".join(p.text for p in found) == text
    for passage in found:
        assert passage.text.startswith("# what follows")
        assert passage.text.endswith("\n)")
        assert len(passage.text) <= TARGET_CHARACTERS + 60


def test_a_long_function_is_not_divided_and_one_that_is_too_long_at_its_lines() -> None:
    body = "".join(f"    x_{n} = {n}\n" for n in range(200))
    [found] = found_in(f"def long():\n{body}")
    assert TARGET_CHARACTERS < len(found.text) < LONGEST_CODE
    parts = found_in(f"def long():\n{body * 3}")
    assert {p.heading for p in parts} == {"long"}
    assert "\n".join(p.text for p in parts) == f"def long():\n{body * 3}".rstrip()


@pytest.mark.parametrize(
    "text",
    [
        "print 'of Python 2'\n\nx = 1\n",
        "%matplotlib inline\nx = 1\n",
        "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b\n",
        "x = " + "(" * 300 + "\n",
        "~~~\ndef f(:\n",
    ],
)
def test_what_python_cannot_parse_is_read_all_the_same(text: str) -> None:
    [found] = found_in(text)
    assert found.text == text.rstrip("\n")


def test_what_is_no_text_says_why() -> None:
    for data, reason in ((b"x = 1\0", "binary"), (b"x = '\xff'", "not UTF-8 text")):
        with pytest.raises(ValueError, match=reason):
            chunk("/home/me/run.py", data)


def test_only_the_librarys_own_modules_are_read_by_symbols() -> None:
    library = loader_of("rllte/agent/ppo.py")
    assert loader_of("/home/me/rllte/agent/ppo.py") == LOADERS[".py"] != library
    assert loader_of("rllte/README.md") == loader_of("/home/me/a.unknown") == LOADERS[".md"]
    assert [p.text for p in chunk("rllte/a.py", "def f():\n    return 1\n")] == ["def f():"]


def covered(text: str) -> None:
    """Each line is in one chunk, if it is not blank; none is in two; no chunk begins or ends within a statement."""
    found = found_in(text)
    lines = split_lines(text)
    for before, after in pairwise(found):
        assert before.lines[1] < after.lines[0]
    inside = {number for p in found for number in range(p.lines[0], p.lines[1] + 1)}
    assert inside >= {number for number, line in enumerate(lines, start=1) if line.strip()}
    for passage in found:
        assert passage.text == "\n".join(lines[passage.lines[0] - 1 : passage.lines[1]])
    ends = {passage.lines[1] for passage in found}
    for node in ast.parse(text).body:
        if not isinstance(node, ast.ClassDef):
            assert not ends & set(range(node.lineno, node.end_lineno or 0)), "too short to be divided"


PIECES = st.sampled_from(
    [
        "x = 1\n",
        "x = 1; y = '''\n\n'''; z = 2\n",
        "# a comment\n",
        "\n",
        "    # indented\n",
        "\x0c\n",
        "A = (\n    1,\n\n    # within\n    2,\n)\n",
        '"""Text."""\n',
        '"""Text."""; x = 1\n',
        "x = 1 \\\n    + 2\n",
        "def f(): return 1\n",
        "@a\n@(\n    b\n)\n# between\nasync def _g(\n    x,\n):\n    # one\n\n    pass\n",
        "class A: pass\n",
        "class B:\n    # only\n\n    x = 1\n    def f(self):\n        pass\n    # after\n    y = 2\n",
        "class C(\n    A,\n    # note\n):\n    @p\n    def f(self): pass\n\n    class D:\n        '''Doc.'''\n    z = 1\n",
        "if x:\n    def f():\n        pass\nelse:\n    pass\n",
        "for i in x:\n\n    pass\n    # end\n",
        "\tx\n",
    ]
)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_every_line_is_in_one_chunk(text: str) -> None:
    try:
        ast.parse(text)
    except SyntaxError:
        return
    covered(text)


def test_every_line_of_real_modules_is_in_one_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for path in sorted((paths.project_root() / "copilot" / "knowledge").rglob("*.py")):
        covered(path.read_text(encoding="utf-8"))
