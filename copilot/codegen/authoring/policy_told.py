"""Reads an on-policy actor-critic part by part, and what is told of its deviations, gradients, values and rates."""

from __future__ import annotations

import math
import re

from copilot.codegen.authoring import policy_parts
from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int
from copilot.codegen.authoring.spec import Policy

_PLAIN = (
    r"\b(?:networks?|polic(?:y|ies)|heads?|hidden|units?|layers?|mlps?|ppo|a2c|and|where|while|has|have|actor|"
    r"critic|separate(?: networks?)?|on-policy|small|large|tiny|"
    r"wider|bigger|smaller|share nothing|agent)\b|演员小|评论家大|两边不共享任何层|编码器之后|(?:演员|评论家)|网络|"
    r"单元|隐藏层|每层|用于ppo|独立"
)
_LIBRARY = (
    r"(?:(?:everything |all )?else |otherwise |rest )?(?:just )?(?:like|as|same as) (?:the |our )?(?:library(?:'s)? "
    r")?onpolicysharedactorcritic(?: with)?|(?:hidden_dim|hidden dim)"
)


def read(ask: Ask) -> tuple[Policy | None, list[str]]:
    """The actor-critic that a request tells part by part, or None where it tells nothing; and notes."""
    notes: list[str] = []
    fields = _deviations(ask) | _values(ask, notes) | _gradients(ask)
    like = ask.first(rf"{_LIBRARY}(?:\s|of|=|with)*(?:hidden_dim|width|hidden)?(?:\s|=|of)*(?P<n>\d+)?")
    width = ask.whole(r"hidden_dim(?:\s|=|of|:)*(?P<n>\d+)")
    if like or width:
        size = width or (int(like["n"]) if like and like["n"] else 512)
        fields |= {"actor": [size, size], "critic": [size, size]}
    if ask.has(r"d2rl(?:[- ]style)?(?: dense)?(?: connections?)?|dense connections?"):
        fields["blocks"] = "dense"
    elif ask.says(r"simba|residual"):
        fields["blocks"] = "residual"
    _gains(ask, fields)
    ask.has(
        r"演员小、?评论家大|两边不共享任何层|(?:但)?学习率不同|(?:box|discrete|continuous)(?: ?(?:&|and|/) ?(?:box|"
        r"discrete|continuous))+ actions?|learning rates? differ"
    )
    pair = ask.first(
        rf"(?P<w>critic|actor)(?: learns)?[^.;]*?(?:lr|learning rate)s?(?: of)? (?P<a>{NUM}) (?:vs\.?|"
        rf"versus|against) (?P<b>{NUM})"
    )
    if pair:
        other = "actor" if pair["w"] == "critic" else "critic"
        fields |= {f"{pair['w']}_lr": float(pair["a"]), f"{other}_lr": float(pair["b"])}
    parts = policy_parts.read(ask)
    actor, critic, trunk, every = (
        parts.get(name) if name != "all" else parts.all for name in ("actor", "critic", "trunk", "all")
    )
    if fields.get("blocks") == "residual":
        ask.has(
            r"simba(?:[- ]style)?|(?:pre-?norm(?:alised)? )?residual(?: (?:blocks?|actor[- ]critic|heads?|mlps?|"
            r"connections?))?|pre[- ]layer[- ]?norm|\bpre\b"
        )
    told = [part for part in (actor, critic, trunk, every) if _says(part)]
    if not told and not fields:
        return None, notes
    _widths(parts, fields, notes)
    fields["function"] = actor.function or every.function or trunk.function or critic.function or "tanh"
    fields["critic_function"] = critic.function if critic.function != fields["function"] else None
    both = every.norm or (actor.norm and (critic.norm or not critic.named))
    fields["norm"] = bool(both or actor.norm or trunk.norm)
    only_actor = bool(actor.norm and critic.named and not critic.norm and not every.norm)
    if critic.norm and not fields["norm"]:
        fields["critic_norm"] = True
    elif only_actor:
        fields["critic_norm"] = False
    fields["dropout"] = actor.dropout or every.dropout or 0.0
    if critic.dropout is not None and critic.dropout != fields["dropout"]:
        fields["critic_dropout"] = critic.dropout
    fields["spectral"] = critic.spectral or every.spectral
    for name, part in (("actor_lr", actor), ("critic_lr", critic)):
        if part.rate is not None:
            fields[name] = part.rate
    ask.has(_PLAIN)
    return Policy(**fields), notes  # type: ignore[arg-type]


def _says(part: policy_parts.Part) -> bool:
    told = (part.function, part.norm, part.dropout, part.rate)
    return part.sizes is not None or part.spectral or any(value is not None for value in told)


