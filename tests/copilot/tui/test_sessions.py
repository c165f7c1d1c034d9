"""Kept conversations over a fake assistant and a real file: found, continued, renamed, exported and deleted by keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Footer, Input, Markdown, OptionList, Static, TabbedContent

from copilot.core import paths
from copilot.core.errors import DiskFull
from copilot.core.types import Citation
from copilot.history import Sessions, Work, new_id
from copilot.tui import app as app_module
from copilot.tui.app import CopilotApp
from copilot.tui.dialog import LineScreen, YesNoScreen
from copilot.tui.sessions import SessionsScreen, file_name
from copilot.tui.turn import Turn
from tests.copilot.tui.fakes import FakeAssistant

SOURCE = Citation(1, "corpus/papers/rnd.md", (3, 9), "RND")


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sessions]:
    """Three conversations; the newest is that of `made`."""
    now = [1_700_000_000.0]
    monkeypatch.setattr("copilot.history.sessions.time.time", lambda: now[0])
    with closing(Sessions(paths.sessions_file())) as opened:
        opened.open("thesis").add("What is RND?", "A bonus for what is new [1].", [SOURCE])
        opened.open("thesis").add("And [bold]ICM[/]?", "Another.", [])
        now[0] += 60
        opened.open("内在").add("如何使用内在奖励？", "用 RND。", [])
        now[0] += 60
        opened.open(new_id()).add("How does PPO clip?", "The ratio.", [])
        yield opened


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait for what a thread brings."""
    for _ in range(500):
        await pilot.pause(0.01)
        if condition():
            return
    raise AssertionError("it did not come")


async def open_sessions(pilot: Pilot[None], rows: int = 3) -> SessionsScreen:
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, SessionsScreen))
    screen = pilot.app.screen
    assert isinstance(screen, SessionsScreen)
    await until(pilot, lambda: count(screen) == rows)
    return screen


async def back(pilot: Pilot[None], screen: Screen[object]) -> None:
    await until(pilot, lambda: pilot.app.screen is screen)


def count(screen: Screen[object]) -> int:
    return screen.query_one(OptionList).option_count


def lines(screen: Screen[object]) -> list[str]:
    """The first line of each row."""
    return [str(option.prompt).splitlines()[0] for option in screen.query_one(OptionList).options]


def said(screen: Screen[object]) -> str:
    return str(screen.query_one("#count", Static).render())


def app_of() -> CopilotApp:
    return CopilotApp(FakeAssistant())


@pytest.mark.parametrize("size", [(80, 24), (40, 15), (30, 8), (120, 50)])
async def test_the_list_has_the_newest_first_and_a_line_for_each(kept: Sessions, size: tuple[int, int]) -> None:
    app = app_of()
    async with app.run_test(size=size) as pilot:
        screen = await open_sessions(pilot)
        assert lines(screen) == ["How does PPO clip?", "内在", "thesis"]
        assert said(screen) == "3 conversations"
        choices = screen.query_one(OptionList)
        assert choices.highlighted == 0
        assert choices.size.height >= 4, "two conversations are in sight"
        assert choices.virtual_size.height == 6, "no row is wrapped"
        await pilot.press("escape")
        await back(pilot, app.screen_stack[0])


async def test_where_nothing_is_kept_it_is_said() -> None:
    async with app_of().run_test() as pilot:
        screen = await open_sessions(pilot, 0)
        await until(pilot, lambda: "No conversation" in said(screen))
        await pilot.press("enter", "ctrl+r", "ctrl+x", "ctrl+o")
        await pilot.pause()
        assert pilot.app.screen is screen


async def test_one_without_a_turn_is_listed_opened_and_deleted(kept: Sessions) -> None:
    kept.clear()
    Work(kept.open("begun")).keep_plan({}, [], Path("/somewhere/train.py"))
    app = app_of()
    async with app.run_test() as pilot:
        screen = await open_sessions(pilot, 1)
        assert "0 turns" in str(screen.query_one(OptionList).options[0].prompt)
        await pilot.press("enter")
        await until(pilot, lambda: app.session == "begun")
        screen = await open_sessions(pilot, 1)
        await pilot.press("ctrl+x")
        await until(pilot, lambda: isinstance(app.screen, YesNoScreen))
        await pilot.press("y")
        await until(pilot, lambda: not kept.list())


async def test_a_search_follows_what_is_typed(kept: Sessions) -> None:
    async with app_of().run_test() as pilot:
        screen = await open_sessions(pilot)
        await pilot.press("r", "n", "d")
        await until(pilot, lambda: count(screen) == 2)
        assert lines(screen) == ["内在", "thesis"]
        assert said(screen) == "2 of 3 conversations"
        assert "A bonus for what" not in str(screen.query_one(OptionList).options[1].prompt), (
            "the text with the word is shown"
        )
        await pilot.press("x")
        await until(pilot, lambda: count(screen) == 0)
        await pilot.press("backspace", "backspace", "backspace", "backspace")
        await until(pilot, lambda: count(screen) == 3)
        screen.query_one(Input).value = "奖励"
        await until(pilot, lambda: lines(screen) == ["内在"])


