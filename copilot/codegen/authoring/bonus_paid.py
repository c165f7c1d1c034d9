"""Reads when an intrinsic reward is paid and what becomes of its number: gates, schedules, bounds, visits of the episode."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int, to_number

_WORDY = r"(?:half a|a|one|two|three|four|five|ten|twenty|fifty|(?:a|one) hundred|hundred) (?:million|thousand)"
BIG = rf"(?:\d[\d,_]*(?:\.\d+)?(?:\s?(?:k|m|million|thousand|万)(?![a-z]))?|{_WORDY})"
_TIMES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "万": 1e4}
_NUMBERS = {"half a": 0.5, "a": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "ten": 10.0,
            "twenty": 20.0, "fifty": 50.0, "a hundred": 100.0, "one hundred": 100.0, "hundred": 100.0}  # fmt: skip
_OF_EPISODE = r"(?: (?:of|in|from|within) (?:an|each|every|the|one|a|any|its)(?: (?:new|current|single))? episode)"
_STEPS = r"(?:environment |training |env |time)?-?steps?"
_TASK = r"(?:extrinsic|environment(?:'s)?|external|task|env|real|true|outside)"
_NOTHING = r"(?:no|not|nothing|zero|0|without|never|off|none)"


def to_big(text: str) -> int:
    """A number with commas, k, m or 万."""
    match = re.match(r"(\d[\d,_]*(?:\.\d+)?)\s*(\D*)$", text.strip())
    if match is None:
        *number, unit = text.strip().split()
        return round(_NUMBERS.get(" ".join(number), 1.0) * _TIMES.get(unit, 1.0))
    return round(float(re.sub("[,_]", "", match[1])) * _TIMES.get(match[2].strip(), 1.0))


def paid_of(ask: Ask) -> dict[str, Any]:
    """Gates and schedules of the whole."""
    out: dict[str, Any] = {}
    _steps(ask, out)
    _when(ask, out)
    _decay(ask, out)
    return out


def _steps(ask: Ask, out: dict[str, Any]) -> None:
    """By the step of the episode, and by that of training."""
    unpaid = ask.first(
        rf"(?:{_NOTHING} (?:\w+ ){{0,4}})?(?:in|during|for|within|before) (?:the )?first "
        rf"(?P<n>{INT}|{BIG}) {_STEPS}(?P<e>{_OF_EPISODE})?"
        rf"(?: of training)?,? (?:there is |it is |pay |give |gives |it pays )*(?:{_NOTHING}) (?:bonus|intrinsic reward|"
        rf"reward|"
        rf"paid|given|exploration bonus)?(?: is paid| at all)*(?:[,;]? ?(?:and )?(?:then|afterwards?|after that|from then "
        rf"on))?|"
        rf"(?:{_NOTHING}) (?:\w+ ){{0,4}}(?:in|during|for|within|before) (?:the )?(?:first "
        rf")(?P<m>{INT}|{BIG}) {_STEPS}(?P<f>{_OF_EPISODE})?"
        rf"(?: of training)?|"
        rf"(?:a )?warm-?up(?: phase| period)? (?:of|for|lasting) (?P<o>{BIG})(?: {_STEPS})?|"
        rf"(?:only |starts? |starting |begins? |kicks? in |switched on |active |paid |turned on )+(?:only )?after (?:the "
        rf"first )?"
        rf"(?P<p>{INT}|{BIG}) {_STEPS}(?P<g>{_OF_EPISODE})?(?: of training)?|"
        rf"(?:训练)?(?:开始的|的)?(?:前|最初)\s*(?P<q>{BIG})\s*步(?:内)?(?:不给|没有|不发放|不计算|无)(?:内在|"
        rf"任何)?(?:奖励)?"
    )
    if unpaid:
        number = to_int(next(unpaid[g] for g in "nmopq" if unpaid[g])) or to_big(
            next(unpaid[g] for g in "nmopq" if unpaid[g])
        )
        out["after_steps" if unpaid["e"] or unpaid["f"] or unpaid["g"] else "warmup_steps"] = max(1, number)
    first = ask.first(
        rf"(?:is |it's |that's |be |only |just |active |paid |given |works? |applies |it |bonus )*(?:in|during|for|"
        rf"within) "
        rf"(?:the )?"
        rf"(?:first |initial )(?P<n>{INT}) {_STEPS}{_OF_EPISODE}(?: only| alone)?|"
        rf"(?:only )?(?:in|during|for|within) (?:an|each|every|the) episode's first (?P<m>{INT}) {_STEPS}|"
        rf"(?:stops?|ends?|off|zero|nothing|no (?:more )?bonus) (?:\w+ ){{0,3}}after (?:the )?(?:first "
        rf")?(?P<o>{INT}) {_STEPS}{_OF_EPISODE}|"
        rf"(?:仅|只)?(?:在)?每?(?:个)?(?:回合|局|幕|episode)(?:的)?(?:前|最初|开头)\s*(?P<p>{INT})\s*步(?:内|以内|之内)?"
        rf"(?:才)?(?:有效|给予?|发放|起作用|支付)?(?:奖励)?"
    )
    if first:
        out["first_steps"] = to_int(next(first[g] for g in "nmop" if first[g])) or 1
    every = ask.first(
        rf"(?:only |just |paid |given )*(?:on|at|with|for|in)? ?every (?P<n>\d+)(?:st|nd|rd|th) step{_OF_EPISODE}?|"
        rf"(?:only |just |paid |given )+(?:once )?every (?P<m>{INT}) {_STEPS}|(?:only )?once (?:in )?every "
        rf"(?P<o>{INT}) {_STEPS}|"
        rf"每(?:隔)?\s*(?P<p>{INT})\s*步(?:才)?(?:给|发放|支付|计算)(?:一次)?"
    )
    each = to_int(next((every[g] for g in "nmop" if every[g]), None)) if every else None
    if each and each > 1:
        out["every_steps"] = each


def _when(ask: Ask, out: dict[str, Any]) -> None:
    """By the environment's rewards and by ends."""
    episode = r"(?: (?:in|of|during|within) (?:the|an|this|that|each|its) (?:current |same )?episode)?"
    gates = {
        "until_reward": rf"(?:(?:but |and |is |be |it |becomes? |turned |switched |drops? to |goes )*(?:{_NOTHING}|stops?|"
        rf"vanish\w*|ends?|"
        rf"disappears?) (?:\w+ ){{0,3}})?(?:as soon as|once|after|from the moment) (?:the |an |any |a )*(?:agent (?:has "
        rf")?(?:ever )?\w+ )?"
        rf"(?:an? |the |its |any |first |some )*(?:{_TASK} )rewards? ?(?:was|is|has been|became)?(?: non-?zero| positive| "
        rf"given| "
        rf"received| found| seen| collected| reached)?(?: once)?{episode}|"
        rf"(?:only |just |paid |is |active )*(?:until|before|up to) (?:the |any )?(?:agent (?:has )?(?:gets?|receives?|"
        rf"found|finds|"
        rf"received|collected|collects) )?(?:the |an |its |any |a )*(?:first )?(?:non-?zero )?(?:{_TASK} )rewards?(?: "
        rf"(?:is|was|has been)?"
        rf" ?(?:found|seen|received|given|reached|non-?zero|comes?|arrives?))?{episode}|"
        rf"(?:本|每|一)?(?:回合|局)?(?:内|中)?(?:一旦)?(?:得到|获得|拿到|出现)过?(?:第一个)?(?:非零的?)?(?:外部|环境|外在|"
        rf"任务)奖励(?:之?后|以后|就|则)"
        rf"(?:不再(?:给|发放)?(?:奖励)?|(?:奖励)?(?:变为|归|为) ?(?:0|零)|停止)?",
        "unrewarded": rf"unless (?:the |an )?(?:environment|env|task|game)(?: itself)? (?:gave|gives|pays|paid|returns) "
        rf"(?:a|any|some) (?:{_TASK} )?reward|(?:is |are |be |only |just |paid |given |but |and )*(?:if|when|where|"
        rf"while|as long as|on steps "
        rf"where|for steps "
        rf"where|in steps where) (?:the |an )?(?:(?:environment|env|task|game)(?: itself)? (?:gives|pays|returns|provides|"
        rf"hands out) "
        rf"(?:no|zero|0|nothing)(?: (?:extrinsic )?rewards?)?|(?:{_TASK} )rewards? (?:is|was|are|equals?|=|==) "
        rf"(?:0(?:\.0)?|zero|null|"
        rf"absent|missing)|there is no (?:{_TASK} )?reward)|"
        rf"(?:仅|只)?(?:在|当)?(?:外部|环境|外在|任务)(?:没有(?:给)?奖励|(?:的)?奖励(?:为|是|等于) ?(?:0|零))(?:时|的时候|"
        rf"的步)?(?:才)?"
        rf"(?:给予?|发放|有效|支付)?",
        "rewarded": rf"(?:is |are |be |only |just |paid |given )*(?:if|when|where|while|on steps where) (?:the |an "
        rf")?(?:{_TASK} )rewards? "
        rf"(?:is|was|are) (?:not zero|non-?zero|positive|above zero|given)",
        "not_at_end": rf"(?:(?:but|and|,) )?(?:(?:there is |pays? |gives? )?(?:{_NOTHING}|except|excluding)(?: intrinsic| "
        rf"exploration)?"
        rf"(?: bonus| reward| paid| is paid| pay)*) (?:on|at|for|in|with|when) (?:the |an? )?(?:very )?(?:last|final|"
        rf"terminal|"
        rf"terminating) (?:step|state|transition|observation)s?{_OF_EPISODE}?|"
        rf"(?:终止|最后一?|结束)(?:步|状态|的?那一步)(?:不给|没有|不发放|不计)(?:奖励)?",
        "at_end": rf"(?:paid |given )?only (?:on|at|for|in|with|when) (?:the |an? )?(?:very )?(?:last|final|terminal) "
        rf"(?:step|state|transition)s?{_OF_EPISODE}?",
    }
    for gate, words in gates.items():
        if ask.first(words):
            out.setdefault("when", []).append(gate)


