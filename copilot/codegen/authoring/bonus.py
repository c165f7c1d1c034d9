"""Reads an intrinsic reward: an embedding, what counts as new in it, and over which time."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.bonus_numbers import counts_of, numbers_of
from copilot.codegen.authoring.bonus_special import error_of, special
from copilot.codegen.authoring.spec import Bonus, Measure

BEYOND = (
    r"\b(?:language|llm|clip|human|demonstrations?|skills?|diayn|mutual information|information gain|"
    r"bayesian|dropout|diffusion|gan|discriminator|adversarial|vae|transformers?|attention|"
    r"successor|laplacian|graph|causal|energy|kinetic|speed|distance to (?:the )?goal|"
    r"value disagreement|td[- ]error|learning progress|progress|compress\w*|entropy of (?:the )?(?:policy|actions)|"
    r"repeat\w*|diversity|symmetr\w*|periodic\w*|smooth\w*|jerk\w*|action changes?|autocorrelation|kernel density)\b|"
    r"语言|示范|目标距离|技能|互信息|信息增益|贝叶斯|对抗|能量|速度|高度|学习进步|平滑"
)
"""Words of bonuses that are no embedding and measure of these."""
_MEASURES: tuple[tuple[Measure, str], ...] = (
    (
        "elliptical",
        r"elliptic(?:al)?(?: bonus(?:es)?| episodic bonus(?:es)?)?|ellipsoids?|e3b|(?:inverse )?covariance|椭圆",
    ),
    (
        "disagreement",
        r"(?:ensemble )?disagree\w*|ensembles?|variance (?:of|over|across|between) (?:the |"
        r"several |many |some )*(?:predictions?|models?|networks?)|"
        r"分歧|集成|预测(?:的)?方差|方差",
    ),
    (
        "nearest",
        r"(?:k[- ]?)?nearest(?:[- ]neighbou?rs?)?|k-?nn|neighbou?rs?|particle(?:-based)?(?: "
        r"entropy)?|(?:state[- ])?entropy(?: bonus)?|"
        r"k ?近邻|最近邻|近邻|邻居|状态熵",
    ),
    (
        "count",
        r"count(?:s|ing|ed)?(?:[- ]based)?|pseudo-?counts?|visit(?:s|ed|ation)?(?: (?:counts?|"
        r"frequency|numbers?))?|sim-?hash\w*|"
        r"hash(?:es|ed|ing)?|(?:for )?(?:the )?first (?:time|visits?)|never (?:been )?seen(?: "
        r"before)?|tabular|计数|访问次数|次数|哈希|首次|第一次",
    ),
    (
        "change",
        r"distances? (?:between|of) (?:the )?(?:consecutive|successive|neighbou?ring|next|following|current|two|"
        r"observations?|states?)"
        r"(?: (?:observation|state)s?)?(?: (?:and|from) (?:the )?(?:current|next|present|previous|following|one)(?: (?"
        r":observation|state|one))?)?|"
        r"下一(?:个)?(?:观测|状态)(?:和|与|到)当前(?:观测|状态)(?:之间)?|(?:相邻|前后)(?:两)?(?:个|步)?(?:观测|状态)|(?"
        r":how much |how far )?(?:the )?(?:states?|observations?|embeddings?|features?|"
        r"agent)? ?(?:chang(?:e|es|ed|ing)|moves? )(?: (?:of|in|between))?|impact(?:-driven)?|"
        r"differences? (?:of|between|in)|distance (?:between|of) (?:consecutive|successive|"
        r"neighbou?ring)|变化(?:量|幅度)?|影响|差异|(?<![误方标偏准])差",
    ),
    (
        "prediction_error",
        r"predict(?:s|ion|ions|ed|ing|or|able|ability)?(?:[- ]errors?)?|surpris\w*|(?:random "
        r"network )?distill?ation|rnd|icm|"
        r"curiosity|errors? of|(?:forward|dynamics|world) (?:dynamics )?models?|(?:model "
        r")?errors?|预测误差|预测|误差|惊讶|意外|蒸馏|好奇心?|前向模型|动力学模型",
    ),
)


_LIKE: tuple[tuple[str, Measure], ...] = (
    (r"\b(?:re3|rise|apt)\b", "nearest"),
    (r"\b(?:rnd|icm)\b", "prediction_error"),
    (r"\be3b\b", "elliptical"),
    (r"\bpseudo-?counts?\b", "count"),
    (r"\b(?:disagreement|plan2explore)\b", "disagreement"),
)
"""Modules of the library and methods that measure so, and no more than that: to be like one is to measure like it."""


def read(ask: Ask) -> tuple[Bonus | None, list[str]]:
    """The reward that a request asks for, or None where it names no measure of novelty; and notes."""
    notes: list[str] = []
    error = error_of(ask)
    about = special(ask)
    factor = ask.has(
        r"divided by (?:the )?(?:(?:square )?root of (?:the )?)?(?:episodic|visit\w*|state) "
        r"?(?:visit\w*|state|episodic)? ?(?:counts?|visits?|number)|除以(?:回合内)?访问次数(?:的平方根)?"
    )
    settings = numbers_of(ask)
    settings |= {"error": error} if error else {}
    if about is not None:
        return _special(ask, settings | about, notes), notes
    if ask.says(r"potential[- ]based|shaping|势能|塑形"):
        return None, notes
    counts = counts_of(ask)
    settings |= counts
    embedding = _embedding(ask)
    scope = _scope(ask)
    next_one = ask.has(
        r"(?:what|which) (?:comes|follows)(?: next)?|(?:of )?(?:the )?(?:next|following) "
        r"(?:states?|observations?|latents?|embeddings?|features?)|"
        r"forward[ -](?:dynamics|models?)|dynamics models?|world models?|transitions?|"
        r"下一(?:个)?(?:状态|观测)|前向(?:动力学|模型)|动力学模型"
    )
    _scaled(ask, settings)
    found = _chosen(ask, settings, counts, error)
    if found is None:
        return None, notes
    return _settled(ask, settings, found, (embedding, scope), next_one, factor, notes), notes


def _settled(
    ask: Ask,
    settings: dict[str, Any],
    found: tuple[Measure, set[Measure]],
    said: tuple[str | None, str | None],
    next_one: bool,
    factor: bool,
    notes: list[str],
) -> Bonus:
    """The bonus, with what was left open settled."""
    embedding, scope = said
    measure, others = found
    if measure == "count" and ask.has(
        r"(?:of )?(?:state|observation)[- ](?:and )?action[- ]?(?:pairs?)?|pairs? of (?:state|observation)s? and "
        r"actions?|状态[-— 、与和]?动作(?:对)?"
    ):
        settings["pairs"] = True
    for names, meant in _LIKE:
        if measure == meant:
            ask.has(names)
    if measure == "nearest":
        ask.has(
            r"averag\w*(?: over)?(?: all)?(?: the)?(?: k)?(?: (?:nearest )?neighbou?rs)?(?: instead of (?:only |"
            r"just )?(?:the )?"
            r"(?:k-?th|last|farthest)(?: (?:one|neighbou?r))?)?|all(?: of)?(?: the)? k|"
            r"(?:instead of|rather than|not) (?:only |just )?(?:the )?k-?th"
        )
    ask.has(
        r"equal to|amounts? to|intrinsic motivation|reward for|mean distance|distances?|embeddings?|novelty|space|"
        r"空间|learned|among"
    )
    if measure == "change" and "error" not in settings:
        settings["error"] = "euclidean"
    if measure == "count" and settings.get("counted_by") is None:
        settings["counted_by"] = "hash"
    if measure == "prediction_error":
        settings["predicts"] = (
            "next" if next_one or embedding == "inverse" or ask.says(r"\bicm\b|curiosity|好奇") else "random"
        )
        if ask.says(r"\bicm\b") and embedding is None:
            embedding = "inverse"
    if factor or (
        "count" in others
        and measure in {"change", "prediction_error", "nearest", "disagreement"}
        and ask.says(r"divid|除以")
    ):
        settings["episodic_factor"] = True
    if scope is None:
        scope = "episode" if measure == "elliptical" else "lifetime"
        if measure in {"count", "nearest"}:
            notes.append("It is not stated over which time: all of training is taken, not the episode alone.")
    settings["scope"] = scope
    if measure == "count":
        embedding = "random" if settings["counted_by"] == "simhash" else "none"
        settings["obs_norm_type"] = "none" if settings["counted_by"] == "hash" else "rms"
    settings["embedding"] = embedding or "random"
    if embedding is None and measure not in {"count"}:
        notes.append("The embedding is not stated: a fixed random network is taken.")
    _others(measure, others, settings, notes)
    return Bonus(measure=measure, **settings)


def _others(measure: Measure, others: set[Measure], settings: dict[str, Any], notes: list[str]) -> None:
    """Measures that are spoken of beside the one that is taken."""
    leftover = (
        others
        - {"count"}
        - ({"prediction_error"} if measure == "disagreement" or settings.get("embedding") == "inverse" else set())
    )
    if leftover:
        notes.append(
            f"CAREFUL: one measure of novelty is taken, {measure}; the request also speaks of "
            f"{', '.join(sorted(leftover))}."
        )


def _chosen(
    ask: Ask, settings: dict[str, Any], counts: dict[str, Any], error: str | None
) -> tuple[Measure, set[Measure]] | None:
    """The measure that is meant, and others that are spoken of."""
    found = _measure(ask)
    plain = found is None or (found[0] == "prediction_error" and not ask.says(r"predict|error|forward|预测|误差"))
    if plain and error and ask.says(r"consecutive|successive|\bnext\b|following|one step|下一|相邻|前后"):
        found = ("change", set())
        ask.has(
            r"(?:consecutive|successive|next|following|current|present)(?: (?:and|the|one|state|observation)s?)*|"
            r"(?:与|和|到)?当前(?:观测|状态)|(?:在)?固定随机|空间|特征|between"
        )
    if found is None and "models" in settings:
        found = ("disagreement", set())
    if "counted_by" in counts and (found is None or found[0] != "count"):
        found = ("count", {found[0], *found[1]} if found else set())
    return found


def _special(ask: Ask, settings: dict[str, Any], notes: list[str]) -> Bonus:
    """What `special` read, with the embedding and the scale of rewards."""
    embedding = _embedding(ask)
    _scaled(ask, settings)
    ask.has(r"intrinsic motivation|novelty|surpris\w*|(?:next |current )?(?:states?|observations?)|error|误差")
    if settings["measure"] == "potential":
        settings |= {"embedding": "none", "obs_norm_type": "none", "rwd_norm_type": "none"}
        return Bonus(**settings)
    plain = settings["measure"] in {"density", "reward_error"} or settings.get("predicts") == "itself"
    settings["embedding"] = embedding or (
        "none" if plain else "inverse" if settings["measure"] == "control" else "random"
    )
    if settings["measure"] == "control":
        settings["embedding"] = "inverse"
    if embedding is None:
        notes.append(f"The embedding is not stated: {'plain numbers' if plain else 'one that learns to tell actions'}.")
    return Bonus(**settings)


def _scaled(ask: Ask, settings: dict[str, Any]) -> None:
    """Whether and how rewards are scaled."""
    if ask.has(
        r"(?:without|no|not?) (?:any )?(?:reward )?(?:normali[sz](?:ation|ed)|scal(?:ing|ed))|不(?:做|进行)?(?"
        r":奖励)?归一化"
    ):
        settings["rwd_norm_type"] = "none"
    elif ask.has(r"min-?max(?:[ -](?:normali[sz](?:ed|ation)|scal(?:ed|ing)))?|最大最小归一化"):
        settings["rwd_norm_type"] = "minmax"
    ask.has(
        r"(?:normali[sz](?:e|es|ed|ing|ation)|scal(?:e|es|ed|ing)|divided?)(?: (?:it|them|the "
        r"rewards?|rewards?))?(?: (?:by|with|to) (?:the |a |its |their )?(?:running "
        r")?(?:standard deviation|std|deviation|rms|mean and std|unit variance))?|"
        r"running (?:std|standard deviation|mean)|(?:用)?(?:运行|滑动)?(?:标准差|均方根)?归一化"
    )


def _measure(ask: Ask) -> tuple[Measure, set[Measure]] | None:
    found: list[Measure] = []
    for measure, words in _MEASURES:
        if ask.has(rf"(?<![a-z])(?:{words})(?![a-z])"):
            found.append(measure)
    if not found:
        return None
    return found[0], set(found[1:])


def _embedding(ask: Ask) -> str | None:
    """none, random or inverse; a learned one is learned by telling actions."""
    noun = r"(?:embeddings?|encoders?|networks?|features?|projections?|latents?|representations?|mapping)"
    if ask.has(
        rf"(?:inverse[ -](?:dynamics|models?)|inverse[ -]?dynamics (?:models?|{noun})|逆(?:向)?(?:动力学)?模型|逆动力学)"
    ):
        ask.has(rf"(?:learned|trained|learnt) {noun}|{noun}|嵌入|表示|特征")
        return "inverse"
    if ask.has(
        rf"(?:fixed |frozen |untrained )?(?:random(?:ly initiali[sz]ed)?|fixed|frozen|"
        rf"untrained)(?: (?:fixed|frozen|neural|convolutional))? {noun}|随机(?:固定)?(?:网络|嵌入|投影|"
        rf"编码器|特征|映射)"
    ):
        ask.has(noun)
        return "random"
    if ask.has(rf"(?:learned|trained|learnt) {noun}|(?:学习|训练)(?:得到|出)?的(?:嵌入|表示|特征)"):
        return "inverse"
    if ask.has(
        r"raw (?:states?|observations?|inputs?|pixels?)|(?:directly )?(?:on|in|of) (?:the "
        r")?(?:raw |plain )?observation space|identity embeddings?|without (?:an? "
        r")?(?:embedding|network|encoder)|原始(?:观测|状态)"
    ):
        return "none"
    ask.has(rf"{noun}|嵌入|表示")
    return None


def _scope(ask: Ask) -> str | None:
    if ask.has(
        r"(?:with)?in(?:side)? (?:the |an |each |every |one |its |a )*(?:current |same |"
        r"present |single )?episodes?|(?:in the |the )?(?:memory|states|observations) of (?:the |this |each |an )(?"
        r":current |same )?episode|of (?:the|this|each) episode\b|(?:per|each|every|this) episode|episodic(?:ally)?(?: "
        r"memory)?|"
        r"本?(?:回合|局|幕)(?:内|中)?(?:的)?|每(?:个)?(?:回合|局|幕)|情节(?:内)?"
    ):
        ask.has(
            r"(?:are |is )?reset (?:at|when|with|after) (?:the |each |every |an )*(?:end|"
            r"episode\w*)(?: (?:of|ends?) ?(?:the|each|every|an)? ?(?:episode)?)?|cleared? "
            r"(?:at|when)[\w ]*episode"
        )
        return "episode"
    if ask.has(
        r"(?:in|within|over|of) (?:the |a |each |one )*(?:same |current )?(?:rollout|batch)(?:es|s)?|(?:采样)?批次内"
    ):
        return "rollout"
    if ask.has(
        r"(?:over|across|during|in|of) (?:all (?:of )?|the whole |the entire |whole "
        r")?(?:training|lifetime)|life-?(?:time|long)|global(?:ly)?|整个训练|全程|终身"
    ):
        return "lifetime"
    return None


def describe(plan: Bonus) -> str:
    """What it pays for, in a sentence."""
    by = {"none": "plain observations", "random": "the embedding of a fixed random network",
          "inverse": "an embedding that learns to tell actions"}[plan.embedding]  # fmt: skip
    time = {"lifetime": "in all of training", "episode": "in the episode", "rollout": "in the rollout"}[plan.scope]
    counted = {"hash": "rounded and hashed observations", "grid": "observations in a grid",
               "simhash": "SimHash codes of observations"}[plan.counted_by]  # fmt: skip
    pays = {"root": "One over the root of the number of visits", "inverse": "One over the number of visits",
            "first": "1 for the first visit, else 0,",
            "log": "One over 1 + the logarithm of the visits"}[plan.pays]  # fmt: skip
    far = "the logarithm of " if plan.pays == "log" else ""
    predicted = {
        "random": "what a fixed random network says of the next observation",
        "next": "the next state",
        "itself": "the next observation from a code of it",
    }[plan.predicts]
    inside = "" if plan.predicts != "next" and plan.measure == "prediction_error" else f", in {by}"
    text = {
        "count": f"{pays} to a state{' and action' if plan.pairs else ''} {time}, counted by {counted}",
        "density": f"Minus the log-density of the next observation under a Gaussian of all that was seen{inside}",
        "control": "How well the action can be told from two states, against guessing",
        "reward_error": "The error of predicting the environment's reward",
        "potential": "The discounted potential of the next observation less that of the observation",
        "prediction_error": f"The error of predicting {predicted}{inside}",
        "nearest": f"{far}the {'' if plan.kth else 'mean '}distance to "
        f"the {f'{plan.k}th nearest state' if plan.kth else f'{plan.k} nearest states'} {time}{inside}",
        "disagreement": f"The variance of what {plan.models} forward models say of the next state{inside}",
        "change": f"How far a step moves the state{inside}",
        "elliptical": f"The elliptical bonus of a state against those before it in the episode{inside}",
    }[plan.measure]
    factor = "; divided by the root of the visits in the episode" if plan.episodic_factor else ""
    return f"{text[0].upper()}{text[1:]}{factor}."
