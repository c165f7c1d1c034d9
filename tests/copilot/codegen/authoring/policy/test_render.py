"""Policies of all kinds pass the suites of policies and the tests of what was asked; the wrong variant does not."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen.authoring.spec import ActorPolicy, Policy, QPolicy
from tests.copilot.codegen.authoring.suites import failures, package

ACTOR_CRITICS: dict[str, dict[str, Any]] = {
    "plain": {},
    "trunk": {"trunk": [16], "actor": [8], "critic": [8], "function": "silu", "norm": True},
    "linear actor": {"actor": [], "critic": [8, 8]},
    "rates": {"actor_lr": 3e-4, "critic_lr": 1e-3},
    "deviations of the state": {"deviates": "state", "log_low": -5.0, "log_high": 2.0},
    "fixed deviation": {"deviates": "fixed", "deviation": 0.3, "squashed": True, "boxes": True},
    "bounded deviation": {"deviation": 0.5, "log_low": -3.0, "log_high": 0.0},
    "norm of the critic": {"critic_norm": True, "critic_function": "relu"},
    "dense": {"blocks": "dense", "actor": [8] * 3, "critic": [8] * 3},
    "residual": {"blocks": "residual", "actor": [8, 8], "critic": [8], "function": "relu"},
    "several critics": {"critics": 3, "combined": "median", "critic": [8]},
    "experts": {"experts": 4, "actor": [8]},
    "tasks": {"tasks": 3, "trunk": [16], "actor": [], "critic": []},
    "bins": {"bins": 11, "low": -5.0, "high": 5.0},
    "detached": {"detached": True, "trunk": [8]},
    "spectral": {"spectral": True, "critic": [8, 8]},
    "dropout": {"critic_dropout": 0.5},
}
Q_NETWORKS: dict[str, dict[str, Any]] = {
    "plain": {"hidden": [8, 8], "function": "gelu", "norm": True},
    "dueling": {"hidden": [], "dueling": "mean", "value": [8], "advantage": [8]},
    "largest advantage": {"hidden": [8], "dueling": "max", "value": [], "advantage": [8]},
    "noisy": {"hidden": [8], "noisy": 0.5, "noisy_layers": "last_two"},
    "several": {"heads": 3, "target": "min", "hidden": [8]},
    "atoms": {"hidden": [8], "atoms": 11, "low": -2.0, "high": 2.0},
    "quantiles": {"hidden": [8], "quantiles": 11},
    "rainbow": {"hidden": [], "dueling": "mean", "value": [8], "advantage": [8], "noisy": 0.5, "atoms": 11},
    "concatenated": {"hidden": [8], "concat_relu": True},
    "dropout": {"hidden": [64], "dropout": 0.5},
}
ACTORS: dict[str, dict[str, Any]] = {
    "norm": {"critic": [8, 8, 8], "critic_norm": True},
    "twin delayed": {"of": "TD3", "actor": [8, 4], "critic_function": "elu", "critic_lr": 1e-3, "actor_lr": 1e-4},
    "late action": {"of": "DDPG", "norm": True, "late_action": True},
    "dropout": {"critic_norm": True, "critic_dropout": 0.5, "critic": [8, 8]},
    "residual": {"blocks": "residual", "actor": [8], "critic": [8, 8]},
    "dense": {"blocks": "dense", "spectral": True, "log_low": -20.0},
}


def made(name: str, body: Policy | QPolicy | ActorPolicy) -> tuple[str, str]:
    places = {
        "policy": ("CartPole-v1", "PPO"),
        "q_policy": ("CartPole-v1", "DQN"),
        "actor_policy": ("Pendulum-v1", "SAC"),
    }
    sources = package(name, "policy", body, *places[body.family])
    return sources.module, sources.test


@pytest.mark.parametrize("fields", ACTOR_CRITICS.values(), ids=ACTOR_CRITICS)
def test_actor_critics(fields: dict[str, Any]) -> None:
    assert failures("OwnHeads", *made("OwnHeads", Policy(**fields))) == []


@pytest.mark.parametrize("fields", Q_NETWORKS.values(), ids=Q_NETWORKS)
def test_q_networks(fields: dict[str, Any]) -> None:
    assert failures("OwnValues", *made("OwnValues", QPolicy(**fields))) == []


@pytest.mark.parametrize("fields", ACTORS.values(), ids=ACTORS)
def test_actors_with_critics(fields: dict[str, Any]) -> None:
    assert failures("OwnActor", *made("OwnActor", ActorPolicy(**fields))) == []


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (Policy(actor=[], critic=[8]), Policy(actor=[8], critic=[8])),
        (Policy(actor_lr=3e-4, critic_lr=1e-3), Policy(actor_lr=1e-3, critic_lr=1e-3)),
        (Policy(deviates="fixed", deviation=0.3), Policy(deviation=0.3)),
        (Policy(deviates="state"), Policy()),
        (Policy(detached=True), Policy()),
        (Policy(boxes=True), Policy()),
        (Policy(critics=3, combined="min"), Policy(critics=3, combined="max")),
        (
            QPolicy(dueling="mean", hidden=[], value=[8], advantage=[8]),
            QPolicy(dueling="max", hidden=[], value=[8], advantage=[8]),
        ),
        (QPolicy(hidden=[8], noisy=0.5), QPolicy(hidden=[8], noisy=0.4)),
        (QPolicy(hidden=[8], atoms=11, low=-2.0), QPolicy(hidden=[8], atoms=11, low=-3.0)),
        (QPolicy(hidden=[8], heads=3, target="min"), QPolicy(hidden=[8], heads=2, target="mean")),
        (ActorPolicy(critic_norm=True), ActorPolicy(norm=True)),
        (ActorPolicy(critic_dropout=0.5), ActorPolicy()),
    ],
)
def test_the_wrong_variant_fails(asked: Policy | QPolicy | ActorPolicy, given: Policy | QPolicy | ActorPolicy) -> None:
    _, test = made("Wanted", asked)
    module, _ = made("Wanted", given)
    assert any("asked" in name for name in failures("Wanted", module, test))
