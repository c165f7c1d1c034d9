"""PPO and A2C as a user meets them: they learn, repeat, save, resume, and refuse what cannot work."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.agent import A2C, PPO, DrAC
from rllte.common.prototype import BaseAgent, BaseReward
from rllte.core.errors import CheckpointError, IncompatibleError, ParameterError, SpaceError
from rllte.core.presets import preset
from rllte.core.registry import load_all
from rllte.env import make_rllte_env
from rllte.xploit.encoder import EspeholtResidualEncoder, VanillaMlpEncoder
from rllte.xploit.policy import OffPolicyDetActorDoubleCritic
from rllte.xploit.storage import HerReplayStorage, VanillaDistributedStorage
from rllte.xplore.distribution import DiagonalGaussian, EpsilonGreedy
from rllte.xplore.reward import RND

AGENTS: list[type[Any]] = [PPO, A2C]


class Constant(BaseReward):
    """Rewards action 1."""

    def compute(self, samples: Mapping[str, th.Tensor], sync: bool = True) -> th.Tensor:
        return self.weight * samples["actions"].float() * 10

    def update(self, samples: Mapping[str, th.Tensor]) -> None:
        self.updates += 1


def build(cls: type[Any], tmp_path: Path, env_id: str = "CartPole-v1", **kwargs: Any) -> Any:
    env = make_rllte_env(env_id, num_envs=2, seed=1)
    return cls(env=env, seed=1, hidden_dim=16, num_steps=16, log_dir=tmp_path / "logs", **kwargs)


def weights(agent: BaseAgent) -> th.Tensor:
    return th.cat([parameter.detach().flatten() for parameter in agent.policy.parameters()])


@pytest.mark.parametrize("cls", AGENTS)
@pytest.mark.parametrize("env_id", ["CartPole-v1", "Pendulum-v1"])
def test_the_same_seed_gives_the_same_weights_and_another_does_not(cls: Any, env_id: str, tmp_path: Path) -> None:
    def trained(seed: int) -> th.Tensor:
        env = make_rllte_env(env_id, num_envs=2, seed=seed)
        agent = cls(env=env, seed=seed, hidden_dim=16, num_steps=16, log_dir=tmp_path / "logs")
        agent.train(num_train_steps=96)
        return weights(agent)

    first = trained(1)
    assert th.equal(first, trained(1))
    assert not th.equal(first, trained(2))
    assert first.isfinite().all()


@pytest.mark.parametrize("cls", AGENTS)
def test_an_intrinsic_reward_changes_learning_and_without_it_nothing_differs(cls: Any, tmp_path: Path) -> None:
    def trained(beta: float | None) -> th.Tensor:
        agent = build(cls, tmp_path)
        if beta is not None:
            agent.set(reward=Constant(agent.env, beta=beta))
        agent.train(num_train_steps=64)
        return weights(agent)

    plain = trained(None)
    assert th.equal(plain, trained(0.0))
    assert not th.equal(plain, trained(1.0))


def test_defect_1_pretraining_learns_from_the_intrinsic_reward_alone(tmp_path: Path) -> None:
    def trained(beta: float) -> th.Tensor:
        agent = build(PPO, tmp_path, pretraining=True)
        agent.set(reward=Constant(agent.env, beta=beta))
        agent.train(num_train_steps=64)
        return weights(agent)

    assert not th.equal(trained(0.0), trained(1.0))
    with pytest.raises(IncompatibleError, match="intrinsic reward"):
        build(PPO, tmp_path, pretraining=True).train(num_train_steps=64)


@pytest.mark.parametrize("cls", AGENTS)
def test_a_checkpoint_continues_weights_optimiser_and_steps(cls: Any, tmp_path: Path) -> None:
    agent = build(cls, tmp_path)
    agent.train(num_train_steps=64)
    file = agent.save(tmp_path / "a.safetensors")
    other = build(cls, tmp_path)
    other.load(file)
    assert th.equal(weights(agent), weights(other))
    assert other.global_step == agent.global_step == 64
    mine, theirs = (a.policy.optimizers["opt"].state_dict()["state"] for a in (agent, other))
    for index, state in mine.items():
        for key, value in state.items():
            assert th.equal(th.as_tensor(value), th.as_tensor(theirs[index][key]))


def test_a_second_train_goes_on(tmp_path: Path) -> None:
    agent = build(PPO, tmp_path)
    agent.train(num_train_steps=32)
    before = weights(agent)
    agent.train(num_train_steps=32)
    assert agent.global_step == 64
    assert 0 < (weights(agent) - before).abs().max() < 0.5


def test_defect_3_2_losses_are_logged_and_the_working_directory_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = Path.cwd()
    agent = build(PPO, tmp_path, eval_env=make_rllte_env("CartPole-v1", num_envs=2))
    agent.train(num_train_steps=64)
    assert Path.cwd() == here
    rows = [json.loads(line) for line in (agent.logger.folder / "metrics.jsonl").read_text().splitlines()]
    assert {row["kind"] for row in rows} == {"train", "eval"}
    assert rows[-1]["step"] == 64
    assert {"policy_loss", "value_loss", "entropy", "fps"} <= set(rows[0])
    assert list(agent.logger.folder.glob("events.out.tfevents.*"))
    assert "steps/s" in capsys.readouterr().out


def test_metrics_go_to_the_pipe_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    monkeypatch.setenv("RLLTE_METRICS_FD", str(write))
    build(PPO, tmp_path).train(num_train_steps=32)
    os.close(write)
    with os.fdopen(read) as pipe:
        rows = [json.loads(line) for line in pipe]
    assert rows[0]["kind"] == "train"


def test_modules_can_be_replaced_before_training_only(tmp_path: Path) -> None:
    agent = build(PPO, tmp_path)
    agent.set(encoder=VanillaMlpEncoder(agent.observation_space, feature_dim=4))
    agent.train(num_train_steps=32)
    with pytest.raises(IncompatibleError, match="before training"):
        agent.set(encoder=VanillaMlpEncoder(agent.observation_space, feature_dim=4))


def test_what_cannot_work_is_refused_with_a_reason(tmp_path: Path) -> None:
    agent = build(PPO, tmp_path)
    before = agent.encoder
    with pytest.raises(IncompatibleError, match="5 features"):
        agent.set(encoder=VanillaMlpEncoder(agent.observation_space, feature_dim=5))
    assert agent.encoder is before
    with pytest.raises(SpaceError, match="DiagonalGaussian is for Box actions, not Discrete"):
        agent.set(distribution=DiagonalGaussian())
    with pytest.raises(IncompatibleError, match="BaseEncoder"):
        agent.set(encoder=DiagonalGaussian())
    with pytest.raises(ParameterError, match="lr is -3"):
        build(PPO, tmp_path, lr=-3)
    with pytest.raises(SpaceError, match="observes"):
        build(DrAC, tmp_path, env_id="FrozenLake-v1")


def test_a_checkpoint_of_another_agent_is_refused(tmp_path: Path) -> None:
    file = build(PPO, tmp_path).save(tmp_path / "a.safetensors")
    with pytest.raises(CheckpointError, match="agent PPO; this agent's is A2C"):
        build(A2C, tmp_path).load(file)
    with pytest.raises(CheckpointError, match="observation_space"):
        build(PPO, tmp_path, env_id="Acrobot-v1").load(file)
    (tmp_path / "b.safetensors").write_bytes(b"not a checkpoint")
    with pytest.raises(CheckpointError, match="Cannot read"):
        build(PPO, tmp_path).load(tmp_path / "b.safetensors")


@pytest.mark.learning
def test_ppo_learns_cartpole_with_its_preset(tmp_path: Path) -> None:
    settings = preset("PPO", "CartPole-v1")
    assert settings is not None
    env = make_rllte_env("CartPole-v1", num_envs=settings.num_envs, seed=1)
    eval_env = make_rllte_env("CartPole-v1", num_envs=10, seed=1001)
    agent = PPO(env=env, eval_env=eval_env, seed=1, log_dir=tmp_path, **settings.agent_kwargs)
    agent.train(settings.num_train_steps, log_interval=100, **settings.train_kwargs)
    assert agent.eval(num_eval_episodes=20)["episode_reward"] >= 475


def test_what_a_checkpoint_with_storage_holds_of_a_rollout_is_nothing(tmp_path: Path) -> None:
    agent = build(PPO, tmp_path)
    file = agent.save(tmp_path / "whole.safetensors", storage=True)
    build(PPO, tmp_path).load(file)
    assert agent.memory() == {}


@pytest.mark.parametrize(("wrong", "meant"), [("gamma", "discount"), ("clip_rnge", "clip_range")])
def test_an_unknown_argument_names_the_nearest(wrong: str, meant: str) -> None:
    env = make_rllte_env("CartPole-v1")
    with pytest.raises(TypeError, match=f"PPO has no argument '{wrong}'. Did you mean '{meant}'"):
        PPO(env=env, **{wrong: 0.9})


def test_a_mistyped_name_of_a_module_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"set has no argument 'encodr'. Did you mean 'encoder'"):
        build(PPO, tmp_path).set(encodr=None)  # type: ignore[call-arg]  # the mistake


def test_a_reward_for_other_environments_and_a_class_are_refused_at_once(tmp_path: Path) -> None:
    made = PPO(env=make_rllte_env("CartPole-v1", num_envs=2), log_dir=tmp_path)
    for other in (make_rllte_env("Pendulum-v1", num_envs=2), make_rllte_env("CartPole-v1", num_envs=5)):
        with pytest.raises(IncompatibleError, match=r"RND\(agent.env\)"):
            made.set(reward=RND(other))
    with pytest.raises(IncompatibleError, match=r"the class RND; expected one that is made, RND\(...\)"):
        made.set(reward=RND)


def test_a_folder_is_no_checkpoint_but_names_its_newest(tmp_path: Path) -> None:
    made = PPO(env=make_rllte_env("CartPole-v1"), log_dir=tmp_path, hidden_dim=8)
    with pytest.raises(CheckpointError, match="there is no checkpoint in it"):
        made.load(tmp_path)
    file = made.save()
    with pytest.raises(CheckpointError, match=re.escape(str(file))):
        made.load(tmp_path)


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ({"clip_range": -1.0}, r"clip_range is -1.0; expected more than 0. .*: how far .* leave it out for 0.1"),
        ({"lr": "3e-4"}, r"lr is '3e-4', a str; expected a number. lr: learning rate; leave it out for 0.00025"),
        ({"tag": 5}, "tag is 5, a int; expected the run's name"),
        ({"log_dir": None}, "log_dir is None; expected a folder"),
        ({"device": None}, "Unknown device 'None'; expected auto"),
        ({"seed": -1}, "seed is -1; expected at least 0"),
        ({"eval_env": "CartPole-v1"}, "received a str.* make_rllte_env"),
    ],
)
def test_a_wrong_argument_is_told_with_what_to_do(argument: dict[str, Any], words: str, tmp_path: Path) -> None:
    env = make_rllte_env("CartPole-v1", num_envs=2, asynchronous=False)
    with pytest.raises(ParameterError, match=f"(?s){words}"):
        PPO(env=env, **{"log_dir": tmp_path, **argument})


@pytest.mark.parametrize("entry", [e for e in load_all() if e.primitive in ("policy", "encoder")], ids=lambda e: e.name)
def test_a_space_that_is_none_is_refused_by_every_encoder_and_policy(entry: Any) -> None:
    rest = {} if entry.primitive == "encoder" else {"feature_dim": 4, "action_space": gym.spaces.Discrete(2)}
    for wrong in ("CartPole-v1", None, (4,)):
        with pytest.raises(SpaceError, match=r"received|expected a space of Gymnasium"):
            entry.cls(observation_space=wrong, **rest)


@pytest.mark.parametrize(
    ("cls", "argument", "words"),
    [
        (HerReplayStorage, {"reward_fn": "compute_reward"}, "reward_fn is 'compute_reward'; expected a function"),
        (VanillaDistributedStorage, {"state_shape": 8}, "state_shape is 8, a int; expected a tuple"),
        (EspeholtResidualEncoder, {"net_arch": 16}, "net_arch is 16; expected whole numbers"),
        (EpsilonGreedy, {"epsilon_schedule": []}, r"'\[\]' is no schedule; expected"),
        (
            OffPolicyDetActorDoubleCritic,
            {"critic_opt_kwargs": 1e-3},
            "critic_opt_kwargs is 0.001, a float; expected a dict of values by name",
        ),
    ],
)
def test_a_wrong_argument_of_a_module_is_told_with_what_to_do(cls: Any, argument: dict[str, Any], words: str) -> None:
    box = gym.spaces.Box(-1, 1, (2,))
    goals = gym.spaces.Dict({key: box for key in ("observation", "achieved_goal", "desired_goal")})
    image = gym.spaces.Box(0, 255, (3, 84, 84), np.uint8)
    space = {HerReplayStorage: goals, EspeholtResidualEncoder: image}.get(cls, box)
    spaces = {} if cls is EpsilonGreedy else {"observation_space": space}
    if cls not in (EpsilonGreedy, EspeholtResidualEncoder):
        spaces["action_space"] = box
    with pytest.raises(ParameterError, match=words):
        cls(**spaces, **argument)


@pytest.mark.parametrize("shape", [(84, 84, 3), (7, 7, 3)])
def test_an_agent_refuses_images_with_their_channels_last(shape: tuple[int, ...], tmp_path: Path) -> None:
    class Screen(gym.Env[Any, Any]):
        observation_space = gym.spaces.Box(0, 255, shape, np.uint8)
        action_space = gym.spaces.Discrete(2)

        def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
            return np.zeros(shape, np.uint8), {}

    with pytest.raises(SpaceError, match="channels first"):
        PPO(env=make_rllte_env(Screen, num_envs=2, asynchronous=False), log_dir=tmp_path)
