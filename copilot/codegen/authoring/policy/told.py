"""Reads an on-policy actor-critic: its parts, and what is told of its deviations, gradients, values and experts."""

from __future__ import annotations

import math
import re

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int, to_number
from copilot.codegen.authoring.policy import parts as policy_parts
from copilot.codegen.authoring.policy.said import Part, Parts
from copilot.codegen.authoring.spec import Policy

_PLAIN = (
    r"\b(?:networks?|polic(?:y|ies)|heads?|hidden|units?|layers?|mlps?|ppo|a2c|and|where|while|has|have|actor|"
    r"critic|separate(?: networks?)?|on-policy|small|large|tiny|full|"
    r"wider|bigger|smaller|agent|having|nets?|everywhere|throughout|trunks?|activations?|streams?|actor[- "
    r"]critics?)\b|演员小|评论家大|两边不共享任何层|"
    r"编码器之后|(?:演员|评论家)|网络|单元|隐藏层|每层|用于ppo|独立|全部|激活函数?|均|只有|仅|价值头|策略头"
)
_LIBRARY = (
    r"(?:(?:everything |all )?else |otherwise |rest )?(?:just )?(?:like|as|same as) (?:the |our )?(?:library(?:'s)? "
    r")?onpolicysharedactorcritic(?: with)?|(?:hidden_dim|hidden dim)"
)
_STD = (
    r"(?:the )?(?:初始)?(?:动作)?(?:gaussian(?:'s)? |action |policy(?:'s)? |initial )*(?:std(?:dev)?s?|standard "
    r"deviations?|deviations?|sigmas?|stddevs?|log[- _]?stds?|"
    r"log standard deviations?|标准差|方差)"
)
_NEAR = 40
"""Signs before bounds in which it is said whether they are of a logarithm."""
_BETWEEN = rf"[\[(]?\s*(?P<a>{NUM})\s*(?:and|to|,|，|到|至|~|\.\.)\s*(?P<b>{NUM})\s*[\])]?"


def read(ask: Ask) -> tuple[Policy | None, list[str]]:
    """The actor-critic that a request asks for, or None where it tells nothing; and notes."""
    notes: list[str] = []
    fields = _deviations(ask) | _gains(ask) | _values(ask, notes) | _gradients(ask)
    like = ask.first(rf"{_LIBRARY}(?:\s|of|=|with)*(?:hidden_dim|width|hidden)?(?:\s|=|of)*(?P<n>\d+)?")
    width = ask.whole(r"hidden_dim(?:\s|=|of|:)*(?P<n>\d+)")
    if like or width:
        size = width or (int(like["n"]) if like and like["n"] else 512)
        fields |= {"actor": [size, size], "critic": [size, size]}
    blocks = _blocks(ask)
    fields |= {"blocks": blocks} if blocks else {}
    ask.has(
        r"演员小、?评论家大|(?:但)?学习率不同|(?:box|discrete|continuous)(?: ?(?:&|and|/) ?(?:box|"
        r"discrete|continuous))+ actions?|learning rates? differ"
    )
    pair = ask.first(
        rf"(?P<w>critic|actor)(?: learns)?[^.;]*?(?:lr|learning rate)s?(?: of)? (?P<a>{NUM}) (?:vs\.?|"
        rf"versus|against) (?P<b>{NUM})"
    )
    if pair:
        other = "actor" if pair["w"] == "critic" else "critic"
        fields |= {f"{pair['w']}_lr": float(pair["a"]), f"{other}_lr": float(pair["b"])}
    wider = ask.first(
        rf"(?:an? )?(?:wider|larger|bigger|更宽|更大)(?:的)? ?(?:critic|value (?:head|network)|评论家|价值网络)(?: "
        rf"than [\w ]*?"
        rf"actor)?(?:(?:\s|of|with|is)*(?P<n>{NUM}))?|(?:critic|value (?:head|network)|评论家)(?: is)? (?:wider|"
        rf"larger|bigger|更宽|更大)(?: than "
        rf"[\w ]*?actor)?"
    )
    parts = policy_parts.read(ask)
    if wider is not None and parts.get("critic").sizes is None:
        known = parts.get("actor").sizes or parts.all.sizes or [64, 64]
        stated = wider["n"]
        parts.get("critic").sizes = [int(to_number(stated))] * 2 if stated else [4 * size for size in known]
        notes.append(f"How wide the critic is: {parts.get('critic').sizes}.")
    every, told = parts.all, [part for part in policy_parts.spans(parts) if _says(part)]
    if parts.separate and not told:
        every.sizes = [64, 64]
        notes.append("The widths are not stated: 64, 64.")
    if not (told or fields or parts.separate or every.named or parts.get("trunk").named):
        return None, notes
    _widths(parts, fields, notes)
    _functions(parts, fields)
    ask.has(_PLAIN)
    return Policy(**fields), notes  # type: ignore[arg-type]


