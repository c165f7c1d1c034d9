"""Reads a rollout: its returns, what becomes of advantages, which samples it hands out."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import NUM, Ask, to_number
from copilot.codegen.authoring.storage_shares import SHARE, share_of


def rollout_of(ask: Ask, out: dict[str, Any]) -> None:
    """All of it."""
    _returns(ask, out)
    _advantages(ask, out)
    _handed_out(ask, out)


def _returns(ask: Ask, out: dict[str, Any]) -> None:
    lam = ask.number(
        rf"(?:gae|generali[sz]ed advantage estimation)?[- ]?(?:\(|with |of )?(?:gae[- _])?(?:lambda|λ)(?:\s|=|of|is|at|为|"
        rf"取)*(?P<n>{NUM})\)?",
        rf"\bgae(?:\s|=|of|is|at|with|\()+(?P<n>{NUM})",
    )
    out |= {"gae_lambda": lam} if lam is not None and 0 <= lam <= 1 else {}
    if ask.has(
        r"(?:(?:but |and )?without gae|no gae|instead of (?:the )?gae|rather than (?:the )?gae|not gae)"
    ) | ask.has(
        r"(?:plain |pure |simple |full )*monte[- ]?carlo(?: discounted)?(?: returns?)?|(?:plain |full )?discounted "
        r"(?:sums? of rewards|returns?)|蒙特卡洛(?:回报)?|(?:不用|没有|代替) ?gae"
    ):
        if ask.says(r"\btd\(0\)|one-step|\d-?step|\d ?步"):
            return
        out["gae_lambda"] = 1.0
        ask.has(
            r"\(?(?:bootstrapp?(?:ing|ed)|bootstraps?)(?: only)? (?:at|from) the end(?: of (?:the|a|each) rollout)?\)?|"
            r"advantages? ?(?:=|is|are|as) ?(?:the )?returns? ?(?:-|minus|less) ?(?:the )?values?|advantage|minus|"
            r"instead of gae|discounted|returns?"
        )
    if ask.has(
        r"td\(0\)(?: advantages?| targets?| returns?)?|one-?step (?:advantages?|td(?: errors?)?)|r ?\+ ?(?:gamma|"
        r"γ) ?\*? ?v\(s'\) ?- ?v\(s\)|单步(?:优势|td)"
    ):
        out["gae_lambda"] = 0.0
        ask.has(r"(?:i\.e\.?,? ?)?r ?\+ ?(?:gamma|γ) ?\*? ?v\(s'\) ?- ?v\(s\)|advantages?")
    td = ask.number(
        rf"td\((?:lambda|λ)\)(?: (?:returns?|targets?))?(?: (?:with|of|at))*(?: ?(?:lambda|λ))?(?:\s|=|of|is)*(?P<n>{NUM})"
    )
    out |= {"gae_lambda": td} if td is not None and 0 <= td <= 1 else {}


def _advantages(ask: Ask, out: dict[str, Any]) -> None:
    if ask.has(
        r"(?:normali[sz]es?|standardi[sz]es?|normali[sz]ing|whitens?) (?:the )?advantages?(?: (?:over|across|per|within|"
        r"for) (?:the )?(?:whole |entire |full )?rollout)?|advantages? (?:are |being |is )?(?:normali[sz]ed|"
        r"standardi[sz]ed|whitened)(?: (?:over|across|per|within) (?:the )?"
        r"(?:whole |entire |full )?rollout)?|优势(?:在)?(?:整个)?\s*(?:轨迹|rollout)?\s*(?:上|内)?(?:做)?(?:归一化|"
        r"标准化)|"
        r"(?:归一化|标准化)优势"
    ):
        out["normalise"] = True
        ask.has(
            r"(?:over|across|per) (?:the )?(?:whole|entire|full) (?:rollout|\0*)|(?:rather than|instead of|not) (?:per|in "
            r"each|within each|over each|by) (?:mini-?)?batch|(?:mean 0|zero mean) and (?:deviation 1|unit (?:variance|"
            r"deviation|std))|over the whole|whole"
        )
    clip = ask.first(
        rf"(?:clip|clamp|cap|bound|limit)(?:s|ped|ping|ed|ing)? (?:the )?advantages?(?: (?:to|at|in|within|between|"
        rf"into))*\s*[\[(]?\s*(?:-?{NUM}\s*(?:,|to|and)\s*)?(?P<n>{NUM})\s*[\])]?|advantages? (?:are |is )?(?:clipped|"
        rf"clamped|capped|bounded|limited)(?: (?:to|at|in|within|between|into))*\s*[\[(]?\s*"
        rf"(?:-?{NUM}\s*(?:,|to|and)\s*)?(?P<m>{NUM})\s*[\])]?|优势(?:裁剪|截断)(?:到|在|为)?\s*\[?(?:-?{NUM}\s*(?:,|"
        rf"到)\s*)?(?P<o>{NUM})\]?"
    )
    if clip:
        out["advantage_clip"] = abs(to_number(clip["n"] or clip["m"] or clip["o"]))
    if ask.has(
        r"(?:throws? away|drops?|ignores?|zeroes?|removes?|sets?|cuts?|discards?) (?:the |all )?negative advantages?(?: "
        r"(?:\()?(?:sets? them )?to (?:zero|0)(?:\))?)?|negative advantages? (?:are |count |is )*(?:set to |as |treated "
        r"as )?(?:zero|0|ignored|dropped|cut|removed)|(?:only )?positive advantages?(?: only| alone)?|"
        r"(?:负(?:的)?优势)(?:置零|记为零|忽略|丢弃|设为 ?0)"
    ):
        out["positive_advantages"] = True
        ask.has(r"\(?(?:sets?|setting) them to (?:zero|0)\)?|to zero")


def _handed_out(ask: Ask, out: dict[str, Any]) -> None:
    best = ask.first(
        rf"(?:only |just )?(?:trains? on |learns? from |hands? out |uses? |keeps? |gives? |yields? |samples? )*(?:only |"
        rf"just )?(?:the )?(?P<n>{SHARE}) of (?:the |all )?(?:samples?|transitions?|it|them|data|rollout)? ?(?:with|"
        rf"that have|which have|having) the (?:largest|highest|best|top|biggest)(?P<a> absolute)? advantages?"
        rf"(?: in (?:absolute value|size|magnitude))?|(?:whose )?advantages? (?:is |are |lies? )*(?:in |among )?(?:the "
        rf")?top (?P<m>{SHARE})(?: of (?:the|its|each) rollout)?|(?:only )?(?:the )?top (?P<o>{SHARE}) (?:of (?:the "
        rf")?(?:samples?|advantages?)|by advantage|advantages?)(?: of (?:the|its) rollout)?|优势(?:最大的?|"
        rf"前)\s*(?P<p>{SHARE})(?:的样本)?"
    )
    if best:
        value = share_of(next(best[g] for g in "nmop" if best[g]))
        out |= {"best": value} if 0 < value < 1 else {}
        if best["a"] or ask.says(r"absolute advantages?|advantages? (?:in|by) (?:absolute|size|magnitude)"):
            out["best_size"] = True
        ask.has(
            r"(?:only )?(?:hands? out|gives? out|yields?|trains?(?: on)?|learns? from|keeps?)(?: only)?(?: samples?)?|"
            r"samples? whose|only|(?:\()?(?:as )?v-?mpo(?: does(?: that| it)?)?(?:\))?|=> ?\d+ samples? of \d+|\d+ "
            r"(?:samples? )?of \d+(?: samples?)?|absolute"
        )
    if ask.has(
        r"(?:keeps?|keeping|preserv\w+|follow\w*|in) (?:the )?(?:order of time|temporal order|time order|order)(?: of the "
        r"rollout)?|(?:not|without|never|no)(?: being)? shuffl\w+|(?:instead of|rather than) (?:being )?shuffl\w+|in "
        r"(?:temporal|chronological|time) order|(?:不打乱|按时间顺序|保持时间顺序)"
    ):
        out["ordered"] = True
        ask.has(
            r"(?:instead of|rather than) (?:being )?shuffl\w+|(?:and )?(?:are )?(?:not|never) shuffled|in (?:the "
            r")?order(?: of time)?"
        )
