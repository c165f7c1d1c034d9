"""The bonus reaches what agents of Stable-Baselines3 learn from."""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.common.prototype import BaseReward
from rllte.core.errors import IncompatibleError, ParameterError, SpaceError
from rllte.xplore.reward import PseudoCounts


class Counts(BaseReward):
    """Pays 1 for the first step, 2 for the second and so on; keeps what it sees."""

    def __init__(self, envs: Any, beta: float = 1.0) -> None:
        super().__init__(envs, beta=beta)
        self.steps, self.watched, self.computed, self.learned = 0, [], [], []

    def watch(self, *args: th.Tensor) -> None:
        self.watched.append(args)

    def compute(self, samples: Mapping[str, th.Tensor], sync: bool = True) -> th.Tensor:
        self.computed.append({**samples})
        number = len(samples["rewards"])
        steps = th.arange(self.steps + 1, self.steps + number + 1).float()
        self.steps += number
        return self.weight * steps.unsqueeze(1).expand(-1, self.num_envs)

    def update(self, samples: Mapping[str, th.Tensor]) -> None:
        self.learned.append({**samples})
        self.updates += 1


class Ends(gym.Env[Any, Any]):
    """Counts its steps in the observation; odd episodes are cut after 4 steps, even ones end after 3. No reward."""

    def __init__(self, action_space: gym.Space[Any] | None = None) -> None:
        self.observation_space = gym.spaces.Box(-9, 999, (2,))
        self.action_space = action_space or gym.spaces.Discrete(2)
        self.episode, self.time = 0, 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.episode, self.time = self.episode + 1, 0
        return self._obs(), {}

    def step(self, action: Any) -> Any:
        self.time += 1
        over, cut = (self.episode % 2 == 0 and self.time == 3), (self.episode % 2 == 1 and self.time == 4)
        return self._obs(), 0.0, over, cut, {}

    def _obs(self) -> Any:
        return np.array([self.episode, self.time], np.float32)


class Screen(gym.Env[Any, Any]):
    """Images with their channels last."""

    observation_space = gym.spaces.Box(0, 255, (40, 44, 3), np.uint8)
    action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.time = 0
        return np.full((40, 44, 3), 7, np.uint8), {}

    def step(self, action: Any) -> Any:
        self.time += 1
        return np.full((40, 44, 3), self.time, np.uint8), 0.0, self.time == 3, False, {}


class Keyed(Ends):
    """Observations by key."""

    def __init__(self) -> None:
        super().__init__()
        self.observation_space = gym.spaces.Dict({"where": gym.spaces.Box(-9, 999, (2,))})

    def _obs(self) -> Any:
        return {"where": super()._obs()}


BOX = gym.spaces.Box(-2.0, 2.0, (1,))


def learned(name: str, maker: Any, steps: int, reward: Any, num_envs: int = 2, wrap: Any = None, **kwargs: Any) -> Any:
    """A model that has learned, its callback, and copies of what was learned from."""
    sb3 = pytest.importorskip("stable_baselines3")
    from stable_baselines3.common.vec_env import DummyVecEnv

    from rllte.xplore.reward.sb3 import IntrinsicRewardCallback

    env = DummyVecEnv([maker] * num_envs)
    env = wrap(env) if wrap else env
    policy = kwargs.pop("policy", "MlpPolicy")
    update_every = kwargs.pop("update_every", 1000)
    model = getattr(sb3, name)(policy, env, seed=1, device="cpu", **copy.deepcopy(kwargs))  # it adds to policy_kwargs
    callback = IntrinsicRewardCallback(reward, update_every=update_every) if reward is not None else None
    model.learn(steps, callback=callback)
    return SimpleNamespace(model=model, callback=callback)


PPO = {"n_steps": 8, "batch_size": 16, "n_epochs": 1, "policy_kwargs": {"net_arch": [8]}}
DQN = {"learning_starts": 4, "train_freq": 1, "buffer_size": 100, "policy_kwargs": {"net_arch": [8]}}


