"""The interface over a fake assistant, driven by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input, Markdown, OptionList, RichLog, Static, TabbedContent

from copilot.tui.app import CopilotApp
from copilot.tui.commands import COMMANDS, HELP
from copilot.tui.run_view import RunView
from copilot.tui.source import SourceScreen
from copilot.tui.turn import Turn
from tests.copilot.tui.fakes import ANSWER, FakeAssistant


async def say(pilot: Pilot[None], text: str, *, wait: bool = True) -> None:
    pilot.app.query_one(Input).value = text
    await pilot.press("enter")
    if wait:
        await settled(pilot)


async def settled(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def shown(app: CopilotApp) -> str:
    """Everything that the last turn says."""
    turn = app.query(Turn).last()
    return "\n".join([*(str(w.render()) for w in turn.query(Static)), turn.query_one(Markdown).source])


@pytest.mark.parametrize("size", [(80, 24), (40, 15), (120, 50)])
async def test_an_answer_ends_with_its_sources(size: tuple[int, int]) -> None:
    app = CopilotApp(FakeAssistant())
    async with app.run_test(size=size) as pilot:
        await say(pilot, "How do I train PPO on CartPole?")
        assert app.query(Turn).last().query_one(Markdown).source == ANSWER
        assert app.query(Turn).last().query_one(OptionList).option_count == 2
        assert not app.busy


@pytest.mark.parametrize("size", [(80, 24), (40, 15)])
async def test_it_opens_with_examples_and_a_waking_model(size: tuple[int, int]) -> None:
    assistant = FakeAssistant()
    app = CopilotApp(assistant)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert assistant.warmed.wait(5)
        assert "Train PPO" in str(app.query_one("#welcome", Static).render())
        await say(pilot, "How?")
        assert not app.query("#welcome")


@pytest.mark.parametrize(
    ("servers", "said"),
    [
        ({}, "Nothing you type leaves this machine."),
        ({"embedder_server": "http://c/v1"}, "Questions go to http://c/v1."),
        ({"reranker": "http://gpu.lab/v1"}, "Questions go to http://gpu.lab/v1."),
        ({"server": "http://a/v1", "reranker": "http://b/v1"}, "Questions go to http://a/v1 and http://b/v1."),
    ],
)
def test_it_says_where_questions_go(monkeypatch: pytest.MonkeyPatch, servers: dict[str, str], said: str) -> None:
    assistant = FakeAssistant()
    monkeypatch.setattr(assistant, "status", lambda: servers)
    assert said in CopilotApp(assistant)._welcome().plain


async def test_each_opening_and_clear_begin_a_new_conversation() -> None:
    assistant = FakeAssistant()
    app = CopilotApp(assistant)
    async with app.run_test() as pilot:
        await say(pilot, "first")
        await say(pilot, "second")
        await say(pilot, "/clear")
        await say(pilot, "third")
    first, second, third = assistant.sessions
    assert first == second != third
    assert CopilotApp(assistant).session not in assistant.sessions


async def test_a_source_opens_and_closes() -> None:
    app = CopilotApp(FakeAssistant())
    async with app.run_test(size=(100, 40)) as pilot:
        await say(pilot, "问：如何训练 PPO？")
        app.query_one(OptionList).focus()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, SourceScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, SourceScreen)


async def test_generate_then_run(tmp_path: Path) -> None:
    assistant = FakeAssistant()
    app = CopilotApp(assistant)
    async with app.run_test(size=(100, 40)) as pilot:
        await say(pilot, "/run")
        assert "no script" in shown(app)
        await say(pilot, "/generate Train PPO on CartPole-v1")
        assert "✗ names no PP0" in shown(app)
        assert "print('hi')" in shown(app)
        await say(pilot, "/run --num-train-steps 4096")
        assert assistant.runs == [(Path("/somewhere/train.py"), ["--num-train-steps", "4096"])]
        assert app.query_one(TabbedContent).active == "run"
        view = app.query_one(RunView)
        assert (view.steps, view.rewards) == ([256, 512, 768], [20.0, 40.0, 60.0])
        lines = [line.text for line in app.query_one(RichLog).lines]
        assert "[bold]not markup[/]" in lines
        assert "ok in 1.5 s, reward 60.0" in str(app.query_one("#run-status", Static).render())
        await pilot.press("f2")
        assert app.query_one(TabbedContent).active == "chat"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("fail", "rllte-copilot models pull"),
        ("break", "RuntimeError: [bold]broken[/]"),
        ("/genrate x", "/generate"),
        ("/run 'open", "quotation mark"),
        ("/help", "/generate REQUEST"),
    ],
)
async def test_what_goes_wrong_is_said(line: str, expected: str) -> None:
    app = CopilotApp(FakeAssistant())
    async with app.run_test(size=(100, 40)) as pilot:
        await say(pilot, line)
        assert expected in shown(app)
        await say(pilot, "and it goes on")
        assert app.query(Turn).last().query_one(Markdown).source == ANSWER


async def test_escape_ends_the_work_and_a_second_line_waits() -> None:
    app = CopilotApp(FakeAssistant())
    async with app.run_test() as pilot:
        await say(pilot, "wait", wait=False)
        await pilot.pause()
        await say(pilot, "second", wait=False)
        await pilot.pause()
        assert app.query_one(Input).value == "second"
        assert len(app.query(Turn)) == 1
        await pilot.press("escape")
        await settled(pilot)
        assert "Cancelled." in shown(app)
        assert not app.busy


async def test_quitting_ends_the_work() -> None:
    assistant = FakeAssistant()
    app = CopilotApp(assistant)
    async with app.run_test() as pilot:
        await say(pilot, "wait", wait=False)
        await pilot.pause()
        await pilot.press("ctrl+q")
    assert assistant.cancelled.is_set()


async def test_earlier_lines_come_back() -> None:
    app = CopilotApp(FakeAssistant())
    async with app.run_test() as pilot:
        await say(pilot, "first")
        await say(pilot, "second")
        await pilot.press("up", "up")
        assert app.query_one(Input).value == "first"
        await pilot.press("down", "down")
        assert app.query_one(Input).value == ""


async def test_what_is_typed_elsewhere_lands_in_the_line() -> None:
    app = CopilotApp(FakeAssistant())
    async with app.run_test() as pilot:
        app.set_focus(None)
        await pilot.press("h", "i")
        assert app.query_one(Input).value == "hi"
        app.set_focus(None)
        await pilot.press("escape")
        assert app.query_one(Input).has_focus


async def test_a_paste_of_several_lines_is_one_line() -> None:
    app = CopilotApp(FakeAssistant())
    async with app.run_test() as pilot:
        app.query_one(Input).post_message(Paste("Train PPO\non CartPole-v1\r\n for 20k steps"))
        await pilot.pause()
        assert app.query_one(Input).value == "Train PPO on CartPole-v1 for 20k steps"


async def test_no_run_is_said_to_be_none() -> None:
    app = CopilotApp(FakeAssistant())
    async with app.run_test() as pilot:
        await pilot.press("f2")
        await pilot.pause(0.5)
        assert "No run yet" in str(app.query_one("#run-status", Static).render())


async def test_what_was_left_out_stands_below_the_script() -> None:
    app = CopilotApp(FakeAssistant())
    async with app.run_test() as pilot:
        await say(pilot, "/generate Train PPO on CartPole-v1")
        text = shown(app)
        assert text.index("print('hi')") < text.index("8 environments come from the preset")


async def test_a_source_that_has_changed_is_said_beside_the_answer() -> None:
    app = CopilotApp(FakeAssistant())
    async with app.run_test() as pilot:
        await say(pilot, "stale")
        assert "Left out: notes.md" in shown(app)
        assert app.query(Turn).last().query_one(Markdown).source == ANSWER
        await say(pilot, "How?")
        assert "Left out" not in shown(app)


async def test_a_very_small_terminal_keeps_the_conversation() -> None:
    app = CopilotApp(FakeAssistant())
    async with app.run_test(size=(30, 8)) as pilot:
        await say(pilot, "How?")
        assert app.query_one("#conversation").size.height >= 2
        assert not app.query_one("#status").display


def test_the_help_says_everything_once() -> None:
    for name, (_, does) in COMMANDS.items():
        assert HELP.count(does) == 1, name
