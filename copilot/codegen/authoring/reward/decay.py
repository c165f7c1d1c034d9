"""Reads what becomes of the weight of an intrinsic reward over training: a fall over steps, or a factor with each update."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.authoring.amounts import COUNT, amount_of, to_count
from copilot.codegen.authoring.ask import NUM, Ask, to_number
from copilot.codegen.patterns import BEGINS

_FALLS = (
    r"(?:decay|anneal|fad|declin|decreas|shrink|diminish|taper)\w*|(?:falls?|drops?|dropped|goes|going|reduced|lowered|"
    r"ramped|sinks?|moves?|shrunk)(?= (?:down|to|linearly|exponentially|off|away|from|gradually|slowly|over|within|in)"
    r"(?![a-z]))|衰减|退火|递减|下降|降低|降(?=到|至|为)|减(?=到|至|小|为)"
)
_NAME = r"(?:intrinsic |bonus |reward )*(?:weight|beta|coefficient|coef|bonus|scale|factor)"
_UPDATES = r"(?:updates?|rollouts?|iterations?)"
_HOW = r"(?:linear|exponential|geometric|gradual|slow)(?:ly|ally)?|schedule|线性|指数|逐渐|慢慢"
_START = (
    rf"(?:from|start(?:s|ing|ed)?|begin(?:s|ning)?|initial(?:ly)?|初始值?|从|由)(?:\s|at|with|from|out|of|an?|as|"
    rf"value|为|是)*(?P<a>{NUM})"
)
_END = (
    rf"(?:(?:down )?to|->|→|ends? (?:at|with)|ending at|reach(?:es|ing)?|到|至|[降减变]为|[降减变]成)(?:\s|an?|final|"
    rf"end|value|weight|of)*"
    rf"(?P<b>{NUM}|zero|nothing|零)"
)
_OVER = (
    rf"(?:over|within|in|during|for|after|by|across|在|经过|共|用|历时)?(?:\s|the|course|of|first|next|whole|span|"
    rf"period|前)*"
    rf"(?P<n>{COUNT})\s?(?:(?:environment |training |env |time)?-?steps?(?: of training)?(?![a-z])|transitions|frames|"
    r"步(?:之?内|里|之?后|中)?)"
)
_SMALL = (
    rf"(?:the|its|an?|whose|with|that|which|and|it|is|are|gets?|be|should|has|of|until|then|off|away|down|at|{_NAME}|"
    rf"权重|系数|"
    r"奖励|随训练|训练|的|让|把|从|内|期间)"
)

_PIECE = "|".join(re.sub(r"\?P<\w>", "?:", words) for words in (_START, _END, _OVER, rf"(?:{_HOW}|{_SMALL})(?![a-z])"))
_AFTER = re.compile(rf"(?:\s|,|，|、)*{BEGINS}(?:{_PIECE})")
_BEFORE = re.compile(rf"{BEGINS}(?:{_PIECE})(?:\s|,|，|、)*$")


def decay_of(ask: Ask) -> dict[str, Any]:
    """What becomes of the weight."""
    out: dict[str, Any] = {}
    _per_update(ask, out)
    for match in ask.find(rf"{BEGINS}(?:{_FALLS})(?![a-z])"):
        begin, stop = _around(ask.open, match.start(), match.end())
        told = ask.lower[begin:stop]
        over, end, start = (re.search(words, told) for words in (_OVER, _END, _START))
        if over is None or (end is None and not re.search(rf"{_NAME}|权重|系数|奖励", told)):
            ask.reading.give(match.start(), match.end())
            continue
        said = end["b"] if end else "0"
        out["decay_steps"] = to_count(over["n"])
        out["beta_end"] = 0.0 if said in {"zero", "nothing", "零"} else abs(to_number(said))
        out |= {"beta": to_number(start["a"])} if start else {}
        out["decay"] = "exponential" if re.search(r"exponential|geometric|指数", told) else "linear"
        ask.reading.take(begin, stop)
        break
    return out


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """From where to where a text tells nothing but how a weight falls, around the word that says that it does."""
    begin = start
    while before := _BEFORE.search(text[max(0, begin - 60) : begin]):
        begin -= len(before[0])
    stop = end
    while after := _AFTER.match(text, stop):
        stop = after.end()
    return begin, stop


def _per_update(ask: Ask, out: dict[str, Any]) -> None:
    each = rf"(?:,? (?:after|with|at|on|in|every|each|per|for)(?: (?:every|each|an?|the))?(?: \w+)? ?{_UPDATES})"
    of = r"(?:it|its weight|the weight|the bonus|beta|this|its coefficient)"
    factor = ask.number(
        rf"(?:the |its |a |with |whose )*(?:weight |bonus |beta |it |coefficient )?(?:that |which )?(?:is |are |gets )?"
        rf"(?:multipl\w+|scal(?:ed|ing|es)|decay\w*|shrink\w*|shrunk|reduced)(?: (?:exponentially|{of}|is))*(?: (?:by|"
        rf"with|at))?"
        rf"(?: an?)?(?: (?:factor|rate))?(?: of)? (?P<n>{NUM}){each}",
        rf"(?:after|with|at|on|in|every|each)(?: (?:every|each|an?|the))? {_UPDATES},? (?:the )?(?:weight|bonus|beta|it|"
        rf"coefficient) (?:is |gets )?(?:multiplied|scaled|decayed|decays|shrinks|shrunk)(?: by| with)(?: a factor of)? "
        rf"(?P<n>{NUM})",
        rf"(?:每次|每个)(?:更新|迭代)(?:后|之后)?(?:权重|系数|beta)?(?:都)?(?:乘以|乘)\s*(?P<n>{NUM})",
    )
    if factor is not None and 0.5 < factor < 1.0:
        out["kappa"] = round(1.0 - factor, 9)
    elif factor is not None and 0.0 < factor <= 0.5:
        out["kappa"] = factor  # "decays by 0.01 per update"
    kappa = amount_of(ask, "kappa|κ")
    out |= {"kappa": kappa} if kappa is not None and 0 <= kappa <= 1 else {}
    if "kappa" in out:
        ask.has(
            rf"(?:that |which |and |whose weight |its weight |a weight that )?(?:{_FALLS})(?: exponentially| "
            rf"geometrically)?|指数"
        )
