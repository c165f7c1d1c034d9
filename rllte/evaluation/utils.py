"""Normalised scores, and the stratified bootstrap that intervals are made with."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterator
from statistics import NormalDist
from typing import Any

import numpy as np

from rllte.core.errors import ParameterError
from rllte.evaluation.metrics import Array

METHODS = ("basic", "percentile", "bc", "debiased", "bias-corrected", "bca")
CORRECTED = METHODS[2:]
CHUNK = 2_000_000
"""Numbers that one vectorised call works on: enough to be fast, little enough for the cache and any memory."""


def min_max_normalize(value: Any, min_scores: Any, max_scores: Any) -> Array:
    """(value - min) / (max - min): 0 is the lower reference (a random policy), 1 the upper (a human, say).

    Args:
        value: scores, for example (N runs, M tasks).
        min_scores, max_scores: one number, or one per task.

    Raises:
        ParameterError: a minimum equals its maximum or one of them is not finite, or an argument is not of numbers.
    """
    scores, low, high = _floats("value", value), _floats("min_scores", min_scores), _floats("max_scores", max_scores)
    for name, references in (("min_scores", low), ("max_scores", high)):
        if not np.isfinite(references).all():
            raise ParameterError(f"{name} is {references.tolist()}; expected finite numbers.")
    if np.any(low == high):
        raise ParameterError("min_scores and max_scores are equal somewhere; each task needs two different references.")
    return (scores - low) / (high - low)


def _floats(name: str, values: Any) -> Array:
    """An array of floats, or an error with the argument's name."""
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        reason = str(error).rstrip(".")
        raise ParameterError(
            f"{name} is {reprlib.repr(values)}; expected numbers, in rows of equal length: {reason}."
        ) from error


def checked_scores(scores: Any, name: str = "scores") -> Array:
    """Scores as a matrix of floats (N runs, M tasks).

    Raises:
        ParameterError: another shape, or something in it that is no finite number.
    """
    matrix = _floats(name, scores)
    if matrix.ndim != 2 or matrix.size == 0:
        raise ParameterError(
            f"{name} has the shape {matrix.shape}; expected (runs, tasks), one row per seed and one column per task. "
            "Scores of one task become a column by scores[:, None]."
        )
    if not np.isfinite(matrix).all():
        raise ParameterError(f"{name} holds numbers that are infinite or missing; leave unfinished runs out.")
    return matrix


def checked_random_state(random_state: Any) -> Any:
    """A seed (0 or more), `numpy.random.RandomState`, `Generator` or None, as it was given.

    Raises:
        ParameterError: anything else.
    """
    whole = isinstance(random_state, int | np.integer) and not isinstance(random_state, bool) and random_state >= 0
    if random_state is None or whole or isinstance(random_state, np.random.RandomState | np.random.Generator):
        return random_state
    raise ParameterError(
        f"random_state is {random_state!r}, a {type(random_state).__name__}; expected a whole number of 0 or more, a "
        f"numpy.random.RandomState or Generator, or None for the seed 0."
    )


def _generator(random_state: Any) -> np.random.Generator:
    """NumPy's generator of a seed; of an old RandomState or a Generator, whose streams go on; None is the seed 0."""
    if isinstance(random_state, np.random.Generator):
        return random_state
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(2**32, size=4, dtype=np.uint64))
    return np.random.default_rng(0 if random_state is None else int(random_state))


