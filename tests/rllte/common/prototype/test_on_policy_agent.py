"""An agent written for RLLTE, in RLLTE's words, learns here unchanged; so does a reward."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch as th
from torch import nn

from rllte.common.prototype import BaseReward, OnPolicyAgent
from rllte.core.errors import IncompatibleError, ParameterError
from rllte.env.utils import Gymnasium2Torch, make_rllte_env
from rllte.xploit.encoder import IdentityEncoder
from rllte.xploit.policy import OnPolicySharedActorCritic
from rllte.xploit.storage import VanillaRolloutStorage
from rllte.xplore.distribution import Categorical


class Own(OnPolicyAgent):
    """An actor-critic of several epochs."""

    def __init__(
        self, env: Any, tag: str, seed: int, device: str, num_steps: int, size: int = 0, envs: int = 0
    ) -> None:
        super().__init__(env=env, tag=tag, seed=seed, device=device, num_steps=num_steps)
        spaces = {"observation_space": env.observation_space, "action_space": env.action_space}
        encoder = IdentityEncoder(observation_space=env.observation_space, feature_dim=self.obs_shape[0])
        policy = OnPolicySharedActorCritic(
            **spaces,
            feature_dim=self.obs_shape[0],
            hidden_dim=32,
            opt_class=th.optim.Adam,
            opt_kwargs={"lr": 3e-3, "eps": 1e-5},
            init_fn="xavier_uniform",
        )
        storage = VanillaRolloutStorage(
            **spaces,
            device=device,
            storage_size=size or self.num_steps,
            num_envs=envs or self.num_envs,
            batch_size=256,
        )
        self.set(encoder=encoder, policy=policy, storage=storage, distribution=Categorical)

    def update(self) -> None:  # type: ignore[override]  # RLLTE's returns nothing and records
        for _ in range(4):
            for batch in self.storage.sample():
                values, log_probs, entropy = self.policy.evaluate_actions(obs=batch.observations, actions=batch.actions)
                assert batch.old_log_probs.shape == log_probs.shape
                policy_loss = -(batch.adv_targ * log_probs).mean()
                value_loss = 0.5 * (values.flatten() - batch.returns).pow(2).mean()
                self.policy.optimizers["opt"].zero_grad(set_to_none=True)
                (value_loss * 0.5 + policy_loss - entropy * 0.01).backward()
                nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
                self.policy.optimizers["opt"].step()
                self.logger.record("policy_loss", policy_loss.item())


class Novelty(BaseReward):
    """RLLTE's constructor, and its helpers."""

    def __init__(
        self,
        envs: Any,
        device: str = "cpu",
        beta: float = 1.0,
        kappa: float = 0.0,
        gamma: float | None = None,
        rwd_norm_type: str = "rms",
        obs_norm_type: str = "rms",
    ) -> None:
        super().__init__(envs, device, beta, kappa, gamma, rwd_norm_type, obs_norm_type)

    def compute(self, samples: Mapping[str, th.Tensor], sync: bool = True) -> th.Tensor:
        return self.scale(self.normalize(samples["next_observations"], sync).norm(dim=-1))

    def update(self, samples: Mapping[str, th.Tensor]) -> None:
        self.updates += 1


def own(folder: Path, monkeypatch: pytest.MonkeyPatch, **kwargs: Any) -> Own:
    monkeypatch.chdir(folder)
    env = make_rllte_env("CartPole-v1", num_envs=4, seed=1)
    return Own(env=env, tag="own", seed=1, device="cpu", num_steps=64, **kwargs)


def test_an_agent_of_rllte_runs_and_learns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = own(tmp_path, monkeypatch)
    assert isinstance(agent.env, Gymnasium2Torch)
    assert (agent.num_envs, agent.obs_shape, agent.action_shape) == (4, (4,), ())
    assert (agent.action_dim, agent.action_type) == (2, "Discrete")
    agent.train(num_train_steps=8192, log_interval=8)
    rows = [json.loads(line) for line in (agent.logger.folder / "metrics.jsonl").read_text().splitlines()]
    assert rows[-1]["episode_reward"] > 1.5 * rows[0]["episode_reward"]
    assert all(row["policy_loss"] is not None for row in rows)
    assert "shared by an actor" in OnPolicySharedActorCritic.describe()


@pytest.mark.parametrize("kind", ["rms", "minmax", "none"])
@pytest.mark.parametrize("gamma", [None, 0.9])
def test_a_reward_of_rllte_runs(
    kind: str, gamma: float | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = own(tmp_path, monkeypatch)
    agent.set(reward=Novelty(agent.env, "cpu", 0.1, 0.5, gamma, kind, "rms"))
    agent.train(512)
    assert agent.irs is not None
    assert agent.irs.weight == pytest.approx(0.1 * 0.25)


def test_storages_of_another_size_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(IncompatibleError, match="storage_size=64"):
        own(tmp_path, monkeypatch, size=32).check()
    with pytest.raises(IncompatibleError, match="num_envs=8"):
        own(tmp_path, monkeypatch, envs=8).check()


def test_a_module_that_was_never_set_is_named(tmp_path: Path) -> None:
    class Bare(OnPolicyAgent):
        def update(self) -> dict[str, float]:
            return {}

    agent = Bare(make_rllte_env("CartPole-v1"), log_dir=tmp_path)
    agent.set(encoder=IdentityEncoder(agent.observation_space))
    with pytest.raises(IncompatibleError, match=r"no policy: give it one, set\(policy"):
        agent.train(16)


def test_arguments_of_train_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = own(tmp_path, monkeypatch)
    for value in (0, -1, 100.0, "100", True, float("nan")):
        with pytest.raises(ParameterError, match="num_train_steps"):
            agent.train(value)  # type: ignore[arg-type]  # the point
    with pytest.raises(ParameterError, match="save_interval is 0"):
        agent.train(64, save_interval=0)
    with pytest.raises(ParameterError, match="num_eval_episodes"):
        agent.eval(1.5)  # type: ignore[arg-type]  # the point
    agent.train(np.int64(64))  # type: ignore[arg-type]  # NumPy's whole numbers are whole numbers
    assert agent.global_step == 256


def test_defect_3_2_compiling_reaches_acting_and_learning_even_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = own(tmp_path, monkeypatch)
    agent.eval(1)
    compiled: list[Any] = []
    monkeypatch.setattr(th, "compile", lambda function, **kwargs: compiled.append(function.__name__) or function)
    monkeypatch.setattr(nn.Module, "compile", lambda module, **kwargs: compiled.append("forward"))
    agent.train(256, th_compile=True)
    assert compiled == ["forward", "evaluate_actions", "get_value"]
