"""A web page becomes its main text by headings, at the lines of the file; code stays code, scripts and menus are dropped."""

from __future__ import annotations

import pytest

from copilot.knowledge.blocks import Document
from copilot.knowledge.chunk import chunk
from copilot.knowledge.loaders.html import MOST_LINES, load

PAGE = b"""<!doctype html>
<html><head><title>Not shown</title>
<script>
var x = "<p>script</p>";
</script></head>
<body><nav>Menu <a href="#">link</a></nav>
<!-- a
comment --><main>
<h1>Guide <a class="headerlink" href="#g">#</a></h1>
<p>First
line with <b>bo</b>ld
&amp; more</p>
<ul><li>one</li>
<li><p>two
three</p></li></ul>
<h2>Code
example</h2>
<pre><span>def f():</span>
    return 1

    # ```
</pre>
<table><tr><th>a</th><th>b</th></tr>
<tr><td>1</td><td>2</td></tr></table>
last<br>after
</main><footer>Footer</footer></body></html>"""


def lines(document: Document) -> list[tuple[int, str]]:
    assert document.numbers is not None
    return [(number, text) for number, text in zip(document.numbers, document.lines, strict=True) if text]


def test_the_text_stands_at_the_lines_of_the_file() -> None:
    assert lines(load(PAGE)) == [
        (10, "First"),
        (11, "line with bold"),
        (12, "& more"),
        (13, "- one"),
        (14, "- two"),
        (15, "three"),
        (18, "````"),
        (18, "def f():"),
        (19, "    return 1"),
        (21, "    # ```"),
        (21, "````"),
        (23, "a | b"),
        (24, "1 | 2"),
        (25, "last"),
        (25, "after"),
    ]


def test_line_ends_of_windows_count_as_one() -> None:
    assert lines(load(PAGE.replace(b"\n", b"\r\n"))) == lines(load(PAGE))


def test_headings_are_ancestors_and_code_is_fenced() -> None:
    found = chunk("guide.html", PAGE)
    assert [(p.heading, p.lines) for p in found] == [("Guide", (10, 15)), ("Guide > Code example", (18, 25))]
    assert "````\ndef f():\n    return 1\n\n    # ```\n````" in found[1].text
    assert {p.page for p in found} | {p.cell for p in found} == {None}


def test_what_is_not_the_page_is_left_out() -> None:
    said = " ".join(load(PAGE).lines)
    for dropped in ("script", "Menu", "comment", "Footer", "Not shown", "#g"):
        assert dropped not in said
    hidden = load(b"<p>shown</p><p hidden>no</p><p aria-hidden='true'>no</p><style>no</style><form>no</form>")
    assert [text for text in hidden.lines if text] == ["shown"]


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        ("display:none", False),
        ("color: red; DISPLAY : None !important;", False),
        ("visibility: hidden", False),
        ("display: none; display: block", True),
        ("display: block; visibility: visible", True),
        ("--display: none", True),
        ("", True),
    ],
)
def test_what_its_style_hides_is_left_out(style: str, shown: bool) -> None:
    page = f'<p>before</p><div style="{style}"><p>first</p><pre>code</pre></div><p>after</p>'
    said = " ".join(load(page.encode()).lines)
    assert ("first" in said, "code" in said) == (shown, shown)
    assert said.startswith("before")
    assert said.endswith("after")


def test_the_title_stands_for_headings_where_there_are_none() -> None:
    assert [p.heading for p in chunk("a.htm", b"<title>On\n gnus</title><p>They run.</p>")] == ["On gnus"]


def test_a_page_without_a_main_element_is_read_whole() -> None:
    assert [p.text for p in chunk("a.html", b"<div>one</div><article>two</article><article>three</article>")] == [
        "one\n\ntwo\n\nthree"
    ]


def test_a_long_code_block_is_not_cut() -> None:
    code = "\n".join(f"x_{n} = {n}" for n in range(200))
    [found] = chunk("a.html", f"<pre>{code}</pre>".encode())
    assert found.text == f"```\n{code}\n```"


def test_each_part_of_code_that_is_too_long_has_fences_of_its_own() -> None:
    body = [f"value_{n} = {n}  # the number {n}" for n in range(300)]
    found = chunk("a.html", ("<h1>Code</h1>\n<pre>" + "\n".join(body) + "</pre>\n<h1>Text</h1><p>after</p>").encode())
    said: list[str] = []
    for passage in found[:-1]:
        lines = passage.text.split("\n")
        assert (lines[0], lines[-1]) == ("```", "```")
        assert lines[1:-1] == body[passage.lines[0] - 2 : passage.lines[1] - 1], "the code begins on line 2"
        said += lines[1:-1]
    assert (said, found[-1].text) == (body, "after")


@pytest.mark.parametrize(
    "declaration", ['<meta charset="ISO-8859-1">', '<meta http-equiv="a" content="text/html; charset=windows-1252">']
)
def test_a_declared_encoding_is_read(declaration: str) -> None:
    data = f"<html><head>{declaration}</head><p>Über</p>".encode("latin-1")
    assert load(data).lines == ["Über"]
    with pytest.raises(ValueError, match="not UTF-8 text"):
        load(b"<p>\xdcber</p>")


def test_broken_pages_are_read_as_far_as_they_go() -> None:
    assert load(b"<p>one<p>two</b><table><tr><td>three<div>four").lines == ["one", "", "two", "", "three", "", "four"]
    for data in (b"", b"   ", b"<!-- never closed", b"<html></html>"):
        assert load(data).blocks == []


def test_deep_nesting_and_many_lines_are_no_trouble() -> None:
    load(b"<div>" * 100_000 + b"deep")
    with pytest.raises(ValueError, match="lines"):
        load(b"\n" * MOST_LINES)
