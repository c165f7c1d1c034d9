"""Every place that a rule can cite is in the corpus, on the lines that are named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from copilot.codegen.suggest import sources
from copilot.codegen.suggest.sources import SOURCES, Source, cite, locate, measured
from copilot.core import paths

CODE = Path(sources.__file__).parent


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_the_corpus_says_it_there(name: str) -> None:
    source = SOURCES[name]
    found = locate(source)
    assert found is not None, f"{source.page} does not say {source.words!r} below {source.heading!r}"
    file, (first, last), heading = found
    lines = (paths.project_root() / file).read_text(encoding="utf-8").splitlines()[first - 1 : last]
    assert " ".join(source.words.split()) in " ".join(" ".join(lines).split())
    assert heading.endswith(source.heading)


def test_no_source_is_unused_and_none_is_missing() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in CODE.glob("*.py") if path.name != "sources.py")
    unused = [name for name in SOURCES if f'"{name}"' not in text]
    assert not unused


def test_what_the_corpus_does_not_say_is_not_cited() -> None:
    assert locate(Source("papers/rnd.md", "The results of RND", "RND cures the common cold")) is None
    assert locate(Source("papers/rnd.md", "No such heading", "RND")) is None
    assert locate(Source("papers/nothing.md", "x", "y")) is None


def test_questions_above_a_paragraph_are_no_source() -> None:
    asked = re.search(r"<!-- asked:\n(.+)\n", (paths.corpus_dir() / "papers/rnd.md").read_text(encoding="utf-8"))
    assert asked is not None
    heading = "Citation of the RND paper"
    assert locate(Source("papers/rnd.md", heading, asked[1])) is None


def test_a_row_of_the_agent_on_the_task_is_cited_where_there_is_one() -> None:
    (citation,) = cite((measured("PPO", "Acrobot-v1"),))
    line = (paths.project_root() / citation.source).read_text(encoding="utf-8").splitlines()[citation.lines[0] - 1]
    assert "Acrobot-v1 | PPO" in line
    assert cite((measured("PPO", "Humanoid-v5"),)) == []


def test_one_place_is_cited_once() -> None:
    assert [one.id for one in cite(("kl", "kl", "seeds"))] == [1, 2]
