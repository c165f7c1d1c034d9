"""Reads the numbers of an intrinsic reward: how states are counted, neighbours, sizes, weights."""

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


def counts_of(ask: Ask) -> dict[str, Any]:
    """How states are told from each other, and what a count pays."""
    out: dict[str, Any] = {}
    bits = ask.whole(
        r"(?P<n>\d+)[ -]?bits?(?: (?:hash|code|sim-?hash))?(?:es|s)?",
        r"(?P<n>\d+)\s*位(?=的?哈希|的?编码|的? ?simhash)(?:的)?(?:哈希)?",
        r"(?<=[(（])\s*(?P<n>\d+)\s*位(?=\s*[)）])",
        r"哈希\s*(?P<n>\d+)\s*位",
        r"(?:into |to |with |of )?(?P<n>\d+)[ -](?:binary )?signs?(?: bits?)?(?= |$|[,.;)])",
    )
    width = ask.number(
        r"(?:每(?:一)?维)?\s*(?P<n>\d*\.?\d+)\s*(?:为)?一(?:个)?(?:格|箱)", r"按\s*(?P<n>\d*\.\d+)\s*分格",
        r"(?:bins?|cells?|grid|buckets?|resolution|bin width|bin size|cell size)(?: (?:of )?(?:size|width|side))?(?:\s|"
        r"of|is|=|with)*(?P<n>0?\.\d+)",
        r"(?:格子|网格|区间|箱)?(?:的)?(?:大小|宽度|边长|格长)(?:\s|为|是)*(?P<n>\d+(?:\.\d+)?)(?: ?的?(?:网格|格子))?",
        r"(?:格子|网格|区间|箱)(?:\s|为|是)*(?P<n>0?\.\d+)",
        r"(?:cells?|bins?|squares?|tiles?) of (?P<n>\d*\.?\d+)(?: ?(?:by|x|×) ?\d*\.?\d+)",
        r"(?:cells?|bins?|grid|buckets?|tiles?|squares?)[\w ]{0,30}? (?:of|with) (?:side|edge|width|size)(?: length)?s? "
        r"(?:of "
        r")?(?P<n>\d+(?:\.\d+)?)",
        r"(?:grid|cell|bin) (?:width|size|side|edge|spacing)s?(?: of|=| is)* (?P<n>\d+(?:\.\d+)?)",
        r"(?P<n>0?\.\d+)[- ](?:wide|"
            r"sized) (?:bins?|cells?)",
    )  # fmt: skip
    out |= {"width": width} if width else {}
    bins = ask.whole(
        rf"(?P<n>{INT})[ -](?:equal )?(?:bins?|cells?|buckets?|intervals?)(?: (?:per|for each|a|in each|along each|"
        rf"each) ?(?:dimension|number|axis|entry)?)?(?: each)?",
        r"(?P<n>\d+) ?[x×] ?(?:\d+)(?: (?:cells?|grid|bins?))?(?= ?(?:grid|cells?|bins?|网格|格|over|$))",
        r"(?P<n>\d+) ?[x×] ?\d+ ?(?:的)?(?:网格|格子|grid)",
        r"(?:按)?(?:每(?:一)?维)?\s*(?P<n>\d+)\s*个?(?:格子?|区间|箱|桶)(?:离散化)?",
    )
    if ask.has(
        r"round(?:ed|s|ing)? (?:it |them |observations? )?(?:to|at) (?:the (?:nearest|next) )?(?:integers?|whole "
        r"numbers?)|(?:取整|四舍五入(?:到|为)整数)"
    ):
        out |= {"decimals": 0, "counted_by": "hash"}
    decimals = ask.whole(
        rf"round(?:ed|s|ing)? (?:it |them |(?:the |each )?(?:observation|state|number)s? )?(?:to|at) (?P<n>{INT})(?: "
        rf"(?:decimals?|digits?|decimal places))?",
        rf"(?:after |to )?(?:round(?:ed|s|ing)? )?(?:the |their |its )?(?:states?|observations?|numbers?|values?)? ?(?:to|"
        rf"at)? ?(?P<n>{INT}) (?:decimals?|decimal (?:places|digits)|digits after the point)",
        rf"(?:保留|四舍五入(?:到|至)?)(?:小数点后)?\s*(?P<n>{INT})\s*位(?:小数)?",
    )
    if (
        ask.has(
            r"sim-?hash\w*|locality[- ]sensitive hash\w*|\blsh\b|(?:sign of |random "
            r")projections? (?:hash\w*|signs?)|局部敏感哈希"
        )
        or bits
    ):
        out["counted_by"] = "simhash"
    elif (
        ask.has(
            r"discreti[sz](?:e|es|ed|ing|ation)(?: (?:the )?(?:states?|observations?))?|"
            r"grids?|binn(?:ed|ing)|离散化?|网格|分箱"
        )
        or bins
    ) or width:
        out["counted_by"] = "grid"
    elif ask.says(r"hash|round|哈希") or decimals:
        out["counted_by"] = "hash"
    _what(ask, out)
    out |= {name: value for name, value in (("bits", bits), ("bins", bins), ("decimals", decimals)) if value}
    _pays(ask, out)
    return out


