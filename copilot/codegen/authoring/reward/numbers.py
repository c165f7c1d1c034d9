"""Reads the numbers of an intrinsic reward: neighbours, sizes, weights."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.authoring.amounts import COUNT, amount_of, count_of, to_count
from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int
from copilot.codegen.authoring.reward.special import NAMED, ORDINALS

_LINK = r"(?:\s|=|:|：|of|is|size|dim(?:ension)?s?|为|是|维度|大小|取|the)*"


def chosen_numbers(ask: Ask) -> list[int]:
    """Which numbers of the observation alone are looked at, where that is said."""
    of = (
        r"(?: of (?:the )?(?:next )?(?:observations?|states?|obs|next_obs|vectors?)(?: vector)?(?: (?:and|of) "
        r"(?:next_)?(?:obs|observation|state)s?)?)"
    )
    match = ask.first(
        rf"(?:over |on |of |in |using |between |from |to )?(?:only |just )?(?:the )?first (?P<n>{INT}) (?:numbers?|"
        rf"entries|"
        rf"components?|coordinates?|dimensions?|elements?|features?|values?){of}|"
        rf"(?:over |on |of |in |using |between )?(?:only )?(?:the )?(?P<o>first|second|third|fourth|fifth|sixth) "
        rf"(?:number|"
        rf"entry|component|coordinate|dimension|element|feature|value){of}"
        rf"(?: (?:alone|only))?|(?:obs|observation|state|s)\[:(?P<s>\d)\]|观测(?:向量)?的?前\s*(?P<z>{INT})\s*(?:个|"
        rf"维)(?:数|分量|维度|元素)?|"
        rf"(?:the |only )*(?P<xy>x[ -](?:and|,) ?y)(?:[- ]?(?:coordinates?|positions?))(?: of (?:the )?agent)?"
    )
    listed = ask.first(
        r"(?:only (?:on |over |of )?)?(?:x ?, ?y|x and y)?[:(]? ?(?:i\.e\.? )?(?:the )?(?:obs(?:ervation)?|state)s? "
        r"(?:dim(?:ension)?s?|entries|components?|numbers|indices|coordinates?) (?P<l>\d+(?:(?: ?, ?| and |, and "
        r")\d+)*)\)?|"
        r"(?:dim(?:ension)?s?|entries|components?|indices|coordinates?) (?P<k>\d+(?:(?: ?, ?| and |, and )\d+)+)(?: of "
        r"(?:the )?(?:obs(?:ervation)?|state)s?)?|观测的?第\s*(?P<z>\d+(?:[和、,]\d+)+)\s*维"
    )
    if listed:
        given = [int(number) for number in re.findall(r"\d+", listed["l"] or listed["k"] or listed["z"])]
        return given[:64]
    if match is None:
        return _named_numbers(ask)
    if match["xy"]:
        return [0, 1]
    if match["o"]:
        return [ORDINALS[match["o"]]]
    return list(range(min(64, to_int(match["n"] or match["s"] or match["z"]) or 1)))


def _named_numbers(ask: Ask) -> list[int]:
    """Numbers by the names that they have in an environment that the request names; all of them are no choice."""
    if ask.says(r"potential|shaping|势"):
        return []
    found = []
    for (env, name), index in NAMED.items():
        if ask.says(env.lower()) and ask.has(
            rf"(?:the |only |its |and )*(?:(?:car|pole|cart|pendulum|lander)(?:'s)? )?(?:horizontal |angular )?\b{name}\b"
        ):
            found.append(index)
    return sorted(set(found)) if not ask.says("mountain") or len(found) < 2 else []


def _neighbours(ask: Ask, out: dict[str, Any]) -> None:
    """How many neighbours, and whether the last of them alone."""
    if ask.says(
        r"\b(?:nearest|closest) (?:earlier |previous |past |other )?(?:neighbou?r|state|embedding|observation|"
        r"point)\b(?!s)|最近邻"
    ) and not ask.says(r"\bk\b|\d+[- ]?(?:th|nn|nearest|个|近邻)|neighbou?rs"):
        out["k"] = 1
    near = ask.first(r"最近(?:的)?\s*(?P<n>\d+)\s*个(?=邻居|近邻|状态)")
    if near:
        out["k"] = int(near["n"])
    ordinal = ask.first(
        r"(?:distance to )?(?:the |its )?(?P<o>second|third|fourth|fifth|sixth|seventh|eighth|ninth|"
        r"tenth)(?:[- ]nearest)?(?= neighbou?r)"
    )
    if ordinal:
        places = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
        out |= {"kth": True, "k": places.index(ordinal["o"]) + 2}
    kth = (
        None
        if ordinal
        else ask.first(
            r"(?:distance to (?:the|its) )?(?P<n>\d+)(?:st|nd|rd|th)(?:[- ](?=nearest|neighbou?r))|(?:distance to (?:the|"
            r"its) )?k-?th(?= nearest)|"
            r"第\s*(?P<m>\d+|k)\s*(?:个)?(?=最?近邻)"
        )
    )
    if kth:
        out["kth"] = True
        out |= {"k": int(kth["n"] or kth["m"])} if (kth["n"] or kth["m"] or "").isdigit() else {}
    if out.get("kth"):
        ask.has(
            rf"\(?\bk ?= ?{out.get('k', 'k')}\b\)?|(?:rather than|instead of|not) (?:the )?(?:mean|average)(?: "
            rf"(?:distance|"
            rf"over|of)[\w ]*)?"
        )
    k = None if "k" in out else _how_many(ask)
    if k:
        out["k"] = k


def _how_many(ask: Ask) -> int | None:
    match = ask.first(
        rf"(?P<m>{INT})[ -](?:k-?)?(?=nearest|closest|neighbou?r)|(?P<q>{INT})\s*个?(?=最?近邻|邻居)|(?P<o>\d+)[ -]?nn\b|"
        r"(?:top|第)\s*(?P<p>\d+)\s*(?=近邻|个近邻)"
    )
    if match:
        return to_int(next(match[g] for g in "mqop" if match[g])) or 5
    return count_of(
        ask,
        r"k|n_neighbou?rs|number of (?:the )?(?:nearest )?neighbou?rs|neighbou?r(?:hood)?(?:s')? (?:count|number|size)|"
        r"k-?nn|(?:近邻|邻居)(?:的)?(?:数量|个数|数)",
        unit="neighbou?rs",
    )


def numbers_of(ask: Ask) -> dict[str, Any]:
    """Neighbours, models, sizes, weight, learning rate, memory."""
    out: dict[str, Any] = {}
    _neighbours(ask, out)
    models = None if ask.says(r"predictors?\b|\brnd\b|prediction networks?") else _models(ask)
    out |= {"models": models} if models else {}
    _predictors(ask, out)
    ask.has(r"[- ]?dimensional(?= latent)")
    ridge = amount_of(
        ask,
        r"(?:ridge|lambda|λ|regulari[sz]\w+|正则(?:化)?(?:系数)?(?:lambda|λ)?)(?: (?:coefficient|parameter|term|weight|"
        r"strength))?",
    )
    out |= {"ridge": ridge} if ridge and ridge > 0 else {}
    lr = amount_of(
        ask,
        r"(?:adam(?:'s)? |the )?(?:learning[ _-]rate|lr|step size(?: of (?:adam|the optimi[sz]er))?)(?: of (?:adam|the "
        r"optimi[sz]er))?|学习率",
    )
    out |= {"lr": lr} if lr and 0 < lr <= 1 else {}
    latent = _latent(ask)
    out |= {"latent_dim": latent} if latent else {}
    memory = _memory(ask)
    out |= {"memory": memory} if memory else {}
    beta = _beta(ask)
    out |= {"beta": beta} if beta is not None and beta >= 0 else {}
    table = ask.whole(r"(?:table|buckets)(?: of| size| with|\s|=)*(?P<n>\d{2,8})")
    out |= {"table": max(16, table)} if table else {}
    return out


_SPACE = r"(?:embeddings?|latents?|features?|representations?|codes?|bottleneck|encodings?|output|latent space)"
_SIZE = r"(?:size|dim(?:ension(?:s|ality)?|s)?|width|length)"


def _latent(ask: Ask) -> int | None:
    """How many numbers an embedding has."""
    said = count_of(
        ask,
        rf"{_SPACE}(?:'s)?[ _-]{_SIZE}|{_SIZE} of (?:the |each |its )*{_SPACE}|latent_dim|z_dim|"
        r"(?:特征|嵌入|编码|隐向量|瓶颈|潜在?(?:空间|变量))(?:的)?(?:维度|大小|维数)",
        unit=r"units?|dims?|dimensions?|numbers?|维",
    )  # fmt: skip
    if said is not None:
        return said
    found = ask.first(
        rf"(?P<n>{INT})[- ]?(?:dims?|dimensional|dimensions|d|units?)[- ](?:{_SPACE})|(?P<m>{INT})[ -](?:latent|"
        rf"embedding|feature|"
        rf"code)[ -](?:dim\w*|numbers?|units?)|(?:an? |the )?{_SPACE} (?:of|with|has|have|having) (?:an? )?(?:size "
        rf")?(?P<o>{INT})(?! ?bits?)(?: "
        rf"(?:dims?|dimensions?|numbers?|units?|entries|outputs?|features?))?(?![\d.])|(?P<p>{INT}) outputs?(?: (?:of|"
        rf"from) the "
        r"(?:network|encoder))?"
    )
    if found:
        return to_int(next(found[g] for g in "nmop" if found[g]))
    return ask.whole(
        rf"(?P<n>{INT}) of them(?=,|\.|$| and)",
        r"(?<=[ (])(?P<n>(?<![\d.])\d+(?![\d.]*\d))[- ]?(?:dims?|dimensions?|features?|outputs?|d|units?|latents?|"
        r"numbers?)\b(?! (?:forward|of "
        r"the|each|over))",
        r"(?:feature|embedding|latent|code|output) (?:size|dim\w*|width)(?: of|=| is| with)* "
        r"(?P<n>(?<![\d.])\d+(?![\d.]*\d))",
        r"of (?:size|dim\w*|width) (?P<n>(?<![\d.])\d+(?![\d.]*\d))", r"(?:输出|输出维度)(?:为|"
        r"是)?\s*(?P<n>(?<![\d.])\d+(?![\d.]*\d))\s*(?:维|个)",
        r"(?:size|sized|dimension\w*|bottleneck|code)(?: of|=| is)* (?P<n>(?<![\d.])\d+(?![\d.]*\d))(?! ?[x×])",
        r"[(（]\s*(?P<n>(?<![\d.])\d+(?![\d.]*\d))\s*(?:维|dims?|d)\s*[)）]",
        r"(?P<n>(?<![\d.])\d+(?![\d.]*\d)) (?:latent|embedding|feature|hidden) dim\w*",
        r"(?:features?|embeddings?|latents?|network|encoder|projection)s?\s*\(\s*(?:of )?(?:size "
        r")?(?P<n>(?<![\d.])\d+(?![\d.]*\d))(?: ?(?"
        r":dim\w*|outputs?|numbers|d))?\s*\)",
        r"(?:random |inverse |fixed |of )*(?:networks?|encoders?|projections?|features?|(?:embedding|latent) space)(?: "
        r"(?:of|with))?(?: size| dim\w*|\()?"
        r"\s*(?P<n>(?<![\d.])\d+(?![\d.]*\d))(?![\d.]*\d)(?: (?:dim(?:ension)?s?|outputs?|numbers?|units?))?",
        rf"(?:latent|embedding|feature|embeddings|latents|projection)s?{_LINK}(?P<n>(?<![\d.])\d+(?![\d.]*\d))(?![\d.]*\d)",
        r"(?P<n>(?<![\d.])\d+(?![\d.]*\d))[ -]?(?:dim(?:ensional|ensions?)?|d)\b(?=[\s\w]*(?:latent|embed|feature|"
        r"projection|space|network)?)",
        r"(?:嵌入|特征|隐向量)(?:的)?(?:维度|大小)?\s*(?:为|是)?\s*(?P<n>(?<![\d.])\d+(?![\d.]*\d))(?:\s*维)?",
        r"(?P<n>(?<![\d.])\d+(?![\d.]*\d))\s*维(?:的)?(?:嵌入|特征|向量)?",
    )  # fmt: skip


def _memory(ask: Ask) -> int | None:
    """How many states are remembered."""
    held = r"(?:states?|entries|embeddings?|observations?|positions?|items?|vectors?|ones)"
    found = ask.first(
        rf"(?:the |its )?(?:memory|bank|buffer) (?:of|with|holds|has|stores|for|keeps|that holds)(?: (?:at most|up to|"
        rf"the|last|most "
        rf"recent))* (?P<n>{COUNT})(?: (?:last|most recent|latest|newest))?(?: {held})?|(?:the )?(?:last|latest|"
        rf"newest|most recent) "
        rf"(?P<m>{COUNT}) {held}(?: (?:are )?(?:remembered|kept|stored))?(?: in (?:the )?memory)?|(?:keep|keeps|stores?|"
        rf"remembers?|holds?)(?: (?:at most|up to|the|last|most recent))* (?P<o>{COUNT}) (?:last |most recent )?{held}"
        rf"(?: in (?:the )?memory)?|(?:last|recent|most recent) (?P<p>\d{{2,7}})(?: {held})?"
    )
    if found:
        return max(1, to_count(next(found[g] for g in "nmop" if found[g])))
    return count_of(
        ask, r"(?:memory|bank|buffer)(?:'s)?(?:[ _-](?:size|capacity|length))?|capacity(?: of the memory)?|size of "
            r"the (?:memory|"
        r"bank|buffer)|(?:记忆|缓冲|缓存)?(?:容量|库)(?:大小)?|记忆(?:库)?(?:的)?(?:容量|大小)?", unit=held
    )  # fmt: skip


def _beta(ask: Ask) -> float | None:
    """The weight of the whole."""
    what = (
        r"(?:it|them|everything|all|this|that|(?:the |its |whole |entire |intrinsic |final |result "
        r")*(?:bonus(?:es)?|rewards?|thing|result|output))"
    )
    ahead = r"(?! ?(?:after|per|every|each|with each|updates|at each))"
    times = ask.number(
        rf"(?:(?:it|the bonus|the reward|this|everything) )?(?:is |are |gets? |be |should be )*(?:then "
        rf")?(?:multipl(?:y|ied|ies)|"
        rf"scale[ds]?|weigh(?:t|ted|ts|ed|s)?)(?: {what})? (?:by|with)(?: an?)?(?: (?:factor|weight|coefficient))?(?: of)? "
        rf"(?P<n>{NUM}){ahead}",
        rf"(?:it )?enters? with (?:an? )?(?:factor|weight)(?: of)? (?P<n>{NUM})",
        rf"(?:{what} )(?:is |are )?(?:then )?times (?P<n>{NUM}){ahead}",
    )
    if times is not None:
        return times
    return amount_of(
        ask,
        r"(?:(?:intrinsic|reward|bonus|curiosity|exploration|overall|total|global|final|novelty) )*(?:weight(?:ing)?|beta|β|"
        r"coefficient|coef|scale|scaling(?: factor)?|multiplier)|(?:内在|探索)?(?:奖励)?(?:的)?(?:权重|系数)",
    )


def _models(ask: Ask) -> int | None:
    """How many models an ensemble has."""
    kinds = r"(?:forward |dynamics |prediction |one-step |small |transition |world |learned |independent )*"
    found = ask.first(
        rf"ensembles? (?:of |with )?(?P<n>{INT})(?: {kinds}(?:models?|networks?|predictors?|members?))?|"
        rf"(?P<m>{INT})[ -]{kinds}(?:ensemble )?(?:models?|networks?|predictors?|members?)(?! of)|"
        rf"(?P<o>{INT})\s*个(?:前向)?(?:模型|网络)"
    )
    number = to_int(found["n"] or found["m"] or found["o"]) if found else None
    if number is None:
        number = count_of(
            ask,
            rf"number of (?:ensemble )?{kinds}(?:models|members|networks)|ensemble size|size of the ensemble|n_models|"
            r"(?:模型|网络)(?:的)?(?:数量|个数|数)|集成(?:的)?(?:大小|规模)", unit="models|members|个",
        )  # fmt: skip
    return number if number and number >= 2 else None


def _predictors(ask: Ask, out: dict[str, Any]) -> None:
    """How many networks learn what a random one says, and what is made of them."""
    if not ask.says(r"\brnd\b|distill?ation|predictors?\b|蒸馏|random network"):
        return
    match = ask.first(
        rf"(?:(?:an )?ensembles? of |with |of |but )*(?P<n>{INT}) (?:independent |separate |different |small "
        rf")*(?:predictors?(?: networks?)?|prediction networks|students?)|"
        rf"(?P<m>{INT})\s*个(?:独立的?)?预测(?:网络|器)"
    )
    number = to_int(match["n"] or match["m"]) if match else None
    if not number or number < 2:
        return
    out["predictors"] = number
    for name, words in (
        ("min", r"(?:the )?(?:minimum|min|smallest|lowest)|最小(?:值)?"), ("max",
        r"(?:the )?(?:maximum|max|largest|highest)|最大(?:值)?"),
        ("variance", r"(?:the )?variance (?:of|across|between|over)|方差"), ("mean",
        r"(?:the )?(?:average|mean|averaged)|平均(?:值)?"),
    ):  # fmt: skip
        found = ask.first(
            rf"(?:{words})(?: (?:of|over|across|between|prediction|error)s?)*(?: (?:their|the|both|all|of|them|three|two|"
            rf"its))*(?: (?:prediction )?(?:errors?|predictions?))?"
        )
        if found:
            out["of_predictors"] = name
            break
    ask.has(
        r"instead of (?:a |only |just )?(?:single )?(?:one|error)|(?:of )?(?:both|their|all)(?: of)?(?: the(?:m|ir)?)? "
        r"(?:prediction )?errors?|squared?"
    )