class _Bootstrap:
    """What both bootstraps share: data by position and name, replicates and intervals."""

    def __init__(self, *args: Any, random_state: Any = None, **kwargs: Any) -> None:
        self.pos_data: tuple[Array, ...] = tuple(np.asarray(arg) for arg in args)
        self.kw_data: dict[str, Array] = {name: np.asarray(arg) for name, arg in kwargs.items()}
        for array in (*self.pos_data, *self.kw_data.values()):
            if array.ndim < 2 or array.size == 0:
                raise ParameterError(f"Data has the shape {array.shape}; expected (runs, tasks, ...).")
        if not self.pos_data and not self.kw_data:
            raise ParameterError("There is no data to draw from; pass at least one array (runs, tasks, ...).")
        self.random_state = checked_random_state(random_state)
        self.generator = _generator(random_state)

    @property
    def data(self) -> tuple[tuple[Array, ...], dict[str, Array]]:
        """The arrays given by position and by name."""
        return self.pos_data, self.kw_data

    def resample(self, reps: int) -> tuple[tuple[Array, ...], dict[str, Array]]:
        """`reps` replicates of all data at once, each array with a new first axis."""
        raise NotImplementedError

    def bootstrap(self, reps: int) -> Iterator[tuple[tuple[Array, ...], dict[str, Array]]]:
        """One replicate of the data after another: arrays by position, arrays by name."""
        for _ in range(reps):
            args, kwargs = self.resample(1)
            yield tuple(arg[0] for arg in args), {name: arg[0] for name, arg in kwargs.items()}

    def apply(self, func: Callable[..., Any], reps: int = 1000, vectorized: bool = False) -> Array:
        """`func` of each replicate: (reps, K), where K is the number of values that it returns.

        Args:
            func: called as `func(*args, **kwargs)` with arrays shaped as the data.
            reps: number of replicates.
            vectorized: whether `func` takes many replicates at once, on a first axis of arguments and result.
        """
        if reps < 1:
            raise ParameterError(f"reps is {reps}; expected at least 1.")
        if not vectorized:
            rows = [np.ravel(func(*args, **kwargs)) for args, kwargs in self.bootstrap(reps)]
            return np.asarray(rows, dtype=float)
        step = max(1, CHUNK // self._cost())
        blocks = []
        for start in range(0, reps, step):
            args, kwargs = self.resample(min(step, reps - start))
            blocks.append(np.asarray(func(*args, **kwargs), dtype=float).reshape(min(step, reps - start), -1))
        return np.concatenate(blocks)

    def _cost(self) -> int:
        """How many numbers a vectorised function may make of one replicate."""
        return int(sum(array.size for array in (*self.pos_data, *self.kw_data.values())))

    def conf_int(
        self,
        func: Callable[..., Any],
        reps: int = 1000,
        method: str = "basic",
        size: float = 0.95,
        vectorized: bool = False,
    ) -> Array:
        """Bounds of the confidence interval of `func`: (2, K), the lower ones first.

        Args:
            func: as for `apply`.
            reps: number of replicates.
            method: percentile, basic (mirrored at the estimate), bc (bias-corrected) or bca (and accelerated).
            size: part of the distribution inside, for example 0.95.
            vectorized: as for `apply`.

        Raises:
            ParameterError: an unknown method, a size outside (0, 1), or data that the method cannot correct.
        """
        if method not in METHODS:
            raise ParameterError(f"method is {method!r}; expected one of {', '.join(map(repr, METHODS))}.")
        if not 0.0 < size < 1.0:
            raise ParameterError(f"The size of the interval is {size}; expected a number between 0 and 1.")
        values = self.apply(func, reps, vectorized)
        if vectorized:
            args = (tuple(arg[None] for arg in self.pos_data), {name: arg[None] for name, arg in self.kw_data.items()})
        else:
            args = self.data
        base = np.ravel(np.asarray(func(*args[0], **args[1]), dtype=float))
        tails = np.array([(1.0 - size) / 2.0, (1.0 + size) / 2.0])
        levels = np.tile(tails[:, None], (1, values.shape[1]))
        if method in CORRECTED:
            acceleration = self._acceleration(func, vectorized) if method == "bca" else np.zeros(len(base))
            levels = _corrected(tails, _bias(values, base), acceleration)
        bounds = np.stack([np.quantile(values[:, k], levels[:, k]) for k in range(values.shape[1])], axis=1)
        return 2.0 * base - bounds[::-1] if method == "basic" else bounds

    def _acceleration(self, func: Callable[..., Any], vectorized: bool) -> Array:
        """(K,): the skewness of leaving out one run after another (Efron and Tibshirani 1993, equation 14.15)."""
        runs = {len(array) for array in (*self.pos_data, *self.kw_data.values())}
        if len(runs) != 1 or runs == {1}:
            raise ParameterError(
                f"method 'bca' needs the same number of runs everywhere, and two or more; received {sorted(runs)}. "
                "Take 'percentile' or 'bc'."
            )
        left_out = []
        for run in range(runs.pop()):
            args = [np.delete(arg, run, axis=0) for arg in self.pos_data]
            kwargs = {name: np.delete(arg, run, axis=0) for name, arg in self.kw_data.items()}
            if vectorized:
                args, kwargs = [arg[None] for arg in args], {name: arg[None] for name, arg in kwargs.items()}
            left_out.append(np.ravel(np.asarray(func(*args, **kwargs), dtype=float)))
        jackknife = np.asarray(left_out)
        apart = jackknife.mean(axis=0) - jackknife
        spread = 6.0 * np.square(apart).sum(axis=0) ** 1.5
        return np.divide((apart**3).sum(axis=0), spread, out=np.zeros_like(spread), where=spread > 0)


def _bias(values: Array, base: Array) -> Array:
    """(K,): the normal quantile of the part of replicates below the estimate."""
    below = (values < base).mean(axis=0)
    if below.min() <= 0.0 or below.max() >= 1.0:
        raise ParameterError(
            "All replicates lie on one side of the estimate, so its bias cannot be corrected. "
            "Take method='percentile', or more runs."
        )
    return np.array([NormalDist().inv_cdf(part) for part in below])


def _corrected(tails: Array, bias: Array, acceleration: Array) -> Array:
    """(2, K): the levels to read the replicates at (Efron and Tibshirani 1993, equation 14.10)."""
    shifted = bias + np.array([NormalDist().inv_cdf(tail) for tail in tails])[:, None]
    places = bias + shifted / (1.0 - acceleration * shifted)
    return np.vectorize(NormalDist().cdf)(places)


class StratifiedBootstrap(_Bootstrap):
    """Draws runs with replacement within each task, so that every task stays in every replicate.

    Args:
        args: arrays of one shape (N runs, M tasks, ...), which are drawn from together.
        random_state: seed, `numpy.random.RandomState` or `Generator`; None is the seed 0.
        task_bootstrap: whether tasks are drawn as well, as if they were a sample of more tasks.
        kwargs: further arrays of that shape, by name.
    """

    def __init__(self, *args: Any, random_state: Any = None, task_bootstrap: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, random_state=random_state, **kwargs)
        self.task_bootstrap = task_bootstrap
        shapes = {array.shape for array in (*self.pos_data, *self.kw_data.values())}
        if len(shapes) > 1:
            raise ParameterError(
                f"The arrays have the shapes {sorted(shapes)}; expected one shape. "
                "StratifiedIndependentBootstrap draws from each array by itself."
            )
        self.shape: tuple[int, ...] = shapes.pop()

    def update_indices(self) -> tuple[Array, ...]:
        """The places of one new replicate in the data, one array per axis."""
        return tuple(axis[0] for axis in self._draw(1))

    def resample(self, reps: int) -> tuple[tuple[Array, ...], dict[str, Array]]:
        """`reps` replicates of all data at once, each array with a new first axis."""
        places = self._draw(reps)
        return tuple(arg[places] for arg in self.pos_data), {name: arg[places] for name, arg in self.kw_data.items()}

    def _draw(self, reps: int) -> tuple[Array, ...]:
        places = _places(self.generator, reps, self.shape)
        if not self.task_bootstrap:
            return places
        tasks = self.generator.integers(self.shape[1], size=(reps, self.shape[1]))
        return places[0], tasks.reshape(reps, 1, -1, *(1 for _ in self.shape[2:])), *places[2:]


class StratifiedIndependentBootstrap(_Bootstrap):
    """Draws runs with replacement within each task, for each array by itself: their numbers of runs may differ.

    Args:
        args: arrays (runs, tasks, ...), for example the scores of two algorithms.
        random_state: seed, `numpy.random.RandomState` or `Generator`; None is the seed 0.
        kwargs: further arrays, by name.
    """

    def update_indices(self) -> tuple[list[tuple[Array, ...]], dict[str, tuple[Array, ...]]]:
        """The places of one new replicate, by array and axis."""
        drawn = [tuple(axis[0] for axis in _places(self.generator, 1, arg.shape)) for arg in self.pos_data]
        named = {
            name: tuple(axis[0] for axis in _places(self.generator, 1, arg.shape)) for name, arg in self.kw_data.items()
        }
        return drawn, named

    def resample(self, reps: int) -> tuple[tuple[Array, ...], dict[str, Array]]:
        """`reps` replicates of all data at once, each array with a new first axis."""
        args = tuple(arg[_places(self.generator, reps, arg.shape)] for arg in self.pos_data)
        return args, {name: arg[_places(self.generator, reps, arg.shape)] for name, arg in self.kw_data.items()}

    def _cost(self) -> int:
        arrays = (*self.pos_data, *self.kw_data.values())
        return int(np.prod([len(array) for array in arrays], dtype=float)) * int(np.prod(arrays[0].shape[1:]))


def _places(generator: np.random.Generator, reps: int, shape: tuple[int, ...]) -> tuple[Array, ...]:
    """Indices of `reps` replicates, one array per axis: runs drawn for every place of its own, the rest as it is."""
    runs = generator.integers(shape[0], size=(reps, *shape), dtype=np.int32)
    rest = np.ogrid[tuple(slice(length) for length in (1, 1, *shape[1:]))][2:]
    return (runs, *rest)
