"""Never Give Up: the episodic part times the lifelong one."""

import copy
from types import SimpleNamespace
from typing import Any

import gymnasium as gym
import pytest
import torch as th

from rllte.core.errors import ParameterError
from rllte.xplore.reward import NGU, Fabric


def made(**kwargs: Any) -> NGU:
    th.manual_seed(0)
    space = gym.spaces.Box(-9.0, 9.0, (3,))
    envs = SimpleNamespace(observation_space=space, action_space=gym.spaces.Discrete(2), num_envs=2)
    return NGU(envs, **{"rwd_norm_type": "none", **kwargs})


def samples(steps: int = 20, seed: int = 0) -> dict[str, th.Tensor]:
    generator = th.Generator().manual_seed(seed)
    flags = th.zeros(steps, 2)
    states = th.randn(steps + 1, 2, 3, generator=generator)
    states[-1] = 9.0  # a state unlike all others
    return {
        "observations": states[:-1],
        "actions": th.randint(2, (steps, 2), generator=generator),
        "rewards": flags,
        "terminateds": flags,
        "truncateds": flags,
        "next_observations": states[1:],
    }


def test_defect_mrs_bounds_the_lifelong_factor() -> None:
    reward = made(mrs=5.0)
    reward.errors.update(th.tensor([1.0, 3.0]))  # mean 2, deviation 1
    found = reward.modulator(th.tensor([0.0, 2.0, 3.5, 6.0, 60.0]))
    assert th.allclose(found, th.tensor([1.0, 1.0, 2.5, 5.0, 5.0]))
    with pytest.raises(ParameterError, match="mrs"):
        made(mrs=0.5)


def test_the_lifelong_factor_does_not_depend_on_the_size_of_the_errors() -> None:
    errors = th.tensor([1.0, 3.0, 4.0])
    factors = []
    for size in (1.0, 1e-6):
        reward = made()
        reward.errors.update(errors * size)
        factors.append(reward.modulator(errors * size))
    assert factors[0].max() > 1.5
    th.testing.assert_close(*factors)


def test_the_product_of_the_two_parts() -> None:
    reward = made()
    episodic, lifelong = (copy.deepcopy(part).compute(samples()) for part in reward.rewards)
    factor = 1 + (lifelong - lifelong.mean()) / lifelong.std(correction=0)
    paid = reward.compute(samples())
    assert th.allclose(paid, episodic * factor.clamp(1.0, 5.0), rtol=1e-4)
    assert float((paid / episodic)[-1].min()) > 1.5  # new in the whole of training
    assert float((paid / episodic).min()) == pytest.approx(1.0)


def test_with_a_factor_of_at_most_one_the_episodic_part_is_left() -> None:
    reward = made(mrs=1.0)
    episodic = copy.deepcopy(reward.rewards[0]).compute(samples())
    assert th.equal(reward.compute(samples()), episodic)
    assert not th.equal(made(mrs=5.0).compute(samples()), episodic)


def test_both_parts_learn() -> None:
    reward = made()
    before = [part.optimizer.param_groups[0]["params"][0].clone() for part in reward.rewards]
    reward.update(samples())
    after = [part.optimizer.param_groups[0]["params"][0] for part in reward.rewards]
    assert all(not th.equal(old, new) for old, new in zip(before, after, strict=True))
    assert reward.updates == 1


def test_what_is_new_in_the_episode_alone_pays_less_as_training_goes_on() -> None:
    reward = made()
    for _ in range(60):
        reward.compute(samples())
        reward.update(samples())
    usual = reward.modulator(reward.rewards[1].compute(samples(), sync=False))[:-1]
    assert float(usual.mean()) < 1.05


def test_it_is_a_fabric_as_before() -> None:
    assert isinstance(made(), Fabric)
