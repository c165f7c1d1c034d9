"""Experiments as the CLI and the TUI see them: a plan is rendered and kept, run, repeated, compared, written out."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from copilot.core import paths
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError, InvalidRequest
from copilot.core.settings import Settings
from copilot.experiments import (
    UNFINISHED,
    Compared,
    Draft,
    Experiment,
    Experiments,
    Reproduction,
    Run,
    Runner,
    Update,
    compare,
    export_folder,
    host,
    read,
    records,
    reproduction,
)
from copilot.experiments.plan import PLAN, SCRIPT, Given

CHANGED = "The script is not the one that its plan makes: it runs as it is, and no plan is kept with it."
FAILED = ("error", "timeout", "oom", "cpu", "nproc", "disk", "output", "sandbox_error")


class Laboratory:
    """Everything that can be done with experiments.

    What an earlier process left half-way is marked as interrupted when one is opened.

    Args:
        settings: whether the weaker sandbox will do.
        store: None opens the data folder's.
    """

    def __init__(self, settings: Settings, store: Experiments | None = None) -> None:
        self.store = store or Experiments()
        self.lost = list(self.store.sweep())
        self._weaker = settings.weaker_sandbox
        self._runner: Runner | None = None

    def close(self) -> None:
        """Release the store."""
        self.store.close()

    def drafted(
        self,
        plan: Path,
        *,
        title: str | None = None,
        seeds: Sequence[int] | None = None,
        args: Sequence[str] = (),
        time_s: float | None = None,
        memory_mb: int | None = None,
        gpu: bool = False,
    ) -> Draft:
        """A plan file, a folder or a script as an experiment to be kept.

        Args:
            plan: see `copilot.experiments.plan.read`.
            title: None takes the plan's, or makes one.
            seeds: instead of the plan's.
            args: for the script, beside seed and label.
            time_s, memory_mb: limits of each run; None takes the defaults of `Draft`.
            gpu: show the graphics cards, which is weaker: only the user may ask for it.

        Raises:
            FileProblem: there is nothing to read.
            InvalidRequest: it is no plan, asks for a device that runs may not see, or is a folder whose script is another
                than its plan makes.
            CopilotError: the plan cannot be rendered; see `copilot.codegen.script.render`.
        """
        given = read(plan)
        own = given.script is None or _is_rendered(given)
        if not own and plan.is_dir():
            raise InvalidRequest(
                f"{plan / SCRIPT} is not what {plan / PLAN} makes: one of the two was changed.",
                hint=f"Name the one to run: rllte-copilot experiment run {plan / SCRIPT}, or {plan / PLAN}.",
            )
        given = replace(given, spec=given.with_seeds(seeds))
        spec, script = given.spec, given.script
        device = host.device(spec)
        if device not in {"", "cpu", "auto"} and not gpu:
            raise InvalidRequest(
                f"The plan trains on {device}, and runs do not see graphics cards.",
                hint="Add --gpu to show them (a weaker sandbox), or set the plan's device to cpu.",
            )
        if script is None:
            script, spec = rendered(spec or {})
        else:
            from copilot.codegen.authoring.bundle import bundled

            script = bundled(given.path) or script
        shown = title if title is not None else given.title[: records.LONGEST_TITLE]
        draft = Draft(
            title=records.checked_title(shown),
            script=script,
            pairs=given.pairs(seeds),
            spec=spec if own else None,
            notes=given.notes if own else (CHANGED,),
            args=tuple(args),
            labelled=given.labelled,
            gpu=gpu,
        )
        return _limited(draft, time_s, memory_mb)

    def repeated(self, name: str, *, gpu: bool = False) -> Draft:
        """An experiment again, from its record alone.

        Raises:
            UnknownName: there is no such experiment.
        """
        origin = self.store.get(name)
        return replace(origin.draft, origin=origin.id, gpu=gpu or origin.draft.gpu, notes=origin.draft.notes)

    def keep(self, draft: Draft) -> Experiment:
        """Keep a new experiment with the versions and the machine as they are now; nothing runs yet."""
        return self.store.create(draft, host.versions(), host.facts(draft.spec, gpu=draft.gpu))

    def left(self, name: str, *, failed: bool = False) -> tuple[Experiment, list[Run]]:
        """An experiment and its runs that are missing or were interrupted; with `failed` those that failed as well.

        Raises:
            UnknownName: there is no such experiment.
            InvalidRequest: there is nothing left to run.
        """
        experiment = self.store.get(name)
        wanted = {*UNFINISHED, *(FAILED if failed else ())}
        runs = [run for run in experiment.runs if run.status in wanted]
        if not runs:
            more = "" if failed or experiment.status == "ok" else " Those that failed: add --failed."
            raise InvalidRequest(
                f"Of {experiment.id} no run is missing or interrupted.",
                hint=f"See it: rllte-copilot experiment show {experiment.id}.{more}",
            )
        return experiment, runs

    def limit(self, experiment: Experiment, time_s: float | None, memory_mb: int | None, *, gpu: bool) -> Experiment:
        """Give an experiment's further runs other limits; None leaves them."""
        draft = _limited(replace(experiment.draft, gpu=gpu or experiment.draft.gpu), time_s, memory_mb)
        return self.store.change_options(experiment, draft) if draft != experiment.draft else experiment

    def run(self, experiment: Experiment, runs: Sequence[Run], jobs: int | None = None) -> Generator[Update]:
        """Run some of an experiment's runs; what happens is kept before it is told. `cancel` ends them.

        Where the libraries have changed since the experiment was made, a note of it is kept.

        Args:
            experiment: as kept.
            runs: of it.
            jobs: at once; None takes what the machine allows.
        """
        draft = experiment.draft
        busy = sum(one.counts.get("running", 0) for one in self.store.list())
        at_once = jobs or host.jobs(len(runs), draft.memory_mb, gpu=draft.gpu, busy=busy)
        self._runner = Runner(self.store, experiment, [paths.library_dir()], weaker=self._weaker)
        return self._runner.run(runs, at_once)

    def cancel(self) -> None:
        """End the runs under way; they are kept as interrupted."""
        if self._runner is not None:
            self._runner.cancel()

    def reproduction(self, experiment: Experiment) -> Reproduction | None:
        """How a repetition compares with its origin; None of what is none, or whose origin is gone."""
        origin = experiment.draft.origin
        known = {kept.id for kept in self.store.list()} if origin else set()
        return reproduction(self.store.get(origin), experiment) if origin and origin in known else None

    def compare(self, names: Sequence[str], out_dir: Path | None = None) -> Compared:
        """Compare finished runs of experiments; figures go into `out_dir`, or a new folder of the data folder.

        Raises:
            UnknownName: there is no such experiment.
            CopilotError: see `copilot.experiments.compare`.
        """
        experiments = [self.store.get(name) for name in names]
        folder = out_dir or paths.comparisons_dir() / datetime.now().strftime("%Y%m%d-%H%M%S-%f")
        return self._compared(list({one.id: one for one in experiments}.values()), folder)

    def export(self, name: str, out_dir: Path) -> Path:
        """Write an experiment as a folder that stands on its own, with figures where a run has finished.

        Raises:
            UnknownName: there is no such experiment.
            CopilotError: see `copilot.experiments.export_folder`.
        """
        experiment = self.store.get(name)
        finished = any(run.status == "ok" and run.metrics for run in experiment.runs)
        return export_folder(experiment, out_dir, partial(self._compared, [experiment]) if finished else None)

    def _compared(self, experiments: Sequence[Experiment], folder: Path) -> Compared:
        return compare(experiments, folder, readable=[paths.library_dir()], weaker=self._weaker)


