"""Where the environments stand between two calls of train."""

from __future__ import annotations

import torch as th

from rllte.training.live import Episodes


def test_each_episode_has_its_own_sum() -> None:
    episodes = Episodes(2)
    for rewards, ends in (([1.0, 5.0], [0, 0]), ([1.0, 5.0], [1, 0]), ([3.0, 5.0], [1, 1])):
        episodes.step(th.tensor(rewards), th.tensor(ends))
    assert list(episodes.finished) == [(2.0, 2), (3.0, 1), (15.0, 3)]
