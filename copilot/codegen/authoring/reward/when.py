"""Reads when an intrinsic reward is paid: by the environment's rewards, the step of the episode, and that of training.

What is said is one of a few turns ("the first 10 steps", "when the environment pays nothing"); whether it is paid then or
not is told by the clause around it.
"""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.authoring.amounts import COUNT, to_count
from copilot.codegen.authoring.ask import INT, Ask, to_int

_OF_EPISODE = (
    r"(?:,? (?:of|in|from|within|after) (?:an|each|every|the|one|a|any|its|all)(?: (?:new|current|single|running))? "
    r"(?:episodes?|resets?)| of episodes| per episode)"
)
_STEPS = r"(?:environment |training |env |time)?-?steps?"
_DENIED = (
    r"(?:no|not|nothing|zero|0(?![.\d])|without|never|off|none|n't|cannot|unpaid|except|excluding|skip\w*|omit\w*|stops?|"
    r"stopped|ends?|vanish\w*|disappears?|disabled|inactive|drops? to|withheld|suppressed|ignored?)"
)
_PAID = (
    r"(?:starts?|starting|begins?|beginning|kicks? in|switched on|turned on|enabled?|active|activated|only|just|paid|given|"
    r"pays?|gives?|give|works?|applies|granted|counts?|effective|on)"
)
_TALK = (
    rf"(?:{_DENIED}|{_PAID}|(?:there|it|that|this) (?:is|are|will be)|is|are|be|it|its|the|a|an|any|some|intrinsic|"
    rf"exploration|"
    r"curiosity|bonus(?:es)?|rewards?|at all|again|and|but|then|from then on|afterwards|until then|so far|to|more|"
    r"should|must|"
    r"gets?|receives?|agent|do|does|switched|turned|set|kept|ever|completely|entirely)"
)
_CLAUSE = re.compile(r"[,;:()\n]|\.(?!\d)|(?<![a-z])(?:but|and|with)(?![a-z])|[，。；：、]")


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the clause around a span begins and ends."""
    before = [match.end() for match in _CLAUSE.finditer(text, 0, start)]
    after = _CLAUSE.search(text, end)
    return (before[-1] if before else 0), (after.start() if after else len(text))


def _denied(ask: Ask, match: re.Match[str]) -> tuple[bool, tuple[int, int]]:
    """Whether a clause says that nothing is paid, and where it stands; "in the first 5 steps, pay nothing" is one, too."""
    text = ask.lower
    begin, stop = _clause(text, match.start(), match.end())
    around = text[begin : match.start()] + " " + text[match.end() : stop]
    if not re.search(r"[a-z]", text[begin : match.start()]) and text[stop : stop + 1] == ",":
        following = text[stop + 1 : _clause(text, match.start(), stop + 1)[1]]
        if re.match(rf"\s*(?:{_TALK}\s+)*{_DENIED}(?![a-z])", following):
            return True, (begin, stop + 1 + len(following))
    return bool(re.search(rf"(?<![a-z]){_DENIED}(?![a-z])", around)), (begin, stop)


def _take(ask: Ask, span: tuple[int, int]) -> None:
    """Take the words of a clause that say no more than whether it is paid."""
    with ask.within([span]):
        ask.has(rf"(?<![a-z']){_TALK}(?![a-z'])")


def steps_of(ask: Ask) -> dict[str, Any]:
    """By the step of the episode, and by that of training."""
    out: dict[str, Any] = {}
    _warm_up(ask, out)
    _first_steps(ask, out)
    _after_steps(ask, out)
    _chinese_steps(ask, out)
    every = ask.first(
        rf"(?:is |are |only |just |paid |given |pay it |pays? |once |and |it )*(?:on|at|with|for|in)? ?(?:once "
        rf")?(?:in )?every "
        rf"(?P<n>\d+)(?:st|nd|rd|th) step{_OF_EPISODE}?(?: (?:only|alone))?|"
        rf"(?:is |are |only |just |paid |given |pay it |pays |once )+(?:once )?(?:in )?every (?P<m>{INT}) "
        rf"{_STEPS}{_OF_EPISODE}?|"
        rf"每(?:隔)?\s*(?P<p>{INT})\s*步(?:才)?(?:给|发放|支付|计算|奖励)(?:一次)?"
    )
    each = to_int(next((every[g] for g in "nmp" if every[g]), None)) if every else None
    if each and each > 1:
        out["every_steps"] = each
    return out


def _warm_up(ask: Ask, out: dict[str, Any]) -> None:
    match = ask.first(
        rf"(?:an? |there is an? |with an? )?(?:warm-?up|burn-?in)(?: phase| period| time| steps)?(?:\s|=|:|\(|of|for|"
        rf"lasting|"
        rf"over|is|should be|takes?)* (?P<n>{COUNT})(?: {_STEPS})?(?: of training)?|warm(?:s|ing)? up (?:for|over|in) "
        rf"(?P<m>{COUNT}) {_STEPS}|(?P<o>{COUNT})[ -]{_STEPS}(?: of)? warm-?up|warmup_steps\s*[=:]?\s*(?P<p>{COUNT})|"
        rf"(?:delayed by|(?:after )?a delay of|waits?(?: for)?|wait(?:ing)? for) (?P<q>{COUNT}) {_STEPS}|"
        rf"(?:only |starts? |starting |begins? |paid |pay it )+(?:from|at) step (?P<r>{COUNT})(?: on(?:wards?)?)?|"
        rf"预热\s*(?P<s>{COUNT})\s*步"
    )
    if match:
        out["warmup_steps"] = to_count(next(match[g] for g in "nmopqrs" if match[g]))


def _first_steps(ask: Ask, out: dict[str, Any]) -> None:
    """As in "the first 10 steps of an episode"."""
    for match in ask.find(
        rf"(?:(?:in|during|for|throughout|on|at) )?(?:(?:the|its|an?|each|every) )?(?P<p>episodes?'?s? )?"
        rf"(?:first|initial|opening) (?P<n>{COUNT}) {_STEPS}(?P<e>{_OF_EPISODE})?(?: of (?:the )?(?:whole "
        rf")?(?:training|run))?"
    ):
        if re.search(r"(?<![a-z])(?:after|over|within)\s*$", ask.lower[: match.start()].rstrip() + " "):
            ask.reading.give(match.start(), match.end())
            continue
        denied, span = _denied(ask, match)
        number = max(1, to_count(match["n"]))
        of_episode = bool(match["e"] or match["p"])
        if not denied and not of_episode:
            ask.missed.append(match[0])
            continue
        out["first_steps" if not denied else "after_steps" if of_episode else "warmup_steps"] = number
        _take(ask, span)


def _after_steps(ask: Ask, out: dict[str, Any]) -> None:
    """As in "only after 10 steps of an episode"."""
    for match in ask.find(
        rf"after (?:the )?(?:first |initial )?(?P<n>{COUNT}) {_STEPS}(?P<e>{_OF_EPISODE})?(?: of (?:the )?training)?"
        rf"(?: (?:have passed|are over))?|(?:from|until|before|up to) step (?P<m>{COUNT})(?: on(?:wards?)?)?"
        rf"(?P<f>{_OF_EPISODE})?"
    ):
        denied, span = _denied(ask, match)
        paid = re.search(rf"(?<![a-z]){_PAID}(?![a-z])", ask.lower[span[0] : match.start()])
        number, of_episode = max(1, to_count(match["n"] or match["m"])), bool(match["e"] or match["f"])
        if re.match(r"until|before|up to", match[0]):
            denied = not denied  # nothing before step 10
        if (not denied and not paid) or (denied and not of_episode):
            ask.reading.give(match.start(), match.end())
            continue
        out["first_steps" if denied else "after_steps" if of_episode else "warmup_steps"] = number
        _take(ask, span)


def _chinese_steps(ask: Ask, out: dict[str, Any]) -> None:
    for match in ask.find(
        r"(?P<o>仅|只)?(?:在)?(?:训练)?(?:开始)?(?:的)?(?P<e>(?:每|本|一)?(?:个|次)?(?:回合|局|幕|episode))?(?:开始)?(?:的)?"
        rf"(?:前|最初|开头)(?:的)?\s*(?P<n>{COUNT})\s*步(?:以内|之内|内|里)?(?:都)?(?P<d>不给|没有|不发放|不计算|不奖励|"
        r"不付|无|为零|为 ?0)?(?:任何)?(?:内在)?(?:奖励)?(?:才)?(?:给予?|有效|发放|起作用|支付)?(?:奖励)?"
    ):
        number = max(1, to_count(match["n"]))
        if not match["d"] and not match["e"]:
            ask.missed.append(match[0])
            continue
        out["first_steps" if not match["d"] else "after_steps" if match["e"] else "warmup_steps"] = number


_WHOSE = r"(?:extrinsic|external|environment(?:'s|al)?|env|task|game|true|real|outside)"
_WHO = r"(?:the |an? )?(?:environment|env|task|game)(?: itself)?"
_REWARD = rf"(?:{_WHOSE} rewards?|rewards? (?:of|from|by) {_WHO})"
_GIVES = r"(?:gives?|gave|pays?|paid|returns?|provides?|hands? out|yields?)"
_NONE = (
    rf"(?:the |an? |any )?{_REWARD} (?:is |was |are |equals? |=+ ?|stays? |being )*(?:exactly )?(?:0(?:\.0)?(?!\d)|"
    rf"zero|null|"
    rf"absent|missing|nothing)|{_WHO} (?:{_GIVES}|does not (?:give|pay|return)) (?:no|zero|0|nothing|any|a)(?: {_WHOSE})?"
    rf"(?: rewards?)?|there is no {_REWARD}|no {_REWARD}(?: (?:is|was))?(?: given| paid| received| there)?|"
    rf"without (?:an? |any )?{_REWARD}"
)
_SOME = (
    rf"(?:the |an? |any )?{_REWARD} (?:is |was |are |were )*(?:not zero|non-?zero|positive|above (?:zero|0)|(?:larger|"
    rf"greater|"
    rf"more) than (?:zero|0)|> ?0(?!\.\d)|!= ?0|given|received|paid|there)|{_WHO} {_GIVES} (?:an? |some |any |the )?"
    rf"(?:{_WHOSE} )?rewards?|there (?:is|was) (?:an? |some )?{_REWARD}|with (?:an? |some )?(?:non-?zero |positive "
    rf")?{_REWARD}"
)
_FOUND = (
    rf"(?:(?:the )?agent (?:has |ever )*\w+ )?(?:the |its |an? |any |some )*(?:first |non-?zero |positive )*(?:{_REWARD}|"
    rf"rewards?)(?: (?:in|of) the episode)?(?: (?:is|was|has been|comes?|arrives?|became))*(?: ever)?(?: non-?zero| "
    rf"positive| "
    r"given| received| found| seen| collected| reached)?(?: once)?"
)
_ON = (
    r"(?:when(?:ever)?|if|where(?:ver)?|while|as long as|(?:on|in|at|for)(?: the| those| all| any)*(?: time)? ?(?:steps?|"
    r"transitions?|moments?)(?: (?:where|when|in which|that|on which|have|has))?)"
)
_HERE = (
    r"(?:,? (?:of|in|during|within|for) (?:the|an|this|that|each|its|every) (?:current |same |rest of the )?episode)"
)
_LAST = (
    rf"(?:the |an? )?(?:very )?(?:last|final|terminal|terminating) (?:step|state|transition|observation|"
    rf"one)s?{_OF_EPISODE}?"
)


def gates_of(ask: Ask) -> list[str]:
    """By the environment's rewards and by ends of episodes."""
    found: list[tuple[int, str]] = []
    for words, paid, unpaid in (
        (rf"unless (?:{_SOME})", "unrewarded", "rewarded"),
        (rf"unless (?:{_NONE})", "rewarded", "unrewarded"),
        (rf"(?:until|till|before|up to) (?:{_SOME}|{_FOUND})(?: once)?(?:{_HERE})?", "until_reward", None),
        (rf"(?:once|after|as soon as|from the moment) (?:{_SOME}|{_FOUND})(?: once)?(?:{_HERE})?", None, "until_reward"),
        (rf"{_ON} (?:{_NONE})", "unrewarded", "rewarded"),
        (rf"{_ON} (?:{_SOME})", "rewarded", "unrewarded"),
        (rf"(?:(?:on|at|for|in|with|when) )+{_LAST}", "at_end", "not_at_end"),
        (r"(?<=only )(?:at|when) (?:the end of (?:an|each|every|the) episode|(?:an|the|each) episode (?:ends|is over|is "
         r"finished|terminates))", "at_end", None),
    ):  # fmt: skip
        for match in ask.find(rf"(?<![a-z]){words}(?![a-z])"):
            denied, span = _denied(ask, match)
            gate = unpaid if denied else paid
            if gate is None or (gate == "at_end" and not _paid_alone(ask.lower[span[0] : span[1]])):
                ask.reading.give(match.start(), match.end())
                continue
            found.append((match.start(), gate))
            _take(ask, span)
    found += _chinese_gates(ask)
    return list(dict.fromkeys(gate for _, gate in sorted(found)))


