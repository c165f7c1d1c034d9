"""Reads the terms of an on-policy actor-critic: what improves the policy, what its critic learns, what is added."""

from __future__ import annotations

import re

from copilot.codegen.authoring.agent.common import EQUAL, EQUALS, LINKED, LINKS, by_sign, fall_of, number_in
from copilot.codegen.authoring.agent.numbers import valued
from copilot.codegen.authoring.ask import NUM, Ask, to_number
from copilot.codegen.authoring.spec import Term

_DENIED = (
    r"(?:no|not|without(?: an?| any| the)?|drop\w*(?: the)?|remov\w*(?: the)?|leav\w* out(?: the)?|instead of(?: the)?|"
    r"rather than(?: the)?|in place of(?: the)?)"
)
INSTEAD = (
    r"swap\w* (?:out )?(?:the )?clip\w*(?: (?:surrogate|objective|ratios?|loss))* (?:for|with|by)|"
    r"(?:where )?(?:the )?(?:clipped )?surrogate(?: objective| loss)? (?:is |gets )?replaced by|instead of (?:the "
    r")?(?:clipped )?surrogate(?: objective)?|"
    r"(?:where|in which|when) (?:ppo|it) (?:would |usually |normally |otherwise )?clips?(?: (?:the )?(?:ratio|objective|"
    r"surrogate))?|"
    r"(?:instead of|rather than|in place of|replac\w+|without(?: any)?|not?|do(?:es)? not|don't|doesn't|drop\w*|remov\w*|"
    r"no|never|nothing is) "
    r"(?:(?:the|using|any|its|ppo'?s?) )*(?:clip\w*(?: (?:surrogate|objective|ratios?|loss|at all|anything))*)(?: (?:is "
    r"replaced )?(?:by|with))?|"
    r"(?:代替|替代|取代|而不是|而非|不(?:要|用|做|再)?|去掉|替换)(?:掉)?(?:原来的|ppo ?的)?\s*(?:裁剪|截断|clip\w*)(?:目标|"
    r"损失|项)?|"
    r"(?:裁剪|截断|clip\w*)\s*(?:换成|改为|改成|替换为)"
)
_OBJECTIVE = r"(?:surrogate|objective|loss|range|ratios?|policy|epsilon|eps|ε|parameter)"


def policy_terms(ask: Ask, notes: list[str]) -> tuple[list[Term], bool]:
    """Terms that improve the policy, and whether a formula says all that its loss has."""
    terms, formula = _formulas(ask)
    unweighted = ask.has(r"no (?:probability )?ratios?(?: (?:is|are) (?:formed|used))?")
    instead = bool(ask.has(INSTEAD)) or unweighted
    if not any(term.name.endswith("kl") or term.name == "kl_penalty" for term in terms):
        terms += _slow(ask) + _divergence(ask, notes)
    terms += _shaped(ask)
    named = {term.name for term in terms}
    if not named & {"ratio", "spo", "rollback", "weighted_imitation", "truncated"}:
        terms = _clip(ask, instead=instead) + terms
    if ask.has(r"(?:plain |vanilla )?policy gradients?(?: loss)?|\breinforce\b|(?:普通)?策略梯度"):
        terms.append(Term(name="gradient"))
    if instead and not {term.name for term in terms} - {"slow_policy"}:
        ratio = ask.says(r"ppo")
        terms.append(Term(name="ratio" if ratio else "gradient"))
        notes.append(
            f"Nothing is named in place of clipping: {'the ratio as it is' if ratio else 'the plain gradient'} is taken."
        )
    return terms, formula


