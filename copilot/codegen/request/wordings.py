"""Turns of phrase that say something in passing, put into the words that the readers know."""

from __future__ import annotations

import re

from copilot.codegen.patterns import BEGINS
from copilot.codegen.request.corrections import numbers_taken_back
from copilot.codegen.request.settled import settled

_PLAIN = (
    r"(?:plain|ordinary|vanilla|normal|standard|single|original|regular|classic|non-double|普通的?|原始的?|标准的?|"
    r"一般的?)"
)
_Q = r"(?:q[\s-]?learning|dqn|deep q[\s-]?networks?|q[\s-]networks?)"
_WORDINGS: tuple[tuple[str, str], ...] = (
    (
        r"normali[sz](?:e|ed|ing)\s+(?:everything|both(?! )|all)(?![a-z])|"
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
        rf"(?:双重?|double)\s*(?:{_Q}|q\s?学习)?\s*(?:is |are )?(?:switched off|turned off|disabled|off(?![a-z])|关闭|"
        rf"关掉|取消|不用)|"
        rf"(?:关闭|关掉|取消|禁用|disable|switch off|turn off)\s*(?:the )?(?:双重?|double)\s*(?:{_Q}|q\s?学习)?|"
        rf"不(?:要|用|使用)?(?:双重?|double)\s*(?:{_Q}|q学习)?",
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
        r"once (?:plain|bare|as it (?:is|comes)|alone|unmodified|without (?:it|anything|a bonus|any bonus)|by "
        r"itself)\s*[,;]?\s*"
        r"(?:and |then )?(?:once|one(?: run)?) with\s+(?:the )?",
        " with and without ",
    ),
    (
        r"see (?:whether|if)\s+(?=[^,;.]{0,60}? (?:matters?|helps?|makes? a difference|is any good))|"
        r"(?<=\w)\s+(?:matters?|makes? a difference)(?= for| to| in| on|,)",
        " ",
    ),
    (
        r"(?<!with and )(?<!with or )"
        r"(?:without|no|drop(?:ping)?|omit(?:ting)?|skip(?:ping)?|remov(?:e|ing)|leav(?:e|ing) out|(?:switch|"
        r"turn)(?:ing)? off|"
        r"disabl(?:e|ing)|get rid of|do without)\s+(?:any |an? |the |its )?entropy\s+(?:bonus|term|regulari[sz]ation|loss)"
        r"(?: at all)?|entropy(?:\s+(?:bonus|term|regulari[sz]ation|loss))? (?:(?:is |are )?(?:switched |turned )?off|"
        r"disabled|removed|(?:isn['’]t|is not|not) (?:needed|wanted|necessary|used))"
        r"(?![a-z])|不(?:要|加|用)(?:任何)?熵(?:奖励|正则|项)?|(?:去掉|关闭|关掉|取消)熵(?:奖励|正则|项)",
        " ent_coef=0 ",
    ),
    (
        r"(?:without|no|drop|omit|skip|remove)\s+(?:any |the |its )?entropy"
        r"(?=\s*(?:$|[,;.!)]|(?:and|but|on|in|for|with)(?![a-z])))",
        " ent_coef=0 ",
    ),
    (
        r"(?:(?<![a-z])(?:with|using|in)\s+(?:one|1)|,\s*1) (?:parallel |training )?environment(?! steps?)(?![a-z])",
        ", num_envs=1 ",
    ),
    (
        r"(?<![a-z])on (?:reflection|second thoughts?|the whole|average|balance|purpose|that note|"
        r"the other hand)(?![a-z]),?",
        " ",
    ),
    (
        r"(?<![a-z])(?:start|begin)(?:ning|ing)? (?:with )?(?:the )?epsilon\s*(?:at|with|from|of|is|=|:)?\s*(?=[\d.])",
        " initial epsilon ",
    ),
    (r"(?<![a-z])(?:the |a )?pole (?:on|upon) (?:the |a |its )?cart(?![a-z])", " CartPole "),
    (
        r"(?<![a-z])(?:(?<=steps )on |(?<!on )(?:from |with |in |using )?)(?:a single|just one|only one) "
        r"(?:env(?:ironment)?|"
        r"copy)(?! steps?)(?![a-z])",
        " with num_envs=1 ",
    ),
    (
        r"(?:fixed|constant) (?:entropy )?temperature (?:of|at|=|:|is)?\s*(?=[\d.])",
        " fixed_temperature=true, temperature=",
    ),
    (
        r"(?P<family>lava ?gap|memory|lava ?crossing|simple ?crossing|key ?corridor)s?[\s,(]+(?:(?:of|in|with|at) "
        r")?(?:grid )?size"
        r" (?:of )?(?P<side>\d+)(?!\s?[x×])\)?",
        r"\g<family> S\g<side>",
    ),
    (
        r"(?P<group>door ?key|minigrid empty|empty (?:room|grid)|go ?to ?door|red ?blue ?doors?|dynamic ?obstacles?|"
        r"fetch|put ?near)"
        r"[\s,(]+(?:(?:of|in|with|at) )?(?:grid )?size (?:of )?(?P<wide>\d+)(?!\s?[x×])\)?",
        r"\g<group> \g<wide>x\g<wide>",
    ),
    (
        r"(?P<who>(?<![\w-])[a-z][\w-]+)\s+with\s+(?:the |an? )?(?P<part>[\w -]{3,40}?)\s*,?\s*(?:against|"
        r"versus|vs\.?|compared "
        r"(?:with|to)|and|or|to)\s+(?:the )?(?P=who)\s+without(?:\s+(?:it|that|one|any|"
        r"this))?(?![a-z])(?!\s+(?:the |an? |any )?"
        r"[a-z]{4,})",
        r"\g<who> with and without \g<part> ",
    ),
    (r"(?<![a-z])(?:an?|one) single (?=(?:pass|epoch|sweep|iteration|update)(?:es|s)?(?![a-z]))", "1 "),
    (
        r"(?<![a-z])prioriti[sz]ed(?= (?:arm|condition|group|run|variant|version|agent|one)(?![a-z])|\s*(?:$|[,.;!?)]))",
        "prioritised replay",
    ),
    (
        r"(?<![a-z])(?:uniform|plain|ordinary|vanilla|normal)(?=\s+(?:versus|vs\.?|against|or|and)\s+prioriti[sz]ed)|"
        r"(?<![a-z])uniform(?= (?:arm|condition|group|run|variant|version|agent|one)(?![a-z]))",
        "uniform replay",
    ),
    (r"(?<![a-z])(?:prioriti[sz]ed|priority) (?:experience )?memory(?![a-z])", "prioritised replay"),
    (
        r"(?<!with and )(?<!with or )(?:without|no)\s+(?:any )?frame[\s-]?stack(?:ing)?|不(?:要)?(?:叠帧|堆叠帧?)",
        " frame_stack=1 ",
    ),
    (r"(?:without|no)\s+(?:any )?action[\s-]?repeat(?:s|ing)?|不(?:要)?重复动作", " action_repeat=1 "),
)  # fmt: skip
_REPEATED = re.compile(
    r"(?<![a-z])repeat\w*\s+(?P<what>[^,.;]*?[A-Za-z][^,.;]*?)\s+(?P<count>\d+|two|three|four|five|six|seven|eight|nine|"
    r"ten) times"
    r"(?!\s+(?:as|longer|more|the|fewer|less))",
    re.IGNORECASE,
)
_DOUBLE = re.compile(rf"{BEGINS}(?:double|双重)\s*{_Q}|(?<![a-z])ddqn(?![a-z])", re.IGNORECASE)
_AGAINST = r"\s*(?:,|/|vs\.?|versus|against|or|and|with|和|与|还是|对比|比)\s*"
_BESIDE_DOUBLE = re.compile(
    rf"{BEGINS}(?<!double )({_Q}){_AGAINST}(?:the )?(?:double|双重)\s*{_Q}|"
    rf"{BEGINS}(?:double|双重)\s*{_Q}{_AGAINST}(?:the )?({_Q})",
    re.IGNORECASE,
)
_SINGLE = re.compile(rf"{BEGINS}(?:{_PLAIN}\s*)+{_Q}(?![a-z])", re.IGNORECASE)


def reworded(text: str) -> str:
    """The text with these turns in other words."""
    for short, meant in (
        ("et al\\.", "et al"),
        (r"i\.\s?e\.,?", "that is"),
        (r"e\.\s?g\.,?", "for example"),
        (r"approx\.", "about"),
    ):
        text = re.sub(rf"(?<![A-Za-z]){short}", meant, text)
    text = re.sub(r"(?<![A-Za-z])(first|last|next) (million|thousand|billion)(?![a-z])", r"\1 1 \2", text)
    text = settled(numbers_taken_back(text))
    text = _REPEATED.sub(r"\g<what> over \g<count> seeds", text)
    for pattern, words in _WORDINGS:
        text = re.sub(pattern, words, text, flags=re.IGNORECASE)
    if (beside := _BESIDE_DOUBLE.search(text)) and not _SINGLE.search(text):
        text = f"{text[: beside.start(1)]}plain {text[beside.start(1) :]}" if beside[1] else text
        text = f"{text[: beside.start(2)]}plain {text[beside.start(2) :]}" if beside[2] else text
    if _DOUBLE.search(text) and _SINGLE.search(text):
        text = _SINGLE.sub("DQN with double=False", _DOUBLE.sub("DQN with double=True", text))
    return text
