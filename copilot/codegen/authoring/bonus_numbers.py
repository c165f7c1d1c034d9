"""Reads the numbers of an intrinsic reward: neighbours, sizes, weights."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int
from copilot.codegen.authoring.bonus_special import NAMED, ORDINALS

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
    k = (
        None
        if "k" in out
        else ask.first(
            rf"\bk\s*(?:=|of|is|为|取|是)\s*(?P<n>\d+)|(?P<m>{INT})[ -](?:k-?)?(?=nearest|neighbou?r|近邻|"
            rf"个最近邻|最近邻)|(?P<o>\d+)[ -]?nn\b|(?:top|第)\s*(?P<p>\d+)\s*(?=近邻|个近邻)"
        )
    )
    if k:
        out["k"] = to_int(k["n"] or k["m"] or k["o"] or k["p"]) or 5


def numbers_of(ask: Ask) -> dict[str, Any]:
    """Neighbours, models, sizes, weight, learning rate, memory."""
    out: dict[str, Any] = {}
    _neighbours(ask, out)
    models = (
        None
        if ask.says(r"predictors?\b|\brnd\b")
        else ask.first(
            rf"ensembles? (?:of |with )?(?P<n>{INT})(?: (?:forward |dynamics |prediction |one-step |small |transition |"
            rf"world "
            rf")*(?:models?|networks?|predictors?|members?))?|(?P<m>{INT})[ -](?:forward |dynamics |one-step |transition |"
            rf"world |learned |independent "
            rf"|prediction |small )*(?:models?|networks?|predictors?|members?)(?! of)|"
            rf"(?P<o>{INT})\s*个(?:前向)?(?:模型|网络)"
        )
    )
    if models:
        number = to_int(models["n"] or models["m"] or models["o"])
        if number and number >= 2:
            out["models"] = number
            ask.reading.take(models.start(), models.end())
    _predictors(ask, out)
    ask.has(r"[- ]?dimensional(?= latent)")
    latent = ask.whole(
        rf"(?P<n>{INT}) of them(?=,|\.|$| and)",
        r"(?<=[ (])(?P<n>\d+)[- ]?(?:dims?|dimensions?|features?|outputs?|d|units?|latents?|numbers?)\b(?! (?:forward|of "
        r"the|each|over))",
        r"(?:feature|embedding|latent|code|output) (?:size|dim\w*|width)(?: of|=| is| with)* (?P<n>\d+)",
        r"of (?:size|dim\w*|width) (?P<n>\d+)", r"(?:输出|输出维度)(?:为|是)?\s*(?P<n>\d+)\s*(?:维|个)",
        r"(?:size|sized|dimension\w*|bottleneck|code)(?: of|=| is)* (?P<n>\d+)(?! ?[x×])",
        r"[(（]\s*(?P<n>\d+)\s*(?:维|dims?|d)\s*[)）]",
        r"(?P<n>\d+) (?:latent|embedding|feature|hidden) dim\w*",
        r"(?:features?|embeddings?|latents?|network|encoder|projection)s?\s*\(\s*(?:of )?(?:size )?(?P<n>\d+)(?: ?(?"
        r":dim\w*|outputs?|numbers|d))?\s*\)",
        r"(?:random |inverse |fixed |of )*(?:networks?|encoders?|projections?|features?|(?:embedding|latent) space)(?: "
        r"(?:of|with))?(?: size| dim\w*|\()?"
        r"\s*(?P<n>\d+)(?![\d.]*\d)(?: (?:dim(?:ension)?s?|outputs?|numbers?|units?))?",
        rf"(?:latent|embedding|feature|embeddings|latents|projection)s?{_LINK}(?P<n>\d+)(?![\d.]*\d)",
        r"(?P<n>\d+)[ -]?(?:dim(?:ensional|ensions?)?|d)\b(?=[\s\w]*(?:latent|embed|feature|"
        r"projection|space|network)?)",
        r"(?:嵌入|特征|隐向量)(?:的)?(?:维度|大小)?\s*(?:为|是)?\s*(?P<n>\d+)(?:\s*维)?",
        r"(?P<n>\d+)\s*维(?:的)?(?:嵌入|特征|向量)?",
    )  # fmt: skip
    out |= {"latent_dim": latent} if latent else {}
    beta = ask.number(
        rf"(?:(?:drop|set|lower|raise|change|reduce|scale)(?:ped|s|d)? )?(?:the |its |an? )?(?:intrinsic |reward |bonus "
        rf")?(?:weight(?:ed)?|beta|β|coefficient|coef|scaled?|权重|系数)"
        rf"(?:\s|=|:|：|of|is|by|with|to|down|为|是)*(?P<n>{NUM})(?! (?:after|per|every|each|updates))",
        rf"(?:reward|bonus|everything|it|result|all)s? (?:is |are )?(?:then )?(?:multiplied (?:by|with)|times) "
        rf"(?P<n>{NUM})",
    )
    out |= {"beta": beta} if beta is not None and beta >= 0 else {}
    lr = ask.number(
        rf"(?:learning rate|\blr)(?:\s|=|:|：|of|is)*(?P<n>{NUM})",
        r"学习率(?:\s|=|:|为|是|取)*(?P<n>\d+(?:\.\d+)?(?:e-?\d+)?)",
    )
    out |= {"lr": lr} if lr and 0 < lr <= 1 else {}
    memory = ask.whole(
        r"(?:memory|bank|buffer|capacity|last|recent|most recent)(?: of| size| capacity| the| last|\s|"
        r"=)*(?P<n>\d{2,7})(?: (?:states?|entries|embeddings?|observations?))?",
        r"(?:记忆|容量)(?:\s|为|是)*(?P<n>\d+)",
    )
    out |= {"memory": memory} if memory else {}
    ridge = ask.number(
        rf"(?:ridge|lambda|λ|regulari[sz]\w+)(?: (?:coefficient|parameter|term))?(?:\s|=|of|is|为)*(?P<n>{NUM})"
    )
    out |= {"ridge": ridge} if ridge and ridge > 0 else {}
    table = ask.whole(r"(?:table|buckets)(?: of| size| with|\s|=)*(?P<n>\d{2,8})")
    out |= {"table": max(16, table)} if table else {}
    return out


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
