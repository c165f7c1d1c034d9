"""Memories of an episode, against plain loops."""

from __future__ import annotations

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.nn import Counter, Ellipsoid, EpisodicMemory, Kernel

INF = float("inf")


def ends(steps: int, envs: int, *where: tuple[int, int]) -> th.Tensor:
    ended = th.zeros(steps, envs)
    for place in where:
        ended[place] = 1.0
    return ended


def test_the_nearest_of_the_episode_are_found_and_no_others() -> None:
    vectors, ended = th.randn(30, 3, 4), ends(30, 3, (9, 0), (20, 2))
    found = EpisodicMemory(3, 4).walk(vectors, ended, k=3)
    for env in range(3):
        past: list[th.Tensor] = []
        for t in range(30):
            distances = sorted(float((vectors[t, env] - x).square().sum()) for x in past)[:3]
            expected = th.tensor(distances + [INF] * (3 - len(distances)))
            th.testing.assert_close(found[t, env], expected, rtol=1e-4, atol=1e-5)
            past = [] if ended[t, env] else [*past, vectors[t, env]]


def test_in_a_long_episode_the_oldest_give_way() -> None:
    memory = EpisodicMemory(1, 1, capacity=2)
    for value in (0.0, 10.0, 20.0):
        memory.append(th.tensor([[value]]))
    assert memory.nearest(th.tensor([[0.0]]), 3).tolist() == [[100.0, 400.0, INF]]


def test_equal_vectors_are_at_distance_zero() -> None:
    memory, vector = EpisodicMemory(1, 64), th.randn(1, 64) * 100
    for _ in range(40):
        memory.append(vector)
    assert memory.nearest(vector, 2).tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize(
    "space",
    [gym.spaces.Box(-9, 9, (2,)), gym.spaces.Discrete(3), gym.spaces.Dict({"a": gym.spaces.Discrete(3)})],
    ids=["floats", "whole", "dict"],
)
def test_visits_are_counted_per_environment_and_episode(space: gym.Space) -> None:
    numbers, ended = th.randint(0, 3, (40, 2)), ends(40, 2, (15, 1))
    flat = numbers.flatten()
    seen = {"a": flat} if isinstance(space, gym.spaces.Dict) else flat
    if isinstance(space, gym.spaces.Box):
        seen = th.stack([flat.float(), -flat.float()], dim=1) + th.rand(80, 2) * 0.004  # below the rounding
    counter = Counter(2, space)
    counter.walk(seen, ended, sync=False)
    found = counter.walk(seen, ended)
    for env in range(2):
        past: list[int] = []
        for t in range(40):
            past.append(int(numbers[t, env]))
            assert found[t, env] == past.count(past[-1])
            past = [] if ended[t, env] else past


def test_different_images_have_different_hashes() -> None:
    counter = Counter(1, gym.spaces.Box(0, 255, (3, 7, 7), np.uint8))
    images = th.randint(0, 2, (2000, 3, 7, 7)).to(th.uint8)
    moved = images[:1].repeat(147, 1, 1, 1).flatten(1)
    moved[th.arange(147), th.arange(147)] ^= 1
    hashes = counter.hashes(th.cat([images, moved.reshape(-1, 3, 7, 7)]))
    assert len(set(hashes.tolist())) == 2147


def test_the_kernel_is_one_for_equals_and_small_for_the_usual_distance() -> None:
    kernel = Kernel(cluster_distance=0.0, epsilon=0.1)
    found = kernel(th.tensor([[0.0, 2.0, INF]]))  # the mean distance is 1
    th.testing.assert_close(found, th.tensor([[1.0, 0.1 / 2.1, 0.0]]))
    assert kernel(th.tensor([[4.0]]), sync=False).item() == pytest.approx(0.1 / (4.0 / 2.0 + 0.1))
    assert kernel.number == 2
    assert Kernel(cluster_distance=2.0)(th.tensor([1.0, 1.0])).tolist() == [1.0, 1.0]


def test_the_scale_of_the_kernel_is_the_mean_of_all_distances_in_32_bits() -> None:
    """64 bits are not to be had on every device."""
    kernel, drawn = Kernel(), [th.rand(100, 3) * 9 for _ in range(50)]
    drawn[0][0, 0] = INF
    for distances in drawn:
        kernel(distances)
    all_of_them = th.cat(drawn).double().flatten()
    assert kernel.mean.item() == pytest.approx(all_of_them[1:].mean().item(), rel=1e-5)
    assert kernel.number == 14_999
    assert all(tensor.dtype != th.float64 for tensor in kernel.state_dict().values())


def test_the_elliptical_bonus_is_that_of_the_inverted_matrix() -> None:
    vectors, ended = th.randn(40, 3, 5), ends(40, 3, (9, 0), (30, 1))
    found = Ellipsoid(3, 5, ridge=0.1).walk(vectors, ended)
    for env in range(3):
        covariance = 0.1 * th.eye(5)
        for t in range(40):
            v = vectors[t, env]
            th.testing.assert_close(found[t, env], v @ th.linalg.inv(covariance) @ v, rtol=1e-3, atol=1e-4)
            covariance = 0.1 * th.eye(5) if ended[t, env] else covariance + th.outer(v, v)


def test_a_walk_in_pieces_is_one_walk() -> None:
    vectors, ended = th.randn(20, 2, 4), ends(20, 2, (12, 0))
    whole, pieces = Ellipsoid(2, 4), Ellipsoid(2, 4)
    parts = [pieces.walk(vectors[:7], ended[:7]), pieces.walk(vectors[7:], ended[7:])]
    assert th.equal(whole.walk(vectors, ended), th.cat(parts))


def test_the_elliptical_bonus_of_long_vectors_is_neither_negative_nor_wrong() -> None:
    """Observations in the thousands, as some simulators have them: 32-bit rounding of C^-1 would exceed what is left."""
    vectors = 1e3 * th.randn(200, 1, 8)
    vectors[..., 3:] *= 0.01
    found = Ellipsoid(1, 8).walk(vectors, th.zeros(200, 1))
    covariance = 0.1 * th.eye(8, dtype=th.float64)
    for paid, v in zip(found[:, 0], vectors[:, 0].double(), strict=True):
        exact = v @ th.linalg.solve(covariance, v)
        assert paid.item() == pytest.approx(exact.item(), rel=1e-2)
        covariance += th.outer(v, v)