def _functions(parts: Parts, fields: dict[str, object]) -> None:
    """Activations, norms, dropout and rates of the parts."""
    actor, critic, trunk, every = (
        parts.get(name) if name != "all" else parts.all for name in ("actor", "critic", "trunk", "all")
    )
    fields["function"] = actor.function or every.function or trunk.function or critic.function or "tanh"
    other = critic.function or every.function
    fields["critic_function"] = other if other != fields["function"] else None
    norm = actor.norm if actor.norm is not None else every.norm
    if norm is None and trunk.norm:
        norm = True
    fields["norm"] = bool(norm)
    own = critic.norm if critic.norm is not None else every.norm
    if own is None and actor.norm is not None and critic.named:
        own = False
    fields["critic_norm"] = own if own is not None and own != fields["norm"] else None
    drop = actor.dropout if actor.dropout is not None else every.dropout
    fields["dropout"] = drop or 0.0
    other_drop = critic.dropout if critic.dropout is not None else every.dropout
    if other_drop is None and actor.dropout is not None and critic.named:
        other_drop = 0.0
    if other_drop is not None and other_drop != fields["dropout"]:
        fields["critic_dropout"] = other_drop
    fields["spectral"] = critic.spectral or every.spectral or trunk.spectral
    for name, part in (("actor_lr", actor), ("critic_lr", critic)):
        if part.rate is not None:
            fields[name] = part.rate


def _blocks(ask: Ask) -> str | None:
    if ask.has(
        r"d2rl(?:[- ]style)?(?: dense)?(?: connections?)?|dense(?:ly)? connect(?:ions?|ed)(?: layers?)?|稠密连接"
    ):
        return "dense"
    if ask.has(
        r"simba(?:[- ]style)?|(?:pre-?norm(?:alised)? )?residual(?= (?:blocks?|layers?))|(?:pre-?norm(?:alised)? "
        r")?residual(?: (?:actor[- "
        r"]critic|heads?|mlps?|connections?))?|残差(?:块|连接|网络)?"
    ):
        ask.has(r"pre[- ]layer[- ]?norm|\bpre\b|(?:pre-?norm(?:alised)? )")
        return "residual"
    return None


def _says(part: Part) -> bool:
    told = (part.function, part.norm, part.dropout, part.rate)
    return part.sizes is not None or part.spectral or any(value is not None for value in told)


def _widths(parts: Parts, fields: dict[str, object], notes: list[str]) -> None:
    actor, critic, trunk, every = parts.get("actor"), parts.get("critic"), parts.get("trunk"), parts.all
    base = every.sizes
    if trunk.sizes:
        fields["trunk"] = trunk.sizes
        base = base if base is not None else [] if not (actor.sizes or critic.sizes) else None
    elif trunk.named and base is not None and not (actor.sizes or critic.sizes):
        fields["trunk"], base = base, []
    for name, part in (("actor", actor), ("critic", critic)):
        if part.sizes is not None:
            fields[name] = part.sizes
        elif base is not None:
            fields[name] = base
        elif name not in fields:
            fields[name] = [] if trunk.sizes and not _says(part) else [64] if trunk.sizes else [64, 64]
            if not trunk.sizes:
                notes.append(f"The widths of the {name} are not stated: 64, 64.")
    if parts.all.linear:
        fields |= {"actor": [], "critic": []}


