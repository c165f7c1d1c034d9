"""What a request takes back in the same breath: "8, no, 12 environments", "RND, sorry, I meant ICM", "用 PPO，不对，A2C"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from copilot.codegen.names.environments import Mention
from copilot.codegen.patterns import BEGINS
from copilot.codegen.request.numbers import Number, find_numbers
from copilot.codegen.request.reading import Reading
from copilot.codegen.request.referring import KINDS
from copilot.codegen.settings.lists import LINK
from copilot.codegen.settings.meaning import UNITS
from copilot.core.catalogue import Catalogue

_SIGNS = r"(?:[\s,.;:!?…—–()，。；！？]|-(?=\s))*"
_HUMS = rf"(?:{BEGINS}(?:hm+|eh+|uh+|um+|er+m?|oh|well|ah|ok|oops|ach|argh|哦|呃|嗯|啊)(?![a-z])[\s,.…，]*)*"
_WORD = (
    r"(?:no wait|wait|hold on|sorry|scratch that|correction|(?:i )?misspoke|my (?:mistake|bad)|i meant?(?: to say)?|make "
    r"(?:that|it)|(?:or )?(?:rather|better)|actually|on second thoughts?|let['’]?s (?:say|do|take|make (?:that|it))|no|"
    r"nope|nah)(?![a-z])|不对|不是(?=\s*[，,。、;；])|哦?不(?=\s*[，,。])|错了|说错了|写错了|搞错了|打错了|等等|等一下|应该是|算了"
)
_CUE = rf"{BEGINS}(?P<cue>(?:{_WORD})(?:[\s,.:;，。；]*{BEGINS}(?:{_WORD}|use|to|it|with|on|用|是|改成|改为|换成))*)"
_STRONG = re.compile(
    r"(?<![a-z])(?:wait|hold on|sorry|scratch that|correction|misspoke|my (?:mistake|bad)|meant?|actually|second thoughts?)"
    r"(?![a-z])|不|错了|等等|等一下|算了"
)
_BETWEEN = re.compile(
    rf"(?P<unit>(?:(?!\s(?:and|or|but|plus|with|to)\s)[^\d,.;:!?…—–()，。；]){{0,30}}?){_SIGNS}{_HUMS}{_CUE}(?P<rest>[^\d]*)",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(
    r"[\s,.:;(，：]*(?:(?:it|that|should|be|is|use|at|about|rather|better|maybe|just|of|用|是|设|到|取|就)\s*)*"
)
_EXCUSE = re.compile(r"[\s,.:;—–，。]*[^\d;；]{0,40}[:,：，—–-]\s*(?:(?:use|rather|better|so|then|make it|用|就)\s*)*")
_TO_NAME = re.compile(
    r"[\s,.:;(，：–—-]*(?:(?:it|that|should|be|is|use|using|with|the|a|an|on|in|of|for|please|rather|better|try|take|go|play|"
    r"train|run|atari|用|玩|在|是|换|成|训练|跑)(?![a-z])\s*)*"
)
_AS_WELL = re.compile(r"\s*(?:too|as well|also|versus|vs|against|and)(?![a-z])|\s*也")
_ALSO = re.compile(r"(?<![a-z])(?:also|add|too|as well|compare|versus|vs)(?![a-z])|也|再加|对比|比较")
_START = re.compile(r"(?:^|[.!?;:,—–(。！？；，])\s*$")


def numbers_taken_back(text: str) -> str:
    """The text with the second of two numbers of which it takes the first back."""
    at = 0
    while True:
        for one, two in itertools.pairwise(find_numbers(text)):
            if one.start >= at and (made := _kept(text, one, two)) is not None:
                text, at = made, one.start
                break
        else:
            return text


def _kept(text: str, one: Number, two: Number) -> str | None:
    """The text without the first number, None if it is not taken back."""
    match = _BETWEEN.fullmatch(text, one.end, two.start)
    if match is None:
        return None
    unit, other = _unit(text, one), _unit(text, two)
    alike = unit == other
    told = re.fullmatch(r"(?:make (?:it|that)[\s,]*)+", match["cue"].lower())
    if not alike and ((unit and other) or told):
        return None  # "50k steps, make it 16 environments" takes nothing back
    named = re.search(r"(?:[^\W\d]+[\s=:]+){1,4}$", text[: one.start])
    rest = match["rest"].lower()
    words_of_name = set(re.findall(r"\w+", named[0].lower())) if named else set()
    if set(re.findall(r"\w+", rest)) and set(re.findall(r"\w+", rest)) < words_of_name:
        rest = ""  # "critic lr 5e-4, sorry, critic 1e-3"
    for start in range(len(named[0]) if named else 0):
        words = named[0][start:].lower() if named else ""
        if words.strip() and rest.endswith(words) and not rest[: -len(words)][-1:].isalpha():
            rest = rest[: -len(words)]  # "rollouts of 10, correction: rollouts of 15"
            break
    if not _AT_ONCE.fullmatch(rest):
        far = not _STRONG.search(match["cue"].lower()) or not _EXCUSE.fullmatch(rest)
        if far or (other and not alike) or not 0.01 <= abs(two.value / (one.value or 1)) <= 100:
            return None
    said, after = text[two.start :], two.end
    between = text[one.end : two.start]
    if between.count("(") > between.count(")") and text[after : after + 1] == ")":  # "0.9 (no, 0.8)"
        said, after = text[two.start : two.end] + text[after + 1 :], after + 1
    start = one.start
    if span := re.search(r"\d[\d.]*\s*(?:to|-|–|~|到|至)\s*$", text[:start]):  # "3 to 6, no, always 4"
        start = span.start()
    if other:
        return text[:start] + said
    return text[:start] + text[two.start : two.end] + match["unit"] + text[after:]


def _unit(text: str, number: Number) -> str:
    """What a number counts, by the first letters of its word; nothing if it stands alone."""
    unit = UNITS.match(text.lower(), number.end)
    if unit is None:
        return ""
    said = re.sub(r"^(?:time|env(?:ironment)?|gradient|training|random)[\s-]*(?=step)|[个颗\s-]", "", unit[0].strip())
    return "seed" if re.match(r"runs?$|times|种子", said) else said[:4].removesuffix("s")


def names_taken_back(text: str, catalogue: Catalogue) -> str:
    """The text with the later of two names, or lists of names, of which it takes the earlier back; as `Reading` has it."""
    text = Reading(text).text
    for find in KINDS:
        for cue in re.finditer(_CUE, text.lower()):
            made = _named(text, cue, find(Reading(text), catalogue))
            if made is not None:
                return names_taken_back(made, catalogue)
    return text


def _named(text: str, cue: re.Match[str], mentions: Sequence[Mention]) -> str | None:
    """The text without the names that a cue takes back, None if it takes none."""
    lower = text.lower()
    before = [mention for mention in mentions if mention.end <= cue.start()]
    after = [mention for mention in mentions if mention.start >= cue.end()]
    if not before or not after or not _TO_NAME.fullmatch(lower, cue.end(), after[0].start):
        return None
    if _AS_WELL.match(lower, after[-1].end):
        return None
    first = before[-1].start
    for one, two in reversed(list(itertools.pairwise(before))):
        if not re.fullmatch(LINK, lower[one.end : two.start]):
            break
        first = one.start
    if re.fullmatch(_SIGNS + _HUMS, lower[before[-1].end : cue.start()]):
        return f"{text[:first]}{text[after[0].start :]}"
    alone = len({mention.name for mention in before}) == 1 and after[0].name != before[0].name
    if not alone or not _STRONG.search(cue[0]) or not _START.search(lower, 0, cue.start()) or _ALSO.search(lower):
        return None
    name = text[after[0].start : after[0].end]
    text = f"{text[: cue.start()]} {text[after[0].end :]}"
    for mention in reversed(before):
        text = f"{text[: mention.start]}{name}{text[mention.end :]}"
    return text
