"""Reads bonuses that are no distance between embeddings: potentials, densities, control, errors about the reward."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.authoring.amounts import amount_of
from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int, to_number
from copilot.codegen.authoring.reward.errors import error_in
from copilot.codegen.authoring.reward.history import history

ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "sixth": 5, "last": 0}
NAMED = {
    ("MountainCar", "position"): 0, ("MountainCar", "velocity"): 1, ("MountainCar", "height"): 0,
    ("CartPole", "angle"): 2, ("CartPole", "position"): 0, ("CartPole", "velocity"): 1,
    ("Pendulum", "cos"): 0, ("Pendulum", "velocity"): 2,
    ("LunarLander", "height"): 1, ("LunarLander", "angle"): 4,
}  # fmt: skip
"""Which number of an observation has this name."""
_POTENTIAL = (
    r"potentials?[- ]?based(?: (?:reward )?shaping)?|(?:reward )?shaping|potentials?(?: functions?)?|势(?:能)?函数|势能|"
    r"(?:基于势能的)?(?:奖励)?塑形"
)
_DENSITY = (
    r"(?:negative |minus )?(?:the )?log[- ]?(?:density|densities|likelihoods?|prob\w*)(?: of (?:the )?(?:next |current |"
    r"present )?"
    r"(?:state|observation|obs)s?)? (?:under|of|in) (?:an? )?(?:running |online |fitted |diagonal )*(?:gaussian|normal)s?"
    r"(?: (?:distribution|model|density))?(?: of (?:all )?(?:the )?(?:states?|observations?)(?: seen)?(?: so far)?)?|"
    r"(?:负)?对数(?:密度|似然)"
)
_CONTROL = (
    r"empower\w*(?:-like)?|log[- ]?prob\w* of the actions? under (?:an? |the )?inverse(?: dynamics)? models?|"
    r"(?:how (?:well|easily) )?(?:the |an )?actions? can be (?:told|predicted|inferred|recovered) from "
    r"[\w ]{0,30}?(?:states|"
    r"observations)"
    r"|赋能|(?:动作)?可控性"
)
_REWARD_ERROR = (
    r"(?:reward[- ]prediction errors?|errors? (?:of|in|when) predict\w+ the reward|predict\w* the (?:received |extrinsic |"
    r"environment )?rewards?|surpris\w+ (?:about|of|at) (?:the )?(?:received )?rewards?|how surprising the (?:received )?"
    r"reward is|(?:received )?reward is surprising|预测(?:环境|外部)?奖励)"
)
_ITSELF = r"(?:(?:the )?reconstruct\w*(?: errors?)?|auto-?encoders?|\bvaes?(?:-based)?\b|重构(?:误差)?|自编码器)"
_PROGRESS = (
    r"learning[- ]progress|(?:slow(?:er|ly[- ]moving)?|old(?:er)?|delayed|lagg\w+|moving[- ]average|ema|averaged|target|"
    r"frozen) (?:cop(?:y|ies)|version|average|twin)\b|"
    r"学习进步|学习进展|(?:慢|旧|滞后)(?:的)?副本"
)


def special(ask: Ask) -> dict[str, Any] | None:
    """The measure and what belongs to it, or None where the request is about something else."""
    if ask.says(_POTENTIAL):
        return _potential(ask)
    remembered = history(ask)
    if remembered is not None:
        return remembered
    of_actions = plain_rewards(ask) or _value(ask)
    if of_actions is not None:
        return of_actions
    if match := ask.first(_DENSITY):
        return _density(ask, match[0])
    if ask.says(_PROGRESS) and ask.says(r"error|model|predict|rnd|误差|模型|预测|distill"):
        return _progress(ask)
    if ask.has(_CONTROL):
        ask.has(r"(?:minus|compared (?:to|with)|relative to|over) (?:its |the )?(?:log[- ]?prob\w* )?(?:under )?(?:an? |"
            r"the )?uniform"
                r"(?: distribution| policy| prior)?|inverse(?: dynamics)?(?: models?)?|log[- ]?prob\w*|uniform|逆(?"
                r":动力学)?模型")  # fmt: skip
        return {"measure": "control"}
    if ask.has(_REWARD_ERROR):
        ask.has(r"(?:small |neural )*(?:networks?|models?|predictors?)|from (?:the )?(?:state|observation)s?(?: and (?"
            r":the )?actions?)?|"
                r"predict\w*|errors?|received|surpris\w*|误差|模型")  # fmt: skip
        return {"measure": "reward_error"}
    vae = ask.says(r"\bvaes?\b|variational|变分")
    if ask.has(_ITSELF):
        variational = vae or ask.has(r"\bvaes?\b(?:[- ]based)?|variational(?: auto-?encoders?)?|变分(?:自编码器)?")
        size = ask.whole(
            r"(?:bottleneck|code|latent|hidden|瓶颈|隐)(?: (?:layer|size|dim\w*))*(?:\s|of|with|=|为|维)*(?"
            r"P<n>\d+)"
        )
        ask.has(r"bottleneck|code|novelty|error")
        itself: dict[str, Any] = {"measure": "prediction_error", "predicts": "itself"}
        return itself | ({"latent_dim": size} if size else {}) | ({"variational": True} if variational else {})
    return None


def _density(ask: Ask, said: str) -> dict[str, Any]:
    """How likely a state is, or how unlikely."""
    ask.has(_DENSITY)
    ask.has(r"running|diagonal|fitted|online|under|gaussian|normal|log|高斯|运行")
    ask.has(
        r"smirl(?:[- ](?:like|style))?|surprise[- ]minimi[sz]\w*|minimi[sz]\w* surprise|(?:staying|being|remaining|"
        r"stay) in (?:likely|familiar|well-known) states?|fitted to (?:the )?(?:observations?|states?)|so far"
    )
    out: dict[str, Any] = {"measure": "density"}
    rare = re.search(r"negative|minus|负|^\s*-", said) or ask.says(
        r"\b(?:rare|unlikely|unusual|novel\w*|surpris\w*)\b|罕见|新颖"
    )
    out |= {} if rare and not ask.says(r"smirl|surprise[- ]minimi|minimi\w* surprise") else {"negative": True}
    deviation = r"(?:std|stds|standard deviations?|deviations?|sigmas?)"
    least = amount_of(
        ask, rf"(?:min(?:imum|imal)?|least|smallest|lowest|floor of the) {deviation}|{deviation} (?:floor|minimum)|"
            rf"最小标准差|"
        r"标准差下限",
    )  # fmt: skip
    if least is None:
        least = ask.number(
            rf"{deviation} (?:is |are |should be )?(?:at least|never (?:be )?below|not below) (?P<n>{NUM})"
        )
    out |= {"min_deviation": least} if least and least > 0 else {}
    episode = ask.has(
        r"(?:of|in|from|over|within) (?:the |this |each |its )?(?:present|current|same|running|ongoing)? ?episode(?: "
        r"so far)?|reset (?:at |with |in |for )?(?:every|each) (?:new )?episode(?: and per environment)?|per "
        r"environment|"
        r"(?:and |separately )*(?:for |per |in )(?:each|every) env(?:ironment)?"
    )
    return out | ({"scope": "episode"} if episode else {})


def _value(ask: Ask) -> dict[str, Any] | None:
    """A number of the observation itself, by its name or place, or the distance to a goal."""
    lead = (
        r"(?:pays?|rewards?|paid|reward is|bonus is|equal to|proportional to|penali[sz]es?|punish\w*|奖励(?:为|等于|是)?|"
        r"惩罚) ?(?:=|:)? ?"
    )
    names = "|".join({name for _, name in NAMED})
    if not ask.says(
        rf"{lead}(?:for )?(?:the |its |an? )*(?:negative |minus |large |high |upward |forward )*(?:absolute (?:value of "
        rf")?|"
        rf"size of )?(?:the )?(?:(?:car|pole|cart|pendulum|lander)'?s? )?(?:angular |horizontal )?(?:{names})\b|"
        rf"(?:奖励|惩罚)(?:等于|为|是|=|：|:)?\s*(?:观测|状态)(?:向量)?的?第\s*(?:{INT})|"
        rf"{lead}(?:the |its )?(?:negative |minus |absolute )*(?:value of )?(?:the )?(?:first|second|third|fourth|fifth|"
        rf"sixth) (?:number|component|entry|dimension|element)|"
        rf"{lead}(?:the |its )?(?:negative |minus |-)?(?:euclidean )?distance[\w ]* (?:goal|"
        rf"target)|{lead}(?:the )?(?:absolute value of )?obs(?:ervation)?\[\d"
    ):
        return None
    out: dict[str, Any] = {"measure": "value"}
    goal = ask.first(
        rf"(?:the |its )?(?P<s>negative |minus |-)?(?:the )?(?:euclidean )?distance[\w ]{{0,60}}? (?:to|from|and|"
        rf"between)[\w ]{{0,30}}?\s*[(\[](?P<g>{NUM}(?:\s*,\s*{NUM})*)[)\]]"
    )
    if goal:
        out |= {"of": "distance", "goal": [to_number(number) for number in re.findall(NUM, goal["g"])]}
        return out
    sized = ask.has(r"(?:absolute (?:value of )?|size of )(?:the )?(?=[\w ']*)|(?:的)?绝对值")
    minus = ask.has(r"negative |minus |penali[sz]\w*|punish\w*|惩罚")
    index = _index(ask)
    if index is None:
        return None
    ask.has(r"equal to|proportional to|large|high|value")
    return out | {"index": index} | ({"absolute": True} if sized else {}) | ({"negative": True} if minus else {})


def _progress(ask: Ask) -> dict[str, Any]:
    """How much less wrong a model is than a copy of it that lags behind."""
    out: dict[str, Any] = {"measure": "progress"}
    copied = ask.first(
        rf"(?:is |are |which is |that is |being )?(?:copied|refreshed|renewed|synchroni[sz]ed|replaced|updated|made "
        rf"anew)(?: over| anew)? (?:only )?(?:once )?(?:every|after(?: every)?|each) "
        rf"(?P<n>{INT}) (?:updates?|rollouts?|iterations?)|(?P<m>{INT}) (?:updates?|rollouts?|iterations?) (?:old|ago|"
        rf"earlier|before)|每\s*(?P<o>{INT})\s*次更新(?:复制|同步)(?:一次)?"
    )
    if copied:
        out["copied_every"] = to_int(copied["n"] or copied["m"] or copied["o"])
    keeps = ask.number(
        r"(?:(?:exponential )?moving[- ]average|ema|polyak|averag\w+|slow\w* (?:copy|model)|decay|momentum|"
        r"(?<!learning )rate|滑动平均|"
        r"衰减)(?:\s|,|\(|of|with|a|factor|rate|coefficient|decay|momentum|=|is|"
        r"系数|为|率)*(?P<n>0?\.\d+)",
        rf"(?:tau|τ)(?:\s|=|of|is)*(?P<n>{NUM})",
    )
    if keeps is not None and 0 < keeps < 1:
        out["slow"] = keeps if keeps >= 0.5 else round(1.0 - keeps, 9)  # tau says what it moves by
    ask.has(_PROGRESS)
    ask.has(
        r"(?:and )?(?:pays?|paid|reward\w*|give) (?:by )?how much (?:lower|smaller|better)|how much (?:lower|smaller)|"
        r"(?:is|are)? ?(?:lower|smaller) than|"
        r"(?:the )?slow(?:er)? one(?:['’]s)?|(?:error )?(?:minus|less) (?:that|the error) of (?:the )?(?:present|current|"
        r"new) (?:one|model)"
    )
    return out


def plain_rewards(ask: Ask) -> dict[str, Any] | None:
    """Rewards of actions, of the way from the start, constants and random numbers."""
    for measure, words in _PLAIN.items():
        if not ask.says(words):
            continue
        if measure in {"constant", "random"} and ask.says(_A_NETWORK):
            continue
        changed = ask.says(r"actions? (?:differs?|changes\b|is different|is not the same)")
        told = " ".join(match[0] for match in ask.find(words))
        out: dict[str, Any] = {"measure": measure}
        if measure in {"action_change", "action_size"} and (error := error_in(told)):
            out["error"] = error
        if measure != "away":
            out |= _weight(ask, measure)
            out |= {"negative": True} if re.search("扣|惩罚", told) else {}
        if measure == "away" and ask.has(
            r"(?:but |and )?(?:pay |paid |counts? )?(?:only )?(?:for |if |when |whenever |where )?(?:it is |it's |it sets "
            r"|"
            r"this is )?(?:an? )?(?:new )?(?:personal )?(?:records?|maximum|best)"
            r"(?: distance| so far)?(?: (?:in|of) (?:the|this|an|each) episode)?|(?:farther|further) than (?:ever "
            r")?before|"
            r"新(?:的)?(?:纪录|最大值)|创新高"
        ):
            out["record"] = True
        if measure == "random":
            ask.first(r"(?:between|from|in|within|of|over) ?[\[(]?\s*0(?:\.0)?\s*(?:,|and|to|-)\s*1(?:\.0)?\s*[\])]?")
            if ask.has(r"(?:standard )?(?:gaussian|normal)(?: distribution)?|n\(0, ?1\)|高斯"):
                out["gaussian"] = True
        _first_of_episode(ask, measure)
        if measure == "action_change" and changed:
            out["each"] = True
            ask.has(r"discrete actions?|\(discrete\)")
        return out
    return None


def _weight(ask: Ask, measure: str) -> dict[str, Any]:
    """Whether it is a penalty, and of which weight."""
    named = ask.has(r"penali[sz]\w*|penalt(?:y|ies)|punish\w*|\bcosts?\b|negative(?: reward)?|惩罚|代价|扣分?")
    signed = ask.number(
        r"(?<![\d.])(?:pays? |gives? |reward of )?-\s*(?P<n>\d*\.?\d+)(?:\s*(?:乘以?|倍|×|\*)| ?times)?(?=[ ,.;]|\D|$)"
    )
    minus = bool(ask.first(rf"minus(?= ?{NUM})")) or signed is not None
    out = {"negative": True} if minus or named or ask.says(r"penalt|penali|\bcosts?\b|smooth|惩罚|代价|平滑") else {}
    if measure == "random":
        return out
    beside = [rf"(?P<n>{NUM}) ?(?=\0)", rf"(?<=\0)\s*(?P<n>{NUM})"] if measure == "constant" else []
    paid = signed or ask.number(
        rf"(?P<n>{NUM}) ?(?:times|\*|·|x)(?= )", r"(?P<n>\d+(?:\.\d+)?)\s*(?:乘以?|倍的?)",
        rf"(?:penalty|cost|costs|bonus|reward|pays?|of|minus|subtract|惩罚|奖励|扣)(?: (?:of|is|a|the))* ?(?P<n>{NUM})",
        rf"(?P<n>{NUM}) (?:per|for (?:each|every)|each|every) (?:step|time ?step)",
        rf"每步(?:扣|给|奖励|惩罚)?\s*(?P<n>{NUM})", *beside,
    )  # fmt: skip
    if paid is None or paid == 1.0:
        return out
    return out | {"beta": abs(paid), **({"negative": True} if paid < 0 else {})}


def _first_of_episode(ask: Ask, measure: str) -> None:
    """Before the first action of an episode there is none: that it pays nothing is so anyway."""
    if measure == "action_change":
        ask.has(
            r"(?:and |with |but )?(?:nothing|no penalty|zero|0|not)(?: is (?:paid|given|charged))? (?:on|at|for|in) the "
            r"first (?:step|action) of (?:an|each|the|every) episode|"
            r"(?:每)?(?:个)?(?:回合|局|episode)(?:的)?第一步(?:不惩罚|不罚|为零|为 ?0|不计)|"
            r"跨(?:越)?rollout(?:也)?(?:要)?记(?:得|住)(?:上一步|前一个?)(?:的)?动作|"
            r"(?:and )?remember\w* (?:the )?(?:last|previous) action(?: across (?:rollouts|calls))?|(?:的)?平方和|"
            r"抖得厉害|"
            r"抖动"
        )


_A_NETWORK = r"random (?:network|encoder|feature|projection)|\brnd\b|count|hash|nearest|计数|网络"
_PLAIN = {
    "action_change": (
        r"(?:when(?:ever)? |each time |every time |if )?(?:the |an? )?actions? (?:differs?|changes|is different|is not "
        r"the "
        r"same|is another one)(?: (?:from|than|as) (?:the )?(?:previous|last|preceding)"
        r"(?: (?:one|action|step's))?)?|"
        r"(?:squared |absolute |euclidean |l1 |l2 )*(?:differences?|distances?|changes?|norm of the difference)s? "
        r"(?:between|of|in|from) (?:this|the|two|an?|consecutive|successive|current|your)* ?"
        r"(?:current |present |taken |new )?actions?(?: (?:and|to|from) (?:the )?(?:previous|last|preceding|one "
        r"before)(?: "
        r"(?:one|action))?| (?:taken )?before)?|action (?:change|difference|smoothness|"
        r"jerk|rate)s?|previous action|jerky|(?:相邻|前后)(?:两)?(?:个|步)?动作(?:之间)?(?:的)?(?:绝对|欧氏)?(?:差异|"
        r"差|变化|距离)?(?:的)?(?:平方(?:和)?|绝对值)?|"
        r"动作(?:平滑|变化|抖动)"
    ),
    "action_size": (
        r"(?:squared |absolute |l1 |l2 |euclidean )*(?:norm|size|magnitude|squares?|absolute values?|sum of squares)s? of "
        r"(?:the |an |all )?(?:taken |chosen )?actions?(?: vector)?|"
        r"action (?:cost|penalty|norm|magnitude|size)s?|control (?:cost|effort|penalty)s?|energy (?:cost|penalty|use)|"
        r"torques?|large actions|动作(?:的)?(?:绝对值|(?:欧氏|l2|l1)?范数|幅度|大小|代价|能耗|平方和?)|控制代价"
    ),
    "away": (
        r"(?:from|to) (?:where (?:the|an|each|its) episode (?:began|begins|started|starts)|(?:the|its) (?:start(?:ing)?|"
        r"initial|first) (?:state|position|observation|point|place|one)s?"
        r"(?: of (?:the|an|each|its) episode)?)|(?:the )?first one of the episode|(?:离|到|距)(?:回合)?(?:起点|出发点|"
        r"初始(?:状态|位置)|开始时)(?:的)?"
    ),
    "constant": (
        r"(?:penalty|bonus|reward|cost) (?=of [\d.]+ (?:per|for (?:each|every)|each|every) (?:time ?)?step)|"
        r"(?:constant|fixed|flat) (?:bonus|reward|penalty|step (?:penalty|cost|bonus|reward)|living|survival)(?: "
        r"(?:penalty|bonus|reward))?|(?:step|time|living|survival|alive|existence) "
        r"(?:penalty|bonus|cost|reward)s?|(?:every|each) (?:time ?)?step (?:costs?|pays?|gives?|is paid|is penali[sz]ed)|"
        r"(?:per|for (?:every|each)) step (?:taken|alive|survived)|"
        r"每(?:一)?步(?:固定|恒定)?(?:扣|惩罚|奖励|给)|步数惩罚|生存奖励"
    ),
    "random": (
        r"(?:uniform(?:ly)?|gaussian|normal)?(?:ly)? ?random (?:numbers?|values?|rewards?|bonus(?:es)?|noise)|(?:pure|"
        r"white|meaningless) noise|random(?:ly)? drawn (?:numbers?|rewards?)|随机(?:数|奖励)"
    ),
}


def _potential(ask: Ask) -> dict[str, Any] | None:
    """gamma phi(s') - phi(s), with phi a number of the observation or minus its distance to a goal."""
    out: dict[str, Any] = {"measure": "potential"}
    discount = amount_of(ask, r"discount(?:[ -]factor)?|gamma|γ|折扣(?:因子|系数)?")
    if discount is None:
        discount = ask.number(
            rf"(?:discount|gamma)(?:ed)? (?:times|by) (?P<n>{NUM})",
            rf"(?P<n>{NUM}) (?:times|\*) "
            rf"(?:the )?potential",
        )
    out |= {"discount": discount} if discount is not None and 0 <= discount <= 1 else {}
    if ask.has(
        r"(?:the )?(?:phi|potential)(?: of| at)?(?: an?| the)?(?: terminal| final)(?: states?| observations?| ones?)?(?: "
        r"is| are| being)? ?(?:=|:)? ?(?:0(?:\.0)?|zero)|(?:zero|0) (?:potential )?(?:at|for|in) terminal states?|"
        r"终止状态(?:的)?势(?:能|函数)?(?:为|是|=) ?(?:0|零)"
    ):
        out["terminal_zero"] = True
    ask.has(r"no normali[sz]ation(?: whatsoever| at all)?")  # a potential has none
    goal = ask.first(
        rf"(?:negative|minus|-)?\s*(?:the )?(?:euclidean )?distance[\w ]{{0,60}}? (?:to|from|and|"
        rf"between)[\w ]{{0,30}}?\s*[(\[](?"
        rf"P<g>{NUM}(?:\s*,\s*"
        rf"{NUM})*)[)\]]|到\s*[(\[](?P<h>{NUM}(?:\s*,\s*{NUM})*)[)\]]\s*的?(?:负)?(?:欧氏)?距离"
    )
    factor = ask.number(rf"(?:times|multiplied by|\*|乘以|scaled by)\s*(?P<n>{NUM})", rf"(?P<n>{NUM})\s*(?:times|倍)")
    out |= {"factor": factor} if factor is not None else {}
    if goal:
        values = [to_number(number) for number in re.findall(NUM, goal["g"] or goal["h"])]
        out |= {"of": "distance", "goal": values}
        listed = [
            int(number) for number in re.findall(r"(?:components?|dim\w*|entries|numbers) (\d+)(?: and |, )?", goal[0])
        ]
        if listed or re.search(r"\b(?:second|third|fourth|fifth|sixth|last)\b", goal[0]):
            ask.missed.append(goal[0])  # the distance is of the first numbers, as many as the goal has
    else:
        sized = ask.first(r"(?P<m>(?:negative|minus|-) ?)?(?:the |its )?(?:absolute (?:value of )?|size of |\|)(?:the "
            r")?(?=[\w ']*(?:number|position|angle|velocity|height|component|entry|"
                          r"obs|state|dimension))")  # fmt: skip
        out |= {"absolute": True} if sized else {}
        index = _index(ask)
        if index is None:
            return None
        out["index"] = index
        if (sized and sized["m"]) or ask.has(
            r"(?:negative|minus) (?:the |its )?(?=\x00|number|position|angle|velocity)"
        ):
            out["factor"] = -out.get("factor", 1.0)
    ask.has(
        rf"\bf ?= ?gamma ?\*? ?phi\(s'\) ?- ?phi\(s\)|gamma ?\*? ?phi\(s'\) ?- ?phi\(s\)|phi\(s'?\)|"
        rf"{_POTENTIAL}|(?:of )?the (?:next|current|present|previous) (?:observation|state)s?|minus (?:that|the one)(?: "
        rf"of (?:the )?"
        r"(?:observation|state))?|discount(?: factor)?|gamma|times|being|minus|that|car'?s|pole'?s|pendulum'?s|phi|(?"
        r":its )?value|"
        r"下一(?:个)?(?:状态|观测)|当前(?:状态|观测)|减去|差|乘"
    )
    return out


def _index(ask: Ask) -> int | None:
    match = ask.first(
        r"(?:the )?(?P<o>first|second|third|fourth|fifth|sixth) (?:number|component|dimension|entry|element|coordinate|"
        r"feature)s?"
        r"(?: of (?:the )?(?:observation|state)s?)?|(?:obs(?:ervation)?s?|state|s)\[(?P<n>\d+)\]|(?:index|dimension|"
        r"entry) (?P<m>\d+)|"
        rf"第\s*(?P<c>{INT})\s*(?:个|维)(?:数|分量|维度|元素)?"
    )
    if match:
        if match["o"]:
            return ORDINALS[match["o"]]
        return max(0, (to_int(match["c"]) or 1) - 1) if match["c"] else int(match["n"] or match["m"])
    for (env, name), index in NAMED.items():
        if ask.says(env.lower()) and ask.has(
            rf"(?:(?:the )?(?:car|pole|cart|pendulum|lander)(?:'s)? )?(?:horizontal |"
            rf"angular )?{name}"
        ):
            return index
    return None
