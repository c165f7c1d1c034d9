"""Nearest neighbours against a search by hand."""

import pytest
import torch as th

from rllte.nn import knn
from rllte.nn.knn import Bank, kth, mean_over_neighbours, nearest, nearest_others

LINE = th.tensor([[0.0], [1.0], [3.0], [7.0]])


def by_hand(queries: th.Tensor, points: th.Tensor, k: int) -> th.Tensor:
    rows = [sorted(float((q - p).pow(2).sum().sqrt()) for p in points)[:k] for q in queries]
    return th.tensor([row + [float("inf")] * (k - len(row)) for row in rows])


def test_points_on_a_line() -> None:
    found = nearest(th.tensor([[2.0], [8.0]]), LINE, 3)
    assert th.equal(found, th.tensor([[1.0, 1.0, 2.0], [1.0, 5.0, 7.0]]))


@pytest.mark.parametrize("cells", [2**24, 40])
def test_as_a_search_by_hand_in_one_go_or_several(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knn, "CELLS", cells)
    th.manual_seed(0)
    queries, points = th.randn(30, 5), th.randn(17, 5)
    assert th.allclose(nearest(queries, points, 4), by_hand(queries, points, 4), atol=1e-6)
    both = nearest(queries.expand(3, -1, -1), points.expand(3, -1, -1), 4)
    assert th.equal(both[2], nearest(queries, points, 4))


def test_equal_points_are_nothing_apart_however_far_from_the_origin() -> None:
    th.manual_seed(0)
    points = th.randn(200, 64) + 100.0
    assert nearest(points, points, 1).max() == 0.0
    assert float(th.cdist(points, points).diagonal().max()) > 0.0  # what a plain matrix product gives


def test_a_vector_is_not_its_own_neighbour_but_an_equal_one_is() -> None:
    found = nearest_others(LINE, th.empty(0, 1), 2)
    assert th.equal(found, th.tensor([[1.0, 3.0], [1.0, 2.0], [2.0, 3.0], [4.0, 6.0]]))
    twice = nearest_others(th.tensor([[5.0], [5.0]]), LINE, 1)
    assert th.equal(twice, th.zeros(2, 1))


def test_fewer_neighbours_than_asked_for() -> None:
    alone = nearest_others(th.tensor([[5.0]]), th.empty(0, 1), 3)
    assert th.equal(alone, th.full((1, 3), th.inf))
    assert float(kth(alone)) == 0.0
    assert float(mean_over_neighbours(alone, alone)) == 0.0
    two = nearest(th.tensor([[0.0]]), LINE[1:3], 5)
    assert float(kth(two)) == 3.0
    assert float(mean_over_neighbours(two, two)) == 2.0


def test_only_allowed_points_count() -> None:
    allowed = th.tensor([[False, True, False, True]])
    assert th.equal(nearest(th.tensor([[0.0]]), LINE, 3, allowed), th.tensor([[1.0, 7.0, th.inf]]))


def test_the_bank_keeps_the_last() -> None:
    bank = Bank(3, 1)
    assert bank.held.shape == (0, 1)
    bank.add(LINE[:2])
    assert sorted(bank.held.flatten().tolist()) == [0.0, 1.0]
    bank.add(LINE[2:])
    assert sorted(bank.held.flatten().tolist()) == [1.0, 3.0, 7.0]
    bank.add(th.arange(10.0, 18.0).unsqueeze(1))
    assert sorted(bank.held.flatten().tolist()) == [15.0, 16.0, 17.0]
    bank.add(th.tensor([[20.0]]))
    assert sorted(bank.held.flatten().tolist()) == [16.0, 17.0, 20.0]


def test_the_state_of_a_bank_has_one_shape() -> None:
    full, empty = Bank(3, 1), Bank(3, 1)
    full.add(LINE)
    empty.load_state_dict(full.state_dict())
    assert th.equal(full.held, empty.held)
