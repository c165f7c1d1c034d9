"""Turns of phrase that say something in passing, put into the words that the readers know."""

from __future__ import annotations

import re

_PLAIN = (
    r"(?:plain|ordinary|vanilla|normal|standard|single|original|regular|classic|non-double|普通的?|原始的?|标准的?|"
    r"一般的?)"
)
_Q = r"(?:q[\s-]?learning|dqn|deep q[\s-]?networks?|q[\s-]networks?)"
_WORDINGS: tuple[tuple[str, str], ...] = (
    (
        r"normali[sz](?:e|ed|ing)\s+(?:the |both )*(?:observations?|obs|states?)\s*(?:and|&|,)\s*(?:the )?(?:rewards?|"
        r"returns?)|"
        r"(?:observations?|obs|states?)\s*(?:and|&|/)\s*rewards?\s+normali[sz]ation|"
        r"normali[sz]ation (?:of|for) (?:both )?(?:the )?(?:observations?|obs|states?)\s*(?:and|&)\s*(?:the )?rewards?|"
        r"(?:both )?(?:observations?|obs|states?)\s*(?:and|&)\s*rewards?\s+(?:are |to be |should be |being )?(?:both "
        r")?normali[sz]ed|"
        r"(?:归一化|标准化)(?:观测|观察|状态)(?:值)?[和与、及]奖励|"
        r"(?:观测|观察|状态)(?:值)?[和与、及]奖励(?:都|均|同时)?(?:要|做|进行|需要)*(?:归一化|标准化)",
        " normalize_obs, normalize_reward ",
    ),
    (
        rf"{_PLAIN}\s*{_Q}\s*,?\s*(?:instead of|rather than|not|without)\s*(?:the )?double(?:\s*{_Q})?|"
        rf"(?:not|no|(?<!and )(?<!or )(?<!then )without|instead of)\s+(?:using )?double(?:[\s-]*{_Q}| estimator)?(?! ?=)|"
        rf"(?:双重|double)\s*(?:{_Q}|q\s?学习)?\s*(?:is |are )?(?:switched off|turned off|disabled|off(?![a-z])|关闭|"
        rf"关掉|取消|不用)|"
        rf"(?:关闭|关掉|取消|禁用|disable|switch off|turn off)\s*(?:the )?(?:双重|double)\s*(?:{_Q}|q\s?学习)?|"
        rf"不(?:要|用|使用)?(?:双重|double)\s*(?:{_Q}|q学习)?",
        " double=False ",
    ),
    (
        r"(?:so |with )?one (?:run|of them|version)?\s*(?:has|with|having|uses|using)?\s*(?:it|this|that)?\s*(?:switched "
        r"|turned )?on\s*"
        r"(?:,|and|;)?\s*(?:and )?(?:the )?other (?:one |run |version )?(?:has|with|having)?\s*(?:it|this|"
        r"that)?\s*(?:switched |"
        r"turned )?off|(?:once|one run|first) with(?: it| this)?(?: and|,| then)+ (?:once|one run|then) without(?: it| "
        r"this)?|"
        r"(?:both )?(?:switched |turned )?on and off(?![a-z])|开和关(?:各跑一次)?|开启和关闭",
        " with and without it ",
    ),
    (
        r"see (?:whether|if)\s+(?=[^,;.]{0,60}? (?:matters?|helps?|makes? a difference|is any good))|"
        r"(?<=\w)\s+(?:matters?|makes? a difference)(?= for| to| in| on|,)",
        " ",
    ),
    (
        r"(?:without|no|drop(?:ping)?|omit(?:ting)?|skip(?:ping)?|remov(?:e|ing)|leav(?:e|ing) out|(?:switch|"
        r"turn)(?:ing)? off|"
        r"disabl(?:e|ing)|get rid of|do without)\s+(?:any |an? |the |its )?entropy\s+(?:bonus|term|regulari[sz]ation|loss)"
        r"(?: at all)?|entropy\s+(?:bonus|term|regulari[sz]ation|loss) (?:(?:is |are )?(?:switched |turned )?off|"
        r"disabled|removed)"
        r"(?![a-z])|不(?:要|加|用)(?:任何)?熵(?:奖励|正则|项)?|(?:去掉|关闭|关掉|取消)熵(?:奖励|正则|项)",
        " ent_coef=0 ",
    ),
    (
        r"(?<![a-z])on (?:reflection|second thoughts?|the whole|average|balance|purpose|that note|"
        r"the other hand)(?![a-z]),?",
        " ",
    ),
    (r"(?<![a-z])(?:the |a )?pole (?:on|upon) (?:the |a |its )?cart(?![a-z])", " CartPole "),
    (
        r"(?<![a-z])(?<!on )(?:from |with |in |using )?(?:a single|just one|only one) (?:env(?:ironment)?|"
        r"copy)(?! steps?)(?![a-z])",
        " with num_envs=1 ",
    ),
    (
        r"(?:fixed|constant) (?:entropy )?temperature (?:of|at|=|:|is)?\s*(?=[\d.])",
        " fixed_temperature=true, temperature=",
    ),
    (r"(?:without|no)\s+(?:any )?frame[\s-]?stack(?:ing)?|不(?:要)?(?:叠帧|堆叠帧?)", " frame_stack=1 "),
    (r"(?:without|no)\s+(?:any )?action[\s-]?repeat(?:s|ing)?|不(?:要)?重复动作", " action_repeat=1 "),
)  # fmt: skip
_NUMBER = r"\d[\d.,_]*(?<![.,])\s*(?:[km](?![a-z])|e-?\d+|million|thousand|万|百万)?"
_UNIT = r"(?:\s*(env|cop|steps|frames|seeds|epochs|episodes|个?环境|步|个?种子)[a-z]*)?"
_TAKEN_BACK = re.compile(
    rf"(?<![\w.])(?:{_NUMBER}){_UNIT}\s*(?:,|\.{{3}}|…|—|;|-(?=\s))?\s*(?:(?:hmm+|uh|um|er+|oh|well|ah|ok),?\s*)*"
    r"((?:no|nope|wait|sorry|actually|scratch that|correction|i meant?|make (?:that|it))"
    r"(?:\s*[,.:]?\s*(?:no|wait|sorry|hmm+|make (?:that|it)|i meant?|actually|rather|better|use|let['’]?s (?:say|"
    r"do|take)))*)"
    rf"\s*[,:]?\s+(?=(?:{_NUMBER}){_UNIT})|"
    rf"(?<![\w.])(?:{_NUMBER}){_UNIT}\s*[，,]\s*(?:哦|呃|嗯)?(不(?:对|是)?)[，,]\s*(?:[^，。,\d]{{0,12}}[，,]\s*)?"
    rf"(?:还是|应该|改成|改为|换成|用|是)*\s*(?=(?:{_NUMBER}){_UNIT})",
    re.IGNORECASE,
)
"""A number that is corrected at once: "8, no, 12 environments"; groups are its unit, the cue, and the other's unit."""
_REPEATED = re.compile(
    r"(?<![a-z])repeat\w*\s+(?P<what>[^,.;]*?[A-Za-z][^,.;]*?)\s+(?P<count>\d+|two|three|four|five|six|seven|eight|nine|"
    r"ten) times"
    r"(?!\s+(?:as|longer|more|the|fewer|less))",
    re.IGNORECASE,
)
_DOUBLE = re.compile(rf"(?<![a-z])(?:double|双重)\s*{_Q}|(?<![a-z])ddqn(?![a-z])", re.IGNORECASE)
_SINGLE = re.compile(rf"(?<![a-z])(?:{_PLAIN}\s*)+{_Q}(?![a-z])", re.IGNORECASE)


def _kept(match: re.Match[str]) -> str:
    """Nothing, where a number is taken back; "50k steps, make it 16 environments" takes none back."""
    unit, cue, other = match[1] or match[4], match[2] or match[5], match[3] or match[6]
    alike = (unit or "").lower() == (other or "").lower()
    only_told = cue.lower() in {"make it", "make that"}
    return "" if alike or not ((unit and other) or only_told) else match[0]


def taken_back(text: str) -> str:
    """The text without numbers that are corrected at once: "64, no, 128 units"."""
    return _TAKEN_BACK.sub(_kept, text)


def reworded(text: str) -> str:
    """The text with these turns in other words."""
    text = re.sub(r"(?<![A-Za-z])et al\.", "et al", text)
    text = taken_back(text)
    text = _REPEATED.sub(r"\g<what> over \g<count> seeds", text)
    for pattern, words in _WORDINGS:
        text = re.sub(pattern, words, text, flags=re.IGNORECASE)
    if _DOUBLE.search(text) and _SINGLE.search(text):
        text = _SINGLE.sub("DQN with double=False", _DOUBLE.sub("DQN with double=True", text))
    return text
