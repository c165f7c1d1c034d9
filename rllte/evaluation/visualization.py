"""The four plots of the evaluation: arrays in, a matplotlib figure and its axes out. Matplotlib is loaded by the first plot.

`plt.show()`, `fig.savefig("scores.pdf", bbox_inches="tight")` and `plt.close(fig)` are left to the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from rllte.core.errors import ParameterError, UnknownNameError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Color: TypeAlias = Any
Colors: TypeAlias = Mapping[str, Color] | Sequence[Color] | None

COLORBLIND = (
    "#0173b2", "#de8f05", "#029e73", "#d55e00", "#cc78bc", "#ca9161", "#fbafe4", "#949494", "#ece133", "#56b4e9"
)  # fmt: skip
"""Colours that most people can tell apart, the palette of that name in other libraries."""

XTICKS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def plot_interval_estimates(
    metrics_dict: Mapping[str, Mapping[str, Any]],
    metric_names: Sequence[str],
    algorithms: Sequence[str],
    colors: Colors = None,
    color_palette: str = "colorblind",
    max_ticks: int = 4,
    subfigure_width: float = 3.4,
    row_height: float = 0.37,
    interval_height: float = 0.6,
    xlabel_y_coordinate: float = -0.16,
    xlabel: str = "Normalized Score",
    wspace: float = 0.11,
) -> tuple[Figure, Any]:
    """Aggregates of algorithms as marks on their intervals, one column per metric.

    Args:
        metrics_dict: by metric and algorithm, what `Performance` returns with `get_ci=True`: (value, bounds).
        metric_names: the metrics, from left to right.
        algorithms: from bottom to top.
        colors: by algorithm, or in the order of `algorithms`; None takes them from `color_palette`.
        color_palette: "colorblind" or the name of a colour map of matplotlib.
        max_ticks: at most so many ticks on an x-axis.
        subfigure_width, row_height: size of a column and of a row, in inches.
        interval_height: height of a bar, as a part of its row.
        xlabel_y_coordinate: where the common label is, as a part of the figure's height; lower where rows are few, so that
            it clears the ticks.
        xlabel: the common label.
        wspace: room between columns.

    Returns:
        The figure and its axes, an array of them if there is more than one metric.
    """
    import matplotlib.pyplot as plt

    painted = _colors(algorithms, colors, color_palette)
    figsize = (subfigure_width * len(metric_names), row_height * len(algorithms))
    fig, axes = plt.subplots(1, len(metric_names), figsize=figsize, squeeze=False)
    for column, metric in enumerate(metric_names):
        ax = axes[0, column]
        for row, algorithm in enumerate(algorithms):
            value, bounds = _entry(_entry(metrics_dict, metric, "metrics_dict"), algorithm, f"metrics_dict[{metric!r}]")
            _interval(ax, row, value, bounds, interval_height, color=painted[algorithm], label=algorithm)
        ax.set_yticks(range(len(algorithms)) if column == 0 else [])
        if column == 0:
            ax.set_yticklabels(algorithms, fontsize="x-large")
        ax.xaxis.set_major_locator(plt.MaxNLocator(max_ticks))
        ax.set_title(metric, fontsize="xx-large")
        _decorate(ax, ticklabelsize="xx-large", wrect=5)
        ax.spines["left"].set_visible(False)
        ax.grid(True, axis="x", alpha=0.25)
    below_ticks = -0.5 / figsize[1]  # half an inch
    fig.text(0.4, min(xlabel_y_coordinate, below_ticks), xlabel, ha="center", fontsize="xx-large")
    fig.subplots_adjust(wspace=wspace, left=0.0)
    return fig, axes[0] if len(metric_names) > 1 else axes[0, 0]


def plot_probability_improvement(
    poi_dict: Mapping[str, Any],
    pair_separator: str = "_",
    figsize: tuple[float, float] = (3.7, 2.1),
    colors: Colors = None,
    color_palette: str = "colorblind",
    alpha: float = 0.75,
    interval_height: float = 0.6,
    xticks: Sequence[float] = XTICKS,
    xlabel: str = "P(X > Y)",
    left_ylabel: str = "Algorithm X",
    right_ylabel: str = "Algorithm Y",
    **kwargs: Any,
) -> tuple[Figure, Axes]:
    """Probabilities of improvement as marks on their intervals, X on the left and Y on the right of each row.

    Args:
        poi_dict: by pair, for example "PPG_PPO", what `Comparison.compute_poi` returns with `get_ci=True`.
        pair_separator: what stands between the two names of a pair; choose one that is in no name.
        figsize: in inches.
        colors: by pair, or in the order of `poi_dict`; None takes them from `color_palette`.
        color_palette: "colorblind" or the name of a colour map of matplotlib.
        alpha: opacity of the bars.
        interval_height: height of a bar, as a part of its row.
        xticks: places of ticks; an empty list for none.
        xlabel, left_ylabel, right_ylabel: labels.
        kwargs: `ylabel_x_coordinate` (how far labels stand out, 0.2), and `labelsize`, `ticklabelsize`, `grid_alpha`,
            `legend`, `legendsize`, `wrect`, `hrect` of the axes.

    Returns:
        The figure and its left axes.
    """
    import matplotlib.pyplot as plt

    names = [pair.split(pair_separator) for pair in poi_dict]
    if any(len(name) != 2 for name in names):
        raise ParameterError(
            f"The pairs are {', '.join(map(repr, poi_dict))}; expected two names joined by {pair_separator!r} each. "
            "Pass the pair_separator that joins them."
        )
    painted = _colors(list(poi_dict), colors, color_palette)
    out = kwargs.pop("ylabel_x_coordinate", 0.2)
    style = {"wrect": 5, "ticklabelsize": "x-large", "labelsize": "x-large", **kwargs}
    fig, ax = plt.subplots(figsize=figsize)
    twin = ax.twinx()
    for row, (pair, (value, bounds)) in enumerate(poi_dict.items()):
        _interval(ax, row, value, bounds, interval_height, color=painted[pair], label=names[row][0], alpha=alpha)
    for side, label, own in ((ax, left_ylabel, {}), (twin, right_ylabel, {"grid_alpha": 0.0, "legend": False})):
        _annotate(side, xlabel=xlabel, xticks=xticks, yticks=range(len(names)), **{**style, **own})
        side.set_yticklabels([name[side is twin] for name in names], fontsize=style["ticklabelsize"])
        side.set_ylabel(label, fontweight="bold", rotation="horizontal", fontsize=style["labelsize"])
        side.spines["left"].set_visible(False)
    twin.set_ylim(ax.get_ylim())
    ax.yaxis.set_label_coords(-out, 1.0)
    twin.yaxis.set_label_coords(1 + 0.7 * out, 1 + 0.6 * out)
    return fig, ax


def plot_performance_profile(
    profile_dict: Mapping[str, Any],
    tau_list: Any,
    use_non_linear_scaling: bool = False,
    figsize: tuple[float, float] = (10.0, 5.0),
    colors: Colors = None,
    color_palette: str = "colorblind",
    alpha: float = 0.15,
    xticks: Sequence[float] | None = None,
    yticks: Sequence[float] | None = None,
    xlabel: str = r"Normalized Score ($\tau$)",
    ylabel: str = r"Fraction of runs with score $> \tau$",
    linestyles: Mapping[str, str] | None = None,
    **kwargs: Any,
) -> tuple[Figure, Axes]:
    """The part of runs above each score, one line with its band per algorithm.

    Args:
        profile_dict: by algorithm, what `Performance.create_performance_profile` returns.
        tau_list: the K thresholds of the profiles.
        use_non_linear_scaling: whether ranges of the x-axis are as wide as the part of runs within them.
        figsize: in inches.
        colors: by algorithm, or in the order of `profile_dict`; None takes them from `color_palette`.
        color_palette: "colorblind" or the name of a colour map of matplotlib.
        alpha: opacity of the bands.
        xticks: thresholds with a tick; with non-linear scaling each must be one of `tau_list`.
        yticks: parts with a tick; None is every quarter.
        xlabel, ylabel: labels.
        linestyles: by algorithm; None is solid.
        kwargs: `linewidth` (2), and `labelsize`, `ticklabelsize`, `grid_alpha`, `legend` (True), `legendsize`, `wrect`,
            `hrect` of the axes.

    Returns:
        The figure and its axes.
    """
    import matplotlib.pyplot as plt

    painted = _colors(list(profile_dict), colors, color_palette)
    places = np.asarray(tau_list, dtype=float)
    linewidth = kwargs.pop("linewidth", 2.0)
    labels = xticks
    if use_non_linear_scaling:
        places, xticks, labels = _non_linear(profile_dict, places, xticks)
    fig, ax = plt.subplots(figsize=figsize)
    for algorithm, (values, bounds) in profile_dict.items():
        style = (linestyles or {}).get(algorithm, "solid")
        ax.plot(places, values, color=painted[algorithm], linestyle=style, linewidth=linewidth, label=algorithm)
        ax.fill_between(places, *bounds, color=painted[algorithm], alpha=alpha)
    axes = {"yticks": (0.0, 0.25, 0.5, 0.75, 1.0) if yticks is None else yticks, "legend": True, **kwargs}
    return fig, _annotate(ax, xticks=xticks, xticklabels=labels, xlabel=xlabel, ylabel=ylabel, **axes)


def plot_sample_efficiency_curve(
    sampling_dict: Mapping[str, Any],
    frames: Any,
    algorithms: Sequence[str],
    colors: Colors = None,
    color_palette: str = "colorblind",
    figsize: tuple[float, float] = (3.7, 2.1),
    xlabel: str = "Number of Frames (in millions)",
    ylabel: str = "Aggregate Human Normalized Score",
    labelsize: str | float = "xx-large",
    ticklabelsize: str | float = "xx-large",
    **kwargs: Any,
) -> tuple[Figure, Axes]:
    """An aggregate over the course of training, one line with its band per algorithm.

    Args:
        sampling_dict: by algorithm (values, lower bounds, upper bounds), each (K,), or (values, bounds of (2, K)).
        frames: (K,) where on the x-axis, in the unit of `xlabel`.
        algorithms: those to draw.
        colors: by algorithm, or in the order of `algorithms`; None takes them from `color_palette`.
        color_palette: "colorblind" or the name of a colour map of matplotlib.
        figsize: in inches.
        xlabel, ylabel: labels.
        labelsize, ticklabelsize: sizes of their fonts.
        kwargs: `marker` ("o"), `linewidth` (2), and `xticks`, `xticklabels`, `yticks`, `grid_alpha`, `legend`,
            `legendsize`, `wrect`, `hrect` of the axes.

    Returns:
        The figure and its axes.
    """
    import matplotlib.pyplot as plt

    painted = _colors(algorithms, colors, color_palette)
    marker, linewidth = kwargs.pop("marker", "o"), kwargs.pop("linewidth", 2)
    fig, ax = plt.subplots(figsize=figsize)
    for algorithm in algorithms:
        values, *bounds = _entry(sampling_dict, algorithm, "sampling_dict")
        low, high = bounds if len(bounds) == 2 else bounds[0]
        ax.plot(frames, values, color=painted[algorithm], marker=marker, linewidth=linewidth, label=algorithm)
        ax.fill_between(frames, low, high, color=painted[algorithm], alpha=0.2)
    return fig, _annotate(ax, xlabel=xlabel, ylabel=ylabel, labelsize=labelsize, ticklabelsize=ticklabelsize, **kwargs)


def _interval(ax: Axes, row: int, value: Any, bounds: Any, height: float, alpha: float = 0.75, **bar: Any) -> None:
    """A bar from the lower to the upper bound with a mark at the value."""
    low, high = (np.asarray(bound, dtype=float).item() for bound in bounds)
    ax.barh(y=row, width=high - low, height=height, left=low, alpha=alpha, **bar)
    mark = np.asarray(value, dtype=float).item()
    ax.vlines(x=mark, ymin=row - 0.45 * height, ymax=row + 0.4 * height, color="k", alpha=min(1.0, alpha + 0.1))


def _colors(names: Sequence[str], colors: Colors, palette: str) -> dict[str, Color]:
    """A colour for each name: as given, or out of the palette."""
    if isinstance(colors, Mapping):
        return {name: _entry(colors, name, "colors") for name in names}
    if colors is None:
        colors = _palette(palette, len(names))
    if len(colors) < len(names):
        raise ParameterError(f"There are {len(colors)} colors for {len(names)} names; pass one for each.")
    return dict(zip(names, colors, strict=False))


def _palette(name: str, number: int) -> list[Color]:
    """So many colours; they come round again if the palette has fewer."""
    import matplotlib as mpl

    if name == "colorblind":
        return [COLORBLIND[index % len(COLORBLIND)] for index in range(number)]
    if name not in mpl.colormaps:
        raise UnknownNameError("color_palette", name, ["colorblind", *mpl.colormaps])
    chosen = mpl.colormaps[name]
    listed = getattr(chosen, "colors", None)
    if listed is not None and len(listed) <= 20:
        return [listed[index % len(listed)] for index in range(number)]
    return [chosen(place) for place in np.linspace(0.1, 0.9, number)]


def _entry(table: Mapping[str, Any], name: str, what: str) -> Any:
    """The entry of that name, or an error that names the nearest."""
    if name not in table:
        raise UnknownNameError(f"entry of {what}", name, table)
    return table[name]


def _non_linear(
    profiles: Mapping[str, Any], taus: Any, xticks: Sequence[float] | None
) -> tuple[Any, Sequence[float], Sequence[float]]:
    """Places of the thresholds such that each range is as wide as the part of runs in it; places and names of ticks."""
    places = 1.0 - np.mean([np.asarray(profile[0], dtype=float) for profile in profiles.values()], axis=0)
    if xticks is None:
        chosen = np.logspace(0, np.log2(len(taus) - 1), num=5, base=2).astype(int)
    else:
        chosen = np.array([int(np.abs(taus - tick).argmin()) for tick in xticks], dtype=int)
        missing = [tick for tick, index in zip(xticks, chosen, strict=True) if not np.isclose(taus[index], tick)]
        if missing:
            raise ParameterError(
                f"xticks has {missing}, which tau_list has not; with non-linear scaling take some of its."
            )
    return places, places[chosen], [float(tick) for tick in np.round(taus[chosen], 6)]


def _annotate(
    ax: Axes,
    labelsize: str | float = "x-large",
    ticklabelsize: str | float = "x-large",
    xticks: Iterable[float] | None = None,
    xticklabels: Iterable[Any] | None = None,
    yticks: Iterable[float] | None = None,
    legend: bool = False,
    grid_alpha: float = 0.2,
    legendsize: str | float = "x-large",
    xlabel: str = "",
    ylabel: str = "",
    wrect: float = 10,
    hrect: float = 10,
) -> Axes:
    """Labels, ticks, grid and legend."""
    ax.set_xlabel(xlabel, fontsize=labelsize)
    ax.set_ylabel(ylabel, fontsize=labelsize)
    if xticks is not None:
        ax.set_xticks(list(xticks))
        if xticklabels is not None:
            ax.set_xticklabels([str(label) for label in xticklabels])
    if yticks is not None:
        ax.set_yticks(list(yticks))
    ax.grid(True, alpha=grid_alpha)
    _decorate(ax, ticklabelsize, wrect, hrect)
    if legend:
        ax.legend(fontsize=legendsize)
    return ax


def _decorate(ax: Axes, ticklabelsize: str | float = "large", wrect: float = 10, hrect: float = 10) -> None:
    """Two strong axes that stand off by so many points, no frame."""
    for side, off in (("left", hrect), ("bottom", wrect)):
        ax.spines[side].set_linewidth(2)
        ax.spines[side].set_position(("outward", off))
    for side in ("right", "top"):
        ax.spines[side].set_visible(False)
    ax.tick_params(length=0.1, width=0.1, labelsize=ticklabelsize)
