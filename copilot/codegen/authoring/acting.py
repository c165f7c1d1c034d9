"""Reads distributions and noises: small changes of what the library has, each with its numbers."""

from __future__ import annotations

import re

from copilot.codegen.authoring.acting_families import read
from copilot.codegen.authoring.acting_noise import noise
from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int, to_number
from copilot.codegen.authoring.spec import Distribution

BEYOND_DISTRIBUTION = (
    r"\b(?:gumbel|dirichlet|flows?|normali[sz]ing|poisson|gamma|parameter|parameter[- ]space|state[- ]dependent|gsde|entmax|"
    r"tanh|squashed|multi\w*|copula|full[- ]covariance|low[- ]rank|counts?|thompson|bootstrap\w*|noisynet|noisy nets?|"
    r"mixture of|mixtures? of (?:two |three |\w+ )?gaussians?)\b|混合高斯|高斯混合|流|多元"
)
_LINK = (
    r"(?:\s|=|:|：|of|by|to|with|at|a|the|is|factor|value|为|是|到|取|系数|因子|within|between|in|\[|\(|±|"
    r"\+/-|between|and|-)*"
)


def _shaped(ask: Ask, notes: list[str]) -> Distribution | None:
    """Families with a bound or a shape of their own."""
    if ask.has(r"\bbeta\b(?: (?:distribution|policy))?|贝塔(?:分布)?"):
        ask.has(
            rf"(?:for|over|on|of|in|within)?\s*(?:continuous )?actions?|continuous|(?:in|within|on|over|between)?"
            rf"\s*\[\s*-1(?:\.0)?\s*[,，]\s*1(?:\.0)?\s*\]|bounded|连续|有界|{NUM}"
        )
        return Distribution(of="beta")
    top = ask.first(
        rf"top[- ]?(?P<n>\d+|k)|(?:the )?(?P<m>{INT}) (?:likeliest|most (?:likely|probable)|best|highest)(?: (?:actions?|"
        rf"logits?))?|"
        rf"(?:概率)?最(?:大|高|可能)的?\s*(?P<o>{INT})\s*个(?:动作)?"
    )
    if top:
        k = to_int(top["m"] or top["o"]) or (int(top["n"]) if (top["n"] or "").isdigit() else None)
        k = k or ask.whole(r"\bk\s*(?:=|of|is|为|取)?\s*(?P<n>\d+)")
        notes += [] if k else ["How many actions stay is not stated: 3."]
        ask.has(
            r"(?:that )?(?:only )?(?:allows?|keeps?|samples?|draws?|chooses?)|among|categorical|softmax|only|"
            r"actions?|logits|分类|类别|只|保留|采样|动作"
        )
        return Distribution(of="top_k", k=k or 3)
    bound = ask.first(
        rf"logits?[^\d\[-]*?(?:clip|clamp|cut|limit|bound|kept|截断|裁剪|限制)\w*[^\d\[-]*\[?\s*(?:-\s*{NUM}\s*[,，]\s*)?"
        rf"(?:±|\+/-)?(?P<n>{NUM})\]?|"
        rf"(?:clip|clamp|limit|bound)\w* (?:the )?logits[^\d\[-]*\[?\s*(?:-\s*{NUM}\s*(?:[,，]|and|to)\s*)?(?P<m>{NUM})\]?"
    )
    if bound:
        ask.has(r"categorical|softmax|分类|类别|截断|裁剪")
        return Distribution(of="clipped_logits", amount=abs(to_number(bound["n"] or bound["m"])))
    return _bounded(ask)


def _bounded(ask: Ask) -> Distribution | None:
    """A Gaussian whose deviation is kept between two numbers."""
    never = ask.first(
        rf"(?:never |not )?(?:(?:falls?|drops?|goes|sinks?|be|is|stays?) )?(?:below|under|less than|at least)\s*(?"
        rf"P<a>{NUM})[^\d]*?"
        rf"(?:above|over|more than|beyond|at most)\s*(?P<b>{NUM})"
    )
    noise = ask.says(r"noise|噪声")
    kept = (
        never
        if never or noise
        else ask.first(
            rf"(?:deviations?|std|sigma|scale|标准差|方差)[^\d]*?(?:clip|clamp|kept|keep|bound|limit|stay|between|within|in|"
            rf"截断|裁剪|限制|保持)\w*[^\d]*?"
            rf"(?P<a>{NUM})\s*(?:and|to|,|，|到|至|和|~)\s*(?P<b>{NUM})\]?(?:之间|以内)?"
        )
    )
    if kept and ask.says(r"gaussian|normal|高斯|正态|deviation|std|标准差"):
        low, high = sorted((to_number(kept["a"]), to_number(kept["b"])))
        ask.has(
            r"(?:diagonal )?(?:gaussian|normal)(?: (?:policy|distribution))?|(?:standard )?deviations?|standard|"
            r"kept|stays?|between|高斯|正态|连续|continuous|标准差"
        )
        return Distribution(of="clipped_gaussian", low=max(low, 1e-6), high=high)
    return None


