"""The kept experiments: a list, and one of them with its runs. To look at; running them is the command line's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from copilot.core.errors import CopilotError, of_system
from copilot.experiments import Experiment, Experiments, Run, curves

NONE = "No experiment is kept yet. In a shell: rllte-copilot experiment run PLAN, where PLAN is a script's plan.json."

T = TypeVar("T")


async def with_experiments(step: Callable[[Experiments], T]) -> T:
    """What a step makes of the kept experiments; those whose process is gone are marked first.

    Raises:
        CopilotError: also where the system refuses something.
    """

    def opened() -> T:
        try:
            with closing(Experiments()) as kept:
                kept.sweep()
                return step(kept)
        except OSError as error:
            raise of_system(error) from error

    return await asyncio.to_thread(opened)


class ExperimentsScreen(Screen[None]):
    """Lists the experiments, the newest first."""

    BINDINGS = [Binding("escape,q", "dismiss", "Back")]  # noqa: RUF012 (Textual's way)
    DEFAULT_CSS = """
    ExperimentsScreen Static { padding: 0 1; color: $text-muted; }
    ExperimentsScreen OptionList { height: 1fr; border: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._kept: list[Experiment] = []

    def compose(self) -> ComposeResult:
        yield Static("", id="count")
        yield OptionList()
        yield Footer()

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()
        self.load()

    @work(exclusive=True)
    async def load(self) -> None:
        """Read them."""
        try:
            self._kept = await with_experiments(lambda kept: [*kept.list()])
        except CopilotError as error:
            self.query_one("#count", Static).update(Text(f"{error.message}\n{error.hint}"))
            return
        count = len(self._kept)
        self.query_one("#count", Static).update(
            Text(f"{count} experiment{'s' if count != 1 else ''}" if count else NONE)
        )
        choices = self.query_one(OptionList)
        choices.add_options([Option(row(one)) for one in self._kept])
        choices.highlighted = 0 if count else None
        choices.display = bool(count)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.app.push_screen(ExperimentScreen(self._kept[event.option_index]))


class ExperimentScreen(ModalScreen[None]):
    """One experiment: its runs, scores, curves and notes.

    Args:
        experiment: as kept.
    """

    BINDINGS = [Binding("escape,q,enter", "dismiss", "Close")]  # noqa: RUF012 (Textual's way)
    DEFAULT_CSS = """
    ExperimentScreen { align: center middle; }
    ExperimentScreen VerticalScroll { width: 95%; height: 90%; border: round $accent; background: $surface; padding: 0 1; }
    """

    def __init__(self, experiment: Experiment) -> None:
        super().__init__()
        self._experiment = experiment

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = Text(self._experiment.id)
            yield Static(Text("reading its runs"))
        yield Footer()

    def on_mount(self) -> None:
        self.load()

    @work(exclusive=True)
    async def load(self) -> None:
        """Read the curves."""
        text = await asyncio.to_thread(shown, self._experiment)
        self.query_one(Static).update(text)


def row(experiment: Experiment) -> Text:
    """Two lines: what it is called; when, how many runs, and how they stand."""
    text = Text(experiment.title, style="bold")
    counts = ", ".join(f"{number} {status}" for status, number in experiment.counts.items())
    when = f"{datetime.fromtimestamp(experiment.created):%Y-%m-%d %H:%M}"
    text.append(f"\n{when}  {experiment.id}  {counts}", style="not bold dim")
    return text


def shown(experiment: Experiment) -> Text:
    """All that is told of one experiment."""
    text = Text(experiment.title, style="bold")
    text.append(
        f"\n{experiment.status}, begun {datetime.fromtimestamp(experiment.created):%Y-%m-%d %H:%M}\n", "not bold"
    )
    for run in experiment.runs:
        text.append("\n" + _run(run), style="not bold")
    for note in experiment.draft.notes:
        text.append(f"\n\n{note}", style="not bold dim")
    versions = ", ".join(f"{name} {version}" for name, version in experiment.versions.items())
    text.append(f"\n\n{versions}\nrllte-copilot experiment show {experiment.id}", style="not bold dim")
    return text


def _run(run: Run) -> str:
    """A run in a line or two: how it ended, its score, its curve."""
    score = curves.score(run.metrics)
    trained = curves.training_score(run.metrics)
    told = f", evaluation {score:,.2f}" if score is not None else ""
    told = told or (f", in training {trained:,.2f}" if trained is not None else "")
    wall = f", {run.wall_s:,.0f} s" if run.wall_s is not None else ""
    line = curves.sparkline(curves.learning_curve(curves.read(Path(run.folder) if run.folder else None))[1])
    return f"{run.name}: {run.status}{told}{wall}" + (f"\n  {line}" if line else "")