_FALLS = (
    r"(?:decay|anneal|fad|declin|decreas|shrink|diminish)\w*|(?:falls?|drops?|goes|reduced|lowered|ramped|sinks?|tapers?)"
    r"(?= (?:down|to|linearly|exponentially|off|away|from|gradually|slowly))|衰减|退火|递减|下降|降(?:到|至|为)|减(?:到|"
    r"至|"
    r"小|为)"
)


def _decay(ask: Ask, out: dict[str, Any]) -> None:
    """What becomes of the weight."""
    factor = ask.number(
        rf"(?:multipl\w+|scal\w+|decay\w*)(?: (?:it|its weight|the weight|the bonus|beta|this|exponentially))*(?: is| "
        rf"are)? by "
        rf"(?:a factor (?:of )?)?(?P<n>{NUM}) (?:after|with|at|on|in|every|each|per)(?: (?:every|each|an?))?(?: "
        rf"\w+)? ?(?:updates?|"
        rf"rollouts?|iterations?)",
        rf"(?:weight |bonus |beta |it )?(?:decays?|decay(?:ing|ed)?)(?: exponentially)?(?: (?:with|by|at))?(?: (?:a "
        rf")?(?:rate|factor)(?: of)?)?"
        rf" (?P<n>{NUM}) (?:after|with|every|each|per)(?: (?:every|each))? ?(?:updates?|rollouts?|iterations?)",
        rf"(?:每次|每个)(?:更新|迭代)(?:后|之后)?(?:权重|系数)?(?:乘以|乘)\s*(?P<n>{NUM})",
    )
    if factor is not None and 0.5 < factor < 1.0:
        out["kappa"] = round(1.0 - factor, 9)
    elif factor is not None and 0.0 < factor <= 0.5:
        out["kappa"] = factor  # "decays by 0.01 per update"
    kappa = ask.number(rf"kappa(?:\s|=|of|is)*(?P<n>{NUM})")
    out |= {"kappa": kappa} if kappa is not None and 0 <= kappa <= 1 else {}
    if not ask.says(_FALLS):
        return
    steps = ask.first(
        rf"(?:over|within|in|during|for|after|by) (?:the )?(?:course of |first |next |whole )*(?P<n>{BIG}) {_STEPS}(?: of "
        rf"training)?|"
        rf"(?:over|within|during) (?P<o>{BIG})(?= (?:transitions|frames))(?: frames)?|(?:在|"
        rf"经过)?\s*(?P<m>{BIG})\s*步(?:之?内|里|之?后)?"
    )
    if steps is None:
        if "kappa" in out:
            ask.has(
                rf"(?:that |which |and |whose weight |its weight )?(?:{_FALLS})(?: exponentially| geometrically)?|指数|"
                rf"权重|weight"
            )
        return
    out["decay_steps"] = to_big(next(steps[g] for g in "nom" if steps[g]))
    begin = ask.number(
        rf"(?:starts?|starting|begins?|beginning|initial(?:ly)?|from)(?: (?:out|at|with|from|of|an?|weight|value|beta|"
        rf"as))*\s*(?P<n>{NUM})",
        rf"(?:从|由|初始(?:为|值)?)\s*(?P<n>{NUM})",
    )
    end = ask.first(
        rf"(?:down )?to(?: a| an)?(?: final| end)?(?: value| weight)?(?: of)? (?P<n>{NUM}|zero|nothing)|"
        rf"(?:降|减|衰减|退火|下降)?(?:到|至|为)\s*(?P<m>{NUM}|零)"
    )
    said = (end["n"] or end["m"]) if end else "0"
    out["beta_end"] = 0.0 if said in {"zero", "nothing", "零"} else abs(to_number(said))
    out |= {"beta": begin} if begin is not None and begin >= 0 else {}
    out["decay"] = "exponential" if ask.says(r"exponential|geometric|指数") else "linear"
    ask.has(
        rf"(?:that |which |and |whose |its |the )*(?:weight |bonus |beta |coefficient )?(?:is |are |gets "
        rf")?(?:{_FALLS})(?: "
        rf"linearly| "
        r"exponentially| gradually| slowly| off| away| down)*|linear(?:ly)?|exponential(?:ly)?|线性|指数|权重|系数|whose "
        r"weight|weight"
    )