def _formulas(ask: Ask) -> tuple[list[Term], bool]:
    """Losses that are written out."""
    terms: list[Term] = []
    begins = r"(?:(?:the )?(?:policy |actor )?(?:loss|objective|损失)(?:函数)?\s*(?:=|is|:|是|为)\s*)"
    advantage = r"(?:a|adv|advantages?|优势)(?:_t|\([^)]*\))?"
    weighted = ask.first(
        rf"{begins}?(?:minus |-\s*)(?:log[ _-]?(?:pi|π|prob\w*)(?:\([^)]*\))?\s*(?:\*|times|×)\s*)?exp\w*\s*(?:\(\s*|of "
        rf")(?:the )?{advantage}\s*(?:/|over|divided by)\s*(?:the )?(?P<t>\w+|λ|β|τ)\s*\)?"
        r"(?:\s*(?:\*|times|×)?\s*(?:the )?(?:log[ _-]?prob\w*|log[ _-]?pi|logp)(?:\([^)]*\))?)?"
    )
    if weighted:
        terms.append(Term(name="weighted_imitation", value=1.0))
    ratio = ask.first(
        rf"{begins}?(?:minus |-\s*)(?:e\s*\[|mean\()?\s*\(?(?:the )?(?:ratio|r_t|ρ|rho)\s*(?:\*|times|×)?\s*(?:the )"
        rf"?{advantage}\)?\s*[\])]?(?:\.mean\(\))?"
    )
    if ratio:
        terms.append(Term(name="ratio"))
    cut = ask.first(
        rf"{begins}?(?:minus |-\s*)?(?:e\s*\[)?\s*min\(\s*(?:r|r_t|ratio|ρ|rho)\s*,\s*(?P<n>{NUM})\s*\)\s*(?:\*|×|times)"
        rf"?\s*{advantage}\s*\]?"
    )
    if cut:
        terms.append(Term(name="truncated", value=to_number(cut["n"])))
        ask.has(
            rf"(?:i\.?e\.?,? )?(?:the )?ratios? (?:are |is )?(?:truncated|capped|cut)(?: (?:at|above))?{EQUALS}{NUM}|"
            rf"(?:with |and )?no lower bound"
        )
    plain = ask.first(
        rf"{begins}?(?:minus |-\s*)\(?(?:the )?log[ _-]?(?:prob\w*|pi|π)(?:\([^)]*\))?\s*(?:\*|times|×)\s*\(?(?:the "
        rf")?(?:{advantage}|(?:return|r|g)\s*-\s*(?:b|baseline))\)*(?:\.mean\(\))?"
    )
    if plain:
        terms.append(Term(name="gradient"))
    kl = ask.first(
        rf"(?:\+|plus|-|minus)\s*(?:\(?\s*(?P<o>1\s*/\s*(?:t\w*|τ))\s*\)?|(?P<n>{NUM})|beta|"
        rf"β)?\s*\*?\s*(?:d_?)?kl\s*\(\s*(?P<a>\w*?(?:pi|π|old|new)\w*)\s*(?:\|\|?|,)\s*(?P<b>\w*(?:pi|π|old|new)\w*)\s*\)"
    )
    if kl:
        forward = "old" in kl["a"] and "old" not in kl["b"]
        found = fall_of(ask, r"(?<![a-z])t_?k?(?![a-z])|温度|temperature|step size") if kl["o"] else None
        start, fall = found if found else (1.0, None)
        weight = to_number(kl["n"]) if kl["n"] else start
        terms.append(Term(name="kl_penalty", weight=weight or 1.0, forward=forward, divided=bool(kl["o"]), fall=fall))
        ask.has(r"(?<![a-z])t_?k(?![a-z])")
    return terms, bool(weighted or ratio or plain or cut)


