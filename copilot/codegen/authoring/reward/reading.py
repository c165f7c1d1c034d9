"""Reads an intrinsic reward: an embedding, what counts as new in it, over which time, and when it is paid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.reward.counts import counts_of
from copilot.codegen.authoring.reward.errors import error_of
from copilot.codegen.authoring.reward.measures import embedding_of, measure_of, scope_of
from copilot.codegen.authoring.reward.mixed import Mixture, mixture_of
from copilot.codegen.authoring.reward.numbers import chosen_numbers, numbers_of
from copilot.codegen.authoring.reward.paid import difference_of, paid_of, shape_of, visits_of
from copilot.codegen.authoring.reward.scaled import scaled_of
from copilot.codegen.authoring.reward.special import special
from copilot.codegen.authoring.reward.words import told
from copilot.codegen.authoring.spec import Bonus, Measure, Shape

_LEARNS = frozenset({"imitation", "prediction_error", "disagreement", "control", "reward_error", "progress"})


def _learns(plan: Bonus) -> bool:
    return plan.embedding == "inverse" or plan.measure in _LEARNS


def _embeds(plan: Bonus) -> bool:
    within = plan.measure in {"nearest", "disagreement", "change", "elliptical", "density", "reward_error", "progress"}
    of_prediction = plan.measure == "prediction_error" and (plan.predicts != "next" or plan.embedding != "none")
    of_codes = plan.measure == "count" and plan.counted_by == "simhash" and plan.embedding != "none"
    return of_prediction or of_codes or plan.measure == "control" or (within and plan.embedding != "none")


_USED: dict[str, Callable[[Bonus], bool]] = {
    "memory": lambda p: p.measure == "nearest" and p.scope != "rollout",
    "k": lambda p: p.measure == "nearest",
    "models": lambda p: p.measure == "disagreement",
    "latent_dim": _embeds,
    "hidden_dim": lambda p: p.measure == "imitation",
    "unseen": lambda p: p.measure == "since",
    "bits": lambda p: p.measure == "count" and p.counted_by == "simhash",
    "bins": lambda p: p.measure in {"count", "since"} and p.counted_by == "grid" and p.width is None,
    "width": lambda p: p.measure in {"count", "since"} and p.counted_by == "grid",
    "decimals": lambda p: p.measure in {"count", "since"} and p.counted_by == "hash",
    "table": lambda p: (p.measure == "count" and p.scope != "episode") or p.measure == "since",
    "lr": _learns,
    "ridge": lambda p: p.measure == "elliptical",
    "discount": lambda p: p.measure == "potential",
    "predictors": lambda p: p.measure == "prediction_error",
}
"""Where a field has an effect: a number that was read into another place was not understood."""


def effective(plan: Bonus, ask: Ask) -> Bonus:
    """The plan without fields that change nothing; what they were read from counts as not understood."""
    fields = type(plan).model_fields
    idle = {name: fields[name].default for name, used in _USED.items() if not used(plan)}
    for name, default in idle.items():
        value = getattr(plan, name)
        if value != default:
            ask.missed.append(f"{name.replace('_', ' ')} {value}")
    return plan.model_copy(update=idle)


BEYOND = (
    r"\b(?:language|llm|clip (?:model|embedding|feature|score)s?|human|demonstrations?|skills?|diayn|mutual information|"
    r"information gain|bayesian|dropout|diffusion|gan|discriminator|adversarial|transformers?|attention|"
    r"successor|laplacian|graph|causal|kinetic|distance to (?:the )?goal|value disagreement|td[- ]error|compress\w*|"
    r"entropy of (?:the )?(?:policy|actions)|repeat\w*|diversity|symmetr\w*|periodic\w*|autocorrelation|"
    r"kernel density)\b|语言|示范|目标距离|技能|互信息|信息增益|贝叶斯|对抗|速度|高度"
)
"""Words of bonuses that are no embedding and measure of these."""
_OTHER_THAN_COUNTS = (
    r"\b(?:rnd|icm|ride|e3b|impact|forward|prediction|distillation|novelty of|difference of|disagreement|nearest|"
    r"reconstruction|change|displacement|distance|curiosity|errors?|surpris\w*|predict\w*)\b|误差|距离|变化|好奇|余弦"
)
_LIKE: tuple[tuple[str, tuple[Measure, ...]], ...] = (
    (r"\b(?:re3|rise|apt)\b", ("nearest",)),
    (r"\b(?:rnd|icm)\b", ("prediction_error",)),
    (r"\be3b\b", ("elliptical",)),
    (r"\bpseudo-?counts?\b", ("count", "nearest")),
    (r"\b(?:disagreement|plan2explore)\b", ("disagreement",)),
    (r"\bride\b", ("change",)),
    (r"\bc-?bet\b", ("count",)),
    (r"\bsmirl\b", ("density",)),
)
"""Modules of the library and methods that measure so: to be like one is to measure like it."""
_LEARNS_ACTIONS = r"\b(?:e3b|ride|icm|pseudo-?counts?)\b|\bngu\b.*(?:kernel|episodic part)"
"""Methods whose embedding learns to tell actions."""


def read(ask: Ask) -> tuple[Bonus | None, list[str]]:
    """The reward that a request asks for, or None where it names no measure of novelty; and notes."""
    notes: list[str] = []
    ask.has(
        r"(?:(?:just |exactly |much )?(?:like|same as|similar to|as in|based on|starting from)) (?:in )?(?:our|the|your|"
        r"rllte's|the library's)"
        r"(?: (?:own|existing|usual|standard|vanilla|built-in|library's))?(?= )|in (?:our|the|your) library|(?:与|和|"
        r"跟)?库(?:里|中)?的?"
    )
    ask.has(
        r"(?:,? ?but )?except(?: for the fact)? that|with (?:the|one) (?:only )?(?:difference|exception) (?:that|being(?: "
        r"that)?)|apart from that|像(?=\s?[a-z])|(?<=[a-z])\s?(?:那样|一样)的?|(?<=need )next(?= is)|next up"
    )
    if ask.says(r"episod|回合|局"):
        ask.has(r"各个?(?:并行)?环境(?:之间)?(?:互不影响|(?:相互)?独立|分开)(?:计(?:数|算))?|按回合计算(?:的)?")
    if ask.says(r"\bngu\b|kernel|episodic part"):
        ask.has(
            r",? ?(?:but |and )?(?:no|without|not)(?: the| any)? (?:rnd|life-?long)(?: (?:multiplier|modulator|modulation|"
            r"factor|part|bonus))?"
        )
    mixture = mixture_of(ask)
    whole = paid_of(ask)
    if mixture is not None:
        return _mixed(ask, mixture, whole, notes), notes
    plan = _single(ask, whole, notes)
    if plan is not None:
        plan = effective(plan, ask)
        told(ask, plan)
    return plan, notes


def _mixed(ask: Ask, mixture: Mixture, whole: dict[str, Any], notes: list[str]) -> Bonus | None:
    """Several rewards, each read from its own words."""
    parts: list[Bonus] = []
    for spans, weight in zip(mixture.spans, mixture.weights, strict=True):
        with ask.within(spans):
            scaled = {} if weight is None else {"beta": weight}
            part = _single(ask, scaled, notes)
            if part is None:
                return None
            part = effective(part, ask)
            told(ask, part)
        parts.append(part)
    per_visit = visits_of(ask)
    whole |= {"per_visit": per_visit} if per_visit else {}
    numbers = numbers_of(ask)
    shapes = [Shape(**step) for step in shape_of(ask)]
    settings = {**whole, **({"beta": numbers["beta"]} if "beta" in numbers else {})}
    plan = Bonus(
        measure="mixed", combined=mixture.combined, parts=parts, shape=shapes, rwd_norm_type="none", **settings
    )
    told(ask, plan)
    return plan


def _single(ask: Ask, settings: dict[str, Any], notes: list[str]) -> Bonus | None:
    """One reward."""
    settings = dict(settings)
    difference = difference_of(ask)
    if difference is not None or ask.says(_OTHER_THAN_COUNTS):
        per_visit = visits_of(ask)
        settings |= {"per_visit": per_visit} if per_visit else {}
    if difference is not None:
        settings["difference"] = difference
        settings.setdefault("per_visit", "none")
    settings |= scaled_of(ask)
    shaping = ask.says(r"potential[- ]based|shaping|势能|塑形")
    about = special(ask)
    chosen = [] if shaping else chosen_numbers(ask)
    settings |= {"numbers": chosen} if chosen else {}
    error = error_of(ask)
    settings["shape"] = [Shape(**step) for step in shape_of(ask)]
    settings |= numbers_of(ask)
    settings |= {"error": error} if error else {}
    if about is not None:
        return _special(ask, settings | about, notes)
    if shaping:
        return None
    counts = counts_of(ask)
    settings |= counts
    embedding = embedding_of(ask)
    scope = scope_of(ask)
    next_one = ask.has(
        r"(?:what|which) (?:comes|follows)(?: next)?|(?:of )?(?:the )?(?:next|following) (?:states?|observations?|"
        r"latents?|"
        r"embeddings?|"
        r"features?|ones?(?= )|ones?$)|forward[ -](?:dynamics|models?)|dynamics models?|world models?|transition models?|"
        r"下一(?:个)?(?:状态|观测)|前向(?:动力学|模型)|动力学模型"
    )
    found = measure_of(ask, settings, counts, error)
    if (
        found is None
        and settings.get("every_steps")
        and ask.has(r"(?:step[- ]counter(?: based)?|pays? (?:a )?(?:flat |constant )?1(?= )|\b1(?= ))+")
    ):
        return Bonus(
            measure="constant", **{**settings, "embedding": "none", "obs_norm_type": "none", "rwd_norm_type": "none"}
        )
    if found is None:
        return None
    return _settled(ask, settings, found, (embedding, scope), next_one, notes)


def _settled(
    ask: Ask,
    settings: dict[str, Any],
    found: tuple[Measure, set[Measure]],
    said: tuple[str | None, str | None],
    next_one: bool,
    notes: list[str],
) -> Bonus:
    """The bonus, with what was left open settled."""
    embedding, scope = said
    measure, others = found
    if embedding is None and ask.says(_LEARNS_ACTIONS):
        embedding = "inverse"
    for names, meant in _LIKE:
        if measure in meant:
            ask.has(rf"(?:{names})(?:['’]s)?(?:[- ](?:style|like|based|variant))?")
    if measure == "nearest":
        _of_neighbours(ask, settings)
    if measure == "change" and "error" not in settings:
        settings["error"] = "euclidean"
    if measure == "prediction_error":
        embedding = _predicts(ask, settings, embedding, next_one)
    if settings.get("pays") == "log" and measure not in {"count", "nearest"}:
        settings["shape"] = [*settings["shape"], Shape(op="log1p")]
        del settings["pays"]
    scope = scope or settings.get("scope")
    if scope is None:
        scope = "episode" if measure == "elliptical" or settings.get("kernel") else "lifetime"
        if measure in {"count", "nearest"} and scope == "lifetime" and settings.get("difference") is None:
            notes.append("It is not stated over which time: all of training is taken, not the episode alone.")
    settings["scope"] = scope
    if measure == "count":
        if settings.get("difference") is None and settings.pop("per_visit", "none") == "first":
            settings["pays"] = "first"
        embedding = _counted(ask, settings, embedding)
    if settings.get("numbers") and measure in {"change", "nearest", "prediction_error", "disagreement"}:
        embedding = "none"
        settings |= {"obs_norm_type": "none"} if measure in {"change", "nearest"} else {}
    settings["embedding"] = embedding or "random"
    if embedding is None and measure not in {"count"}:
        notes.append("The embedding is not stated: a fixed random network is taken.")
    _others(measure, others, settings, notes)
    return Bonus(measure=measure, **settings)


def _counted(ask: Ask, settings: dict[str, Any], embedding: str | None) -> str:
    """What tells states from each other."""
    if ask.has(
        r"(?:of |on |keyed on |for |per )?(?:each |every )?(?:state|observation)s?[- /]?(?:and |"
        r",)?[- ]?action(?:[- ]?pairs?)?s?|pairs? of "
        r"(?:state|observation)s? and actions?|\(s, ?a\)|(?:按|对)?状态[-— 、与和]?动作(?:对)?(?:统计|计数)?"
    ):
        settings["pairs"] = True
    settings.setdefault("counted_by", "hash")
    if settings.get("counted") == "changes" and settings["counted_by"] == "grid" and not settings.get("width"):
        settings["counted_by"] = "hash"
    by = settings["counted_by"]
    exact = by in {"hash", "simhash"} or bool(settings.get("width")) or settings.get("counted") == "changes"
    settings["obs_norm_type"] = (
        "none" if exact or settings.get("obs_norm_type") == "none" else "rms"
    )  # a scale that moves would give one state several keys
    return "random" if by == "simhash" and embedding == "random" else "none"


def _predicts(ask: Ask, settings: dict[str, Any], embedding: str | None, next_one: bool) -> str | None:
    """What is predicted, and in which embedding."""
    if settings.get("predictors"):
        next_one = False
    following = next_one or embedding == "inverse" or ask.says(r"\bicm\b|curiosity|好奇|\bforward\b|前向|dynamics")
    if ask.says(r"\brnd\b|distill?ation|random network distil|蒸馏|target network|目标网络") and not ask.says(
        r"\bicm\b|\bforward\b|dynamics"
    ):
        following = False
    settings["predicts"] = "next" if following or settings.get("error") == "likelihood" else "random"
    if ask.says(r"\bicm\b") and embedding is None:
        embedding = "inverse"
    if settings["predicts"] == "random":
        ask.has(
            r"(?:frozen|fixed|random(?:ly initiali[sz]ed)?|untrained)? ?(?:target )?(?:networks?|targets?)|"
            r"embeddings?|"
            r"(?:固定|随机)+(?:网络)?|目标网络"
        )
        return "random"
    return embedding or ("none" if ask.says(r"(?:predict\w* |of )?(?:the )?raw|原始") else None)


def _of_neighbours(ask: Ask, settings: dict[str, Any]) -> None:
    ask.has(
        r"averag\w*(?: over)?(?: all)?(?: the)?(?: k)?(?: (?:nearest )?neighbou?rs)?(?: instead of (?:only |"
        r"just )?(?:the )?(?:k-?th|last|farthest)(?: (?:one|neighbou?r))?)?|all(?: of)?(?: the)? k|"
        r"(?:instead of|rather than|not) (?:only |just )?(?:the )?k-?th"
    )
    if (
        settings.get("pays") == "log"
        and ask.says(r"(?:mean|average)(?: of(?: the)?)? log|log\w*[\w( )+]{0,16}of each")
        and not settings.get("kth")
    ):
        settings["each_log"] = True
        ask.has(r"mean|average")
    if ask.has(r"(?:inverse )?kernels?(?: function)?|核(?:函数)?") or ask.says(
        r"pseudo-?counts?|\bngu\b.*episodic (?:part|novelty|module)|episodic (?:part|novelty|module) of ngu"
    ):
        settings["kernel"] = True
        ask.has(
            r"(?:no|without|not|drop(?:ping)?) (?:the |any )?(?:rnd|life-?long|lifetime)(?: (?:multiplier|modulator|"
            r"modulation|part|factor|bonus|novelty))?|(?:the )?episodic part(?: only| of)?"
        )


def _others(measure: Measure, others: set[Measure], settings: dict[str, Any], notes: list[str]) -> None:
    """Measures that are spoken of beside the one that is taken."""
    learned = measure == "disagreement" or settings.get("embedding") == "inverse" or measure == "progress"
    leftover = others - {"count", measure} - ({"prediction_error"} if learned else set())
    if leftover:
        notes.append(
            f"CAREFUL: one measure of novelty is taken, {measure}; the request also speaks of "
            f"{', '.join(sorted(leftover))}."
        )


def _since(ask: Ask, settings: dict[str, Any]) -> Bonus:
    """The time since a visit, to a cell or to a rounded state."""
    pays = settings.get("pays")
    counts = counts_of(ask)
    counts.pop("pays", None)
    settings = {**settings, **counts, "embedding": "none", "obs_norm_type": "none"}
    settings.setdefault("counted_by", "hash")
    settings["pays"] = pays if pays == "log" else "root"
    return Bonus(**settings)


_EXACT = frozenset({"imitation", "value", "potential", "action_change", "action_size", "away", "constant", "random"})
"""Measures whose numbers mean something by themselves: they are not scaled unless that is asked for."""


def _special(ask: Ask, settings: dict[str, Any], notes: list[str]) -> Bonus:
    """What `special` read, with the embedding and the scale of rewards."""
    measure = settings["measure"]
    if measure == "since":
        return _since(ask, settings)
    embedding = embedding_of(ask)
    settings.pop("pays", None)
    if ask.says(r"\blog\b|logarithm|log1p|对数") and measure not in {"density", "control", "imitation"}:
        ask.has(
            r"\blog(?:arithm)?(?: of)?(?: ?\(?1| one) ?(?:\+|plus) ?(?:the )?(?:error|novelty|bonus|it|x)?\)?|log1p|"
            r"对数"
        )
        settings["shape"] = [*settings["shape"], Shape(op="log1p")]
    if settings.pop("each", False):  # of each change alike, however large
        settings["shape"] = [Shape(op="flag", value=0.0), *settings["shape"]]
    if measure in _EXACT:
        settings |= {
            "embedding": "none",
            "obs_norm_type": "none",
            "rwd_norm_type": settings.get("rwd_norm_type", "none"),
        }
        return _taken(ask, Bonus(**settings))
    if measure == "change":  # of squares of an image
        settings |= {"embedding": "none", "obs_norm_type": "none"}
        return _taken(ask, Bonus(**settings))
    plain = measure in {"density", "reward_error"} or settings.get("predicts") == "itself"
    settings["embedding"] = embedding or ("none" if plain else "inverse" if measure == "control" else "random")
    if measure == "control":
        settings["embedding"] = "inverse"
    if measure == "progress" and "predicts" not in settings:
        settings["predicts"] = "random" if ask.says(r"\brnd\b|distillation") else "next"
    if embedding is None:
        told_by = (
            "plain numbers"
            if plain
            else "a fixed random network"
            if measure == "progress"
            else "one that learns to tell actions"
        )
        notes.append(f"The embedding is not stated: {told_by}.")
    return _taken(ask, Bonus(**settings))


def _taken(ask: Ask, plan: Bonus) -> Bonus:
    ask.has(r"intrinsic motivation|novelty|(?:next |current )?(?:states?|observations?)")
    return plan
