"""Losses of actors, and targets where encoder and slow encoder differ, against a computation by hand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch as th

from rllte.agent import DDPG, DQN, SAC, TD3, DrQv2, SACDiscrete
from rllte.common.prototype import BaseAugmentation
from rllte.core.errors import IncompatibleError
from rllte.env.testing import make_bitflipping_env
from rllte.env.testing.bitflipping import BitFlippingEnv
from rllte.xploit.encoder import VanillaMlpEncoder
from rllte.xploit.storage import HerReplayStorage
from rllte.xplore.reward import RND
from tests.rllte.agent.test_off_policy_modules import AGENTS, B, agent, batch, critic_step

ALPHA = 0.3


def learned(folder: Path, cls: Any, **kwargs: Any) -> Any:
    """An agent whose encoder learns, with networks and targets that all differ."""
    if cls in (SAC, SACDiscrete):
        kwargs["temperature"] = ALPHA
    made = agent(folder, cls, **kwargs)
    made.set(encoder=VanillaMlpEncoder(made.observation_space, 3, 8))
    made.freeze()
    th.manual_seed(9)
    with th.no_grad():
        for name, parameter in made.policy.named_parameters():
            if name != "log_alpha":
                parameter.add_(0.5 * th.randn_like(parameter))
    return made


def squashed(outputs: th.Tensor) -> tuple[th.Tensor, th.Tensor]:
    """Actions and log-probabilities: appendix C of arXiv 1812.05905."""
    mu, log_std = outputs.chunk(2, -1)
    normal = th.distributions.Normal(mu, log_std.clamp(-5, 2).exp())
    raw = normal.rsample()
    log_cosh = th.logaddexp(raw, -raw) - math.log(2)
    return raw.tanh(), (normal.log_prob(raw) + 2 * log_cosh).sum(-1)  # 1 - tanh^2 = 1 / cosh^2


def next_values(made: Any, obs: th.Tensor) -> th.Tensor:
    """V(s') of each algorithm: which encoder, which actor, which critics."""
    policy, cls = made.policy, type(made)
    fast = policy.encoder(obs)
    if cls is DrQv2:
        noise = (th.randn(B, 2) * policy.dist.stddev).clamp(-0.3, 0.3)
        return th.minimum(*policy.critic_target(fast, (policy.actor(fast).tanh() + noise).clamp(-1, 1)))
    slow = policy.encoder_target(obs)
    if cls is DQN:
        chosen = policy.qnet(fast)[0].argmax(-1)
        return policy.qnet_target(slow)[0][th.arange(B), chosen]
    if cls is SACDiscrete:
        probs = policy.actor(fast).softmax(-1)
        return (probs * (th.minimum(*policy.critic_target(slow)) - ALPHA * probs.log())).sum(-1)
    if cls is SAC:
        actions, log_probs = squashed(policy.actor(fast))
        return th.minimum(*policy.critic_target(slow, actions)) - ALPHA * log_probs
    actions = policy.actor_target(slow).tanh()
    if cls is TD3:
        actions = (actions + (th.randn(B, 2) * 0.2).clamp(-0.5, 0.5)).clamp(-1, 1)
    return th.stack(policy.critic_target(slow, actions)).amin(0)


@pytest.mark.parametrize("cls", AGENTS)
def test_the_value_of_what_follows_is_of_the_right_networks(cls: Any, tmp_path: Path) -> None:
    made = learned(tmp_path, cls)
    found, policy = batch(made), made.policy
    th.manual_seed(11)
    with th.no_grad():
        targets = found.rewards + found.discounts * next_values(made, found.next_observations)
        features = policy.encoder(found.observations)
        if made.action_type == "Discrete":
            values = [q[th.arange(B), found.actions] for q in (policy.qnet if cls is DQN else policy.critic)(features)]
        else:
            values = list(policy.critic(features, found.actions))
        errors = (values[0] - targets).abs()
        huber = (found.weights * th.where(errors < 1, 0.5 * errors**2, errors - 0.5)).mean().item()
        expected = huber if cls is DQN else critic_step(made, found, values, targets)
    th.manual_seed(11)
    assert made.update()["q_loss" if cls is DQN else "critic_loss"].item() == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("cls", [DDPG, TD3, DrQv2, SAC, SACDiscrete])
def test_the_loss_of_the_actor_is_that_of_the_paper(cls: Any, tmp_path: Path) -> None:
    made = learned(tmp_path, cls)
    policy, features = made.policy, th.randn(B, 3)
    if made.action_type == "Box":  # so that neither critic is always the smaller one
        heads = policy.critic.heads
        with th.no_grad():
            inputs = policy.critic.trunk(features), policy.actor(features)[:, :2].tanh()
            first, second = (head(th.cat(inputs, -1)) for head in (heads[0], heads[-1]))
            heads[-1][-1].bias.add_((first - second).median())
    th.manual_seed(11)
    with th.no_grad():
        outputs = policy.actor(features)
        if cls is SACDiscrete:
            probs = outputs.softmax(-1)
            expected = (probs * (ALPHA * probs.log() - th.minimum(*policy.critic(features)))).sum(-1).mean()
        elif cls is SAC:
            actions, log_probs = squashed(outputs)
            values = policy.critic(features, actions)
            assert _differ(values)
            expected = (ALPHA * log_probs - th.minimum(*values)).mean()
        elif cls is DrQv2:
            noise = (th.randn(B, 2) * policy.dist.stddev).clamp(-0.3, 0.3)
            values = policy.critic(features, (outputs.tanh() + noise).clamp(-1, 1))
            assert _differ(values)
            expected = -th.minimum(*values).mean()
        else:
            expected = -policy.critic(features, outputs.tanh())[0].mean()
    th.manual_seed(11)
    step = made.update_actor_and_alpha if cls in (SAC, SACDiscrete) else made.update_actor
    assert step(features)["actor_loss"].item() == pytest.approx(expected.item(), rel=1e-3)


def _differ(values: tuple[th.Tensor, ...]) -> bool:
    return bool((values[0] < values[1]).any() and (values[0] > values[1]).any())


@pytest.mark.parametrize("cls", [SAC, SACDiscrete])
def test_the_temperature_moves_towards_the_target_entropy(cls: Any, tmp_path: Path) -> None:
    for shift in (-5.0, 5.0):
        made = learned(tmp_path, cls)
        metrics = made.update_actor_and_alpha(th.randn(B, 3))
        made.target_entropy = metrics["entropy"].item() + shift
        before = made.alpha.item()
        made.policy.optimizers["alpha_opt"].state.clear()
        made.update_actor_and_alpha(th.randn(B, 3))
        assert (made.alpha.item() - before) * shift > 0


class Moved(BaseAugmentation):
    """Adds one."""

    def forward(self, x: th.Tensor) -> th.Tensor:
        return x + 1


def test_drqv2_augments_what_was_seen_and_what_followed(tmp_path: Path) -> None:
    made, plain = learned(tmp_path, DrQv2), learned(tmp_path, DrQv2)
    made.aug = Moved()
    found = batch(made)
    batch(plain, observations=found.observations + 1, next_observations=found.next_observations + 1)
    losses = []
    for each in (made, plain):
        th.manual_seed(11)
        losses.append(each.update()["critic_loss"].item())
    assert losses[0] == losses[1]


@pytest.mark.parametrize("cls", [DQN, SACDiscrete, SAC, TD3, DDPG])
def test_defect_22_goals_are_relabelled_for_every_agent_that_takes_them(cls: Any, tmp_path: Path) -> None:
    env = make_bitflipping_env(num_envs=2, asynchronous=False, n_bits=4, continuous=cls not in (DQN, SACDiscrete))
    made = cls(env=env, log_dir=tmp_path, num_init_steps=16, batch_size=B, hidden_dim=8, update_every_steps=1)
    world: Any = BitFlippingEnv(n_bits=4, continuous=made.action_type == "Box")
    spaces = made.observation_space, made.action_space
    sizes = {"storage_size": 100, "batch_size": B, "num_envs": 2, "discount": made.discount}
    made.set(storage=HerReplayStorage(*spaces, reward_fn=world.compute_reward, **sizes))
    made.train(60, log_interval=10**6)
    assert made.num_updates == 44
    rewards = th.cat([made.storage.sample().rewards for _ in range(20)])
    assert (rewards == 0).any()  # goals that were reached, though the agent has learned next to nothing


def test_hindsight_leaves_no_place_for_a_bonus_or_another_scale(tmp_path: Path) -> None:
    env = make_bitflipping_env(num_envs=2, asynchronous=False, n_bits=4)
    made = DQN(env=env, log_dir=tmp_path, num_init_steps=16, batch_size=B)
    world: Any = BitFlippingEnv(n_bits=4)
    spaces = made.observation_space, made.action_space
    sizes = {"storage_size": 100, "batch_size": B, "num_envs": 2, "discount": made.discount}
    made.set(storage=HerReplayStorage(*spaces, reward_fn=world.compute_reward, **sizes))
    with pytest.raises(IncompatibleError, match=r"RND adds or scales would be lost.*DictReplayStorage"):
        made.set(reward=RND(env))
    assert made.irs is None
    with pytest.raises(IncompatibleError, match="normalize_reward"):
        made.train(60, normalize_reward=True)


def test_defect_5_dqn_starts_explores_and_values_a_truncated_end(tmp_path: Path) -> None:
    """RLLTE's wanted a distribution that nobody had set, always took the best action, and took a cut for an end."""
    made = agent(tmp_path, DQN, epsilon_schedule="linear(1.0, 0.0, 100)", num_init_steps=0)
    made.freeze()
    obs = th.randn(600, 3)
    best = made.policy.q_values(obs).argmax(-1)
    shares = []
    for step in (0, 50, 100):
        made.policy.dist = made.dist.at(step)
        shares.append((made.policy(obs, training=True) == best).float().mean().item())
    assert shares == pytest.approx([1 / 3, 2 / 3, 1.0], abs=0.08)  # a random action is the best one by chance as well
    zeros, ones = th.zeros(1), th.ones(1)
    for _ in range(B):
        made.storage.add(obs[:1], zeros.long(), ones, zeros, ones, {"final_obs": obs[1:2]}, obs[2:3])
    assert (made.storage.sample().discounts == th.tensor(0.99)).all()