def _is_rendered(given: Given) -> bool:
    """Whether a script may be that of the plan beside it: not where the plan makes another one.

    A plan that makes none is somebody's own, of an agent that the library has not, say.
    """
    if given.spec is None or given.spec["kind"] not in {"experiment", "comparison"}:
        return True
    from copilot.codegen import load_spec, render, validate

    catalogue = load_catalogue()
    try:
        return render(validate(load_spec(json.dumps(given.spec)), catalogue), catalogue) == given.script
    except CopilotError:
        return True


def rendered(spec: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The script of a plan, after all checks; and the plan with every field.

    Raises:
        InvalidRequest: a field of the plan is wrong, or a check of the script fails.
        CopilotError: see `copilot.codegen.script.render`.
    """
    from copilot.codegen import check, load_spec, render, validate  # not needed to list or show

    catalogue = load_catalogue()
    checked = validate(load_spec(json.dumps(spec)), catalogue)
    script = render(checked, catalogue)
    for found in check(script, catalogue):
        if not found.ok:
            raise InvalidRequest(
                f"The plan makes a script that does not hold: {found.name}: {found.detail}", hint="Change the plan."
            )
    return script, checked.model_dump(mode="json")


def _limited(draft: Draft, time_s: float | None, memory_mb: int | None) -> Draft:
    return replace(draft, time_s=time_s or draft.time_s, memory_mb=memory_mb or draft.memory_mb)
