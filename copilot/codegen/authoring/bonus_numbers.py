"""Reads the numbers of an intrinsic reward: how states are counted, neighbours, sizes, weights."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int

_LINK = r"(?:\s|=|:|：|of|is|size|dim(?:ension)?s?|为|是|维度|大小|取|the)*"


def counts_of(ask: Ask) -> dict[str, Any]:
    """How states are told from each other, and what a count pays."""
    out: dict[str, Any] = {}
    bits = ask.whole(
        r"(?P<n>\d+)[ -]?bits?(?: (?:hash|code|sim-?hash))?(?:es|s)?",
        r"(?P<n>\d+)\s*位(?=的?哈希|的?编码|的? ?simhash)(?:的)?(?:哈希)?",
    )
    width = ask.number(
        r"(?:bins?|cells?|grid|buckets?|resolution|bin width|bin size|cell size)(?: (?:of )?(?:size|width|side))?(?:\s|"
        r"of|is|=|with)*(?P<n>0?\.\d+)",
        r"(?:格子|网格|区间|箱)(?:的)?(?:大小|宽度|边长)?(?:\s|为|是)*(?P<n>0?\.\d+)", r"(?P<n>0?\.\d+)[- ](?:wide|"
            r"sized) (?:bins?|cells?)",
    )  # fmt: skip
    out |= {"width": width} if width else {}
    bins = ask.whole(
        rf"(?P<n>{INT})[ -](?:bins?|cells?|buckets?|intervals?)(?: (?:per|for each|a) dimension)?",
        r"(?:按)?(?:每(?:一)?维)?\s*(?P<n>\d+)\s*个?(?:格子?|区间|箱|桶)(?:离散化)?",
    )
    if ask.has(
        r"round(?:ed|s|ing)? (?:it |them |observations? )?(?:to|at) (?:the (?:nearest|next) )?(?:integers?|whole "
        r"numbers?)|(?:取整|四舍五入(?:到|为)整数)"
    ):
        out |= {"decimals": 0, "counted_by": "hash"}
    decimals = ask.whole(
        rf"round(?:ed|s|ing)? (?:it |them |observations? )?(?:to|at) (?P<n>{INT})(?: "
        rf"(?:decimals?|digits?|decimal places))?",
        rf"(?P<n>{INT}) (?:decimals?|decimal places)",
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
    out |= {name: value for name, value in (("bits", bits), ("bins", bins), ("decimals", decimals)) if value}
    _pays(ask, out)
    return out


def _pays(ask: Ask, out: dict[str, Any]) -> None:
    """What a number of visits is worth."""
    if ask.has(
        r"1\s*/\s*sqrt\s*\(?\s*(?:n|count|counts|n\(s\))\s*\)?\)?|(?:inverse|one over(?: "
        r"the)?|1/) ?(?:square )?root(?: of (?:the )?(?:counts?|visits?|number of visits?))?|"
        r"(?:平方根|开方)(?:的)?倒数|倒数(?:的)?平方根|n\^-0\.5|√"
    ):
        out["pays"] = "root"
    elif ask.has(
        r"1\s*/\s*(?:n|count)(?:\(s\))?(?![a-z])|(?:inverse|reciprocal) (?:of )?(?:the "
        r")?(?:counts?|visits?)|(?:次数的)?倒数"
    ):
        out["pays"] = "inverse"
    elif ask.has(
        r"(?:only )?(?:for|on|at|the)? ?(?:the )?first (?:time|visits?)(?: only)?|(?:states? "
        r")?never (?:been )?(?:seen|visited)(?: before)?|(?:has |have |is |was )?not (?:yet )?(?:been )?(?:seen|visited)"
        r"(?: before| yet)?|"
        r"(?:未|没有?)(?:曾)?(?:访问|见|出现)过|(?:首次|第一次)(?:访问|出现)?"
    ):
        out["pays"] = "first"
        paid = ask.number(rf"(?:pays?|paid|gives?|reward of|bonus of|奖励|给)\s*(?P<n>{NUM})")
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
    if ask.says(r"\bnearest (?:neighbou?r|state|embedding|observation|point)\b(?!s)|最近邻") and not ask.says(
        r"\bk\b|\d+[- ]?(?:th|nn|nearest|个|近邻)|neighbou?rs"
    ):
        out["k"] = 1
    near = ask.first(r"最近(?:的)?\s*(?P<n>\d+)\s*个(?=邻居|近邻|状态)")
    if near:
        out["k"] = int(near["n"])
    kth = ask.first(
        r"(?:distance to (?:the|its) )?(?P<n>\d+)(?:st|nd|rd|th)(?:[- ](?=nearest|neighbou?r))|(?:distance to (?:the|"
        r"its) )?k-?th(?= nearest)|"
        r"第\s*(?P<m>\d+|k)\s*(?:个)?(?=最?近邻)"
    )
    if kth:
        out["kth"] = True
        out |= {"k": int(kth["n"] or kth["m"])} if (kth["n"] or kth["m"] or "").isdigit() else {}
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
    models = ask.first(
        rf"ensembles? (?:of |with )?(?P<n>{INT})(?: (?:forward |dynamics |prediction "
        rf")*(?:models?|networks?|predictors?|members?))?|(?P<m>{INT})[ -](?:forward |dynamics "
        rf"|prediction |small )*(?:models?|networks?|predictors?|members?)(?! of)|"
        rf"(?P<o>{INT})\s*个(?:前向)?(?:模型|网络)"
    )
    if models:
        number = to_int(models["n"] or models["m"] or models["o"])
        if number and number >= 2:
            out["models"] = number
            ask.reading.take(models.start(), models.end())
    ask.has(r"[- ]?dimensional(?= latent)")
    latent = ask.whole(
        r"(?P<n>\d+) (?:latent|embedding|feature|hidden) dim\w*",
        r"(?:features?|embeddings?|latents?|network|encoder|projection)s?\s*\(\s*(?:of )?(?:size )?(?P<n>\d+)(?: ?(?"
        r":dim\w*|outputs?|numbers|d))?\s*\)",
        r"(?:random |inverse |fixed |of )*(?:networks?|encoders?|projections?|features?|(?:embedding|latent) space)(?: "
        r"(?:of|with))?(?: size| dim\w*|\()?"
        r"\s*(?P<n>\d+)(?![\d.]*\d)(?: (?:dim(?:ension)?s?|outputs?|numbers?|units?))?",
        rf"(?:latent|embedding|feature|embeddings|latents|projection)s?{_LINK}(?P<n>\d+)(?![\d.]*\d)",
        r"(?P<n>\d+)[ -]?(?:dim(?:ensional|ensions?)?|d)\b(?=[\s\w]*(?:latent|embed|feature|"
        r"projection|space|network)?)",
        r"(?:嵌入|特征|隐向量)(?:的)?(?:维度|大小)?\s*(?:为|是)?\s*(?P<n>\d+)", r"(?P<n>\d+)\s*维(?:的)?(?:嵌入|特征|向量)?",
    )  # fmt: skip
    out |= {"latent_dim": latent} if latent else {}
    beta = ask.number(
        rf"(?:weight(?:ed)?|beta|β|coefficient|coef|scale|权重|系数)(?:\s|=|:|：|of|is|by|with|为|是)*(?P<n>{NUM})"
    )
    out |= {"beta": beta} if beta is not None and beta >= 0 else {}
    lr = ask.number(rf"(?:learning rate|\blr|学习率)(?:\s|=|:|：|of|is|为|是)*(?P<n>{NUM})")
    out |= {"lr": lr} if lr and 0 < lr <= 1 else {}
    memory = ask.whole(
        r"(?:memory|bank|buffer|capacity|last|recent|most recent)(?: of| size| capacity|\s|"
        r"=)*(?P<n>\d{2,7})(?: (?:states?|entries|embeddings?|observations?))?",
        r"(?:记忆|容量)(?:\s|为|是)*(?P<n>\d+)",
    )
    out |= {"memory": memory} if memory else {}
    table = ask.whole(r"(?:table|buckets)(?: of| size| with|\s|=)*(?P<n>\d{2,8})")
    out |= {"table": max(16, table)} if table else {}
    return out
