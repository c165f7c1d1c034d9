"""The plots show the numbers they are given, in the colours asked for. Nothing is compared pixel by pixel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest

from rllte.core.errors import ParameterError, UnknownNameError
from rllte.evaluation import (
    Comparison,
    Performance,
    plot_interval_estimates,
    plot_performance_profile,
    plot_probability_improvement,
    plot_sample_efficiency_curve,
)

mpl.use("Agg")
RANDOM = np.random.default_rng(0)
BY_NAME = {"PPO": RANDOM.normal(0.4, 0.1, (6, 5)), "PPG": RANDOM.normal(0.6, 0.1, (6, 5))}
TAUS = np.linspace(0, 1, 21)
FRAMES = np.array([1, 2, 4])
CURVES = {name: (FRAMES / (4 + i), FRAMES / 5 - 0.1, FRAMES / 4 + 0.1) for i, name in enumerate(BY_NAME)}


def evaluated(name: str) -> Performance:
    return Performance(BY_NAME[name], get_ci=True, reps=200)


METRICS = {
    "IQM": {name: evaluated(name).aggregate_iqm() for name in BY_NAME},
    "Mean": {name: evaluated(name).aggregate_mean() for name in BY_NAME},
}
PROFILES = {name: evaluated(name).create_performance_profile(TAUS) for name in BY_NAME}
POI = {"PPG_PPO": Comparison(BY_NAME["PPG"], BY_NAME["PPO"], get_ci=True, reps=200).compute_poi()}


@pytest.fixture(autouse=True)
def _closed_figures() -> Iterator[None]:
    import matplotlib.pyplot as plt

    yield
    plt.close("all")


def colors_of(patches: Any) -> list[str]:
    return [mpl.colors.to_hex(patch.get_facecolor()) for patch in patches]


def test_intervals_are_bars_with_a_mark_for_each_metric() -> None:
    fig, axes = plot_interval_estimates(METRICS, ["IQM", "Mean"], ["PPO", "PPG"])
    assert [ax.get_title() for ax in axes] == ["IQM", "Mean"]
    assert [label.get_text() for label in axes[0].get_yticklabels()] == ["PPO", "PPG"]
    assert not axes[1].get_yticks().size
    for ax, metric in zip(axes, ("IQM", "Mean"), strict=True):
        for bar, mark, name in zip(ax.patches, ax.collections, ("PPO", "PPG"), strict=True):
            value, bounds = METRICS[metric][name]
            assert [bar.get_x(), bar.get_x() + bar.get_width()] == pytest.approx(bounds.ravel())
            assert mark.get_segments()[0][0][0] == pytest.approx(value)
    assert colors_of(axes[0].patches) == ["#0173b2", "#de8f05"]
    assert fig.texts[0].get_text() == "Normalized Score"
    fig.canvas.draw()


def test_one_metric_is_one_axes() -> None:
    _, ax = plot_interval_estimates(METRICS, ["IQM"], ["PPG"], xlabel="score", wspace=0.3)
    assert ax.get_title() == "IQM"


def test_the_common_label_clears_the_ticks_of_few_rows() -> None:
    fig, axes = plot_interval_estimates(METRICS, ["IQM", "Mean"], ["PPO", "PPG"])
    fig.canvas.draw()
    label = fig.texts[0].get_window_extent()
    assert not any(label.overlaps(tick.get_window_extent()) for ax in axes for tick in ax.get_xticklabels())


@pytest.mark.parametrize("colors", [{"PPO": "red", "PPG": "blue"}, ["red", "blue"]])
def test_colors_are_taken_as_given(colors: Any) -> None:
    _, ax = plot_interval_estimates(METRICS, ["IQM"], ["PPO", "PPG"], colors=colors)
    assert colors_of(ax.patches) == ["#ff0000", "#0000ff"]
    _, ax = plot_sample_efficiency_curve(CURVES, FRAMES, ["PPO", "PPG"], colors=colors)
    assert [line.get_color() for line in ax.lines] == ["red", "blue"]
    _, ax = plot_performance_profile(PROFILES, TAUS, colors=colors)
    assert [line.get_color() for line in ax.lines] == ["red", "blue"]
    _, ax = plot_probability_improvement(POI, colors=["red"])
    assert colors_of(ax.patches) == ["#ff0000"]


@pytest.mark.parametrize("palette", ["tab10", "viridis"])
def test_palettes_are_colour_maps_of_matplotlib(palette: str) -> None:
    _, ax = plot_interval_estimates(METRICS, ["IQM"], ["PPO", "PPG"], color_palette=palette)
    assert len(set(colors_of(ax.patches))) == 2


def test_improvement_names_x_left_and_y_right() -> None:
    fig, ax = plot_probability_improvement(POI)
    twin = next(other for other in fig.axes if other is not ax)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["PPG"]
    assert [label.get_text() for label in twin.get_yticklabels()] == ["PPO"]
    assert ax.get_xticks().tolist() == [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert ax.get_ylim() == twin.get_ylim()
    assert [ax.get_ylabel(), twin.get_ylabel()] == ["Algorithm X", "Algorithm Y"]
    value, bounds = POI["PPG_PPO"]
    assert ax.collections[0].get_segments()[0][0][0] == pytest.approx(value)
    assert ax.patches[0].get_width() == pytest.approx(float(bounds[1, 0] - bounds[0, 0]))
    fig.canvas.draw()


def test_profiles_are_lines_with_bands() -> None:
    fig, ax = plot_performance_profile(
        PROFILES, TAUS, xticks=[0.0, 0.5, 1.0], linestyles={"PPO": "dashed"}, linewidth=3
    )
    for line, (name, (values, _)) in zip(ax.lines, PROFILES.items(), strict=True):
        np.testing.assert_array_equal(line.get_xdata(), TAUS)
        np.testing.assert_array_equal(line.get_ydata(), values)
        assert line.get_label() == name
        assert line.get_linewidth() == 3
    assert [line.get_linestyle() for line in ax.lines] == ["--", "-"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0.0", "0.5", "1.0"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["PPO", "PPG"]
    fig.canvas.draw()


@pytest.mark.parametrize("xticks", [None, [0.0, 0.25, 0.5]])
def test_non_linear_scaling_widens_where_the_runs_are(xticks: Any) -> None:
    _, ax = plot_performance_profile(PROFILES, TAUS, use_non_linear_scaling=True, xticks=xticks)
    expected = 1 - (PROFILES["PPO"][0] + PROFILES["PPG"][0]) / 2
    np.testing.assert_allclose(ax.lines[0].get_xdata(), expected)
    if xticks:
        assert ax.get_xticks() == pytest.approx(expected[[0, 5, 10]])
        assert [label.get_text() for label in ax.get_xticklabels()] == ["0.0", "0.25", "0.5"]


@pytest.mark.parametrize("pairs", [False, True])
def test_curves_are_lines_with_bands(pairs: bool) -> None:
    curves = {name: (mid, (low, high)) for name, (mid, low, high) in CURVES.items()} if pairs else CURVES
    fig, ax = plot_sample_efficiency_curve(curves, FRAMES, ["PPG"], legend=True, marker="s")
    [line] = ax.lines
    np.testing.assert_array_equal(line.get_xdata(), FRAMES)
    np.testing.assert_array_equal(line.get_ydata(), CURVES["PPG"][0])
    assert line.get_marker() == "s"
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (CURVES["PPG"][1].min(), CURVES["PPG"][2].max())
    assert ax.get_xlabel() == "Number of Frames (in millions)"
    fig.canvas.draw()


def test_names_that_are_not_there_are_named() -> None:
    with pytest.raises(UnknownNameError, match=r"'IGM'. Did you mean 'IQM'"):
        plot_interval_estimates(METRICS, ["IGM"], ["PPO"])
    with pytest.raises(UnknownNameError, match="'DQN'"):
        plot_sample_efficiency_curve(CURVES, FRAMES, ["DQN"])
    with pytest.raises(UnknownNameError, match=r"'coloblind'\. Did you mean 'colorblind'"):
        plot_performance_profile(PROFILES, TAUS, color_palette="coloblind")
    with pytest.raises(ParameterError, match=r"'PPG_PPO'; expected two names joined by ','"):
        plot_probability_improvement(POI, pair_separator=",")
    with pytest.raises(ParameterError, match="1 colors for 2 names"):
        plot_interval_estimates(METRICS, ["IQM"], ["PPO", "PPG"], colors=["red"])
    with pytest.raises(ParameterError, match=r"\[0.33\], which tau_list has not"):
        plot_performance_profile(PROFILES, TAUS, use_non_linear_scaling=True, xticks=[0.33])
    with pytest.raises(TypeError, match="wight"):
        plot_sample_efficiency_curve(CURVES, FRAMES, ["PPO"], wight=3)
