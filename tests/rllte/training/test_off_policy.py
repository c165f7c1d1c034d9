"""The off-policy loop: what is stored, when is learned, what goes on after a stop."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.agent import DDPG, DQN, SAC, TD3, DrQv2, SACDiscrete
from rllte.common.prototype import BaseReward
from rllte.core.bases.reward import ENOUGH
from rllte.core.errors import IncompatibleError, NotFiniteError
from rllte.env import make_rllte_env
from rllte.training.callbacks import Callback
from rllte.training.off_policy import INTRINSIC_STEPS, updates_due
from rllte.xploit.storage import PrioritizedReplayStorage, VanillaReplayStorage
from rllte.xplore.distribution import EpsilonGreedy

AGENTS = [DQN, SACDiscrete, SAC, TD3, DDPG, DrQv2]


class World(gym.Env[Any, Any]):
    """Reward 1 in each step; cut, or over, after five. Remembers the actions it is given."""

    observation_space = gym.spaces.Box(-9, 999, (2,))

    def __init__(self, box: bool = False, over: bool = False, nan_at: int = 0) -> None:
        self.action_space: Any = gym.spaces.Discrete(3)
        if box:
            self.action_space = gym.spaces.Box(np.float32([-2, 0]), np.float32([2, 10]))
        self.over, self.time, self.total, self.nan_at = over, 0, 0, nan_at
        self.given: list[Any] = []

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.time = 0
        return self._obs(), {}

    def step(self, action: Any) -> Any:
        self.given.append(np.array(action))
        self.time, self.total = self.time + 1, self.total + 1
        end = self.time == 5
        reward = float("nan") if self.total == self.nan_at else 1.0
        return self._obs(), reward, end and self.over, end and not self.over, {}

    def _obs(self) -> Any:
        return np.array([self.time / 5, 1.0], np.float32)


class Curious(BaseReward):
    """Pays 3 for each step, and counts what it is asked."""

    def __init__(self, envs: Any, **kwargs: Any) -> None:
        super().__init__(envs, rwd_norm_type="none", **kwargs)
        self.watched: list[tuple[th.Tensor, ...]] = []
        self.computed: list[tuple[int, ...]] = []
        self.learned: list[dict[str, th.Tensor]] = []

    def watch(self, *args: th.Tensor) -> None:
        self.watched.append(tuple(tensor.clone() for tensor in args))
        for tensor in args:
            tensor.zero_()

    def compute(self, samples: Mapping[str, th.Tensor], sync: bool = True) -> th.Tensor:
        self.computed.append(tuple(samples["observations"].shape))
        for tensor in samples.values():
            tensor.zero_()
        return self.weight * th.full(samples["rewards"].shape, 3.0)

    def update(self, samples: Mapping[str, th.Tensor]) -> None:
        self.learned.append(dict(samples))
        self.updates += 1


def agent(folder: Path, cls: Any = DQN, num_envs: int = 1, world: dict[str, Any] | None = None, **kwargs: Any) -> Any:
    box = cls not in (DQN, SACDiscrete)
    env = make_rllte_env(lambda: World(box, **(world or {})), num_envs=num_envs, asynchronous=False)
    settings = {"num_init_steps": 20, "batch_size": 16, "hidden_dim": 8, "storage_size": 500, "update_every_steps": 1}
    return cls(env=env, log_dir=folder, **{**settings, **kwargs})


def quietly(made: Any, steps: int, **kwargs: Any) -> None:
    made.train(num_train_steps=steps, **{"log_interval": 10**6, "save_interval": 10**6, **kwargs})


def worlds(made: Any) -> list[World]:
    return [env.unwrapped for env in made.env.env.envs]


def weights(made: Any) -> th.Tensor:
    return th.cat([p.detach().flatten() for p in made.policy.parameters()])


def rows(made: Any, kind: str) -> list[dict[str, Any]]:
    lines = (made.logger.folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["kind"] == kind]


def test_how_many_multiples_are_passed() -> None:
    assert [updates_due(b, b + 3, 4) for b in (0, 3, 6, 9)] == [0, 1, 1, 1]
    assert updates_due(0, 8, 2) == 4


@pytest.mark.parametrize("num_envs", [1, 3, 8])
def test_defect_3_2_as_many_updates_for_so_many_steps_whatever_the_number_of_environments(
    num_envs: int, tmp_path: Path
) -> None:
    made = agent(tmp_path, num_envs=num_envs, num_init_steps=24, update_every_steps=4)
    quietly(made, 120)
    assert made.global_step == 120
    assert made.num_updates == (120 - 24) // 4


def test_defect_3_2_no_interval_is_leapt_over(tmp_path: Path) -> None:
    made = agent(tmp_path, num_envs=3, update_every_steps=20)
    made.eval_env = make_rllte_env(World, num_envs=1)
    made.train(num_train_steps=810, eval_interval=100, save_interval=200, num_eval_episodes=1, log_interval=1000)
    assert [row["step"] for row in rows(made, "eval")] == [102, 201, 300, 402, 501, 600, 702, 801, 810]
    saved = sorted(int(f.stem.split("_")[1]) for f in (made.logger.folder / "model").glob("agent_*"))
    assert saved == [201, 402, 600, 801, 810]


def test_log_lines_count_episodes_and_carry_the_losses(tmp_path: Path) -> None:
    made = agent(tmp_path)
    made.train(num_train_steps=100, log_interval=4)
    lines = rows(made, "train")
    assert [line["episode"] for line in lines] == [4, 8, 12, 16, 20]
    assert all("q_loss" in line for line in lines[1:])


def test_learning_waits_for_a_batch(tmp_path: Path) -> None:
    made = agent(tmp_path, num_init_steps=0, batch_size=50)
    quietly(made, 60)
    assert made.num_updates == 11
    with pytest.raises(IncompatibleError, match="never a batch"):
        agent(tmp_path, storage_size=10, batch_size=50)


@pytest.mark.parametrize("cls", AGENTS)
def test_warm_up_actions_fill_the_space_and_later_ones_are_the_policys(cls: Any, tmp_path: Path) -> None:
    made = agent(tmp_path, cls, num_init_steps=200)
    made.freeze()
    made.policy.forward = lambda *args, **kwargs: pytest.fail("the policy acted in the warm-up")
    quietly(made, 200)
    given = np.stack(worlds(made)[0].given)
    if cls in (DQN, SACDiscrete):
        assert set(given.tolist()) == {0, 1, 2}
    else:
        assert given.min(0) == pytest.approx([-2, 0], abs=0.4)
        assert given.max(0) == pytest.approx([2, 10], abs=0.4)
        assert made.storage.sample().actions.abs().max() <= 1
    del made.policy.forward
    calls = []
    forward = made.policy.forward
    made.policy.forward = lambda *args, **kwargs: calls.append(1) or forward(*args, **kwargs)
    quietly(made, 10)
    assert len(calls) == 10


def test_evaluation_stretches_actions_too(tmp_path: Path) -> None:
    made = agent(tmp_path, SAC)
    made.freeze()
    made.policy.forward = lambda obs, training=True: th.tensor([[-1.0, 1.0]])
    made.eval(1)
    assert worlds(made)[0].given[0].tolist() == [-2, 10]


def test_defect_2_intrinsic_rewards_are_stored_and_learned_from(tmp_path: Path) -> None:
    plain, curious = agent(tmp_path), agent(tmp_path)
    curious.set(reward=Curious(curious.env))
    for made in (plain, curious):
        made.train(num_train_steps=100)
    assert plain.storage.sample().rewards.eq(1).all()
    assert curious.storage.sample().rewards.eq(4).all()
    assert not th.equal(weights(plain), weights(curious))
    assert rows(curious, "train")[-1]["intrinsic_reward"] == 3


def test_defect_2_the_intrinsic_reward_learns_and_sees_each_step_as_it_was(tmp_path: Path) -> None:
    made = agent(tmp_path, num_envs=2)
    made.set(reward=Curious(made.env, kappa=0.5))
    quietly(made, 2 * (2 * INTRINSIC_STEPS + 10))
    irs = made.irs
    assert irs.updates == 2
    assert len(irs.watched) == 2 * INTRINSIC_STEPS + 10
    assert set(irs.computed) == {(1, 2, 2)}
    rollout = irs.learned[0]
    assert rollout["observations"].shape == rollout["next_observations"].shape == (INTRINSIC_STEPS, 2, 2)
    times = (rollout["next_observations"][:, 0, 0] * 5).round().tolist()
    assert times[:6] == [1, 2, 3, 4, 5, 1]  # the episode's own last observation, not the next one's first
    assert rollout["truncateds"][:, 0].tolist()[:6] == [0, 0, 0, 0, 1, 0]
    assert set(made.storage.ring.rewards[: 2 * INTRINSIC_STEPS + 10].flatten().tolist()) == {4.0, 2.5, 1.75}


class Scaled(Curious):
    """Pays as much as the step has the number of, divided by the deviation of all so far."""

    def __init__(self, envs: Any) -> None:
        super().__init__(envs)
        self.rwd_norm_type = "rms"
        self.forgotten: list[list[float]] = []

    def compute(self, samples: Mapping[str, th.Tensor], sync: bool = True) -> th.Tensor:
        self.computed.append(())
        return self.scale(th.full(samples["rewards"].shape, 5.0 + 1e-3 * len(self.computed)), sync)

    def reset(self, ended: th.Tensor) -> None:
        self.forgotten.append(ended.tolist())


def test_nothing_is_paid_before_a_reward_has_seen_enough_to_be_scaled(tmp_path: Path) -> None:
    made = agent(tmp_path)
    made.set(reward=Scaled(made.env))
    quietly(made, 100)
    stored = made.storage.ring.rewards[:100].flatten()
    assert (stored[: ENOUGH - 1] == 1.0).all()  # without the rule they are up to 5 / 5e-4
    assert (stored[ENOUGH - 1 :] > 100.0).all()


def test_where_episodes_are_broken_off_they_are_forgotten(tmp_path: Path) -> None:
    made = agent(tmp_path, DDPG, num_envs=2)
    made.set(reward=Scaled(made.env))
    quietly(made, 28, normalize_reward=True)
    quietly(made, 28, normalize_reward=True)
    assert made.irs.forgotten == [[1.0, 1.0]]  # of the start alone: the second call went on
    assert made.reward_scaler.sums.tolist() != [0.0, 0.0]
    assert all(path.any() for path in made.dist.state().values()) and made.dist.state()
    made.env.reset()
    made.live.begin()
    assert made.irs.forgotten == [[1.0, 1.0]] * 2
    assert made.reward_scaler.sums.tolist() == [0.0, 0.0]
    assert all(not path.any() for path in made.dist.state().values())


def test_an_intrinsic_reward_of_weight_nothing_changes_nothing(tmp_path: Path) -> None:
    plain, bored = agent(tmp_path), agent(tmp_path)
    bored.set(reward=Curious(bored.env, beta=0.0))
    for made in (plain, bored):
        th.manual_seed(3)
        quietly(made, 100)
    assert th.equal(weights(plain), weights(bored))


def test_pretraining_leaves_the_environments_rewards_out(tmp_path: Path) -> None:
    made = agent(tmp_path, pretraining=True)
    with pytest.raises(IncompatibleError, match="intrinsic reward"):
        made.check()
    made.set(reward=Curious(made.env))
    made.train(num_train_steps=60)
    assert made.storage.sample().rewards.eq(3).all()
    assert list((made.logger.folder / "model").glob("pretrained_*"))


def test_defect_12_schedules_follow_environment_steps_and_not_updates(tmp_path: Path) -> None:
    made = agent(tmp_path, num_envs=2, num_init_steps=0)
    seen = []

    class Watched(Callback):
        def on_step(self, agent: Any) -> None:
            seen.append(agent.policy.dist.epsilon)

    made.set(distribution=EpsilonGreedy("linear(1.0, 0.0, 100)"))
    quietly(made, 50, callbacks=[Watched()])
    assert made.num_updates == 36  # from the step that fills a batch of 16
    assert seen == pytest.approx([1 - step / 100 for step in range(0, 50, 2)])


def test_noise_that_drifts_begins_anew_with_each_episode(tmp_path: Path) -> None:
    made = agent(tmp_path, DDPG, num_envs=2)
    ended: list[float] = []
    made.dist.reset = lambda mask: ended.append(float(mask.sum()))
    quietly(made, 20)
    assert ended == [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2]  # first at the start


def test_a_cut_episode_is_bootstrapped_and_a_terminal_one_is_not(tmp_path: Path) -> None:
    """With gamma = 1/2 a reward of 1 for ever is worth 2; at the fifth and last step of an episode 1."""
    values = {}
    for over in (False, True):
        made = agent(
            tmp_path, world={"over": over}, discount=0.5, hidden_dim=32, target_update_freq=2, lr=5e-3, batch_size=32
        )
        quietly(made, 700)
        with th.no_grad():
            values[over] = made.policy.q_values(th.tensor([[0.8, 1.0]])).mean().item()
    assert values[False] == pytest.approx(2.0, abs=0.1)
    assert values[True] == pytest.approx(1.0, abs=0.1)


def test_defect_10_priorities_follow_the_errors_and_weights_are_used(tmp_path: Path) -> None:
    made = agent(tmp_path)
    storage = PrioritizedReplayStorage(made.observation_space, made.action_space, "cpu", 500, 16, 1)
    made.set(storage=storage)
    quietly(made, 100)
    batch = made.storage.sample()
    assert len(batch.weights.unique()) > 1
    update, learned = storage.update, []
    storage.update = lambda metrics: learned.append(metrics) or update(metrics)
    storage.sample = lambda: batch
    made.update()
    assert th.equal(learned[0]["indices"], batch.indices)
    with th.no_grad():
        assert learned[0]["td_errors"].unique().numel() > 1
    spread = storage.sampler.tree.get(batch.indices.numpy())
    assert len(np.unique(spread)) > 1


@pytest.mark.parametrize("cls", AGENTS)
def test_defect_10_importance_weights_change_what_is_learned(cls: Any, tmp_path: Path) -> None:
    after = []
    for weight in (1.0, 0.0):
        made = agent(tmp_path, cls)
        quietly(made, 25)
        sample = made.storage.sample
        made.storage.sample = lambda s=sample, w=weight: s()._replace(weights=th.full((16,), w))
        th.manual_seed(0)
        made.num_updates = 0
        critic = made.policy.qnet if cls is DQN else made.policy.critic
        before = th.cat([p.detach().flatten().clone() for p in critic.parameters()])
        optimizer = made.policy.optimizers["opt" if cls is DQN else "critic_opt"]
        optimizer.state.clear()
        if cls is DDPG:
            optimizer.param_groups[0]["weight_decay"] = 0.0
        made.update()
        after.append(float((th.cat([p.detach().flatten() for p in critic.parameters()]) - before).abs().sum()))
    assert after[0] > 0
    assert after[1] == 0


@pytest.mark.parametrize("num_envs", [1, 2])
@pytest.mark.parametrize("cls", AGENTS)
def test_a_run_goes_on_from_a_checkpoint_bit_for_bit(cls: Any, num_envs: int, tmp_path: Path) -> None:
    whole = agent(tmp_path, cls, num_envs)
    quietly(whole, 36 * num_envs)
    quietly(whole, 20 * num_envs)
    half = agent(tmp_path, cls, num_envs)
    quietly(half, 36 * num_envs)
    file = half.save(tmp_path / "half.safetensors", storage=True)
    rest = agent(tmp_path, cls, num_envs, seed=77)
    rest.load(file)
    quietly(rest, 20 * num_envs)
    assert (rest.global_step, rest.num_updates) == (whole.global_step, whole.num_updates)
    assert th.equal(weights(rest), weights(whole))
    assert th.equal(th.cat([p.flatten() for p in rest.policy.state_dict().values()]).isnan().any(), th.tensor(False))


def test_a_run_with_an_intrinsic_reward_goes_on_with_what_it_has_yet_to_learn(tmp_path: Path) -> None:
    def curious() -> Any:
        made = agent(tmp_path)
        made.set(reward=Curious(made.env))
        return made

    half, rest = curious(), curious()
    quietly(half, INTRINSIC_STEPS + 10)
    rest.load(half.save(tmp_path / "half.safetensors", storage=True))
    quietly(rest, INTRINSIC_STEPS - 10)
    assert rest.irs.updates == 2
    learned = rest.irs.learned[0]["observations"][:, 0, 0]
    assert th.equal(learned, (th.arange(INTRINSIC_STEPS) + INTRINSIC_STEPS) % 5 / 5)


def test_the_same_seed_gives_the_same_bits(tmp_path: Path) -> None:
    runs = []
    for seed in (1, 1, 2):
        made = agent(tmp_path, SAC, 2, seed=seed)
        quietly(made, 60)
        runs.append(weights(made))
    assert th.equal(runs[0], runs[1])
    assert not th.equal(runs[0], runs[2])


def test_a_storage_without_a_say_on_its_size_or_of_ones_own_is_taken(tmp_path: Path) -> None:
    made = agent(tmp_path)

    class Own(VanillaReplayStorage):
        """A user's."""

    made.set(storage=Own(made.observation_space, made.action_space, "cpu", 500, 16, 1))
    quietly(made, 40)
    assert made.num_updates == 20