def _deviations(ask: Ask) -> dict[str, object]:
    """What is told of the deviations of Gaussian actions."""
    fields: dict[str, object] = {}
    state = ask.has(rf"state[- ](?:dependent|conditioned) (?:log[- ]?)?{_STD}|(?:the )?actor (?:puts out|outputs|"
                    rf"predicts|says|gives) "
                    rf"(?:both )?(?:the )?means? and (?:the )?(?:log[- ]?)?{_STD}|"
                    rf"{_STD} (?:depends?|is a function|that depends?) o[nf] the (?:state|features|observation)|"
                    rf"(?:learned |predicted )?{_STD} (?:head|network)|(?:状态相关|依赖状态|"
                    rf"与状态有关)的?(?:对数)?{_STD}|{_STD}(?:依赖于?|取决于|由)"
                    rf"(?:状态|观测|特征)(?:决定|给出)?")  # fmt: skip
    if state:
        fields["deviates"] = "state"
        ask.has(r"(?:puts out|outputs|predicts) (?:both )?means? and (?:log[- ]?)?std")
    kept = (
        r"(?:clamp\w*|clip\w*|bounded|kept|limited|restricted|within|between|in|限制在?|裁剪到?|截断到?|限定在?|夹在)"
    )
    bounds = ask.first(
        rf"(?:log[- _]?(?:std|sigma|standard deviations?|deviations?)s?|对数标准差|对数方差|bounded|clamped|"
        rf"clipped|kept|limited|"
        rf"限制在)[\w ]*?{kept}*(?:\s|to|between|within|in|from|:|=|为|是|范围|{kept})*{_BETWEEN}"
    )
    if bounds and to_number(bounds["a"]) < to_number(bounds["b"]):
        low, high = to_number(bounds["a"]), to_number(bounds["b"])
        of_log = re.search(r"log|对数", ask.lower[max(0, bounds.start() - _NEAR) : bounds.end()])
        if low > 0 and not of_log:  # of the deviation itself
            low, high = round(math.log(low), 4), round(math.log(high), 4)
        fields["log_low"], fields["log_high"] = low, high
    log = ask.number(
        rf"(?:initial )?(?:log[- _]?(?:std|standard deviation|sigma)|对数标准差)(?: (?:of|is|at|=|starts? at|begins? "
        rf"at|initialised|initialized|to)|为|是|初始|初始化|取)*\s*=?\s*(?P<n>{NUM})"
    )
    fixed_word = r"(?:fixed|constant|frozen|non-?learn(?:ed|able)|固定(?:的)?)"
    link = (
        r"(?:\s|=|:|of|is|are|at|for|the|actions?|start(?:s|ing)?|begin(?:s|ning)?|with|fixed|constant|stays?|kept|"
        r"equal|to|initiali[sz]ed|initially|"
        r"set|from|为|是|从|取|固定|初始|用|设为|设成|在)*"
    )
    fixed = ask.number(
        rf"{fixed_word}\s*{_STD}{link}\(?\s*(?P<n>{NUM})\)?",
        rf"{_STD}(?: (?:is|are|stays|kept|should be|of))*\s*(?:fixed|constant|frozen|固定){link}(?P<n>{NUM})",
        rf"{_STD}{link}(?P<n>{NUM})[\w ]*?,?[\w ，,]*?(?:(?:and |but )?(?:is |are )?(?:not|never) (?:being "
        rf")?learn\w*|not trainable|fixed|constant|不学习|固定)(?: throughout)?",
        rf"{_STD}[\w ,]*?(?:isn'?t|is not|not|never|aren'?t)(?: being)? learn(?:ed|t|able)(?: at "
        rf"all)?[\s:,;]*(?:(?:it is|constant|fixed|at|of|stays|just)\s*)*(?P<n>{NUM})?",
        r"(?:constant|fixed)(?: at)? (?P<n>\d*\.\d+)(?: in every dimension)?",
    )  # fmt: skip
    stays = fixed is not None or ask.has(
        rf"(?:where )?{_STD}[\w ,]*?(?:isn'?t|is not|not|never|aren'?t)(?: being)? learn(?:ed|t|able)(?: "
        rf"at all)?|{fixed_word} {_STD}|{_STD} (?:is |stays |kept )?(?:fixed|constant)|标准差固定|固定标准差"
    )
    if stays:
        fields["deviates"] = "fixed"
        ask.has(r"(?:constant|fixed)(?: at)?|in every dimension|learned at all|(?:and )?not learn(?:ed|t|able)|不学习")
    value = fixed
    if value is None:
        value = ask.number(
            rf"(?:initial |starting )*{_STD}{link}\(?\s*(?P<n>{NUM})\)?",
            rf"(?P<n>{NUM}) (?:as|for) (?:the )?(?:initial |fixed |constant )*{_STD}",
            rf"初始(?:动作)?标准差(?:\s|为|是)*(?P<n>{NUM})", r"固定为?\s*(?P<n>\d*\.\d+)",
        )  # fmt: skip
    if value and value > 0:
        fields["deviation"] = value
    elif log is not None:
        fields["deviation"] = math.exp(max(-5.0, min(4.0, log)))
    if ask.has(
        r"(?:the )?(?:policy's |gaussian )?means? (?:is |are |goes |go )?(?:squashed|bounded|passed|put|"
        r"pass(?:es)?)? ?(?:by|"
        r"through|with|into|via)? ?(?:a )?tanh(?: before the gaussian)?|tanh(?:ed)? means?|tanh on (?:top of "
        r")?(?:the )?means?|tanh[- "
        r"]squashed (?:gaussian )?means?|"
        r"均值(?:用|经过|经|通过|过)?\s*tanh(?:\s*(?:压缩|限制))?|对均值(?:用|做|取)\s*tanh"
    ):
        fields["squashed"] = True
        ask.has(r"(?:so that )?actions (?:remain|stay|are) (?:with)?in \[-1, ?1\]")
    if ask.has(
        r"discrete (?:action )?spaces? (?:are |is |must be )?refused|(?:only )?for (?:box|continuous) "
        r"actions only|refuses? discrete(?: action)?(?: spaces)?|box actions only|只(?:支持|用于)连续动作|"
        r"拒绝离散动作(?:空间)?"
    ):
        fields["boxes"] = True
    # what every actor-critic of continuous actions is here
    ask.has(r"(?:diagonal )?gaussian(?= (?:polic(?:y|ies)|actors?|action heads?|actor-critics?)\b)|高斯(?=策略|演员)")
    return fields


