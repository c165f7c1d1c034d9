"""The loop: what is stored and learned from, against a computation by hand, and what happens when something ends it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th
from torch import nn

from rllte.agent import A2C, PPO
from rllte.common.prototype import BaseReward
from rllte.core.errors import FileError, NotFiniteError, ParameterError
from rllte.env import make_rllte_env
from rllte.training import on_policy
from rllte.training.live import Live

SMALL = {"hidden_dim": 8, "num_steps": 16}


class Ends(gym.Env[Any, Any]):
    """Every observation is another one; odd episodes are cut after 4 steps, even ones end after 3."""

    observation_space = gym.spaces.Box(-9, 999, (1,))
    action_space = gym.spaces.Discrete(2)

    def __init__(self, nan_at: int = 0) -> None:
        self.episode, self.time, self.total, self.nan_at = 0, 0, 0, nan_at

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.episode, self.time = self.episode + 1, 0
        return self._obs(), {}

    def step(self, action: Any) -> Any:
        self.time += 1
        self.total += 1
        cut, over = (self.episode % 2 == 1 and self.time == 4), (self.episode % 2 == 0 and self.time == 3)
        reward = float("nan") if self.total == self.nan_at else self.time + 0.5 * action
        return self._obs(), reward, over, cut, {}

    def _obs(self) -> Any:
        return np.array([self.episode + self.time / 10], np.float32)


class Watcher(BaseReward):
    """Keeps what it sees, and spoils its copies."""

    def __init__(self, envs: Any, **kwargs: Any) -> None:
        super().__init__(envs, **kwargs)
        self.seen: list[tuple[th.Tensor, ...]] = []
        self.network = nn.Linear(1, 1)

    def watch(self, *args: th.Tensor) -> None:
        self.seen.append(tuple(tensor.clone() for tensor in args))
        (self.network(args[0]) ** 2).mean().backward()
        for tensor in args:
            tensor.zero_()

    def compute(self, samples: Mapping[str, th.Tensor], sync: bool = True) -> th.Tensor:
        intrinsic = self.weight * self.network(samples["next_observations"]).squeeze(-1)
        for tensor in samples.values():
            tensor.zero_()
        return intrinsic

    def update(self, samples: Mapping[str, th.Tensor]) -> None:
        self.updates += 1


def agent(folder: Path, cls: Any = PPO, maker: Any = Ends, num_envs: int = 2, **kwargs: Any) -> Any:
    env = make_rllte_env(maker, num_envs=num_envs, asynchronous=False)
    return cls(env=env, log_dir=folder, **{**SMALL, **kwargs})


def weights(made: Any) -> th.Tensor:
    return th.cat([p.detach().flatten() for p in made.policy.parameters()])


def rows(made: Any, kind: str) -> list[dict[str, Any]]:
    lines = (made.logger.folder / "metrics.jsonl").read_text().splitlines()
    return [row for row in map(json.loads, lines) if row["kind"] == kind]


@pytest.mark.parametrize("cls", [PPO, A2C])
@pytest.mark.parametrize(("discount", "gae_lambda"), [(0.9, 0.8), (0.7, 1.0)])
def test_advantages_by_brute_force(cls: Any, discount: float, gae_lambda: float, tmp_path: Path) -> None:
    made = agent(tmp_path, cls, num_steps=12, discount=discount, gae_lambda=gae_lambda)
    made.freeze()
    nn.init.orthogonal_(made.policy.critic[1].weight, gain=9.0)
    steps: list[Any] = []
    step = made.env.step
    made.env.step = lambda actions: steps.append(step(actions)) or steps[-1]
    made.live.begin()
    on_policy.collect(made)
    last = steps[-1][0]
    made.storage.compute_returns_and_advantages(made.policy.get_value(last).detach())
    storage = made.storage

    def value(obs: th.Tensor) -> float:
        return float(made.policy.get_value(obs[None]).detach())

    for env in range(2):
        carried = 0.0
        for t in reversed(range(12)):
            obs, reward, over, cut, infos = steps[t]
            ended = bool(over[env] or cut[env])
            following = infos["final_obs"][env] if ended else obs[env]
            delta = reward[env] + discount * value(following) * (1 - over[env]) - value(storage.observations[t, env])
            carried = float(delta) + (0.0 if ended else discount * gae_lambda * carried)
            assert storage.advantages[t, env].item() == pytest.approx(carried, abs=1e-4)
            expected = carried + value(storage.observations[t, env])
            assert storage.returns[t, env].item() == pytest.approx(expected, abs=1e-4)
    assert sum(bool(s[2].any()) for s in steps) and sum(bool(s[3].any()) for s in steps)


def test_what_an_environment_gives_moves_to_the_agents_device() -> None:
    """The device `meta` stands for a GPU: torch refuses to mix it with the processor's tensors."""
    meta = th.device("meta")
    kept: list[Any] = []

    class Policy:
        def train(self, mode: bool) -> None:
            pass

        def __call__(self, obs: th.Tensor, training: bool) -> Any:
            assert obs.device == meta
            return th.zeros(2, dtype=th.int64), {
                "values": th.zeros(2, device=meta),
                "log_probs": th.zeros(2, device=meta),
            }

        def env_action(self, actions: th.Tensor) -> th.Tensor:
            return actions

        def get_value(self, obs: th.Tensor) -> th.Tensor:
            return th.zeros(2, device=obs.device)

    def step(actions: th.Tensor) -> Any:
        obs = th.zeros(2, 1)
        return obs, th.ones(2), th.zeros(2), th.tensor([1.0, 0.0]), {"final_obs": obs}

    env = SimpleNamespace(num_envs=2, step=step, reset=lambda: (th.zeros(2, 1), {}), uses=0)
    learner: Any = SimpleNamespace(
        policy=Policy(),
        env=env,
        device=meta,
        num_steps=2,
        irs=None,
        reward_scaler=None,
        global_step=0,
        global_episode=0,
        storage=SimpleNamespace(add=lambda *args, **kwargs: kept.append((args, kwargs))),
    )
    learner.live = Live(learner)
    learner.live.begin()
    on_policy.collect(learner)
    (obs, _, *flags, infos, next_obs), named = kept[0]
    assert {t.device for t in (obs, *flags, next_obs, infos["final_obs"], *named.values())} == {meta}
    assert learner.global_episode == 2


