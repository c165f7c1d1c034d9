"""Reads an off-policy actor-critic: its critics and what their targets are of, what the actor climbs, its temperature."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int, to_number
from copilot.codegen.authoring.learner_common import (
    EQUALS,
    LINKS,
    amount,
    as_in_library,
    number_in,
    resets,
    rest,
    settings,
    steps_of_returns,
    updates_per_step,
)
from copilot.codegen.authoring.spec import Continuous

CONTINUOUS = (
    r"(?<![a-z])(?:td3(?: ?\+ ?bc)?|sac(?!-?d)|ddpg|redq|tqc|droq|awac|soft actor[- ]critics?|twin delayed(?: ddpg)?|"
    r"deterministic polic(?:y|ies)|deep deterministic policy gradient)(?![a-z])"
)
_NAMES = (
    r"(?<![a-z])(?:td3 ?\+ ?bc|td3bc|td3|sac|ddpg|redq|tqc|droq|awac|soft actor[- ]critics?|twin delayed ddpg|"
    r"deterministic polic(?:y|ies)|deep deterministic policy gradient)(?![a-z])(?: ?(?:智能体|算法))?"
)
_CRITICS = r"(?:q-?(?:functions?|networks?|nets?)|critics?|评论家|critic|Q ?(?:函数|网络))"
_ADJECTIVES = r"(?:(?:independent|separate|parallel|q|independently initiali[sz]ed|such|target)[ -])*"


def read(ask: Ask) -> tuple[Continuous, list[str]]:
    """The off-policy actor-critic that a request asks for, and notes."""
    notes: list[str] = []
    cloned = ask.says(r"td3 ?\+ ?bc|td3bc")
    known = {"redq": ask.says(r"\bredq\b"), "tqc": ask.says(r"\btqc\b"), "droq": ask.says(r"\bdroq\b"),
             "awac": ask.says(r"\bawac\b")}  # fmt: skip
    base = _base(ask)
    as_it_is = rest(ask)
    out: dict[str, Any] = {"base": base} | _defaults(base, known)
    if as_it_is:
        out |= as_in_library(base, set(Continuous.model_fields) - set(out))
        notes.append(f"What is not stated is as in the library's {base}.")
    _rates(ask, out)
    given = settings(ask)
    out |= {name: given[name] for name in given if name not in {"num_steps", "epochs", "gae_lambda"}}
    n_step = steps_of_returns(ask)
    out |= {"n_step": n_step} if n_step else {}
    updates = updates_per_step(ask)
    out |= {"updates": updates} if updates else {}
    out |= resets(ask)
    _actor(ask, out, cloned)
    _combination(ask, out)
    _critics(ask, out)
    _noise(ask, out)
    if base == "SAC":
        _temperature(ask, out)
    tau = ask.number(
        rf"(?:(?:soft|polyak)[- ](?:target )?(?:updates?|averag\w+)(?: of the targets?)?|\btau\b|τ|软更新){LINKS}(?:tau|τ)"
        rf"?{EQUALS}(?P<n>{NUM})"
    )
    out |= {"tau": tau} if tau and 0 < tau <= 1 else {}
    if ask.has(r"prioriti[sz]ed(?: (?:experience )?(?:replay|sampling|buffer))*|\bper\b(?! )|优先(?:级)?(?:经验)?回放"):
        out["prioritized"] = True
    _spoken(ask)
    return Continuous(**out), notes


def _base(ask: Ask) -> str:
    if ask.says(r"td3|twin delayed"):
        return "TD3"
    if ask.says(r"(?<![a-z])ddpg(?![a-z])|deterministic"):
        return "DDPG"
    return "SAC"


def _defaults(base: str, known: dict[str, bool]) -> dict[str, Any]:
    """What the named algorithms are; arXiv 2101.05982, 2005.04269, 2110.02034 and 2006.09359."""
    named: dict[str, dict[str, Any]] = {
        "TD3": {"delay": 2, "target_noise": 0.2, "climbs": "first"},
        "DDPG": {"critics": 1, "climbs": "first", "drifting": True},
        "SAC": {"climbs": "min"},
    }
    out = dict(named[base])
    if known["redq"]:
        out |= {"critics": 10, "subset": 2, "updates": 20, "climbs": "mean"}
    if known["tqc"]:
        out |= {"critics": 5, "quantiles": 25, "dropped": 2}
    if known["droq"]:
        out |= {"norm": True, "dropout": 0.01, "updates": 20, "climbs": "mean"}
    if known["awac"]:
        out |= {"weighted": 1.0, "entropy": "none"}
    return out


def _rates(ask: Ask, out: dict[str, Any]) -> None:
    """Learning rates of actor and critics by themselves."""
    for name, words in (("actor_lr", r"actor|policy|演员"), ("critic_lr", r"critics?|评论家")):
        rate = ask.number(
            rf"(?:{words})(?:'s)?(?: has| uses|的| with)?(?: an?| the)? ?(?:learning[- ]rates?|lr|"
            rf"学习率){EQUALS}(?P<n>{NUM})",
            rf"(?:(?:an? )?(?:learning rate|lr)(?: of)? )?(?P<n>{NUM}) (?:for|in) the (?:{words})(?: (?:learning rate|lr))?",
        )
        out |= {name: rate} if rate else {}


def _actor(ask: Ask, out: dict[str, Any], cloned: bool) -> None:
    """What the actor's loss is: a distance to stored actions, or their weighted likelihood."""
    formula = ask.first(
        r"(?:the )?(?:actor|policy)(?: ?的)?[ -]?(?:loss|objective)\s*(?:=|is|:|是|为)\s*-\s*(?:lambda|"
        r"λ)\s*\*?\s*q\w*(?:\([^)]*\)+)?\s*\+\s*"
        r"(?:mse\()?\(?[^.;，。]{0,24}?\)?\s*(?:\^\s*2|²|\*\*\s*2|squared)?(?=\s+with|\s+where|[,.;]|$)"
    )
    size = ask.first(
        rf"(?:with |where )?(?:lambda|λ)\s*(?:=|is|:)\s*(?P<n>{NUM})\s*(?:/|over|divided by)\s*(?:the )?(?:mean|average|"
        rf"avg)?(?: of)?\s*(?:absolute |abs\(?)?\|?\s*q\w*"
        r"\|?(?:\([^)]*\))?\|?\)?(?: values?)?"
    )
    alpha = ask.number(rf"(?:bc |cloning )?(?:alpha|α){EQUALS}(?P<n>{NUM})") if cloned and not size else None
    written = ask.first(
        rf"(?:add(?:s|ing)? )?(?P<n>{NUM})\s*\*?\s*(?:\|\|?)?\(?\s*(?:pi|π|mu|μ)\(s\)\s*-\s*a\s*\)?(?:\|\|?)?\s*(?:\^\s*2|"
        rf"²|\*\*\s*2|squared)(?: to the (?:actor|policy)(?:'s)? (?:loss|objective))?"
    )
    term, weight = amount(
        ask,
        r"(?:an? |extra |additional )*(?:behaviou?r(?:al)?[- ]cloning|\bbc\b|cloning|行为克隆)(?: (?:term|loss|penalt(?:y|"
        r"ies)|regulari[sz]\w+))*"
        r"(?: (?:towards?|to|on|of) (?:the )?(?:stored|replay(?:ed)?|dataset|buffer(?:'s)?|batch) ?actions?)?(?:项|损失)?",
    )
    if cloned or formula or size:
        out |= {"cloning": to_number(size["n"]) if size else alpha or weight or 2.5, "scaled": True}
        ask.has(r"(?:lambda|λ)")
    elif term or written:
        weight = to_number(written["n"]) if written else weight
        out |= {"cloning": weight if weight else 1.0}
    _weighted(ask, out)


