"""Reads priorities: by what transitions are drawn more often, with which exponents, and what errors count."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.amounts import BIG
from copilot.codegen.authoring.amounts import to_count as to_big
from copilot.codegen.authoring.ask import NUM, Ask, to_number
from copilot.codegen.authoring.storage.shares import OF_BATCH, SHARE, share_of
from copilot.codegen.authoring.valued import kept_within, stated

_PROPORTION = (
    r"(?:in proportion to|proportional(?:ly)? (?:to|with)|by|according to|weighted by|with priority(?: equal to)?|"
    r"grows? with)"
)
_REWARD = (
    r"(?:the |its |their )?(?:absolute (?:value of )?|size of |magnitude of |value of )*(?:the(?:ir)? |its )?(?:absolute )?"
    r"(?:rewards?|\|r\|)(?: (?:magnitude|size|value))?"
)
_PRIORITISED = (
    r"(?<!by )(?<!de)prioriti[sz](?:e|ed|es|ing|ation)\b(?: (?:experience )?(?:replay|sampling|by))?|"
    r"优先(?:级)?(?:采样|回放|经验回放|回放缓冲区?)?|(?:按|根据) ?td ?误差|"
    r"(?:by|of|absolute|proportional to|in proportion to) (?:the )?(?:absolute )?td[- ]errors?|(?<![a-z])per(?= (?:with|but|"
    r"whose|where|without|variant|buffer|replay|storage|memory|that|which|having|using|implementation)|[:,(\n•*-]|$)|"
    r"rank[- ]based|priorities(?= (?:are|come|equal|of|go|should|must))"
)


def priorities_of(ask: Ask, out: dict[str, Any]) -> None:
    """All of it."""
    if ask.has(
        rf"{_PROPORTION} {_REWARD}|reward[- ](?:weighted|prioriti[sz]ed|proportional)(?: sampling)?|"
        rf"按奖励(?:的)?(?:绝对值)?(?:的)?(?:大小|绝对值)(?:优先|成正比|成比例)?(?:地)?(?:采样|抽取)?|"
        rf"(?:采样)?(?:概率)?(?:与|和|跟)奖励(?:的)?(?:大小|绝对值)成(?:正比|比例)"
    ):
        _by_reward(ask, out)
        return
    ranked = ask.says(
        r"rank[- ]based|(?:by|of) (?:the |their )?ranks?\b|ranks? (?:instead|rather)|ranks the|按排名|基于排名|排序|1 "
        r"?/ ?rank|"
        r"one over the rank"
    )
    if not ask.says(_PRIORITISED):
        return
    out |= {"prioritized": True, **({"ranked": True} if ranked else {})}
    _errors(ask, out)
    ask.has(_PRIORITISED)
    ask.has(
        r"(?:by |the |absolute |raw )*td[- ]errors?(?! (?:are|is|clipp|capp|limit|above))|按(?=\0)|priorit\w+(?= (?:is|"
        r"are|equals?) the)"
    )
    _alpha(ask, out)
    _beta(ask, out)
    _uniform(ask, out)
    if ranked:
        ask.has(
            r"(?:by|of) (?:the |their )?ranks?(?: of (?:the |their )?(?:td[- ])?errors?)?|(?:is |are )?rank[- "
            r"]based(?: prioriti\w+| variant| "
            r"priorities)?|(?:(?:is |are )?(?:one over|1 ?/ ?)(?: ?the)? ?ranks?)(?: of (?:the |their |its )?(?:td[- "
            r"])?errors?)?|"
            r"(?:按|基于)?(?:误差)?(?:排名|排序)(?:计算|来算|采样)?(?:优先级)?|ranks? (?:the )?(?:td[- ])?errors?|"
            r"ranks? (?:instead of|rather than) (?:the )?(?:raw )?(?:td[- ])?(?:errors?)?|raw"
        )


def _by_reward(ask: Ask, out: dict[str, Any]) -> None:
    out["by_reward"] = True
    floor = ask.number(rf"(?:plus|\+|and) (?:a (?:small )?constant (?:of )?)?(?P<n>{NUM})(?: more)?")
    out |= {"floor": floor} if floor and floor > 0 else {}
    ask.has(
        r"prioriti[sz]ed|absolute|magnitude|优先(?:级)?(?:采样)?|概率|成正比|(?:with |the )*(?:sampling "
        r")?probabilit(?:y|ies)(?: "
        r"(?:is|are))?(?=\s*\0)"
    )


def _alpha(ask: Ask, out: dict[str, Any]) -> None:
    alpha = stated(
        ask, r"alpha|α|(?<!sampling )(?<!importance )(?:priority |prioriti[sz]ation )?exponent|优先级?指数|指数|"
        r"(?:raises?|raised) (?:the )?priorities to (?:the|a) power|priorities (?:are )?raised to (?:the|a) power|"
        r"priority power", NUM,
    )  # fmt: skip
    value = to_number(alpha) if alpha else None
    out |= {"alpha": value} if value is not None and 0 <= value <= 1 else {}


def _beta(ask: Ask, out: dict[str, Any]) -> None:
    if ask.has(
        r"(?:(?:do(?:es)? )?without|no|not any|ignor\w+|drop(?:ping|s)?|leaves? out|leaving out|skips?|omits?|does not "
        r"use|(?:has|have|uses?|using|there are) no) "
        r"(?:the |any )?importance(?:[- ]sampling)?(?: weight(?:s|ing)?| correction)*|"
        r"(?:不用|没有|无|不使用|去掉|不做)重要性(?:采样)?(?:权重|修正)?"
    ):
        out["unweighted"] = True
        return
    beta = stated(
        ask,
        r"beta|β|importance(?:[- ]sampling)?(?: exponent| weights?| correction)*|is[- ]exponent|重要性(?:采样)?(?:指数|"
        r"权重)?",
        NUM, of=r"anneal\w*|ris\w+|increas\w+|grow\w*|linearly|schedul\w*|starts?|starting|start|从|由|线性|退火",
    )  # fmt: skip
    value = to_number(beta) if beta else None
    if value is None or not 0 <= value <= 1:
        return
    out["importance"] = value
    if not ask.has(
        r"(?:,? ?(?:and )?(?:anneal\w*|increas\w+|ris\w+|grow\w*|going|goes|that goes))? ?(?:linearly )?(?:up )?(?:to|"
        r"->|→|until it is) ?1(?:\.0)?(?![\d.])|"
        r"(?:线性)?(?:增加|上升|退火|增长|升)?(?:到|至) ?1(?:\.0)?(?![\d.])|线性增加?|->"
    ):
        return
    steps = ask.first(
        rf"(?:over|within|in|after|during|through|by|across) (?:the )?(?:course of |first |next )*(?P<n>{BIG})(?: "
        rf"(?:transitions?|(?:training |env(?:ironment)? "
        rf")?steps?|samples?|updates?)(?: added)?)?|(?:在|共|经过|用|历经|前)\s*(?P<m>{BIG})\s*(?:步|条)(?:之?内|里|后)?|"
        rf"(?P<o>{BIG})\s*(?:步|条)(?:之?内|里|后)?"
    )
    out |= {"beta_steps": to_big(steps["n"] or steps["m"] or steps["o"])} if steps else {}


def _errors(ask: Ask, out: dict[str, Any]) -> None:
    """What is added to priorities, and at what they end."""
    least = stated(
        ask, r"(?:minimum|minimal|min|smallest|base|floor|least|lowest) (?:of (?:the )?)?priorit(?:y|ies)|priority "
            r"(?:floor|offset|epsilon|eps)|eps(?:ilon)?|ε|"
        r"最小优先级|优先级下限", NUM,
    )  # fmt: skip
    if least is None:
        added = ask.first(
            rf"(?:adds?|adding) (?:a (?:small )?constant (?:of )?)?(?P<n>{NUM}) to (?:all|every|each|the) (?:of the "
            rf")?priorit(?:y|ies)|"
            rf"(?:a (?:small )?constant (?:of )?)?(?P<m>{NUM}) (?:is |gets |being )?added to (?:all|every|each|the) "
            rf"(?:of the )?priorit(?:y|ies)|"
            rf"(?:td )?(?:优先级|误差)(?:都|再)?加(?:上)?(?:常数)?\s*(?P<o>\.\d+|{NUM})|priorit(?:y|ies) plus (?P<p>{NUM})"
        )
        least = next(added[group] for group in "nmop" if added[group]) if added else None
    out |= {"eps": to_number(least)} if least and to_number(least) > 0 else {}
    cut = kept_within(
        ask,
        r"(?:the |all |absolute |td[- ])*(?:td[- ]?errors?|errors?|priorities|priority)(?: (?:values?|sizes?))?",
        r"(?:td ?误差|误差|优先级)(?:的)?",
    )
    out |= {"error_clip": cut[1]} if cut and cut[1] > 0 else {}


def _uniform(ask: Ask, out: dict[str, Any]) -> None:
    """A share that is drawn whatever its error."""
    alike = (
        r"(?:uniform(?:ly)?(?: (?:at random|random|sampled|drawn))*(?: (?:transitions?|samples?|ones))?|at random|"
        r"random(?:ly)?(?: (?:transitions?|samples?))?)"
    )
    match = ask.first(
        rf"(?P<n>{SHARE})(?:(?:{OF_BATCH})| of (?:it|them)| the batch)? ?(?:(?:is|are|being|drawn|sampled|should|must|"
        rf"be|comes?|taken|of|with|from|chosen|picked) )*{alike}"
        rf"(?:{OF_BATCH}| in (?:each|every|a|the) batch)?|mix\w*(?: in)?(?: with)? (?P<m>{SHARE}) (?:of )?{alike}|"
        rf"(?:每(?:个)?(?:批(?:次)?|batch)(?:中|里)?(?:的|有)?)?\s*(?P<o>{SHARE})\s*(?:的)?(?:样本|转移)?(?:是|为|"
        rf"用)?(?:均匀|随机)(?:采样|抽取)?"
    )
    if match:
        out["uniform"] = share_of(match["n"] or match["m"] or match["o"])
        ask.has(
            rf"(?:and )?(?:{SHARE}) (?:of (?:each |every |the |a )?(?:batch|samples?) )?(?:is |are |prioriti\w+ |drawn |"
            rf"by "
            rf")*(?=\0|$|,|\.)|{SHARE} of (?:the|each|every|a) batch|(?:mix\w*(?: in)?|draws?|takes?)(?= ?\0)"
        )