def _slow(ask: Ask) -> list[Term]:
    """A divergence from a copy of the policy that follows slowly."""
    slow = (
        r"(?:a |an |the )?(?:slow(?:ly moving)?|ema|(?:exponential )?moving[- ]average|averaged|lagging|trailing)[ "
        r"-]?(?:copy|copies|version|teacher|policy|average)?(?: of (?:the |its own |its )?(?:policy|actor|itself|weights|"
        r"self))?|"
        r"慢(?:速)?(?:副本|策略|拷贝)|(?:策略的)?(?:滑动平均|指数平均)(?:副本|策略)?"
    )
    match = ask.first(
        rf"(?P<d>reverse |forward )?(?:policy )?(?:distil\w*|kl(?:[- ]divergence)?(?: penalty| term)?|divergence|蒸馏|"
        rf"散度)(?: (?:loss|term|penalty))*(?:{LINKS}(?P<n>{NUM}))?{LINKS}(?:towards?|to|from|against|with|into|between|到|"
        rf"与|向)*(?: the policy and)?\s*(?:{slow}){LINKS}(?P<m>{NUM})?"
    )
    if match is None:
        match = ask.first(
            rf"(?:与|到|对|向|用)?(?:一个)?\s*(?:{slow})(?:的|之间的)?\s*(?P<d>反向|前向)?\s*kl\s*(?:散度)?(?:惩罚|正则|"
            rf"约束|项)*(?:{LINKS}(?P<n>{NUM}))?(?P<m>)"
        )
    if match is None:
        return []
    said = ask.first(r"(?P<d>reverse|forward)[- ]kl(?: divergence)?")
    decay = ask.number(rf"(?:(?:ema |its )?(?:decay|momentum)|ema|衰减(?:率)?|tau|τ){EQUALS}(?P<n>{NUM})")
    weight = number_in(match, "n", "m")
    if weight is None:
        weight = ask.number(rf"(?:weight|coefficient|系数|权重){EQUALS}(?P<n>{NUM})")
    ask.has(r"(?:plus |with )?an? (?:penalty|term|regulari[sz]er):?")
    if decay is not None and decay < 0.5:  # said as the share of what is new
        decay = 1.0 - decay
    return [
        Term(
            name="slow_policy",
            weight=0.1 if weight is None else weight,
            decay=0.99 if decay is None else decay,
            forward=(said["d"] if said else (match["d"] or "").strip()) not in {"reverse", "反向"},
        )
    ]


def _divergence(ask: Ask, notes: list[str]) -> list[Term]:
    """A penalty on the divergence from the policy that acted."""
    kinds = r"(?:penalt(?:y|ies)|regulari[sz]\w+|terms?|constraints?|loss|target)"
    kl = ask.first(
        rf"(?P<a>adaptive(?:ly)? |自适应(?:的)?\s*)?(?:penali[sz]\w+ (?:the |by )?|惩罚)?(?P<d>reverse |forward |前向|"
        rf"反向)?\s*kl(?:[- ]divergence)?(?!\s*(?:early|stop|早停))(?: {kinds})*"
        rf"{LINKS}(?:(?:from|to|against|between) (?:the )?(?:old|previous|behaviou?r|acting|last)(?: policy)?|old|"
        rf"new)?{LINKS}(?P<n>{NUM})?|"
        rf"(?P<b>自适应)?(?:的)?\s*(?P<e>前向|反向)?\s*kl\s*(?:散度)?(?:惩罚|正则)?(?:项)?{LINKS}(?P<m>{NUM})?"
    )
    if not kl:
        return []
    number = number_in(kl, "n", "m")
    forward = (kl["d"] or kl["e"] or "").strip() not in {"reverse", "反向"}
    fall = None
    found = fall_of(ask, r"(?:penalty |kl )?(?:coefficient|weight|penalty|系数|权重)")
    if found:
        number, fall = found
    adaptive = bool(kl["a"] or kl["b"]) or ask.has(
        r"adapt(?:ive|s|ed|ing)(?:ly)?(?: (?:coefficient|weight|penalty))?|自适应"
    )
    if adaptive and number is None:
        number = ask.number(rf"(?:target|目标)(?:{EQUAL}|kl|of|a)*(?P<n>{NUM})")
    if number is None:
        number = ask.number(rf"(?:coefficient|weight|系数|权重)(?:{EQUAL}|fixed|to|set)*(?P<n>{NUM})")
    ask.has(
        r"(?:whose |with )?(?:penalty|coefficient|weight|惩罚(?:项)?|系数|权重)|(?:from|to) the (?:old|previous|acting|"
        r"behaviou?r) policy"
    )
    if adaptive:
        number = number or ask.number(rf"(?:target|目标)(?:{EQUAL}|kl)*(?P<n>{NUM})")
        if number is None:
            notes.append("The target of the divergence is not stated: 0.01.")
        return [Term(name="adaptive_kl", weight=1.0, value=number or 0.01, forward=forward)]
    if number is None:
        notes.append("The weight of the divergence is not stated: 1.0.")
    return [Term(name="kl_penalty", weight=1.0 if number is None else number, forward=forward, fall=fall)]


