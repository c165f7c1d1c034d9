"""Reads a noise around a deterministic action: its marginal, how its steps hang together, its size and how that changes."""

from __future__ import annotations

from copilot.codegen.authoring.amounts import BIG, to_count
from copilot.codegen.authoring.ask import INT, Ask, to_int, to_number
from copilot.codegen.authoring.distribution.numbers import CHANCE, EPSILON, SIGMA, STUDENT, N, listed, said, schedule
from copilot.codegen.authoring.distribution.spec import Distribution, Marginal
from copilot.codegen.authoring.valued import kept_within

BOX = (
    r"(?:(?:and |then |,? ?finally )*(?:actions?|the result|results?|outputs?|samples?|everything|it|noisy actions?|the "
    r"sum) )?(?:(?:is|are|be|get|gets|then|still|finally|always|kept|stay\w*|remain\w*) )*"
    r"(?:clipp?\w*|clamp\w*|bounded|limited|kept|within|in|stay\w*|截断|裁剪|限制|保持)(?: (?:the )?(?:actions?|results?|"
    r"result|samples?|it))?(?: (?:are|is|be|stay|then))*(?: (?:back )?(?:to|into|within|in|at|between|by))*(?: the)?(?:到|"
    r"在|至|为)?\s*"
    r"(?:\[?\s*-\s?1(?:\.0)?\s*(?:,|to|and|\.\.|，|到|至)\s*\+?1(?:\.0)?\s*\]?|(?:the |their |its )?(?:action )?(?:bounds?|"
    r"limits?|box|range|动作范围|边界))(?: (?:box|range|interval|of (?:the )?actions?(?: space)?|bounds))*|"
    r"(?:动作)?(?:再|最后)?(?:截断|裁剪|限制)(?:到|在|至)? ?\[ ?-1 ?, ?1 ?\](?:内|之间)?"
)
"""That actions stay within their bounds: those of every noise do."""
EVERY = (
    r"(?:(?:each|every) (?:parallel )?(?:env(?:ironment)?s?|worker|copy)(?: and (?:each |every )?(?:action "
    r")?dim(?:ension)?s?)? (?:has|gets|with|keeps|draws)(?: \w+)? (?:its|an) own(?: \w+){0,2}|(?:for|per|in|of) (?:each|"
    r"every)? ?(?:parallel )?env(?:ironment)?s?(?: and (?:for |per )?(?:each |every )?(?:action )?dim(?:ension)?s?)?|"
    r"(?:per|for (?:each|every)|independent\w* (?:for|in|per|across) (?:each|every|all)?) ?(?:action )?dim(?:ension)?s?(?: "
    r"and (?:per )?env(?:ironment)?s?)?|(?:sequences? )?(?:is |are )?(?:drawn|generated|started|sampled|begun|reset|"
    r"restart\w*|renewed|cleared)(?: (?:anew|again|afresh|new|fresh))?(?: (?:sequences?|path|paths|state))? "
    r"(?:when(?:ever)?|after|at|with|on|as soon as|once)(?: the)? ?(?:an? |each |every |the )?(?:end of (?:an?|each|every|"
    r"the) )?(?:episodes?|env(?:ironment)?s?)(?: ?(?:ends?|is over|are over|begins?|starts?|resets?|terminat\w+|boundar\w+|"
    r"finish\w*|is reset))*|"
    r"(?:end of (?:an? |each |every |the )?episode|episode (?:ends?|boundar\w+)|reset) (?:clears?|resets?|restarts?|"
    r"begins?|starts?) (?:it|them|the \w+|a new \w+|anew)|(?:new|fresh|another) (?:sequence|path|draw)s? (?:when|after|at|"
    r"for|per|in|on)(?: \w+){0,3} (?:episode|reset)s?(?: (?:ends?|begins?|starts?))?|"
    r"generated(?: (?:for \d+ steps))? (?:in advance|at once|by fft|beforehand|up ?front|ahead of time)|in advance|at once|"
    r"by (?:an )?(?:inverse )?fft|(?:then )?read(?: off)? step by step|step by step|precomput\w+|pre-?generat\w+|"
    r"每个环境(?:和维度)?(?:各自)?(?:独立)?|(?:回合|episode)结束(?:后|时)?(?:重置|重新生成|清零|重新开始)|提前生成|预先生成)"
)
_TALK = (
    r"(?:(?:action|exploration|policy|gaussian|white|normal|additive|coloured|colored|temporally|time-?|auto-?)[ "
    r"-]?)*(?:nois(?:e|es|y)|correlated|disturbances?|perturbations?)|噪声|扰动|around (?:the )?(?:actor|policy|"
    r"deterministic)(?:'s|’s)?(?: actions?| outputs?)?|(?:deterministic )?(?:actor|policy)(?:'s|’s)? (?:actions?|outputs?)|"
    r"(?:is |are )?added(?: (?:to|on top of) (?:the |each |every )?(?:actor'?s? |policy'?s? |deterministic )*(?:actions?|"
    r"outputs?))?|(?:the )?deterministic actions?|mode|log[-_ ]?prob\w*|off[- ]policy agents?|sequences?|steps?|continuous|"
    r"zero[- ]mean|mean (?:of )?(?:zero|0)|(?:is |are )?drawn|sampled|distribution|distributed|"
    r"brownian[- ]like|continuous control|control|independent\w*|i\.?i\.?d\.?|exploration|explor\w+|actions?|before adding|"
    r"generated|spectrum|(?:power )?spectral "
    r"density|"
    r"frequency|variance|高斯|正态|连续|确定性|动作|探索|加在|围绕"
)


