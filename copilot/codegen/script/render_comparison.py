"""Comparison -> `train.py`: one function per run, a loop over runs and seeds, statistics and figures over what ran."""

from __future__ import annotations

import re

from copilot.codegen.script import blocks
from copilot.codegen.script.blocks import GUARD, Names, literal
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec
from copilot.core.catalogue import Catalogue

_COMPARE = """
def compare(scores: dict[str, list[float]]) -> tuple[dict, dict]:
    \"\"\"Print the IQM of each run and the probability that one beats another, with 95 % intervals.\"\"\"
    matrices = {label: np.array(rewards)[:, None] for label, rewards in scores.items()}
    iqm = {
        label: Performance(matrix, get_ci=True, reps=2000).aggregate_iqm()
        for label, matrix in matrices.items()
    }
    better = {  # 0.5 is no difference
        f"{x} > {y}": Comparison(matrices[x], matrices[y], get_ci=True).compute_poi()
        for x, y in itertools.combinations(matrices, 2)
    }
    for label, (value, (low, high)) in iqm.items():
        seeds = len(matrices[label])
        print(f"{label}: IQM {value:.2f} [{low[0]:.2f}, {high[0]:.2f}] of {seeds} seeds")
    for pair, (value, (low, high)) in better.items():
        print(f"P({pair}): {value:.2f} [{low[0]:.2f}, {high[0]:.2f}]")
    return iqm, better
"""
_PLOT = """
def learning_curve(folder: Path) -> tuple[list[int], list[float]]:
    \"\"\"Steps, and the mean reward of the episodes that ended in training before each.\"\"\"
    rows = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    rows = [row for row in rows if row["kind"] == "train" and row["episode_reward"] is not None]
    return [row["step"] for row in rows], [row["episode_reward"] for row in rows]


def plot(iqm: dict, better: dict, curves: dict[str, list], folder: Path) -> None:
    \"\"\"Save intervals, probabilities and learning curves as PNG and SVG.\"\"\"
    figures = {"scores": plot_interval_estimates({"IQM": iqm}, ["IQM"], list(iqm), xlabel="Reward")}
    if better:
        figures["improvement"] = plot_probability_improvement(
            better, pair_separator=" > ", figsize=(4, 1 + 0.5 * len(better)), xticks=[0, 0.5, 1]
        )
    curves = {label: [curve for curve in curves[label] if curve[0]] for label in iqm}
    curves = {label: found for label, found in curves.items() if found}
    if curves:  # else no episode has ended in training
        end = min(steps[-1] for found in curves.values() for steps, _ in found)
        grid = np.linspace(0, end, 21)[1:]
        bands = {}
        for label, found in curves.items():
            rewards = np.array([np.interp(grid, *curve) for curve in found])
            points = [Performance(r[:, None], get_ci=True, reps=500) for r in rewards.T]
            values, bounds = zip(*(point.aggregate_iqm() for point in points), strict=True)
            bands[label] = (values, np.hstack(bounds))
        figures["curves"] = plot_sample_efficiency_curve(
            bands, grid, list(bands), figsize=(7, 4), xlabel="Steps", ylabel="IQM of rewards"
        )
        figures["curves"][1].legend()
    folder.mkdir(parents=True, exist_ok=True)
    for name, (figure, _) in figures.items():
        for kind in ("png", "svg"):
            figure.savefig(folder / f"{name}.{kind}", bbox_inches="tight")
    print(f"figures in {folder}: {', '.join(figures)}")
"""
_PLOTS = {"plot_interval_estimates", "plot_probability_improvement", "plot_sample_efficiency_curve"}


def render_comparison(spec: ComparisonSpec, catalogue: Catalogue) -> str:
    """The script; see `render`."""
    functions = function_names(list(spec.runs))
    runs = list(spec.runs.values())
    measured = {"Comparison", "Performance", *(_PLOTS if spec.plots else ())}
    lines = [
        blocks.docstring(f"{spec.title}."),
        "",
        "import argparse",
        "import itertools",
        *(["import json", "from pathlib import Path"] if spec.plots else []),
        "",
        *(["import matplotlib"] if spec.plots else []),
        "import numpy as np",
        "",
        *blocks.imports(runs, catalogue, {"rllte.evaluation": measured}),
        *(["", 'matplotlib.use("Agg")  # figures go into files: no screen is needed'] if spec.plots else []),
    ]
    for label, run in spec.runs.items():
        lines += ["", "", *_run(label, run, spec, catalogue, functions[label])]
    lines += ["", "", *_table("RUNS", functions)]
    if _grouped(spec):
        lines += _table("TASKS", {label: literal(run.env_id) for label, run in spec.runs.items()})
    if not _shared(spec, "eval_episodes"):
        lines += _table("EPISODES", {label: literal(run.eval_episodes) for label, run in spec.runs.items()})
    lines += ["", *_COMPARE.rstrip("\n").split("\n")]
    if spec.plots:
        lines += ["", *_PLOT.rstrip("\n").split("\n")]
    lines += ["", "", "def main() -> None:", *_main(spec)]
    return "\n".join([*lines, *GUARD]) + "\n"