def _shaped(ask: Ask) -> list[Term]:
    """Other surrogates than the clipped one."""
    terms: list[Term] = []
    spo = ask.first(
        r"(?:the )?(?:(?<![a-z])spo(?![a-z])(?:\s*(?:目标|损失))?|simple policy optimi[sz]ation)(?: (?:objective|surrogate|"
        r"loss|one))*|quadratic penalt(?:y|"
        r"ies)(?: (?:on|of|for) (?:the )?(?:probability )?ratios?)?"
    )
    if spo:
        ask.has(r"(?:a |with a |the )*quadratic penalt(?:y|ies)(?: (?:on|of|for) (?:the )?(?:probability )?ratios?)?")
        epsilon = ask.number(rf"(?:eps(?:ilon)?|ε|clip\w*(?: range)?){EQUALS}(?P<n>{NUM})")
        terms.append(Term(name="spo", value=epsilon or 0.2))
    back = ask.first(
        rf"(?:with )?(?:a |the )?(?:roll-?back|ppo-rb)(?: (?:surrogate|objective|operator|function|clipping|clip|ppo|slope)"
        rf")*{LINKS}(?:slope|alpha|α)?{EQUALS}(?P<n>{NUM})?"
    )
    if back:
        ask.has(r"(?:with )?(?:a |the )?roll-?back(?: (?:slope|of|outside))*")
        slope = number_in(back, "n")
        slope = slope if slope is not None else ask.number(rf"(?:slope|alpha|α){EQUALS}(?P<n>{NUM})")
        epsilon = ask.number(rf"(?:eps(?:ilon)?|ε|clip\w*(?: range)?){EQUALS}(?P<n>{NUM})")
        terms.append(Term(name="rollback", value=epsilon or 0.2, slope=0.3 if slope is None else slope))
    cut = ask.first(
        rf"truncated importance(?: (?:weights?|ratios?|sampling|correction))*{LINKS}(?:c|rho|ρ)?{EQUALS}(?P<n>{NUM})?|"
        rf"(?:the )?(?:importance (?:weights?|ratios?)|(?:probability )?ratios?) (?:are |is )?(?:truncated|capped|cut off|"
        rf"cut)"
        rf"(?: (?:at|to|above|by))?{EQUALS}(?P<m>{NUM})|重要性(?:比率|权重|采样)+(?:的)?(?:截断|裁剪)(?:到|为|"
        rf"在)?\s*(?P<o>{NUM})"
    )
    if cut:
        terms.append(Term(name="truncated", value=number_in(cut, "n", "m", "o") or 1.0))
    return terms


def _clip(ask: Ask, *, instead: bool) -> list[Term]:
    """The clipped surrogate, with one range or two, with dual clipping, with a range that falls."""
    dual = ask.first(
        rf"(?:dual|double)[- ]?clip\w*(?: (?:ppo|trick|objective|surrogate|loss|variant))*(?:{LINKED}|constant|parameter|c|"
        rf"=)*(?P<n>{NUM})?\)?|双重?裁剪(?:{LINKED}|"
        rf"c)*(?P<m>{NUM})?"
    )
    sides = _sides(ask)
    found = None if instead else fall_of(ask, r"clip\w*(?: (?:range|ratio|epsilon))?|裁剪(?:范围|系数)?")
    if found:
        ask.has(rf"(?:ppo'?s? )?clip\w*(?: {_OBJECTIVE})*|裁剪(?:目标|范围)?")
        return [Term(name="clip", value=found[0], fall=found[1], dual=_dual(dual))]
    clip = None if instead else ask.first(
        rf"(?:ppo'?s? )?(?:the )?clip(?:s|ped|ping)?(?: (?:the "
        rf")?{_OBJECTIVE})*{LINKS}(?:{_OBJECTIVE}{LINKS})?(?P<n>{NUM})?(?! (?:value|vf))|裁剪(?:目标|"
        rf"范围)?{LINKS}(?P<m>{NUM})?"
    )  # fmt: skip
    if (dual or sides) and not instead:
        low, high = sides or (number_in(clip, "n", "m") if clip else None) or 0.2, None
        if sides:
            low, high = sides
        ask.has(
            r"(?:upper|lower) (?:clip(?: range)?|bound)s?|clip(?:ping)?(?: range| ratio)?|ratios?|asymmetric(?:ally)?|"
            r"非对称|clip[- ]higher|[上下]侧|on the (?:low|high|lower|upper|other) side"
        )
        return [Term(name="clip", value=low if not isinstance(low, tuple) else low[0], high=high, dual=_dual(dual))]
    if clip and not ask.says(r"clip\w* (?:the )?values?"):
        return [Term(name="clip", value=number_in(clip, "n", "m") or 0.2)]
    return []


