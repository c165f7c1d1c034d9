"""Which transitions are drawn: all alike, or by priority."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import torch as th

from rllte.core.errors import NotFiniteError, ParameterError
from rllte.xploit.storage.memory import Array, array, check_saved, zeros
from rllte.xploit.storage.ring import Ring
from rllte.xploit.storage.sum_tree import SumTree


class Sampler(Protocol):
    """Draws transitions from a ring, with replacement, by torch's global generator."""

    def added(self) -> None:
        """A step has been added to the ring."""

    def draw(self, count: int) -> tuple[Array, Array, Array | None]:
        """Steps and environments (B,) int64, and importance weights (B,) float32 or None for ones."""

    def update(self, metrics: Any) -> None:
        """Something was learned from the last batch."""

    def clear(self) -> None:
        """The ring has been emptied."""

    def state_dict(self) -> dict[str, th.Tensor]:
        """Copies of what it knows."""

    def check_saved(self, state: Mapping[str, th.Tensor]) -> None:
        """Whether a sampler like this one saved this, for a ring that has compared it already.

        Raises:
            ParameterError: it did not.
        """

    def load_state_dict(self, state: Mapping[str, th.Tensor]) -> None:
        """Take what `state_dict` gave; the ring has been loaded before."""


class UniformSampler:
    """Every stored transition with the same probability."""

    def __init__(self, ring: Ring) -> None:
        self.ring = ring

    def added(self) -> None:
        """A step has been added to the ring."""

    def draw(self, count: int) -> tuple[Array, Array, Array | None]:
        """Steps and environments (B,) int64, and None for weights of one."""
        held = len(self.ring)
        drawn = th.randint(held * self.ring.num_envs, (count,)).numpy()
        offsets, envs = np.divmod(drawn, self.ring.num_envs)
        return offsets + (self.ring.steps - held), envs, None

    def update(self, metrics: Any) -> None:
        """Nothing is due: what was learned does not change what is drawn."""

    def clear(self) -> None:
        """The ring has been emptied."""

    def state_dict(self) -> dict[str, th.Tensor]:
        """Nothing."""
        return {}

    def check_saved(self, state: Mapping[str, th.Tensor]) -> None:
        """There is nothing to compare."""

    def load_state_dict(self, state: Mapping[str, th.Tensor]) -> None:
        """Nothing."""