_COMPARED = (
    r"(?:beats?|is better than|outperforms?|works better than|better than|instead of|rather than|unlike|compared (?:to|"
    r"with)|not)"
    r" (?:the )?(?:usual |plain |default |normal |standard )*(?:ou|ornstein[- ]uhlenbeck|gaussian|white|uncorrelated|"
    r"uniform)"
    r"(?: noise)?(?: according to)?|according to"
)
"""What another noise is said to be worse than."""


def noise(ask: Ask, notes: list[str]) -> Distribution:
    """The noise that a request asks for."""
    ask.has(_COMPARED)
    ask.has(BOX)
    each = _each(ask)
    plan: dict[str, object] = {"of": "noise"}
    plan |= _first_steps(ask)
    plan |= _mixed(ask)
    moves = schedule(ask, notes)
    plan |= _episodes(ask)
    plan |= _time(ask)
    clip = _bounds(ask)
    kind = _marginal(ask, plan)
    ask.has(EVERY)
    amount = None if moves or each else _amount(ask, kind, plan, notes)
    if moves:
        plan["schedule"] = moves
    elif each:
        plan["each"] = each
    elif amount is None:
        plan["amount"] = 0.2 if plan.get("time") in {"ou", "coloured"} else 0.1
        notes.append(f"The deviation of the noise is not stated: {plan['amount']}.")
    else:
        plan["amount"] = amount
    if clip is not None:
        plan["clip"] = clip
    ask.has(rf"(?<![a-z])(?:{_TALK})(?![a-z])")
    ask.has(
        r"(?:standard )?deviations?|\bstd\b|sigma|标准差|lévy[- ]?(?:flight)?s?(?:[- ]like)?|levy[- "
        r"]?(?:flight)?s?(?:[- ]like)?"
    )
    return Distribution(**plan)  # type: ignore[arg-type]


