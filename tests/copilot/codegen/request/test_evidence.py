"""Quotes stand in the request and hold a word of what they are for."""

from copilot.codegen.request.evidence import names_thing, place
from copilot.codegen.request.reading import Reading


def test_where_a_quote_stands() -> None:
    reading = Reading("PPO with a  Horizon of 64")
    assert place("horizon of 64", reading) == (11, 24)
    assert place("horizon of 65", reading) is None
    assert place(" ", reading) is None


def test_words_of_a_thing() -> None:
    assert names_thing("the wizards of wur", ["WizardOfWor-v5"])
    assert names_thing("随机蒸馏", ["随机网络蒸馏"])
    assert not names_thing("the game of kings", ["WizardOfWor-v5"])