async def test_enter_means_what_was_typed_before_it(kept: Sessions) -> None:
    """However slow the search is: the list still shows another conversation first."""
    app = app_of()
    async with app.run_test() as pilot:
        screen = await open_sessions(pilot)
        screen.query_one(Input).value = "thesis"
        screen.action_open()
        assert lines(screen)[0] != "thesis"
        await until(pilot, lambda: len(app.query(Turn)) == 2)
        assert app.session == "thesis"


@pytest.mark.parametrize("size", [(80, 24), (30, 8)])
async def test_a_conversation_that_is_opened_is_shown_and_goes_on(kept: Sessions, size: tuple[int, int]) -> None:
    assistant = FakeAssistant()
    app = CopilotApp(assistant)
    async with app.run_test(size=size) as pilot:
        await pilot.press("f2")
        await open_sessions(pilot)
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: len(app.query(Turn)) == 2)
        await until(pilot, lambda: app.query(Turn).last().query_one(Markdown).source == "Another.")
        assert app.query_one(TabbedContent).active == "chat"
        first = app.query(Turn).first()
        assert str(first.query_one(Static).render()) == "> What is RND?"
        assert first.query_one(Markdown).source == "A bonus for what is new [1]."
        assert first.query_one(OptionList).option_count == 1
        assert "[bold]ICM[/]" in str(app.query(Turn).last().query_one(Static).render())
        assert not app.query("#welcome")
        await pilot.press(*"How?", "enter")
        await app.workers.wait_for_complete()
    assert assistant.sessions == ["thesis"]


async def test_of_a_long_conversation_the_last_turns_are_shown(kept: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "SHOWN", 1)
    app = app_of()
    async with app.run_test() as pilot:
        await open_sessions(pilot)
        await pilot.press("up", "enter")  # from the first to the last
        await until(pilot, lambda: len(app.query(Turn)) == 1)
        assert "1 earlier turn is not shown" in str(app.query_one("#earlier", Static).render())
        assert "sessions show thesis" in str(app.query_one("#earlier", Static).render())


async def test_nothing_is_opened_while_an_answer_is_written(kept: Sessions) -> None:
    assistant = FakeAssistant()
    app = CopilotApp(assistant)
    async with app.run_test() as pilot:
        await pilot.press(*"wait", "enter")
        await until(pilot, lambda: app.busy)
        session = app.session
        await open_sessions(pilot)
        await pilot.press("enter")
        await back(pilot, app.screen_stack[0])
        assert app.session == session
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert app.session == session
        await pilot.press("escape")
        await app.workers.wait_for_complete()


async def test_a_new_conversation_has_a_key() -> None:
    assistant = FakeAssistant()
    app = CopilotApp(assistant)
    async with app.run_test() as pilot:
        for _ in range(2):
            await pilot.press(*"How?", "enter")
            await app.workers.wait_for_complete()
            await pilot.press("ctrl+n")
            await until(pilot, lambda: not app.query(Turn))
    assert len(set(assistant.sessions)) == 2


async def test_the_command_is_the_key_s_twin(kept: Sessions) -> None:
    app = app_of()
    async with app.run_test() as pilot:
        app.query_one(Input).value = "/sessions"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SessionsScreen))


async def test_a_title_is_given_by_a_line(kept: Sessions) -> None:
    app = app_of()
    async with app.run_test() as pilot:
        screen = await open_sessions(pilot)
        await pilot.press("down", "down", "ctrl+r")
        await until(pilot, lambda: isinstance(app.screen, LineScreen))
        line = app.screen.query_one(Input)
        assert line.value == "thesis"
        line.value = "x" * 200
        await pilot.press("enter")
        await until(pilot, lambda: bool(app.screen.query(".problem")))
        assert "expected 1 to 120" in str(app.screen.query_one(".problem", Static).render())
        assert app.screen.query_one(Input).value == "x" * 200, "what was typed is not lost"
        app.screen.query_one(Input).value = "On [b]RND[/b]"
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen and "On [b]RND[/b]" in lines(screen))
        assert screen.query_one(OptionList).highlighted == 2, "the mark stays on it"
        await pilot.press("ctrl+r")
        await until(pilot, lambda: isinstance(app.screen, LineScreen))
        app.screen.query_one(Input).value = "lost"
        await pilot.press("escape")
        await back(pilot, screen)
    assert kept.get("thesis").title == "On [b]RND[/b]"


