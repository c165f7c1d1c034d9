"""Reads a rollout: its returns, what becomes of advantages, which samples it hands out."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import NUM, Ask, to_number
from copilot.codegen.authoring.storage.shares import SHARE, share_of
from copilot.codegen.authoring.valued import kept_within, stated


def rollout_of(ask: Ask, out: dict[str, Any]) -> None:
    """All of it."""
    _advantages(ask, out)
    _handed_out(ask, out)
    _returns(ask, out)


_NO_GAE = (
    r"(?:(?:but |and )?without gae|no gae|instead of (?:the )?gae|rather than (?:the )?gae|not gae|(?:does|do) without "
    r"gae|(?:不用|没有|代替|而不是|替代) ?gae)"
)


def _returns(ask: Ask, out: dict[str, Any]) -> None:
    ask.has(rf"(?:,? ?(?:and|but|just|only) )?{_NO_GAE}(?:[,，] ?(?:just|only|but))?")
    lam = stated(
        ask, r"(?:(?:gae|generali[sz]ed advantage estimation)(?: parameter)?(?: ?with| ?的| ?取)?[-_ (]*)?(?:gae[-_ "
            r"]?)?(?:lambda|λ|lam)\)?|gae(?: parameter)?|td\((?:lambda|λ)\)"
        r"(?: (?:returns?|targets?))?(?: (?:with|of|at))*(?: ?(?:lambda|λ))?", NUM,
    )  # fmt: skip
    value = to_number(lam) if lam else None
    out |= {"gae_lambda": value} if value is not None and 0 <= value <= 1 else {}
    ask.has(r"(?:generali[sz]ed advantage estimation|gae)(?=[ ,]*\0)")
    if ask.has(
        r"(?:plain |pure |simple |full |just |only )*monte[- ]?carlo(?: discounted)?(?: (?:returns?|advantages?|"
        r"estimates?))?|(?:(?<!of the )(?<!of )|(?<=plain ))(?:plain |full )?discounted "
        r"(?:sums? of rewards|returns?)(?! (?:of|over) \d)|蒙特卡洛(?:的)?(?:回报|优势)?"
    ):
        if ask.says(r"\btd\(0\)|one-step|\d-?step[- ](?:returns?|targets?)|\d ?步(?:的)?(?:回报|收益|优势)"):
            return
        out["gae_lambda"] = 1.0
        ask.has(
            r"\(?(?:bootstrapp?(?:ing|ed)|bootstraps?)(?: only)? (?:at|from) the end(?: of (?:the|a|each) rollout)?\)?|"
            r"advantages? ?(?:=|is|are|as) ?(?:the )?returns? ?(?:-|minus|less) ?(?:the )?values?|advantage|minus|"
            r"instead of gae|discounted|returns?"
        )
    formula = r"r ?\+ ?(?:gamma|γ) ?\*? ?v\(s'\) ?- ?v\(s\)"
    if ask.has(
        rf"td\(0\)(?: advantages?| targets?| returns?| errors?)?|one-?step (?:td )?(?:advantages?|td(?: errors?)?)(?: "
        rf"errors?)?|{formula}|单步 ?(?:td)? ?(?:优势|误差)?|一步 ?td(?:误差|优势)?"
    ):
        out["gae_lambda"] = 0.0
        ask.has(rf"(?:i\.e\.?,? ?)?{formula}|advantages? (?:are|is|=)|advantages?(?= ?\0)")


_ADVANTAGES = r"(?:the |all |these )?advantages?"
_NORMED = r"(?:normali[sz]|standardi[sz]|whiten)(?:ed|es|e|ing|s)?"
_OVER = (
    r"(?: (?:over|across|per|within|for|by) (?:the |each )?(?:whole |entire |full )*rollout)?(?:,? ?(?:rather than|"
    r"instead of|not) (?:per|in each|within each|over each|by) "
    r"(?:mini-?)?batch)?"
)
_NEGATIVE = (
    r"(?:(?:the |all )*negative advantages?|advantages? (?:below|under|less than|smaller than) (?:zero|0)|advantages? "
    r"< ?0)"
)


def _advantages(ask: Ask, out: dict[str, Any]) -> None:
    if not ask.says(r"(?:un-?|non-?|not |no )(?:advantage )?(?:normali[sz]|standardi[sz])") and ask.has(
        rf"{_NORMED} {_ADVANTAGES}{_OVER}|advantages? (?:are |being |is |should be |get |must be |to be )*{_NORMED}{_OVER}|"
        rf"advantage (?:normali[sz]ation|standardi[sz]ation|whitening){_OVER}|(?:对)?优势(?:值)?(?:在)?(?:整个|"
        rf"每个)?\s*(?:轨迹|"
        rf"rollout)?\s*(?:上|内)?(?:要|需要|做|进行)*(?:归一化|"
        r"标准化)|(?:归一化|标准化)优势"
    ):
        out["normalise"] = True
        ask.has(
            r"(?:over|across|per) (?:the )?(?:whole|entire|full) (?:rollout|\0*)|(?:rather than|instead of|not) (?:per|in "
            r"each|within each|over each|by) (?:mini-?)?batch|(?:mean 0|zero mean) and (?:deviation 1|unit (?:variance|"
            r"deviation|std))|over the whole|whole"
        )
    clip = kept_within(ask, r"(?:the |all )*advantages?(?: values?)?", r"优势(?:值)?")
    if clip:
        out["advantage_clip"] = max(abs(clip[0] or 0.0), clip[1])
    if ask.has(
        rf"(?:throws? away|drops?|ignores?|zero(?:e?s)?(?: out)?|removes?|sets?|cuts?|discards?|dropping|ignoring|"
        rf"zeroing) {_NEGATIVE}(?: "
        rf"(?:\()?(?:sets? them )?to (?:zero|0)(?:\))?)?|{_NEGATIVE} (?:are |count |is |become |should be |get |being "
        rf")*(?:set to |as |treated "
        rf"as |clipped to |counted as )*(?:zero|0|ignored|dropped|cut|removed|thrown away|discarded)|(?:only (?:the "
        rf")?)?positive advantages?(?: only| alone| count)?|"
        rf"(?:忽略|丢弃|去掉|舍弃)(?:所有)?负(?:的)?优势|(?:把)?(?:负(?:的)?优势|优势为负的?)(?:都)?(?:置零|置为?0|"
        rf"记为零|归零|忽略|丢弃|设为 ?(?:0|零))|只(?:用|"
        rf"保留|要)正(?:的)?优势"
    ):
        out["positive_advantages"] = True
        ask.has(r"\(?(?:sets?|setting) them to (?:zero|0)\)?|to zero")


_TOP = r"(?:largest|highest|best|top|biggest|greatest)"
_ONLY = (
    r"(?:only |just |but |all |exclusively |train(?:s|ing)? (?:only )?on |learns? (?:only )?from |hands? out |gives? "
    r"out |uses? |keeps? |gives? |yields? |samples? |drops? )*"
)


def _handed_out(ask: Ask, out: dict[str, Any]) -> None:
    if ask.has(
        r"(?:keeps?|keeping|preserv\w+|follow\w*|in) (?:the )?(?:order of time|(?:temporal|time|chronological|"
        r"original)[- ]order(?:ing)?|order)(?: (?:of the "
        r"rollout|in (?:the )?(?:mini-?)?batches))?|(?:does not|do not|not|without|never|no)(?: being| be)? (?:any "
        r")?shuffl\w+(?: (?:the )?(?:samples|data|rollout|transitions|(?:mini-?)?batches))?|(?:are |is )?"
        r"(?:instead of|rather than) (?:being )?shuffl\w+|in "
        r"(?:temporal|chronological|time) order|(?:un-?|non-?)shuffled(?: (?:mini-?)?batches| samples| order)?|"
        r"(?:(?:小批量|小批次|批次|样本)?(?:不打乱(?:顺序)?|不洗牌|(?:按|保持)时间(?:的)?(?:先后)?顺序)(?:给出|输出|"
        r"采样|返回)?(?:小?批量|批次)?)"
    ):
        out["ordered"] = True
        ask.has(
            r"(?:instead of|rather than) (?:being )?shuffl\w+|(?:and )?(?:are )?(?:not|never) shuffled|in (?:the "
            r")?order(?: of time)?|(?:hands?|gives?) out|小批量"
        )
    best = ask.first(
        rf"{_ONLY}(?:the )?(?P<n>{SHARE})(?: of (?:the |all |its )*(?:samples?|transitions?|it|them|data|rollout))?,? "
        rf"?(?:with|"
        rf"that have|which have|having|whose)(?: the)? {_TOP}(?P<a> absolute)? advantages?"
        rf"(?: in (?:absolute value|size|magnitude))?|(?:whose )?advantages? (?:is |are |lies? )*(?:in |among )?(?:the "
        rf")?top (?P<m>{SHARE})(?: of (?:the|its|each) rollout)?|{_ONLY}(?:the )?(?:top|best|largest|highest) "
        rf"(?P<o>{SHARE}) (?:of (?:the "
        rf"|all )*(?:samples?|transitions?|advantages?)|by advantage|advantages?)(?: (?:by|ranked by|in) (?:the "
        rf")?advantages?)?(?: of (?:the|its) rollout)?|"
        rf"(?:只|仅)?(?:用|保留|取|采样)?优势(?:值)?(?:最大|最高|前|排名前)(?:的)?\s*(?P<p>{SHARE})(?:的)?(?:样本|数据)?"
    )
    if best:
        value = share_of(next(best[g] for g in "nmop" if best[g]))
        out |= {"best": value} if 0 < value < 1 else {}
        if best["a"] or ask.says(r"absolute advantages?|advantages? (?:in|by) (?:absolute|size|magnitude)"):
            out["best_size"] = True
        ask.has(
            r"(?:only )?(?:hands? out|gives? out|yields?|trains?(?: on)?|learns? from|keeps?)(?: only)?(?: samples?)?|"
            r"samples? whose|only|(?:\()?(?:as )?v-?mpo(?: does(?: that| it)?)?(?:\))?|=> ?\d+ samples? of \d+|\d+ "
            r"(?:samples? )?of \d+(?: samples?)?|absolute|(?:(?:is|are) )?(?:handed out|used|kept|learned from|trained "
            r"on)|drops? all but|只(?:用|保留|取)?(?=\0)"
        )
