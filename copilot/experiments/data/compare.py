"""Statistics and figures of scores, run in the sandbox: `INPUT` in, result.json and figures out.

`copilot.experiments.comparison` puts the groups to compare, as JSON, in the place of the empty `INPUT`.
"""

import json
import warnings
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib import font_manager

from rllte.evaluation import (
    Comparison,
    Performance,
    StratifiedBootstrap,
    min_max_normalize,
    plot_interval_estimates,
    plot_probability_improvement,
    plot_sample_efficiency_curve,
)
from rllte.evaluation.metrics import interquartile_mean
from rllte.evaluation.visualization import COLORBLIND

INPUT = "[]"
REPS, POINTS = 5000, 60
CJK = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
)
SEPARATOR = "\x1f"

Row = dict[str, Any]


def aggregate(scores: Any) -> Row:
    """IQM of (runs, tasks), the bounds of its interval, mean and least and largest."""
    value, bounds = Performance(scores, get_ci=True, reps=REPS).aggregate_iqm()
    return {"iqm": value, "low": float(bounds[0, 0]), "high": float(bounds[1, 0]), "mean": float(np.mean(scores))}


def improvements(scores: dict[str, Any]) -> list[Row]:
    """Probability of improvement of each pair, the one with the larger IQM first."""
    rows = list[Row]()
    for pair in combinations(scores, 2):
        x, y = sorted(pair, key=lambda name: -float(interquartile_mean(scores[name])))
        value, bounds = Comparison(scores[x], scores[y], get_ci=True, reps=REPS).compute_poi()
        rows.append({"x": x, "y": y, "probability": value, "low": float(bounds[0, 0]), "high": float(bounds[1, 0])})
    return rows


def curve(runs: list[Any], grid: Any) -> Any:
    """IQM over runs at each step of a grid with its interval; missing outside of what all runs cover."""
    runs = [np.asarray(points, dtype=float) for points in runs if len(points) > 1]
    if not runs:
        return None
    inside = (grid >= max(points[0, 0] for points in runs)) & (grid <= min(points[-1, 0] for points in runs))
    if not inside.any():
        return None
    values = np.stack([np.interp(grid[inside], points[:, 0], points[:, 1]) for points in runs])[:, None, :]
    middle = interquartile_mean(np.moveaxis(values, -1, 0))
    drawing = StratifiedBootstrap(values)
    bounds = drawing.conf_int(
        lambda drawn: interquartile_mean(np.moveaxis(drawn, -1, 1)), 1000, "percentile", vectorized=True
    )
    full = np.full((3, len(grid)), np.nan)
    full[:, inside] = [middle, *bounds]
    return full


def save(fig: Any, name: str) -> list[str]:
    """As PNG and SVG."""
    for suffix in ("png", "svg"):
        fig.savefig(f"{name}.{suffix}", bbox_inches="tight", dpi=150)
    plt.close(fig)
    return [f"{name}.png", f"{name}.svg"]


def coloured(names: Sequence[str]) -> dict[str, str]:
    """The same colour for a name in each figure."""
    return {name: COLORBLIND[place % len(COLORBLIND)] for place, name in enumerate(names)}


def intervals(name: str, table: dict[str, Row], xlabel: str) -> list[str]:
    """A figure of IQMs on their intervals."""
    entries = {"IQM": {group: (row["iqm"], [[row["low"]], [row["high"]]]) for group, row in table.items()}}
    fig, _ = plot_interval_estimates(
        entries, ["IQM"], list(table)[::-1], coloured([*table]), xlabel=xlabel, subfigure_width=5.0
    )
    return save(fig, name)


def drawable(names: list[str]) -> dict[str, str]:
    """Short names for those that no font here can draw."""
    present = {font.name for font in font_manager.fontManager.ttflist}
    fonts = [font for font in CJK if font in present]
    mpl.rcParams["font.family"] = ["DejaVu Sans", *fonts]
    paths = [font_manager.findfont(font) for font in ["DejaVu Sans", *fonts]]
    known = set().union(*(font_manager.get_font(path).get_charmap() for path in paths))
    return {
        name: name if set(map(ord, name)) <= known else f"run {number}" for number, name in enumerate(names, start=1)
    }