def _time(ask: Ask) -> dict[str, object]:
    """How following steps hang together."""
    if ask.has(r"ornstein[- –]*uhlenbeck(?: process)?|(?<![a-z])ou(?:[- ]process)?(?![a-z])"):
        found: dict[str, object] = {"time": "ou"}
        for name, words in (
            ("theta", r"theta|θ|mean reversion(?: rate)?|回归(?:速度|系数)"),
            ("dt", r"dt|time ?step|δt|步长"),
        ):
            value = said(ask, words)
            found |= {name: value} if value else {}
        return found
    colours = {
        "pink": 1.0,
        "brown": 2.0,
        "brownian": 2.0,
        "red": 2.0,
        "blue": -1.0,
        "violet": -2.0,
        "粉红": 1.0,
        "粉": 1.0,
        "棕": 2.0,
        "红": 2.0,
    }
    named = ask.first(
        r"(?<![a-z])(?P<c>pink|brown|brownian|red|blue|violet)(?: (?=noise|action|exploration)|-(?=noise)| "
        r"is|$|,|\.|;|\)| and| with)|(?<=is )(?P<d>pink|brown|red|blue|violet)(?![a-z])|(?P<z>粉红?|棕色?|红)(?=噪声)|"
        r"粉红噪声"
    )
    coloured = ask.has(
        r"colou?red(?= noise| action| explor|$|,| with|\.)|1 ?/ ?f(?: ?\^? ?(?:beta|β))?(?: spectrum| noise| spectral "
        r"density)?|有色(?=噪声)"
    )
    if named or coloured:
        exponent = said(ask, r"beta|β|exponents?|colou?r(?: parameter| exponent)?|指数")
        if exponent is None:
            exponent = colours.get(
                (named["c"] or named["d"] or named["z"] or "pink").rstrip("色") if named else "pink", 1.0
            )
        length = ask.whole(
            r"(?:sequences?|generated|length|blocks?|chunks?|horizon|序列|长度)(?:\s|of|for|is|are|length|"
            r"=|为|是|长度)*(?P<n>\d+)(?: (?:time ?)?steps?|步)?(?: long)?(?: at once)?",
            r"(?:for |of |over )?(?P<n>\d+)[- ](?:time ?)?steps?(?: (?:sequences?|long|at once|in advance|"
            r"each))?",
            r"(?P<n>\d+) ?步",
        )
        return {"time": "coloured", "exponent": exponent} | ({"length": length} if length else {})
    held = ask.first(
        rf"(?:(?:is |are )?(?:held|kept|repeated|frozen|constant|same)(?: (?:fixed|constant|noise))*|hold\w*|repeat\w*|"
        rf"keep\w*)(?: (?:it|them|the (?:same )?(?:noise|draw|sample)|each (?:draw|noise|sample)|one (?:draw|noise)))?(?: "
        rf"(?:constant|fixed))? for (?P<n>{INT})(?: (?:consecutive|environment|env|time))* ?steps?|"
        rf"(?:re-?sampl\w*|re-?drawn?|chang\w*|new(?: noise| draw)?|drawn|renew\w*|sampled)(?: (?:noise|anew|again|only|is "
        rf"drawn|is sampled))* every (?P<m>{INT})(?: (?:environment|env|time))* ?steps?|每 ?(?P<o>[一二两三四五六七八九十]|"
        rf"\d+) ?步(?:重新)?(?:采样|"
        rf"抽取|更新)(?:一次)?(?:噪声)?"
    )
    if held:
        return {"time": "hold", "k": to_int(held["n"] or held["m"] or held["o"]) or 4}
    if ask.has(
        r"(?:first[- ]order )?auto-?regressive(?: (?:process|noise|model))?|ar ?\(1\)|low-?pass(?:[- ]filter\w*)?|"
        r"(?:exponentially )?smoothed(?= noise)|(?:temporally[- ]|time[- ]|auto-?)?correlated(?= (?:gaussian |action |"
        r"exploration )?noise| over time)|自回归|时间相关"
    ):
        value = said(
            ask,
            r"(?:lag[- ]?(?:1|one) )?(?:auto-?)?correlations?(?: (?:coefficient|time))?|rho|ρ|phi|φ|"
            r"coefficients?|smoothing(?: factor)?|alpha|α|相关系数|系数",
        )
        return {"time": "ar"} | ({"correlation": value} if value is not None and -1 < value < 1 else {})
    return {}


def _marginal(ask: Ask, plan: dict[str, object]) -> Marginal:
    for kind, words in (
        ("cauchy", r"cauchy(?: distribution| distributed)?|柯西"), ("student", STUDENT),
        ("laplace", r"laplac\w*(?: distribution)?|拉普拉斯"), ("bang", r"bang[- ]?bang|rademacher|(?:plus or minus|\+/-|±) "
        r"?(?:one )?sigma|two[- ]valued|random signs?"),
        ("uniform", r"uniform(?:ly)?(?: distribut\w+)?(?: random)?(?! (?:random )?actions?)|均匀(?:分布)?(?!随机动作)"),
    ):  # fmt: skip
        if ask.has(words):
            plan["noise"] = kind
            if kind == "student":
                plan["k"] = (
                    ask.whole(
                        rf"(?:degrees? of freedom|dof|df|nu|ν)(?:\s|=|of|is|are|:)*(?P<n>{INT})",
                        rf"(?P<n>{INT}) "
                        r"(?:degrees? of freedom|dof)",
                    )
                    or 3
                )
            return kind  # type: ignore[return-value]
    ask.has(r"gaussian|normal(?:ly)?|white|高斯|正态")
    return "gaussian"


