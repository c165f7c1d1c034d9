"""What RE3, RISE, REVD, PseudoCounts, NGU and Fabric have in common."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.agent import DQN, PPO
from rllte.core.errors import SpaceError
from rllte.core.trees import tree_map
from rllte.env import make_rllte_env
from rllte.xplore.reward import NGU, RE3, REVD, RISE, Fabric, PseudoCounts

MAKERS: dict[str, Callable[..., Any]] = {
    "RE3": lambda envs, **kwargs: RE3(envs, storage_size=64, **kwargs),
    "RISE": lambda envs, **kwargs: RISE(envs, storage_size=64, average_entropy=True, **kwargs),
    "REVD": lambda envs, **kwargs: REVD(envs, episode_length=4, **kwargs),
    "PseudoCounts": lambda envs, **kwargs: PseudoCounts(envs, capacity=64, **kwargs),
    "NGU": lambda envs, **kwargs: NGU(envs, capacity=64, **kwargs),
    "Fabric": lambda envs, **kwargs: Fabric(RE3(envs, storage_size=64, **kwargs), NGU(envs, capacity=64, **kwargs)),
}
OBSERVATIONS: dict[str, gym.Space[Any]] = {
    "Box1": gym.spaces.Box(-9.0, 9.0, (3,)),
    "Box3": gym.spaces.Box(0, 255, (3, 40, 36), np.uint8),
    "Box2": gym.spaces.Box(-9.0, 9.0, (3, 2)),
    "Discrete": gym.spaces.Discrete(5, start=2),
    "MultiDiscrete": gym.spaces.MultiDiscrete([3, 4]),
    "MultiBinary": gym.spaces.MultiBinary(4),
    "Dict": gym.spaces.Dict({"a.b": gym.spaces.Box(-9.0, 9.0, (2,)), "c": gym.spaces.Discrete(3)}),
}
BOX = OBSERVATIONS["Box1"]
by_maker = pytest.mark.parametrize("name", MAKERS)


def envs(space: gym.Space[Any] = BOX, num_envs: int = 2) -> Any:
    return SimpleNamespace(observation_space=space, action_space=gym.spaces.Discrete(2), num_envs=num_envs)


def stack(space: gym.Space[Any], steps: int, num_envs: int) -> Any:
    drawn = [[space.sample() for _ in range(num_envs)] for _ in range(steps)]
    if isinstance(space, gym.spaces.Dict):
        return {key: th.as_tensor(np.array([[x[key] for x in row] for row in drawn])) for key in space.spaces}
    return th.as_tensor(np.array(drawn))


def samples(space: gym.Space[Any] = BOX, steps: int = 7, num_envs: int = 2, seed: int = 0) -> dict[str, Any]:
    space.seed(seed)
    flags = th.zeros(steps, num_envs)
    over = flags.clone()
    over[steps // 2, 0] = 1.0
    return {
        "observations": stack(space, steps, num_envs),
        "actions": flags.long(),
        "rewards": flags,
        "terminateds": over,
        "truncateds": flags,
        "next_observations": stack(space, steps, num_envs),
    }


def state(reward: Any) -> dict[str, th.Tensor]:
    found = {}
    for name, value in vars(reward).items():
        if isinstance(value, th.nn.Module):
            found |= {f"{name}.{key}": tensor.clone() for key, tensor in value.state_dict().items()}
    return found


@by_maker
@pytest.mark.parametrize("kind", OBSERVATIONS)
def test_every_observation_space_one_step_and_many(name: str, kind: str) -> None:
    space = OBSERVATIONS[kind]
    reward = MAKERS[name](envs(space))
    for steps in (1, 1, 7, 1):
        rollout = samples(space, steps)
        paid = reward.compute(rollout)
        assert paid.shape == (steps, 2)
        assert paid.dtype == th.float32
        assert bool(paid.isfinite().all())
        assert not paid.requires_grad
        reward.update(rollout)


@by_maker
@pytest.mark.parametrize("gamma", [None, 0.9])
def test_defect_16_without_sync_nothing_changes(name: str, gamma: float | None) -> None:
    reward = MAKERS[name](envs(), gamma=gamma, obs_norm_type="rms")
    for seed in range(2):
        reward.compute(samples(seed=seed))
    before = state(reward)
    twice = [reward.compute(samples(seed=9), sync=False) for _ in range(2)]
    assert th.equal(*twice)
    after = state(reward)
    assert all(th.equal(before[key], after[key]) for key in before)
    reward.compute(samples(seed=9))
    assert any(not th.equal(before[key], tensor) for key, tensor in state(reward).items())


@by_maker
def test_defect_16_equal_rewards_have_a_range_of_nothing(name: str) -> None:
    reward = MAKERS[name](envs(), rwd_norm_type="minmax")
    rollout = samples()
    same = {**rollout, "next_observations": th.zeros(7, 2, 3), "observations": th.zeros(7, 2, 3)}
    for _ in range(3):
        assert bool(reward.compute(same).isfinite().all())


@by_maker
def test_the_same_seed_pays_the_same(name: str) -> None:
    paid = []
    for _ in range(2):
        th.manual_seed(3)
        reward = MAKERS[name](envs())
        reward.update(samples())
        paid.append(reward.compute(samples()))
    assert th.equal(*paid)


@by_maker
def test_the_samples_are_left_as_they_are(name: str) -> None:
    rollout = samples()
    copy = {key: tree_map(th.clone, value) for key, value in rollout.items()}
    reward = MAKERS[name](envs())
    reward.compute(rollout)
    reward.update(rollout)
    assert all(th.equal(rollout[key], copy[key]) for key in copy)


@by_maker
def test_making_a_reward_does_not_touch_the_environments(name: str) -> None:
    """Defect 16: the constructor stepped the training environments 2560 times; these could not be."""
    assert MAKERS[name](envs()).num_envs == 2


@by_maker
def test_a_new_place_pays_more_than_one_that_is_visited_again_and_again(name: str) -> None:
    th.manual_seed(0)
    reward = MAKERS[name](envs(num_envs=1), rwd_norm_type="none")
    still = {key: value[:, :1] for key, value in samples(steps=16).items()}
    still["terminateds"] = th.zeros(16, 1)
    still["observations"] = still["next_observations"] = th.ones(16, 1, 3) + 1e-3 * th.randn(16, 1, 3)
    for _ in range(3):
        reward.compute(still)
        reward.update(still)
    moved = {**still, "next_observations": still["next_observations"].clone()}
    moved["next_observations"][-2] += 5.0
    paid = reward.compute(moved)[:, 0]
    assert paid[-2] > 2 * paid[:-2].mean()


@pytest.mark.parametrize("name", ["RE3", "PseudoCounts"])
@pytest.mark.parametrize("scale", ["none", "minmax", "rms"])
def test_defect_16_each_scale_works_in_one_environment_off_policy(name: str, scale: str, tmp_path: Path) -> None:
    env = make_rllte_env("CartPole-v1", num_envs=1, asynchronous=False)
    agent = DQN(env=env, log_dir=tmp_path, hidden_dim=8, num_init_steps=16, batch_size=8)
    agent.set(reward=MAKERS[name](env, rwd_norm_type=scale))
    paid: list[th.Tensor] = []
    compute = agent.irs.compute
    agent.irs.compute = lambda given: paid.append(compute(given)) or paid[-1]
    agent.train(num_train_steps=96)
    assert th.stack(paid).unique().numel() > 10


def learned(folder: Path, name: str | None, off_policy: bool, **kwargs: Any) -> th.Tensor:
    env = make_rllte_env("CartPole-v1", num_envs=2, asynchronous=False)
    agent: Any = PPO(env=env, log_dir=folder, hidden_dim=8, num_steps=16)
    if off_policy:
        agent = DQN(env=env, log_dir=folder, hidden_dim=8, num_init_steps=16, batch_size=8)
    if name is not None:
        agent.set(reward=MAKERS[name](env, **kwargs))
    agent.train(num_train_steps=96)
    return th.cat([parameter.detach().flatten() for parameter in agent.policy.parameters()])


@by_maker
@pytest.mark.parametrize("off_policy", [False, True], ids=["PPO", "DQN"])
def test_defects_1_and_2_agents_learn_from_it_and_with_weight_zero_not_at_all(
    name: str, off_policy: bool, tmp_path: Path
) -> None:
    bare = learned(tmp_path, None, off_policy)
    assert not th.equal(bare, learned(tmp_path, name, off_policy))
    assert th.equal(bare, learned(tmp_path, name, off_policy, beta=0.0))


@by_maker
def test_images_with_channels_last_are_refused(name: str) -> None:
    with pytest.raises(SpaceError, match="channels first"):
        MAKERS[name](envs(gym.spaces.Box(0, 255, (84, 84, 3), np.uint8)))