def test_a_discount_that_the_storage_does_not_share_is_refused(tmp_path: Path) -> None:
    made = agent(tmp_path, discount=0.9)
    with pytest.raises(IncompatibleError, match=r"discount=0\.99, DQN has discount=0\.9"):
        made.set(storage=VanillaReplayStorage(made.observation_space, made.action_space, "cpu", 500, 16, 1))


def test_a_reward_that_is_no_number_ends_the_run_and_nothing_is_saved(tmp_path: Path) -> None:
    made = agent(tmp_path, world={"nan_at": 33})
    with pytest.raises(NotFiniteError, match=r"At step 33 .*rewards"):
        made.train(num_train_steps=60)
    assert not list((made.logger.folder / "model").glob("*"))


def test_a_loss_that_is_no_number_ends_the_run_and_nothing_is_saved(tmp_path: Path) -> None:
    made = agent(tmp_path, lr=1.0)
    made.freeze()
    with th.no_grad():
        made.policy.qnet_target.heads[0][-1].bias.fill_(float("inf"))
    with pytest.raises(NotFiniteError, match="q_loss"):
        made.train(num_train_steps=60)
    assert not list((made.logger.folder / "model").glob("*"))


def test_normalisation_sees_each_step_and_reaches_the_storage(tmp_path: Path) -> None:
    made = agent(tmp_path)
    quietly(made, 60, normalize_obs=True, normalize_reward=True)
    assert made.encoder.normalizer.norms["observations"].count == 60
    assert not made.storage.sample().rewards.eq(1).all()


def test_the_learning_rate_falls_to_nothing_if_asked(tmp_path: Path) -> None:
    made = agent(tmp_path, lr=1e-2)
    rates = []

    class Watched(Callback):
        def on_update(self, agent: Any, metrics: Mapping[str, Any]) -> None:
            rates.append(agent.policy.optimizers["opt"].param_groups[0]["lr"])

    quietly(made, 100, anneal_lr=True, callbacks=[Watched()])
    assert rates == pytest.approx([1e-2 * (1 - step / 100) for step in range(21, 101)])
    assert made.policy.optimizers["opt"].param_groups[0]["lr"] == 1e-2
