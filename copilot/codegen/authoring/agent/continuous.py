"""Reads an off-policy actor-critic: its critics and what their targets are of, what the actor climbs, its temperature."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.agent.cloned import cloned_actor
from copilot.codegen.authoring.agent.common import EQUALS, LINKS, as_in_library, number_in, rest, settings
from copilot.codegen.authoring.agent.numbers import NUMBER, valued
from copilot.codegen.authoring.agent.off_policy import resets, steps_of_returns, updates_per_step
from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int, to_number
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
    cloned_actor(ask, out, cloned)
    _combination(ask, out)
    _critics(ask, out)
    _noise(ask, out)
    if base == "SAC":
        _temperature(ask, out)
    tau = valued(
        ask, r"(?:(?:soft|polyak)(?:[- ](?:target )?(?:updates?|averag\w+))? )?(?:(?<![a-z])tau|τ)|软更新(?:的)?\s*tau"
    ) or ask.number(
        rf"(?:(?:soft|polyak)(?:[- ]| tau)(?:target )?(?:updates?|averag\w+)?(?: of the targets?)?|\btau\b|τ|"
        rf"软更新){LINKS}(?:tau|τ)"
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
    rate = r"(?:learning[- _]?rates?|lrs?|学习率)"
    heads = {"actor_lr": r"(?:actor|policy|演员|策略)(?:'s)?", "critic_lr": r"(?:critics?|q-?functions?|评论家)(?:'s)?"}
    pair = ask.first(
        rf"{rate}(?: of)?\s*(?P<a>{NUMBER})\s*(?:for (?:the )?(?P<x>actor|policy|critics?)|\((?P<u>actor|policy|"
        rf"critics?)\))\s*(?:,|and)+(?: of)?\s*"
        rf"(?P<b>{NUMBER})\s*(?:for (?:the )?(?:actor|policy|critics?)|\((?:actor|policy|critics?)\))"
    )
    if pair:
        first = "critic_lr" if (pair["x"] or pair["u"]).startswith("critic") else "actor_lr"
        other = "actor_lr" if first == "critic_lr" else "critic_lr"
        out |= {first: to_number(pair["a"]), other: to_number(pair["b"])}
        return
    both = ask.first(
        rf"{rate}(?: are| of|:|分别(?:是|为)?|是|为|\s)*(?P<a>{NUMBER})\s*(?:and|和|/)\s*(?P<b>{NUMBER})(?:,? "
        rf"(?:respectively|for (?:the )?actor and (?:the )?critics?))"
    )
    if both:
        out |= {"actor_lr": to_number(both["a"]), "critic_lr": to_number(both["b"])}
        return
    for name, words in heads.items():
        found = valued(
            ask, rf"{words}(?: has| uses|的| with)?(?: an?| the)?[ _]*{rate}|{rate}(?: of| for) (?:the )?{words}"
        )
        if found is None:
            found = ask.number(rf"{rate}(?: of)? (?P<n>{NUM}) (?:for|in) the {words}")
        out |= {name: found} if found and found <= 1 else {}


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
        out["critics"] = max(2, out.get("critics", 2))
        out["rest"] = "max" if mixed["r"].startswith(("max", "larg")) else "mean"
        return
    if bound:
        out |= {"combined": "bound", "pessimism": number_in(bound, "n", "m", "z") or 1.0}
        out |= {"critics": to_int(bound["c"]) or 2} if bound["c"] else {}
        return
    other = r"(?:instead of|rather than|in place of|and not|not|而不是|代替)\s*(?:(?:the|their|取)\s*)*"
    if ask.has(r"取(?:其|它们的?)?(?:平均值?|均值)(?!减|\s*-)"):
        out["combined"] = "mean"
        return
    if ask.has(
        rf"(?:(?:the )?targets? (?:is |are |from |of |uses? |takes? )+)?(?:and )?(?:the )?(?:mean|average)(?: of "
        rf"(?:them|all(?: of them)?|the critics|all "
        rf"critics|(?P<n>{INT}|\d+) critics))?,? (?:as|for|in|is|makes?) (?:the )?targets?|targets? (?:is |are |"
        rf"from |of |uses? |takes? )+the (?:mean|average) of "
        rf"(?:them|all(?: of them)?|(?=(?:the )?(?:{INT}|\d+)? ?critics))"
    ):
        out["combined"] = "mean"
        return
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
        ask.has(
            r"算目标|(?:for|in|as|make|form)? ?(?:each|the|every)? ?targets?(?: from)?(?! (?:noise|smoothing|"
            r"entropy|networks?|polic))"
        )
    many = ask.first(
        rf"(?:ensemble of |with )?(?P<n>{INT}|\d+) {_ADJECTIVES}{_CRITICS}(?! (?:updates?|steps?))|(?P<m>\d+|"
        rf"[一二两三四五六七八九十])\s*个\s*(?:评论家|critic|q ?网络)|"
        rf"ensemble of {_CRITICS}{LINKS}(?P<o>{INT})|(?:one|a) single (?P<s>critic)|critics?{EQUALS}(?P<p>\d+)(?!\.?\d)|"
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
        rf"(?:(?:the )?(?:top|largest|highest) (?P<o>{INT}|\d+)(?: (?:of them|quantiles?|atoms))?(?: (?:are|is))? "
        rf"(?:dropped|removed|discarded|left out)|(?:drop\w*|remov\w*|discard\w*|leav\w* out|truncat\w*)(?: (?:of "
        rf")?(?:the |its )?(?:top|largest|highest|"
        rf"biggest))?\s*(?P<n>{INT}|\d+)?(?: (?:top|largest|highest))?(?: (?:of them|quantiles?|atoms))?)"
        r"(?: (?:of each|per critic|each|from each(?: critic)?))?|(?:丢掉|舍弃|去掉)(?:每个)?最大的\s*(?P<m>\d+|"
        r"[一二两三四五六七八九十])\s*个(?:分位数)?"
    ) if out.get("quantiles") else None  # fmt: skip
    if dropped and (told := dropped["n"] or dropped["m"] or dropped["o"]):
        out["dropped"] = to_int(told)
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
        rf"delayed (?:actor|policy) updates?(?:,| at)? (?:every|each|after every) (?P<r>{INT}|second|third|fourth|"
        rf"other)(?: (?:critic )?(?:updates?|steps?))?|(?:policy |actor )?delay(?:ed)?(?: (?:policy |actor "
        rf")?updates?)?(?: of the actor)?{EQUALS}(?P<n>{INT})|"
        rf"(?:the )?actor(?: (?:is|gets?|moves?))?(?: only)?(?: updated?)?(?: only)? (?:every|each|after every) "
        rf"(?P<m>{INT}|second|third|fourth|other)(?: (?:updates?|steps?|time))*|"
        rf"(?P<o>{INT}) critic updates? (?:per|for each|for every) (?:actor|policy) update|"
        rf"每\s*(?P<p>{INT})\s*次(?:评论家)?更新(?:才)?更新一?次?\s*(?:actor|演员)|no (?P<z>delay)(?:ed updates?)?|"
        rf"延迟(?:更新)?\s*(?P<q>\d+)\s*步?"
    )
    if delay:
        word = next((delay[g] for g in ("n", "m", "o", "p", "q", "r") if delay[g]), None)
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
        if smoothing is None:
            smoothing = ask.first(
                rf"(?:target )?(?:policy )?smoothing(?: noise| with| of|,|:)* (?:noise )?(?:of )?(?P<n>{NUM}),? "
                rf"(?:and )?(?:clip\w*|cut|bounded|limited|noise "
                rf"clip)(?: (?:at|to|by|of))? (?P<m>{NUM})(?P<o>)(?P<p>)"
            )
        if smoothing:
            out["target_noise"] = number_in(smoothing, "n", "o")
            cut = number_in(smoothing, "m", "p")
            out |= {"noise_clip": cut} if cut is not None else {}
    clip = ask.number(rf"noise clip\w*{EQUALS}(?P<n>{NUM})")
    out |= {"noise_clip": clip} if clip is not None else {}
    noise = valued(
        ask,
        r"(?:(?:exploration|action|acting)[ -]noise|探索噪声|动作噪声)(?:[ _](?:std(?:dev)?|deviation|sigma|"
        r"scale))?|noise[ _](?:std|sigma)",
    )
    noise = (
        noise
        if noise is not None
        else ask.number(
            rf"(?:exploration|action|gaussian|acting|探索)[ -]?(?:noise|噪声)(?: (?:std|deviation|sigma|"
            rf"scale))?{LINKS}(?:std|"
            rf"deviation|sigma|标准差)?{EQUALS}(?P<n>{NUM})"
        )
    )
    out |= {"noise": noise, "drifting": False} if noise is not None else {}


def _temperature(ask: Ask, out: dict[str, Any]) -> None:
    """The weight of the entropy: learned, fixed, or no entropy at all."""
    entropy = valued(ask, r"target[ _]entropy|entropy[ _]target|目标熵")
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
        rf"|(?:the )?{name}(?:\s|=|is|of|at|为|取)*(?P<q>{NUM}),?(?: (?:and|but))? (?:not|never) (?:being "
        rf")?(?:tuned|learned|adapted|trained)"
        rf"|(?:keep|fix|set) (?:the )?{name}(?: fixed| constant)?{LINKS}(?P<o>{NUM}))"
    )
    if fixed:
        out |= {"entropy": "fixed", "temperature": number_in(fixed, "n", "m", "o", "p", "q") or 0.2}
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
        r"ensemble|targets?|as (?:a |the )?targets?|(?:instead of|rather than) (?:the )?(?:usual )?two)(?![a-z])|"
        r"评论家|演员|智能体|损失"
    )
