"""Actor-critics part by part, and what is told of deviations, gradients, values and rates."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen.authoring import design
from copilot.codegen.authoring.spec import Policy
from copilot.core.catalogue import load_catalogue


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (
            "on-policy 策略，演员小、评论家大：编码器之后，actor 是两层 64 单元的 tanh 网络，critic 是三层 512 单元的 "
            "ReLU 网络，两边不共享任何层，但学习率不同，"
            "actor 用 3e-4，critic 用 1e-3。",
            {"actor": [64, 64], "critic": [512] * 3, "critic_function": "relu", "actor_lr": 3e-4, "critic_lr": 1e-3},
        ),
        (
            "Policy for PPO where the actor has two 64-unit tanh layers and the critic two 256-unit ReLU layers.",
            {"actor": [64, 64], "critic": [256, 256], "function": "tanh", "critic_function": "relu"},
        ),
        (
            "Actor-critic policy with state-dependent standard deviation: the actor puts out mean and log std, log std "
            "clamped to "
            "[-5, 2].",
            {"deviates": "state", "log_low": -5.0, "log_high": 2.0},
        ),
        (
            "A PPO policy: the policy's mean is squashed by tanh before the Gaussian so that actions remain in [-1, "
            "1], std fixed at "
            "0.3 and not "
            "learned.",
            {"squashed": True, "deviates": "fixed", "deviation": 0.3},
        ),
        (
            "On-policy policy where the Gaussian std isn't learned at all: constant 0.3 in every dimension. Discrete "
            "spaces refused. "
            "Else like OnPolicySharedActorCritic with hidden_dim 128.",
            {"deviates": "fixed", "deviation": 0.3, "boxes": True, "actor": [128, 128]},
        ),
        (
            "I want the actor to be linear (Rajeswaran et al. 2017 'towards generalization and simplicity'), no hidden "
            "layer whatsoever, "
            "and only the critic having 2 hidden layers of 64, tanh. PPO, Box & Discrete actions.",
            {"actor": [], "critic": [64, 64]},
        ),
        (
            "多任务策略：观测的最后3维是任务的one-hot，每个任务有自己的actor头和critic头，前面的隐藏层（128，tanh）共享"
            "，用于PPO。",
            {"tasks": 3, "trunk": [128], "function": "tanh"},
        ),
        ("Policy where the critic's gradient does not reach the encoder.", {"detached": True}),
        (
            "PPO policy whose value head predicts 51 bins between -5 and 5 (two-hot), the value is the expectation",
            {"bins": 51, "low": -5.0, "high": 5.0},
        ),
        (
            "Policy w/ D2RL-style dense connections, 4 layers of 256 in actor and critic",
            {"blocks": "dense", "actor": [256] * 4, "critic": [256] * 4},
        ),
        (
            "Mixture-of-experts policy: 4 expert actors of 64 units, softmax gate on features; critic 64 64",
            {"experts": 4, "actor": [64], "critic": [64, 64]},
        ),
        (
            "策略网络：共享主干 256，演员头 64，评论家头 128，激活函数 GELU，评论家加层归一化",
            {"trunk": [256], "actor": [64], "critic": [128], "function": "gelu", "norm": False, "critic_norm": True},
        ),
        ("on-policy policy, initial log std -1, bounded between -3 and 0", {"log_low": -3.0, "log_high": 0.0}),
        (
            "a policy whose standard deviation depends on the state and is clamped between 0.05 and 1",
            {"log_low": -2.9957, "log_high": 0.0},
        ),
        ("policy network with dropout 0.1 in the critic", {"dropout": 0.0, "critic_dropout": 0.1}),
    ],
)
def test_each_part_gets_what_is_said_of_it(request_: str, fields: dict[str, Any]) -> None:
    found = design(request_, load_catalogue(), model=False)
    assert isinstance(found.spec.body, Policy)
    assert {name: getattr(found.spec.body, name) for name in fields} == fields
    assert found.unread == []


def test_what_no_policy_holds_is_named() -> None:
    found = design("a policy with two hidden layers of 64 and spline units", load_catalogue(), model=False)
    assert any("spline" in words for words in found.unread)
