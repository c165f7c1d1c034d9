"""Reads the sizes of a storage: what it holds, what a batch has, how many environments there are; discount, n of returns."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.amounts import BIG
from copilot.codegen.authoring.amounts import to_count as to_big
from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int, to_number
from copilot.codegen.authoring.valued import stated

_ITEMS = (
    r"(?:stored |single )?(?:transitions?|samples?|entries|experiences?|items?|tuples?|条(?:转移|样本|经验|数据)?|"
    r"个(?:样本|转移))"
)
_BATCH = r"(?:mini-?)?batch(?:es)?(?:[ _-]?sizes?)?(?: ?大小)?|bs|(?:小)?批(?:次|量)?(?:的)?(?:大小)?"
_HOLDS = (
    r"(?:can |could |should |must |will |to |that |which |it )*(?:holds?|holding|keeps?|keeping|stores?|storing|fits?|"
    r"has|have|remembers?|"
    r"(?:with |has |have )?(?:room|space) for|of the last)"
)
_MOST = (
    r"(?:up to |at most |only |the last |the newest |the most recent |a maximum of |max(?:imum)? |about |around |no "
    r"more than )*"
)
_BUFFER_OF = (
    r"(?:replay(?: buffer| memory| storage)?|buffer|storage|memory)(?: of|,| \(| with| for| sized)?(?: size| up to)? ?"
    r"(?P<r>\d{3,})(?= ?(?:$|[,;)]|\.(?!\d)|(?:with|that|which|and|in|from|where|whose|but|plus|for|as)\b))|"
    r"(?<![\d.])(?P<q>\d{3,})[- ](?:entry |slot |element |size )?(?:replay(?: buffer| memory| storage)?|buffer)(?![a-z])|"
    r"(?P<m>\d{3,})\s*(?:的|条)(?:经验)?(?:回放(?:池|缓冲区?|缓存)?|缓冲区|经验池)"
)
"""A size without what it counts: "a replay buffer of 200000"."""
_OF_SHARE = (
    r"(?![.,_]?\d|\s?/\s?\d| ?%| ?per ?cent| (?:positive|negative|terminal|uniform|zero)|\s*(?:of|来自|是|取自))"
)


def sizes_of(ask: Ask, out: dict[str, Any], rollout: bool) -> None:
    """How much it holds, how much a batch has, the discount, and of how many frames one is kept."""
    _batch(ask, out)
    _held(ask, out)
    if rollout:
        _rollout(ask, out)
    discount = stated(
        ask, r"discount(?:ed|s|ing)?(?: (?:factor|rate|rewards?|returns?|them|it|everything|future rewards?))?|gamma|γ|"
            r"折扣(?:因子|系数|率)?",
        NUM,
    )  # fmt: skip
    value = to_number(discount) if discount else None
    out |= {"discount": value} if value is not None and 0 <= value <= 1 else {}
    frames = ask.first(
        rf"(?:only |just )?(?:stores?|keeps?|saves?|storing|keeping) (?:only |just )?(?:single|individual|one|the newest|"
        rf"the last) frames?(?: once| only| each)?(?:,? and)? (?:and |but )?(?:stacks?|rebuilds?|puts?)(?: stacks of)? "
        rf"(?P<n>{INT})"
        rf"(?: of them| frames?)?(?: (?:together|again))?(?: (?:when|while|at|on) (?:sampl\w+|drawn|being drawn|they are "
        rf"drawn))?|frame[- ]?stack\w*(?: of|=| is)* ?(?P<m>{INT})|(?:只)?存(?:储)?单帧[^。]*?(?P<o>{INT})\s*帧"
    )
    if frames:
        out["frame_stack"] = to_int(frames["n"] or frames["m"] or frames["o"]) or 4


def _batch(ask: Ask, out: dict[str, Any]) -> None:
    before = ask.first(
        rf"(?<![\d.%/])(?P<n>{BIG})\s?{_ITEMS}? ?(?:per|in (?:each|every|a|one)|for (?:each|every|a)|to a) "
        rf"(?:mini-?)?batch(?:es)?|"
        rf"(?:samples?|draws?|returns?|gives?|hands? out|yields?|takes?) (?P<m>{BIG}) ?{_ITEMS}?(?: out)? (?:at (?:a "
        rf"time|once)|(?:each|every) "
        rf"(?:time|draw)|per (?:draw|sample|call))|每次(?:采样|抽取|抽|取|返回)\s*(?P<o>{BIG})\s*(?:条|个)(?:转移|样本)?|"
        rf"batch by batch \((?P<p>{BIG})\)|(?<![\w.])batch of (?P<q>{BIG})"
    )
    if before:
        out["batch_size"] = to_big(next(before[group] for group in "nmopq" if before[group]))
        ask.has(r"(?<![a-z])(?:hands? out|gives? out|yields?)(?![a-z])")
        return
    size = stated(
        ask, rf"(?:(?:each|every|one|a|the) )?(?:{_BATCH})", rf"{BIG}{_OF_SHARE}", units=_ITEMS, of=
            r"has|have|contains?|consists?|holds?|"
        r"made|up|大小|有|每个?",
    )  # fmt: skip
    size = size or stated(
        ask, r"每(?:个)?(?:批(?:次)?|(?:mini-?)?batch)(?:有|里有|采样|取)?", rf"{BIG}(?=\s*(?:条|个))", units=_ITEMS
    )
    if size:
        out["batch_size"] = to_big(size)
        ask.has(
            r"(?<![a-z])(?:(?:samples?|draws?|hands? out|gives? out|yields?|returns?|works? with)(?: (?:mini)?batches "
            r"of)?)(?=\s*\0)|每(?=\0)"
        )


def _held(ask: Ask, out: dict[str, Any]) -> None:
    """Its capacity."""
    size = stated(
        ask,
        r"(?:(?:total|max(?:imum|imal)?|buffer|storage|replay|memory|overall|its|the) ?[ _-]?)*(?:capacity|size|max[ "
        r"_-]?len(?:gth)?)(?: "
        r"(?:of )?(?:the )?(?:replay |experience )*(?:buffer|storage|memory|replay))?|(?:总|最大|缓冲区?|存储)*(?:容量|"
        r"大小)",
        BIG, units=_ITEMS, of=r"limited|up|most|maximum|最多|上限",
    )  # fmt: skip
    held = None if size else ask.first(
        rf"(?:replay(?: buffer| memory| storage)?|buffer|storage|memory),? (?:of |with |for |holding |that holds "
        rf")?(?P<r>{BIG}) {_ITEMS}|"
        rf"(?<![a-z]){_HOLDS} {_MOST}(?P<m>{BIG})[ -]?{_ITEMS}(?: (?:in (?:all|total)|at most))?|"
        rf"(?:能|可以?|最多|共|总共)*(?:存储|存放|存|保存|保留|容纳)(?:最多)?\s*(?P<p>{BIG})\s*(?:条|个)(?:转移|样本|经验)?|"
        rf"(?P<q>{BIG})[- ]transition (?:replay|buffer|storage)|(?:max(?:imum)? )?(?P<n>{BIG}) {_ITEMS} (?:in (?:all|"
        rf"total)|at (?:most|max)|"
        rf"max(?:imum)?|altogether|overall)|最多\s*(?P<o>{BIG})\s*条(?:转移|样本|经验)?"
    )  # fmt: skip
    held = held or (None if size else ask.first(_BUFFER_OF))
    if size or held:
        said = size or next(found for found in held.groupdict().values() if found)  # type: ignore[union-attr]
        out["storage_size"] = max(1, to_big(said))


def capacity_alone(ask: Ask, out: dict[str, Any]) -> None:
    """A number of transitions of which nothing else was said: what it holds."""
    if "storage_size" in out:
        return
    alone = ask.first(rf"(?:^|(?<=[\0，;；:：(•*\n-])|(?<=,)(?=\s)|(?<=with)|(?<=and)|(?<=plus)|(?<=as)|(?<=using)|"
        rf"(?<=having))\s*(?P<n>{BIG})\s*"
                      rf"{_ITEMS}(?=\s*(?:$|[\0,，;；.。)\n(]|and\b|plus\b|as well|with\b))")  # fmt: skip
    if alone:
        out["storage_size"] = max(1, to_big(alone["n"]))


def _rollout(ask: Ask, out: dict[str, Any]) -> None:
    """Of a rollout: its steps and environments."""
    if "storage_size" not in out:
        steps = ask.first(
            rf"(?:of |with |over |for |lasts? |every |collects? |holds? |stores? |takes? )*(?P<n>{BIG}) (?:time ?|"
            rf"env(?:ironment)? )?steps?(?: (?:per|for "
            rf"each|of each|in each|from each|each|an?|every) ?(?:parallel )?(?:env\w*|rollout|update|worker)?)?(?: "
            rf"(?:long|each))?"
            rf"(?![- ](?:returns?|targets?|advantages?))|"
            rf"(?:每(?:个|次)?(?:环境|轨迹|rollout)?(?:各)?|长度?|用|共|收集|采集)(?:为|是|次)*\s*(?P<m>{BIG})\s*步(?!(?:的)?(?:回报|收益))"
        )
        length = steps["n"] or steps["m"] if steps else stated(
            ask, r"(?:rollouts?|trajectory|its|the|rollout的?|轨迹)?[ _-]*(?:length|horizon|n_?steps|num_?steps|steps|长度?|"
                r"步数)(?: of (?:a|the|each) rollout)?",
            BIG, units=r"(?:time ?)?steps?|步",
        )  # fmt: skip
        out |= {"storage_size": to_big(length)} if length else {}
    envs = ask.first(
        rf"(?:with |over |in |and |from |across )?(?<![\d.])(?P<n>{INT}) (?:(?:parallel|vectori[sz]ed|copies of the|"
        rf"simultaneous) )*"
        rf"(?:envs?|environments?|workers)(?![a-z])(?: side by side| in parallel| at once)?|"
        rf"(?P<m>{INT})\s*个(?:并行)?(?:的)?环境"
    )
    number = envs["n"] or envs["m"] if envs else stated(
        ask, r"(?:num(?:ber)?(?:[ _]of)?[ _]*(?:parallel )?)(?:envs|environments)|envs|environments|"
            r"(?:并行)?环境(?:个)?数(?:量|目)?", INT,
    )  # fmt: skip
    out |= {"num_envs": to_int(number)} if number else {}


def returns_of(ask: Ask, out: dict[str, Any]) -> None:
    """Over how many steps returns are."""
    steps = ask.first(
        rf"(?P<n>{INT})[ -]?steps?(?:[ -](?:discounted |bootstrapped )?(?:returns?|targets?|transitions?|bootstrap\w*|"
        rf"td|rewards?|"
        rf"advantages?|ones))+|(?P<o>{INT})\s*步(?:的)?(?:累[积计])?(?:回报|收益|奖励|自举|td|目标)|"
        rf"(?:sums?|summed|adds? up|accumulat\w+) (?:the |up |all )*(?:discounted )?rewards? (?:of|over|from|across) "
        rf"(?P<p>{INT}) steps?|"
        rf"(?:returns?|targets?) (?:are |is |should be |must be |over |of |computed over |taken over )+(?P<q>{INT})[- "
        rf"]?steps?"
    )
    named = (
        r"(?:n|multi)[- _]?steps?(?:[ -](?:returns?|targets?|bootstrap\w*|transitions?|learning|td|为))*|多步(?:的)?(?:回报|"
        r"收益|学习)?|n ?步(?:的)?(?:回报|收益)?"
    )
    if steps:
        out["n_step"] = to_int(next(steps[group] for group in "nopq" if steps[group]))
        ask.has(rf"(?<![a-z])(?:{named})(?![a-z])|n ?= ?(?={INT})")
        return
    value = stated(ask, named, INT, units=r"steps?|步", of=r"n|over")
    if value is None and ask.says(rf"(?<![a-z])(?:{named})(?![a-z])"):
        value = stated(ask, r"n", INT, units=r"for the (?:multi|n)-step (?:returns?|targets?)|的(?=\s*多步)")
    if value is not None:
        out["n_step"] = to_int(value)
        ask.has(rf"(?:for (?:the )?)?(?<![a-z])(?:{named})(?![a-z])")
    elif ask.has(rf"(?<![a-z])(?:{named})(?![a-z])(?:回报|收益)?"):
        out["n_step"] = 3
