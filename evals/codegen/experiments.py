"""One request for an experiment, an edit or something impossible: is the plan right, do the checks hold, does it run?"""

from __future__ import annotations

import json
import re
import tempfile
import time
from pathlib import Path
from typing import Any

from copilot.codegen import check, plan, render
from copilot.codegen.asked import asked, unasked
from copilot.codegen.change.edit import edit
from copilot.codegen.spec import Plan, Spec
from copilot.core import paths
from copilot.core.catalogue import Catalogue
from copilot.core.errors import CopilotError
from copilot.models.chat import Chat
from copilot.sandbox import Limits, run_script
from evals.codegen.judge import wrong
from evals.numbers import shows
from evals.requests import Request

Row = dict[str, Any]

STEPS = 2048
"""Of a run that shows no more than that the script runs."""

SECONDS = 1200.0
"""Of one run: a policy that has hardly learned may stand still in an Atari game, and an episode ends after 27,000 steps; ten
of them took 488 s on two processors."""

SOLVED = {
    "CartPole-v1": 475.0,
    "Acrobot-v1": -100.0,
    "MountainCarContinuous-v0": 90.0,
    "LunarLander-v3": 200.0,
    "Pendulum-v1": -200.0,
}
"""Rewards from which a task counts as learned: those that Gymnasium registers; for Pendulum, which has none, that of its
leaderboard's better halves."""

SEEDS = (1, 2, 3)

_REWARD = re.compile(r"mean reward of \d+ episodes: (-?\d+(?:\.\d+)?)")


def row(
    request: Request,
    catalogue: Catalogue,
    chat: Chat | None,
    *,
    run: bool = False,
    learn: bool = False,
    words: bool = False,
) -> Row:
    """What became of a request.

    Args:
        request: of any kind but "module".
        catalogue: the library's components.
        chat: fills what code leaves open; None for none.
        run: start each script for `STEPS` steps.
        words: look for entries that no words ask for; each plan is made some twenty times.
        learn: train scripts of tasks that count as learned from some reward on to their end, with three seeds.
    """
    made: Row = {"id": request.id, "kind": request.kind, "lang": request.lang, "text": request.text}
    base = plan(request.base, catalogue, None).spec if request.base else None
    started = time.perf_counter()
    try:
        planned = plan(request.request, catalogue, chat) if base is None else edit(request.edit, base, catalogue, chat)
        script = render(planned.spec, catalogue)
        checked = all(one.ok for one in check(script, catalogue))
    except CopilotError as error:
        made |= {"seconds": time.perf_counter() - started, "refused": True, "error": f"{error.kind}: {error.message}"}
        return made | {"right": _well_refused(error, request)}
    made |= {"seconds": time.perf_counter() - started, "refused": False, "checked": checked}
    if request.kind == "impossible":
        return made | {"right": False, "spec": planned.spec.model_dump(mode="json"), "notes": planned.notes}
    differences = wrong(planned.spec.model_dump(mode="json"), request.expect, catalogue)
    made |= {"right": not differences, "differences": differences, "notes": planned.notes}
    if words:
        made["unasked"] = _unasked(request, planned.spec, base, catalogue)
    if run:
        ended = run_of(script, planned)
        made |= {"ended": ended, "ran": ended == "ok"}
    if learn and (solved := SOLVED.get(request.expect.get("env_id", ""))) is not None:
        rewards = learned(script)
        made |= {"rewards": rewards, "learned": len(rewards) == len(SEEDS) and sorted(rewards)[1] >= solved}
    return made


def _well_refused(error: CopilotError, request: Request) -> bool:
    """Whether it had to be refused, and for this reason."""
    because = request.expect.get("because", [])
    return error.kind == request.expect.get("error") and any(shows(error.message, word) for word in because)


def _unasked(request: Request, spec: Spec, base: Spec | None, catalogue: Catalogue) -> list[str]:
    """Entries that are otherwise than by default, or before the change, and keep no words that ask for them."""

    def make(words: str) -> Spec:
        return (plan(words, catalogue) if base is None else edit(words, base, catalogue)).spec

    evidence = asked(request.edit if base else request.request, spec, make, catalogue, before=base)
    return unasked(spec, evidence, make, base)


def run_of(script: str, planned: Plan) -> str:
    """How a short training in the sandbox ends, each run of a comparison and each phase: "ok", "no metrics", or why not."""
    phase = ["--pretrain-steps", str(STEPS)] if "--pretrain-steps" in script else []
    args = ["--num-train-steps", str(STEPS), *phase, "--device", "cpu", "--seed", "1"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.py"
        path.write_text(script, encoding="utf-8")
        count = len(planned.spec.runs) if planned.spec.kind == "comparison" else 1
        limits = Limits(time_s=SECONDS * count)
        done = run_script(path, args, limits=limits, run_dir=Path(folder), readable=[paths.library_dir()])
        return "no metrics" if done.status == "ok" and "step" not in done.metrics else done.status


def learned(script: str) -> list[float]:
    """The rewards after whole trainings with three seeds; fewer where one did not end."""
    rewards = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.py"
        path.write_text(script, encoding="utf-8")
        for seed in SEEDS:
            args = ["--device", "cpu", "--seed", str(seed)]
            limits = Limits(time_s=1800.0)
            done = run_script(path, args, limits=limits, run_dir=Path(folder), readable=[paths.library_dir()])
            said = _REWARD.findall(Path(done.log).read_text(encoding="utf-8"))
            rewards += [float(said[-1])] if done.status == "ok" and said else []
    return rewards


def shown(made: Row) -> str:
    """A line for the screen."""
    state = "right" if made["right"] else "WRONG"
    return f"{made['id']} {state} {json.dumps(made.get('differences') or made.get('error', ''), ensure_ascii=False)}"
