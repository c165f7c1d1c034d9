"""Whatever bytes a file holds: chunks that name places in it, or a `ValueError` with a reason, never anything else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copilot.knowledge.apart import Apart
from copilot.knowledge.chunk import chunk, passages
from copilot.knowledge.loaders import LOADERS
from tests.copilot.knowledge.loaders.papers import paper

HERE = sorted(suffix for suffix in LOADERS if suffix != ".pdf")

PIECES = st.one_of(
    st.binary(max_size=30),
    st.text(max_size=30).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from(
        [
            *(b"\n", b"\r\n", b"\r", b"# A\n", b"```\n", b"---\n", b"def f(:", b"class A:\n", b'"""', b"    "),
            *(b"\xff\xfe", b"\xef\xbb\xbf", b"\0", b"# coding: latin-1\n", b"# coding: rot13\n"),
            *(
                b"<p>",
                b"</p>",
                b"<pre>",
                b"</pre>",
                b"<li>",
                b"<td>",
                b"<h1>",
                b"<!--",
                b"<script>",
                b"&#0;",
                b"&#xd800;",
            ),
            *(b"<meta charset=utf-7>", b"<meta charset=x>", b"<title>", b"<main>", b"<br>", b"<![CDATA["),
        ]
    ),
)
FILES = st.lists(PIECES, max_size=25).map(b"".join)

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9), st.just("code"), st.just("markdown")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["cells", "source", "cell_type", "metadata", "worksheets", "level"]), inner),
    ),
    max_leaves=12,
)


def check(source: str, data: bytes) -> None:
    try:
        found = chunk(source, data)
    except ValueError as error:
        assert str(error)
        assert "\n" not in str(error)
        return
    assert len({passage.id for passage in found}) == len(found)
    for passage in found:
        assert 1 <= passage.lines[0] <= passage.lines[1]
        assert passage.text.strip()
        passage.text.encode()
        passage.heading.encode()


@pytest.mark.parametrize("suffix", HERE)
@settings(deadline=None, max_examples=150)
@given(data=FILES)
def test_any_bytes(suffix: str, data: bytes) -> None:
    check(f"any{suffix}", data)


@settings(deadline=None, max_examples=150)
@given(tree=JSON)
def test_any_json_for_a_notebook(tree: object) -> None:
    check("any.ipynb", json.dumps({"cells": [tree, {"cell_type": "code", "source": tree}], "metadata": tree}).encode())
    check("any.ipynb", json.dumps(tree).encode())


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with closing(Apart()) as reader:
        yield reader


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=12)), max_size=12),
    end=st.floats(0.2, 1),
)
def test_a_pdf_with_bytes_changed(apart: Apart, changes: list[tuple[float, bytes]], end: float) -> None:
    data = bytearray(paper())
    for share, new in changes:
        place = int(share * len(data))
        data[place : place + len(new)] = new
    try:
        document = apart.read(".pdf", bytes(data[: int(end * len(data))]))
    except ValueError as error:
        assert str(error)
        return
    for passage in passages("any.pdf", document):
        assert 1 <= passage.lines[0] <= passage.lines[1]
        assert passage.page in (1, 2, 3)
