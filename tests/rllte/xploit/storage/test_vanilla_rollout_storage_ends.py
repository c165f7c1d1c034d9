import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.xploit.storage import VanillaRolloutStorage

SPACE = gym.spaces.Box(-1, 1, (1,), np.float32)


def filled(batch_size: int = 3, truncated: float = 0.0, terminated: float = 0.0) -> VanillaRolloutStorage:
    storage = VanillaRolloutStorage(
        SPACE, gym.spaces.Discrete(2), storage_size=2, batch_size=batch_size, num_envs=1, discount=0.9, gae_lambda=1.0
    )
    for step in range(2):
        flags = (th.tensor([terminated * step]), th.tensor([truncated * step]))
        obs, following = th.full((1, 1), float(step)), th.full((1, 1), step + 1.0)
        infos = {"final_obs": th.full((1, 1), 77.0)} if step and truncated + terminated else {}
        storage.add(
            obs, th.tensor([step]), th.ones(1), *flags, infos, following, th.zeros(1), th.zeros(1),
            final_values=th.tensor([5.0 * truncated * step]),
        )  # fmt: skip
    return storage


def test_truncation_is_bootstrapped_with_the_final_observation() -> None:
    storage = filled(truncated=1.0)
    storage.compute_returns_and_advantages(th.tensor([100.0]))
    assert storage.returns[1].item() == pytest.approx(1 + 0.9 * 5)
    assert storage.next_observations()[1].item() == 77.0


def test_termination_is_not() -> None:
    storage = filled(terminated=1.0)
    storage.compute_returns_and_advantages(th.tensor([100.0]))
    assert storage.returns[1].item() == pytest.approx(1.0)


def test_a_running_episode_goes_on_with_the_last_value() -> None:
    storage = filled()
    storage.compute_returns_and_advantages(th.tensor([100.0]))
    assert storage.returns[1].item() == pytest.approx(91.0)