class PrioritizedSampler:
    """In proportion to priority^alpha, with importance weights; arXiv 1511.05952, section 3.3 and 3.4.

    A transition comes in with the highest priority so far, so that each is likely to be drawn once.

    Args:
        ring: what is drawn from.
        alpha: 0 draws uniformly, 1 in proportion to the priorities.
        beta: exponent of the importance weights at the beginning.
        beta_steps: transitions added until it is 1.
        eps: added to the size of each error, lest a transition is never drawn again.
    """

    def __init__(self, ring: Ring, alpha: float, beta: float, beta_steps: int, eps: float = 1e-6) -> None:
        self.ring, self.alpha, self.beta, self.beta_steps, self.eps = ring, alpha, beta, beta_steps, eps
        self.tree = SumTree(ring.slots * ring.num_envs)
        self._highest = 1.0
        self._everywhere = np.arange(ring.num_envs)
        self._drawn = zeros((self.tree.size,), np.int64)
        """By place: 1 plus the step that was drawn from it last and not learned from yet, 0 without one."""

    @property
    def annealed_beta(self) -> float:
        """Rises linearly from `beta` to 1 with the transitions added."""
        done = min(1.0, self.ring.steps * self.ring.num_envs / self.beta_steps)
        return self.beta + (1.0 - self.beta) * done

    def added(self) -> None:
        """A step has been added: it has the highest priority, and the step that fell out of the ring has none."""
        newest = self.ring.steps - 1
        self.tree.set(self.ring.flat(np.int64(newest), self._everywhere), self._highest)  # type: ignore[arg-type]
        if newest >= self.ring.capacity:
            fallen = np.int64(newest - self.ring.capacity)
            self.tree.set(self.ring.flat(fallen, self._everywhere), 0.0)  # type: ignore[arg-type]

    def draw(self, count: int) -> tuple[Array, Array, Array | None]:
        """Steps and environments (B,) int64, one of each of B equal shares of the mass, and weights (B,) float32.

        Weights are (M P(i))^-beta for M transitions, divided by the largest of the batch.
        """
        total = self.tree.total
        shares = (th.rand(count, dtype=th.float64).numpy() + np.arange(count)) * (total / count)
        places = self.tree.find(shares)
        held = len(self.ring) * self.ring.num_envs
        weights = (held * self.tree.get(places) / total) ** -self.annealed_beta
        steps, envs = self.ring.locate(places)
        self._drawn[places] = steps + 1
        return steps, envs, (weights / weights.max()).astype(np.float32)

    def update(self, metrics: Any) -> None:
        """Give the transitions of a batch new priorities.

        Args:
            metrics: holds `indices` (B,) of the batch and either `td_errors` (B,), of which the size counts, or
                `priorities` (B,) >= 0; or a pair of indices and priorities. Transitions that have been overwritten
                since they were drawn are left out: what lies in their places now keeps its own.

        Raises:
            ParameterError: neither is given.
            NotFiniteError: an error or priority is not a number.
        """
        places, sizes = _priorities(metrics)
        if not np.isfinite(sizes).all():
            raise NotFiniteError("A priority is infinite or not a number: the losses of the last batch are not finite.")
        drawn = self._drawn[places]
        stored = (self.tree.get(places) > 0) & ((drawn == 0) | (drawn == self.ring.locate(places)[0] + 1))
        self._drawn[places] = 0
        priorities = (sizes[stored] + self.eps) ** self.alpha
        if len(priorities):
            self.tree.set(places[stored], priorities)
            self._highest = max(self._highest, float(priorities.max()))

    def clear(self) -> None:
        """The ring has been emptied."""
        self.tree.clear()
        self._drawn = zeros((self.tree.size,), np.int64)
        self._highest = 1.0

    def state_dict(self) -> dict[str, th.Tensor]:
        """Copies of the priorities of the slots in use."""
        used = self._used(self.ring.steps)
        leaves = th.from_numpy(self.tree.levels[0][:used].copy())
        return {"priorities": leaves, "highest": th.tensor(self._highest, dtype=th.float64)}

    def check_saved(self, state: Mapping[str, th.Tensor]) -> None:
        """Whether a sampler like this one saved this, for a ring that has compared it already.

        Raises:
            ParameterError: priorities are missing, or are not those of all slots in use.
        """
        own = {"priorities": th.from_numpy(self.tree.levels[0]), "highest": th.zeros((), dtype=th.float64)}
        check_saved(state, own, {"priorities": self._used(int(state["steps"]))})

    def _used(self, steps: int) -> int:
        """Places in use after so many steps."""
        return min(steps + 1, self.ring.slots) * self.ring.num_envs

    def load_state_dict(self, state: Mapping[str, th.Tensor]) -> None:
        """Take what `state_dict` gave; the ring has been loaded before."""
        self.clear()
        self._highest = float(state["highest"])
        priorities = state["priorities"].numpy()
        self.tree.set(np.arange(len(priorities)), priorities)


def _priorities(metrics: Any) -> tuple[Array, Array]:
    """Places (B,) int64 and sizes of errors (B,) float64."""
    if isinstance(metrics, tuple) and len(metrics) == 2:
        metrics = {"indices": metrics[0], "priorities": metrics[1]}
    if not isinstance(metrics, Mapping) or "indices" not in metrics or not {"td_errors", "priorities"} & set(metrics):
        received = ", ".join(metrics) if isinstance(metrics, Mapping) else type(metrics).__name__
        raise ParameterError(
            f"Sampling by priority learns from errors: update() received {received or 'nothing'}; expected `indices` "
            "of the batch with `td_errors` or `priorities`, each (B,). Use VanillaReplayStorage for uniform sampling."
        )
    places = array(metrics["indices"]).astype(np.int64).reshape(-1)
    sizes = np.abs(array(metrics["td_errors"] if "td_errors" in metrics else metrics["priorities"]).astype(np.float64))
    if sizes.reshape(-1).shape != places.shape:
        raise ParameterError(f"{sizes.size} priorities for {places.size} indices; expected one for each.")
    return places, sizes.reshape(-1)