_HOW = r"(?P<k>min(?:imum)?|smallest|smaller|lowest|mean|average|median|max(?:imum)?|largest)"
_CRITICS = r"(?:critics|value (?:heads|networks|functions|nets))"


def _combined(word: str) -> str:
    if re.match(r"min|sm|low|最小|较小", word):
        return "min"
    if re.match(r"max|larg|最大|较大", word):
        return "max"
    return "median" if re.match(r"median|中位", word) else "mean"


def _values(ask: Ask, notes: list[str]) -> dict[str, object]:
    """Several critics, bins of values, experts, tasks."""
    fields: dict[str, object] = {}
    many = ask.first(
        rf"(?:(?:the )?value (?:is|=|as) )?(?:the )?(?P<k>min(?:imum)?|smallest|lowest|mean|average|median|"
        rf"max(?:imum)?|largest)(?: value)? (?:of|over|across) (?:an ensemble "
        rf"of )?(?P<n>{INT}) (?:independent |separate |different )*{_CRITICS}|"
        rf"(?:an? )?(?:ensemble of )?(?P<o>{INT}) (?:independent |separate |different |parallel )*{_CRITICS}|"
        rf"(?:价值取\s*)?(?P<m>{INT}|[二两三四五六七八九十]|\d+)\s*个(?:独立的?)?(?:评论家|价值(?:网络|头)|"
        rf"critic)(?:的(?P<z>最小|平均|最大|中位)(?:值|数)?)?"
    )
    if many:
        fields["critics"] = min(16, to_int(many["n"] or many["o"] or many["m"]) or 1)
        word = many["k"] or many["z"]
        if not word:
            how = ask.first(
                rf"(?:(?:\s|,|\(|and|whose|the|their|take|use|with|combined|by|taking|its|"
                rf"as)*)(?<![a-z]){_HOW}(?![a-z])(?: of (?:the|them|all|both|three|two)*)*(?: (?:is|as|for|makes|"
                rf"gives) "
                r"(?:the )?values?)?\)?|(?:，|,)?(?:其)?(?:取|用|为)(?:其)?(?P<z>最小|平均|最大|中位)(?:值|数)?"
            )
            word = (how["k"] or how["z"]) if how else None
        fields["combined"] = _combined(word) if word else "mean"
        if word is None:
            notes.append("How the critics are combined is not stated: their mean.")
        ask.has(r"(?:is|as) the value|different widths\? no, all|whose$")
    bins = ask.first(
        rf"(?:价值(?:头)?\s*(?:用|输出|分成)?\s*)?(?:(?:the )?values?(?: head)?(?:'s)? (?:is |are )?)?(?:predicts |"
        rf"puts out |predicted |represented |as |by |over |in |with |用\s*|分成|"
        rf"输出)*(?P<n>\d+)\s*(?:个)?\s*(?:value )?(?:bins?|区间|桶)(?![a-z])"
        rf"(?:\s*(?:表示|，|,|范围|between|from|in|over|on|从|在|\(|spanning|covering))*\s*(?:{_BETWEEN})?(?:之间)?"
    )
    if bins:
        fields["bins"] = int(bins["n"])
        if bins["a"]:
            fields["low"], fields["high"] = float(bins["a"]), float(bins["b"])
        ask.has(
            r"\(?(?:two-?hot|hl-?gauss)\)?|the value is the expectation|(?:its |the )?expectation(?: is the "
            r"value)?|whose value head|predicts|(?:the )?value(?: head)?(?= over| as| is)"
        )
        notes.append(
            "The agent's loss trains the expectation, by its error: a cross-entropy over bins needs a loss of its own."
        )
    return fields | _side_by_side(ask)


