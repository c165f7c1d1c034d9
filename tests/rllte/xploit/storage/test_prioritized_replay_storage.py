"""Priorities decide what is drawn, and weights take it back."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.core.errors import NotFiniteError, ParameterError
from rllte.xploit.storage import PrioritizedReplayStorage

VECTOR = gym.spaces.Box(-1, 1, (1,))


def filled(steps: int = 10, size: int = 10, **kwargs: Any) -> PrioritizedReplayStorage:
    storage = PrioritizedReplayStorage(VECTOR, gym.spaces.Discrete(2), storage_size=size, batch_size=1, **kwargs)
    more(storage, 0, steps)
    return storage


def more(storage: PrioritizedReplayStorage, start: int, steps: int) -> None:
    zeros = th.zeros(1)
    for step in range(start, start + steps):
        obs = th.full((1, 1), float(step))
        storage.add(obs, zeros.long(), zeros + step, zeros, zeros, {}, obs + 1)


def frequencies(storage: PrioritizedReplayStorage, draws: int = 20_000) -> dict[int, float]:
    storage.batch_size = 10
    seen = np.zeros(1000)
    for _ in range(draws // 10):
        np.add.at(seen, storage.sample().rewards.numpy().astype(int), 1)
    return {int(i): float(seen[i] / seen.sum()) for i in np.flatnonzero(seen)}


def test_defect_10_transitions_with_large_errors_are_drawn_more_often() -> None:
    storage = filled(alpha=0.5)
    errors = th.arange(1.0, 11.0) ** 2
    storage.update({"indices": th.arange(10), "td_errors": -errors})
    expected = np.arange(1.0, 11.0) / 55
    found = frequencies(storage)
    assert [found[i] for i in range(10)] == pytest.approx(expected, abs=0.01)


def test_defect_10_priorities_stay_with_their_transitions_when_the_ring_goes_round() -> None:
    storage = filled(steps=14, alpha=1.0)
    storage.batch_size = 10
    indices = storage.ring.flat(np.arange(4, 14), np.zeros(10, int))
    storage.update({"indices": indices, "priorities": (np.arange(4, 14) == 13) * 100.0})
    assert set(frequencies(storage)) == {13}
    more(storage, 14, 5)
    found = frequencies(storage)
    assert set(found) == {13, 14, 15, 16, 17, 18}
    assert found[13] == pytest.approx(1 / 6, abs=0.02)
    more(storage, 19, 10)
    assert min(frequencies(storage)) == 19


def test_defect_10_without_errors_it_does_not_go_on_uniformly() -> None:
    storage = filled()
    for metrics in (None, {}, {"indices": th.arange(2)}, {"td_errors": th.ones(2)}):
        with pytest.raises(ParameterError, match="td_errors"):
            storage.update(metrics)
    with pytest.raises(ParameterError, match="one for each"):
        storage.update({"indices": th.arange(2), "td_errors": th.ones(3)})
    with pytest.raises(NotFiniteError, match="not finite"):
        storage.update((th.arange(1), th.tensor([float("nan")])))


def test_defect_10_weights_are_those_of_the_paper() -> None:
    storage = filled(alpha=1.0, beta=0.5, beta_steps=10**9)
    storage.update((th.arange(10), th.tensor([1.0] * 9 + [4.0])))
    storage.batch_size = 200
    steps, _, weights = storage.sampler.draw(200)
    assert weights is not None
    assert weights[steps == 9] == pytest.approx((4.0 / 1.0) ** -0.5, rel=1e-3)
    assert weights[steps != 9] == pytest.approx(1.0, rel=1e-5)


def test_weights_make_the_expectation_that_of_uniform_sampling() -> None:
    storage = filled(alpha=0.7, beta=1.0)
    storage.update((th.arange(10), th.arange(1.0, 11.0)))
    p = storage.sampler.tree.get(np.arange(10))
    steps, _, weights = storage.sampler.draw(100_000)
    assert weights is not None
    assert np.average(steps, weights=weights) == pytest.approx(4.5, abs=0.05)
    assert np.average(steps) == pytest.approx((p * np.arange(10)).sum() / p.sum(), abs=0.05)


def test_alpha_zero_is_uniform_and_its_weights_are_one() -> None:
    storage = filled(alpha=0.0)
    storage.update((th.arange(10), th.arange(10.0) ** 4))
    assert list(frequencies(storage).values()) == pytest.approx([0.1] * 10, abs=0.01)
    assert (storage.sample().weights == 1).all()


def test_beta_rises_to_one_with_the_transitions() -> None:
    storage = filled(steps=0, size=10, beta=0.4)
    assert storage.annealing_beta == pytest.approx(0.4)
    more(storage, 0, 5)
    assert storage.annealing_beta == pytest.approx(0.7)
    more(storage, 5, 50)
    assert storage.annealing_beta == 1.0


def test_a_new_transition_has_the_highest_priority_so_far() -> None:
    storage = filled(alpha=1.0)
    storage.update((th.arange(10), th.full((10,), 50.0)))
    more(storage, 10, 1)
    assert storage.sampler.tree.get(storage.ring.flat(np.array([10]), np.array([0])))[0] == pytest.approx(50.0)


def test_overwritten_transitions_take_no_priority() -> None:
    storage = filled(steps=11)
    storage.update((th.arange(11), th.full((11,), 3.0)))
    assert set(frequencies(storage, 2000)) == set(range(1, 11))


def priorities(storage: PrioritizedReplayStorage, steps: Any) -> Any:
    return storage.sampler.tree.get(storage.ring.flat(np.asarray(steps), np.zeros(len(steps), int)))


def test_a_transition_does_not_take_the_priority_of_the_one_that_it_overwrote() -> None:
    storage = filled(steps=4, size=4, alpha=1.0)
    storage.batch_size = 4  # one of each, as they weigh the same
    old = storage.sample().indices
    more(storage, 4, 6)
    storage.update((old, th.full((4,), 50.0)))
    assert priorities(storage, range(6, 10)).tolist() == [1.0] * 4
    more(storage, 10, 1)
    assert priorities(storage, [10]).tolist() == [1.0]  # nor does it count for the highest so far


def test_what_is_still_stored_takes_its_priority_and_a_new_transition_can_be_given_one() -> None:
    storage = filled(steps=4, size=4, alpha=1.0)
    storage.batch_size = 4
    batch = storage.sample()
    more(storage, 4, 2)
    storage.update((batch.indices, 2.0 + batch.rewards))
    assert priorities(storage, range(2, 6)) == pytest.approx([4.0, 5.0, 1.0, 1.0], abs=1e-4)
    places = storage.ring.flat(np.arange(4, 6), np.zeros(2, int))
    storage.update((places, np.full(2, 3.0)))  # in places that the batch had been drawn from
    assert priorities(storage, range(4, 6)) == pytest.approx([3.0, 3.0], abs=1e-4)


def test_priorities_are_saved() -> None:
    one, other = filled(steps=14), filled(steps=3)
    one.update((th.arange(11), th.arange(11.0)))
    other.load_state_dict(one.state_dict())
    assert other.sampler.tree.total == one.sampler.tree.total
    drawn = []
    for storage in (one, other):
        storage.batch_size = 10
        th.manual_seed(0)
        drawn.append(storage.sample())
    assert all(th.equal(a, b) for a, b in zip(*drawn, strict=True))


def test_reset_forgets_priorities() -> None:
    storage = filled()
    storage.update((th.arange(10), th.arange(10.0)))
    storage.reset()
    more(storage, 0, 10)
    assert storage.sampler.tree.total == 10.0


def test_the_weights_use_the_beta_of_the_moment() -> None:
    storage = filled(steps=5, alpha=1.0, beta=0.4)  # half of the way to 1: 0.7
    storage.update((th.arange(5), th.tensor([1.0] * 4 + [4.0])))
    steps, _, weights = storage.sampler.draw(200)
    assert weights is not None
    assert weights[steps == 4] == pytest.approx(4.0**-0.7, rel=1e-3)
