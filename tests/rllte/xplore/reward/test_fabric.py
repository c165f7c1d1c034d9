"""Several rewards as one: sums, weights, and what checkpoints keep."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gymnasium as gym
import pytest
import torch as th

from rllte.agent import PPO
from rllte.core.errors import IncompatibleError, ParameterError
from rllte.env import make_rllte_env
from rllte.xplore.reward import RE3, REVD, Fabric, PseudoCounts

OBS = gym.spaces.Box(-9.0, 9.0, (3,))
ENVS = SimpleNamespace(observation_space=OBS, action_space=gym.spaces.Discrete(2), num_envs=2)


def samples(steps: int = 6, seed: int = 0) -> dict[str, th.Tensor]:
    generator = th.Generator().manual_seed(seed)
    flags = th.zeros(steps, 2)
    return {
        "observations": th.randn(steps, 2, 3, generator=generator),
        "actions": th.randint(2, (steps, 2), generator=generator),
        "rewards": flags,
        "terminateds": flags,
        "truncateds": flags,
        "next_observations": th.randn(steps, 2, 3, generator=generator),
    }


def pair(**kwargs: Any) -> list[Any]:
    th.manual_seed(0)
    return [RE3(ENVS, k=1, **kwargs), PseudoCounts(ENVS, beta=0.25, **kwargs)]


def test_the_sum_of_what_each_pays() -> None:
    for reward in (Fabric(*pair()), Fabric(*pair(), beta=0.5)):
        alone = [part.compute(samples()) for part in pair()]
        assert th.equal(reward.compute(samples()), reward.weight * (alone[0] + alone[1]))


def test_its_own_weight_falls_with_updates_and_so_do_those_of_the_parts() -> None:
    mixed = Fabric(*pair(kappa=0.5), beta=2.0, kappa=0.1)
    mixed.update(samples())
    assert mixed.updates == 1
    assert mixed.weight == pytest.approx(1.8)
    assert [part.weight for part in mixed.rewards] == [0.5, 0.125]


def test_its_own_scale() -> None:
    paid = Fabric(*pair(), rwd_norm_type="minmax").compute(samples())
    assert float(paid.min()) == 0.0
    assert float(paid.max()) == pytest.approx(1.0)


def test_watching_goes_on_to_all() -> None:
    class Watching(RE3):
        seen = 0

        def watch(self, *args: Any) -> None:
            self.seen += len(args)

    mixed = Fabric(Watching(ENVS), Watching(ENVS))
    mixed.watch(*samples().values())
    assert [part.seen for part in mixed.rewards] == [6, 6]


def test_scales_of_observations_may_be_seen_beforehand() -> None:
    mixed = Fabric(*pair(obs_norm_type="rms"))
    mixed.init_normalization(samples()["observations"])
    assert [int(part.obs_norm.count) for part in mixed.rewards] == [12, 12]


def test_rewards_that_do_not_fit_together() -> None:
    with pytest.raises(ParameterError, match="at least one"):
        Fabric()
    with pytest.raises(ParameterError, match="received a SimpleNamespace"):
        Fabric(ENVS)
    other = SimpleNamespace(**{**vars(ENVS), "num_envs": 3})
    with pytest.raises(IncompatibleError, match="num_envs of RE3 is 2, of REVD 3"):
        Fabric(RE3(ENVS), REVD(other))
    one = RE3(ENVS)
    with pytest.raises(IncompatibleError, match="twice"):
        Fabric(one, one)


def test_a_fabric_in_a_fabric() -> None:
    mixed = Fabric(Fabric(*pair()), REVD(ENVS))
    mixed.update(samples())
    assert mixed.compute(samples()).shape == (6, 2)
    assert [part.updates for part in mixed.rewards[0].rewards] == [1, 1]


def test_parameters_and_modules_of_ones_own_are_found_by_checkpoints() -> None:
    class Scaled(RE3):
        def __init__(self, envs: Any) -> None:
            super().__init__(envs)
            self.factor = th.nn.Parameter(th.ones(1))

    class Network(th.nn.Module, RE3):
        def __init__(self, envs: Any) -> None:
            th.nn.Module.__init__(self)
            RE3.__init__(self, envs)

    one, two = Scaled(ENVS), Network(ENVS)
    mixed = Fabric(one, two)
    assert vars(mixed)["part0_factor"] is one.factor
    assert vars(mixed)["part1_self"] is two


def agent(folder: Path, seed: int) -> Any:
    env = make_rllte_env("CartPole-v1", num_envs=2, asynchronous=False)
    th.manual_seed(seed)
    old = RE3(env, storage_size=16)
    old.updates = seed  # it has learned before
    reward = Fabric(old, Fabric(PseudoCounts(env, capacity=50)))
    made = PPO(env=env, log_dir=folder, hidden_dim=8, num_steps=16, seed=seed)
    made.set(reward=reward)
    return made


def test_checkpoints_keep_what_the_parts_have_learned(tmp_path: Path) -> None:
    first = agent(tmp_path, 1)
    first.train(num_train_steps=64)
    path = first.save(tmp_path / "one.safetensors")
    second = agent(tmp_path, 2)
    second.load(path)
    rollout = dict(
        samples(),
        observations=th.randn(6, 2, 4),
        next_observations=th.randn(6, 2, 4),
    )
    assert th.equal(first.irs.compute(rollout), second.irs.compute(rollout))
    assert [part.updates for part in second.irs.rewards] == [3, 2]
    assert second.irs.rewards[1].rewards[0].updates == 2
    for made in (first, second):
        made.irs.update(rollout)  # the state of the optimisers too
    rollout["next_observations"] = rollout["next_observations"] + 0.1
    assert th.equal(first.irs.compute(rollout), second.irs.compute(rollout))
