"""Words that nobody took are told, loudly where they may name a part; plain talk is no word of a request."""

from __future__ import annotations

import pytest

from copilot.codegen.request.leftover import left_out
from copilot.codegen.request.reading import Reading


@pytest.mark.parametrize(
    "text", ["hi, i would like to see this", "collect it, thanks", "my supervisor wants that today"]
)
def test_plain_talk_is_not_told(text: str) -> None:
    assert left_out(Reading(text)) == []


def test_what_may_be_a_demand_is_told() -> None:
    assert left_out(Reading("see 12 sticky things")) == ["Not understood and left out: 'see 12 sticky things'."]


def test_what_may_name_a_part_is_told_loudly() -> None:
    (note,) = left_out(Reading("with a zany replay"))
    assert note.startswith("CAREFUL: 'zany replay'")