@pytest.mark.parametrize("name", ["PPO", "A2C"])
def test_returns_and_advantages_on_policy_contain_the_bonus(name: str) -> None:
    kwargs = dict(PPO, gamma=0.5, gae_lambda=1.0)
    if name == "A2C":
        kwargs = {key: kwargs[key] for key in ("n_steps", "gamma", "gae_lambda", "policy_kwargs")}
    bare = learned(name, Ends, 16, None, **kwargs).model.rollout_buffer
    paid = learned(name, Ends, 16, Counts, **kwargs).model.rollout_buffer
    bonus = paid.rewards - bare.rewards
    assert np.allclose(bonus, np.arange(1.0, 9.0)[:, None].repeat(2, 1), atol=1e-5)
    # episode 1 has steps 1 to 4, episode 2 steps 5 to 7, episode 3 begins with step 8
    sums = [0.0] * 8
    for step in reversed(range(8)):
        sums[step] = step + 1 + (0.5 * sums[step + 1] if step not in (3, 6, 7) else 0.0)
    difference = (paid.returns - bare.returns).reshape(2, 8).T
    assert np.allclose(difference, np.array(sums)[:, None].repeat(2, 1), atol=1e-4)
    assert np.allclose((paid.advantages - bare.advantages).reshape(2, 8).T, difference, atol=1e-4)


@pytest.mark.parametrize("name", ["PPO", "DQN"])
def test_the_bonus_changes_the_weights_and_a_weight_of_zero_does_not(name: str) -> None:
    kwargs = PPO if name == "PPO" else DQN
    runs = {
        label: th.cat([p.flatten() for p in learned(name, Ends, 48, reward, **kwargs).model.policy.parameters()])
        for label, reward in {
            "bare": None,
            "on": Counts,
            "off": lambda envs: Counts(envs, beta=0.0),
        }.items()
    }
    assert th.equal(runs["bare"], runs["off"])
    assert not th.equal(runs["bare"], runs["on"])


@pytest.mark.parametrize(("name", "action_space"), [("DQN", None), ("SAC", BOX), ("TD3", BOX), ("DDPG", BOX)])
def test_transitions_off_policy_are_stored_with_the_bonus(name: str, action_space: Any) -> None:
    kwargs = dict(DQN, learning_starts=100)
    run = learned(name, lambda: Ends(action_space), 24, Counts, update_every=10, **kwargs)
    buffer = run.model.replay_buffer
    assert np.array_equal(buffer.rewards[: buffer.pos], np.arange(1.0, 13.0)[:, None].repeat(2, 1))
    reward = run.callback.reward
    assert [len(samples["rewards"]) for samples in reward.computed] == [1] * 12
    assert [len(samples["rewards"]) for samples in reward.learned] == [5, 5]  # ten transitions of two environments
    assert reward.updates == 2


def test_what_a_reward_sees() -> None:
    run = learned("PPO", Ends, 16, Counts, **PPO)
    reward = run.callback.reward
    [samples] = reward.computed
    assert [len(x["rewards"]) for x in reward.learned] == [8]
    now, after = samples["observations"][:, 0].tolist(), samples["next_observations"][:, 0].tolist()
    assert now == [[1, 0], [1, 1], [1, 2], [1, 3], [2, 0], [2, 1], [2, 2], [3, 0]]
    assert after == [[1, 1], [1, 2], [1, 3], [1, 4], [2, 1], [2, 2], [2, 3], [3, 1]]  # the last, not the next first
    assert samples["terminateds"][:, 1].tolist() == [0, 0, 0, 0, 0, 0, 1, 0]
    assert samples["truncateds"][:, 1].tolist() == [0, 0, 0, 1, 0, 0, 0, 0]
    assert samples["rewards"].tolist() == [[0.0, 0.0]] * 8  # not with the bootstrapped value of a cut episode
    assert samples["actions"].dtype == th.int64
    assert samples["actions"].shape == (8, 2)
    names = ("observations", "actions", "rewards", "terminateds", "truncateds", "next_observations")
    for place, name in enumerate(names):
        assert th.equal(th.stack([step[place] for step in reward.watched]), samples[name])


def test_box_actions_are_those_that_the_environment_took() -> None:
    run = learned("PPO", lambda: Ends(gym.spaces.Box(-0.1, 0.1, (3,))), 16, Counts, **PPO)
    actions = run.callback.reward.computed[0]["actions"]
    assert actions.shape == (8, 2, 3)
    assert actions.dtype == th.float32
    assert float(actions.abs().max()) <= 0.1 + 1e-6


