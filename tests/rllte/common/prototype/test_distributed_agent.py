"""A distributed algorithm of one's own: modules and `update`; processes, checkpoints and logs are inherited."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch as th

from rllte.common.prototype import DistributedAgent
from rllte.core.errors import IncompatibleError
from rllte.env.testing import make_identity_env
from rllte.xploit.encoder import IdentityEncoder
from rllte.xploit.policy import DistributedActorLearner
from rllte.xploit.storage import VanillaDistributedStorage
from rllte.xplore.distribution import Categorical


class OneStep(DistributedAgent):
    """Actor-critic that looks one step ahead, with the ratio to the acting policy as a weight."""

    def __init__(self, env: Any, batch_size: int = 1, **kwargs: Any) -> None:
        super().__init__(env, num_steps=16, num_actors=2, **kwargs)
        spaces = self.observation_space, self.action_space
        encoder = IdentityEncoder(self.observation_space)
        each = self.num_envs // self.num_actors
        sizes = (self.num_steps, self.num_storages, self.num_envs, batch_size)
        self.set(
            encoder=encoder,
            policy=DistributedActorLearner(*spaces, encoder.feature_dim, 32, opt_kwargs={"lr": 5e-3}),
            storage=VanillaDistributedStorage(*spaces, str(self.device), *sizes, rollout_envs=each),
            distribution=Categorical,
        )

    def update(self, batch: Any) -> Mapping[str, Any]:  # type: ignore[override]  # as the prototype has it
        rewards, over, cut, last = (
            batch[name][1:] for name in ("rewards", "terminateds", "truncateds", "final_values")
        )
        starts = th.maximum(batch["terminateds"], batch["truncateds"])
        values, log_probs, _ = self.policy.evaluate_actions(batch["observations"], batch["actions"], None, starts)
        following = th.where(cut.bool(), last, values[1:].detach()) * (1.0 - over)
        errors = rewards + self.discount * following - values[:-1]
        ratios = (log_probs - batch["log_probs"])[:-1].detach().exp()
        policy_loss = -(ratios.clamp(max=1.0) * errors.detach() * log_probs[:-1]).mean()
        value_loss = errors.pow(2).mean()
        optimizer = self.policy.optimizers["opt"]
        optimizer.zero_grad()
        (policy_loss + value_loss).backward()
        optimizer.step()
        return {"policy_loss": policy_loss.detach(), "value_loss": value_loss.detach()}


def agent(folder: Path, seed: int = 1, **kwargs: Any) -> OneStep:
    return OneStep(make_identity_env(num_envs=4, seed=seed), seed=seed, log_dir=folder, **kwargs)


def weights(made: OneStep) -> th.Tensor:
    return th.cat([p.detach().flatten() for p in made.policy.parameters()])


def test_an_agent_of_ones_own_learns_moves_all_its_weights_and_is_logged(tmp_path: Path) -> None:
    made = agent(tmp_path)
    made.freeze()
    before = {name: p.detach().clone() for name, p in made.policy.named_parameters()}
    made.train(3200, log_interval=640)
    still = [name for name, p in made.policy.named_parameters() if th.equal(before[name], p)]
    assert not still
    assert made.eval(20)["episode_reward"] > 9.0, "of 10; random actions earn 2.5"
    assert made.num_updates == 2 * made.global_step // 64, "one for each process and round"
    lines = (made.logger.folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    assert {"policy_loss", "value_loss"} <= json.loads(lines[-1]).keys()


def test_a_stop_and_a_resume_of_it_change_nothing(tmp_path: Path) -> None:
    whole, first = agent(tmp_path), agent(tmp_path)
    whole.train(256, anneal_lr=False)
    first.train(128, anneal_lr=False)
    second = agent(tmp_path, seed=9)
    second.seed = 1  # of the actors' chance
    second.load(first.save(tmp_path / "half.safetensors"))
    second.train(128, anneal_lr=False)
    assert th.equal(weights(whole), weights(second))


def test_an_update_that_returns_nothing_is_no_fault(tmp_path: Path) -> None:
    made = agent(tmp_path)
    made.update = lambda batch: None  # type: ignore[method-assign,assignment,return-value]
    made.train(64)
    assert made.num_updates == 2


def test_batches_that_do_not_divide_the_processes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IncompatibleError, match="batch_size=2"):
        agent(tmp_path, batch_size=3).train(64)