def _episodes(ask: Ask) -> dict[str, object]:
    """A size that shrinks whenever an episode ends."""
    found = ask.first(
        rf"(?:(?:is |are )?(?:multipl\w*|decay\w*|shrink\w*|reduc\w*|scal(?:ed|es|ing)|annealed|falls?|drops?)(?: "
        rf"(?:by|with|to|it|"
        rf"sigma|the \w+|a|factor|of))* )(?P<n>{N})(?: of (?:it|its \w+|the \w+))?[^.;\d]{{0,30}}?(?:after|per|each|every|"
        rf"at the end of|when(?:ever)?|with)(?: (?:each|every|an?|the end of|end of))*(?: single)? episodes?(?: (?:ends?|"
        rf"is over))?|"
        rf"(?:after|each|every|per)(?: (?:each|every))? episodes?,? [^.;\d]{{0,50}}?(?P<m>{N})|每(?:个|回合|"
        rf"一)?(?:episode|回合)?(?:结束)?(?:后|时)?[^。；\d]{{0,12}}?(?:乘以|衰减(?:为|到)?)[^。；\d]{{0,6}}(?P<o>{N})"
    )
    if not found:
        return {}
    value = to_number(found["n"] or found["m"] or found["o"])
    if not 0 < value <= 1:
        return {}
    shrinks: dict[str, object] = {"decay": value}
    floor = said(
        ask, r"floor|minimum|at least|not below|never below|no lower than|down to|lower bound|最低|不低于|下限"
    )
    return shrinks | ({"floor": floor} if floor is not None else {})


_RANDOM = (
    r"(?:(?:purely |completely |totally |fully )*(?:uniform(?:ly)?(?: random(?:ly)?)?|random(?:ly)?)(?: uniform)?)"
)
_FIRST = r"(?:for|during|in|over) (?:the )?(?:very )?(?:first|initial)"
_TIMES = r"(?: ?(?:environment|env|time|training))* ?steps?"


def _first_steps(ask: Ask) -> dict[str, object]:
    found = ask.first(
        rf"(?:(?:takes?|uses?|taking|picks?) )?{_RANDOM} (?:actions? )?(?:(?:are |is )?(?:taken |used )?)?{_FIRST} "
        rf"(?P<n>{BIG}){_TIMES}|"
        rf"{_FIRST} (?P<m>{BIG}){_TIMES},? [^.;,]{{0,40}}?(?:random|uniform)(?:ly)?(?: random)?(?: (?:from the whole "
        rf"(?:range|box)|actions?))*|"
        rf"(?:the )?(?:first|initial) (?P<q>{BIG}){_TIMES} (?:are|is|use|take|consist of|should be) (?:of "
        rf")?{_RANDOM}(?: (?:actions?|ones))?|"
        rf"warm-?up (?:of|for) (?P<o>{BIG}) (?:random )?steps?(?: of random actions)?|(?:最初|前) ?(?P<p>{BIG}) "
        rf"?步[^。；;，,]{{0,8}}?(?:均匀)?(?:随机|均匀)(?:的)?(?:动作|采样)?"
    )
    if not found:
        return {}
    return {"start": to_count(next(found[group] for group in "nmopq" if found[group]))}


def _bounds(ask: Ask) -> float | None:
    """Between what the noise itself stays."""
    kept = kept_within(
        ask,
        r"(?:the |this |all )*(?:noise|perturbations?|disturbances?)(?: itself| values?| samples?)?",
        r"噪声(?:本身|值)?",
    )
    if kept:
        return kept[1]
    found = ask.first(
        rf"(?:(?:and |then |,|the noise |noise |itself |is |are |which |that )*)(?:clipp?\w*|clamp\w*|truncat\w*|bounded|"
        rf"limited|cut off|capped|never beyond|截断|裁剪|限制)(?: (?:the )?(?:noise|it|itself))?(?: (?:to|at|within|in|by|"
        rf"between|into))*(?:在|到|至|为)?\s*[\[(]?\s*(?:±|\+ ?/? ?-|\+-)?\s*(?:(?P<low>-\s?[\d.]+)\s*(?:,|to|and|，|到|至|"
        rf"\.\.)\s*)?(?P<n>{N})\s*[\])]?(?: (?:in size|before (?:adding|it is added)))?"
    )
    return abs(to_number(found["n"])) if found else None