def _tempered(ask: Ask, notes: list[str]) -> Distribution | None:
    """Logits divided by a temperature."""
    ask.has(r"temperature (?=softmax|categorical|scaled|distribution)")
    divided = ask.number(rf"logits? (?:are )?divided by (?P<n>{NUM})", rf"divid\w+ (?:the |all )?logits by (?P<n>{NUM})",
                         rf"logits? ?除以 ?(?P<n>{NUM})")  # fmt: skip
    if divided:
        ask.has(r"discrete|categorical|softmax|离散|分类|类别")
        return Distribution(of="temperature", amount=divided)
    temperature = ask.first(
        rf"(?:with )?(?:a )?(?:softmax )?temperature{_LINK}(?P<n>{NUM})?|(?:softmax )?sharp(?:er|ened)|"
        rf"温度{_LINK}(?P<m>{NUM})?"
    )
    if temperature:
        groups = [temperature[g] for g in ("n", "m") if temperature[g]]
        ask.has(
            r"categorical|softmax|discrete|boltzmann|类别|离散|玻尔兹曼|分类|choices?|(?:get|are|become)s? (?:flatter|"
            r"sharper)|flatter|sharper|"
            r"divid\w+(?: the)? logits(?: by)?|logits"
        )
        if not groups:
            notes.append("The temperature is not stated: 0.5.")
        return Distribution(of="temperature", amount=to_number(groups[0]) if groups else 0.5)
    return None


def _mixed(ask: Ask) -> Distribution | None:
    """A distribution mixed with the uniform one."""
    mixed = ask.first(
        rf"(?:with )?(?:a )?(?:probability|chance)(?: of)? (?P<n>{NUM})(?: of| for)? (?:a |an )?(?:uniform(?:ly)?|random)"
        rf"[\w ]*(?P<m>)(?P<o>)(?P<e>)"
    ) or ask.first(
        rf"(?:epsilon|ε)(?:\s|of|=|为)*(?P<e>{NUM})[^\d]*?uniform\w*|(?:mix\w*|blend\w*|smooth\w*|epsilon|ε|混合)[^\d]*?"
        rf"uniform\w*(?: distribution)?{_LINK}(?P<n>{NUM})?|"
        rf"(?P<m>{NUM})\s*(?:of )?uniform|均匀(?:分布)?混合{_LINK}(?P<o>{NUM})?"
    )
    if mixed:
        groups = [mixed[g] for g in ("n", "m", "o", "e") if mixed[g]]
        if not groups:
            inside = re.search(NUM, mixed[0])
            groups = [inside[0]] if inside else []
        ask.has(r"softmax|epsilon|actions?|with the uniform(?: distribution)?|over (?:all )?actions?|mixed?|greedy")
        ask.has(r"categorical|softmax|discrete|类别|离散|exploration|distribution")
        return Distribution(of="mixed_uniform", amount=min(0.99, to_number(groups[0])) if groups else 0.1)
    return None


def distribution(ask: Ask) -> tuple[Distribution | None, list[str]]:
    """The distribution or noise that a request asks for, or None; and notes."""
    notes: list[str] = []
    if not ask.says(r"noise|噪声"):
        named = read(ask, notes)
        if named is not None:
            return named, notes
    else:
        return noise(ask, notes), notes
    shaped = _shaped(ask, notes)
    if shaped is not None:
        return shaped, notes
    tempered = _tempered(ask, notes)
    if tempered is not None:
        return tempered, notes
    mixed = _mixed(ask)
    if mixed is not None:
        return mixed, notes
    if ask.has(r"laplac\w*|拉普拉斯"):
        ask.has(r"continuous|连续|box")
        return Distribution(of="laplace"), notes
    times = ask.first(
        r"(?P<w>twice|double|half|thrice|three times) (?:of )?(?:the |its )?(?:standard )?(?:deviation|"
        r"std|sigma)|标准差(?:为|是)?(?:原来的)?(?P<c>两倍|一半)"
    )
    if times:
        ask.has(r"gaussian|normal|高斯|正态")
        factors = {
            "twice": 2.0,
            "double": 2.0,
            "half": 0.5,
            "thrice": 3.0,
            "three times": 3.0,
            "两倍": 2.0,
            "一半": 0.5,
        }
        return Distribution(of="scaled_gaussian", amount=factors[times["w"] or times["c"]]), notes
    scaled = ask.first(
        rf"(?:gaussian|normal|高斯|正态)[^\d]*(?:deviation|std|sigma|variance|scale|"
        rf"标准差)[^\d]*?(?P<n>{NUM})"
    )
    if scaled:
        return Distribution(of="scaled_gaussian", amount=to_number(scaled["n"]) or 1.0), notes
    return None, notes
