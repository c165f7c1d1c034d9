"""Whether to refuse, and how: by what was found, and by the model that has read it; never by the model's word alone.

Covers the calibrated bounds (chosen on the tuning half of the gold set, evals/LOG.md), the words in which a model says that
it was given no answer, and what a refusal shows.
"""

from __future__ import annotations

import math
import re

from copilot.assistant.chinese import is_chinese
from copilot.core.events import Answered
from copilot.core.places import beginning
from copilot.core.types import Passage

WEAK = 0.45
"""Below this strength of the evidence a question is refused without a model: of the tuning half's answerable ones 2.8 %, of
those that nothing answers 73 %; at 0.55 it would be 7 % and 77 %."""

HOPELESS = 0.15
"""Where a model judges too, it is not woken below this one: of those answerable questions, none in a hundred."""

SURE = 0.85
"""From here on the model is not asked whether the sources answer: no unanswerable question of the tuning half comes near."""

MODEL, BIAS, LIKELY = 2.0, -1.0, 0.5
"""What the model's word counts beside the search's, and the bound below which both together refuse: of the tuning half's
answerable questions 3.7 %, of those that nothing answers 91 % (1.5B, 420 tokens)."""

LONGEST = 400
"""Characters; an answer that says more than that something is missing is an answer."""

REFUSALS = {
    "en": ("The corpus does not hold an answer to this.", "The nearest it has:"),
    "zh": ("语料库中没有这个问题的答案。", "最接近的内容："),
}

_SAYS_NO = re.compile(
    r"\b(?:sources?|corpus|documentation|passages?|text|information)\b[^.\n]{0,40}"
    r"\b(?:do(?:es)? not|don't|doesn't|cannot)\s+"
    r"(?:hold|contain|mention|say|state|provide|include|specify|describe|give|have|answer|cover|discuss)"
    r"|(?:来源|资料|语料库|文档|信息)[^。\n]{0,12}(?:没有|未|不)(?:提|包含|说明|提供|给出|涉及|回答)",
    re.IGNORECASE,
)


def likely(strength: float, agreed: float | None) -> float:
    """The probability that the sources answer a question: by the search, and by the model that has read them.

    Args:
        strength: of the evidence, 0 to 1.
        agreed: how likely the model says yes; None where it cannot tell, then the search decides.
    """
    if agreed is None:
        return strength
    return 1.0 / (1.0 + math.exp(-(_logit(strength) + MODEL * _logit(agreed) + BIAS)))


def declines(text: str) -> bool:
    """Whether an answer says no more than that there is none."""
    return len(text) < LONGEST and bool(_SAYS_NO.search(text))


def refusal(question: str, passages: list[Passage], timings: dict[str, float], model: str | None) -> Answered:
    """In the question's language, with the nearest places."""
    near = passages[:3]
    places = "; ".join(f"`{beginning(p)}` ({p.heading})" for p in near)
    refused, nearest = REFUSALS["zh" if is_chinese(question) else "en"]
    return Answered(refused + (f" {nearest} {places}." if near else ""), True, [], near, timings, model)


def _logit(probability: float) -> float:
    kept = min(max(probability, 1e-3), 1.0 - 1e-3)
    return math.log(kept / (1.0 - kept))
