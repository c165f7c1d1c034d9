"""The plan's editor, and the commands of a conversation that acts, over a fake assistant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Input, Markdown, Static, TextArea

from copilot.history import KeptPlan
from copilot.tui.app import CopilotApp
from copilot.tui.plan import PlanScreen
from copilot.tui.prompt import Prompt
from copilot.tui.turn import Turn
from tests.copilot.tui.fakes import FakeAssistant
from tests.copilot.tui.test_app import say, settled, shown

SPEC = {"kind": "experiment", "agent": "PPO", "env_id": "CartPole-v1", "num_envs": 8, "tag": "实验"}


def assistant() -> FakeAssistant:
    made = FakeAssistant()
    made.kept = KeptPlan(1, dict(SPEC), [], Path("/somewhere/train.py"), 0.0)
    return made


@pytest.mark.parametrize("size", [(60, 15), (100, 40)])
async def test_a_plan_is_edited_and_rendered(size: tuple[int, int]) -> None:
    fake = assistant()
    app = CopilotApp(fake)
    async with app.run_test(size=size) as pilot:
        await say(pilot, "/plan")
        assert isinstance(app.screen, PlanScreen)
        area = app.screen.query_one(TextArea)
        assert json.loads(area.text) == SPEC
        assert "实验" in area.text
        area.text = area.text.replace("8", "16")
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert json.loads(fake.plans[0])["num_envs"] == 16
        assert "num_envs: 8 -> 16" in shown(app)


@pytest.mark.parametrize("size", [(60, 15), (100, 40)])
@pytest.mark.parametrize(
    ("text", "said"), [('{"num_envs": 0', "no JSON"), ('{\n  "kind": 1,\n  "num_envs": 0\n}', "num_envs is 0")]
)
async def test_what_is_wrong_stands_beside_it(size: tuple[int, int], text: str, said: str) -> None:
    fake = assistant()
    app = CopilotApp(fake)
    async with app.run_test(size=size) as pilot:
        await say(pilot, "/plan")
        area = app.screen.query_one(TextArea)
        area.text = text
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert isinstance(app.screen, PlanScreen)
        line = app.screen.query_one(".problem", Static)
        assert said in str(line.render())
        assert line.display
        assert line.region.bottom <= size[1]
        assert area.region.height > 3
        if "\n" in text:
            assert area.cursor_location[0] == 2
        await pilot.press("escape")
        await settled(pilot)
        assert fake.plans == []
        assert not isinstance(app.screen, PlanScreen)


async def test_escape_leaves_the_plan_as_it_is() -> None:
    fake = assistant()
    app = CopilotApp(fake)
    async with app.run_test(size=(60, 15)) as pilot:
        await say(pilot, "/plan")
        await pilot.press("x", "escape")
        await settled(pilot)
        assert fake.plans == []
        assert app.screen.query_one(Input).has_focus


async def test_without_a_plan_it_says_so() -> None:
    app = CopilotApp(FakeAssistant())
    async with app.run_test() as pilot:
        await say(pilot, "/plan")
        assert "no plan in this conversation" in shown(app)


@pytest.mark.parametrize("size", [(60, 15), (100, 40)])
async def test_a_change_shows_its_difference_and_how_it_was_understood(size: tuple[int, int]) -> None:
    app = CopilotApp(FakeAssistant())
    async with app.run_test(size=size) as pilot:
        await say(pilot, "use 16 environments")
        turn = app.query(Turn).last()
        assert "Understood as a change" in str(turn.query_one(".understood", Static).render())
        assert "num_envs: 8 -> 16" in turn.query_one(Markdown).source
        assert "print(" not in turn.query_one(Markdown).source
        assert app.last_script == Path("/somewhere/train.py")


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("/ask use 16 environments", "/ask use 16 environments"),
        ("/edit add RND", "/edit add RND"),
        ("/why", "/why"),
        ("/why is it flat?", "/why is it flat?"),
        ("/undo", "/undo"),
        ("再加上 ICM", "再加上 ICM"),
    ],
)
async def test_commands_force_what_a_line_is(line: str, given: str) -> None:
    fake = FakeAssistant()
    app = CopilotApp(fake)
    async with app.run_test() as pilot:
        await say(pilot, line)
        assert fake.lines == [given]


@pytest.mark.parametrize(("line", "said"), [("/suggest", "the last run"), ("/suggest 探索更多", "探索更多")])
async def test_suggestions_are_a_turn(line: str, said: str) -> None:
    app = CopilotApp(FakeAssistant())
    async with app.run_test(size=(60, 15)) as pilot:
        await say(pilot, line)
        assert said in shown(app)


@pytest.mark.parametrize("command", ["/ask", "/edit", "/generate"])
async def test_a_command_without_what_it_needs_gives_an_example(command: str) -> None:
    app = CopilotApp(FakeAssistant())
    async with app.run_test(size=(100, 40)) as pilot:
        await say(pilot, command)
        assert f"For example: {command} " in shown(app)


TRACE = "Traceback (most recent call last):\n" + '  File "a.py", line 1, in f\n    g()\n' * 30 + "ValueError: no\n"


@pytest.mark.parametrize("text", [TRACE, 'File "a.py", line 1\nValueError: 数值 [b]'])
async def test_a_pasted_traceback_keeps_its_lines(text: str) -> None:
    fake = FakeAssistant()
    app = CopilotApp(fake)
    async with app.run_test(size=(60, 15)) as pilot:
        app.query_one(Prompt)._on_paste(Paste(text))
        assert len(app.query_one(Input).value) <= 400
        await pilot.press("enter")
        await settled(pilot)
        assert fake.lines == [text.strip()]
