"""Draws corpus/assets/screen.svg: `python -m tests.copilot.tui.make_screen`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual.widgets import Input

from copilot.tui.app import CopilotApp
from tests.copilot.tui.fakes import FakeAssistant

PICTURE = Path(__file__).resolve().parents[3] / "corpus" / "assets" / "screen.svg"


async def main() -> None:
    """Ask once and keep the screen."""
    app = CopilotApp(FakeAssistant())
    async with app.run_test(size=(100, 28)) as pilot:
        app.query_one(Input).value = "How do I train PPO on CartPole?"
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_text(app.export_screenshot(title="rllte-copilot") + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
