"""Terms and targets of an algorithm, as they are asked for."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen.authoring import design
from copilot.codegen.authoring.spec import Learner
from copilot.core.catalogue import load_catalogue


def read(request: str) -> tuple[Learner, list[str]]:
    found = design(request, load_catalogue(), model=False)
    assert isinstance(found.spec.body, Learner)
    return found.spec.body, found.unread


@pytest.mark.parametrize(
    ("request_", "terms"),
    [
        ("Write a PPO variant that penalises the KL divergence from the old policy with coefficient 0.02 where PPO clips "
         "the ratio.", {"kl_penalty": (0.02, None)}),
        ("Write PPO with dual clipping, c = 3, and clip range 0.1", {"clip": (1.0, 0.1)}),
        ("A variant of A2C with an entropy coefficient that decays linearly from 0.02 to 0 over training",
         {"gradient": (1.0, None), "entropy": (0.02, None)}),
        ("写一个 PPO 变体：价值损失用 Huber 损失，系数 0.25，优势不归一化", {"huber_value": (0.25, None)}),
        ("写一个 PPO 变体，加上系数为 0.05 的自模仿损失，熵系数 0.02",
         {"self_imitation": (0.05, None), "entropy": (0.02, None)}),
        ("PPO variant: 4 epochs, value clipping 0.3, entropy 0.02, gradient clipping at 0.3", {"clipped_value": (0.5, 0.3)}),
    ],
)  # fmt: skip
def test_terms_have_their_weights(request_: str, terms: dict[str, tuple[float, float | None]]) -> None:
    body, unread = read(request_)
    found = {term.name: (term.weight, term.value) for term in body.terms}
    assert {name: found[name] for name in terms} == terms  # type: ignore[index]
    assert not ("kl_penalty" in found and "clip" in found)
    assert unread == []


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        ("在 DQN 的基础上写一个 Munchausen DQN：alpha 取 0.8，熵温度取 0.05，对数策略截断到 [-2, 0]",
         {"targets": "munchausen", "alpha": 0.8, "temperature": 0.05, "log_low": -2.0}),
        ("Implement QR-DQN with 51 quantiles", {"error": "quantile", "quantiles": 51}),
        ("DQN with soft target updates, tau 0.005, and double targets", {"tau": 0.005, "targets": "double"}),
        ("A dueling DQN with 3-step returns whose TD error is an expectile loss with tau 0.8",
         {"dueling": True, "n_step": 3, "error": "expectile", "expectile": 0.8}),
        ("A DQN variant with mellowmax targets, omega 7", {"targets": "mellowmax", "omega": 7.0}),
        ("Create a variant of PPO that stops the epochs early when the KL divergence exceeds 0.02 and uses only positive "
         "advantages", {"stop_kl": 0.02, "positive_advantages": True}),
    ],
)  # fmt: skip
def test_targets_and_errors_are_read(request_: str, fields: dict[str, Any]) -> None:
    body, unread = read(request_)
    assert {name: getattr(body, name) for name in fields} == fields
    assert unread == []


def test_two_clip_ranges_are_kept_apart() -> None:
    for request in ("PPO with an asymmetric clip range: ratios between 0.8 and 1.28",
                    "An agent like PPO, but with clipping range 0.2 below and 0.28 above"):  # fmt: skip
        clip = next(term for term in read(request)[0].terms if term.name == "clip")
        assert (clip.value, clip.high) == (0.2, 0.28)
