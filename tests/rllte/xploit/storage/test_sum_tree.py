import numpy as np
import pytest

from rllte.xploit.storage.sum_tree import SumTree


@pytest.mark.parametrize("size", [1, 31, 32, 33, 1025, 40_000])
def test_a_mass_is_found_where_the_running_sum_first_exceeds_it(size: int) -> None:
    rng = np.random.default_rng(size)
    tree, priorities = SumTree(size), rng.random(size) * (rng.random(size) < 0.7)
    priorities[0] = 0.5
    tree.set(np.arange(size), priorities)
    masses = rng.random(500) * tree.total
    expected = np.searchsorted(priorities.cumsum(), masses, side="right")
    assert tree.total == pytest.approx(priorities.sum())
    assert (tree.find(masses) == expected).mean() > 0.99
    assert (tree.get(tree.find(masses)) > 0).all()


def test_sums_do_not_drift_in_many_changes() -> None:
    tree, rng = SumTree(5000), np.random.default_rng(0)
    for _ in range(300):
        tree.set(rng.integers(0, 5000, 64), rng.random(64) * 10.0 ** rng.integers(-6, 6))
    assert tree.total == pytest.approx(tree.get(np.arange(5000)).sum(), rel=1e-12)


def test_the_ends_of_the_mass_find_places_that_can_be_drawn() -> None:
    tree = SumTree(100)
    tree.set(np.array([10, 20]), np.array([1e-9, 1e9]))
    assert tree.find(np.array([0.0, tree.total, tree.total * 2])).tolist() == [10, 20, 20]


def test_of_a_place_given_twice_the_last_priority_stays() -> None:
    tree = SumTree(10)
    tree.set(np.array([3, 3]), np.array([1.0, 2.0]))
    assert tree.total == 2.0


def test_a_cleared_tree_is_empty() -> None:
    tree = SumTree(100)
    tree.set(np.arange(100), 1.0)
    tree.clear()
    assert tree.total == 0.0
