"""Reads a storage: what happens to rewards on their way in, which transitions are drawn, what returns are made of."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int
from copilot.codegen.authoring.bonus_paid import BIG, to_big
from copilot.codegen.authoring.spec import Storage, StorageKind
from copilot.codegen.authoring.storage_draws import drawn_of
from copilot.codegen.authoring.storage_rewards import rewards_of
from copilot.codegen.authoring.storage_rollouts import rollout_of
from copilot.codegen.authoring.storage_words import told

BEYOND = (
    r"\b(?:hindsight|her|sequences?|recurrent|compress\w*|disk|reservoir|float16|half[- ]precision|"
    r"curiosity|novelty|goal|relabel\w*|duplicates?|augment\w*|dict|evict\w*|retrace|v-?trace|"
    r"diverse|diversity|nearest|clusters?|lambda[- ]returns?)\b|"
    r"事后|序列|压缩|磁盘|蓄水池|增强|去重|多样性"
)


def read(ask: Ask) -> tuple[Storage | None, list[str]]:
    """The storage that a request asks for, or None; and notes."""
    notes: list[str] = []
    out: dict[str, Any] = {}
    ask.has(
        r"(?:(?:just |exactly |much )?(?:like|same as|similar to|as in|based on)) (?:in )?(?:our|the|your|rllte's|the "
        r"library's)"
        r"(?: (?:own|existing|usual|standard|vanilla|uniform|built-in|library's))?(?= )|(?:,? ?but )?except(?: for the "
        r"fact)? that|"
        r"\b(?:i\.e\.?|e\.g\.?),?|(?:everything|all) else (?:as|like)(?: (?:in|it is in))?(?: the)?(?: (?:vanilla|usual|"
        r"standard|uniform))?(?: (?:one|replay|rollout))?|"
        r"otherwise (?:it is |as |like )?(?:the )?(?:vanilla|usual|standard|uniform|normal)(?: (?:one|replay|rollout))?"
    )
    rollout = ask.says(
        r"rollouts?\b|on-policy|轨迹缓冲(?:区)?|轨迹存储|(?:同策略|在线策略)(?:存储|缓冲区?)?|advantages?\b|\bgae\b|优势"
    )
    _sizes(ask, out, rollout)
    rewards_of(ask, out, notes)
    if rollout:
        rollout_of(ask, out)
    else:
        _prioritised(ask, out)
        drawn_of(ask, out, notes)
    _returns(ask, out)
    ask.has(
        r"(?:on-policy )?rollouts?(?: (?:storage|buffer|memory))?|on-policy(?: (?:storage|buffer))?|轨迹缓冲(?:区)?|"
        r"轨迹存储|(?:同策略|在线策略)(?:存储|缓冲区?)?|(?:vanilla|dict|prioriti[sz]ed)(?:replay|rollout)storage"
    )
    if not out:
        return None, notes
    of: StorageKind = "rollout" if rollout else "prioritized" if out.pop("prioritized", False) else "replay"
    plan = Storage(of=of, **out)
    _derived(ask, plan)
    told(ask, plan)
    return plan, notes


def _derived(ask: Ask, plan: Storage) -> None:
    """Numbers that follow from others: 128 steps of 4 environments are 512 samples, of which the best half are 256."""
    if not (plan.storage_size and plan.num_envs):
        return
    whole = plan.storage_size * plan.num_envs
    part = round(whole * (plan.best or 1.0))
    ask.has(
        rf"(?:=> ?|= ?|i\.e\.?,? |that is |so )?(?:{part} (?:samples? |transitions? )?(?:out )?of )?(?:(?:the|all) "
        rf")?{whole}(?: (?:samples?|transitions?))?(?: in (?:all|total))?"
    )


def _sizes(ask: Ask, out: dict[str, Any], rollout: bool) -> None:
    """How much it holds, how much a batch has, and the discount."""
    link = r"(?:\s|=|:|：|of|is|size|sizes|about|at|with|to|holds?|up to|为|是|大小|容量|取|设为)*"
    batch = ask.first(
        rf"(?:mini-?)?batch(?:es)?(?:[ _-]?sizes?)?(?: of| =|=|:|：| ?大小(?:为|是)?)? ?(?P<n>{BIG})(?: (?:samples?|"
        rf"transitions?))?(?! ?%)|"
        rf"批(?:次|量)?(?:大小)?{link}(?P<m>{BIG})(?!\d*\s*%)|"
        rf"(?:sample|draw)s? (?P<o>\d+)(?: transitions?)? (?:at a time|per batch|each time)|(?:batches|minibatches) (?:of|"
        rf"have|with) (?P<p>{BIG})(?: samples| transitions)?|batch by batch \((?P<q>\d+)\)"
    )
    if batch:
        out["batch_size"] = to_big(next(batch[g] for g in "nmopq" if batch[g]))
    size = ask.first(
        rf"(?:replay(?: buffer| memory| storage)?|buffer|storage|memory),? (?:of |with |for |holding |that holds "
        rf")?(?P<r>{BIG}) (?:transitions?|samples?|entries)|"
        rf"(?:(?:total |maximum |buffer |storage |replay |overall )*(?:capacity|size)|total|max(?:imum)? (?:size|"
        rf"length))(?: (?:of )?(?:the )?(?:buffer|storage|memory))?{link}(?P<n>{BIG})(?: (?:transitions?|steps?|"
        rf"samples?|entries))?|"
        rf"(?:holds?|keeps?|stores?|with room for|room for|space for|of the last) (?:up to |at most |only |the last |the "
        rf"newest |the most recent )*(?P<m>{BIG}) (?:transitions?|steps?|samples?|entries)(?: in (?:all|total))?|"
        rf"(?:总)?容量{link}(?P<o>{BIG})(?:\s*条)?|(?:存储?|保存|保留)(?:最多)?\s*(?P<p>{BIG})\s*条|"
        rf"(?P<q>{BIG})[- ]transition (?:replay|buffer|storage)"
    )
    if size:
        out["storage_size"] = max(1, to_big(next(size[g] for g in "nmopqr" if size[g])))
    if rollout:
        steps = ask.first(
            rf"(?:of |with |over )?(?P<n>{BIG}) steps?(?: (?:per|for each|of each|in each) (?:env\w*|rollout))?(?: "
            rf"(?:long|"
            rf"each))?(?![- ](?:returns?|targets?))|每(?:个环境)?(?:次)?\s*(?P<m>{BIG})\s*步"
        )
        if steps:
            out["storage_size"] = to_big(steps["n"] or steps["m"])
    envs = ask.first(
        rf"(?:with |over |in |and )?(?P<n>{INT}) (?:parallel |vectori[sz]ed )?(?:envs?|environments?)(?: side by side| in "
        rf"parallel)?|(?P<m>\d+)\s*个(?:并行)?环境"
    )
    if envs:
        out["num_envs"] = to_int(envs["n"] or envs["m"])
    discount = ask.number(
        rf"(?:discount(?:ed)?(?: factor)?(?: by)?|gamma|γ|折扣(?:因子|系数)?)(?:\s|=|:|of|is|为|取|是)*(?P<n>{NUM})"
    )
    out |= {"discount": discount} if discount is not None and 0 <= discount <= 1 else {}
    frames = ask.first(
        rf"(?:only |just )?(?:stores?|keeps?|saves?|storing|keeping) (?:only |just )?(?:single|individual|one|the newest|"
        rf"the last) frames?(?: once| only| each)?(?:,? and)? (?:and |but )?(?:stacks?|rebuilds?|puts?)(?: stacks of)? "
        rf"(?P<n>{INT})"
        rf"(?: of them| frames?)?(?: (?:together|again))?(?: (?:when|while|at|on) (?:sampl\w+|drawn|being drawn|they are "
        rf"drawn))?|frame[- ]?stack\w*(?: of|=| is)* ?(?P<m>{INT})|(?:只)?存(?:储)?单帧[^。]*?(?P<o>{INT})\s*帧"
    )
    if frames:
        out["frame_stack"] = to_int(frames["n"] or frames["m"] or frames["o"]) or 4


def _returns(ask: Ask, out: dict[str, Any]) -> None:
    """Over how many steps."""
    if "chunk" in out:
        return
    steps = ask.first(
        rf"(?P<n>{INT})[ -]?steps?(?:[ -](?:returns?|targets?|transitions?|bootstrap\w*|td))+|(?:n|multi)[- ]?steps?(?: "
        rf"(?:returns?|targets?))?"
        rf"(?:\s|of|with|\(|n|=|over)*(?P<m>\d+)?(?: steps)?|(?P<o>{INT})\s*步(?:的)?(?:回报|收益|奖励)|(?:sums?|summed) "
        rf"(?:the )?rewards? (?:of|over) (?P<p>{INT}) steps?"
    )
    if steps:
        out["n_step"] = to_int(next((steps[g] for g in "nmop" if steps[g]), None)) or 3


def _prioritised(ask: Ask, out: dict[str, Any]) -> None:
    size = (
        r"(?:in proportion to|proportional(?:ly)? to|by|according to|with priority(?: equal to)?) (?:the |its |their "
        r")?(?:absolute (?:value of )?|size of |magnitude of )?(?:the(?:ir)? )?"
        r"(?:absolute )?rewards?"
    )
    if ask.has(
        rf"{size}(?: (?:magnitude|size))?|reward[- ](?:weighted|prioriti[sz]ed|proportional)(?: sampling)?|"
        rf"按奖励(?:的)?(?:大小|绝对值)(?:优先|采样)?"
    ):
        out["by_reward"] = True
        floor = ask.number(rf"(?:plus|\+|and) (?:a (?:small )?constant (?:of )?)?(?P<n>{NUM})(?: more)?")
        out |= {"floor": floor} if floor and floor > 0 else {}
        ask.has(r"prioriti[sz]ed|absolute|magnitude|优先(?:级)?(?:采样)?|概率|成正比")
        return
    ranked = ask.says(
        r"rank[- ]based|by (?:the |their )?ranks?\b|ranks? (?:instead|rather)|按排名|基于排名|1 ?/ ?rank|one over the rank"
    )
    if not ask.has(
        r"(?<!by )(?<!de)prioriti[sz](?:e|ed|es|ing|ation)\b(?: (?:experience )?(?:replay|sampling|by))?|"
        r"优先(?:级)?(?:采样|回放|经验回放)?|(?:按|根据) ?td ?误差|"
        r"(?:by|of|absolute|proportional to|in proportion to) (?:the )?(?:absolute )?td[- ]errors?|\bper\b(?= (?:with|but|"
        r"whose|where|without|variant))|"
        r"rank[- ]based|priorities(?= (?:are|come|equal|of|go))"
    ):
        return
    out |= {"prioritized": True, **({"ranked": True} if ranked else {})}
    _of_priorities(ask, out)


def _of_priorities(ask: Ask, out: dict[str, Any]) -> None:
    ask.has(r"(?:by |the |absolute )*td[- ]errors?|td ?误差|误差|按|priorit\w+(?= (?:is|are|equals?))")
    alpha = ask.number(rf"(?:alpha|α|priority exponent)(?:\s|=|of|is|为|取)*(?P<n>{NUM})")
    out |= {"alpha": alpha} if alpha is not None and 0 <= alpha <= 1 else {}
    if ask.has(
        r"(?:without|no|not any|ignor\w+|drop(?:ping)?) (?:the |any )?importance(?:[- ]sampling)?(?: weight(?:s|ing)?| "
        r"correction)?|(?:不用|没有|无)重要性(?:采样)?(?:权重)?"
    ):
        out["unweighted"] = True
    else:
        beta = ask.number(
            rf"(?:beta|β|importance(?:[- ]sampling)?(?: exponent| weights?)?)(?: (?:is |be )?(?:anneal\w*|ris\w+|"
            rf"increas\w+|goes|grow\w*))?(?: (?:linearly|from))*(?:\s|=|of|is|为|取|from|从)*(?P<n>{NUM})"
        )
        out |= {"importance": beta} if beta is not None and 0 <= beta <= 1 else {}
        if out.get("importance") is not None:
            ask.has(
                r"(?:anneal\w*|increas\w+|ris\w+)? ?(?:up )?(?:to|->|→) ?1(?:\.0)?(?![\d.])|(?:线性)?(?:增加|上升|"
                r"退火)?(?:到|至)\s*1(?:\.0)?|线性增加?|->"
            )
            steps = ask.first(
                rf"(?:over|within|in|after|during) (?:the (?:first )?)?(?P<n>{BIG}) (?:transitions?|steps?|samples?)(?: "
                rf"added)?|(?:在|共|经过)?\s*(?P<m>{BIG})\s*(?:步|条)(?:内|后)?"
            )
            out |= {"beta_steps": to_big(steps["n"] or steps["m"])} if steps else {}
    if out.get("ranked"):
        ask.has(
            r"rank[- ]based(?: prioriti\w+| variant)?|(?:by|of) (?:the |their )?ranks?(?: of (?:the |their "
            r")?(?:td[- ])?errors?)?|"
            r"one over the rank|1 ?/ ?rank|按排名|基于排名|ranks? (?:instead of|rather than) (?:the )?(?:raw "
            r")?(?:td[- ])?(?:errors?)?|raw"
        )
    eps = ask.number(
        rf"(?:minimum|min|smallest|base|floor|least) priorit(?:y|ies)(?: (?:of|is|be))*\s*(?P<n>{NUM})|"
        rf"(?:eps(?:ilon)?)(?:\s|=|of|is)*(?P<m>{NUM})",
    )
    out |= {"eps": eps} if eps and eps > 0 else {}
    cut = ask.number(
        rf"(?:td[- ])?(?:errors?|priorit(?:y|ies)) (?:are |is )?(?:clipped|capped|bounded|limited|cut)(?: (?:at|to|by|"
        rf"from "
        rf"above|off))*\s*(?P<n>{NUM})",
        rf"(?:clip|cap|bound|limit)\w* (?:the )?(?:td[- ])?(?:errors?|priorities) (?:at|to)\s*(?P<n>{NUM})",
    )
    out |= {"error_clip": cut} if cut and cut > 0 else {}
    _uniform(ask, out)


def _uniform(ask: Ask, out: dict[str, Any]) -> None:
    """A share that is drawn whatever its error."""
    from copilot.codegen.authoring.storage_shares import SHARE, share_of

    match = ask.first(
        rf"(?P<n>{SHARE}) (?:of (?:each |every |the |a )?(?:batch|it|them|samples?) )?(?:(?:is |are |being |drawn |"
        rf"sampled "
        rf")*(?:uniform(?:ly)?|at random))(?: (?:drawn|sampled))?|"
        rf"mix\w* with (?P<m>{SHARE}) uniform(?: sampling)?"
    )
    if match:
        out["uniform"] = share_of(match["n"] or match["m"])
        ask.has(
            rf"(?:and )?(?:{SHARE}) (?:of (?:each |every |the |a )?(?:batch|samples?) )?(?:is |are |prioriti\w+ |drawn |"
            rf"by "
            rf")*(?=\0|$|,|\.)|{SHARE} of (?:the|each|every|a) batch"
        )