def test_images_come_with_their_channels_first() -> None:
    small = {"n_steps": 4, "batch_size": 8, "n_epochs": 1, "policy": "CnnPolicy"}
    run = learned("PPO", Screen, 8, Counts, policy_kwargs={"features_extractor_kwargs": {"features_dim": 8}}, **small)
    samples = run.callback.reward.computed[0]
    assert run.callback.reward.observation_space.shape == (3, 40, 44)
    assert samples["observations"].shape == (4, 2, 3, 40, 44)
    assert samples["observations"].dtype == th.uint8
    assert samples["next_observations"][:, 0, 0, 0, 0].tolist() == [1, 2, 3, 1]


def test_observations_by_key() -> None:
    run = learned("PPO", Keyed, 16, Counts, policy="MultiInputPolicy", **PPO)
    samples = run.callback.reward.computed[0]
    assert samples["next_observations"]["where"][:, 0].tolist()[:4] == [[1, 1], [1, 2], [1, 3], [1, 4]]


@pytest.mark.parametrize("norm_reward", [True, False])
def test_normalised_environments_store_the_bonus_once(norm_reward: bool) -> None:
    pytest.importorskip("stable_baselines3")
    from stable_baselines3.common.vec_env import VecNormalize

    run = learned(
        "DQN",
        Ends,
        24,
        Counts,
        wrap=lambda env: VecNormalize(env, norm_reward=norm_reward),
        **dict(DQN, learning_starts=99),
    )
    buffer = run.model.replay_buffer
    assert np.array_equal(buffer.rewards[: buffer.pos, 0], np.arange(1.0, 13.0))


@pytest.mark.parametrize("name", ["PPO", "DQN"])
def test_with_a_reward_of_the_library(name: str) -> None:
    kwargs = PPO if name == "PPO" else DQN
    runs = [
        th.cat([p.flatten() for p in learned(name, Ends, 160, reward, **kwargs).model.policy.parameters()])
        for reward in (None, lambda envs: PseudoCounts(envs, beta=0.0), PseudoCounts)
    ]
    assert th.equal(runs[0], runs[1])
    assert not th.equal(runs[0], runs[2])


def test_learning_twice_begins_with_no_steps_of_before() -> None:
    run = learned("DQN", Ends, 6, Counts, **DQN)
    run.model.learn(6, callback=run.callback, reset_num_timesteps=False)
    assert run.callback.reward.steps == 6
    assert len(run.callback._steps) == 3


def test_a_reward_for_other_spaces_is_refused_when_learning_begins() -> None:
    other = Counts(SimpleNamespace(observation_space=Ends().observation_space, action_space=BOX, num_envs=2))
    with pytest.raises(SpaceError, match=r"lambda envs: Counts\(envs\)"):
        learned("PPO", Ends, 16, other, **PPO)
    with pytest.raises(ParameterError, match="made a int"):
        learned("PPO", Ends, 16, lambda envs: 3, **PPO)
    with pytest.raises(ParameterError, match="expected an intrinsic reward"):
        learned("PPO", Ends, 16, 0.5, **PPO)
    with pytest.raises(ParameterError, match="at least 1"):
        learned("PPO", Ends, 16, Counts, update_every=0, **PPO)


def test_hindsight_replay_is_refused() -> None:
    pytest.importorskip("stable_baselines3")
    from stable_baselines3 import HerReplayBuffer
    from stable_baselines3.common.envs import BitFlippingEnv

    kwargs = dict(DQN, replay_buffer_class=HerReplayBuffer, policy="MultiInputPolicy")
    with pytest.raises(IncompatibleError, match="Hindsight"):
        learned("DQN", lambda: BitFlippingEnv(n_bits=3), 8, Counts, **kwargs)


def test_the_package_is_loaded_late_and_where_it_is_not_installed_the_error_says_what_to_do() -> None:
    code = (
        "import sys\n"
        "import rllte.xplore.reward.sb3 as module\n"
        "from rllte.core.errors import ParameterError\n"
        "assert 'stable_baselines3' not in sys.modules\n"
        "sys.modules['stable_baselines3'] = None\n"
        "try:\n    module.IntrinsicRewardCallback\n"
        "except ParameterError as error:\n    print(error)\n"
        "assert not hasattr(module, 'anything_else')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install stable-baselines3" in done.stdout
