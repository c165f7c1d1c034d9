"""What all off-policy agents share: every space, every trainable tensor, and one update against a computation by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.agent import DDPG, DQN, SAC, TD3, DrQv2, SACDiscrete
from rllte.core.errors import IncompatibleError, ParameterError, SpaceError
from rllte.core.types import VanillaReplayBatch
from rllte.env import make_minigrid_env, make_rllte_env
from rllte.xploit.encoder import VanillaMlpEncoder
from rllte.xploit.storage import VanillaReplayStorage
from rllte.xplore.augmentation import Identity
from rllte.xplore.distribution import Categorical, DiagonalGaussian, NormalNoise

AGENTS = [DQN, SACDiscrete, SAC, TD3, DDPG, DrQv2]
B = 12
SMALL = {"num_init_steps": 16, "batch_size": B, "hidden_dim": 8, "feature_dim": 6, "storage_size": 100}
SPACES: dict[str, gym.Space[Any]] = {
    "Box1": gym.spaces.Box(-1, 1, (3,)),
    "Box3": gym.spaces.Box(0, 255, (3, 36, 36), np.uint8),
    "Discrete": gym.spaces.Discrete(5),
    "MultiDiscrete": gym.spaces.MultiDiscrete([3, 2]),
    "MultiBinary": gym.spaces.MultiBinary(4),
    "Dict": gym.spaces.Dict(
        {"image": gym.spaces.Box(0, 255, (1, 12, 12), np.uint8), "state": gym.spaces.Box(-1, 1, (2,))}
    ),
}


class Anything(gym.Env[Any, Any]):
    """Draws observations and rewards; over after seven steps."""

    def __init__(self, kind: str = "Box1", box: bool = True) -> None:
        self.observation_space = SPACES[kind]
        self.action_space: Any = gym.spaces.Box(-2, 2, (2,)) if box else gym.spaces.Discrete(3)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        if seed is not None:
            self.observation_space.seed(seed)
        self.time = 0
        return self.observation_space.sample(), {}

    def step(self, action: Any) -> Any:
        self.time += 1
        return self.observation_space.sample(), float(self.np_random.normal()), self.time == 7, False, {}


def agent(folder: Path, cls: Any, kind: str = "Box1", num_envs: int = 1, **kwargs: Any) -> Any:
    box = cls not in (DQN, SACDiscrete)
    env = make_rllte_env(lambda: Anything(kind, box), num_envs=num_envs, asynchronous=False)
    return cls(env=env, log_dir=folder, **{**SMALL, **kwargs})


def train(made: Any, steps: int) -> None:
    made.train(num_train_steps=steps, log_interval=10**6, save_interval=10**6)


def batch(made: Any, **changes: th.Tensor) -> VanillaReplayBatch:
    """Hand-made: the second half is terminal."""
    th.manual_seed(5)
    discrete = made.action_type == "Discrete"
    actions = th.randint(3, (B,)) if discrete else th.rand(B, 2) * 2 - 1
    terminateds = th.cat([th.zeros(B // 2), th.ones(B - B // 2)])
    fields = (th.randn(B, 3), actions, th.randn(B), terminateds, th.zeros(B), th.randn(B, 3))
    made_batch = VanillaReplayBatch(*fields, 0.9 * (1 - terminateds), th.rand(B), th.arange(B))
    made_batch = made_batch._replace(**changes)
    made.storage.sample = lambda: made_batch
    return made_batch


def prepared(folder: Path, cls: Any, **kwargs: Any) -> Any:
    """Networks and targets that differ from each other, as in the midst of training."""
    made = agent(folder, cls, **kwargs)
    made.freeze()
    th.manual_seed(9)
    with th.no_grad():
        for name, parameter in made.policy.named_parameters():
            if name != "log_alpha":
                parameter.add_(0.3 * th.randn_like(parameter))
    return made


def critic_step(made: Any, found: VanillaReplayBatch, values: Any, targets: th.Tensor, halves: float = 0.5) -> float:
    return float(sum(halves * (found.weights * (value - targets) ** 2).mean() for value in values))


@pytest.mark.parametrize("kind", SPACES)
@pytest.mark.parametrize("cls", AGENTS)
def test_every_declared_observation_is_learned_from(cls: Any, kind: str, tmp_path: Path) -> None:
    if cls is DrQv2 and kind not in ("Box1", "Box3"):
        with pytest.raises(SpaceError, match="DrQv2 observes Box1 or Box3"):
            agent(tmp_path, cls, kind)
        return
    made = agent(tmp_path, cls, kind, num_envs=2)
    train(made, 24)
    assert made.num_updates > 0
    figures = made.eval(1)
    assert figures["episode_length"] == 7
    expected = (
        "DictReplayStorage" if kind == "Dict" else "NStepReplayStorage" if cls is DrQv2 else "VanillaReplayStorage"
    )
    assert type(made.storage).__name__ == expected


@pytest.mark.parametrize("cls", AGENTS)
def test_every_trainable_tensor_moves_and_so_do_the_targets(cls: Any, tmp_path: Path) -> None:
    made = agent(tmp_path, cls, num_envs=2, num_init_steps=16)
    mlp = VanillaMlpEncoder(made.observation_space, 3, 8)  # of the same size as the vector, and learned
    made.set(encoder=mlp)
    made.freeze()
    if cls is DQN:
        made.target_update_freq = 4
    if cls is SACDiscrete:
        made.critic_target_update_freq = 2
    before = {name: parameter.detach().clone() for name, parameter in made.policy.named_parameters()}
    train(made, 80)
    still = [name for name, parameter in made.policy.named_parameters() if th.equal(before[name], parameter)]
    assert not still
    if cls is not DrQv2:
        assert any(name.startswith("encoder_target") for name in before)


@pytest.mark.parametrize("cls", [SAC, SACDiscrete, TD3, DDPG, DrQv2])
def test_the_actor_leaves_critics_and_encoder_alone(cls: Any, tmp_path: Path) -> None:
    made = agent(tmp_path, cls)
    made.set(encoder=VanillaMlpEncoder(made.observation_space, 3, 8))
    made.freeze()
    features = made.policy.features(th.randn(B, 3))
    step = made.update_actor_and_alpha if cls in (SAC, SACDiscrete) else made.update_actor
    before = {name: parameter.detach().clone() for name, parameter in made.policy.named_parameters()}
    step(features.detach())
    moved = {name.split(".")[0] for name, p in made.policy.named_parameters() if not th.equal(before[name], p)}
    assert moved == ({"actor", "log_alpha"} if cls in (SAC, SACDiscrete) else {"actor"})


@pytest.mark.parametrize("double", [True, False])
def test_defect_5_dqn_one_update_by_hand(double: bool, tmp_path: Path) -> None:
    made = prepared(tmp_path, DQN, double=double)
    found = batch(made)
    policy = made.policy
    with th.no_grad():
        target, online = policy.target_q_values(found.next_observations), policy.q_values(found.next_observations)
        best = (online if double else target).argmax(-1)
        assert not th.equal(online.argmax(-1), target.argmax(-1))
        targets = found.rewards + found.discounts * target[th.arange(B), best]
        errors = (policy.q_values(found.observations)[th.arange(B), found.actions] - targets).abs()
    huber = th.where(errors < 1, 0.5 * errors**2, errors - 0.5)
    assert (errors > 1).any()
    learned: list[Any] = []
    made.storage.update = learned.append
    assert made.update()["q_loss"].item() == pytest.approx((found.weights * huber).mean().item(), rel=1e-5)
    th.testing.assert_close(learned[0]["td_errors"], errors)


def test_defect_13_ddpg_has_one_critic_and_a_target_of_the_actor_by_hand(tmp_path: Path) -> None:
    made = prepared(tmp_path, DDPG)
    found, policy = batch(made), made.policy
    assert len(policy.critic.heads) == 1
    with th.no_grad():
        (next_q,) = policy.critic_target(found.next_observations, policy.actor_target(found.next_observations).tanh())
        targets = found.rewards + found.discounts * next_q
        loss = critic_step(made, found, policy.critic(found.observations, found.actions), targets)
    targets_before = [p.clone() for p in policy.actor_target.parameters()]
    metrics = made.update()
    assert metrics["critic_loss"].item() == pytest.approx(loss, rel=1e-5)
    moved = zip(targets_before, policy.actor_target.parameters(), policy.actor.parameters(), strict=True)
    for old, new, own in moved:
        th.testing.assert_close(new, old + 0.001 * (own - old), atol=1e-7, rtol=1e-5)


def test_td3_one_update_by_hand(tmp_path: Path) -> None:
    made = prepared(tmp_path, TD3, target_noise=0.4, stddev_clip=0.2)
    found, policy = batch(made), made.policy
    with th.no_grad():  # so that neither critic is always the smaller one
        values = policy.critic_target(found.next_observations, policy.actor_target(found.next_observations).tanh())
        policy.critic_target.heads[1][-1].bias.add_((values[0] - values[1]).median())
    th.manual_seed(11)
    with th.no_grad():
        noise = (th.randn(B, 2) * 0.4).clamp(-0.2, 0.2)
        actions = (policy.actor_target(found.next_observations).tanh() + noise).clamp(-1, 1)
        first, second = policy.critic_target(found.next_observations, actions)
        assert (first < second).any()
        assert (first > second).any()
        targets = found.rewards + found.discounts * th.minimum(first, second)
        loss = critic_step(made, found, policy.critic(found.observations, found.actions), targets)
    th.manual_seed(11)
    assert made.update()["critic_loss"].item() == pytest.approx(loss, rel=1e-5)


def test_defect_4_td3_the_actor_learns_and_later_than_the_critics(tmp_path: Path) -> None:
    made = prepared(tmp_path, TD3, actor_update_freq=3)
    batch(made)
    moved = []
    for _ in range(6):
        before = made.policy.actor[-1].weight.detach().clone(), made.policy.critic_target.heads[0][-1].weight.clone()
        metrics = made.update()
        made.num_updates += 1
        after = made.policy.actor[-1].weight.detach(), made.policy.critic_target.heads[0][-1].weight
        moved.append(tuple(not th.equal(a, b) for a, b in zip(before, after, strict=True)))
        assert ("actor_loss" in metrics) == moved[-1][0]
    assert moved == [(False, False), (False, False), (True, True)] * 2


def test_sac_one_update_by_hand(tmp_path: Path) -> None:
    made = prepared(tmp_path, SAC, temperature=0.3)
    found, policy = batch(made), made.policy

    def drawn(obs: th.Tensor) -> tuple[th.Tensor, th.Tensor]:
        mu, log_std = policy.actor(obs).chunk(2, -1)
        normal = th.distributions.Normal(mu, log_std.clamp(-5, 2).exp())
        raw = normal.rsample()
        return raw.tanh(), (normal.log_prob(raw) - th.log(1 - raw.tanh() ** 2 + 1e-12)).sum(-1)

    th.manual_seed(11)
    with th.no_grad():
        actions, log_probs = drawn(found.next_observations)
        next_q = th.minimum(*policy.critic_target(found.next_observations, actions))
        targets = found.rewards + found.discounts * (next_q - 0.3 * log_probs)
        loss = critic_step(made, found, policy.critic(found.observations, found.actions), targets)
    th.manual_seed(11)
    metrics = made.update()
    assert metrics["critic_loss"].item() == pytest.approx(loss, rel=1e-3)
    assert made.target_entropy == -2
    assert (metrics["alpha"] > 0.3) == (metrics["entropy"] < -2)


def test_sacd_one_update_by_hand(tmp_path: Path) -> None:
    made = prepared(tmp_path, SACDiscrete, temperature=0.3)
    found, policy = batch(made), made.policy
    with th.no_grad():
        probs = policy.actor(found.next_observations).softmax(-1)
        next_q = th.minimum(*policy.critic_target(found.next_observations))
        values = (probs * (next_q - 0.3 * probs.log())).sum(-1)
        targets = found.rewards + found.discounts * values
        taken = [q[th.arange(B), found.actions] for q in policy.critic(found.observations)]
        loss = critic_step(made, found, taken, targets)
    assert made.update()["critic_loss"].item() == pytest.approx(loss, rel=1e-5)


@pytest.mark.parametrize("num_envs", [1, 3])
def test_defect_7_sacd_the_temperature_is_positive_and_learns_from_several_environments(
    num_envs: int, tmp_path: Path
) -> None:
    made = agent(tmp_path, SACDiscrete, num_envs=num_envs, update_every_steps=1)
    assert made.target_entropy == pytest.approx(0.98 * np.log(3))
    made.freeze()
    before = made.alpha.item()
    train(made, 40)
    assert before == 1.0
    assert 0 < made.alpha.item() != before


@pytest.mark.parametrize("cls", [SAC, SACDiscrete])
def test_a_fixed_temperature_stays(cls: Any, tmp_path: Path) -> None:
    made = agent(tmp_path, cls, temperature=0.05, fixed_temperature=True, update_every_steps=1)
    train(made, 30)
    assert made.num_updates > 0
    assert made.alpha.item() == pytest.approx(0.05)


def test_drqv2_one_update_by_hand(tmp_path: Path) -> None:
    made = prepared(tmp_path, DrQv2)
    made.policy.dist = made.dist.at(50_000)  # deviation 0.55
    found, policy = batch(made), made.policy
    th.manual_seed(11)
    with th.no_grad():
        noise = (th.randn(B, 2) * 0.55).clamp(-0.3, 0.3)
        actions = (policy.actor(found.next_observations).tanh() + noise).clamp(-1, 1)
        targets = found.rewards + found.discounts * th.minimum(*policy.critic_target(found.next_observations, actions))
        loss = critic_step(made, found, policy.critic(found.observations, found.actions), targets)
    th.manual_seed(11)
    assert made.update()["critic_loss"].item() == pytest.approx(loss, rel=1e-4)


def test_defect_13_drqv2_pixels_are_shifted_and_the_trunk_is_in_actor_and_critics(tmp_path: Path) -> None:
    made = agent(tmp_path, DrQv2, "Box3")
    assert type(made.aug).__name__ == "RandomShift"
    assert (made.storage.n_step, made.storage.discount) == (3, 0.99)
    size = made.encoder.feature_dim
    assert size > 1000  # the convolutions' own: the trunks project it
    for trunk in (made.policy.actor[0], made.policy.critic.trunk):
        assert (trunk[0].in_features, trunk[0].out_features) == (size, SMALL["feature_dim"])
    train(made, 20)
    plain = agent(tmp_path, DrQv2, "Box3")
    plain.set(augmentation=Identity())
    train(plain, 20)
    assert not th.equal(made.policy.actor[-1].weight, plain.policy.actor[-1].weight)


@pytest.mark.parametrize("cls", AGENTS)
def test_what_an_agent_has_no_use_for_is_refused(cls: Any, tmp_path: Path) -> None:
    made = agent(tmp_path, cls)
    if cls is not DrQv2:
        with pytest.raises(IncompatibleError, match="does not use an augmentation"):
            made.set(augmentation=Identity())
    wrong = DiagonalGaussian() if made.action_type == "Box" else NormalNoise()
    with pytest.raises((IncompatibleError, SpaceError), match=type(wrong).__name__):
        made.set(distribution=wrong)


def test_dqn_explores_by_the_values_with_a_categorical(tmp_path: Path) -> None:
    made = agent(tmp_path, DQN)
    made.set(distribution=Categorical())
    train(made, 30)
    assert made.num_updates > 0


def test_updates_and_steps_between_what_happens_more_rarely(tmp_path: Path) -> None:
    made = agent(tmp_path, DQN, update_every_steps=4)
    due = []
    for made.num_updates in range(8):
        due.append(made.due(10))
    assert due == [False, False, True, False, True, False, False, True]  # 12, 20, 32 pass 10, 20, 30
    made.num_updates = 1
    assert made.turn(2)
    assert not made.turn(3)


@pytest.mark.parametrize("betas", [("a", 0.9), (0.9,), (0.9, 1.0), 0.9, None])
def test_decay_rates_that_adam_does_not_take_are_refused(betas: Any, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"betas is .*expected (two numbers from 0 to below 1|a tuple)"):
        agent(tmp_path, SAC, betas=betas)


def test_a_storage_of_ones_own_that_cannot_be_saved_says_so(tmp_path: Path) -> None:
    made = agent(tmp_path, DQN)
    made.freeze()
    made.storage = object()
    with pytest.raises(ParameterError, match="object cannot be saved: it has no state_dict"):
        made.memory()


def test_a_replay_keeps_one_of_stacked_pictures_a_step_and_gives_the_same(tmp_path: Path) -> None:
    assert agent(tmp_path, DQN, "Box3").storage.frame_stack == 1
    stacks = make_minigrid_env("MiniGrid-Empty-5x5-v0", num_envs=2, frame_stack=3, asynchronous=False)
    assert stacks.frame_stack == 3
    made = [DQN(env=stacks, log_dir=tmp_path, seed=1, **SMALL) for _ in range(2)]
    assert made[0].storage.frame_stack == 3
    made[1].set(
        storage=VanillaReplayStorage(
            stacks.observation_space, stacks.action_space, "cpu", storage_size=100, batch_size=B, num_envs=2
        )
    )
    ends = []
    for each in made:
        stacks.reset(seed=3)
        th.manual_seed(0)
        each.train(60)
        ends.append(th.cat([p.detach().flatten() for p in each.policy.parameters()]))
    assert th.equal(*ends)


def test_the_size_of_the_features_is_that_of_dicts_too(tmp_path: Path) -> None:
    assert all(agent(tmp_path, cls, "Dict").encoder.feature_dim == 6 for cls in (DQN, SAC))