@pytest.mark.parametrize("cls", [PPO, A2C])
def test_the_learning_rate_falls_linearly_and_begins_anew(cls: Any, tmp_path: Path) -> None:
    made = agent(tmp_path, cls, lr=1e-3)
    seen: list[float] = []
    update = made.update

    def spy() -> Any:
        seen.append(made.policy.optimizers["opt"].param_groups[0]["lr"])
        return update()

    made.update = spy
    made.train(128, anneal_lr=True)
    made.train(64, anneal_lr=True)
    made.train(32)
    assert seen == pytest.approx([1e-3, 7.5e-4, 5e-4, 2.5e-4, 1e-3, 5e-4, 1e-3])


def test_intervals_count_updates_and_steps_are_whole_rollouts(tmp_path: Path) -> None:
    made = agent(tmp_path)
    made.eval_env = make_rllte_env(Ends, num_envs=2, asynchronous=False)
    made.train(200, log_interval=3, eval_interval=2, save_interval=3, num_eval_episodes=2)  # 7 updates of 32 steps
    assert [row["step"] for row in rows(made, "train")] == [96, 192, 224]
    assert [row["step"] for row in rows(made, "eval")] == [64, 128, 192, 224]
    saved = {p.stem for p in (made.logger.folder / "model").iterdir()}
    assert saved == {"agent_96", "agent_192", "agent_224", "best"}
    assert made.global_step == 224


def test_defect_3_2_episodes_are_counted_one_by_one_and_not_by_environments(tmp_path: Path) -> None:
    made = agent(tmp_path, num_envs=1, num_steps=70)
    made.train(70)
    assert made.global_episode == 20
    assert rows(made, "train")[-1]["episode_length"] == 3.5


def test_an_intrinsic_reward_watches_every_step_and_may_learn_and_spoil_its_copies(tmp_path: Path) -> None:
    made, plain = agent(tmp_path), agent(tmp_path)
    made.set(reward=Watcher(made.env, beta=0.0))
    watcher = made.irs
    for each in (made, plain):
        each.policy.freeze(each.encoder, each.dist)
    plain.policy.load_state_dict(made.policy.state_dict())
    for each in (made, plain):
        th.manual_seed(0)
        each.train(64)
    assert th.equal(weights(made), weights(plain))
    assert len(watcher.seen) == 32
    ended = [s for s in watcher.seen if (s[3] + s[4]).any()]
    assert ended
    assert all(th.allclose(s[5] - s[0], th.tensor(0.1), atol=1e-5) for s in watcher.seen)  # its own last observation


