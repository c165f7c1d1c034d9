"""The shape of a learning curve: flat, rising, settled or fallen, and how much of it is noise."""

from __future__ import annotations

from dataclasses import dataclass, replace

from copilot.codegen.suggest.records import RunRecord, Series, deviation, mean, median, slope

FEW_ROWS = 8
"""Log lines with a reward below which a curve has no shape."""
FLAT_SHARE = 0.25
"""A curve whose best part is above its beginning by less than this share of where it began has not risen.

Measured: PPO on CartPole-v1 with a learning rate of 1e-6 gains 0.06 of its first reward in 20,000 steps, a healthy run
3.2 in 12,000."""
RISING_SHARE = 0.10
"""The last fifth's own gain, as a share of the whole, from which a run is still rising. Measured: 0.00 of
PPO that has solved CartPole-v1, 0.20 and 0.24 of runs of it that were ended half-way."""
FALLEN_SHARE = 0.30
"""Of what was gained, lost again at the end."""


@dataclass(frozen=True)
class Shape:
    """What a curve of rewards does. `kind`: short, flat, rising, settled or fallen."""

    kind: str
    first: float
    last: float
    best: float
    late_gain: float
    """Of the line through the last fifth, over that fifth."""

    @property
    def gain(self) -> float:
        """Of the best part over the beginning."""
        return self.best - self.first


FEW_EPISODES = 10
"""A mean reward of fewer says little: the first row of PPO on DoorKey had 0.57 of one episode, the next ones 0.04."""


def shape(run: RunRecord) -> Shape | None:
    """The shape of a run's rewards in training; None where no episode ended."""
    series = run.series("episode_reward")
    episodes = run.series("episode")
    early = {step for step, count in zip(episodes.steps, episodes.values, strict=True) if count < FEW_EPISODES}
    kept = [pair for pair in zip(series.steps, series.values, strict=True) if pair[0] not in early]
    if not series.values:
        return None
    if not kept:
        return replace(shape_of(series), kind="short")
    return shape_of(Series([step for step, _ in kept], [value for _, value in kept]))


def shape_of(series: Series) -> Shape:
    """The shape of a series that is not empty."""
    first, last = mean(series.part(0.0, 0.05)), mean(series.part(0.9, 1.0))
    best = max(mean(series.values[i : i + _window(series)]) for i in range(len(series) - _window(series) + 1))
    tail = series.since(0.8)
    late = slope(tail) * (tail.steps[-1] - tail.steps[0]) if len(tail) else 0.0
    gain = best - first
    if len(series) < FEW_ROWS:
        kind = "short"
    elif gain <= max(FLAT_SHARE * abs(first), 2 * _noise(series), 1e-9):
        kind = "flat"
    elif best - last > FALLEN_SHARE * gain:
        kind = "fallen"
    elif late > RISING_SHARE * gain:
        kind = "rising"
    else:
        kind = "settled"
    return Shape(kind, first, last, best, late)


def _window(series: Series) -> int:
    return max(1, len(series) // 10)


def _noise(series: Series) -> float:
    """The deviation of neighbours: what is left of the curve when its course is taken out."""
    steps = [after - before for before, after in zip(series.values, series.values[1:], strict=False)]
    return deviation(steps) / 2**0.5 if len(steps) > 1 else 0.0


def early(series: Series) -> float:
    """The typical value of the first tenth."""
    return median(series.part(0.0, 0.1))


def late(series: Series) -> float:
    """The typical value of the last fifth."""
    return median(series.part(0.8, 1.0))
