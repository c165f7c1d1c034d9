"""A notebook's cells become chunks that name the cell and its lines; code is fenced, outputs are left out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from copilot.core.types import Passage
from copilot.knowledge.blocks import LONGEST_CODE
from copilot.knowledge.chunk import chunk
from copilot.knowledge.units import units


def notebook(*cells: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}).encode()


def text(source: str | list[str]) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code(source: str | list[str], *outputs: str) -> dict[str, Any]:
    told = [{"output_type": "stream", "name": "stdout", "text": [output]} for output in outputs]
    return {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": told, "source": source}


def chunks(*cells: dict[str, Any], **more: Any) -> list[Passage]:
    return chunk("run.ipynb", notebook(*cells, **more))


def test_each_chunk_names_its_cell_and_the_lines_in_it() -> None:
    found = chunks(
        text("# Gnus\n\nThey run."),
        code(["import gnu\n", "\n", "gnu.run()"], "a gnu ran"),
        {"cell_type": "raw", "source": "not shown"},
        text(["## Rest\n", "Then\n", "they rest."]),
        code("gnu.rest()"),
    )
    assert [(p.cell, p.lines, p.heading, p.text) for p in found] == [
        (1, (3, 3), "Gnus", "They run."),
        (2, (1, 3), "Gnus", "```python\nimport gnu\n\ngnu.run()\n```"),
        (4, (2, 3), "Gnus > Rest", "Then\nthey rest."),
        (5, (1, 1), "Gnus > Rest", "```python\ngnu.rest()\n```"),
    ]
    assert {p.page for p in found} == {None}


def test_outputs_are_left_out() -> None:
    assert "secret" not in repr(chunks(code("print(1)", "secret")))


def test_equal_cells_are_two_places() -> None:
    first, second = chunks(code("gnu.run()"), code("gnu.run()"))
    assert (first.cell, second.cell) == (1, 2)
    assert first.id != second.id


def test_a_long_code_cell_is_one_chunk_and_a_fence_in_it_does_not_end_it() -> None:
    body = "\n".join(f"x_{n} = {n}" for n in range(200)) + '\ntext = """\n```\n"""'
    [found] = chunks(code(body))
    assert found.text == f"````python\n{body}\n````"
    assert found.lines == (1, 203)


def test_each_part_of_a_code_cell_that_is_too_long_has_fences_of_its_own() -> None:
    body = [f"value_{n} = {n}  # the number {n}" for n in range(300)]
    found = chunks(code("\n".join(body)))
    assert len(found) > 10
    said: list[str] = []
    for passage in found:
        lines = passage.text.split("\n")
        assert (lines[0], lines[-1]) == ("```python", "```")
        assert lines[1:-1] == body[passage.lines[0] - 1 : passage.lines[1]]
        assert len(list(units(passage))) == 1, "code, not sentences"
        said += lines[1:-1]
    assert said == body


def test_a_cell_that_its_fences_make_too_long_and_a_line_that_is_too_long_alone_are_fenced_too() -> None:
    for body in ("x = 1\n" * (LONGEST_CODE // 6), "x = [" + "1, " * LONGEST_CODE + "]"):
        found = chunks(code(body))
        assert len(found) > 1
        assert all(p.text.startswith("```python\n") and p.text.endswith("\n```") for p in found)


def test_the_language_is_that_of_the_notebook() -> None:
    assert chunks(code("x <- 1"), metadata={"kernelspec": {"language": "R"}})[0].text == "```R\nx <- 1\n```"
    assert chunks(code("x"), metadata={"language_info": {"name": "`\nno"}})[0].text == "```python\nx\n```"


def test_pictures_within_the_text_are_left_out() -> None:
    [found] = chunks(text("See ![it](data:image/png;base64," + "iVBOR" * 1000 + "=) here."))
    assert found.text == "See ![it](data:) here."


def test_format_3_is_read() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Gnus"},
        {"cell_type": "code", "input": "gnu.run()", "outputs": []},
    ]
    found = chunk("old.ipynb", json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}).encode())
    assert [(p.cell, p.heading, p.text) for p in found] == [(2, "Gnus", "```python\ngnu.run()\n```")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a notebook: Expecting value, line 1"),
        (b"[]", "no list of cells"),
        (b'{"cells": 3}', "no list of cells"),
        (b"[" * 200_000, "nested too deeply"),
        (b"\xff", "not UTF-8 text"),
    ],
)
def test_what_is_no_notebook_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        chunk("a.ipynb", data)


def test_cells_that_make_no_sense_are_passed_over() -> None:
    found = chunk(
        "a.ipynb", json.dumps({"cells": [None, 3, {"source": {}}, {"cell_type": "code"}, code("x")]}).encode()
    )
    assert [(p.cell, p.text) for p in found] == [(5, "```python\nx\n```")]
    assert chunks(code("a = '\ud800'"))[0].text == "```python\na = '?'\n```"