def _what(ask: Ask, out: dict[str, Any]) -> None:
    """What is counted, where it is not the state."""
    if ask.has(
        r"count\w* (?:of )?(?:the )?(?:changes?|differences?)(?: (?:between|of) (?:the )?(?:consecutive|successive|"
        r"two)? ?(?:observations?|states?))?|"
        r"(?:changes?|differences?) (?:between|of) (?:consecutive|successive) (?:observations?|states?)(?=[\w ,]*count)|"
        r"变化(?:的)?(?:次数|计数)"
    ):
        out |= {"counted": "changes", "counted_by": out.get("counted_by", "hash")}
        ask.has(
            r"(?:,? ?(?:not|rather than|instead of) (?:of )?(?:the )?(?:states?|observations?)(?: themselves| alone)?)|of "
            r"the change"
        )
    elif ask.has(
        r"(?:counts? of|counting|count|visits? of) (?:the )?(?:whole |full )?transitions?|\(s, ?a?,? ?s'\)|"
        r"转移(?:的)?(?:次数|计数)"
    ):
        out |= {"counted": "transitions", "counted_by": out.get("counted_by", "hash")}
    elif ask.has(
        r"(?:counts? of|counting|count|how often) (?:the |each |every )*actions?(?: (?:alone|only|was taken|were taken|is "
        r"taken))?(?! pair)|动作(?:的)?(?:次数|计数)"
    ):
        out |= {"counted": "actions", "counted_by": out.get("counted_by", "hash")}


_PAID = r"(?:pays?|paid|gives?|give|reward(?: is| of)?|bonus(?: is| of)?|奖励(?:为)?|给)"
_OVER = r"(?P<c>\d*\.\d+|\d+)\s*/\s*"


def _scaled_pay(ask: Ask, out: dict[str, Any]) -> bool:
    """A formula with another number than 1 above the line: its weight, and nothing else is scaled."""
    match = ask.first(
        rf"(?:{_PAID} )?{_OVER}(?P<r>sqrt\s*\(?\s*(?:n|counts?|visits?|n\(s\)|n\(s, ?a\))\s*\)?\)?|(?:the )?(?:square "
        rf")?root of (?:the )?(?:counts?|n|visits?)|√\s*n)|"
        rf"(?:{_PAID} )?(?P<d>\d*\.\d+|[2-9]|\d\d+)\s*/\s*(?:n|count|visits)(?:\(s\))?(?![a-z(])"
    )
    if match is None:
        return False
    out["pays"] = "root" if match["r"] else "inverse"
    paid = float(match["c"] or match["d"])
    out |= {"beta": paid, "rwd_norm_type": "none"} if paid != 1.0 else {}
    return True