def _weighted(ask: Ask, out: dict[str, Any]) -> None:
    """exp(advantage / temperature), and where it is cut."""
    spoken = ask.has(
        r"advantage[- ]weighted(?: (?:actor(?:[- ]critics?)?|regression|updates?|behaviou?r cloning|polic(?:y|ies)))*|"
        r"优势加权(?:回归)?"
    )
    formula = ask.has(
        r"(?:(?:the )?(?:actor|policy)(?: ?的)?[ -]?(?:loss|objective)\s*(?:=|is|:|是|为)\s*)?-?\s*log[ _-]?(?:pi|π|"
        r"prob\w*)\s*(?:\(a\s*\|\s*s\))?\s*(?:\*|times|×)?\s*exp\s*\(\s*"
        r"(?:a|adv(?:antage)?)\w*(?:\([^)]*\))?\s*/\s*(?:lambda|λ|beta|β|temperature|tau)\s*\)"
    )
    if not (spoken or formula or out.get("weighted")):
        return
    temperature = ask.number(rf"(?:lambda|λ|temperature|beta|β|温度){EQUALS}(?P<n>{NUM})")
    cap = ask.number(
        rf"(?:the )?(?:weights?|权重)(?:的)?(?: (?:are|is))?[ ]?(?:上限(?:为|是)?|capped|cut|clipped|truncated|bounded|at "
        rf"most|no (?:larger|more|bigger) than|不超过|截断到?|up to|max(?:imum)?)"
        rf"{EQUALS}(?:by|off|above)?{EQUALS}(?P<n>{NUM})",
        rf"(?:cap(?:ped)?|max(?:imum)?(?: weight)?){EQUALS}(?P<n>{NUM})",
    )
    out |= {"weighted": temperature or out.get("weighted") or 1.0} | ({"cap": cap} if cap else {})


