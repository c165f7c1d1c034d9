"""An exported conversation holds all of it, stays Markdown whatever was said, and writes over nothing unasked."""

from __future__ import annotations

import os
import stat
from contextlib import closing
from pathlib import Path

import pytest

from copilot.core.errors import FileProblem
from copilot.core.types import Citation
from copilot.history import PastTurn, Session, Sessions, markdown, write

EXPECTED = """# thesis

Session `thesis`, begun 1970-01-01 00:01 UTC, last turn 1970-01-02 00:00 UTC.

## Question 1

> What does \\_\\_init\\_\\_ do?
> And \\<b\\>?

It begins [1].

Sources:

- \\[1\\] `corpus/ppo.md`, lines 3-9: PPO \\> Use
  > It \\*begins\\* here.
- \\[3\\] `/home/paper.pdf`, page 4, line 7

*1970-01-01 00:01 UTC, qwen2.5-coder-1.5b*

## Question 2

> 法国的首都是什么？

语料库中没有这个问题的答案。

*1970-01-02 00:00 UTC, refused*
"""

CITATIONS = [
    Citation(1, "corpus/ppo.md", (3, 9), "PPO > Use", quote="It *begins* here."),
    Citation(3, "/home/paper.pdf", (7, 7), "", 4),
]


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    now = 60.0
    monkeypatch.setattr("copilot.history.sessions.time.time", lambda: now)
    with closing(Sessions(tmp_path / "sessions.sqlite")) as sessions:
        session = sessions.open("thesis")
        session.add("What does __init__ do?\nAnd <b>?", "It begins [1].\n", CITATIONS, model="qwen2.5-coder-1.5b")
        now = 86_400.0
        session.add("法国的首都是什么？", "语料库中没有这个问题的答案。", [], refused=True)
        return sessions.get("thesis")


def test_an_export_holds_questions_answers_and_sources(tmp_path: Path, session: Session) -> None:
    with closing(Sessions(tmp_path / "sessions.sqlite")) as sessions:
        assert markdown(session, sessions.get("thesis").turns()) == EXPECTED


@pytest.mark.parametrize(
    ("answer", "closed"),
    [
        ("```python\nx = 1", "```"),
        ("```python\nx = 1\n```", ""),
        ("````\n```\nx", "````"),
        ("~~~\n```\n~~~\ntext", ""),
        ("   ```\nx\n    ```", "```"),
        ("`inline` and ``` in a line", ""),
        ("``` `not a fence`", ""),
        ("```\nx\n``` not an end", "```"),
    ],
)
def test_code_that_an_answer_left_open_is_closed(session: Session, answer: str, closed: str) -> None:
    """Else all that follows would be code."""
    text = markdown(session, [PastTurn("q", answer, [], 0.0, None, None)])
    assert text.endswith(
        f"{answer}\n{closed}\n\n*1970-01-01 00:00 UTC*\n" if closed else f"{answer}\n\n*1970-01-01 00:00 UTC*\n"
    )


def test_a_source_with_backticks_stays_code(session: Session) -> None:
    cited = Citation(1, "a``b.md", (1, 2), "")
    assert "- \\[1\\] ``` a``b.md ```, lines 1-2\n" in markdown(session, [PastTurn("q", "a", [cited], 0.0, None, None)])


def test_a_file_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    write(tmp_path / "a.md", "text\n")
    assert (tmp_path / "a.md").read_text() == "text\n"
    assert stat.S_IMODE((tmp_path / "a.md").stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["a.md"]


@pytest.mark.parametrize("there", ["file", "link"])
def test_what_is_there_is_written_over_only_with_force(tmp_path: Path, there: str) -> None:
    path, other = tmp_path / "a.md", tmp_path / "other.md"
    if there == "link":
        path.symlink_to(other)
    else:
        path.write_text("mine")
    with pytest.raises(FileProblem, match="there already") as caught:
        write(path, "text")
    assert "--force" in caught.value.hint
    assert not other.exists()
    assert there == "link" or path.read_text() == "mine"
    write(path, "text", force=True)
    assert path.read_text() == "text"
    assert not other.exists(), "the name is taken, not what a link points to"


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="no folder"):
        write(tmp_path / "none" / "a.md", "text")


@pytest.mark.parametrize("force", [False, True])
def test_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: bool) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if force:
        (tmp_path / "a.md").write_text("mine")
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "a.md", "text", force=force)
    assert os.listdir(tmp_path) == (["a.md"] if force else [])
    assert not force or (tmp_path / "a.md").read_text() == "mine"