def test_the_weight_of_an_intrinsic_reward_decays(tmp_path: Path) -> None:
    made = agent(tmp_path)
    made.set(reward=Watcher(made.env, beta=2.0, kappa=0.5))
    made.train(96)
    assert made.irs.weight == 0.25


@pytest.mark.parametrize(("calls", "ended"), [(18, 0.0), (22, 1.0)])  # a rollout is 16 steps, the 18th ends an episode
def test_an_episode_that_ended_in_a_rollout_that_was_broken_off_is_forgotten(
    calls: int, ended: float, tmp_path: Path
) -> None:
    made = agent(tmp_path)
    made.set(reward=Watcher(made.env))
    forgotten: list[list[float]] = []
    made.irs.reset = lambda mask: forgotten.append(mask.tolist())
    step, left = made.env.step, calls

    def few(actions: th.Tensor) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            raise KeyboardInterrupt
        return step(actions)

    made.env.step = few
    with pytest.raises(KeyboardInterrupt):
        made.train(640)
    made.env.step = step
    forgotten.clear()
    made.train(32)
    assert forgotten == [[ended, ended]]
    forgotten.clear()
    made.train(32)
    assert forgotten == [[0.0, 0.0]]  # a whole rollout has been seen


def test_an_interrupt_saves_and_training_can_begin_again(tmp_path: Path) -> None:
    made = agent(tmp_path)
    step, calls = made.env.step, 0

    def once(actions: th.Tensor) -> Any:
        nonlocal calls
        calls += 1
        if calls == 20:
            raise KeyboardInterrupt
        return step(actions)

    made.env.step = once
    with pytest.raises(KeyboardInterrupt):
        made.train(640)
    assert [p.name for p in (made.logger.folder / "model").iterdir()] == ["agent_38.safetensors"]
    made.train(64)
    assert made.global_step == 38 + 64


def test_an_interrupt_amid_an_update_that_spoiled_a_weight_saves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = agent(tmp_path)

    def spoil() -> dict[str, Any]:
        made.policy.critic[1].bias.data.fill_(float("nan"))
        raise KeyboardInterrupt

    made.update = spoil
    with pytest.raises(KeyboardInterrupt):
        made.train(64)
    assert not (made.logger.folder / "model").exists()
    assert "not saved: At step 32 not every number is finite in: critic.1.bias" in capsys.readouterr().out


def test_rewards_that_are_not_numbers_end_training_before_they_are_learned(tmp_path: Path) -> None:
    made = agent(tmp_path, maker=lambda: Ends(nan_at=20))
    made.train(32)
    before = weights(made)
    with pytest.raises(NotFiniteError, match=r"step 64 .*: rewards"):
        made.train(32)
    assert th.equal(before, weights(made))
    assert [p.name for p in (made.logger.folder / "model").iterdir()] == ["agent_32.safetensors"]


def test_weights_that_are_not_numbers_are_named_and_not_saved(tmp_path: Path) -> None:
    made = agent(tmp_path)

    def spoil() -> dict[str, Any]:
        made.policy.critic[1].bias.data.fill_(float("inf"))
        return {"value_loss": 1.0}

    made.update = spoil
    with pytest.raises(NotFiniteError, match=r"critic\.1\.bias"):
        made.train(32)
    made.update = lambda: {"value_loss": float("nan")}
    made.policy.critic[1].bias.data.zero_()
    with pytest.raises(NotFiniteError, match="value_loss"):
        made.train(32)
    assert not (made.logger.folder / "model").exists()


def test_a_run_folder_that_cannot_be_made_ends_the_run_before_its_first_step(tmp_path: Path) -> None:
    made = agent(Path("/proc/nowhere"))
    with pytest.raises(FileError, match="log_dir"):
        made.train(64)
    assert made.global_step == 0
    with pytest.raises(ParameterError, match="leads out"):
        agent(tmp_path, tag="../outside").train(64)


def test_losses_are_not_required_of_update(tmp_path: Path) -> None:
    made = agent(tmp_path)
    made.update = lambda: made.logger.record("own_loss", th.tensor(0.5))
    made.train(32)
    assert rows(made, "train")[0]["own_loss"] == 0.5
