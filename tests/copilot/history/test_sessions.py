"""Conversations outlive the process, keep their order, and a file that cannot be used is named."""

from __future__ import annotations

import json
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from copilot.core.errors import DiskFull, FileProblem, UnknownName
from copilot.core.types import Citation
from copilot.history import Sessions
from copilot.history.sessions import MIGRATIONS

CITATION = Citation(1, "corpus/agents/ppo.md", (3, 9), "PPO > Use")
Opener = Callable[[], Sessions]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sessions.sqlite"


@pytest.fixture
def opened(path: Path) -> Iterator[Opener]:
    """Opens the file; each call is one more connection, all are closed at the end."""
    connections: list[Sessions] = []

    def another() -> Sessions:
        connections.append(Sessions(path))
        return connections[-1]

    yield another
    for connection in connections:
        connection.close()


def version(path: Path) -> int:
    with sqlite3.connect(path) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_turns_are_there_after_reopening(path: Path, opened: Opener) -> None:
    first = Sessions(path)
    session = first.open("exploring")
    session.add("What is RND?", "A bonus [1].", [CITATION])
    session.add("内在奖励？", "是的。", [])
    first.close()
    assert opened().open("exploring").messages() == [
        {"role": "user", "content": "What is RND?"},
        {"role": "assistant", "content": "A bonus [1]."},
        {"role": "user", "content": "内在奖励？"},
        {"role": "assistant", "content": "是的。"},
    ]


def test_citations_are_kept_with_their_turn(path: Path, opened: Opener) -> None:
    opened().open("a").add("q", "a [1]", iter([CITATION]))
    with sqlite3.connect(path) as db:
        kept = json.loads(db.execute("SELECT citations FROM turns").fetchone()[0])
    assert kept == [{"id": 1, "source": CITATION.source, "lines": [3, 9], "heading": CITATION.heading, "page": None}]


def test_a_session_holds_only_its_own_turns(opened: Opener) -> None:
    sessions = opened()
    one, other = sessions.open("one"), sessions.open("other")
    one.add("1", "one", [])
    other.add("2", "two", [])
    one.add("3", "three", [])
    assert [message["content"] for message in one.messages()] == ["1", "one", "3", "three"]
    assert [message["content"] for message in other.messages()] == ["2", "two"]


def test_the_newest_session_comes_first(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([10.0, 30.0, 20.0, 40.0])
    monkeypatch.setattr("copilot.history.sessions.time.time", lambda: next(moments))
    sessions = opened()
    for name in ("a", "b", "c"):
        sessions.open(name)
    assert [session.id for session in sessions.list()] == ["b", "c", "a"]
    assert sessions.open("a").created == 10.0, "opening again does not begin anew"
    assert [session.id for session in sessions.list()] == ["b", "c", "a"]


def test_a_new_session_is_titled_by_its_id_until_it_is_renamed(opened: Opener) -> None:
    sessions = opened()
    assert sessions.open("20261001").title == "20261001"
    sessions.rename("20261001", "How PPO clips; DROP TABLE 'turns'")
    assert [(session.id, session.title) for session in opened().list()] == [
        ("20261001", "How PPO clips; DROP TABLE 'turns'")
    ]


def test_deleting_takes_the_turns_along(path: Path, opened: Opener) -> None:
    sessions = opened()
    for name in ("kept", "gone"):
        sessions.open(name).add("q", name, [])
    sessions.delete("gone")
    assert [session.id for session in sessions.list()] == ["kept"]
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT answer FROM turns").fetchall() == [("kept",)]
    assert sessions.open("gone").messages() == []


@pytest.mark.parametrize("change", [lambda s: s.rename("explorin", "x"), lambda s: s.delete("explorin")])
def test_an_unknown_session_suggests_the_nearest(opened: Opener, change: Callable[[Sessions], None]) -> None:
    sessions = opened()
    sessions.open("exploring")
    with pytest.raises(UnknownName, match="session named 'explorin'") as caught:
        change(sessions)
    assert caught.value.nearest == ["exploring"]
    assert [session.id for session in sessions.list()] == ["exploring"]


def test_a_file_that_is_no_database_is_left_as_it_is(path: Path) -> None:
    path.write_text("a letter, and not a database " * 100)
    before = path.read_bytes()
    with pytest.raises(FileProblem, match=r"sessions\.sqlite") as caught:
        Sessions(path)
    assert "Move that file away" in caught.value.hint
    assert path.read_bytes() == before


def test_a_path_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "sessions.sqlite").mkdir()
    with pytest.raises(FileProblem, match=r"sessions\.sqlite"):
        Sessions(tmp_path / "sessions.sqlite")


