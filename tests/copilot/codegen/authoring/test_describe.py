"""A request that names no kind of module is of the kind that its words tell of."""

from __future__ import annotations

import pytest

from copilot.codegen.authoring.describe import described


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("same convolutions as the dqn atari network, but silu instead of every relu, and 192 features", "encoder"),
        (
            "pay how much lower the error of a forward model is than that of a slow copy: novelty without noisy tvs",
            "reward",
        ),
        ("state-vector masking: every entry is set to zero with a chance of 10 %", "augmentation"),
        ("pink noise as action noise for ddpg, scale 0.3", "distribution"),
        (
            "half of each batch from the newest 5000 transitions of the replay buffer, the other half from all of it",
            "storage",
        ),
        ("a value stream and an advantage stream with one hidden layer each, a policy for dqn", "policy"),
        (
            "the policy loss is minus exp(advantage) times the log-probability, no ratio, the critic on the returns",
            "agent",
        ),
    ],
)
def test_the_kind_that_most_is_said_of(text: str, kind: str) -> None:
    assert described(text) == kind


@pytest.mark.parametrize("text", ["hello there", "ppo, 20k steps", "what is this for?", "8 environments please"])
def test_what_tells_of_nothing_is_of_no_kind(text: str) -> None:
    assert described(text) is None