def _dual(match: re.Match[str] | None) -> float | None:
    return max(1.0, number_in(match, "n", "m") or 3.0) if match else None


def _sides(ask: Ask) -> tuple[float, float] | None:
    """Lower and upper clip range where they differ: "ratios between 0.8 and 1.28", "clip 0.2 below and 0.28 above"."""
    between = ask.first(
        r"(?:asymmetric\w* )?(?:clip\w*|ratios?|probability ratios?|比率|裁剪)[\w :]*?(?:between|in|within|to|from|在|"
        r"到)?\s*\[?(?P<a>0?\.\d+)\]?"
        r"\s*(?:and|to|,|，|到|和)\s*(?P<b>1\.\d+)\]?(?:之间)?"
    )
    if between:
        return round(1 - float(between["a"]), 6), round(float(between["b"]) - 1, 6)
    if not ask.says(r"clip|裁剪"):
        return None
    if signs := by_sign(ask):  # a positive advantage is stopped by the upper bound, a negative one by the lower
        return signs
    low, high = (
        rf"(?P<{n}>{NUM}) (?:{w}|on the {s} side)"
        for n, w, s in (("a", "below|downwards?", "(?:low|lower)"), ("b", "above|upwards?", "(?:high|higher|upper)"))
    )
    both = ask.first(rf"{low}(?:,? and|,) {high}") or ask.first(
        rf"clip[- ]higher(?:\s|with|of|:|\()*(?P<a>{NUM})(?: and|,|/) (?P<b>{NUM})"
    )
    if both:
        return to_number(both["a"]), to_number(both["b"])
    side = r"(?: (?:clip(?:ping)?(?: range)?|bound|side|range|epsilon|eps))*"
    upper = ask.number(
        rf"(?P<n>{NUM}) (?:above|upwards?)", rf"(?:upper|high(?:er)?|above|上(?:界|限|侧)?){side}{LINKS}(?P<n>{NUM})"
    )
    if upper is None:
        return None
    lower = ask.number(
        rf"(?P<n>{NUM}) (?:below|downwards?)", rf"(?:lower|low|below|下(?:界|限|侧)?){side}{LINKS}(?P<n>{NUM})"
    )
    return lower if lower is not None else 0.2, upper


def entropy_terms(ask: Ask) -> list[Term] | None:
    """The entropy bonus, with its schedule; an empty list where none is wanted, None where nothing is said."""
    bonus = r"(?:bonus|regulari[sz]\w+|terms?|coef\w*|maximi[sz]ation|reward|weight)"
    if ask.has(
        rf"{_DENIED} entropy(?: {bonus})*(?: at all)?|(?:the )?entropy(?: {bonus})* (?:is )?(?:removed|dropped|"
        rf"left out|gone)|(?:不(?:用|加|要)|去掉|没有)熵(?:正则|奖励|系数|项)*|entropy(?: {bonus})* (?:is )"
        rf"?(?:off|switched off|zero|turned off)"
    ):
        return []
    found = fall_of(ask, rf"entropy(?: {bonus})*|熵(?:正则|奖励|系数|项|权重)*")
    if found:
        start, fall = found
        return [Term(name="entropy", weight=start, fall=fall)]
    number = valued(
        ask,
        rf"(?:weight|coefficient)s? (?:of|on|for) (?:the )?entropy(?:[ _]{bonus})*|entropy(?:[ _]{bonus})*|ent[ "
        rf"_]coef|熵(?:正则|奖励|系数|项|权重)*",
    )
    if number is None:
        number = ask.number(
            rf"(?P<n>{NUM})\s*(?:\*|×|times)\s*(?:the |an? )?entropy(?: {bonus})*",
            rf"(?:weight|coefficient)s?(?: of)? (?P<n>{NUM}) (?:on|for) (?:the )?entropy(?: {bonus})*",
            rf"(?P<n>{NUM})\s*的\s*熵(?:正则|奖励|系数|项|权重)+",
        )
    if number is not None:
        ask.has(rf"(?:more |larger |stronger |an )?entropy(?: {bonus})*|熵(?:正则|奖励|系数|项|权重)*")
        return [Term(name="entropy", weight=number)]
    entropy = ask.first(
        rf"(?:more |larger |stronger |an )?entropy(?: {bonus})*{LINKS}(?P<n>{NUM})?|熵(?:正则|奖励|系数|项|权重)"
        rf"*{LINKS}(?P<m>{NUM})?"
    )
    if entropy:
        number = number_in(entropy, "n", "m")
        return [Term(name="entropy", weight=0.01 if number is None else number)]
    return None


