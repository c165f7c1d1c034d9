import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest
import torch as th

from rllte.agent import A2C, PPO
from rllte.common.prototype import BaseReward
from rllte.core.errors import CheckpointError, IncompatibleError, ParameterError, SpaceError
from rllte.core.presets import preset
from rllte.env import make_rllte_env
from rllte.xploit.encoder import VanillaMlpEncoder
from rllte.xplore.distribution import DiagonalGaussian

SMALL = {"feature_dim": 16, "hidden_dim": 16, "num_steps": 16}


class OneForRight(BaseReward):
    """Pays for one of the two actions."""

    def compute(self, samples: Mapping[str, th.Tensor], sync: bool = True) -> th.Tensor:
        return self.weight * samples["actions"].float()

    def update(self, samples: Mapping[str, th.Tensor]) -> None:
        self.updates += 1


class Bandit(gym.Env[Any, Any]):
    """One step; the action that equals the observation is paid."""

    observation_space = gym.spaces.Box(0, 1, (1,))
    action_space = gym.spaces.Discrete(2)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.state = int(self.np_random.integers(2))
        return self._obs(), {}

    def step(self, action: Any) -> Any:
        return self._obs(), float(action == self.state), True, False, {}

    def _obs(self) -> Any:
        return self.observation_space.low + self.state


def agent(cls: Any, folder: Path, env_id: Any = "CartPole-v1", seed: int = 1, **kwargs: Any) -> Any:
    env = make_rllte_env(env_id, num_envs=4, seed=seed)
    return cls(env=env, seed=seed, log_dir=folder, **{**SMALL, **kwargs})


def weights(made: Any) -> th.Tensor:
    return th.cat([p.detach().flatten() for p in made.policy.parameters()])


@pytest.mark.parametrize("cls", [PPO, A2C])
@pytest.mark.parametrize("env_id", ["CartPole-v1", "Pendulum-v1"])
def test_one_seed_one_result(cls: Any, env_id: str, tmp_path: Path) -> None:
    results = []
    for seed in (1, 1, 2):
        made = agent(cls, tmp_path, env_id, seed)
        made.train(256)
        results.append(weights(made))
    assert th.equal(results[0], results[1])
    assert not th.equal(results[0], results[2])


def test_a_batch_larger_than_the_rollout_still_learns(tmp_path: Path) -> None:
    made = agent(PPO, tmp_path, batch_size=10_000)
    made.freeze()
    before = weights(made)
    made.train(64)
    assert not th.equal(before, weights(made))


def test_an_intrinsic_reward_is_learned_and_its_absence_changes_nothing(tmp_path: Path) -> None:
    results = {}
    for name, beta in (("none", None), ("off", 0.0), ("on", 1.0)):
        made = agent(PPO, tmp_path)
        if beta is not None:
            made.set(reward=OneForRight(made.env, beta=beta))
        made.train(256)
        results[name] = weights(made)
    assert th.equal(results["none"], results["off"])
    assert not th.equal(results["none"], results["on"])


def test_save_and_load_round_trip(tmp_path: Path) -> None:
    made = agent(PPO, tmp_path)
    made.train(128)
    path = made.save(tmp_path / "a.safetensors")
    other = agent(PPO, tmp_path, seed=2)
    other.load(path)
    assert th.equal(weights(made), weights(other))
    assert other.global_step == 128
    mine, theirs = (a.policy.optimizers["opt"].state_dict()["state"] for a in (made, other))
    assert mine.keys() == theirs.keys()
    for index, state in mine.items():
        for key, value in state.items():
            assert th.equal(value, theirs[index][key])


def test_training_goes_on_instead_of_beginning_anew(tmp_path: Path) -> None:
    made = agent(PPO, tmp_path, lr=1e-9)
    made.train(64)
    before = weights(made)
    made.train(64)
    th.testing.assert_close(before, weights(made), atol=1e-5, rtol=0)
    assert made.global_step == 128


def test_a_checkpoint_of_another_agent_is_refused(tmp_path: Path) -> None:
    path = agent(PPO, tmp_path).save(tmp_path / "a.safetensors")
    with pytest.raises(CheckpointError, match="holds a PPO"):
        agent(A2C, tmp_path).load(path)
    with pytest.raises(CheckpointError, match="Cannot read"):
        agent(PPO, tmp_path).load(tmp_path / "none.safetensors")


def test_logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = agent(PPO, tmp_path / "logs", tag="t")
    made.train(256)
    assert Path.cwd() == tmp_path
    folder = next((tmp_path / "logs" / "t").iterdir())
    rows = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert rows[-1]["kind"] == "train"
    assert rows[-1]["step"] == 256
    assert {"policy_loss", "value_loss", "entropy", "fps"} <= rows[-1].keys()
    assert (folder / "train.log").read_text()


def test_modules_that_do_not_fit(tmp_path: Path) -> None:
    made = agent(PPO, tmp_path)
    made.set(encoder=VanillaMlpEncoder(made.observation_space, feature_dim=9))
    with pytest.raises(IncompatibleError, match="same feature_dim"):
        made.check()
    made = agent(PPO, tmp_path)
    made.set(distribution=DiagonalGaussian())
    with pytest.raises(SpaceError, match="Box actions"):
        made.check()
    with pytest.raises(IncompatibleError, match="Expected a BaseEncoder"):
        made.set(encoder=object())
    with pytest.raises(IncompatibleError, match="intrinsic reward"):
        agent(PPO, tmp_path, pretraining=True).check()


def test_wrong_settings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="discount is 2"):
        agent(PPO, tmp_path, discount=2.0)
    with pytest.raises(SpaceError, match="observes"):
        agent(PPO, tmp_path, "FrozenLake-v1")


@pytest.mark.learning
@pytest.mark.parametrize("cls", [PPO, A2C])
def test_a_bandit_is_learned(cls: Any, tmp_path: Path) -> None:
    made = agent(cls, tmp_path, Bandit, lr=1e-2, ent_coef=0.0)
    made.train(8192, log_interval=1000)
    assert made.eval(50)["episode_reward"] == 1.0


@pytest.mark.learning
def test_cartpole_is_learned_with_its_preset(tmp_path: Path) -> None:
    settings = preset("PPO", "CartPole-v1")
    assert settings is not None
    env = make_rllte_env("CartPole-v1", num_envs=settings.num_envs, seed=1)
    made = PPO(env=env, seed=1, log_dir=tmp_path, **settings.agent_kwargs)
    made.train(30_000, log_interval=1000, **settings.train_kwargs)
    assert made.eval(10)["episode_reward"] > 200