def _widths(parts: policy_parts.Parts, fields: dict[str, object], notes: list[str]) -> None:
    actor, critic, trunk, every = parts.get("actor"), parts.get("critic"), parts.get("trunk"), parts.all
    base = every.sizes
    if trunk.sizes:
        fields["trunk"] = trunk.sizes
        base = base if base is not None else [] if not (actor.sizes or critic.sizes) else None
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
    std = (
        r"(?:the )?(?:gaussian(?:'s)? )?(?:std(?:dev)?s?|standard deviations?|deviations?|sigma|log[- _]?stds?|"
        r"log standard deviations?|标准差)"
    )
    state = ask.has(rf"state[- ]dependent (?:log[- ]?)?{std}|(?:the )?actor (?:puts out|outputs|predicts|says) "
                    rf"(?:both )?(?:the )?means? and (?:the )?(?:log[- ]?)?{std}|"
                    rf"{std} (?:depends?|is a function|that depends?) o[nf] the (?:state|features|observation)|"
                    rf"(?:learned |predicted )?{std} (?:head|network)|状态相关的?(?:对数)?标准差")  # fmt: skip
    if state:
        fields["deviates"] = "state"
        ask.has(r"(?:puts out|outputs|predicts) (?:both )?means? and (?:log[- ]?)?std")
    bounds = ask.first(
        rf"(?:log[- _]?(?:std|sigma|standard deviations?|deviations?)s?|bounded|clamped|clipped|kept|limited|"
        rf"限制在)[\w ]*?(?:clamped|clipped|bounded|kept|within|between|in|to)*(?:\s|to|between|within|in)*"
        rf"\[?\s*(?P<a>{NUM})\s*(?:and|to|,|到)\s*(?P<b>{NUM})\s*\]?"
    )
    if bounds and float(bounds["a"]) < float(bounds["b"]):
        fields["log_low"], fields["log_high"] = float(bounds["a"]), float(bounds["b"])
    log = ask.number(
        rf"(?:initial )?log[- _]?(?:std|standard deviation|sigma)(?: (?:of|is|at|=|starts? at|begins? "
        rf"at))*\s*=?\s*(?P<n>{NUM})"
    )
    value = ask.number(
        rf"(?:initial |fixed |constant )?{std}(?: (?:of|is|at|for|the|actions?|start\w*|begin\w*|with|fixed|"
        rf"constant|=|stays?))*\s*[=:]?\s*(?P<n>\d*\.?\d+)",
        r"(?:constant|fixed)(?: at)? (?P<n>\d*\.\d+)(?: in every dimension)?", rf"初始(?:动作)?标准差(?:\s|为|"
                                                                                rf"是)*(?P<n>{NUM})",
        r"固定为?\s*(?P<n>\d*\.\d+)",
    )  # fmt: skip
    fixed = ask.has(rf"(?:where )?{std}[\w ,]*?(?:isn'?t|is not|not|never|aren'?t)(?: being)? learn(?:ed|t|able)(?: "
                    rf"at all)?|(?:fixed|constant|non-?learn(?:ed|able)|frozen) {std}|(?:and )?not learn(?:ed|t|"
                    rf"able)|"
                    rf"{std} (?:is |stays |kept )?(?:fixed|constant)|标准差固定|固定标准差")  # fmt: skip
    if fixed:
        fields["deviates"] = "fixed"
        ask.has(r"(?:constant|fixed)(?: at)?|in every dimension|learned at all")
    if value and value > 0:
        fields["deviation"] = value
    elif log is not None:
        fields["deviation"] = math.exp(max(-5.0, min(4.0, log)))
    if ask.has(
        r"(?:the )?(?:policy's )?means? (?:is |are |goes |go )?(?:squashed|bounded|passed|put)? ?(?:by|"
        r"through|with|into)? ?(?:a )?tanh(?: before the gaussian)?|tanh(?:ed)? means?|tanh on the means?|"
        r"均值(?:用|经过)?tanh"
    ):
        fields["squashed"] = True
        ask.has(r"(?:so that )?actions (?:remain|stay|are) (?:with)?in \[-1, ?1\]")
    if ask.has(
        r"discrete (?:action )?spaces? (?:are |is |must be )?refused|(?:only )?for (?:box|continuous) "
        r"actions only|refuses? discrete(?: action)?(?: spaces)?|box actions only"
    ):
        fields["boxes"] = True
    return fields