def _combination(ask: Ask, out: dict[str, Any]) -> None:
    """What of the critics' next values a target is of, and what the actor climbs."""
    climbs = ask.first(
        r"(?:the )?(?:actor|policy) (?:maximi[sz]es|climbs|follows|goes up|ascends|is trained (?:on|with)|uses|takes) "
        r"(?:the )?(?P<n>mean|average|min(?:imum)?|smallest|first)"
        r"(?: of (?:them|the critics|all(?: critics)?|all of them|it)| critic)?"
    )
    if climbs:
        out["climbs"] = {"mean": "mean", "average": "mean", "first": "first"}.get(climbs["n"], "min")
    ask.has(
        r"(?:the )?(?:(?:td |bellman |critic )?targets?|next values?|目标)\s*(?:=|:|is|are|be|becomes?|uses?|是|为|用|取)"
        r"\s*(?:the |their )?(?=[\d.]*\s*\*?\s*(?:min|mean|max|small|low|aver|\d))"
    )
    values = r"(?:\s*\([^)]*\)| of (?:the )?(?:two|both|critics?|all)(?: critics?)?| over (?:the )?critics)?"
    mixed = ask.first(
        rf"(?P<n>{NUM})\s*(?:\*|×|times)?\s*(?:the )?(?:min(?:imum)?|smaller|smallest){values}\s*(?:\+|plus|"
        rf"and)\s*(?:(?P<m>{NUM})\s*(?:\*|×|times)?\s*)?"
        rf"(?:the )?(?P<r>mean|average|avg|max(?:imum)?|larger|largest){values}"
    )
    of = (
        rf"(?:\s*\([^)]*\)| of (?:the |all |their )*(?:(?P<c>{INT}) )?(?:two|both|critics?)(?: critics?)?| over (?:the )"
        rf"?critics)?"
    )
    bound = ask.first(
        rf"(?:(?:an? |the )?lower confidence bound:?\s*(?:\(|,|=|of|is)?\s*)?(?:the |their )?(?:mean|average){of}\s*(?:-|"
        rf"minus|less)\s*(?:(?P<n>{NUM}|one|two)\s*(?:\*|times)?\s*)?"
        rf"(?:the )?(?:standard )?(?:deviations?|std(?:devs?)?){values}|(?:目标)?(?:取|为|用)?(?:评论家的?)?(?:均值|"
        rf"平均值?)\s*(?:减去?|-)\s*(?P<z>{NUM})?\s*(?:倍|个)?的?标准差|lower confidence bound{values}(?:(?: with| of)? "
        rf"(?:beta|k|β){EQUALS}(?P<m>{NUM}))?"
    )
    if mixed:
        out |= {"combined": "mixed", "share": to_number(mixed["n"])}
        out["rest"] = "max" if mixed["r"].startswith(("max", "larg")) else "mean"
        return
    if bound:
        out |= {"combined": "bound", "pessimism": number_in(bound, "n", "m", "z") or 1.0}
        out |= {"critics": to_int(bound["c"]) or 2} if bound["c"] else {}
        return
    other = r"(?:instead of|rather than|in place of|and not|not|而不是|代替)\s*(?:(?:the|their|取)\s*)*"
    if ask.has(rf"{other}(?:min(?:imum)?|smaller|smallest|最小值?)(?: one)?{values}"):
        out["combined"] = "mean"
        ask.has(rf"(?:the |their )?(?:mean|average){values}|平均值?|均值")
        return
    ask.has(rf"{other}(?:mean|average|平均值?|均值){values}")
    if ask.has(
        rf"(?:the )?(?:min(?:imum)?|smaller|smallest|lower)(?: one)?{values}|取?(?:两个|两|各|所有)?\s*(?:Q|q|评论家)"
        rf"?\s*(?:的|中)?(?:最小值|较小者|较小的)|取最小"
    ):
        out["combined"] = "min"
    elif ask.has(
        rf"(?:the )?(?:mean|average) (?:of|over) (?:the |all )*{_CRITICS}|(?:critics? )?averaged (?:critics?|targets?)|"
        rf"评论家的?(?:均值|平均)"
    ):
        out["combined"] = "mean"