async def test_deleting_asks_first(kept: Sessions) -> None:
    app = app_of()
    async with app.run_test(size=(30, 8)) as pilot:
        screen = await open_sessions(pilot)
        for no in ("n", "escape", "enter"):
            await pilot.press("ctrl+x")
            await until(pilot, lambda: isinstance(app.screen, YesNoScreen))
            assert "How does PPO clip?" in str(app.screen.query_one(Static).render())
            await pilot.press(no)
            await back(pilot, screen)
        assert len(kept.list()) == 3
        await pilot.press("ctrl+x")
        await until(pilot, lambda: isinstance(app.screen, YesNoScreen))
        await pilot.press("y")
        await until(pilot, lambda: app.screen is screen and lines(screen) == ["内在", "thesis"])
    assert [session.id for session in kept.list()] == ["内在", "thesis"]


async def test_the_conversation_on_the_screen_is_cleared_when_it_is_deleted(kept: Sessions) -> None:
    app = app_of()
    async with app.run_test() as pilot:
        await open_sessions(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: len(app.query(Turn)) == 1)
        gone = app.session
        await open_sessions(pilot)
        await pilot.press("ctrl+x")
        await until(pilot, lambda: isinstance(app.screen, YesNoScreen))
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, SessionsScreen) and count(app.screen) == 2)
        await pilot.press("escape")
        await until(pilot, lambda: not app.query(Turn))
        assert app.session != gone


async def test_what_is_being_answered_is_not_deleted(kept: Sessions) -> None:
    app = app_of()
    async with app.run_test() as pilot:
        await open_sessions(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: len(app.query(Turn)) == 1)
        await pilot.press(*"wait", "enter")
        await until(pilot, lambda: app.busy)
        screen = await open_sessions(pilot)
        await pilot.press("ctrl+x")
        await pilot.pause(0.05)
        assert app.screen is screen
        await pilot.press("escape")
        await back(pilot, app.screen_stack[0])
        await pilot.press("escape")
        await app.workers.wait_for_complete()
    assert len(kept.list()) == 3


async def test_an_export_writes_over_nothing(kept: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "thesis.md").write_text("mine")
    app = app_of()
    async with app.run_test() as pilot:
        screen = await open_sessions(pilot)
        await pilot.press("down", "down", "ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, LineScreen))
        assert app.screen.query_one(Input).value == str(tmp_path / "thesis.md")
        await pilot.press("enter")
        await until(pilot, lambda: bool(app.screen.query(".problem")))
        assert "there already" in str(app.screen.query_one(".problem", Static).render())
        app.screen.query_one(Input).value = str(tmp_path / "other.md")
        await pilot.press("enter")
        await back(pilot, screen)
        await until(pilot, (tmp_path / "other.md").exists)
    assert (tmp_path / "thesis.md").read_text() == "mine"
    assert (tmp_path / "other.md").read_text().startswith("# thesis\n")


async def test_a_file_that_cannot_be_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    paths.sessions_file().write_text("a letter, and not a database " * 100)
    app = app_of()
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, SessionsScreen) and "cannot be read" in said(app.screen))
        await pilot.press("escape")
        await back(pilot, app.screen_stack[0])


async def test_a_conversation_that_is_gone_meanwhile_is_said(kept: Sessions) -> None:
    app = app_of()
    async with app.run_test() as pilot:
        await open_sessions(pilot)
        session = app.session
        kept.clear()
        await pilot.press("enter")
        await back(pilot, app.screen_stack[0])
        await pilot.pause(0.1)
        assert app.session == session


async def test_a_deletion_that_fails_is_said(kept: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DiskFull("The disk is full.", hint="Free some space.")

    monkeypatch.setattr(Sessions, "delete", full)
    app = app_of()
    async with app.run_test() as pilot:
        screen = await open_sessions(pilot)
        await pilot.press("ctrl+x")
        await until(pilot, lambda: isinstance(app.screen, YesNoScreen))
        await pilot.press("y")
        await back(pilot, screen)
        assert not screen.deleted
        assert count(screen) == 3


async def test_the_chat_s_keys_rest_while_the_list_is_open(kept: Sessions) -> None:
    app = app_of()
    async with app.run_test() as pilot:
        screen = await open_sessions(pilot)
        await pilot.press("f1", "f2", "ctrl+n")
        await pilot.pause()
        assert app.screen is screen
        assert not app.query(Turn)
        assert app.query_one(TabbedContent).active == "chat"
        shown = [binding.description for binding in screen.query_one(Footer).query("FooterKey")]
        assert shown == ["Open", "Delete", "Back", "Rename", "Export", "Quit"]
        await pilot.press("ctrl+s")
        await back(pilot, app.screen_stack[0])
        await until(pilot, lambda: "Sessions" in [key.description for key in app.query("FooterKey")])


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("thesis", "thesis"),
        ("a/b c", "a-b-c"),
        ("内在奖励", "内在奖励"),
        ("../..", "conversation"),
        ("x" * 200, "x" * 80),
    ],
)
def test_the_name_of_a_file_is_made_of_the_id(identifier: str, name: str) -> None:
    assert file_name(identifier) == name
