"""The kept experiments on the screen, over a real store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from copilot.core import paths
from copilot.core.types import RunResult
from copilot.experiments import Draft, Experiments
from copilot.tui.app import CopilotApp
from copilot.tui.experiments import NONE, ExperimentScreen, ExperimentsScreen, shown
from tests.copilot.tui.fakes import FakeAssistant
from tests.copilot.tui.test_app import say, settled

DRAFT = Draft("中文标题：PPO 与 RND", "print('hi')\n", (("PPO", 1), ("PPO", 2)), {"kind": "experiment"}, ("a note",))


def keep() -> None:
    store = Experiments()
    made = store.create(DRAFT, {"rllte": "0.1"}, {})
    folder = store.begin(made.runs[0]) / "run-1"
    (folder / "box").mkdir(parents=True)
    rows = [{"kind": "train", "step": 10 * n, "episode_reward": float(n)} for n in range(1, 9)]
    (folder / "metrics.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    metrics = {"episode_reward": 8.0, "eval": {"episode_reward": 471.25}}
    store.finish(made.runs[0], RunResult("ok", 0, None, 12.0, 1.0, metrics, [], str(folder / "log.txt"), {}))
    store.close()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RLLTE_COPILOT_HOME", str(tmp_path))
    return paths.home()


@pytest.mark.parametrize("size", [(60, 15), (100, 40)])
async def test_a_list_and_one_of_them(size: tuple[int, int]) -> None:
    keep()
    app = CopilotApp(FakeAssistant())
    async with app.run_test(size=size) as pilot:
        await say(pilot, "/experiments")
        assert isinstance(app.screen, ExperimentsScreen)
        choices = app.screen.query_one(OptionList)
        assert "中文标题" in str(choices.get_option_at_index(0).prompt)
        assert "1 ok, 1 queued" in str(choices.get_option_at_index(0).prompt)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, ExperimentScreen)
        text = str(app.screen.query_one(Static).render())
        assert "PPO seed 1: ok, evaluation 471.25, 12 s" in text
        assert "▁▂▃▄▅▆▇█" in text
        await pilot.press("escape", "escape")
        await settled(pilot)
        assert len(app.screen_stack) == 1


async def test_none_yet() -> None:
    app = CopilotApp(FakeAssistant())
    async with app.run_test(size=(60, 15)) as pilot:
        await say(pilot, "/experiments")
        assert str(app.screen.query_one("#count", Static).render()) == NONE
        await pilot.press("enter", "q")
        await settled(pilot)
        assert len(app.screen_stack) == 1


async def test_a_store_that_cannot_be_read_is_said(home: Path) -> None:
    paths.experiments_file().write_text("no database, but long enough to be looked at as one" * 10)
    app = CopilotApp(FakeAssistant())
    async with app.run_test(size=(60, 15)) as pilot:
        await say(pilot, "/experiments")
        assert "cannot be read" in str(app.screen.query_one("#count", Static).render())


def test_a_run_without_metrics_has_no_figures() -> None:
    store = Experiments()
    made = store.create(DRAFT, {}, {})
    assert "PPO seed 2: queued\n" in shown(made).plain
    store.close()