_CUT = r"(?:clipp?|clamp|capp?|bound|limit|truncat|cut)(?:s|ed|e|es|ing|ed off| off)?"
_ERROR = r"(?:error|novelty|bonus|reward|distance|value|surprise|result|difference|it|that|this|variance|rnd error)s?"


def shape_of(ask: Ask) -> list[dict[str, Any]]:
    """What becomes of the number, in the order in which it is said."""
    found: list[tuple[int, dict[str, Any]]] = []
    scaled = bool(
        ask.first(
            r"after (?:the )?(?:reward )?(?:normali[sz]ation|scaling|being normali[sz]ed|it is normali[sz]ed)|"
            r"归一化(?:之)?后"
        )
    )
    for start, low, high in _bounds(ask):
        found += [(start, {"op": "least", "value": low, "scaled": scaled})] if low is not None else []
        found += [(start, {"op": "most", "value": high, "scaled": scaled})] if high is not None else []
    for op, words in _OPERATIONS.items():
        match = ask.first(words)
        if match:
            said = match.groupdict().get("n") or match.groupdict().get("m")
            value = to_number(said) if said else None
            found.append((match.start(), {"op": op, "value": value}))
            ask.has(
                r"(?:instead of|rather than|not) (?:the )?(?:\w+ )?(?:error|bonus|novelty|distance)s?(?: "
                r"itself)?(?=[ ,.;]|"
                r"$)"
            )
    return [step for _, step in sorted(found, key=lambda pair: pair[0])]