def _pays(ask: Ask, out: dict[str, Any]) -> None:
    """What a number of visits is worth."""
    if ask.says(r"count|visit|n\b|hash|次|seen|bebold|occur"):
        power = ask.first(
            rf"n\s*(?:\^|\*\*)\s*\(?-\s*(?P<n>{NUM.replace('[-+]?', '')}|1/2)\)?|n to the power of (?:-|"
            rf"minus ?)(?P<m>{NUM})|n的负(?P<z>{NUM})次方"
        )
        if power:
            given = power["n"] or power["m"] or power["z"]
            exponent = 0.5 if given == "1/2" else abs(float(given))
            out |= (
                {"pays": "root"}
                if exponent == 0.5
                else {"pays": "inverse"}
                if exponent == 1.0
                else {"pays": "power", "exponent": exponent}
            )
            return
        ucb = ask.first(
            rf"(?:ucb\w*[ -]?(?:style|like|type)?[\w ]{{0,30}}?:? ?)?sqrt\s*\(\s*(?:(?P<f>{NUM}) ?\*? ?)?(?:log|"
            rf"ln)\(? ?(?:t|"
            rf"n_?t|"
            rf"total)\)? ?/ ?n(?:\(s(?:, ?a)?\))?\s*\)|ucb1?"
        )
        if ucb:
            out |= {"pays": "ucb", "factor": float(ucb["f"] or 1.0)}
            return
        if _scaled_pay(ask, out):
            return
        plus = ask.first(
            rf"1 ?/ ?(?P<r>sqrt ?|√)?\( ?(?:n|count|counts|n\(s\)|visits) ?\+ ?(?P<p>{NUM}) ?\)|"
            rf"1 ?/ ?\( ?(?P<q>1|{NUM}) ?\+ ?n ?\)"
        )
        if plus:
            root = bool(plus["r"])
            out |= {"pays": "root" if root else "inverse", "plus": float(plus["p"] or plus["q"])}
            return
    if ask.has(
        r"1\s*/\s*(?:sqrt|√)\s*(?:of (?:the )?)?(?:episode |episodic )?\(?\s*(?:n|count|counts|n\(s\)|"
        r"n\(s, ?a\))\s*\)?\)?|"
        r"(?:inverse|one over(?: "
        r"the)?|1/) ?(?:square )?root(?: of (?:the )?(?:counts?|visits?|number of visits?))?|"
        r"(?:平方根|开方)(?:的)?倒数|倒数(?:的)?平方根|n\^-0\.5|√"
    ):
        out["pays"] = "root"
    elif ask.has(
        r"1\s*/\s*(?:n|count)(?:\(s\))?(?![a-z])|(?:inverse|reciprocal|one over) (?:of )?(?:the "
        r"|life-?long |lifetime |episodic |state |visit\w* |number of )*(?:counts?|visits?)|(?:次数的)?倒数"
    ):
        out["pays"] = "inverse"
    elif several := ask.first(
        rf"(?:only |just )?(?:for )?(?:the )?first (?P<n>{INT}) (?:visits?|times|occurrences)|(?:前|"
        rf"头)\s*(?P<m>{INT})\s*次(?:访问|出现)?"
    ):
        out |= {"pays": "first", "visits": to_int(several["n"] or several["m"]) or 1}
    elif ask.has(
        r"(?:only )?(?:for|on|at|the)? ?(?:the )?(?:very )?first[- ](?:time|visits?)(?: only)?|(?:states? "
        r")?never (?:been )?(?:seen|visited)(?: before)?|(?:has |have |is |was )?not (?:yet )?(?:been )?(?:seen|visited)"
        r"(?: before| yet)?|"
        r"(?:未|没有?)(?:曾)?(?:访问|见|出现)过|(?:首次|第一次)(?:访问|出现)?"
    ):
        out["pays"] = "first"
        paid = ask.number(
            rf"(?:reward )?(?P<n>{NUM}) (?:points? )?for (?:each|every|a|an) (?:new|fresh|unseen|novel|unvisited|"
            rf"first)(?: "
            rf"\w+)?",
            rf"(?:pays?|paid|gives?|reward of|bonus of|奖励|给)\s*(?P<n>{NUM})",
        )
        if paid is not None and paid not in {0.0, 1.0}:
            out |= {"beta": paid, "rwd_norm_type": "none"}
        out.setdefault("counted_by", "hash")
        ask.has(
            r"(?:and )?(?:0|zero|nothing) (?:otherwise|else|afterwards)|(?<![\d.])1 (?:for|if|when)|pays? 1|到达(?:的)?|"
            r"(?:其余|其他)(?:的)?(?:情况)?(?:为|给)? ?0|否则(?"
            r":为)? ?0|给 ?1|奖励 ?1"
        )
    elif ask.has(
        r"\blog\s*\(\s*1\s*\+\s*\w+\s*\)|\blog1p\b|\blog(?:arithm)?(?:arithmic)?(?: of(?: the)?| distances?)?|"
        r"对数"
    ):
        out["pays"] = "log"


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