def _mixed(ask: Ask) -> dict[str, object]:
    """How often any action is taken, or the noise comes."""
    action = (
        rf"(?:{_RANDOM} (?:random )?actions?(?: (?:instead|is taken|are taken|is chosen|taken|chosen|from the (?:whole "
        rf")?(?:box|range|action space)))*)"
    )
    odds = (
        rf"(?:(?:with|in|at) )?(?:an? )?(?:(?:{EPSILON})(?:\s|=|:|of|is|为|是)*(?P<A>{N})|(?P<B>{N})(?: (?:{CHANCE})| "
        rf"of the (?:time|steps|actions)))"
    )
    before, after = (odds.replace("A>", f"{one}>").replace("B>", f"{two}>") for one, two in ("nm", "pq"))
    any_action = ask.first(
        rf"(?:(?:and |plus |,)? ?)?{before},? (?:(?:a|an|the|take|takes|of|for|it|we|pick|picks|taking|choose|chooses|"
        rf"draws?|actions? (?:is|are)) )*{action}|"
        rf"(?:(?:takes?|picks?|chooses?|draws?|an?|the|of) )*{action},? {after}|以?(?P<o>{N})的?概率(?:采用|选择|取|"
        rf"执行)?(?:均匀)?(?:的)?(?:随机)(?:动作)"
    )
    if any_action:
        return {"random": to_number(next(any_action[group] for group in "nmopq" if any_action[group]))}
    comes = ask.first(
        rf"(?:(?:only )?(?:with|at|in) )(?:an? )?(?:(?:{CHANCE})(?:\s|=|of|is)*(?P<n>{N})|(?P<m>{N})(?: (?:{CHANCE})| of "
        rf"(?:the |all )?(?:time|steps|actions)))|以?(?P<o>{N})的?概率(?=加|施加)"
    )
    return {"share": to_number(comes["n"] or comes["m"] or comes["o"])} if comes else {}


def _each(ask: Ask) -> list[float]:
    listing = r"\d*\.?\d+(?:\s*,\s*\d*\.?\d+)+"
    found = ask.first(
        rf"(?:(?:{SIGMA})s?(?: (?:of|are|is|per dimension|vector|for each dimension|by dimension|of the "
        rf"dimensions))*\s*(?:=|:)?\s*)?(?<!n)(?<!n )(?<!u)(?<!u )[\[(](?P<a>{listing})[\])](?: "
        rf"(?:per|for the|for each|by)(?: "
        rf"\w+)? "
        rf"(?:action )?dim\w*)?|"
        rf"(?:(?:{SIGMA})s?(?: (?:of|are|is))* )?(?P<b>\d*\.?\d+(?:,? (?:and )?\d*\.?\d+)+) (?:for the|per|in the|"
        rf"respectively for the) (?:\w+ )?(?:action )?(?:dim\w*|joints|actions)(?: respectively)?|"
        rf"(?<![a-z])(?:{SIGMA})s?(?:\s|=|:|of|are|is|为|取)*(?P<c>{listing})(?: (?:per|for the|for each|by)(?: \w+)? "
        rf"(?:action )?dim\w*)?|各维(?:度)?(?:的)?标准差(?:为|是)?\s*(?P<d>{listing})"
    )
    return listed(next(found[group] for group in "abcd" if found[group])) if found else []


def _amount(ask: Ask, kind: Marginal, plan: dict[str, object], notes: list[str]) -> float | None:
    """The deviation: as it is said, or of an interval."""
    normal = ask.first(rf"n ?\( ?0(?:\.0)? ?, ?(?P<n>{N})(?: ?\^ ?2|²)? ?\)")
    if normal:
        return to_number(normal["n"])
    interval = ask.first(
        rf"(?:u ?\(|uniform ?\(|(?:between|from|in|within|of|over|在)? "
        rf"?[\[(]?)\s*-\s?(?P<l>[\d.]*\d)\s*(?:,|to|and|，|到|至|和)\s*\+?(?P<n>{N})\s*[\])]?"
    )
    if interval and kind == "uniform":
        bound = to_number(interval["n"])
        notes.append(f"The noise is drawn from [-{bound}, {bound}]; its deviation is {bound / 3**0.5:.4g}.")
        return bound / 3**0.5
    around = (
        ask.first(rf"(?:±|\+/-|\+-|amplitude(?: of)?|up to|at most|within|幅度|不超过)\s*(?P<n>{N})")
        if kind in {"uniform", "bang"}
        else None
    )
    if around:
        bound = to_number(around["n"])
        if kind == "uniform":
            notes.append(f"The noise is drawn from [-{bound}, {bound}]; its deviation is {bound / 3**0.5:.4g}.")
        return bound / 3**0.5 if kind == "uniform" else bound
    value = said(ask, SIGMA)
    if value is None:
        value = ask.number(
            rf"(?:noise|噪声)(?:\s|of|=|:|with|为)*(?P<n>{N})",
            rf"(?<![-\w.])(?P<n>{N})(?=\s*(?:noise|"
            rf"的)?)",
        )
    return value