def _side_by_side(ask: Ask) -> dict[str, object]:
    """Experts, and heads for each task."""
    fields: dict[str, object] = {}
    experts = ask.first(
        rf"(?:an? )?(?:soft )?(?:mixture[ -]of[ -]experts(?: policy| actor)?[:,(]? ?|mixture of )?(?P<n>{INT}) "
        rf"experts?(?: (?:networks|policies|actors))?(?: as the actor)?|"
        rf"(?P<m>{INT}|[二两三四五六七八九十]|\d+)\s*个专家(?:网络|演员)?(?:的混合|混合)?|mixture[ -]of[ -]experts|"
        rf"混合专家|专家混合"
    )
    if experts:
        fields["experts"] = min(16, to_int(experts["n"] or experts["m"]) or 4)
        ask.has(
            r"mixture[ -]of[ -]experts|(?:with )?(?:a )?softmax gate(?: on (?:the )?features)?|gat(?:ed|ing)(?: by "
            r"a softmax)?|(?:are )?"
            r"(?:weighted|mixed|weighed) by a softmax(?: of the features)?|expert(?= actors?)|softmax\s*门控|门控"
        )
    tasks = ask.first(
        rf"(?:the )?last (?P<n>{INT}) (?:entries|numbers|dims|dimensions|elements)(?: of the observation)? (?:are|"
        rf"is|hold|contain)(?: the| a)? (?:task(?:'s)? )?(?:one-?hot)(?: (?:code|vector|encoding|id))?"
        rf"(?: of the task)?|观测的?最后\s*(?P<m>\d+|{INT})\s*维是任务的?\s*one-?hot"
    )
    if tasks:
        fields["tasks"] = to_int(tasks["n"] or tasks["m"]) or 3
        ask.has(r"多任务(?:策略)?|每个任务有自己的\s*actor\s*头和\s*critic\s*头|multi-?task(?: policy)?|(?:each|"
                r"every) task has its own (?:actor and critic )?heads?(?: of actor and critic)?|(?:one|an?) actor "
                r"(?:head )?and "
                r"(?:one |a )?critic(?: head)? (?:per|for each) task|(?:separate|own) heads (?:per|for each) task|"
                r"one-?hot|前面的(?=隐藏层)")  # fmt: skip
    return fields


