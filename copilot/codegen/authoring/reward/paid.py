"""Reads what becomes of the number of an intrinsic reward: bounds, functions, visits of the episode, differences."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import NUM, Ask, to_number
from copilot.codegen.authoring.reward.decay import decay_of
from copilot.codegen.authoring.reward.when import gates_of, steps_of


def paid_of(ask: Ask) -> dict[str, Any]:
    """Gates and schedules of the whole."""
    out = steps_of(ask)
    gates = gates_of(ask)
    out |= {"when": gates} if gates else {}
    return out | decay_of(ask)


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
    "power": rf"(?<!n )(?<!\) )(?<!counts )(?<!count )(?<!visits )(?:raised )?to the (?:power (?:of )?)(?P<n>{NUM})",
}


_PAIRS = (("a", "b"), ("c", "d"), ("e", "f"), ("za", "zb"))
_HIGHEST = ("h", "i", "j", "m", "zc", "zd", "ze", "zf")


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
    bare = r"(?:\d*\.?\d+|zero|one)"
    above = (
        rf"(?:values?|anything|rewards?|everything|bonus(?:es)?|errors?|what is)(?: that (?:is|are))? "
        rf"(?:above|over|beyond|larger than|greater than|exceeding) (?:{number})"
    )
    pattern = (
        rf"{lead}\s*[\[(]\s*(?P<c>{number})\s*(?:,|to|and|\.\.\.?|-|–)\s*(?P<d>{number})\s*[\])]|"
        rf"{lead}\s*(?P<a>{bare})\s*(?:to|and|\.\.\.?|-|–)\s*(?P<b>{bare})(?![\d.]*\d)|"
        rf"(?:keep|stays?|kept|lies?|be|is) (?:it |the (?:bonus|reward|value) )?(?:between|within|in(?:side)?) (?:the "
        rf"(?:range|"
        rf"interval) )?[\[(]?(?P<e>{bare})\s*(?:,|to|and|\.\.\.?|-|–)\s*(?P<f>{bare})[\])]?(?![\d.]*\d)|"
        rf"{above} (?:is|are|gets?|be)? ?(?:cut|clipped|capped|set|limited|truncated|clamped)(?: off)?(?: (?:to|at|down))* "
        rf"(?P<i>{number})|"
        rf"(?:the |an? )?(?:upper (?:bound|limit)|maximum|max|cap|ceiling)(?:\s|=|:|of|is|at|should be)* (?P<j>{number})|"
        rf"{lead} (?:at most|no more than|a maximum of|above at|from above (?:at|by)|max\w*) (?P<h>{number})|{lead} (?:at "
        rf"least|below at|from below (?:at|by)) (?P<l>{number})|"
        rf"{lead} (?P<at>{number})(?![\d.]*\d)(?! ?(?:equal )?(?:bins?|cells?|intervals?|buckets?|parts?))|"
        rf"(?:(?:and |is |but |are |it )*(?:never|not|no) (?:be |falls? |goes? |get |gets |to be |is |drop |drops "
        rf")*(?:below|less than|smaller than|under) |at least |"
        rf"(?:a )?(?:minimum|floor) of )(?P<k>{number})|"
        rf"(?:and |is |but )*(?:never|not) negative|non-?negative|(?P<p>only )?(?:the |its )?positive part|(?:through |"
        rf"with |by )?(?:a )?\brelu\b|"
        rf"negative (?:values?|ones?|differences?|progress|rewards?)(?: (?:are|is|count(?:s|ed)?|become|becomes))*(?: set|"
        rf" "
        rf"cut| clipped| as)*(?: to)? "
        rf"(?:zero|0|nothing|ignored)|"
        rf"(?:(?:and |is |but |are |it )*(?:never|not|no) (?:be |rise |goes? |gets? |is |go )*(?:above|more than|"
        rf"larger than|over|"
        rf"greater than|higher than|exceeds?) |(?:must |should |may |can )(?:never|not) (?:exceed|go above|be "
        rf"(?:above|larger than|"
        rf"more than)) |at most |no more than |not (?:more|larger) than |(?:a )?maximum of )"
        rf"(?P<m>{number})|"
        rf"(?:超过|大于|高于)\s*(?P<zc>{NUM})\s*(?:时)?(?:就|则|的)?(?:部分)?(?:截断|裁剪|限制|按)(?:为|到|在|"
        rf"至)?\s*(?:{NUM})?(?:计算|计)?|"
        rf"(?:裁剪|截断|限制)(?:到|在|为|至|于)*\s*[\[(]?\s*(?P<za>{NUM})\s*(?:,|到|至|~|和|"
        rf"-)\s*(?P<zb>{NUM})\s*[\])]?(?:之间|以内|区间)?|"
        rf"(?:裁剪|截断|限制)(?:到|在|为|至|于)*\s*(?P<zd>{NUM})(?:以内|以下)?|最大(?:为|不超过|值为?)\s*(?P<ze>{NUM})|"
        rf"(?:不(?:超过|大于|高于)|上限(?:为|是)?)\s*(?P<zf>{NUM})|"
        rf"不(?:低于|小于|能?为负)(?:零|0)?|非负|负(?:数|值)(?:记为|视为|取|置为|算作?)(?:零|0)"
    )
    for match in ask.find(pattern):
        groups = {name: _number(text) for name, text in match.groupdict().items() if text and name != "p"}
        pair = next(((low, high) for low, high in _PAIRS if low in groups), None)
        low: float | None
        high: float | None
        if pair:
            low, high = groups[pair[0]], groups[pair[1]]
        elif high_names := [name for name in _HIGHEST if name in groups]:
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