_OPERATIONS = {
    "flag": rf"(?:that )?only (?:fires|pays|is paid|is active|triggers) (?:when|if|where) (?:[\w']+ ){{0,7}}{_ERROR} "
    rf"(?:is "
    rf")?(?:above|over|exceeds?|>) (?P<m>{NUM})[;,]? (?:then|and)? ?(?:it )?(?:then )?pays? (?:a )?(?:flat |"
    rf"constant )?1|"
    rf"(?:pays? |gives? |reward of |is )?1 (?:if|when|where|whenever) (?:the |its )?(?:[\w-]+ )?{_ERROR} (?:is "
    rf")?(?:above|over|larger than|"
    rf"greater than|exceeds?|>) (?P<n>{NUM})(?:[,;]? ?(?:and )?(?:0|zero|nothing)? ?(?:otherwise|else)(?: (?:0|zero|"
    rf"nothing))?)?",
    "above": rf"(?:(?:and |it |is |are |be |give |pay |paid |count |counted |pays |gives |given |the |a |bonus |reward "
    rf")*only )?(?:if|when|where|for)? ?(?:the |its )?(?:forward "
    rf"|prediction |rnd )?{_ERROR} (?:is |are |that is |that are )?(?:above|over|larger than|greater than|exceeds?|exceed|"
    rf">|beyond) (?:a |the )?(?:threshold "
    rf"(?:of )?)?(?P<n>{NUM})(?:[,;]? ?(?:and )?(?:otherwise|else)(?: it is| is| pay)? ?(?:zero|0|nothing)?|[,;]? ?(?:and "
    rf")?(?:zero|0|nothing) (?:otherwise|else))?",
    "root": rf"(?:(?:the )?square[- ]root|(?:the )?root|sqrt)(?: of |\(| )(?:the )?(?=(?:[\w-]+ ){{0,3}}{_ERROR})|"
    rf"(?<=误差)(?:的)?(?:平方根|开方)|"
    r"(?<=距离)(?:的)?(?:平方根|开方)",
    "square": r"(?:the )?square of (?:the )?(?:bonus|novelty|result)",
    "tanh": r"(?:squash\w* |passe?d? |run )*(?:by|with|through|in)? ?(?:an? |the )?(?:hyperbolic tangent|tanh)(?: of "
    r"(?:the )?\w+)?",
    "power": rf"(?:raised )?to the (?:power (?:of )?)(?P<n>{NUM})",
}


