"""The plans and the run of a conversation, kept beside its turns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot.core.errors import FileProblem
from copilot.history import Sessions, Work
from copilot.history.work import MOST_PLANS


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    kept = Sessions(tmp_path / "sessions.sqlite")
    yield kept
    kept.close()


def test_the_last_plan_counts_and_the_one_before_comes_back(sessions: Sessions) -> None:
    work = Work(sessions.open("s"))
    assert (work.plan(), work.run(), work.plans()) == (None, None, [])
    work.keep_plan({"a": 1}, ["note"], Path("/x/train.py"))
    work.keep_plan({"a": "中文"}, [], Path("/y/train.py"))
    last = work.plan()
    assert last is not None and (last.spec, last.script) == ({"a": "中文"}, Path("/y/train.py"))
    work.drop_plan(last)
    first = work.plan()
    assert first is not None and (first.spec, first.notes) == ({"a": 1}, ["note"])
    assert Work(sessions.open("other")).plan() is None


def test_the_last_run_counts(sessions: Sessions) -> None:
    work = Work(sessions.open("s"))
    work.keep_run(Path("/runs/1"), "train.py", "x = 1\n", {"a": 1})
    work.keep_run(Path("/runs/\udcff"), "other.py", "y\udcff", None)
    run = work.run()
    assert run is not None
    assert (run.folder, run.name, run.script, run.spec) == (Path("/runs/?"), "other.py", "y?", None)


def test_plans_without_end_are_cut(sessions: Sessions) -> None:
    work = Work(sessions.open("s"))
    for number in range(MOST_PLANS + 5):
        work.keep_plan({"n": number}, [], Path("t"))
    assert [plan.spec["n"] for plan in work.plans(100)] == [*range(MOST_PLANS + 4, 4, -1)]


def test_it_goes_with_its_session(sessions: Sessions, tmp_path: Path) -> None:
    session = sessions.open("s")
    session.add("q", "a", [], kind="generate")
    Work(session).keep_plan({"secret": "plan-words"}, [], Path("t"))
    Work(session).keep_run(Path("r"), "t.py", "secret-script", None)
    assert [turn.kind for turn in session.turns()] == ["generate"]
    sessions.delete("s")
    assert Work(sessions.open("s")).plan() is None
    assert Work(sessions.open("s")).run() is None
    raw = (tmp_path / "sessions.sqlite").read_bytes()
    assert b"plan-words" not in raw and b"secret-script" not in raw


@pytest.mark.parametrize("kept", ["plan", "run"])
def test_a_session_that_has_only_a_plan_or_a_run_is_listed_and_deleted(sessions: Sessions, kept: str) -> None:
    work = Work(sessions.open("s"))
    work.keep_plan({}, [], Path("t")) if kept == "plan" else work.keep_run(Path("r"), "t.py", "x", None)
    [listed] = sessions.list()
    assert (listed.id, listed.count, listed.first_question, listed.heading) == ("s", 0, "", "s")
    assert sessions.get("s").turns() == []
    sessions.delete("s")
    assert sessions.list() == []
    assert (work.plan(), work.run()) == (None, None)


def test_a_session_keeps_its_run_when_it_has_a_turn(sessions: Sessions) -> None:
    Work(sessions.open("s")).keep_run(Path("r"), "t.py", "x", None)
    sessions.open("s").add("q", "a", [])
    assert Work(sessions.get("s")).run() is not None
    sessions.clear()
    assert Work(sessions.open("s")).run() is None


def test_a_broken_file_is_said(sessions: Sessions) -> None:
    work = Work(sessions.open("s"))
    sessions.close()
    with pytest.raises(FileProblem):
        work.keep_plan({}, [], Path("t"))
