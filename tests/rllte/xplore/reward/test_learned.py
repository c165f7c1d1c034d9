"""The generator of an update is torch's seed and the number of updates, nothing else."""

from __future__ import annotations

import torch as th

from rllte.conformance.reward import ACTIONS, OBSERVATIONS, environments
from rllte.xplore.reward import RND


def test_the_generator_follows_seed_and_updates() -> None:
    reward = RND(environments(OBSERVATIONS["Box1"][0], ACTIONS["Box"]))
    found = []
    for seed, updates in ((1, 0), (1, 0), (2, 0), (1, 1)):
        th.manual_seed(seed)
        reward.updates = updates
        found.append(float(th.rand((), generator=reward.generator())))
    assert found[0] == found[1]
    assert len(set(found)) == 3