def _bounds(ask: Ask) -> list[tuple[int, float | None, float | None]]:
    """Where bounds are said, and which."""
    out: list[tuple[int, float | None, float | None]] = []
    lead = (
        rf"(?:is |be |are |then |and |it |gets )*{_CUT}(?: (?:it|them|the (?:final |raw |resulting )?(?:bonus|reward|"
        rf"error|"
        rf"result|product)s?|(?:intrinsic )?"
        rf"rewards?|bonus(?:es)?))?(?: (?:in|to|at|into|within|between|by|inside|from|the|range|interval|be))*"
    )
    number = rf"(?:{NUM}|zero|one)"
    pattern = (
        rf"{lead}\s*[\[(]?\s*(?P<a>{number})\s*(?:,|to|and|\.\.|-|–)\s*(?P<b>{number})\s*[\])]?|"
        rf"{lead} (?:at most|no more than|a maximum of|above at|from above (?:at|by)|max\w*) (?P<h>{number})|{lead} (?:at "
        rf"least|below at|from below (?:at|by)) (?P<l>{number})|"
        rf"{lead} (?P<at>{number})|"
        rf"(?:(?:and |is |but |are |it )*(?:never|not|no) (?:be |falls? |goes? |get |gets |to be |is |drop |drops "
        rf")*(?:below|less than|smaller than|under) |at least |"
        rf"(?:a )?(?:minimum|floor) of )(?P<k>{number})|"
        rf"(?:and |is |but )*(?:never|not) negative|non-?negative|(?P<p>only )?(?:the |its )?positive part|(?:through |"
        rf"with |by )?(?:a )?\brelu\b|"
        rf"negative (?:values?|ones?|differences?|progress|rewards?)(?: (?:are|is|count(?:s|ed)?|become|becomes))*(?: set|"
        rf" "
        rf"cut| clipped| as)*(?: to)? "
        rf"(?:zero|0|nothing|ignored)|"
        rf"(?:(?:and |is |but |are |it )*(?:never|not|no) (?:be |goes? |gets? |is )*(?:above|more than|larger than|over|"
        rf"greater than|higher than) |at most |(?:a )?maximum of )"
        rf"(?P<m>{number})|"
        rf"(?:超过|大于|高于)\s*(?P<zc>{NUM})\s*(?:时)?(?:就|则|的)?(?:部分)?(?:截断|裁剪|限制|按)(?:为|到|在|"
        rf"至)?\s*(?:{NUM})?(?:计算|计)?|"
        rf"(?:裁剪|截断|限制)(?:到|在|为|至|于)*\s*[\[(]?\s*(?P<za>{NUM})\s*(?:,|到|至|~|和|"
        rf"-)\s*(?P<zb>{NUM})\s*[\])]?(?:之间|以内|区间)?|"
        rf"(?:裁剪|截断|限制)(?:到|在|为|至|于)*\s*(?P<zd>{NUM})(?:以内|以下)?|最大(?:为|不超过|值为?)\s*(?P<ze>{NUM})|"
        rf"不(?:超过|大于|高于)\s*(?P<zf>{NUM})|"
        rf"不(?:低于|小于|能?为负)(?:零|0)?|非负|负(?:数|值)(?:记为|视为|取|置为|算作?)(?:零|0)"
    )
    for match in ask.find(pattern):
        groups = {name: _number(text) for name, text in match.groupdict().items() if text and name != "p"}
        if "a" in groups or "za" in groups:
            low, high = groups.get("a", groups.get("za")), groups.get("b", groups.get("zb"))
        elif high_names := [name for name in ("h", "m", "zc", "zd", "ze", "zf") if name in groups]:
            low, high = None, groups[high_names[0]]
        elif "at" in groups:  # "clipped at 5" from above, "at zero" from below
            low, high = (0.0, None) if groups["at"] == 0.0 else (None, groups["at"])
        else:
            low, high = groups.get("l", groups.get("k", 0.0)), None
        out.append((match.start(), low, high))
    return out


