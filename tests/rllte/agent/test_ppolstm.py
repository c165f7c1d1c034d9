"""Recurrent PPO: its states come from where they should, and it remembers what PPO cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch as th

from rllte.agent import PPO, PPOLSTM
from rllte.core.errors import IncompatibleError
from rllte.env.testing import make_memory_env
from rllte.xploit.storage import VanillaRolloutStorage
from tests.rllte.agent.probes import build, noise, weights, with_rollout


@pytest.mark.parametrize("actions", ["Discrete", "Box"])
def test_learning_sees_the_log_probabilities_and_values_of_acting(actions: str, tmp_path: Path) -> None:
    """Whole sequences, with episodes that end in their midst, evaluate to what was computed step by step."""
    agent = build(PPOLSTM, tmp_path, noise("Box1", actions), lstm_dim=8, num_steps=24)
    with_rollout(agent)  # the second rollout begins in the midst of episodes
    agent.storage.update()
    with_rollout(agent)
    assert agent.storage.states.abs().sum() > 0
    assert agent.storage.terminateds.sum() >= 3
    for batch in agent.storage.sample():
        values, log_probs, _ = agent.evaluate(batch)
        th.testing.assert_close(values, batch.values, rtol=1e-4, atol=1e-5)
        th.testing.assert_close(log_probs, batch.log_probs, rtol=1e-4, atol=1e-5)


def test_a_truncated_episode_is_valued_with_what_was_remembered_of_it(tmp_path: Path) -> None:
    agent = build(PPOLSTM, tmp_path, noise("Box1"), lstm_dim=8, num_steps=24)
    with_rollout(agent)
    storage, policy = agent.storage, agent.policy
    finals = {step: (ended, obs) for step, ended, obs in storage.next_observations_at_end}
    cuts = storage.truncateds.nonzero().tolist()
    assert cuts
    for t, env in cuts:
        begin = max(
            (s + 1 for s in range(t) if storage.terminateds[s, env] + storage.truncateds[s, env] > 0), default=0
        )
        state = policy.initial_state(1)
        with th.no_grad():
            for step in range(begin, t + 1):
                _, state = policy(storage.observations[step, env : env + 1], False, state)
            ended, obs = finals[t]
            last = obs[ended.tolist().index(env)][None]
            value, forgotten = policy.get_value(last, state), policy.get_value(last)
        th.testing.assert_close(storage.final_values[t, env], value[0], rtol=1e-4, atol=1e-6)
        assert not th.allclose(value, forgotten, rtol=1e-3)


def test_the_width_of_the_lstm_is_an_argument(tmp_path: Path) -> None:
    assert build(PPOLSTM, tmp_path, lstm_dim=5).policy.lstm.hidden_size == 5


def test_a_storage_that_cuts_sequences_is_refused(tmp_path: Path) -> None:
    agent = build(PPOLSTM, tmp_path)
    with pytest.raises(IncompatibleError, match="RecurrentRolloutStorage"):
        agent.set(storage=VanillaRolloutStorage(agent.observation_space, agent.action_space, "cpu", 16, 16, 3))
    with pytest.raises(IncompatibleError, match="OnPolicyRecurrentActorCritic"):
        agent.set(policy=build(PPO, tmp_path).policy)


def test_the_state_of_the_episodes_under_way_is_saved(tmp_path: Path) -> None:
    def trained(steps: int, file: Path | None = None) -> Any:
        agent = build(PPOLSTM, tmp_path, lstm_dim=8)
        if file is not None:
            agent.load(file)
        agent.train(steps, log_interval=100)
        return agent

    whole = trained(192)
    half = trained(96).save(tmp_path / "half.safetensors")
    assert th.equal(weights(whole), weights(trained(96, half)))


def recalled(cls: Any, folder: Path, **kwargs: Any) -> float:
    env = make_memory_env(num_envs=16, seed=1, asynchronous=False)
    sizes = {"hidden_dim": 32, "num_steps": 32, "batch_size": 128, "lr": 3e-3, "ent_coef": 0.0}
    agent = cls(env=env, seed=1, log_dir=folder, **sizes, **kwargs)
    agent.train(12_288, log_interval=1000)
    return float(agent.eval(100)["episode_reward"])


@pytest.mark.learning
def test_it_remembers_what_ppo_cannot(tmp_path: Path) -> None:
    assert recalled(PPOLSTM, tmp_path, lstm_dim=32) >= 0.95
    assert recalled(PPO, tmp_path) <= 0.4
