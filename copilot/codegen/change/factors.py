"""Words that multiply a value: "double the batch size", "3 times longer", "a tenth of", "减半", "十分之一"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.codegen.change.deltas import Change, direction
from copilot.codegen.request.numbers import parse_number
from copilot.codegen.settings.mentions import Named
from copilot.core.errors import InvalidRequest

_FACTORS = {
    "double": 2.0, "doubled": 2.0, "twice": 2.0, "triple": 3.0, "quadruple": 4.0, "halve": 0.5, "half": 0.5, "halved": 0.5,
    "加倍": 2.0, "翻倍": 2.0, "翻一番": 2.0, "减半": 0.5, "减少一半": 0.5, "缩短一半": 0.5, "降低一半": 0.5, "砍半": 0.5,
    "提高一倍": 2.0, "增加一倍": 2.0, "多一倍": 2.0, "a third of": 1 / 3, "a quarter of": 0.25, "a tenth of": 0.1,
    "a fifth of": 0.2, "by half": 0.5, "in half": 0.5,
}  # fmt: skip
USUALLY = r"default|usual|standard|normal|tuned|current|present|original|previous"
_N = r"\d+(?:\.\d+)?|two|three|four|five|six|eight|ten|twenty|a hundred|[二两三四五六七八九十百]+"
_LESS = r"smaller|less|lower|shorter|fewer|slower|weaker"
FACTOR = re.compile(
    r"(?<![a-z])(?P<word>doubled?|twice|triple|quadruple|halved?|by half|in half|half|a (?:third|quarter|fifth|tenth) "
    r"of)(?![a-z])"
    r"(?! a (?:million|thousand))(?!-?step)(?! dqn)|"
    rf"(?<![\w.])(?P<times>{_N})\s?(?:x(?![a-z\d])|times (?=as|more|longer|the|larger|bigger|higher|stronger|"
    rf"(?P<less>{_LESS})))|"
    rf"by a factor (?:of )?(?P<factor>{_N})|"
    rf"(?:缩小|减小|降低|缩短|改小|调小|变小|减少|调低|改低)\s*(?P<zhless>{_N})\s*倍|(?:到|"
    rf"为)?\s*(?:原来的?)?\s*(?P<part>[一二两三四五六七八九十百]+分之[一二两三四五六七八九十]+)|"
    rf"(?P<zh>加倍|翻倍|减半|翻一番|减少一半|缩短一半|降低一半|砍半|(?:提高|增加|多)一倍)|(?:原来的|扩大|增大|提高|"
    rf"增加)?\s*(?P<zhtimes>{_N})\s*倍"
)
_SMALLER = re.compile(rf"\s*(?:{_LESS})(?![a-z])")
_LEAD_BY = re.compile(r"(?<![a-z])by\s*$")
_TAIL = re.compile(
    rf"\s*(?:(?:as (?:many|much|large|big|high|long|strong|small|low|few)|{_LESS}|larger|bigger|higher|stronger)(?: as "
    rf"(?:now|before|it was))?)?(?:(?<![a-z])\s*(?:of )?(?:(?:the|its|their) )?(?:{USUALLY})(?: value| one)?(?![a-z]))?"
)
_LONG = re.compile(
    r"\s*(?:(?:times )?as long|longer|more training|shorter|(?:of )?(?:the |its |that )?(?:length|duration|"
    r"training(?: time| "
    r"length)?|budget|run(?:time|ning time| length)?|number of (?:time|training )?steps))(?![a-z])"
)


def find_factors(text: str, mentions: Sequence[Named]) -> list[Change]:
    """All factors of a text in small letters; "double Q-learning" is the name of a setting.

    Raises:
        InvalidRequest: a factor of zero.
    """
    return [
        _change(match, text)
        for match in FACTOR.finditer(text)
        if not any(named.start <= match.start() and named.end > match.end() for named in mentions)
    ]


def _change(match: re.Match[str], text: str) -> Change:
    factor = _factor(match, text)
    if factor <= 0:
        raise InvalidRequest(f"A factor of {factor} makes no sense; expected more than 0.")
    long, tail = _LONG.match(text, match.end()), _TAIL.match(text, match.end())
    last = match["zh"] or match["zhtimes"] or match["zhless"] or match["part"] or match["factor"] or match["less"]
    before = bool(last) or (match["word"] or "").startswith(("by", "in"))
    end = long.end() if long else tail.end() if tail else match.end()
    name = "num_train_steps" if long else None
    return Change(match.start(), end, factor, name=name, before=before, sure=False)


def _factor(match: re.Match[str], text: str) -> float:
    said = match["word"] or match["zh"]
    if said:
        return _FACTORS[said]
    number = parse_number(match["times"] or match["factor"] or match["zhless"] or match["part"] or match["zhtimes"])
    factor = float(number or 0)
    by = match["factor"] or _LEAD_BY.search(text, 0, match.start())
    down = by and direction(text, match.start()) == "down"
    smaller = match["less"] or match["zhless"] or down or (match["times"] and _SMALLER.match(text, match.end()))
    return 1 / factor if smaller and factor else factor