@pytest.mark.parametrize("there", [False, True])
def test_only_its_owner_reads_it_in_a_folder_that_is_open(path: Path, opened: Opener, there: bool) -> None:
    path.parent.chmod(0o755)
    if there:
        path.touch(mode=0o644)
    opened().open("kept").add("q", "a", [])
    assert [stat.S_IMODE(file.stat().st_mode) for file in path.parent.glob("sessions.sqlite*")] == [0o600]


def test_what_cannot_be_written_is_named(path: Path, opened: Opener) -> None:
    sessions = opened()
    session = sessions.open("kept")
    sessions._db.execute("PRAGMA query_only = ON")  # as on a disk that is mounted for reading only
    for change in (lambda: session.add("q", "a", []), lambda: sessions.open("new"), lambda: sessions.delete("kept")):
        with pytest.raises(FileProblem, match=r"sessions\.sqlite cannot be written"):
            change()
    sessions._db.execute("PRAGMA query_only = OFF")
    pages = sessions._db.execute("PRAGMA page_count").fetchone()[0]
    sessions._db.execute(f"PRAGMA max_page_count = {pages}")  # as on a disk that is full
    with pytest.raises(DiskFull, match=r"sessions\.sqlite"):
        session.add("q" * 100_000, "a", [])


def test_a_file_of_a_newer_version_is_left_as_it_is(path: Path, opened: Opener) -> None:
    opened().open("a")
    newer = len(MIGRATIONS) + 1
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {newer}")
    with pytest.raises(FileProblem, match="newer version") as caught:
        Sessions(path)
    assert "Update" in caught.value.hint
    assert version(path) == newer


def test_every_migration_is_counted(path: Path, opened: Opener) -> None:
    opened()
    assert version(path) == len(MIGRATIONS)


def test_an_older_file_is_brought_forward(path: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    opened().open("kept").add("q", "a", [])
    added = "ALTER TABLE sessions ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;"
    monkeypatch.setattr("copilot.history.sessions.MIGRATIONS", (*MIGRATIONS, added))
    assert opened().list()[0].messages()[1]["content"] == "a"
    assert version(path) == len(MIGRATIONS) + 1


def test_a_broken_migration_changes_nothing(path: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    opened().open("kept")
    broken = "CREATE TABLE half (a); INSERT INTO nowhere VALUES (1);"
    monkeypatch.setattr("copilot.history.sessions.MIGRATIONS", (*MIGRATIONS, broken))
    with pytest.raises(FileProblem):
        Sessions(path)
    monkeypatch.undo()
    assert version(path) == len(MIGRATIONS)
    assert [session.id for session in opened().list()] == ["kept"]
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT name FROM sqlite_master WHERE name = 'half'").fetchall() == []


def test_two_connections_see_each_other(opened: Opener) -> None:
    mine, yours = opened(), opened()
    session = mine.open("shared")
    yours.open("shared").add("q1", "a1", [])
    session.add("q2", "a2", [])
    expected = ["q1", "a1", "q2", "a2"]
    assert [message["content"] for message in session.messages()] == expected
    assert [message["content"] for message in yours.open("shared").messages()] == expected


def test_writers_wait_for_each_other(path: Path, opened: Opener) -> None:
    opened().open("shared")

    def write(number: int) -> None:
        sessions = Sessions(path)
        for turn in range(5):
            sessions.open("shared").add(f"q{number}-{turn}", "a", [])
        sessions.close()

    together([lambda number=number: write(number) for number in range(4)])
    asked = [m["content"] for m in opened().open("shared").messages() if m["role"] == "user"]
    assert len(asked) == 20
    for number in range(4):
        assert [q for q in asked if q.startswith(f"q{number}-")] == [f"q{number}-{turn}" for turn in range(5)]


def test_a_new_file_may_be_opened_by_several_at_once(tmp_path: Path) -> None:
    for attempt in range(20):
        path = tmp_path / f"{attempt}.sqlite"
        together([lambda path=path: Sessions(path).close() for _ in range(8)])
        assert version(path) == len(MIGRATIONS)


def together(calls: list[Callable[[], None]]) -> None:
    """Run all at once; the first error of any is raised."""
    barrier = threading.Barrier(len(calls))
    errors: list[BaseException] = []

    def run(call: Callable[[], None]) -> None:
        barrier.wait()
        try:
            call()
        except Exception as error:  # noqa: BLE001  # raised below, in the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
