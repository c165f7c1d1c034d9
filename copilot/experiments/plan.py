"""What `experiment run` is given: a plan file, a folder with plan.json and train.py, or a script. Nothing is rendered."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copilot.core.errors import FileProblem, InvalidRequest
from copilot.experiments.records import plan_of

PLAN, SCRIPT = "plan.json", "train.py"
KINDS = ("experiment", "comparison", "module", "agent")
MOST_RUNS = 1000
_SEEDS = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")
_WAYS = "Give a plan file, a folder with plan.json or train.py, or a script."


@dataclass(frozen=True)
class Given:
    """What was read; at least one of `spec` and `script` is there."""

    path: Path
    spec: dict[str, Any] | None
    notes: tuple[str, ...]
    script: str | None
    """None where the plan has to be rendered."""

    @property
    def labelled(self) -> bool:
        """Whether the script takes `--run LABEL`: that of a comparison does."""
        return bool(self.spec and self.spec.get("kind") == "comparison")

    @property
    def title(self) -> str:
        """What the plan says, or the first line of the script's docstring, or its name."""
        spec = self.spec or {}
        if spec.get("title"):
            return str(spec["title"])
        if spec.get("agent") and spec.get("env_id"):
            rewards = [module for name, module in (spec.get("modules") or {}).items() if name == "reward"]
            bonus = f" with {rewards[0]['name']}" if rewards and rewards[0].get("name") else ""
            return f"{spec['agent']}{bonus} on {spec['env_id']}"
        return _docstring(self.script or "") or self.name

    @property
    def name(self) -> str:
        """Of the script, or of its folder where every script has that name."""
        path = self.path.resolve()
        return path.parent.name if path.name in {PLAN, SCRIPT} and path.parent.name else path.stem

    def pairs(self, seeds: Sequence[int] | None = None) -> tuple[tuple[str, int], ...]:
        """Label and seed of each run, label by label; `seeds` replaces those of the plan.

        Raises:
            InvalidRequest: the plan's seeds are no whole numbers, or there are too many runs.
        """
        spec = self.spec or {}
        labels = list(spec["runs"]) if self.labelled else [str(spec.get("agent") or spec.get("name") or self.name)]
        found = [(label, seed) for label in labels for seed in seeds or _seeds_of(plan_of(spec, label), self.path)]
        if len(found) > MOST_RUNS:
            raise InvalidRequest(f"That makes {len(found)} runs; at most {MOST_RUNS}.", hint="Take fewer --seeds.")
        return tuple(dict.fromkeys(found))

    def with_seeds(self, seeds: Sequence[int] | None) -> dict[str, Any] | None:
        """The plan with other seeds."""
        if self.spec is None or not seeds:
            return self.spec
        if self.labelled:
            return {**self.spec, "runs": {name: _seeded(run, seeds) for name, run in self.spec["runs"].items()}}
        return _seeded(self.spec, seeds)


def read(path: Path) -> Given:
    """Read what is there.

    Raises:
        FileProblem: there is no such file or folder, or it holds neither a plan nor a script.
        InvalidRequest: the plan is no plan, or the script takes no seed.
    """
    if not path.exists():
        words = "'" + str(path).replace("'", "") + "'"
        raise FileProblem(
            f"There is no plan {path}.",
            hint=f"{_WAYS} For words, first: rllte-copilot generate {words} -o DIR; then: rllte-copilot experiment run DIR",
        )
    plan, script = _places(path)
    spec, notes = _plan(plan) if plan else (None, ())
    text = _read(script) if script else None
    if text is not None and "--seed" not in text:
        raise InvalidRequest(
            f"{script} takes no --seed, so its runs would all be the same.",
            hint=f"Add that option to it, or run it once: rllte-copilot run {script}",
        )
    given = Given(script or plan or path, spec, notes, text)
    if given.labelled and text is not None and "--run" not in text:
        raise InvalidRequest(
            f"{plan} is a comparison, and {script} takes no --run LABEL to run a part of it.",
            hint=f"Render it anew: rllte-copilot experiment run {plan}, without {SCRIPT} beside it.",
        )
    return given


