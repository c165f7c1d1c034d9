"""What a name is said to be ("a batch size of 64", "batch_size=64", "64 per batch"), and between what a thing is kept."""

from __future__ import annotations

import re

from copilot.codegen.authoring.ask import Ask

BE = r"(?:is|are|be|being|been|was|were|gets?|get|got|should|must|shall|will|would|have|has|to|then|first|all|都|被|先|再)"
_LINKS = (
    r"\s|=|:|：|\((?=\s*(?:[a-z]\w*\s*=\s*)?\.?\d)|(?<![a-z])(?:of|is|are|be|being|to|at|with|a|an|the|value|set|"
    r"equals?|fixed|"
    r"should|must|shall|will|about|around|using|use|by|goes|in|from|parameter|coefficient|factor|rate|exponent)(?![a-z])|"
    r"取值|取|为|是|设为|设成|设|等于|定为|用|改为|选|到|值"
)
LINK = rf"(?:{_LINKS})*"
"""What stands between a name and its number."""
_SIGNED = r"(?:[-−+]\s?)?(?:\d+(?:\.\d+)?(?:e-?\d+)?|(?<![.\d])\.\d+)"
_TO = r"\s*(?:,\s*|，|\.\.+|…|~|;|to|and|到|至|和|–|(?<=\d)-(?=\d))\s*"
RANGE = (
    rf"(?:[\[(]\s*{_SIGNED}{_TO}{_SIGNED}\s*[\])]|(?<=between ){_SIGNED} (?:and|to) {_SIGNED}|[-−]{_SIGNED}{_TO}{_SIGNED}|"
    rf"{_SIGNED}\s*(?:\.\.+|to|到|至|~)\s*{_SIGNED}(?!\d*\s*(?:%|x))|"
    rf"\(?\s*(?:±|\+\s?/\s?-|\+-|plus or minus|plus/minus|正负)\s*{_SIGNED}\s*\)?|[\[(]?\s*{_SIGNED}\s*[\])]?)"
)
"""An interval, or the one number that bounds it: [-1, 1], between -1 and 1, ±1, at 1."""
_KEEP = (
    r"(?:clip|clamp|clipp|limit|bound|cap|capp|truncat|restrict|confin|cut|saturat|hard-?clip)(?:ed|s|ing|e|es)?(?: "
    r"off| down)?"
)
_KEPT = r"(?:kept|stay(?:s|ing)?|keep(?:s|ing)?|remain(?:s|ing)?|lies?|held?|fall|go|forced)"
_INTO = (
    r"(?:\s|=|:|：|\((?=\s*(?:to |at |within |between |from |[\[(±]))|(?<![a-z])(?:to|at|by|in|into|inside|within|"
    r"between|from|of|is|are|be|with|the|a|an|range|interval|limits?|"
    r"bounds?|values?|them|it|above|max(?:imum)?|most|threshold|using|size|absolute value)(?![a-z])|到|在|至|为|于|成|"
    r"范围|区间|之间|取)*"
)
_KEEP_CHINESE = r"(?:裁剪|截断|限制|限幅|夹|裁切|上限|clip|clamp)"


_APART = r"(?<![A-Za-z0-9_.])"
"""What numbers begin with; right behind their own name they need not: "beta0.4"."""


def kept_within(ask: Ask, thing: str, chinese: str) -> tuple[float | None, float] | None:
    """Between what a thing is clipped: the lower bound, None where it is the negative of the upper one.

    Args:
        thing: its names in English, articles and all.
        chinese: its names in Chinese.
    """
    spoken = rf"(?:(?<![a-z])(?:{thing})(?![a-z])|{chinese})"
    found = ask.first(
        rf"(?<![a-z]){_KEEP} {spoken}{_INTO}(?P<n>{RANGE})|{spoken}[ -]*(?:{BE} )*(?:{_KEEP}|"
        rf"{_KEPT})(?![a-z]){_INTO}(?P<m>{RANGE})|"
        rf"(?<![a-z]){_KEPT} {spoken}{_INTO}(?P<o>{RANGE})|"
        rf"(?:把|将|对)?{spoken}(?:值|都|被|先|再|做|进行|的)*{_KEEP_CHINESE}{_INTO}(?P<p>{RANGE})(?:之间|以?内)?|"
        rf"{_KEEP_CHINESE}{spoken}{_INTO}(?P<q>{RANGE})(?:之间|以?内)?|"
        rf"{spoken} (?:above|over|beyond|larger than|more than) {_SIGNED} (?:count|are counted|are treated|are taken) as "
        rf"(?P<r>{_SIGNED})"
    )
    return interval(next(found[group] for group in "nmopqr" if found[group])) if found else None


def interval(text: str) -> tuple[float | None, float]:
    """The bounds of a range in words."""
    numbers = [float(number.replace(" ", "").replace("−", "-")) for number in re.findall(_numbers_of(text), text)]
    low, high = (min(numbers), max(numbers)) if len(numbers) > 1 else (None, abs(numbers[0]))
    return (None if low is not None and abs(low + high) < 1e-9 else low), high


def _numbers_of(text: str) -> str:
    """Numbers with their signs; after ± there are none."""
    return r"\d+(?:\.\d+)?|\.\d+" if re.search("±|[+] ?/? ?-|plus|正负", text) else _SIGNED


def stated(ask: Ask, names: str, number: str, *, units: str = "", of: str = "") -> str | None:
    """What one of these names is said to be, in its own words.

    Args:
        names: the names.
        number: a pattern of numbers.
        units: what may stand behind the number.
        of: more links between a name and its number.
    """
    link = rf"(?:{_LINKS}|(?:(?<![a-z])|(?=[\u4e00-\u9fff]))(?:{of})(?![a-z]))*" if of else LINK
    unit = rf"(?:[\s-]*(?:{units})(?![a-z]))?" if units else ""
    found = ask.first(
        rf"(?<![a-z])(?:{names})(?![a-z]){link}(?P<n>{number.replace(_APART, '')})(?![.,]?\d|\s?%|\s?/\s?\d){unit}\)?"
    )
    return found["n"] if found else None
