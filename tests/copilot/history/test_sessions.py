"""Conversations outlive the process, keep their order, and a file that cannot be used is named."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from copilot.core.errors import DiskFull, FileProblem, InvalidRequest, UnknownName
from copilot.core.types import Citation
from copilot.history import PastTurn, Sessions, new_id
from copilot.history.sessions import MIGRATIONS

CITATION = Citation(1, "corpus/agents/ppo.md", (3, 9), "PPO > Use")
Opener = Callable[[], Sessions]

VERSION_1 = """
INSERT INTO sessions VALUES ('old', 'Older', 10.0), ('empty', 'empty', 15.0);
INSERT INTO turns VALUES
    (1, 'old', 'What is RND?', 'A bonus [1].',
     '[{"id": 1, "source": "x.md", "lines": [3, 9], "heading": "H", "page": null}]', 20.0),
    (2, 'old', '内在奖励？', '是的。', '[]', 30.0);
"""
"""What the first version kept."""


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


def at(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The moment that it is, to be set."""
    now = [0.0]
    monkeypatch.setattr("copilot.history.sessions.time.time", lambda: now[0])
    return now


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
    place = {"lines": [3, 9], "heading": CITATION.heading, "page": None, "cell": None, "quote": ""}
    assert kept == [{"id": 1, "source": CITATION.source, **place}]


def test_a_turn_is_kept_with_its_model_its_refusal_and_its_moment(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch)[0] = 12.5
    session = opened().open("a")
    session.add("q1", "a1 [1]", [CITATION], model="qwen2.5-coder-1.5b")
    session.add("q2", "none", [], refused=True)
    first, second = opened().get("a").turns()
    assert first == PastTurn("q1", "a1 [1]", [CITATION], 12.5, "qwen2.5-coder-1.5b", False)
    assert (second.model, second.refused, second.citations) == (None, True, [])


def test_a_field_of_a_citation_that_is_not_known_is_left_out(path: Path, opened: Opener) -> None:
    sessions = opened()
    sessions.open("a").add("q", "a", [CITATION])
    with closing(sqlite3.connect(path)) as db, db:
        db.execute('UPDATE turns SET citations = replace(citations, \'"page"\', \'"later": 1, "page"\')')
    assert sessions.get("a").turns()[0].citations == [CITATION]


@pytest.mark.parametrize(
    ("identifier", "title", "heading"),
    [
        ("thesis", None, "thesis"),
        ("thesis", "On GAE", "On GAE"),
        (new_id(), None, "What is RND?"),
        ("tui 2026-10-01 12:00:00.000001", None, "What is RND?"),
        (new_id(), "On GAE", "On GAE"),
    ],
    ids=["given", "given and titled", "made", "made before", "made and titled"],
)
def test_what_nobody_named_is_headed_by_its_first_question(
    opened: Opener, identifier: str, title: str | None, heading: str
) -> None:
    sessions = opened()
    sessions.open(identifier).add("What is\nRND?", "a", [])
    if title:
        sessions.rename(identifier, title)
    assert sessions.get(identifier).heading == heading


@pytest.mark.parametrize("title", ["", " \n", "x" * 121])
def test_a_title_is_short_and_not_empty(opened: Opener, title: str) -> None:
    sessions = opened()
    sessions.open("a").add("q", "a", [])
    with pytest.raises(InvalidRequest, match="expected 1 to 120"):
        sessions.rename("a", title)
    assert sessions.get("a").title == "a"


def test_a_title_in_place_of_the_id_is_told_the_id(opened: Opener) -> None:
    sessions = opened()
    sessions.open("a").add("q", "a", [])
    sessions.rename("a", "On GAE")
    with pytest.raises(UnknownName) as caught:
        sessions.get("On GAE")
    assert "'a'" in caught.value.hint