def _paid_alone(words: str) -> bool:
    return bool(re.search(r"(?<![a-z])(?:only|just|solely|exclusively|nothing but|alone)(?![a-z])", words))


def _chinese_gates(ask: Ask) -> list[tuple[int, str]]:
    out = []
    outside = r"(?:外部|环境|外在|任务)"
    for gate, words in (
        ("until_reward", rf"(?:本|每|一)?(?:回合|局)?(?:内|中)?(?:一旦)?(?:得到|获得|拿到|"
            rf"出现)过?(?:第一个)?(?:非零的?)?{outside}"
         r"奖励(?:之?后|以后|就|则)+(?:不再(?:给|发放)?(?:奖励)?|(?:奖励)?(?:变为|归|为) ?(?:0|零)|停止)?"),
        ("unrewarded", rf"(?:仅|只)?(?:在|当)?{outside}(?:没有(?:给)?奖励|不给奖励|(?:的)?奖励(?:为|是|等于|=) ?(?:0|零))"
         r"(?:时|的时候|的步)?(?:才)?(?:给予?|发放|有效|支付)?"),
        ("rewarded", rf"(?:仅|只)?(?:在|当)?{outside}(?:有奖励|给(?:出)?奖励|(?:的)?奖励(?:大于|>|不为|不等于|非) ?(?:0|零)|"
         r"奖励为正)(?:时|的时候|的步)?(?:才)?(?:给予?|发放|有效|支付)?"),
        ("at_end", r"(?:仅|只)(?:在)?(?:每)?(?:个)?(?:回合|局|episode)?(?:的)?(?:最后一步|结束时|终止步|终止时|末尾)(?:才)?"
         r"(?:给予?|发放|有效|支付)?"),
        ("not_at_end", r"(?:回合|局)?(?:的)?(?:终止|最后一?|结束)(?:步|状态|的?那一步)(?:不给|没有|不发放|不计)(?:奖励)?"),
    ):  # fmt: skip
        match = ask.first(words)
        if match:
            out.append((match.start(), gate))
    return out