def _number(text: str) -> float:
    return {"zero": 0.0, "one": 1.0}.get(text) if text in {"zero", "one"} else to_number(text)  # type: ignore[return-value]


def visits_of(ask: Ask) -> str | None:
    """What visits in the episode make of another measure: root, inverse or first."""
    episode = r"(?: (?:in|of|during|within) (?:the|this|an|each|that|its|a) ?(?:current |same )?episode| episodically)"
    if ask.first(
        rf"(?:and |but |is |are |be |it |it's |only |just |paid |given |pay |pays )*(?:for|on|at|if|when)? ?(?:it is |"
        rf"this "
        rf"is )?(?:the |its |a )*(?:very )?"
        rf"first (?:time|visit|occurrence)s? ?(?:that |when |in which )?(?:to )?(?:a |the |this |that )*(?:next "
        rf")?(?:state|"
        rf"one|observation|it)?(?: is| was| has been)? "
        rf"?(?:visited|seen|entered|reached)?{episode}(?: only)?|"
        rf"(?:(?:and |but )?(?:only|just|paid|given) )+(?:on|for|at) (?:the |its )?first (?:episodic )?visits?(?: to (?:a|"
        rf"the) state)?|"
        rf"episodic(?:ally)? (?:restrict\w*|first visits?(?: only)?)|(?:仅|只)?(?:在)?(?:本|每|当前)(?:个)?(?:回合|"
        rf"局)(?:内|中)?(?:的)?(?:首次|第一次)"
        rf"(?:访问|到达|进入)(?:该|某|一个)?(?:状态)?(?:时)?(?:才)?(?:给|发放|支付|有效)?"
    ):
        return "first"
    over = (
        r"(?:divided by|divid(?:e|ing|es) (?:it |that |the (?:result|error|bonus|reward|novelty) )?by|/|(?:scaled|"
        r"weighted|"
        r"discounted|multiplied) (?:down )?(?:by|"
        r"with) (?:1/|one over |the inverse (?:of )?))"
    )
    counted = (
        r"(?:the |its |this |that |a )*(?:number of )?(?:times )?(?:episodic |episode |state |state's |visit\w* "
        r")*(?:visits?|visitations?|counts?|number|n\b)"
        r"(?: counts?| numbers?)?(?: (?:of|to) (?:the|that|this|a) (?:next )?state)?(?: (?:has been|was|is) (?:visited|"
        r"seen))?"
    )
    match = ask.first(
        rf"{over} ?(?:1 ?(?:\+|plus) ?)?(?P<r>(?:the )?(?:square[- ])?root of |sqrt ?\(? ?(?:of )?(?:the "
        rf")?)?{counted}{episode}?\)?|"
        rf"(?:每个状态)?(?:再)?(?:除以|除)(?:该状态)?(?:在)?(?:本|每|当前)?(?:个)?(?:回合|局|幕)?(?:内|"
        rf"中)?(?:的)?(?:该)?(?:状态)?(?:访问|出现)?(?:次数|计数)"
        rf"(?P<z>的?(?:平方根|开方))?"
    )
    if match:
        return "root" if match["r"] or match["z"] else "inverse"
    return None


