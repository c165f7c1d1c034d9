"""Words that ask for a comparison, and the text of a run without them."""

from __future__ import annotations

import re

_ASKED = re.compile(
    r"(?<![a-z])(?:compar(?:e|es|ed|ing|ison|isons)(?: (?:of|between|to|with))?|versus|vs\.?|against|better than|"
    r"outperforms?|which (?:one |agent |of (?:them|these) )?(?:is|works|does|learns) (?:the )?(?:better|best|faster)|"
    r"differences? between|benchmark(?:ing)?|ablat(?:e|ion|ions)(?: (?:of|over|on|study))?|"
    r"sweep(?: over)?|side by side|head[\s-]to[\s-]head|pit(?:ted|ting)?|a/b test|contrast(?:ed|ing)?)(?![a-z])|"
    r"比较(?:一下)?(?![小大慢高低多少难差弱长短旧简复便贵紧])|对比(?!度)(?:一下|实验)?|相比|(?:看看?)?哪(?:个|种|一个|一种)(?:算法|方法)?(?:更|比较)?[好快强稳]|优于|"
    r"消融(?:实验)?|(?<![a-z])pk(?![a-z])|"
    r"谁(?:更|比较)?[好快强]|孰优孰劣|(?:做|作)个?对照"
)
_WONDERS = re.compile(
    r"(?<![a-z])(?:(?:effect|influence|impact|role)s? of|vary|varying|sweep\w*)(?![a-z])|"
    r"(?<![a-z])(?:does|do|is|are|whether|if|how much|what)(?![a-z])[^.;?]{0,70}(?<![a-z])(?:matters?|helps?|worth|"
    r"gains?|profits?|benefits?|suffers?|depends?|"
    r"difference|better|best|beats?|wins?|outperforms?|"
    r"faster|useful|effect)(?![a-z])|"
    r"(?<![a-z])(?:once|one) (?:with|without|using|on|at|in)(?![a-z])[^.;]{1,60}?(?:and|,|then|&)\s+(?:once|one|another) "
    r"(?:with|without|using|on|at|in)(?![a-z])|(?<![a-z])(?:how sensitive|sensitivity|vary|varied|grid)(?![a-z])|"
    r"(?:多大|什么|有何|有啥)影响|[两二三四五六]个(?:取)?值|各试|都试|试一?试|试\s?\d|"
    r"(?<![a-z])first (?:with|on|using)(?![a-z])[^.;]{1,60}?(?<![a-z])then (?:with|on|using)(?![a-z])|敏感|各跑一次|"
    r"各试一次|"
    r"(?<![a-z])(?:two|three|four|five|six|[2-6]) (?:runs|versions|variants|arms|conditions|setups|configs?|"
    r"configurations|ways)"
    r"\s*[:(]|(?<![a-z])(?:each|every one) of (?:them|these|those)(?![a-z])|"
    r"(?<![a-z])one (?:run |version |agent |time )?(?:with|without|using|on|at|in)(?![a-z])[^.;]{1,60}?(?:,|and|then|&)\s+"
    r"(?:the )?(?:one|another|other|second)(?: run| version| agent)? (?:with|without|using|on|at|in)(?![a-z])|"
    r"有没有用|有用吗|有什么(?:区别|影响)|的影响|分别|"
    r"(?<![a-z])which(?![a-z])[^.?]{0,70}(?<![a-z])(?:wins?|matters?|helps?|better|best|faster|quicker|works?|learns?)(?![a-z])"
)
_ASKS = re.compile(
    r"\W*(?:please |can you |could you |i (?:want|would like|'d like) to |let's |help me )*compare(?![a-z])|"
    r".*(?:比较(?![小大慢高低多少难差弱长短旧简复便贵紧])|"
    r"对比(?!度))|"
    r".*(?<![a-z])(?:vs\.?|versus)(?![a-z])"
)
_OF_SEEDS = re.compile(
    r"(?<![a-z])compar\w*(?: the| different| random| results (?:of|over|for)| runs (?:of|with)| \w+){0,2} seeds?(?![a-z])|"
    r"(?<![a-z])(?:across|between) (?:the |different |several |\d+ |random )*seeds?(?![a-z])|"
    r"(?:比较|对比)(?:[^，。；]{0,24}?)种子|种子[^，。；]{0,24}(?:比较|对比)"
)
_STEPS_EACH = re.compile(
    r"((?<!environments, )(?<!environments )(?<!envs, )(?<!envs )(?<![\d.])\d[\d,.eEkKmM]*\s*"
    r"(?:million |thousand )?(?:time|env )?steps)\s+"
    r"(?:each|apiece|per (?:run|agent|algorithm|experiment|setting|variant|method))(?![a-z])"
)
_EACH_STEPS = re.compile(
    r"(?:每个|每种|各自?|分别|两种|三种)(?:环境|游戏|任务|算法|智能体|方法|设置|实验|种子|配置|奖励|run)?上?(?:都|"
    r"各)?(?:训练|跑|学习)?\s*(?=[\d零一二两三四五六七八九十百千万.]+\s*[千万百]*\s*步)"
)
_ALL_OF_THEM = re.compile(
    r"(?:on |in )?(?:all|both|these|the)\s+(?:of them|(?:two|three|four|five|six) (?:environments|games|tasks))|"
    r"[这那]?[两二三四五六七八九十]\s*[个种](?:环境|游戏|任务|算法|智能体)(?=上?(?:都|各|分别|上|$))"
)
_COUNTED = re.compile(
    r"(?<![a-z])(?:two|three|four|five|six|seven|eight)\s+(?:different |various |several )?"
    r"(?=[a-z][a-z_ ]{1,24}(?:rates?|sizes|coefficients|factors|ranges|weights|discounts|lambdas|values)\s*[:(\[])",
    re.IGNORECASE,
)
"""How many values follow, which they tell themselves: "three learning rates (1e-3, 1e-4, 1e-5)"."""


def wants_comparison(text: str) -> bool:
    """Whether any words of the text ask for a comparison, or wonder what differs."""
    return bool(_ASKED.search(text.lower()) or _WONDERS.search(text.lower()))


def asks_comparison(text: str) -> bool:
    """Whether the text as a whole asks for a comparison; in passing ("so that I can compare it later") is not enough."""
    return bool(_ASKS.match(text.lower()))


def asks_seeds(text: str) -> bool:
    """Whether nothing but seeds is to be compared: "compare seeds 1 to 5 of PPO", which is one run for each."""
    return bool(_OF_SEEDS.search(text.lower()))


def uncounted(text: str) -> str:
    """The text without how many values a list has."""
    return _COUNTED.sub("", text)


def without_asking(text: str) -> str:
    """A run's text without the words of the comparison; "20k steps each" is the length of each run."""
    text = _ALL_OF_THEM.sub(" ", _STEPS_EACH.sub(r"\1", text))
    text = _EACH_STEPS.sub("训练 ", text)
    for match in reversed(list(_ASKED.finditer(text.lower()))):
        text = text[: match.start()] + " " + text[match.end() :]
    return re.sub(r"\s+", " ", text).strip()