def _values(ask: Ask, notes: list[str]) -> dict[str, object]:
    """Several critics, bins of values, experts, tasks."""
    fields: dict[str, object] = {}
    many = ask.first(
        rf"(?:an? )?(?:ensemble of )?(?P<n>{INT}) (?:independent |separate |different )*(?:critics|"
        rf"value (?:heads|networks|functions))|(?P<m>{INT})\s*个(?:独立的)?(?:评论家|价值(?:网络|头))"
    )
    if many:
        fields["critics"] = min(16, to_int(many["n"] or many["m"]) or 1)
        how = ask.first(
            r"(?:(?:and |whose |the |their |take |use |with )*)(?P<k>min(?:imum)?|smallest|smaller|lowest|mean|"
            r"average|median|max(?:imum)?|largest)(?: of (?:the|them|all|both|three|two)*)*(?: (?:is|as|for) "
            r"(?:the )?values?)?"
            r"|取(?P<z>最小|平均|最大)(?:值)?"
        )
        if how:
            word = how["k"] or how["z"]
            fields["combined"] = (
                "min"
                if re.match(r"min|sm|low|最小", word)
                else "max"
                if re.match(r"max|larg|最大", word)
                else "median"
                if word == "median"
                else "mean"
            )
        ask.has(r"(?:is|as) the value|different widths\? no, all")
    bins = ask.first(
        rf"(?:value head )?(?:predicts |puts out )?(?P<n>\d+) bins(?: (?:between|from|in|over|on) "
        rf"\[?(?P<a>{NUM}) ?(?:and|to|,) ?(?P<b>{NUM})\]?)?"
    )
    if bins:
        fields["bins"] = int(bins["n"])
        if bins["a"]:
            fields["low"], fields["high"] = float(bins["a"]), float(bins["b"])
        ask.has(
            r"\(?(?:two-?hot|hl-?gauss)\)?|the value is the expectation|(?:its |the )?expectation(?: is the "
            r"value)?|whose value head|predicts"
        )
        notes.append(
            "The agent's loss trains the expectation, by its error: a cross-entropy over bins needs a loss of its own."
        )
    return fields | _side_by_side(ask)


def _side_by_side(ask: Ask) -> dict[str, object]:
    """Experts, and heads for each task."""
    fields: dict[str, object] = {}
    experts = ask.first(
        rf"(?:mixture[ -]of[ -]experts(?: policy| actor)?:? ?)?(?P<n>{INT}) experts?(?: networks| "
        rf"policies)?|mixture[ -]of[ -]experts"
    )
    if experts:
        fields["experts"] = min(16, to_int(experts["n"]) or 4) if experts["n"] else 4
        ask.has(
            r"mixture[ -]of[ -]experts|softmax gate(?: on (?:the )?features)?|gat(?:ed|ing)(?: by a softmax)?|"
            r"(?:weighted|mixed) by a softmax(?: of the features)?|expert(?= actors?)"
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
    if ask.has(
        r"(?:where )?(?:the )?critic'?s? gradients? (?:does|do|must|should)(?: not|n't) (?:reach|flow (?:back "
        r")?(?:into|to)|change|train) the (?:shared )?(?:encoder|trunk)(?: or the trunk)?|"
        r"(?:stop|no|block)(?:s|ping)?(?: the)? gradients? (?:of|from) the critic(?: (?:into|to|from reaching)? the "
        r"encoder)?|detach(?:ed|es)?(?: the)?(?: features)?(?: for| from)?(?: the)? critic(?: loss)?|"
        r"(?:the )?critic (?:sees|gets|takes) detached features|评论家的?梯度不(?:回)?传(?:到|给)编码器"
    ):
        return {"detached": True}
    return {}


def _gains(ask: Ask, fields: dict[str, object]) -> None:
    """Gains of orthogonal weights."""
    named = ask.has(r"orthogonal(?:ly)? (?:init\w*|weights)|正交初始化")
    gain = r"(?:a )?gains?(?: of)?\s*(?:=\s*)?"
    if not named and not ask.says(r"\bgains?\b"):
        return
    for name, part in (
        ("actor_gain", r"(?:policy|actor|action)(?: (?:head|output|layer))?"),
        (
            "critic_gain",
            r"(?:value|critic)(?: (?:head|output|"
            r"layer))?",
        ),
    ):
        found = ask.first(
            rf"(?:{gain})?(?P<n>0?\.\d+|1(?:\.0)?) (?:for|in|on) the {part}|{part} "
            rf"{gain}(?P<m>0?\.\d+|1(?:\.0)?)"
        )
        if found and (named or "gain" in found[0]):
            fields[name] = float(found["n"] or found["m"])
    if named:
        hidden = ask.first(
            r"(?:sqrt\(? ?2 ?\)?|√2|(?P<n>\d\.\d+)) (?:for (?:the )?)?hidden(?: layers)?|hidden "
            r"(?:layers )?(?:with )?(?:gain )?(?:of )?(?:sqrt\(? ?2 ?\)?|√2|(?P<m>\d\.\d+))"
        )
        if hidden and (hidden["n"] or hidden["m"]):
            fields["hidden_gain"] = float(hidden["n"] or hidden["m"])