def _critics(ask: Ask, out: dict[str, Any]) -> None:
    """How many critics there are, and their layers."""
    subset = ask.first(
        rf"(?:(?:from|of|over|using) )?(?:an? |the )?random(?:ly)?(?: (?:chosen|drawn|selected|picked))?(?: (?:subsets?|"
        rf"pairs?|sample)(?: of)?)?\s*(?P<n>{INT}|pair)?"
        rf"(?: of them| critics?| of the critics)?(?= |,|\.|;|$)|(?P<m>{INT})(?: of (?:them|the critics))?(?: critics?)?,? "
        rf"(?:are )?(?:drawn|chosen|picked|selected)(?: (?:at random|randomly))|"
        rf"(?:每次|从中)?随机(?:取|抽|选)(?:出|取)?\s*(?P<o>{INT})\s*个?(?:评论家)?|\bM{EQUALS}(?P<p>\d+)"
    ) if ask.says(r"random|drawn|随机|redq") else None  # fmt: skip
    if subset:
        word = next((subset[g] for g in ("n", "m", "o", "p") if subset[g]), None)
        number = 2 if word in {None, "pair"} else to_int(word)
        out |= {"subset": number}
        ask.has(r"算目标|(?:for|in|as|make|form)? ?(?:each|the|every)? ?targets?(?: from)?")
    many = ask.first(
        rf"(?:ensemble of |with )?(?P<n>{INT}|\d+) {_ADJECTIVES}{_CRITICS}|(?P<m>\d+|"
        rf"[一二两三四五六七八九十])\s*个\s*(?:评论家|critic|q ?网络)|"
        rf"ensemble of {_CRITICS}{LINKS}(?P<o>{INT})|(?:one|a) single (?P<s>critic)|critics?{EQUALS}(?P<p>\d+)(?![.\d])|"
        rf"评论家\s*(?P<q>\d+|[二两三四五六七八九十])\s*个"
    )
    if many:
        out["critics"] = (
            1 if many["s"] else to_int(next((many[g] for g in ("n", "m", "o", "p", "q") if many[g]), None)) or 2
        )
    quantiles = ask.first(
        r"(?P<n>\d+) (?:quantiles?|atoms)(?: (?:each|per critic|for each critic))?|(?P<m>\d+)\s*个分位数"
    )
    if quantiles:
        out["quantiles"] = int(quantiles["n"] or quantiles["m"])
    dropped = ask.first(
        rf"(?:drop\w*|remov\w*|discard\w*|leav\w* out|truncat\w*)(?: (?:of )?(?:the |its )?(?:top|largest|highest|"
        rf"biggest))?\s*(?P<n>{INT})?(?: (?:top|largest|highest))?(?: (?:of them|quantiles?|atoms))?"
        r"(?: (?:of each|per critic|each|from each(?: critic)?))?|(?:丢掉|舍弃|去掉)(?:每个)?最大的\s*(?P<m>\d+|"
        r"[一二两三四五六七八九十])\s*个(?:分位数)?"
    ) if out.get("quantiles") else None  # fmt: skip
    if dropped and (dropped["n"] or dropped["m"]):
        out["dropped"] = to_int(dropped["n"] or dropped["m"])
    of_critics = (
        rf"(?: (?:in|on|for|inside|within) (?:the |all |each |both )*{_CRITICS}| after each (?:linear |hidden )*layer)*"
    )
    has = rf"(?:{_CRITICS}\s*(?:have|has|get|gets|use|with|带|加|用|加上)\s*)?"
    if ask.has(rf"{has}(?:layer ?norm(?:ali[sz]ation)?s?|层归一化){of_critics}"):
        out["norm"] = True
    dropout = ask.first(rf"{has}(?:drop-?out)(?: (?:rate|probability|of))?{LINKS}(?P<n>{NUM})?{of_critics}")
    if dropout:
        out["dropout"] = to_number(dropout["n"]) if dropout["n"] else 0.01
    if ask.has(
        r"huber(?: loss)?(?: (?:for|in|on|of) (?:the )?critics?)?|critics?(?: learn)? (?:with|by) (?:a )?huber(?: loss)?"
    ):
        out["error"] = "huber"


