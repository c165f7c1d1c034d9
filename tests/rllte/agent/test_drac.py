"""DrAC and DrDAAC: what the regularisers add, and that without them nothing is added."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch as th

from rllte.agent import DAAC, PPO, DrAC, DrDAAC
from rllte.xplore.augmentation import GaussianNoise, Identity, RandomAmplitudeScaling, RandomCrop
from tests.rllte.agent.probes import build, disturb, noise, weights, with_rollout

SAME = {"lr": 1e-3, "discount": 0.99, "clip_range": 0.2, "clip_range_vf": 0.2, "num_steps": 16}
PAIRS = [(DrAC, PPO, {"n_epochs": 3}), (DrDAAC, DAAC, {"value_epochs": 3})]


class Doubled(GaussianNoise):
    """Twice the observation."""

    def forward(self, x: th.Tensor) -> th.Tensor:
        return x * 2.0


@pytest.mark.parametrize(("cls", "plain", "own"), PAIRS)
def test_without_weight_the_regularisers_change_no_bit(cls: Any, plain: Any, own: Any, tmp_path: Path) -> None:
    def learned(kind: Any, **kwargs: Any) -> th.Tensor:
        agent = build(kind, tmp_path, **SAME, **own, **kwargs)
        agent.train(96, log_interval=100)
        return weights(agent)

    base = learned(plain)
    assert th.equal(base, learned(cls, aug_coef=0.0))
    assert not th.equal(base, learned(cls, aug_coef=0.1))
    assert not th.equal(learned(cls, aug_coef=0.1), learned(cls, aug_coef=1.0))


@pytest.mark.parametrize(("cls", "plain", "own"), PAIRS)
def test_another_augmentation_is_learned_from(cls: Any, plain: Any, own: Any, tmp_path: Path) -> None:
    def learned(augmentation: Any) -> th.Tensor:
        agent = build(cls, tmp_path, **SAME, **own)
        agent.set(augmentation=augmentation)
        agent.train(48, log_interval=100)
        return weights(agent)

    assert not th.equal(learned(RandomAmplitudeScaling()), learned(GaussianNoise(0.0, 0.5)))


def test_the_loss_of_drac_by_hand(tmp_path: Path) -> None:
    """arXiv 2006.12862: J_PPO - alpha (G_pi + G_V), the observation's own policy and value held fixed."""
    agent = with_rollout(build(DrAC, tmp_path, aug_coef=0.3))
    disturb(agent)
    batch = next(iter(agent.storage.sample()))

    agent.aug = Doubled()
    loss, metrics = agent.loss(batch)
    plain, _ = PPO.loss(agent, batch)
    dist, values = agent.policy.get_dist_and_value(batch.observations)
    other, other_values = agent.policy.get_dist_and_value(batch.observations * 2.0)
    g_pi = (dist.probs.detach() * (dist.logits.detach() - other.logits)).sum(-1).mean()
    g_v = ((values.detach() - other_values) ** 2).mean()
    th.testing.assert_close(loss, plain + 0.3 * (g_pi + g_v))
    assert g_pi > 0
    assert metrics["aug_value_loss"].item() == pytest.approx(g_v.item(), rel=1e-5)
    for mine, expected in zip(
        th.autograd.grad(loss, agent.policy.parameters()),
        th.autograd.grad(plain + 0.3 * (g_pi + g_v), agent.policy.parameters()),
        strict=True,
    ):
        th.testing.assert_close(mine, expected)


@pytest.mark.parametrize("part", ["policy_loss", "value_loss"])
def test_the_losses_of_drdaac_by_hand(part: str, tmp_path: Path) -> None:
    """J_DAAC gets G_pi and the critic's loss G_V, the observation's own policy and value held fixed."""
    agent = with_rollout(build(DrDAAC, tmp_path, aug_coef=0.3))
    disturb(agent)
    batch = next(iter(agent.storage.sample()))
    agent.aug = Doubled()
    loss, _ = getattr(agent, part)(batch)
    plain, _ = getattr(DAAC, part)(agent, batch)
    obs, policy = batch.observations, agent.policy
    if part == "policy_loss":
        mine, other = policy.get_dist(obs), policy.get_dist(obs * 2.0)
        extra = (mine.probs.detach() * (mine.logits.detach() - other.logits)).sum(-1).mean()
    else:
        extra = ((policy.get_value(obs).detach() - policy.get_value(obs * 2.0)) ** 2).mean()
    assert extra > 0
    parameters = policy.actor_parameters() if part == "policy_loss" else policy.critic_parameters()
    found, expected = (th.autograd.grad(x, parameters) for x in (loss, plain + 0.3 * extra))
    th.testing.assert_close(loss, plain + 0.3 * extra)
    for one, another in zip(found, expected, strict=True):
        th.testing.assert_close(one, another)


def test_what_changes_nothing_costs_nothing(tmp_path: Path) -> None:
    agent = with_rollout(build(DrAC, tmp_path, noise("Box3")))
    agent.aug = Identity()
    _, metrics = agent.loss(next(iter(agent.storage.sample())))
    assert metrics["aug_policy_loss"].item() == pytest.approx(0.0, abs=1e-6)
    assert metrics["aug_value_loss"].item() == pytest.approx(0.0, abs=1e-10)


def test_defect_20_the_default_augmentations_keep_shape_and_meaning(tmp_path: Path) -> None:
    """RLLTE drowned states in noise of deviation 1."""
    images, states = build(DrAC, tmp_path, noise("Box3")), build(DrDAAC, tmp_path)
    assert isinstance(images.aug, RandomCrop)
    batch = th.randint(0, 256, (4, *images.obs_shape), dtype=th.uint8)
    assert images.aug(batch).shape == batch.shape
    assert isinstance(states.aug, GaussianNoise)
    assert states.aug.sigma <= 0.05