def value_terms(ask: Ask) -> list[Term] | None:
    """The loss of the critic; an empty list where it gets none, None where nothing is said."""
    if ask.has(
        rf"{_DENIED} (?:critic|value)(?: (?:network|function|head))?(?: loss)?(?: at all)?|(?:critic|value head|value "
        rf"function) (?:gets no loss|is not (?:used|trained))|不(?:用|要|训练)(?:评论家|价值函数|价值网络)|(?:价值|评论家)"
        rf"不训练"
    ):
        return []
    plain = (
        None
        if ask.says(r"huber|smooth[- ]l1|clip\w* (?:the )?(?:values?|vf)|values? (?:loss |function )?clip|价值裁剪")
        else valued(
            ask,
            r"(?:mse |squared )?(?:value|critic)(?: function)?[ _](?:loss|coef\w*|error|weight)(?:[ _](?:weight|"
            r"coef\w*))?|vf[ _]coef|价值(?:函数)?(?:损失)?(?:的)?(?:系数|权重)",
        )
    )
    if plain is not None:
        return [Term(name="value", weight=plain)]
    for name, words in (
        ("huber_value", (
            rf"(?:(?:价值损失(?:用|采用|使用|换成|改为)?\s*)?huber(?:[- ]loss|\s*(?:价值)?损失)?(?: (?:loss "
            rf")?(?:for|on|of|in) (?:the "
            rf")?)?(?: ?(?:values?|critic)(?: "
            rf"(?:loss|function))?)?|smooth[- ]l1(?: (?:value|critic) loss)?){LINKS}(?:系数|coefficient|权重)?{LINKS}(?"
            rf"P<n>{NUM})?"
        )),
        ("clipped_value", (
            rf"(?:clip(?:s|ped|ping)? (?:the )?(?:values?|vf|critic)(?: (?:loss|function)(?:es)?)?|(?:the )?values? "
            rf"(?:loss (?:is )?|"
            rf"function )?"
            rf"clip\w*(?: range)?|价值裁剪)(?:{LINKED}|range|范围)*(?P<n>{NUM})?"
        )),
        ("value", (
            rf"(?:mse |squared )?(?:value|critic)(?: function)? (?:loss|coef\w*|error|weight)(?: "
            rf"(?:weight|coef\w*))?{LINKS}(?P<n>{NUM})?|价值(?:损失)?(?:系数|权重)?{LINKS}(?P<m>{NUM})|(?:the )?(?:critic|"
            rf"value function) (?:regresses|learns|is regressed|is trained)(?: on| from| to)? (?:the )?(?:monte[- ]carlo "
            rf")?returns"
        )),
    ):  # fmt: skip
        match = ask.first(words)
        if match:
            weight = number_in(match, "n", "m")
            if name == "clipped_value":
                return [Term(name="clipped_value", weight=0.5, value=weight or 0.2)]
            delta = ask.number(rf"(?:delta|δ){EQUALS}(?P<n>{NUM})") if name == "huber_value" else None
            return [Term(name=name, weight=0.5 if weight is None else weight, value=delta)]  # type: ignore[arg-type]
    return None
