"""The environments of a call of `train`: nobody else resets them, and a checkpoint says how they stood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest
import torch as th

from rllte.agent import PPO, SAC
from rllte.core.errors import ParameterError
from rllte.env import Gymnasium2Torch, make_rllte_env
from rllte.training.callbacks import Callback
from rllte.xploit.policy import OnPolicySharedActorCritic


def agent(folder: Path, **kwargs: Any) -> Any:
    return PPO(env=make_rllte_env("CartPole-v1", num_envs=3), log_dir=folder, hidden_dim=8, num_steps=16, **kwargs)


def weights(made: Any) -> th.Tensor:
    return th.cat([p.detach().flatten() for p in made.policy.parameters()])


class Evaluates(Callback):
    """Evaluates in the midst of training."""

    def on_update(self, agent: Any, metrics: Any) -> None:
        agent.eval(1)


class Steps(Callback):
    """Does so in the midst of a rollout."""

    def on_step(self, agent: Any) -> None:
        agent.eval(1)


@pytest.mark.parametrize("callback", [Evaluates(), Steps()], ids=["update", "step"])
def test_nobody_resets_the_training_environments_in_the_midst_of_training(callback: Callback, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="eval_env=make_rllte_env"):
        agent(tmp_path).train(96, callbacks=[callback])
    made = agent(tmp_path, eval_env=make_rllte_env("CartPole-v1"))
    made.train(96, callbacks=[callback])
    assert made.global_step == 96
    same = make_rllte_env("CartPole-v1")
    with pytest.raises(ParameterError, match="eval_env is env itself"):
        PPO(env=same, eval_env=same, log_dir=tmp_path)


def test_checkpoints_hold_the_storage_where_it_is_wanted(tmp_path: Path) -> None:
    made, again = (
        SAC(
            env=make_rllte_env("Pendulum-v1", num_envs=3, seed=1),
            log_dir=tmp_path,
            seed=seed,
            hidden_dim=8,
            num_init_steps=12,
            batch_size=6,
            storage_size=60,
        )
        for seed in (1, 5)
    )
    made.train(48, save_storage=True)
    [file] = made.logger.folder.glob("model/agent_48.safetensors")
    made.train(24)
    again.load(file)
    assert len(again.storage) == 48
    again.train(24)
    assert th.equal(weights(made), weights(again))


class Zeroes(OnPolicySharedActorCritic):
    """Gives the environment other actions than it stores."""

    given = 0

    def env_action(self, actions: th.Tensor) -> th.Tensor:
        type(self).given += 1
        return actions * 0


def test_the_environment_is_given_what_the_policy_says_when_training_too(tmp_path: Path) -> None:
    made = agent(tmp_path)
    made.set(policy=Zeroes(made.observation_space, made.action_space, 4, 8))
    before = Zeroes.given
    made.train(48)
    assert Zeroes.given - before == 16


def test_environments_that_cannot_be_put_back_are_told(tmp_path: Path, capsys: Any) -> None:
    vector = gym.vector.SyncVectorEnv(
        [lambda: gym.make("CartPole-v1")] * 3, autoreset_mode=gym.vector.AutoresetMode.SAME_STEP
    )
    made, again = (PPO(env=Gymnasium2Torch(vector), log_dir=tmp_path, hidden_dim=8, num_steps=16) for _ in range(2))
    made.train(48)
    again.load(made.save())
    again.train(48)
    assert "cannot be put back where they were; new episodes begin" in capsys.readouterr().out
