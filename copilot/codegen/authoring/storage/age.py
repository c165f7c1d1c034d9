"""Reads how age counts when a replay draws: likelier when new, a delay, windows of the newest or the oldest."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.amounts import BIG
from copilot.codegen.authoring.amounts import to_count as to_big
from copilot.codegen.authoring.ask import INT, Ask, to_int

_LESS = (
    r"(?:falls?|falling|decreas\w+|decays?|decaying|drops?|dropping|shrinks?|shrinking|goes down|going down|declin\w+|"
    r"diminish\w+)"
)
_CHANCE = (
    r"(?:(?:sampling|drawing|replay|draw) )?(?:probabilit(?:y|ies)|chances?|weights?|priorit(?:y|ies)|likelihood|odds)"
)
_HOW = r"(?:linear(?:ly)?|exponential(?:ly)?)"
_FALLS = (
    rf"(?:with )?(?:a |the |their |its )?{_CHANCE}(?: of (?:a|each|every|the)? ?(?:stored )?transitions?)?(?:,? "
    rf"(?:that|which|to be drawn|of being drawn))?"
    rf"(?: (?:are |is )?(?:{_HOW} )?{_LESS})(?: {_HOW})?(?: (?:with|in|by|as a function of))?(?: (?:their|its|the|"
    rf"growing|increasing))?(?: ages?| they age| it ages)?|"
    rf"{_HOW}[- ]?{_LESS} {_CHANCE}|(?:priorit(?:y|ies)|weights?|probabilit(?:y|ies)) by (?:their |its )?age|(?:the "
    rf")?older (?:a transition |it |they )?(?:is|are|gets?)?,? the "
    r"(?:less|rarer|smaller|lower|more seldom)[\w ]{0,14}|(?:newer|more recent|younger|fresher) (?:transitions?|ones?) "
    r"(?:are |is )?(?:drawn |sampled )?more "
    r"(?:often|likely|frequently)(?: (?:to be )?(?:drawn|sampled))?|(?:weights?|weighted|weighs?|draws?|samples?)(?: "
    r"the)?(?: transitions?)? by (?:their |its )?age|"
    r"(?:samples?|draws?|picks?) (?:the )?(?:old(?:er)?|aged) (?:transitions?|ones?|samples?) (?:less often|more "
    r"seldom|less frequently|more rarely)|"
    r"(?:样本|转移)?(?:的)?年龄越大(?:被)?(?:抽到|采样)(?:到)?的?概率越小|(?:样本|转移)?(?:的)?越(?:旧|"
    r"老)(?:的)?(?:样本)?[,，]?(?:被)?(?:抽到|采样|"
    r"采到)?(?:到)?的?概率(?:就)?越(?:小|低)|"
    r"(?:采样|抽样)?概率随(?:着)?(?:样本|转移)?(?:的)?年龄(?:增长)?(?:而)?(?:线性|指数)?(?:级)?(?:地)?(?:下降|衰减|"
    r"减小|降低|递减)|(?:age|recency)[- "
    r"]weight(?:ed|ing)"
)
_HALF = (
    rf"(?:{_CHANCE} )?(?:half-?(?:life|lives)(?: time)?|halves (?:with |after )?(?:every|each|after)|(?:is |are "
    rf")?halved (?:with "
    rf")?(?:every|each|after)|halv(?:es|ing) (?:the |their )?{_CHANCE}"
    rf"(?: (?:with|after))? (?:every|each))(?:\s|=|:|of|is|about)*(?P<n>{BIG})(?: (?:further |more |new |additional "
    rf")?(?:transitions?|steps?|samples?))?|"
    rf"半衰期(?:为|是|=)?\s*(?P<m>{BIG})\s*(?:步|条)?|"
    rf"(?:每(?:隔)?)\s*(?P<o>{BIG})\s*(?:步|条)(?:转移)?[,，]?(?:采样)?概率(?:就)?减半"
)


def by_age(ask: Ask, out: dict[str, Any]) -> None:
    half = ask.first(_HALF)
    if half:
        out |= {"by_age": "exponential", "half_life": to_big(half["n"] or half["m"] or half["o"])}
    linear = ask.says(r"linear(?:ly)?|线性")
    if ask.has(_FALLS) or half:
        ask.has(r"linear(?:ly)?|线性")
        ask.has(
            r"(?:weights? )?(?:decay\w*|fall\w*) exponentially(?: with(?: a)?)?|exponential(?:ly)?(?: decay| with(?: "
            r"a)?)?|"
            r"(?:按)?指数(?:衰减)?"
        )
        out["by_age"] = "linear" if linear and not half else "exponential"
        ask.has(
            r"(?:are |is )?(?:drawn|sampled) more often|weights? (?:decay|fall)s?|with a|by age|with (?:their|its)? "
            r"?age|decreasing|prefers? newer (?:transitions|ones|samples)|"
            rf"{_CHANCE}(?=\s*\0)|of a transition|transitions?,? (?=\0)|with (?=\0)|age(?:s)?(?= ?[,\0(])|old(?:er)? "
            rf"transitions less often"
        )


_NEWEST = r"(?:last|newest|most recent|latest|freshest)"
_AGE_STEPS = r"(?: (?:environment |time |env )?steps?| transitions?)"
_NOT_DRAWN = (
    r"(?:never|not|no longer|cannot be|can not be|must not be|may not be|should not be) (?:be )?(?:drawn|sampled|"
    r"returned|used|given out|handed out|available)"
)
_DELAY = (
    rf"(?:never|not|no|does not|doesn't|without|except|excluding)[\w ]{{0,30}}?(?:transitions?|experience|"
    rf"samples?)?[\w ]{{0,30}}?(?:from |of |within |in )?(?:the )?{_NEWEST}\s*(?P<n>{INT}|\d+){_AGE_STEPS}|"
    rf"(?:the )?{_NEWEST} (?P<u>{INT}){_AGE_STEPS} (?:are|is) {_NOT_DRAWN}|"
    rf"(?:不|从不)(?:会)?(?:采样|返回|抽取)最近(?:的)?\s*(?P<m>{INT})\s*步(?:的)?(?:转移|样本|经验)?|"
    rf"(?:makes? )?(?:transitions?|they|it|experience)? ?(?:become|becomes|are|is|can be|may be|get)? ?(?:available|"
    rf"drawn|usable|"
    rf"sampled|ready)(?: only)? (?:only )?(?:after )?(?:a delay of )?(?P<o>{INT}) (?:environment )?steps?(?: (?:after "
    rf"(?:they|it) "
    rf"(?:were|was|are|is) (?:made|added|stored|collected)|later|old))?|"
    rf"(?:with |has )?(?:a )?delay of (?P<p>{INT}) (?:environment )?steps?|(?:at least|older than) (?P<q>\d+) "
    rf"(?:environment )?steps? old|(?:延迟|滞后|过)\s*(?P<r>{INT})\s*步(?:之?后)?(?:才)?(?:可以|能|可)?(?:被)?(?:采样|"
    rf"抽取|使用)?|"
    rf"(?:hides?|withholds?|holds? back|keeps? back|hiding|withholding) "
    rf"(?:the )?{_NEWEST} (?P<s>{INT})(?:{_AGE_STEPS})(?: (?:from|of) (?:the "
    rf")?(?:learner|agent|training))?|最近(?:的)?\s*(?P<t>{INT})\s*步(?:的)?(?:转移|样本|经验)?(?:不|"
    rf"从不)(?:会)?(?:参与|被|会)?(?:采样|抽取|"
    rf"抽到)(?:到)?"
)
_OLDER = r"(?:older than|beyond|that are older than|more than|over)"
_OLDEST = (
    rf"(?:forget\w*|drop\w*|ignor\w*|discard\w*|never (?:draw|sampl|us)\w*|(?:are |is )?never (?:drawn|sampled|used)|"
    rf"nothing|no)[\w ,:]{{0,30}}?{_OLDER} (?P<n>{BIG}){_AGE_STEPS}(?: (?:old|ago|back))?(?: (?:is|are) (?:ever |still "
    rf")?(?:drawn|sampled|used|returned))?|"
    rf"(?:transitions?|experience|samples?|those|everything|anything|what)(?: (?:that|which))?(?: (?:is|are))? "
    rf"{_OLDER} (?P<m>{BIG})"
    rf"(?:{_AGE_STEPS})?(?: old)? (?:are |is |will be |must be |should be |get )?(?:never |not |no longer |used|drawn|"
    rf"sampled|forgotten|"
    rf"dropped|ignored|discarded|thrown away|removed)(?: (?:used|drawn|sampled|any more))*|"
    rf"(?:only )?(?:transitions? )?(?:of )?at most (?P<o>{BIG}) (?:steps|transitions) old|(?:不(?:会)?采样|忘记|丢弃|忽略|"
    rf"不用)(?:超过|早于)\s*(?P<p>{BIG})\s*(?:步|条)(?:以前|之前)?的?(?:转移|样本|经验)?|"
    rf"(?:超过|早于)\s*(?P<q>{BIG})\s*(?:步|条)(?:以前|之前)?的?(?:转移|样本|经验)?(?:都)?(?:不(?:会|再)?(?:被)?采样|"
    rf"被?忘记|被?丢弃|被?忽略)"
)


def windows(ask: Ask, out: dict[str, Any]) -> None:
    """What is not drawn yet, or any more."""
    oldest = ask.first(_OLDEST)
    if oldest:
        out["oldest"] = max(1, to_big(next(oldest[g] for g in "nmopq" if oldest[g])))
        ask.has(r"(?:that )?forgets?|forgetting|never (?:sampled|drawn)|are never|sampled")
    delay = ask.first(_DELAY)
    if delay:
        out["delay"] = int(to_int(next(delay[g] for g in "nmopqrstu" if delay[g])) or 0)
        ask.has(
            r"never|returns?|not yet|不会?|with a delay|delay|available|only|transitions? can(?= ?\0| be ?\0)|after "
            r"(?:they|it) (?:were|was) (?:made|added|stored)|才(?:可|能)?(?:采样)?"
        )
