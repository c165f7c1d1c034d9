"""Requests for distributions and noises as people say them: what was said is in the plan, or named as not understood."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from copilot.codegen.authoring import design
from copilot.codegen.authoring.spec import Distribution
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest
from tests.copilot.codegen.authoring.spoken.acting_sentences import sentence
from tests.copilot.codegen.authoring.spoken.sentences import judged

DEFAULTS: dict[str, Any] = {**Distribution(of="cauchy").model_dump(), "of": None}


@pytest.mark.parametrize("seed", [0, 1])
def test_what_is_said_is_in_the_plan(seed: int) -> None:
    """Of a hundred sentences: none loses or changes anything silently, and few are not understood."""
    rng, counts, wrong = random.Random(seed), Counter[str](), list[str]()
    for _ in range(100):
        said = sentence(rng)
        try:
            found = design(said.text, load_catalogue(), model=False)
        except InvalidRequest as error:
            counts["refused"] += 1
            wrong.append(f"{said.text!r}: {error}")
            continue
        assert isinstance(found.spec.body, Distribution), said.text
        plan = found.spec.body.model_dump(exclude_defaults=True, exclude={"family"})
        differ = list(judged(said, plan, found.unread, DEFAULTS))
        assert not [one for one in differ if one[2] == "silent"], (said.text, differ)
        counts["told" if differ else "right"] += 1
        wrong += [f"{said.text!r}: {differ}"] if differ else []
    assert counts["right"] >= 97, wrong
