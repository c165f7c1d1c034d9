"""A run as it happens: its log, its learning curve, and how it ended."""

from __future__ import annotations

import time

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import RichLog, Static
from textual_plotext import PlotextPlot

from copilot.core.events import Event, Failed, LogLine, Metric, Phase, Ran

REFRESH_S = 0.2
POINTS = 2000
"""Of the curve; a longer one is thinned to every second point."""


class RunView(Vertical):
    """Log, curve and status line of one run at a time."""

    DEFAULT_CSS = """
    RunView { height: 1fr; }
    RunView PlotextPlot { height: 45%; min-height: 5; }
    RunView RichLog { height: 1fr; background: transparent; }
    RunView Static { height: 1; color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[float] = []
        self.rewards: list[float] = []
        self._started = 0.0
        self._stale = False
        self._in_progress = False

    def compose(self) -> ComposeResult:
        yield PlotextPlot()
        yield RichLog(max_lines=5000, markup=False, highlight=False, wrap=True)
        yield Static("No run yet. Write a script with /generate, then /run.", id="run-status")

    def on_mount(self) -> None:
        self.set_interval(REFRESH_S, self._refresh)
        self._draw()

    def begin(self, name: str) -> None:
        """Clear the view for a new run."""
        self.steps, self.rewards = [], []
        self._started, self._in_progress, self._stale = time.monotonic(), True, True
        self.query_one(RichLog).clear()
        self.query_one("#run-status", Static).update(Text(f"running {name}"))

    def show(self, event: Event) -> None:
        """Bring an event onto the screen."""
        log = self.query_one(RichLog)
        if isinstance(event, LogLine):
            log.write(Text(event.text, style="" if event.stream == "stdout" else "italic"))
        elif isinstance(event, Metric):
            self._point(event)
        elif isinstance(event, Phase):
            log.write(Text(f"… {event.detail}", style="dim"))
        elif isinstance(event, Ran):
            result = event.result
            reward = result.metrics.get("episode_reward")
            shown = f", reward {reward:.1f}" if isinstance(reward, int | float) else ""
            why = "" if result.status == "ok" else "  (/why says why)"
            memory = (
                f", {result.peak_memory_mb:.0f} MB" if result.peak_memory_mb >= 1 else ""
            )  # too short to be looked at
            self._end(f"{result.status} in {result.wall_s:.1f} s{shown}{memory}{why}  log: {result.log}")
        elif isinstance(event, Failed):
            log.write(Text(f"{event.message}\n{event.hint}".strip()))
            self._end(event.message)

    def _point(self, event: Metric) -> None:
        step, reward = event.values.get("step"), event.values.get("episode_reward")
        if event.values.get("kind") != "eval" and isinstance(step, int | float) and isinstance(reward, int | float):
            self.steps.append(step)
            self.rewards.append(reward)
            if len(self.steps) > POINTS:
                self.steps, self.rewards = self.steps[::2], self.rewards[::2]
            self._stale = True

    def _end(self, text: str) -> None:
        self._in_progress = False
        self.query_one("#run-status", Static).update(Text(text))
        self._draw()

    def _refresh(self) -> None:
        if self._in_progress:
            reward = f", reward {self.rewards[-1]:.1f} at step {self.steps[-1]:,.0f}" if self.rewards else ""
            text = f"running for {time.monotonic() - self._started:.0f} s{reward}  (escape ends it)"
            self.query_one("#run-status", Static).update(Text(text))
        if self._stale:
            self._draw()

    def _draw(self) -> None:
        self._stale = False
        widget = self.query_one(PlotextPlot)
        widget.plt.clear_data()
        widget.plt.title("episode_reward over step")
        if self.steps:
            widget.plt.plot(self.steps, self.rewards, marker="braille")
        widget.refresh()