def function_names(labels: list[str]) -> dict[str, str]:
    """A name of its own for the function of each label."""
    names: dict[str, str] = {}
    for label in labels:
        plain = re.sub(r"\W+", "_", label.lower(), flags=re.ASCII).strip("_")[:24].rstrip("_") or "run"
        name, number = f"train_{plain}", 2
        while name in names.values():
            name, number = f"train_{plain}_{number}", number + 1
        names[label] = name
    return names


def _shared(spec: ComparisonSpec, field: str) -> bool:
    return len({getattr(run, field) for run in spec.runs.values()}) == 1


def _grouped(spec: ComparisonSpec) -> bool:
    """Whether rewards of several environments stand side by side; they are compared within each."""
    return not _shared(spec, "env_id")


def _names(run: ExperimentSpec, spec: ComparisonSpec, label: str) -> Names:
    """An option counts for all runs; where runs differ, it has no default and each run has its own."""
    found = {
        field: f"args.{field}" if _shared(spec, field) else f"args.{field} or {literal(getattr(run, field))}"
        for field in ("num_envs", "num_train_steps", "pretrain_steps")
    }
    folder = re.sub(r"[^\w.=+-]+", "_", label, flags=re.ASCII).strip("_.") or "run"
    return Names(seed="seed", log_dir=f'f"{{args.log_dir}}/{folder}/seed_{{seed}}"', **found)


def _run(label: str, run: ExperimentSpec, spec: ComparisonSpec, catalogue: Catalogue, function: str) -> list[str]:
    names, maker = _names(run, spec, label), function.replace("train_", "make_", 1)
    return [
        *blocks.agent_maker(run, catalogue, names, maker),
        f"def {function}(args: argparse.Namespace, seed: int) -> {run.agent}:",
        *blocks.training(run, catalogue, names, maker),
        "    return agent",
    ]


def _table(name: str, values: dict[str, str]) -> list[str]:
    """A dictionary of labels, on one line if there is room."""
    rows = [f"{literal(label)}: {value}" for label, value in values.items()]
    line = f"{name} = {{{', '.join(rows)}}}"
    return [line] if len(line) <= blocks.WIDTH else [f"{name} = {{", *(f"    {row}," for row in rows), "}"]


def _main(spec: ComparisonSpec) -> list[str]:
    first = next(iter(spec.runs.values()))
    counts = []
    for field in ("pretrain_steps", "num_train_steps", "num_envs"):
        shared, name = _shared(spec, field), f"--{field.replace('_', '-')}"
        if field == "pretrain_steps" and all(run.pretrain_steps is None for run in spec.runs.values()):
            continue
        more = [] if shared else ['help="default: of each run its own"']
        counts += blocks.option(name, getattr(first, field) if shared else None, "int", *more)
    return [
        *blocks.call("parser = argparse.ArgumentParser", {"description": literal(f"{spec.title}.")}),
        *blocks.call(
            "parser.add_argument",
            {"nargs": '"+"', "metavar": '"LABEL"', "choices": "RUNS", "default": "list(RUNS)"},
            literal("--run"),
        ),
        *counts,
        *blocks.option("--seed", spec.seeds, "int", 'nargs="+"'),
        *blocks.option("--device", first.device),
        *blocks.option("--log-dir", "logs"),
        "    args = parser.parse_args()",
        "",
        *_loop(spec),
    ]


def _loop(spec: ComparisonSpec) -> list[str]:
    """Runs, and what is said of them."""
    first = next(iter(spec.runs.values()))
    same = _shared(spec, "eval_episodes")
    episodes = f"{first.eval_episodes}" if same else "EPISODES[label]"
    shown = episodes if same else f"{{{episodes}}}"
    curve = "curves.setdefault(label, []).append(learning_curve(agent.logger.folder))"
    lines = [
        "    scores, curves = {}, {}" if spec.plots else "    scores = {}",
        "    try:",
        "        for label, seed in itertools.product(args.run, args.seed):",
        "            agent = RUNS[label](args, seed)",
        f'            reward = agent.eval({episodes})["episode_reward"]',
        f'            print(f"{{label}}, seed {{seed}}: mean reward of {shown} episodes: {{reward:.2f}}")',
        "            scores.setdefault(label, []).append(reward)",
        *([f"            {curve}"] if spec.plots else []),
        "            agent.env.close()",
        "            agent.eval_env.close()",
        "    finally:  # also where it was stopped: what has run is compared",
    ]
    if not _grouped(spec):
        shown = "plot(*compare(scores), curves, Path(args.log_dir))" if spec.plots else "compare(scores)"
        return [*lines, "        if len(scores) > 1:", f"            {shown}"]
    folder = "Path(args.log_dir, task.replace('/', '_'))".replace("'", '"')
    shown = f"plot(*compare(group), curves, {folder})" if spec.plots else "compare(group)"
    return [
        *lines,
        "        # Rewards of different tasks do not compare.",
        "        for task in dict.fromkeys(TASKS[label] for label in scores):",
        "            group = {label: found for label, found in scores.items() if TASKS[label] == task}",
        '            print(f"--- {task} ---")',
        f"            {shown}",
    ]