def test_a_session_holds_only_its_own_turns(opened: Opener) -> None:
    sessions = opened()
    one, other = sessions.open("one"), sessions.open("other")
    one.add("1", "one", [])
    other.add("2", "two", [])
    one.add("3", "three", [])
    assert [message["content"] for message in one.messages()] == ["1", "one", "3", "three"]
    assert [message["content"] for message in other.messages()] == ["2", "two"]


def test_the_newest_session_comes_first(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    now = at(monkeypatch)
    sessions = opened()
    for name, moment in (("a", 10.0), ("b", 30.0), ("c", 20.0)):
        now[0] = moment
        sessions.open(name).add(f"of {name}", "a", [])
    assert [session.id for session in sessions.list()] == ["b", "c", "a"]
    now[0] = 40.0
    assert sessions.open("a").created == 10.0, "opening again does not begin anew"
    assert [session.id for session in sessions.list()] == ["b", "c", "a"], "nor does it count as a turn"
    sessions.open("a").add("again", "a", [])
    assert [session.id for session in sessions.list()] == ["a", "b", "c"]
    newest = sessions.list()[0]
    assert (newest.created, newest.updated, newest.count, newest.first_question) == (10.0, 40.0, 2, "of a")


def test_a_session_without_turns_is_not_there(opened: Opener) -> None:
    """A turn that fails leaves no empty conversation behind."""
    sessions = opened()
    assert sessions.open("failed").messages() == []
    assert sessions.list() == []
    with pytest.raises(UnknownName):
        sessions.delete("failed")


def test_a_new_session_is_titled_by_its_id_until_it_is_renamed(opened: Opener) -> None:
    sessions = opened()
    sessions.open("20261001").add("q", "a", [])
    assert sessions.open("20261001").title == "20261001"
    sessions.rename("20261001", " How PPO clips;\n DROP TABLE 'turns'")
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


def test_all_that_are_named_go_or_none(opened: Opener) -> None:
    sessions = opened()
    for name in ("a", "b", "c"):
        sessions.open(name).add("q", name, [])
    with pytest.raises(UnknownName):
        sessions.delete("a", "d")
    assert len(sessions.list()) == 3
    sessions.delete("a", "b")
    assert [session.id for session in sessions.list()] == ["c"]
    sessions.open("d").add("q", "d", [])
    assert sorted(sessions.clear()) == ["c", "d"]
    assert sessions.list() == []
    assert sessions.clear() == []


def test_a_turn_that_ends_after_its_session_was_deleted_begins_it_anew(opened: Opener) -> None:
    mine, yours = opened(), opened()
    session = mine.open("shared")
    session.add("q1", "a1", [])
    yours.delete("shared")
    session.add("q2", "a2", [])
    assert [turn.question for turn in yours.get("shared").turns()] == ["q2"]


SECRET = "Жар-птица 火鸟 zqxjv"
"""No other text in the file has one of its letters; small letters too, as the search's index folds them."""


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_deleted_text_is_in_no_byte_of_the_file_or_its_log(
    path: Path, opened: Opener, journal: str, everything: bool
) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA journal_mode = {journal}")
    sessions = opened()
    for turn in range(30):  # turns of both kinds share pages, and long ones have pages of their own
        sessions.open("kept").add(f"q{turn}", "ordinary words " * turn**2, [])
        sessions.open("火鸟").add(f"{SECRET} {turn}", f"{SECRET} " * turn**2, [Citation(1, SECRET, (1, 2), SECRET)])
    sessions.rename("火鸟", SECRET)
    assert "火".encode() in everything_of(path)
    assert sessions.search("Жар-птица")
    if everything:
        sessions.clear()
    else:
        sessions.delete("火鸟")
    for letter in ("Ж", "ж", "п", "火", "鸟", "zq", "qx", "xj", "jv"):
        assert letter.encode() not in everything_of(path), letter
    assert sessions.search("Жар-птица") == []
    assert len(sessions.search("ordinary", 100)) == (0 if everything else 29)


def test_what_another_program_left_of_older_rows_goes_with_the_next_deletion(path: Path, opened: Opener) -> None:
    sessions = opened()
    for name in ("kept", "older", "gone"):
        sessions.open(name).add("q", "火鸟 " * 20_000 if name == "older" else "a", [])
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA secure_delete = OFF")
        db.execute("DELETE FROM turns WHERE session = 'older'")
    assert "火".encode() in everything_of(path)
    sessions.delete("gone")
    assert "火".encode() not in everything_of(path)


def everything_of(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob("sessions.sqlite*"))


@pytest.mark.parametrize("change", [lambda s: s.rename("explorin", "x"), lambda s: s.delete("explorin")])
def test_an_unknown_session_suggests_the_nearest(opened: Opener, change: Callable[[Sessions], None]) -> None:
    sessions = opened()
    sessions.open("exploring").add("q", "a", [])
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
    session.add("q", "a", [])
    sessions._db.execute("PRAGMA query_only = ON")  # as on a disk that is mounted for reading only
    for change in (
        lambda: session.add("q", "a", []),
        lambda: sessions.rename("kept", "x"),
        lambda: sessions.delete("kept"),
    ):
        with pytest.raises(FileProblem, match=r"sessions\.sqlite cannot be written"):
            change()
    sessions._db.execute("PRAGMA query_only = OFF")
    pages = sessions._db.execute("PRAGMA page_count").fetchone()[0]
    sessions._db.execute(f"PRAGMA max_page_count = {pages}")  # as on a disk that is full
    with pytest.raises(DiskFull, match=r"sessions\.sqlite"):
        session.add("q" * 100_000, "a", [])


def test_a_file_of_a_newer_version_is_left_as_it_is(path: Path, opened: Opener) -> None:
    opened()
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


def test_a_file_of_the_first_version_keeps_its_turns_and_is_searched(path: Path, opened: Opener) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"{MIGRATIONS[0]} {VERSION_1} PRAGMA user_version = 1;")
    sessions = opened()
    [old] = sessions.list()
    assert (old.id, old.title, old.created, old.updated, old.count) == ("old", "Older", 10.0, 30.0, 2)
    assert [(turn.asked, turn.model, turn.refused) for turn in old.turns()] == [(20.0, None, None), (30.0, None, None)]
    assert old.turns()[0].citations == [Citation(1, "x.md", (3, 9), "H")]
    assert [match.turn for match in sessions.search("bonus")] == [1]
    assert [match.turn for match in sessions.search("内在奖励")] == [2]
    old.add("q", "a", [], model="m")
    assert [turn.model for turn in sessions.get("old").turns()] == [None, None, "m"]


def test_the_first_migrations_are_as_they_were_published() -> None:
    """Append-only: a file that has one already would never see what is changed in it."""
    digests = [hashlib.sha256(migration.encode()).hexdigest()[:16] for migration in MIGRATIONS]
    assert digests[:2] == ["1d08483e575a9640", "68312c9085184b3f"]


def test_a_broken_migration_changes_nothing(path: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    opened().open("kept").add("q", "a", [])
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


def test_a_deletion_waits_for_writers_and_they_for_it(path: Path, opened: Opener) -> None:
    opened().open("kept").add("q", "a", [])

    def write(number: int) -> None:
        sessions = Sessions(path)
        for turn in range(5):
            sessions.open("kept").add(f"q{number}-{turn}", "some words", [])
        sessions.close()

    def delete(number: int) -> None:
        sessions = Sessions(path)
        for turn in range(5):
            sessions.open(f"gone{number}").add(f"q{turn}", "other words", [])
            sessions.delete(f"gone{number}")
        sessions.close()

    together([lambda number=number, call=call: call(number) for number in range(2) for call in (write, delete)])
    [kept] = opened().list()
    assert kept.count == 11
    assert len(opened().search("some words", 100)) == 10
    assert opened().search("other words") == []


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
