"""A search finds the same turns with the index and without, in both languages, and a file may move between the two."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from copilot.core.errors import InvalidRequest
from copilot.history import Sessions, find

TURNS = (
    ("What does gae_lambda do?", "It trades bias for variance: 100% of it."),
    ("如何使用内在奖励？", "用 RND 的内在奖励。"),
    ("How does PPO clip?", 'The ratio, by "clip_range". ÉTÉ.'),
    ("And in RL with A2C?", "It does not clip; RND is no part of it."),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sessions.sqlite"


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Sets whether SQLite lacks FTS5."""
    return lambda lacks: monkeypatch.setattr(find, "available", lambda: not lacks)


@pytest.fixture(params=["with the index", "without the index"])
def sessions(path: Path, lacking: Callable[[bool], None], request: pytest.FixtureRequest) -> Iterator[Sessions]:
    if request.param == "with the index":
        assert find.available(), "the tests' SQLite is to have FTS5 with trigrams"
    else:
        lacking(True)
    with closing(Sessions(path)) as opened:
        for number, (question, answer) in enumerate(TURNS):
            opened.open("thesis" if number < 2 else "other").add(question, answer, [])
        yield opened


def found(sessions: Sessions, query: str) -> list[int]:
    """The places in `TURNS` of what a search finds."""
    starts = {"thesis": 0, "other": 2}
    return [starts[match.session] + match.turn - 1 for match in sessions.search(query) if match.turn]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("gae_lambda", [0]),
        ("LAMB", [0]),
        ("rnd", [3, 1]),
        ("clip", [3, 2]),
        ("clip ratio", [2]),
        ("ppo ratio", [2]),  # one word in the question, one in the answer
        ("内在奖励", [1]),
        ("奖励", [1]),  # shorter than a trigram
        ("奖", [1]),
        ("RL", [3]),
        ("rl clip", [3]),  # a short word and a long one
        ("内在奖励 RL", []),
        ('"clip_range"', [2]),
        ('clip"', []),
        ("100%", [0]),
        ("1%", []),  # not a wildcard
        ("g_e", []),
        ("été", [2]),
        ("ét", [2]),
        ("clip OR gae_lambda", []),  # words, not operators
        ("answer:clip*", []),
        ("cli\0p", [3, 2]),
        ("lasagne", []),
    ],
)
def test_all_words_must_be_there_and_nothing_is_an_operator(
    sessions: Sessions, query: str, expected: list[int]
) -> None:
    assert found(sessions, query) == expected


@pytest.mark.parametrize("query", ["", " \n", "\0", " ".join(f"word{n}" for n in range(33))])
def test_a_search_without_a_word_or_with_too_many_is_refused(sessions: Sessions, query: str) -> None:
    with pytest.raises(InvalidRequest, match="expected 1 to 32"):
        sessions.search(query)


def test_as_many_words_as_are_allowed_are_searched_for(sessions: Sessions) -> None:
    """Of both kinds, and a word that is there often counts once."""
    assert found(sessions, " ".join([*(f"w{n}" for n in range(16)), *(f"word{n}" for n in range(16))])) == []
    assert found(sessions, "rnd " * 100) == [3, 1]


def test_titles_and_names_are_found_first(sessions: Sessions) -> None:
    sessions.rename("other", "RND and friends")
    first, *rest = sessions.search("rnd")
    assert (first.session, first.place, first.turn, first.snippet) == ("other", "title", None, "RND and friends")
    assert [(match.session, match.turn) for match in rest] == [("other", 2), ("thesis", 2)]
    assert [match.place for match in sessions.search("thes")] == ["title"]
    assert len(sessions.search("rnd", limit=2)) == 2
    assert [match.place for match in sessions.search("rnd", limit=1)] == ["title"]


def test_a_match_shows_the_text_that_holds_the_words(sessions: Sessions) -> None:
    [match] = sessions.search("ratio")
    assert (match.session, match.title, match.turn, match.place) == ("other", "other", 1, "answer")
    assert match.snippet == 'The ratio, by "clip_range". ÉTÉ.'
    assert sessions.search("gae_lambda")[0].place == "question"


def test_what_is_deleted_is_not_found(sessions: Sessions) -> None:
    sessions.delete("thesis")
    assert found(sessions, "rnd") == [3]
    assert found(sessions, "奖") == []


def test_a_file_moves_between_machines_with_and_without_the_index(path: Path, lacking: Callable[[bool], None]) -> None:
    """Without FTS5 the triggers would make every turn fail; with it again, what was kept meanwhile is found."""

    def words_in_index() -> list[int]:
        with closing(sqlite3.connect(path)) as db:
            return [row[0] for row in db.execute("SELECT rowid FROM turns_text WHERE turns_text MATCH '\"words\"'")]

    for round_, lacks in enumerate((False, True, False, True, False)):
        lacking(lacks)
        with closing(Sessions(path)) as sessions:
            assert find.indexed(sessions._db) is not lacks
            if lacks:  # as it is where the module is missing: no statement may need the virtual table
                sessions._db.set_authorizer(lambda _, table, *__: int(table == "turns_text"))
            sessions.open("moved").add(f"words {round_}", "a", [])
            sessions.open(f"gone{round_}").add("words", "secret", [])
            sessions.delete(f"gone{round_}")
            assert len(sessions.search("words")) == round_ + 1
    assert len(words_in_index()) == 5


def test_text_deleted_where_there_is_no_index_is_gone_from_the_old_one(
    path: Path, lacking: Callable[[bool], None]
) -> None:
    with closing(Sessions(path)) as sessions:
        sessions.open("gone").add("火鸟火鸟", "q", [])
    lacking(True)
    with closing(Sessions(path)) as sessions:
        sessions.delete("gone")
    assert "火".encode() not in path.read_bytes()


def test_the_index_is_made_once_and_holds_what_was_there(path: Path, lacking: Callable[[bool], None]) -> None:
    lacking(True)
    with closing(Sessions(path)) as sessions:
        sessions.open("old").add("words", "a", [])
    lacking(False)
    for _ in range(2):
        with closing(Sessions(path)) as sessions:
            changes = sessions._db.total_changes
            assert [match.session for match in sessions.search("words")] == ["old"]
    assert changes == 0, "an index that is there is left as it is"


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("short text", ["text"], "short text"),
        ("several\n\n lines", ["lines"], "several lines"),
        ("word " * 40, ["none"], "word word word word word …"),
        ("a" * 40 + " here " + "b" * 40, ["here"], "…aaaaaaa here bbbbbbbbbbbb…"),
        ("a" * 40 + " HERE", ["here"], "…aaaaaaa HERE"),
    ],
)
def test_a_snippet_is_one_line_around_the_words(text: str, words: list[str], expected: str) -> None:
    assert find.snippet(text, words, 25) == expected
