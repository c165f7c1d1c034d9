"""`rllte-copilot sessions`: one JSON object each, errors with the nearest name, and nothing deleted unasked."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from copilot.cli.sessions import sessions
from copilot.core import paths
from copilot.core.types import Citation
from copilot.history import Sessions, Work

CITATION = Citation(1, "corpus/papers/rnd.md", (3, 9), "RND > Idea")
FIRST, LAST = 1_700_000_000.0, 1_700_000_060.0


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sessions]:
    now = FIRST
    monkeypatch.setattr("copilot.history.sessions.time.time", lambda: now)
    with closing(Sessions(paths.sessions_file())) as opened:
        opened.open("thesis").add("What is RND?", "A bonus [1].", [CITATION], model="smollm2-135m")
        now = LAST
        opened.open("exploring").add("内在奖励？", "是的。", [], refused=True)
        opened.open("exploring").add("And\nICM?", "A bonus, too.", [])
        yield opened


def call(*args: str, **given: Any) -> Result:
    return CliRunner().invoke(sessions, args, **given)


def data(*args: str) -> dict[str, Any]:
    done = call(*args, "--json")
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M}"


def test_the_list_is_newest_first_with_count_and_first_question(kept: Sessions) -> None:
    assert data("list") == {
        "sessions": [
            {
                "id": "exploring",
                "title": "exploring",
                "created": "2023-11-14T22:14:20+00:00",
                "updated": "2023-11-14T22:14:20+00:00",
                "count": 2,
                "first_question": "内在奖励？",
            },
            {
                "id": "thesis",
                "title": "thesis",
                "created": "2023-11-14T22:13:20+00:00",
                "updated": "2023-11-14T22:13:20+00:00",
                "count": 1,
                "first_question": "What is RND?",
            },
        ]
    }
    kept.rename("exploring", "On bonuses")
    assert call("list").stdout.splitlines() == [
        f"exploring  {moment(LAST)}    2 turns  On bonuses: 内在奖励？",
        f"thesis     {moment(FIRST)}     1 turn  What is RND?",
    ]


def test_where_nothing_is_kept_it_is_said_beside_the_answer(kept: Sessions) -> None:
    kept.clear()
    done = call("list")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "--session" in done.stderr
    assert data("list") == {"sessions": []}
    assert data("search", "x") == {"query": "x", "matches": []}
    assert data("delete", "--all", "--yes") == {"deleted": []}
    assert "Nothing found" in call("search", "x").stderr


def test_a_search_shows_where_the_words_are() -> None:
    assert data("search", "bonus") == {
        "query": "bonus",
        "matches": [
            {
                "session": "exploring",
                "title": "exploring",
                "turn": 2,
                "place": "answer",
                "snippet": "A bonus, too.",
                "asked": "2023-11-14T22:14:20+00:00",
            },
            {
                "session": "thesis",
                "title": "thesis",
                "turn": 1,
                "place": "answer",
                "snippet": "A bonus [1].",
                "asked": "2023-11-14T22:13:20+00:00",
            },
        ],
    }
    assert [match["session"] for match in data("search", "奖励")["matches"]] == ["exploring"]
    assert len(data("search", "bonus", "-n", "1")["matches"]) == 1
    assert call("search", "bonus", "-n", "0").exit_code == 2
    assert call("search", "icm").stdout == f"exploring, turn 2  {moment(LAST)}  question\n    And ICM?\n"
    assert call("search", "thes").stdout == f"thesis  {moment(FIRST)}  title\n    thesis\n"


def test_show_gives_every_turn_whole() -> None:
    assert data("show", "thesis")["turns"] == [
        {
            "question": "What is RND?",
            "answer": "A bonus [1].",
            "citations": [{**asdict(CITATION), "lines": [3, 9]}],
            "asked": "2023-11-14T22:13:20+00:00",
            "model": "smollm2-135m",
            "refused": False,
            "kind": None,
        }
    ]
    assert [turn["refused"] for turn in data("show", "exploring")["turns"]] == [True, False]
    assert call("show", "thesis").stdout == (
        f"[{moment(FIRST)}] What is RND?\n\nA bonus [1].\n\nSources\n  [1] corpus/papers/rnd.md:3-9  RND > Idea\n"
    )


def test_an_export_goes_to_stdout_or_into_a_file_that_is_new(tmp_path: Path) -> None:
    text = call("export", "thesis").stdout
    assert text.startswith("# thesis\n")
    assert "- \\[1\\] `corpus/papers/rnd.md`, lines 3-9: RND \\> Idea" in text
    file = tmp_path / "thesis.md"
    assert data("export", "thesis", "-o", str(file)) == {"id": "thesis", "path": str(file), "markdown": text}
    assert file.read_text() == text
    again = call("export", "exploring", "-o", str(file), "--json")
    assert again.exit_code == 3
    assert json.loads(again.stdout)["error"]["kind"] == "file_problem"
    assert file.read_text() == text
    done = call("export", "exploring", "-o", str(file), "--force")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "2 turns" in done.stderr
    assert file.read_text().startswith("# exploring\n")
    assert call("export", "thesis", "-o", str(tmp_path)).exit_code == 2, "a folder"


def test_a_renamed_session_keeps_its_id(kept: Sessions) -> None:
    assert data("rename", "thesis", "On RND") == {"id": "thesis", "title": "On RND"}
    assert kept.get("thesis").title == "On RND"
    error = json.loads(call("rename", "thesis", " ", "--json").stdout)["error"]
    assert error["kind"] == "invalid_request"
    error = json.loads(call("show", "On RND", "--json").stdout)["error"]
    assert "'thesis'" in error["hint"]


@pytest.mark.parametrize("args", [["show"], ["export"], ["rename", "--", "thesi", "x"], ["delete", "--yes"]])
def test_a_mistyped_id_is_told_the_nearest(args: list[str], kept: Sessions) -> None:
    args = args if "thesi" in args else [*args, "thesi"]
    done = call(args[0], "--json", *args[1:])
    assert done.exit_code == 3
    error = json.loads(done.stdout)["error"]
    assert error["kind"] == "unknown_name"
    assert "'thesis'" in error["hint"]
    assert len(kept.list()) == 2


def test_bytes_that_are_no_text_are_a_name_like_any_other(kept: Sessions) -> None:
    kept.open("thesis \N{REPLACEMENT CHARACTER}").add("q", "a", [])
    assert data("show", "thesis \udcff")["count"] == 1
    assert data("search", "\udcff")["matches"][0]["place"] == "title"


def test_deleting_needs_a_yes_where_nobody_can_be_asked(kept: Sessions) -> None:
    for args in (["thesis"], ["--all"]):
        done = call("delete", *args, "--json")
        assert done.exit_code == 3
        error = json.loads(done.stdout)["error"]
        assert (error["kind"], error["hint"]) == ("invalid_request", "Give --yes.")
    assert len(kept.list()) == 2


def test_what_is_named_is_deleted_and_no_more(kept: Sessions) -> None:
    assert data("delete", "thesis", "thesis", "--yes") == {"deleted": ["thesis"]}
    assert [session.id for session in kept.list()] == ["exploring"]
    assert data("delete", "--all", "--yes") == {"deleted": ["exploring"]}
    assert kept.list() == []


def test_one_unknown_name_among_several_deletes_none(kept: Sessions) -> None:
    assert call("delete", "thesis", "explorin", "--yes").exit_code == 3
    assert len(kept.list()) == 2


@pytest.mark.parametrize("args", [[], ["thesis", "--all"], ["--yes"]])
def test_deleting_nothing_in_particular_is_wrong_usage(args: list[str], kept: Sessions) -> None:
    assert call("delete", *args).exit_code == 2
    assert len(kept.list()) == 2


@pytest.mark.parametrize(("typed", "deleted"), [("y", True), ("YES", True), ("n", False), ("", False), ("yep", False)])
def test_on_a_terminal_it_asks_first(kept: Sessions, typed: str, deleted: bool) -> None:
    """In a process of its own, on a terminal; stdout stays the answer's."""
    ours, theirs = pty.openpty()
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "copilot.cli", "sessions", "delete", "thesis", "--json"],
            env={**os.environ, "PYTHONPATH": str(paths.project_root())},
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=theirs,
        ) as process:
            asked = b""
            while b"[y/N]" not in asked:
                assert select.select([ours], [], [], 60)[0], asked
                asked += os.read(ours, 4096)
            os.write(ours, f"{typed}\n".encode())
            assert process.stdout is not None
            said = json.loads(process.stdout.read())
            assert process.wait(30) == 0
    finally:
        os.close(ours)
        os.close(theirs)
    assert b"What is RND?" in asked
    assert said == {"deleted": ["thesis"] if deleted else []}
    assert [session.id for session in kept.list()] == (["exploring"] if deleted else ["exploring", "thesis"])


def test_one_that_has_a_plan_alone_is_listed_shown_exported_and_deleted(kept: Sessions) -> None:
    """A turn that is ended after its plan was kept leaves no turn."""
    Work(kept.open("begun")).keep_plan({"agent": "PPO"}, [], Path("/somewhere/train.py"))
    listed = {one["id"]: one for one in data("list")["sessions"]}
    assert (listed["begun"]["count"], listed["begun"]["first_question"]) == (0, "")
    assert any(line.startswith("begun ") and "0 turns" in line for line in call("list").stdout.splitlines())
    assert data("show", "begun")["turns"] == []
    assert "/somewhere/train.py" in call("show", "begun").stderr
    assert data("export", "begun")["markdown"].endswith("no turn yet.\n")
    assert [match["session"] for match in data("search", "begun")["matches"]] == ["begun"]
    assert data("rename", "begun", "Later")["title"] == "Later"
    assert [line.split()[-1] for line in call("list").stdout.splitlines() if line.startswith("begun")] == ["Later"]
    assert data("delete", "begun", "--yes") == {"deleted": ["begun"]}
    assert Work(kept.open("begun")).plan() is None
    assert len(kept.list()) == 2