def _noise(ask: Ask, out: dict[str, Any]) -> None:
    """Delays, and noise on actions."""
    delay = ask.first(
        rf"(?:policy |actor )?delay(?:ed)?(?: (?:policy |actor )?updates?)?(?: of the actor)?{EQUALS}(?P<n>{INT})|"
        rf"(?:the )?actor(?: (?:is|gets?|moves?))?(?: only)?(?: updated?)?(?: only)? (?:every|each|after every) "
        rf"(?P<m>{INT}|second|third|fourth|other)(?: (?:updates?|steps?|time))*|"
        rf"(?P<o>{INT}) critic updates? (?:per|for each|for every) (?:actor|policy) update|"
        rf"每\s*(?P<p>{INT})\s*次(?:评论家)?更新(?:才)?更新一?次?(?:actor|演员)|no (?P<z>delay)(?:ed updates?)?|"
        rf"延迟(?:更新)?\s*(?P<q>\d+)\s*步?"
    )
    if delay:
        word = next((delay[g] for g in ("n", "m", "o", "p", "q") if delay[g]), None)
        out["delay"] = (
            1 if delay["z"] else {"second": 2, "other": 2, "third": 3, "fourth": 4}.get(word or "") or to_int(word) or 2
        )
    if ask.has(
        r"(?:no|without|drop\w*|remov\w*) (?:the )?(?:target )?(?:policy )?(?:smoothing|noise on (?:the )?targets?|target "
        r"noise)(?: noise)?|不(?:加|用|要)目标(?:动作)?(?:平滑|噪声)"
    ):
        out["target_noise"] = 0.0
    else:
        smoothing = ask.first(
            rf"(?:target )?(?:policy )?(?:smoothing|target noise|policy noise|noise on (?:the )?target actions)(?: "
            rf"noise)?{LINKS}(?P<n>{NUM})(?:(?:\s*/\s*|,? ?(?:clip\w*|cut|bounded|limited)(?: (?:at|to|by))? "
            rf")(?P<m>{NUM}))?|"
            rf"目标(?:动作|策略)?(?:平滑)?噪声{LINKS}(?P<o>{NUM})(?:\s*[（(,，]?\s*(?:截断|裁剪)(?:到|为)?\s*(?P<p>{NUM})"
            rf"\s*[）)]?)?"
        )
        if smoothing:
            out["target_noise"] = number_in(smoothing, "n", "o")
            cut = number_in(smoothing, "m", "p")
            out |= {"noise_clip": cut} if cut is not None else {}
    clip = ask.number(rf"noise clip\w*{EQUALS}(?P<n>{NUM})")
    out |= {"noise_clip": clip} if clip is not None else {}
    noise = ask.number(
        rf"(?:exploration|action|gaussian|acting|探索)[ -]?(?:noise|噪声)(?: (?:std|deviation|sigma|scale))?{LINKS}(?:std|"
        rf"deviation|sigma|标准差)?{EQUALS}(?P<n>{NUM})"
    )
    out |= {"noise": noise, "drifting": False} if noise is not None else {}


