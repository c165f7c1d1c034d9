"""Two phases told as a whole and a part: "3M steps in all, of which 1M is pre-training", "共200万步，其中50万步预训练"."""

from __future__ import annotations

import re

from copilot.codegen.request.numbers import Number, find_numbers
from copilot.core.errors import InvalidRequest

PRE = r"pre[\s-]?train\w*|预训练"
_FINE = r"fine[\s-]?tun\w*|微调|精调|downstream|下游"
_UNIT = r"(?:\s*(?:env(?:ironment)? |time)?(?:steps?|timesteps?|frames?)(?![a-z])|\s*[步帧])?"
_WHOLE_BEFORE = re.compile(
    r"(?:(?<![a-z])(?:total(?:ling|s)?|altogether|overall|budget)(?: (?:budget|steps?|length))?|"
    r"总共|一共|共计?|总计|总步数|总预算|合计)"
    r"\s*(?:训练|of|is|[=:：为是])?\s*$"
)
_WHOLE_BEHIND = re.compile(rf"{_UNIT}\s*(?:in all|in total|altogether|overall|total)(?![a-z])")
_OF_IT = r"(?:of|out of)\s+(?:which|them|these|those|it|the (?:steps|budget|total))(?![a-z])|其中|including(?![a-z])"
_LINK = re.compile(
    rf"{_UNIT}(?:\s*(?:in all|in total|altogether|overall|total))?(?:\s+of (?:training|interaction))?\s*[,;:(，；：（-]?\s*"
    rf"(?P<of>{_OF_IT})?\s*,?\s*(?:the first|前)?\s*$"
)
_IS_PRE = re.compile(
    rf"{_UNIT}\s*(?P<of>{_OF_IT})?\s*(?:(?:is|are|being|go(?:es)? (?:in)?to|for|as|of|on|spent on)\s+|"
    rf"(?:用于|用来|用作|是|做|作为|来|的)\s*)?(?:the |a )?(?:{PRE})"
)
_PRE_IS = re.compile(
    rf"(?:{PRE})(?:[\s-](?:phase|budget|stage|steps?))?\s*"
    r"(?:takes?(?: up)?|gets?|uses?|has|is|of|for|with|占|用|为|取|[=:：])?\s*(?:the first )?$"
)
_OF_TOTAL = re.compile(r"\s*(?:of|out of|的)\s*(?:the |all |these )?$")
_OF_FINE = re.compile(rf"{_UNIT}\s*(?:(?:is|are|of|for|用于|做|的)\s*)?(?:the )?(?:{_FINE})")
_FINE_IS = re.compile(rf"(?:{_FINE})(?: (?:phase|budget|task|steps?))?\s*(?:takes?|for|with|gets?|[=:：])?\s*$")
_SHARE = re.compile(
    r"(?<![a-z])(?:the first )?(?P<n>half|a third|one third|a quarter|one quarter|a fifth|a tenth)"
    r"(?=\s+(?:of (?:it|them|which|that|these|the (?:steps|budget|total))(?![a-z])|(?:is |for )?pre[\s-]?train))|"
    r"一半(?=[^，。；]{0,4}预训练)"
)
_SHARES = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10, "一半": 2}


def parted(text: str) -> str:
    """The text with the length of each phase in the place of a whole and a part of it.

    Raises:
        InvalidRequest: the part is no less than the whole, or the parts are not the whole together.
    """
    lower = text.lower()
    if not re.search(PRE, lower):
        return text
    numbers = sorted([*find_numbers(text), *_shares(lower)], key=lambda number: number.start)
    whole = next((n for n in numbers if n.value >= 1000 and _is_whole(n, numbers, lower)), None)
    if whole is None:
        return text
    pre = next((n for n in numbers if n != whole and _is_pre(n, lower)), None)
    fine = next((n for n in numbers if n not in (whole, pre) and _is_fine(n, lower)), None)
    part = None if pre is None else _steps(pre, whole)
    if pre is None or part is None:
        return text
    rest = whole.value - part
    if rest <= 0 or (fine is not None and fine.value != rest):
        said = [text for text in (whole.text, pre.text, fine.text if fine else "") if text]
        raise InvalidRequest(
            f"The request gives {said[0]} steps in all and {' and '.join(said[1:])} as parts; they do not add up.",
            hint='Name the length of each phase: "pre-train for 1M steps, then fine-tune for 2M".',
        )
    for number in sorted(filter(None, (whole, pre, fine)), key=lambda number: number.start, reverse=True):
        text = f"{text[: number.start]} {text[_end(number, text) :]}"
    phases = (
        f"预训练{part}步，然后微调{rest}步"
        if re.search("[\u4e00-\u9fff]", text)
        else f"pre-train for {part} steps, then fine-tune for {rest} steps"
    )
    return f"{_WORDS.sub(' ', text).rstrip(' .。')}. {phases}"


_WORDS = re.compile(
    rf"(?<![a-z])(?:in all|in total|altogether|overall)(?![a-z])|(?<![a-z])total(?: budget)?(?: of)?(?![a-z])|{_OF_IT}|"
    rf"总共|一共|共计?(?=\s|训)|总计|合计|(?<![a-z])the first\s+(?=\s|$)|前(?=\s)"
)
"""Words of a whole and its parts, which say nothing once each phase has its length."""


def _shares(lower: str) -> list[Number]:
    """Parts in words that are no numbers elsewhere: "half of it"."""
    return [
        Number(1 / next(part for word, part in _SHARES.items() if word in match[0]), *match.span(), match[0])
        for match in _SHARE.finditer(lower)
    ]


def _is_whole(number: Number, numbers: list[Number], lower: str) -> bool:
    if _is_pre(number, lower) or _is_fine(number, lower):
        return False
    if _WHOLE_BEFORE.search(lower, 0, number.start) or _WHOLE_BEHIND.match(lower, number.end):
        return True
    behind = next((n for n in numbers if n.start >= number.end), None)
    if behind is not None and _is_pre(behind, lower):
        link = _LINK.fullmatch(lower[number.end : behind.start])
        of = _IS_PRE.match(lower, behind.end)
        share = not isinstance(behind.value, int)
        return bool(link and (link["of"] or share or (of and of["of"])))
    before = next((n for n in reversed(numbers) if n.end <= number.start), None)
    return bool(before and _is_pre(before, lower) and _OF_TOTAL.fullmatch(lower[before.end : number.start]))


def _is_pre(number: Number, lower: str) -> bool:
    return bool(_IS_PRE.match(lower, number.end) or _PRE_IS.search(lower, 0, number.start))


def _is_fine(number: Number, lower: str) -> bool:
    return number.value >= 1000 and bool(_OF_FINE.match(lower, number.end) or _FINE_IS.search(lower, 0, number.start))


def _steps(part: Number, whole: Number) -> int | None:
    """The steps of a part that is told in steps, or as a share of the whole; None if it is neither."""
    if isinstance(part.value, int) and part.value >= 1000:
        return part.value
    return round(whole.value * part.value) if 0 < part.value < 1 else None


def _end(number: Number, text: str) -> int:
    unit = re.compile(_UNIT).match(text.lower(), number.end)
    return unit.end() if unit else number.end
