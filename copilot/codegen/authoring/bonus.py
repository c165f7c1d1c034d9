"""Reads an intrinsic reward: an embedding, what counts as new in it, and over which time."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int
from copilot.codegen.authoring.spec import Bonus, Measure

BEYOND = (
    r"\b(?:language|llm|clip|human|demonstrations?|goals?|empowerment|skills?|diayn|mutual "
    r"information|information gain|"
    r"bayesian|dropout|diffusion|gan|discriminator|adversarial|autoencoders?|vae|"
    r"reconstruct\w*|transformers?|attention|"
    r"successor|laplacian|graph|causal|energy|kinetic|velocity|speed|height|distance to (?:the )?goal|potential|shaping|"
    r"value disagreement|td[- ]error|learning progress|progress|compress\w*|entropy of (?:the )?(?:policy|actions)|"
    r"repeat\w*|diversity|symmetr\w*|periodic\w*|smooth\w*)\b|语言|示范|目标距离|赋能|技能|互信息|信息增益|贝叶斯|对抗|自编码|重构|"
    r"势能|能量|速度|高度|学习进步"
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
        r"分歧|集成|预测方差",
    ),
    (
        "nearest",
        r"(?:k[- ]?)?nearest(?:[- ]neighbou?rs?)?|k-?nn|neighbou?rs?|particle(?:-based)?(?: "
        r"entropy)?|(?:state[- ])?entropy(?: bonus)?|"
        r"k ?近邻|最近邻|近邻|状态熵",
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
        r"(?:how much |how far )?(?:the )?(?:states?|observations?|embeddings?|features?|"
        r"agent)? ?(?:chang(?:e|es|ed|ing)|moves? )(?: (?:of|in|between))?|impact(?:-driven)?|"
        r"differences? (?:of|between|in)|distance (?:between|of) (?:consecutive|successive|"
        r"neighbou?ring)|变化(?:量|幅度)?|影响|差异|差",
    ),
    (
        "prediction_error",
        r"predict(?:s|ion|ions|ed|ing|or|able|ability)?(?:[- ]errors?)?|surpris\w*|(?:random "
        r"network )?distill?ation|rnd|icm|"
        r"curiosity|errors? of|(?:forward|dynamics|world) (?:dynamics )?models?|(?:model "
        r")?errors?|预测误差|预测|误差|惊讶|意外|蒸馏|好奇心?|前向模型|动力学模型",
    ),
)
_LINK = r"(?:\s|=|:|：|of|is|size|dim(?:ension)?s?|为|是|维度|大小|取|the)*"


def read(ask: Ask) -> tuple[Bonus | None, list[str]]:
    """The reward that a request asks for, or None where it names no measure of novelty; and notes."""
    notes: list[str] = []
    settings = _numbers(ask)
    counts = _counts(ask)
    settings |= counts
    embedding = _embedding(ask)
    scope = _scope(ask)
    next_one = ask.has(
        r"(?:what|which) (?:comes|follows)(?: next)?|(?:of )?(?:the )?(?:next|following) "
        r"(?:states?|observations?|latents?|embeddings?|features?)|"
        r"forward[ -](?:dynamics|models?)|dynamics models?|world models?|transitions?|"
        r"下一(?:个)?(?:状态|观测)|前向(?:动力学|模型)|动力学模型"
    )
    factor = ask.has(
        r"divided by (?:the )?(?:(?:square )?root of (?:the )?)?(?:episodic|visit\w*|state) "
        r"?(?:visit\w*|state|episodic)? ?(?:counts?|visits?|number)|除以(?:回合内)?访问次数(?:的平方根)?"
    )
    if ask.has(r"(?:without|no|not?) (?:any )?(?:reward )?(?:normali[sz](?:ation|ed)|scal(?:ing|ed))|不(?:做)?归一化"):
        settings["rwd_norm_type"] = "none"
    elif ask.has(r"min-?max(?:[ -](?:normali[sz](?:ed|ation)|scal(?:ed|ing)))?|最大最小归一化"):
        settings["rwd_norm_type"] = "minmax"
    ask.has(
        r"(?:normali[sz](?:e|es|ed|ing|ation)|scal(?:e|es|ed|ing)|divided?)(?: (?:it|them|the "
        r"rewards?|rewards?))?(?: (?:by|with|to) (?:the |a |its |their )?(?:running "
        r")?(?:standard deviation|std|deviation|rms|mean and std|unit variance))?|"
        r"running (?:std|standard deviation|mean)|(?:用)?(?:运行|滑动)?(?:标准差|均方根)?归一化"
    )
    found = _measure(ask)
    if found is None and "models" in settings:
        found = ("disagreement", set())
    if "counted_by" in counts and (found is None or found[0] != "count"):
        found = ("count", {found[0], *found[1]} if found else set())
    if found is None:
        return None, notes
    measure, others = found
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
    return Bonus(measure=measure, **settings), notes


def _measure(ask: Ask) -> tuple[Measure, set[str]] | None:
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
        r"present |single )?episodes?|(?:per|each|every|this) episode|episodic(?:ally)?(?: "
        r"memory)?|"
        r"(?:回合|局|幕)(?:内|中)?(?:的)?|每(?:个)?(?:回合|局|幕)|情节(?:内)?"
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


def _counts(ask: Ask) -> dict[str, Any]:
    out: dict[str, Any] = {}
    bits = ask.whole(r"(?P<n>\d+)[ -]?bits?(?: (?:hash|code|sim-?hash))?(?:es|s)?", r"(?P<n>\d+)\s*位(?:哈希)?")
    bins = ask.whole(
        rf"(?P<n>{INT})[ -](?:bins?|cells?|buckets?|intervals?)(?: (?:per|for each|a) dimension)?",
        r"(?P<n>\d+)\s*个?(?:格|区间|箱|桶)",
    )
    decimals = ask.whole(
        rf"round(?:ed|s|ing)? (?:it |them |observations? )?(?:to|at) (?P<n>{INT})(?: "
        rf"(?:decimals?|digits?|decimal places))?",
        rf"(?P<n>{INT}) (?:decimals?|decimal places)",
        rf"(?:保留|四舍五入到)\s*(?P<n>{INT})\s*位(?:小数)?",
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
    ):
        out["counted_by"] = "grid"
    elif ask.says(r"hash|round|哈希") or decimals:
        out["counted_by"] = "hash"
    out |= {name: value for name, value in (("bits", bits), ("bins", bins), ("decimals", decimals)) if value}
    if ask.has(
        r"1\s*/\s*sqrt\s*\(?\s*(?:n|count|counts|n\(s\))\s*\)?\)?|(?:inverse|one over(?: "
        r"the)?|1/) ?(?:square )?root(?: of (?:the )?(?:counts?|visits?|number of visits?))?|"
        r"(?:平方根|开方)(?:的)?倒数|n\^-0\.5|√"
    ):
        out["pays"] = "root"
    elif ask.has(
        r"1\s*/\s*(?:n|count)(?:\(s\))?(?![a-z])|(?:inverse|reciprocal) (?:of )?(?:the "
        r")?(?:counts?|visits?)|(?:次数的)?倒数"
    ):
        out["pays"] = "inverse"
    elif ask.has(
        r"(?:only )?(?:for|on|at|the)? ?(?:the )?first (?:time|visits?)(?: only)?|(?:states? "
        r")?never (?:been )?seen(?: before)?|(?:首次|第一次)(?:访问|出现)?"
    ):
        out["pays"] = "first"
        out.setdefault("counted_by", "hash")
    elif ask.has(r"\blog(?:arithm)?(?:arithmic)?(?: of(?: the)?| distances?)?|对数"):
        out["pays"] = "log"
    return out


def _numbers(ask: Ask) -> dict[str, Any]:
    out: dict[str, Any] = {}
    k = ask.first(
        rf"\bk\s*(?:=|of|is|为|取|是)\s*(?P<n>\d+)|(?P<m>{INT})[ -](?:k-?)?(?=nearest|neighbou?r|近邻|"
        rf"个最近邻|最近邻)|(?P<o>\d+)[ -]?nn\b|(?:top|第)\s*(?P<p>\d+)\s*(?=近邻|个近邻)"
    )
    if k:
        out["k"] = to_int(k["n"] or k["m"] or k["o"] or k["p"]) or 5
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
    latent = ask.whole(
        rf"(?:latent|embedding|feature|embeddings|latents|projection)s?{_LINK}(?P<n>\d+)(?!\.)",
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
    predicted = (
        "what a fixed random network says of the next observation" if plan.predicts == "random" else "the next state"
    )
    inside = "" if plan.predicts == "random" and plan.measure == "prediction_error" else f", in {by}"
    text = {
        "count": f"{pays} to a state {time}, counted by {counted}",
        "prediction_error": f"The error of predicting {predicted}{inside}",
        "nearest": f"{far}the mean distance to the {plan.k} nearest states {time}{inside}",
        "disagreement": f"The variance of what {plan.models} forward models say of the next state{inside}",
        "change": f"How far a step moves the state{inside}",
        "elliptical": f"The elliptical bonus of a state against those before it in the episode{inside}",
    }[plan.measure]
    factor = "; divided by the root of the visits in the episode" if plan.episodic_factor else ""
    return f"{text[0].upper()}{text[1:]}{factor}."
