"""Reads bonuses that are no distance between embeddings: potentials, densities, control, errors about the reward."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int, to_number

_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "sixth": 5, "last": 0}
_NAMED = {
    ("MountainCar", "position"): 0, ("MountainCar", "velocity"): 1, ("MountainCar", "height"): 0,
    ("CartPole", "angle"): 2, ("CartPole", "position"): 0, ("Pendulum", "cos"): 0, ("Pendulum", "velocity"): 2,
    ("LunarLander", "height"): 1, ("LunarLander", "angle"): 4,
}  # fmt: skip
"""Which number of an observation has this name."""
_POTENTIAL = (
    r"potentials?[- ]?based(?: (?:reward )?shaping)?|(?:reward )?shaping|potentials?(?: functions?)?|势(?:能)?函数|势能|"
    r"(?:基于势能的)?(?:奖励)?塑形"
)
_DENSITY = (
    r"(?:negative |minus )?(?:the )?log[- ]?(?:density|densities|likelihoods?|prob\w*)(?: of (?:the )?(?:next )?"
    r"(?:state|observation)s?)? (?:under|of|in) (?:an? )?(?:running |online |fitted |diagonal )*(?:gaussian|normal)s?"
    r"(?: (?:distribution|model|density))?(?: of (?:all )?(?:the )?(?:states?|observations?)(?: seen)?(?: so far)?)?|"
    r"(?:负)?对数(?:密度|似然)"
)
_CONTROL = (
    r"empower\w*(?:-like)?|log[- ]?prob\w* of the actions? under (?:an? |the )?inverse(?: dynamics)? models?|"
    r"(?:how (?:well|easily) )?(?:the |an )?actions? can be (?:told|predicted|inferred|recovered) from [\w ]*?(?:states|"
    r"observations)"
    r"|赋能|(?:动作)?可控性"
)
_REWARD_ERROR = (
    r"(?:reward[- ]prediction errors?|errors? (?:of|in|when) predict\w+ the reward|predict\w* the (?:received |extrinsic |"
    r"environment )?rewards?|surpris\w+ (?:about|of|at) (?:the )?(?:received )?rewards?|how surprising the (?:received )?"
    r"reward is|(?:received )?reward is surprising|预测(?:环境|外部)?奖励)"
)
_ITSELF = r"(?:(?:the )?reconstruct\w*(?: errors?)?|auto-?encoders?|重构(?:误差)?|自编码器)"
_ERRORS: tuple[tuple[str, str], ...] = (
    ("cosine", r"cosine(?:[ -](?:distances?|similarit(?:y|ies)|errors?|loss))*|余弦(?:距离|相似度)?"),
    ("absolute", r"(?:mean )?absolute(?: (?:values?|errors?|differences?))*|\bl1(?:[ -](?:norm|distances?|errors?))?|"
                 r"manhattan(?: distances?)?|绝对(?:值)?(?:误差|距离|差)?|曼哈顿距离"),
    ("euclidean", r"euclidean(?: (?:distances?|norm))?|\bl2[ -](?:norm|distances?)|欧(?:氏|几里得)距离"),
    ("squared", r"(?:mean )?squared?(?: (?:errors?|distances?|differences?))|\bmse\b|均方误差|平方误差"),
)  # fmt: skip


def error_of(ask: Ask) -> str | None:
    """How far two latents are from each other, where it is said."""
    for name, words in _ERRORS:
        if match := ask.first(words):
            ask.has(
                r"distance between|between (?:the )?predict\w+ and (?:the )?(?:target|random|true)(?: network)?s?|"
                r"欧氏距离"
            )
            return name if match else None
    return None


def special(ask: Ask) -> dict[str, Any] | None:
    """The measure and what belongs to it, or None where the request is about something else."""
    if ask.says(_POTENTIAL):
        return _potential(ask)
    if ask.has(_DENSITY):
        ask.has(r"running|diagonal|fitted|online|under|gaussian|normal|log|高斯|运行")
        return {"measure": "density"}
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
    if ask.has(_ITSELF):
        size = ask.whole(
            r"(?:bottleneck|code|latent|hidden|瓶颈|隐)(?: (?:layer|size|dim\w*))*(?:\s|of|with|=|为|维)*(?"
            r"P<n>\d+)"
        )
        ask.has(r"bottleneck|code|novelty|error")
        return {"measure": "prediction_error", "predicts": "itself", **({"latent_dim": size} if size else {})}
    return None


def _potential(ask: Ask) -> dict[str, Any] | None:
    """gamma phi(s') - phi(s), with phi a number of the observation or minus its distance to a goal."""
    out: dict[str, Any] = {"measure": "potential"}
    discount = ask.number(rf"(?:discount(?: factor)?|gamma|γ|折扣(?:因子)?)(?:\s|=|:|of|is|为|取|times)*(?P<n>{NUM})",
                          rf"(?P<n>{NUM}) (?:times|\*) (?:the )?potential")  # fmt: skip
    out |= {"discount": discount} if discount is not None and 0 <= discount <= 1 else {}
    goal = ask.first(
        rf"(?:negative|minus|-)?\s*(?:the )?(?:euclidean )?distance[\w ]*? (?:to|from|and|between)[\w ]*?\s*[(\[](?"
        rf"P<g>{NUM}(?:\s*,\s*"
        rf"{NUM})*)[)\]]|到\s*[(\[](?P<h>{NUM}(?:\s*,\s*{NUM})*)[)\]]\s*的?(?:负)?(?:欧氏)?距离"
    )
    factor = ask.number(rf"(?:times|multiplied by|\*|乘以|scaled by)\s*(?P<n>{NUM})", rf"(?P<n>{NUM})\s*(?:times|倍)")
    out |= {"factor": factor} if factor is not None else {}
    if goal:
        values = [to_number(number) for number in re.findall(NUM, goal["g"] or goal["h"])]
        out |= {"of": "distance", "goal": values}
    else:
        index = _index(ask)
        if index is None:
            return None
        out["index"] = index
        if ask.has(r"(?:negative|minus) (?:the |its )?(?=\x00|number|position|angle|velocity)"):
            out["factor"] = -out.get("factor", 1.0)
    ask.has(
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
            return _ORDINALS[match["o"]]
        return max(0, (to_int(match["c"]) or 1) - 1) if match["c"] else int(match["n"] or match["m"])
    for (env, name), index in _NAMED.items():
        if ask.says(env.lower()) and ask.has(
            rf"(?:(?:the )?(?:car|pole|cart|pendulum|lander)(?:'s)? )?(?:horizontal |"
            rf"angular )?{name}"
        ):
            return index
    return None
