"""The log of actions against a plain one, and the seeds of episodes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rllte.env import episodes
from rllte.env.episodes import ActionLog, episode_seed

ENDS = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60)


@pytest.mark.parametrize("longest", [5, 1000])
@settings(max_examples=60, deadline=None)
@given(ends=ENDS, cut=st.integers(0, 60))
def test_the_log_is_what_a_plain_one_would_be(longest: int, ends: list[tuple[bool, bool]], cut: int) -> None:
    known, episodes.LONGEST = episodes.LONGEST, longest
    try:
        log, plain, numbers = ActionLog(2), [[], []], [0, 0]
        log.reset(1, replayable=True)
        for step, over in enumerate(ends):
            log.add(np.array([2 * step, 2 * step + 1]))
            for index in range(2):
                plain[index].append(2 * step + index)
            if any(over):
                log.end(np.array(over))
            for index in np.flatnonzero(over):
                plain[index].clear()
                numbers[index] += 1
            if step == cut and not any(len(actions) > longest for actions in plain):
                other = ActionLog(2)
                assert other.restore(log.state())
                log = other
        lost = [len(actions) > longest for actions in plain]
        assert [part.tolist() for part in log.split()] == [
            [] if gone else kept for gone, kept in zip(lost, plain, strict=True)
        ]
        assert bool(log.state()["exact"]) == (not any(lost))
        assert log.numbers.tolist() == numbers
    finally:
        episodes.LONGEST = known


def test_seeds_of_episodes_are_the_same_every_time_and_differ() -> None:
    assert episode_seed(7, 0) == 7
    seeds = {episode_seed(base, number) for base in range(30) for number in range(1, 300)}
    assert len(seeds) > 30 * 299 - 5
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert episode_seed(7, 1) == 84512494  # a checkpoint counts on it
    assert abs(np.mean(list(seeds)) / 2**30 - 1) < 0.05