def difference_of(ask: Ask) -> float | None:
    """NovelD's difference between what follows and what is: how much of the latter is subtracted."""
    names = r"(?:noveld|bebold|novel-d|be-bold)(?:['’]s)?(?:[- ](?:style|like))?(?: (?:criterion|bonus|reward))?"
    beta = rf"(?:(?:alpha|a|β|α) ?= ?)?(?:(?P<n>{NUM}) ?(?:times|\*|·|x|×)? ?)?"
    match = ask.first(
        rf"(?:max(?:imum)? ?\(? ?(?:of )?)?(?:the )?(?:novelty|nov|bonus|n|rnd|error|b) ?\( ?(?:s'|s_?\{{?t\+1\}}?|"
        rf"next[\w ]*|s_next) ?\) ?(?:-|−|minus) ?"
        rf"(?:alpha ?\*? ?)?{beta}(?:the )?(?:novelty|nov|bonus|n|rnd|error|b) ?\( ?(?:s|s_?t|"
        rf"current[\w ]*) ?\)(?: ?, ?0(?:\.0)? ?\))?"
    )
    if match is None:
        match = ask.first(
            rf"(?:the )?(?:[\w-]+ )?(?:novelty|bonus|error|count|surprise)s? (?:of|at|in) (?:the )?(?:next|following|new) "
            rf"(?:state|observation|one) (?:minus|less) "
            rf"{beta}(?:that|the (?:novelty|bonus|error|one)) (?:of|at|in) (?:the )?(?:current|present|previous|old|"
            rf"last)(?: (?:state|observation|one))?|"
            rf"(?:the )?differences? (?:of|between|in)(?= [\w ,]{{0,30}}?(?:between |of )?(?:the )?(?:next|following|new) "
            rf"(?:and|"
            rf"state))|"
            rf"下一(?:个)?状态(?:的)?新颖(?:度|性)减去(?:(?P<z>{NUM})\s*(?:倍|乘以?)(?:的)?)?当前状态(?:的)?新颖(?:度|性)"
        )
        if match:
            ask.has(
                r"between (?:the )?(?:next|following|new)(?: state)? and (?:the )?(?:current|present|previous|old)(?: "
                r"(?:state|observation|one))?"
            )
    named = ask.first(names)
    if match:
        groups = match.groupdict()
        given = groups.get("n") or groups.get("z")
        return to_number(given) if given else 1.0
    if named:
        alpha = ask.number(rf"(?:alpha|α)(?:\s|=|of|is)*(?P<n>{NUM})", rf"(?:factor|scaling)(?: of)? (?P<n>{NUM})")
        return alpha if alpha else (0.5 if "novel" in named[0] else 1.0)
    return None
