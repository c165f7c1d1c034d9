"""Layer 5: the terminal interface, the only place that imports Textual. It shows the events of the assistant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot.tui.app import Verbs


def run(assistant: Verbs) -> None:
    """Open the interface over an assistant; returns when the user leaves."""
    from copilot.tui.app import CopilotApp

    CopilotApp(assistant).run()
