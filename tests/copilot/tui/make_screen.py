"""Draws the README's picture from a real answer: `python -m tests.copilot.tui.make_screen`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from textual.widgets import Input

from copilot.assistant.assistant import Assistant
from copilot.core.settings import load_settings
from copilot.tui.app import CopilotApp

PICTURE = Path(__file__).resolve().parents[3] / "corpus" / "assets" / "screen.svg"


async def main(question: str) -> None:
    """Ask once and keep the screen."""
    app = CopilotApp(Assistant(load_settings()))
    async with app.run_test(size=(100, 30)) as pilot:
        app.query_one(Input).value = question
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_text(app.export_screenshot(title="rllte-copilot") + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main(" ".join(sys.argv[1:]) or "What is GAE?"))