def _gradients(ask: Ask) -> dict[str, object]:
    critic = r"(?:the )?(?:critic|value (?:head|loss|function|network))(?:'s)?"
    into = r"(?:the )?(?:shared )?(?:encoder|trunk|features)(?: or the trunk)?"
    if ask.has(
        rf"(?:where )?{critic} gradients? (?:does|do|must|should|shall|may)(?: not|n't) (?:reach|flow (?:back "
        rf")?(?:into|to)|change|train|touch|enter) {into}|{critic} gradients? (?:is|are) (?:stopped|cut|blocked) "
        rf"(?:before|at) {into}|"
        rf"(?:stop|no|block|cut)(?:s|ping)?(?: the)? (?:gradients? (?:of|from) {critic}|{critic} gradients?)(?: "
        rf"(?:into|to|from reaching|before|at|reach\w*)? ?{into})?|"
        rf"{critic} gradients? (?:stops?|ends?) (?:at|before) {into}|(?:the )?encoder (?:is |gets )?(?:trained|"
        rf"learns|learned|updated|gradients?)(?: only)? (?:by|from) (?:the )?"
        rf"(?:actor|policy)(?: loss)?(?: alone| only)?|(?:only )?(?:the )?(?:actor|policy)(?: loss)? (?:alone "
        rf")?trains (?:the )?encoder|"
        r"detach(?:ed|es)?(?: the)?(?: features)?(?: for| from)?(?: the)? critic(?: loss)?|"
        rf"(?:the )?critic (?:sees|gets|takes) detached features|(?:评论家|critic|价值头?)\s*的?梯度不(?:回)?(?:传|"
        rf"流)(?:到|给|入|回)?编码器"
    ):
        return {"detached": True}
    return {}


def _gains(ask: Ask) -> dict[str, object]:
    """Gains of orthogonal weights."""
    fields: dict[str, object] = {}
    named = ask.has(r"(?:an? |with )*orthogonal(?:ly)? (?:init\w*|weights)|正交初始化")
    gain = r"(?:an? )?(?:gains?|增益)(?: of|为|是)?\s*(?:=\s*)?"
    if not named and not ask.says(r"\bgains?\b|增益"):
        return fields
    number = r"\d(?:\.\d+)?e-\d+|\d*\.\d+|\d+(?![.\d])"
    heads = {
        "actor_gain": r"(?:policy|actor|action|演员|策略头)(?: (?:head|output|layer))?",
        "critic_gain": r"(?:value|critic|评论家|价值头)(?: (?:head|output|layer))?",
    }
    either = "|".join(heads.values())
    for found in list(ask.find(
        rf"{gain}(?P<a>{number}) (?:for|in|on) (?:the )?(?P<x>{either})(?:,? (?:and|but)(?: of)? (?P<b>{number}) "
        rf"(?:for|in|on) (?:the )?(?P<y>{either}))?|"
        rf"(?P<z>{either})\s*(?:的)?{gain}(?P<c>{number})|{gain}(?P<d>{number}) \((?P<w>{either})\)"
    )):  # fmt: skip
        for told, value in (("x", "a"), ("y", "b"), ("z", "c"), ("w", "d")):
            name = next(
                (name for name, words in heads.items() if found[told] and re.fullmatch(words, found[told])), None
            )
            if name and found[value]:
                fields[name] = float(found[value])
    if named:
        hidden = ask.first(
            r"(?:sqrt\(? ?2 ?\)?|√2|(?P<n>\d\.\d+)) (?:for (?:the )?)?hidden(?: layers)?|hidden "
            r"(?:layers )?(?:with )?(?:gain )?(?:of )?(?:sqrt\(? ?2 ?\)?|√2|(?P<m>\d\.\d+))"
        )
        if hidden and (hidden["n"] or hidden["m"]):
            fields["hidden_gain"] = float(hidden["n"] or hidden["m"])
        ask.has(r"\bgains?\b|增益")
    return fields