def task_figures(
    env: str, groups: list[Row], names: dict[str, str], number: int
) -> tuple[dict[str, Row], list[Row], list[str]]:
    """Intervals, improvements and learning curves on one environment."""
    prefix = f"{number}-" if number else ""
    scores = {names[group["name"]]: np.asarray(group["scores"], dtype=float)[:, None] for group in groups}
    table = {name: aggregate(values) for name, values in scores.items()}
    pairs = improvements(scores)
    figures = intervals(f"{prefix}scores", table, f"Mean reward on {env}")
    if pairs:
        drawn = {SEPARATOR.join((p["x"], p["y"])): (p["probability"], [[p["low"]], [p["high"]]]) for p in pairs}
        fig, _ = plot_probability_improvement(
            drawn,
            SEPARATOR,
            left_ylabel="X",
            right_ylabel="Y",
            figsize=(4.5, 0.7 + 0.6 * len(drawn)),
            xticks=[0, 0.25, 0.5, 0.75, 1],
        )
        figures += save(fig, f"{prefix}improvement")
    last = max((points[-1][0] for group in groups for points in group["curves"] if len(points) > 1), default=0)
    grid = np.linspace(0, last, POINTS + 1)
    what = "evaluations" if groups[0]["curve_kind"] == "eval" else "training episodes"
    drawn = {names[group["name"]]: curve(group["curves"], grid) for group in groups}
    drawn = {name: values for name, values in drawn.items() if values is not None}
    if drawn:
        fig, _ = plot_sample_efficiency_curve(
            drawn, grid, list(drawn), coloured([*table]), figsize=(7, 4),
            xlabel="Environment steps", ylabel=f"Reward of {what}",
            labelsize="large", ticklabelsize="medium", marker="", legend=True, legendsize="medium",
        )  # fmt: skip
        fig.suptitle(env)
        figures += save(fig, f"{prefix}learning_curves")
    return table, pairs, figures


def overall(groups: list[Row], names: dict[str, str]) -> tuple[Row, list[str]] | None:
    """Over all environments, scores from 0 (the worst run on each) to 1 (the best); None where they do not cross."""
    environments = list(dict.fromkeys(group["environment"] for group in groups))
    by_name = dict[str, dict[str, Row]]()
    for group in groups:
        by_name.setdefault(names[group["name"]], {})[group["environment"]] = group
    if len(environments) < 2 or any(len(own) < len(environments) for own in by_name.values()):
        return None
    matrices = dict[str, Any]()
    for name, own in by_name.items():
        common = set.intersection(*(set(own[env]["seeds"]) for env in environments))
        if not common:
            return None
        picked = [[dict(zip(own[env]["seeds"], own[env]["scores"], strict=True))[seed] for env in environments]
                  for seed in sorted(common)]  # fmt: skip
        matrices[name] = np.asarray(picked, dtype=float)
    least = np.min([matrix.min(axis=0) for matrix in matrices.values()], axis=0)
    most = np.max([matrix.max(axis=0) for matrix in matrices.values()], axis=0)
    if (least == most).any():
        return None
    scores = {name: min_max_normalize(matrix, least, most) for name, matrix in matrices.items()}
    table = {name: aggregate(values) for name, values in scores.items()}
    figures = intervals("overall", table, "Score from worst (0) to best run (1)")
    return {"groups": table, "improvement": improvements(scores), "environments": environments}, figures


def main() -> None:
    """Read INPUT, write result.json and the figures."""
    warnings.filterwarnings("ignore", message="Glyph")
    groups = json.loads(INPUT)
    names = drawable(list(dict.fromkeys(group["name"] for group in groups)))
    environments = list(dict.fromkeys(group["environment"] for group in groups))
    result: Row = {"names": {short: name for name, short in names.items()}, "environments": {}, "figures": []}
    for number, env in enumerate(environments, start=1):
        own = [group for group in groups if group["environment"] == env]
        table, pairs, figures = task_figures(env, own, names, number if len(environments) > 1 else 0)
        result["environments"][env] = {"groups": table, "improvement": pairs}
        result["figures"] += figures
    crossed = overall(groups, names)
    if crossed is not None:
        result["overall"], more = crossed
        result["figures"] += more
    Path("result.json").write_text(json.dumps(result), encoding="utf-8")


main()
