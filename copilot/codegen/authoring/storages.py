"""Reads a storage: what happens to rewards on their way in, and which transitions are drawn."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int, to_number
from copilot.codegen.authoring.spec import Storage, StorageKind

BEYOND = (
    r"\b(?:hindsight|her|episodes?|episodic|trajector\w*|sequences?|recurrent|compress\w*|disk|reservoir|"
    r"dual|separate|rank[- ]based|curiosity|novelty|goal|relabel\w*|demonstrations?|"
    r"expert|duplicates?|filter\w*|discard\w*|drop\w*|augment\w*|noise|dict|segment|sum-?tree|evict\w*|visits?|"
    r"lambda|action[- ]balanced|by action|per action|diverse|diversity|nearest|clusters?)\b|"
    r"事后|轨迹(?!缓冲)|序列|压缩|磁盘|蓄水池|示范|专家|过滤|丢弃|增强|噪声|去重"
)
_LINK = (
    r"(?:\s|=|:|：|of|by|to|with|at|a|the|is|factor|value|为|是|到|取|系数|因子|within|between|in|\[|\(|±|"
    r"\+/-|between|and|-)*"
)
_REWARDS = r"(?:all |the |their |each |every )?(?:stored |incoming )?rewards?|奖励"
_SHARES = {"half": 0.5, "a third": 1 / 3, "one third": 1 / 3, "a quarter": 0.25, "one quarter": 0.25, "two thirds": 2 / 3,
           "three quarters": 0.75, "一半": 0.5, "半数": 0.5, "四分之一": 0.25, "三分之一": 1 / 3, "a tenth": 0.1,
           "tenth": 0.1,
           "one tenth": 0.1, "fifth": 0.2, "a fifth": 0.2, "quarter": 0.25, "third": 1 / 3, "十分之一": 0.1, "五分之一": 0.2,
           "most": 0.75}  # fmt: skip
_SHARE = rf"(?:{NUM}|{'|'.join(sorted(_SHARES, key=len, reverse=True))})"


def read(ask: Ask) -> tuple[Storage | None, list[str]]:
    """The storage that a request asks for, or None; and notes."""
    notes: list[str] = []
    out: dict[str, Any] = {}
    _changed(ask, out, notes)
    rollout = ask.has(r"rollouts?(?: (?:storage|buffer))?|on-policy|轨迹缓冲(?:区)?")
    _prioritised(ask, out)
    _drawn(ask, out, notes)
    steps = ask.first(
        rf"(?P<n>{INT})[ -]?steps?(?:[ -](?:returns?|targets?|transitions?|bootstrap\w*))+|(?:n|multi)[- ]?steps?(?: "
        rf"returns?)?"
        rf"(?:\s|of|with|\(|n|=)*(?P<m>\d+)?|(?P<o>{INT})\s*步(?:回报|收益|奖励)"
    )
    if steps:
        out["n_step"] = to_int(next((steps[g] for g in ("n", "m", "o") if steps[g]), None)) or 3
    ask.has(
        rf"(?:samples?|draws?|drawn|sampled|sampling|采样|抽取|抽样)|more often|often|before (?:they are )?(?:stored|"
        rf"storing|being stored)|as they "
        rf"(?:come|enter)|(?:stores?|keeps?|stored|keeping) |{_REWARDS}|更(?:多|频繁)(?:地)?|会|transitions?|batch(?:es)?"
        rf"|(?:prefers?|favou?rs?)|fresh|"
        r"(?:the )?(?:other|remaining) half(?: (?:is|comes|uniformly))?(?: from all(?: of it)?)?|uniform(?:ly)?(?: at "
        r"random)?|"
        r"(?:every|any) (?:stored )?(?:one|transition)|from all of it|另一半(?:均匀)?|其余(?:均匀)?|转移|样本|批次?|剩下的?"
    )
    if not out:
        return None, notes
    of: StorageKind = "rollout" if rollout else "prioritized" if out.pop("prioritized", False) else "replay"
    return Storage(of=of, **out), notes


def _share(text: str) -> float:
    text = text.strip()
    if text in _SHARES:
        return _SHARES[text]
    value = to_number(text)
    return value if value <= 1 else value / 100


def _changed(ask: Ask, out: dict[str, Any], notes: list[str]) -> None:
    """What becomes of rewards."""
    if ask.has(
        rf"(?:(?:divid|scal|normali[sz]|standardi[sz])\w*)(?: (?:{_REWARDS}))?[\w ]*?(?:by|with|to|using) (?:a |the |"
        rf"their |its )?(?:running |online |moving )"
        r"[\w ]*?(?:standard deviation|std|deviation|variance|scale)(?: of (?:the )?rewards?)?|running[- ](?:reward )?(?"
        r":normali[sz]ation|scaling)(?: of rewards?)?|"
        r"(?:奖励)?(?:除以|按)(?:其|奖励的?)?(?:运行|滑动|移动)(?:估计)?(?:的)?标准差(?:归一化|缩放)?|用(?:运行|滑动)"
        r"标准差(?:归一化|缩放)?奖励"
    ):
        out["standardise"] = True
        ask.has(r"estimate|running|standard deviation|运行|标准差")
    clip = ask.first(
        rf"(?:clip|clamp|limit|bound|cap)(?:s|ped|ping|ed|ing)? (?:{_REWARDS}){_LINK}(?:-?{NUM}\s*(?:,|，|to|and|到|至)"
        rf"\s*)?(?P<n>{NUM})?\]?|(?:裁剪|截断)"
        rf"(?:{_REWARDS}){_LINK}(?:-?{NUM}\s*(?:,|，|到|至)\s*)?(?P<m>{NUM})?\]?|(?:{_REWARDS}) ?(?:are |is |被)?(?"
        rf":clipped|clamped|limited|bounded|裁剪|截断)"
        rf"{_LINK}(?:-?{NUM}\s*(?:,|，|到|至|to|and)\s*)?(?P<o>{NUM})?\]?|clipped rewards?|"
        rf"(?:再|然后|并|后)裁剪(?:到|在|至){_LINK}(?:-?{NUM}\s*(?:,|，|到|至)\s*)?(?P<p>{NUM})?\]?"
    )
    if clip:
        groups = [clip[g].strip("+-") for g in ("n", "m", "o", "p") if clip[g]]
        limit = to_number(groups[0]) if groups else 1.0
        out |= {"clip": limit} if limit > 0 else {}
        notes += [] if groups else ["The limits of the rewards are not stated: -1 to 1."]
    scale = ask.first(
        rf"(?P<w>scal|multipl|divid|shrink)\w* (?:{_REWARDS}){_LINK}(?P<n>{NUM})|(?:缩放|乘以)(?:{_REWARDS}){_LINK}(?"
        rf"P<m>{NUM})|(?:奖励)(?:缩放|乘以)"
        rf"{_LINK}(?P<o>{NUM})|(?:把|将)?奖励(?:都|先)?(?P<u>除以|乘以|缩放为?|乘){_LINK}(?P<r>{NUM})|(?:{_REWARDS}) (?:are "
        rf"|is )?(?P<v>scal|multipl|divid)\w*{_LINK}(?P<q>{NUM})"
    )
    if scale:
        factor = to_number(next(scale[g] for g in ("n", "m", "o", "q", "r") if scale[g]))
        factor = (
            1 / factor if (scale["w"] or scale["v"] or scale["u"] or "") in {"divid", "除以"} and factor else factor
        )
        out |= {"scale": factor} if factor > 0 else {}
    if ask.has(rf"signs? of (?:{_REWARDS})|(?:only )?(?:the )?reward signs?|奖励(?:的)?符号"):
        out["sign"] = True


def _prioritised(ask: Ask, out: dict[str, Any]) -> None:
    size = (
        r"(?:in proportion to|proportional(?:ly)? to|by|according to) (?:the )?(?:absolute (?:value of )?|size of |"
        r"magnitude of )?(?:the(?:ir)? )?rewards?"
    )
    if ask.has(
        rf"{size}(?: (?:magnitude|size))?|reward[- ](?:weighted|prioriti[sz]ed|proportional)(?: sampling)?|"
        rf"按奖励(?:的)?(?:大小|绝对值)(?:优先|采样)?"
    ):
        out["by_reward"] = True
        ask.has(r"prioriti[sz]ed|absolute|magnitude|优先(?:级)?(?:采样)?|概率|成正比")
        return
    if ask.has(
        r"prioriti[sz]\w*(?: (?:experience )?(?:replay|sampling))?|优先(?:级)?(?:采样|回放)?|(?:按|根据) ?td ?"
        r"误差|(?:by|of|absolute|proportional to) (?:the )?td[- ]errors?"
    ):
        out["prioritized"] = True
        ask.has(r"(?:by |absolute )?td[- ]errors?|td ?误差|误差|按")
        alpha = ask.number(rf"(?:alpha|α|priority exponent)(?:\s|=|of|is|为|取)*(?P<n>{NUM})")
        out |= {"alpha": alpha} if alpha is not None and 0 <= alpha <= 1 else {}
        beta = ask.number(
            rf"(?:beta|β|importance(?:[- ]sampling)?(?: exponent| weights?)?)(?:\s|=|of|is|为|取|from|"
            rf"从)*(?P<n>{NUM})"
        )
        out |= {"importance": beta} if beta is not None and 0 <= beta <= 1 else {}


def _drawn(ask: Ask, out: dict[str, Any], notes: list[str]) -> None:
    """Which transitions are drawn, and how often."""
    delay = ask.first(
        r"(?:never|not|no)[\w ]*?(?:transitions?|experience|samples?)?[\w ]*?(?:from |of |within |in )?(?:the )?(?:last|"
        r"newest|most recent|latest)\s*(?P<n>\d+)(?: (?:environment )?steps?| "
        r"transitions?)?|(?:不|从不)(?:会)?(?:采样|返回|抽取)最近(?:的)?\s*(?P<m>\d+)\s*步(?:的)?(?:转移|样本|经验)?"
    )
    if delay:
        out["delay"] = int(delay["n"] or delay["m"])
        ask.has(r"never|returns?|not yet|不会?")
        return
    if ask.has(
        r"stratif\w*(?: (?:over|by|in) time)?|(?:one )?(?:transition )?from each of[\w ]*?(?:equal )?(?:parts|segments|"
        r"stretches|bins|strata)(?: of (?:the )?(?:buffer|storage|memory|time))?|"
        r"分层(?:采样|抽样)?|按时间分段(?:采样)?"
    ):
        out["stratified"] = True
        ask.has(r"over time|(?:batch_size|equal|equally|parts|segments|bins|time|one|each|段|等分|时间)")
        return
    share = ask.first(
        rf"(?P<n>{_SHARE}) of (?:each |every |a |the )?(?:batch(?:es)?|samples?)(?=[^,.;]*(?:positive|non-?"
        rf"zero|above zero))"
    )
    positive = ask.first(
        rf"(?P<n>{_SHARE})? ?(?:of (?:each |every |a |the )?(?:batch(?:es)?|samples?))?[\w ]*?(?:positive|non-?zero|"
        rf"above zero|> ?0)[- ]?(?:rewards?|transitions?|returns?)?|"
        rf"balanc\w*[\w ]*?(?:positive|rewards?|success\w*)[\w -]*?|(?P<m>{_SHARE})[^,，。]*?(?:正奖励|奖励为正|"
        rf"奖励大于 ?0)(?:的)?(?:转移|样本|经验)?|(?:平衡|均衡)[^,，。]*?(?:正|奖励)[^,，。]*"
    )
    if positive:
        given = share["n"] if share else positive["n"] or positive["m"]
        out["positive"] = _share(given) if given else 0.5
        notes += [] if given else ["How much of a batch has positive rewards is not stated: half."]
        ask.has(
            r"(?:and|the) (?:other|rest|remaining|zero|non-positive|negative)[\w ]*|positive|rewards?|half|in which|"
            r"with|equal(?:ly)?|正|负"
        )
        return
    _recent(ask, out, notes)


def _recent(ask: Ask, out: dict[str, Any], notes: list[str]) -> None:
    newest = r"(?:most recent|newest|latest|freshest|last|recent|最近|最新)(?:的)?"
    of_stored = ask.first(rf"{newest}\s*(?P<s>{_SHARE})(?= of (?:what|the|all|stored)|(?:的)?(?:经验|数据|存储|缓冲|样本|"
        rf"转移))"
                          r"(?: of (?:what is stored|the (?:buffer|storage|memory|data)|all (?:of it|transitions)|"
                          r"stored transitions))?")  # fmt: skip
    number = None if of_stored else ask.first(rf"{newest}\s*(?P<n>\d[\d_,]*)(?: (?:transitions?|steps?|samples?)|\s*(?"
        rf":步|条|个))?|"
                                              r"(?P<m>\d{3,6}) (?:newest|most recent|latest)(?: (?:transitions?|steps?)"
                                              r")?")  # fmt: skip
    recent = ask.first(
        rf"(?:(?P<n>{_SHARE})\s*(?:of (?:a |the |each |every )?(?:batch(?:es)?|samples?) ?)?(?:comes? |is |are |drawn "
        rf")*)?(?:from |with |favou?r\w* |prefer\w* |more )*(?:the )?"
        r"(?:(?:most )?(?:recent|newest|latest|new|newer|fresh)(?: (?:transitions?|experience|samples?|steps?|data))*(?"
        r": more often)?)|"
        rf"(?:(?:每个|每)?批(?:次)?(?:中|里)?(?:的)?\s*)?(?P<m>{_SHARE})?(?:来自|取自)?(?:近期|最近|最新)(?:的)?(?:经验|"
        rf"样本|转移)?"
    )
    near = ask.first(
        rf"(?P<n>{_SHARE})(?: of (?:it|them|each batch|the batch))?(?: (?:is|are|comes?|drawn|taken))* from "
        rf"(?:the )?(?P<m>)(?=\0|{newest})"
    )
    early = near or ask.first(
        rf"(?P<n>{_SHARE}) of (?:a |the |each |every )?(?:batch(?:es)?|samples?)(?: (?:comes?|is|are|drawn)"
        rf")*(?: from)?|(?:每个|每)?批(?:次)?(?:中|里)?(?:的|有)?\s*(?P<m>{_SHARE})(?:来自|取自)?"
    )
    if not (of_stored or number or recent):
        return
    given = next((match[g] for match in (early, recent) if match for g in ("n", "m") if match[g]), None)
    out["recent"] = _share(given) if given else 0.5
    if not given and ask.has(r"\bonly\b|exclusively|仅|只"):
        out["recent"], given = 1.0, "all"
    notes += [] if given else ["How much comes from the newest is not stated: half of a batch."]
    if of_stored:
        out["newest_share"] = _share(of_stored["s"])
    elif number:
        out["newest"] = max(1, int(re.sub(r"[_,]", "", number["n"] or number["m"])))
    else:
        notes.append("How many are the newest is not stated: 1000 transitions.")
    ask.has(rf"{newest}|(?:prefers?|favou?rs?)|fresh|experience|comes?|from|{_SHARE}(?= of (?:each|a|the) batch)|来自")
