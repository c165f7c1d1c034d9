"""A model may word a reason; it may not change a number or a name."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen.suggest.wording import holds, worded
from copilot.models.scripted import ScriptedChat

WHY = "approx_kl is above 0.05 in 36 of 36 updates, typically 0.573. A third of PPO's lr makes smaller steps."


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (
            "In 36 of 36 updates approx_kl passes 0.05 (0.573 is typical); a third of PPO's lr takes smaller steps.",
            True,
        ),
        (
            "In 36 of 36 updates approx_kl passes 0.06 (0.573 is typical); a third of PPO's lr takes smaller steps.",
            False,
        ),
        ("approx_kl is too large in 36 of 36 updates.", False),
        ("In 36 of 36 updates approx_kl passes 0.05 (0.573); set clip_range; a third of PPO's lr.", False),
        (
            "In 36 of 36 updates approx_kl passes 0.05 (0.573 is typical); a third of SAC's lr takes smaller steps.",
            False,
        ),
        ("", False),
        (WHY + " And so on, and so on" * 10, False),
    ],
)
def test_only_words_may_change(said: str, kept: bool) -> None:
    assert holds(WHY, said) == kept
    chat = ScriptedChat([{"match": ".", "reply": said or " "}])
    assert worded(WHY, chat) == (said if kept else WHY)


def test_a_model_that_fails_leaves_the_rule_s_words() -> None:
    class FakeBroken(ScriptedChat):
        def stream(self, *_: Any, **__: Any) -> Any:
            raise RuntimeError("gone")

    assert worded(WHY, FakeBroken([])) == WHY
