"""A model is shown the class of the library that is nearest to what it is asked for."""

from __future__ import annotations

from copilot.codegen.authoring.nearest import LINES, nearest


def test_words_of_the_request_choose_the_class() -> None:
    found = nearest("augmentation", "multiply states by a scaling of random amplitude")
    assert found.startswith("class RandomAmplitudeScaling")
    assert "@register" not in found
    assert len(found.splitlines()) <= LINES + 1


def test_nothing_is_near_to_foreign_words_or_kinds() -> None:
    assert nearest("augmentation", "quux") == ""
    assert nearest("agent", "PPO with a twist") == ""