def seeds_of(text: str) -> list[int]:
    """Seeds as a person writes them: "1-5", "3,4,9", "1-3,7".

    Raises:
        InvalidRequest: it is something else.
    """
    seeds = list[int]()
    for part in re.split(r"[\s,]+", text.strip(", ")):
        found = _SEEDS.fullmatch(part)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if last < first or last - first >= MOST_RUNS:
            raise InvalidRequest(
                f"The seeds are {text!r}; expected numbers or ranges.", hint="For example: --seeds 1-5"
            )
        seeds += range(first, last + 1)
    return list(dict.fromkeys(seeds))


def _places(path: Path) -> tuple[Path | None, Path | None]:
    """Plan and script; of a folder, or of a train.py that has its plan beside it, both."""
    folder = path if path.is_dir() else path.parent if path.name == SCRIPT else None
    if path.is_file() and folder is None:
        return (None, path) if path.suffix == ".py" else (path, None)
    plan, script = (folder or path) / PLAN, (folder or path) / SCRIPT
    found = plan if plan.is_file() else None, script if script.is_file() else None
    if found == (None, None):
        deeper = sorted({file.parent for name in (PLAN, SCRIPT) for file in path.glob(f"*/{name}")})[:3]
        hint = f"Did you mean {' or '.join(map(str, deeper))}?" if deeper else _WAYS
        raise FileProblem(f"{path} holds neither {PLAN} nor {SCRIPT}.", hint=hint)
    return found


def _plan(path: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The plan and its notes; both as `generate --json` prints them, or the plan alone."""
    text = _read(path)
    try:
        data = json.loads(text)
    except ValueError as error:
        raise InvalidRequest(f"{path} is no plan: it is not JSON ({error}).", hint=_WAYS) from error
    spec = data.get("spec", data) if isinstance(data, dict) else data
    if not isinstance(spec, dict) or spec.get("kind") not in KINDS:
        kind = spec.get("kind") if isinstance(spec, dict) else type(spec).__name__
        raise InvalidRequest(
            f"{path} is no plan: its kind is {kind!r}; expected one of {', '.join(KINDS)}.",
            hint="Take what `rllte-copilot generate --json` prints, or its spec.",
        )
    runs = spec.get("runs")
    if isinstance(runs, dict) and not all(label.strip() and label.isprintable() for label in runs):
        raise InvalidRequest(f"{path} has a label that is empty or cannot be printed.", hint="Give each a short name.")
    if spec["kind"] == "comparison" and not (runs and isinstance(runs, dict) and all(map(_is_plan, runs.values()))):
        raise InvalidRequest(f"{path} compares nothing: its `runs` hold no plans by label.", hint="Add them.")
    notes = data.get("notes") if spec is not data else None
    return spec, tuple(str(note) for note in notes) if isinstance(notes, list) else ()


def _is_plan(run: Any) -> bool:
    return isinstance(run, dict)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise FileProblem(f"{path} is not text in UTF-8.", hint=_WAYS) from error
    except OSError as error:
        raise FileProblem(f"{path} cannot be read: {error.strerror}.", hint="Check its rights.") from error


def _seeds_of(plan: dict[str, Any], path: Path) -> list[int]:
    seeds = plan.get("seeds", [plan.get("seed", 1)])
    if not isinstance(seeds, list) or not seeds or not all(type(seed) is int and seed >= 0 for seed in seeds):
        raise InvalidRequest(
            f"The seeds in {path} are {seeds!r}; expected whole numbers.", hint="For example: [1, 2, 3]"
        )
    return [*seeds]


def _seeded(plan: dict[str, Any], seeds: Sequence[int]) -> dict[str, Any]:
    return {**{key: value for key, value in plan.items() if key != "seed"}, "seeds": [*seeds]}


def _docstring(script: str) -> str:
    try:
        text = ast.get_docstring(ast.parse(script)) or ""
    except (SyntaxError, ValueError):
        return ""
    return text.strip().partition("\n")[0].rstrip(".")