def _temperature(ask: Ask, out: dict[str, Any]) -> None:
    """The weight of the entropy: learned, fixed, or no entropy at all."""
    entropy = ask.number(rf"(?:target entropy|entropy target|目标熵){EQUALS}(?P<n>{NUM})")
    out |= {"target_entropy": entropy} if entropy is not None else {}
    name = r"(?:(?:entropy )?(?:temperature|coefficient|coef|weight)|alpha|α|熵(?:系数|温度)?|温度)"
    if ask.has(
        r"(?:no|without(?: an?| any| the)?|drop\w*(?: the)?|remov\w*(?: the)?) entropy(?: (?:term|bonus|regulari[sz]\w+))*|"
        r"(?:不(?:要|用|加)|去掉)"
        r"熵(?:项|正则|奖励)?"
    ):
        out["entropy"] = "none"
        ask.has(rf"(?:and |和)?no {name}(?: is (?:learned|trained|tuned))?")
        return
    fixed = ask.first(
        rf"(?:(?:fixed|constant|固定(?:的)?)\s*(?:{name}){LINKS}(?P<n>{NUM})|(?:the )?{name}(?: (?:is|stays?|remains?|kept|"
        rf"should|be))*\s*(?:fixed|constant|固定)(?: (?:at|to|as|of)|为|在|到)*\s*(?P<m>{NUM})?"
        rf"|(?:the )?{name} (?:is |should be )?not (?:being )?(?:tuned|learned|adapted|trained)(?:,? but| and)?(?: "
        rf"(?:fixed|stays|kept|set))?(?: (?:at|to))?\s*(?P<p>{NUM})(?: throughout)?"
        rf"|(?:keep|fix|set) (?:the )?{name}(?: fixed| constant)?{LINKS}(?P<o>{NUM}))"
    )
    if fixed:
        out |= {"entropy": "fixed", "temperature": number_in(fixed, "n", "m", "o", "p") or 0.2}
        ask.has(
            r"(?:not|instead of|rather than|without) (?:being )?(?:learn\w*|tun\w*|adapt\w*|auto\w*)(?: (?:it|one))?|"
            r"不(?:再)?(?:自动)?(?:调节|学习)"
        )
        return
    if ask.has(
        rf"(?:learned|tuned|automatic(?:ally)?(?: tuned)?|adaptive|自动(?:调节)?(?:的)?)\s*{name}|{name} (?:is )"
        rf"?(?:learned|tuned|adapted)(?: automatically)?"
    ):
        out["entropy"] = "learned"
    if out.get("weighted") is None:
        start = ask.number(rf"(?:initial |starting )?{name}(?: (?:starts|begins))?{LINKS}(?P<n>{NUM})")
        out |= {"temperature": start} if start else {}


def _spoken(ask: Ask) -> None:
    """Words that name what is there anyway, or why a target is as it is."""
    ask.has(
        r"(?:that |which )?(?:is |are )?(?:not |less |a bit less |somewhat less )+(?:quite )?(?:so |as |that |too )"
        r"?pessimistic"
    )
    ask.has(_NAMES)
    ask.has(
        r"(?:off-?policy|offline(?: method)?|continuous(?: (?:actions?|control))?|twin critics|target (?:networks?|"
        r"critics?|actors?)|replay|连续(?:动作|控制)?|"
        r"(?:actor|policy|critic) (?:loss|update)s?|critics?|actors?|as in the paper|quantiles?|critic|actor|loss|"
        r"ensemble)(?![a-z])|评论家|演员|智能体"
    )
