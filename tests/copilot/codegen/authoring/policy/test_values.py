"""Q-networks for DQN, and actors with critics for SAC, TD3 and DDPG."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen.authoring import design
from copilot.codegen.authoring.spec import ActorPolicy, QPolicy
from copilot.core.catalogue import load_catalogue


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (
            "Dueling network policy for DQN: after the encoder a value stream and an advantage stream, each with one "
            "hidden layer of "
            "256, combined with the mean advantage subtracted. Keep a target copy like the ready-made one.",
            {"dueling": "mean", "value": [256], "advantage": [256], "hidden": []},
        ),
        (
            "Could you write a Q-network with NoisyNet layers (Fortunato et al.) in place of the final two linear "
            "layers? factorised "
            "Gaussian, sigma0 = 0.5, hidden 128. Noise redrawn at each forward when training; in eval no noise at all. "
            "Then I can get rid "
            "of epsilon.",
            {"noisy": 0.5, "noisy_layers": "last_two", "hidden": [128]},
        ),
        (
            "C51 (Bellemare, Dabney, Munos 2017) network: 51 atoms between -10 and 10. I need q_values as "
            "expectation, and the "
            "log-probabilities (B, n, 51) for the loss in my agent. 2 hidden layers of 128.",
            {"atoms": 51, "low": -10.0, "high": 10.0, "hidden": [128, 128]},
        ),
        ("QR-DQN style policy: 51 quantiles per action, q values are their mean.", {"quantiles": 51}),
        (
            "Q-network policy with an ensemble of 5 heads, whose mean is used for acting and whose minimum for the targets.",
            {"heads": 5, "target": "min"},
        ),
        (
            "loss of plasticity 的问题：想要一个用CReLU（Abbas 2023，concat[relu(x), "
            "relu(-x)]）做激活的Q网络策略，隐藏层128，所以下一层输入256。要有目标网络，"
            "离散动作。",
            {"concat_relu": True, "hidden": [128], "activations": [256]},
        ),
        ("dueling net but subtract the max advantage instead of the mean", {"dueling": "max"}),
        (
            "A plain Q-network with three hidden layers of 128 and GELU for DQN",
            {"hidden": [128] * 3, "function": "gelu"},
        ),
        (
            "写一个策略网络：DQN 的双流（dueling），价值流和优势流各一层 256，用噪声线性层",
            {"dueling": "mean", "value": [256], "advantage": [256], "noisy": 0.5},
        ),
    ],
)
def test_networks_of_action_values(request_: str, fields: dict[str, Any]) -> None:
    found = design(request_, load_catalogue(), model=False)
    assert isinstance(found.spec.body, QPolicy)
    assert {name: getattr(found.spec.body, name) for name in fields} == fields
    assert (found.unread, found.spec.agent) == ([], "DQN")


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (
            "droq policy: sac-like critics but with dropout 0.01 and layernorm after each linear layer before relu, "
            "two critics, hidden "
            "256. dropout on in targets too, off when acting greedily",
            {"of": "SAC", "critic_norm": True, "norm": False, "critic_dropout": 0.01, "critic": [256, 256]},
        ),
        (
            "SAC policy with layer norm in both critics and 3 hidden layers of 256, actor 2 layers of 256, ReLU",
            {"critic": [256] * 3, "actor": [256, 256], "critic_norm": True, "norm": False},
        ),
        (
            "TD3 policy: actor 400, 300; critics 256 256 256 with ELU; critic learning rate 1e-3, actor learning rate 1e-4",
            {
                "of": "TD3",
                "actor": [400, 300],
                "critic": [256] * 3,
                "critic_function": "elu",
                "critic_lr": 1e-3,
                "actor_lr": 1e-4,
            },
        ),
        (
            "for DDPG: actor with LayerNorm, 256 256, tanh output; critic where the action enters at the second layer",
            {"of": "DDPG", "norm": True, "late_action": True},
        ),
        (
            "SAC 策略：评论家使用层归一化，隐藏层 512、512；演员 256、256",
            {"critic": [512, 512], "actor": [256, 256], "critic_norm": True},
        ),
    ],
)
def test_actors_and_critics(request_: str, fields: dict[str, Any]) -> None:
    found = design(request_, load_catalogue(), model=False)
    assert isinstance(found.spec.body, ActorPolicy)
    assert {name: getattr(found.spec.body, name) for name in fields} == fields
    assert found.unread == []
