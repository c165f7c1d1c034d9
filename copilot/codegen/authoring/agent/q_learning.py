"""Reads what a Q-function learns from: its targets, its error, how its copies follow."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.authoring.agent.followed import IN, LINK, followed
from copilot.codegen.authoring.agent.off_policy import resets, steps_of_returns, updates_per_step
from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int, to_number
from copilot.codegen.authoring.spec import Learner, Term


def q_learning(ask: Ask, settings: dict[str, Any], notes: list[str]) -> Learner:
    """The Q-learning that a request asks for, with settings that were read already."""
    out: dict[str, Any] = dict(settings)
    rainbow = _rainbow(ask)
    out |= resets(ask)
    n_step = steps_of_returns(ask)
    out |= {"n_step": n_step} if n_step else {}
    updates = updates_per_step(ask)
    out |= {"updates": updates, "every": 1} if updates else {}
    followed(ask, out)
    out["dueling"] = ask.has(
        r"(?:an? )?duel(?:ing|ling)(?: (?:heads?|arch|networks?|architectures?|dqn|streams?|q-?networks?))*|"
        r"d3qn|(?:对偶|决斗|竞争)(?:网络|结构|头)?"
    )
    _prioritized(ask, out)
    _explores(ask, out)
    _error(ask, out)
    _heads(ask, out)
    _gap(ask, out)
    if rainbow:
        ask.has(r"double|ddqn|duel\w+|noisy(?: \w+)?|c51|categorical")
        out = {**out, **{name: value for name, value in rainbow.items() if not out.get(name)}}
        out.setdefault("targets", "double")
    _targets(ask, out, notes)
    terms = [Term(name="q")]
    conservative = ask.first(
        rf"(?P<n>{NUM})\s*(?:\*|×|times|x)\s*(?:the |an? )?(?:conservative|cql)(?: (?:q-?learning|q|terms?|"
        rf"penalt(?:y|ies)|regulari[sz]\w+|loss))*"
    ) or ask.first(
        rf"(?:conservative(?: (?:q-?learning|q|terms?|penalt(?:y|ies)|regulari[sz]\w+|loss))*|"
        rf"\bcql\b(?: (?:terms?|penalty|loss|regulari[sz]\w+)|\s*(?:惩罚|项|损失))*|保守(?:项|惩罚|正则|q "
        rf"?学习)?){LINK}(?P<n>{NUM})?"
    )
    if conservative:
        weight = (
            to_number(conservative["n"])
            if conservative["n"]
            else ask.number(rf"(?:weight|coefficient|alpha|α|系数|权重)(?:{IN})*(?P<n>{NUM})")
        )
        terms.append(Term(name="conservative", weight=0.1 if weight is None else weight))
    ask.has(
        r"算(?=目标)|(?:来)?算目标|(?:对偶|决斗)(?:网络)?结构|结构|(?:td )?errors?|is an?|on top of|based on|(?:在|"
        r"的)?基础上?|\bn-step\b|项|算法|智能体"
    )
    ask.has(
        r"损失(?:函数)?(?:用|为|采用|使用)?|huber(?: loss)?|\b(?:dqn|deepmellow|deep q-?(?:learning|networks?)|"
        r"q-?(?:learning|"
        r"networks?|"
        r"functions?|values?)|target networks?|replay(?: buffer)?|td targets?|targets?)\b|instead of the plain ones|q "
        r"?学习|q ?网络|目标(?:网络)?"
    )
    return Learner(family="q_learning", terms=terms, **out)


_RAINBOW = {
    r"double(?: \w*q\w*)?(?: targets?)?|ddqn": "targets",
    r"duel\w+(?: (?:heads?|networks?))?": "dueling",
    r"noisy(?:[- ]?(?:nets?|layers?|networks?))?": "noisy",
    r"c51|categorical(?: \w+)?|distributional(?: \w+)?": "error",
    r"(?:n|multi|3)[- ]?step(?: returns?)?": "n_step",
    r"per\b|prioriti[sz]ed(?: (?:experience )?replay)?": "prioritized",
}


def _rainbow(ask: Ask) -> dict[str, Any]:
    """The parts of Rainbow (arXiv 1710.02298), without those that are left out."""
    if not ask.has(r"\brainbow\b(?:[- ]dqn)?"):
        return {}
    parts: dict[str, Any] = {
        "targets": "double",
        "dueling": True,
        "noisy": True,
        "error": "categorical",
        "n_step": 3,
        "prioritized": True,
    }
    for words, name in _RAINBOW.items():
        left = (
            rf"(?:without|minus|no|less|except(?: for)?|but not|drop\w*|leav\w+ out|不(?:要|用)|去掉)(?: the| any)?(?: "
            rf"[\w-]+(?:,| and| or|,? and)?){{0,5}}? (?:the )?(?:{words})"
        )
        if re.search(left, ask.lower):
            ask.has(
                rf"(?:(?:without|minus|no|less|except(?: for)?|but not|drop\w*|leav\w+ out|and|or|nor|,)(?: the| any)? "
                rf")?(?:{words})"
            )
            del parts[str(name)]
    if "targets" not in parts:
        parts["targets"] = "max"
    return parts


def _prioritized(ask: Ask, out: dict[str, Any]) -> None:
    """A prioritised replay and its exponents."""
    link = r"(?:\s|,|，|\(|（|with|and|=|:|of|取|为|是)*"
    told = ask.first(
        rf"(?:prioriti[sz]ed(?: (?:experience )?(?:replay|sampling|buffer))*|\bper\b|优先(?:级)?(?:经验)?(?:回放|"
        rf"采样)?){link}(?:alpha|α){link}(?P<a>{NUM})"
        rf"(?:{link}(?:beta|β){link}(?P<b>{NUM}))?"
    )
    if told:
        out |= {"prioritized": True, "priority": to_number(told["a"])} | (
            {"importance": to_number(told["b"])} if told["b"] else {}
        )
        return
    out["prioritized"] = ask.has(
        r"prioriti[sz]ed(?: (?:experience )?(?:replay|sampling|buffer))*|\bper\b(?= |,|\.|;|$)(?! (?:step|update|batch|"
        r"environment|env|each))|优先(?:级)?(?:经验)?(?:回放|采样)?"
    )
    if not out["prioritized"]:
        return
    for name, words in (
        ("priority", r"(?:priority exponent|(?:per |priority )?alpha|α)"),
        ("importance", r"(?:importance exponent|(?:per |importance )?beta|β)"),
    ):
        number = ask.number(rf"{words}(?:{IN})*(?P<n>{NUM})") if not ask.says("munchausen|advantage learning") else None
        out |= {name: number} if number is not None else {}


def _explores(ask: Ask, out: dict[str, Any]) -> None:
    """Noisy layers in place of random actions."""
    noisy = ask.first(
        rf"noisy[- ]?(?:nets?|layers?|networks?|linear(?: layers?)?|dqn|exploration)*(?:(?:{IN}|factori[sz]ed|gaussian|"
        rf"noise|sigma_?0?|σ_?0?|initial)*(?P<n>0?\.\d+))?|噪声网络(?:(?:{IN}|sigma|σ)*(?P<m>0?\.\d+))?"
    )
    if noisy:
        out["noisy"] = True
        number = next((noisy[g] for g in ("n", "m") if noisy[g]), None)
        sigma = to_number(number) if number else ask.number(rf"(?:sigma_?0?|σ_?0?)(?:{IN})*(?P<n>{NUM})")
        out |= {"sigma": sigma} if sigma else {}
        ask.has(
            r"(?:instead of|rather than|in place of|no|without|replac\w+|代替|取代|不用|不再用)(?: the| any)*\s*(?:eps\w*|"
            r"ε)[- ]?(?:greedy)?(?: exploration| actions)?|factori[sz]ed(?: gaussian)?(?: noise)?"
        )
    if ask.has(
        r"(?:with |and )?layer ?norm(?:ali[sz]ation)?s?(?: (?:in|on|for|inside|after each|before each)(?: the)?(?: "
        r"q-?networks?| networks?| heads?| hidden layers?| layer)?)?|(?:(?:网络|头)(?:里|中|上)?)?(?:加|用|带|加上)"
        r"\s*(?:层归一化|layernorm)|层归一化"
    ):
        out["norm"] = True


def _heads(ask: Ask, out: dict[str, Any]) -> None:
    """Several Q-functions, copies of the past, or no copy at all."""
    averaged = ask.first(
        rf"averaged(?:[- ](?:dqn|targets?)|(?= over))(?:(?:{IN}|over|last|the|k)*(?P<n>{INT}))?(?: (?:target|past|"
        rf"previous|old|"
        rf"last)?\s*(?:networks?|copies|targets?|q-?functions?))?|"
        rf"(?:targets?\s*(?:=|is|are)?\s*)?(?:the )?(?:averaged?|(?:the )?means?) (?:over|of) (?:the )?(?:last|previous|"
        rf"past) (?P<m>{INT})(?: (?:target "
        rf")?(?:networks?|copies|targets?|q-?functions?))?|(?:最近|过去)的?\s*(?P<o>{INT})\s*个目标网络的?平均"
    )
    if averaged:
        out["averaged"] = to_int(next((averaged[g] for g in ("n", "m", "o") if averaged[g]), None)) or 10
    ask_heads = ask.first(
        rf"(?:an? )?ensembles? of (?P<n>{INT})(?: [\w-]+)? ?(?:q-?(?:functions?|networks?|nets?|heads?)|critics?|heads?|"
        rf"dqns?)|maxmin(?: dqn| q-?learning)?(?:(?:{IN}|n)*(?P<m>{INT}))?(?: q-?(?:functions?|networks?)| networks?| "
        rf"estimators?| heads?)?|"
        rf"(?P<o>{INT}) (?:independent |separate |parallel )?(?:q-?(?:functions?|networks?|heads?)|critics|estimators)|"
        rf"(?P<p>{INT})\s*个\s*(?:q ?网络|q ?函数|评论家)(?:的?集成)?|(?P<q>{INT})[- ]head(?:ed)? ensembles?|\bredq\b"
    )
    if ask_heads:
        number = to_int(next((ask_heads[g] for g in ("n", "m", "o", "p", "q") if ask_heads[g]), None)) or (
            10 if "redq" in ask_heads[0] else 4
        )
        subset = ask.first(
            rf"(?:(?:from|of|over|using) )?(?:an? )?random(?:ly)?(?: (?:chosen|drawn|selected))?(?: (?:subset|pair)(?: "
            rf"of)?)?\s*(?P<n>{INT})?(?: of them)?|(?P<m>{INT}) of them(?: (?:drawn|chosen))? at random|of (?P<q>{INT}) "
            rf"random(?:ly (?:chosen|drawn))? (?:heads|critics|of them|q-?\w+)|随机(?:取|抽|"
            rf"选)\s*(?P<o>{INT})\s*个"
        )
        out["heads"] = number
        ask.has(
            r"(?:with )?(?:each|every|all) (?:heads?|of them|networks?)(?: (?:is|are|being))? (?:trained|learning|"
            r"learns?) (?:on its own|independently|separately|by itself)"
        )
        ask.has(r"(?:and )?act(?:s|ing) (?:on|by|with|from) (?:the|their) mean")
        if subset:
            out["subset"] = to_int(next((subset[g] for g in ("n", "m", "o", "q") if subset[g]), None)) or 2
        if ask.has(
            r"(?:the )?(?:mean|average)(?: (?:of|over) (?:the |all |their )*(?:q-?\w+|heads|networks|ensemble|them|values?)"
            r")?|平均"
        ):
            out["combined"] = "mean"
        else:
            ask.has(
                r"(?:the )?(?:min(?:imum)?|smallest)(?: (?:of|over) (?:the |all |their )*(?:q-?\w+|heads|networks|ensemble|"
                r"them|values?))?|(?:取)?最小(?:值)?"
            )
        ask.has(
            r"(?:(?:as|in|for) (?:the )?)?(?:make |form )?(?:the )?targets?(?: (?:are|is|from|of|uses?))?|redq|ensemble"
        )
    if ask.has(
        r"(?:with(?:out)?|no|drop\w*|remov\w*)(?: (?:a|any|the|separate))*(?<!with) target (?:networks?|copy|copies)|"
        r"(?:without|no) targets? net(?:work)?s?|不(?:用|要|使用)目标网络|没有目标网络|去掉目标网络"
    ) or ask.says(r"deepmellow"):
        out["target_network"] = False
        ask.has(
            r"\(?(?:so )?(?:the )?online (?:net(?:work)?)?(?: (?:for|makes|in) the targets?)?\)?|\(?so the learning "
            r"network makes the targets\)?"
        )


def _gap(ask: Ask, out: dict[str, Any]) -> None:
    """Advantage learning: targets fall where the action is not the best."""
    spoken = ask.first(
        r"(?P<p>persistent )?advantage learning(?: (?:operator|targets?|dqn))*|(?:increas\w+ the )?action[- ]gaps?(?: "
        r"(?:operator|increas\w+))*|优势学习"
    )
    formula = ask.has(
        r"t_?(?:p?al)\s*q\s*=\s*t\s*q\s*-\s*(?:alpha|α)\s*\*?\s*\(?\s*(?:v\(s\)|max[ _a-z]*q\(s,? "
        r"?\w*\))\s*-\s*q\(s,\s*a\)\s*\)?"
    )
    if not (spoken or formula):
        return
    alpha = ask.number(rf"(?:alpha|α)(?:{IN})*(?P<n>{NUM})")
    out["gap"] = 0.9 if alpha is None else alpha
    out["persistent"] = bool(spoken and spoken["p"])
    out.setdefault("targets", "max")
    ask.has(
        r"['\"“]?increasing the action gap['\"”]?|(?:using|with|from) the target networks?(?: for (?:both )?v\(s\)(?: and "
        r"q\(s,\s*a\))?)?|v\(s\)|q\(s,\s*a\)"
    )


def _targets(ask: Ask, out: dict[str, Any], notes: list[str]) -> None:
    """What the next observation is worth."""
    temperature = ask.number(rf"(?:entropy )?(?:熵)?(?:temperature|tau|τ|温度){LINK}(?P<n>{NUM})")
    mellow = ask.first(rf"mellow-?max(?: (?:targets?|operator|backups?))*(?:{IN}|omega|ω)*(?P<n>{NUM})?")
    if ask.has(r"munchausen(?: (?:dqn|rl|targets?|rewards?|q-?learning|reinforcement learning))*|m-dqn|闵希豪森"):
        out["targets"] = "munchausen"
        _munchausen(ask, out)
    elif mellow:
        out["targets"] = "mellowmax"
        omega = to_number(mellow["n"]) if mellow["n"] else ask.number(rf"(?:omega|ω)(?:\s|=|of|为)*(?P<n>{NUM})")
        out |= {"omega": omega} if omega else {}
        ask.has(
            r"mm\(x\)\s*=\s*log\(\s*mean\(\s*exp\(\s*(?:omega|ω)\s*\*?\s*x\s*\)\)\)\s*/\s*(?:omega|ω)|(?:the )?max(?: "
            r"operator)? (?:is )?(?:replaced by|becomes|in place of)|instead of (?:the )?max(?:imum)?|(?:omega|ω)"
        )
    elif ask.has(r"expected sarsa(?: targets?)?|期望 ?sarsa"):
        out["targets"] = "expected"
        ask.has(
            r":?\s*\(1\s*-\s*(?:eps(?:ilon)?|ε)\)\s*\*?\s*max(?:_a)? ?q\w*(?:\([^)]*\))?\s*\+\s*(?:eps(?:ilon)?|"
            r"ε)\s*\*?\s*mean(?:_a)? ?q\w*(?:\([^)]*\))?|(?:,? with )?(?:eps(?:ilon)?|ε)(?=\W|$)|"
            r"(?:under )?(?:the )?(?:current )?(?:greedy )?(?:behaviou?r|policy)|no double q|not? double(?: q\w*)?"
        )
    elif ask.has(
        r"soft(?:max)?(?![a-z])(?: (?:q-?learning|targets?|values?|max|q|bellman|backups?))*|"
        r"log-?sum-?exp(?: targets?)?|软(?:目标|q ?学习|价值)?"
    ):
        out["targets"] = "soft"
    elif ask.has(
        r"(?:without|no|not?|instead of|plain|vanilla|single|max)(?: the)? (?:double(?: dqn| "
        r"q-?learning)?(?: targets?)?|(?:max )?targets?)"
    ):
        out["targets"] = "max"
    elif ask.has(r"double(?: (?:dqn|q-?learning|q|targets?|estimators?))*|ddqn|双(?:重)?\s*(?:q(?: ?目标)?|dqn|目标)"):
        out["targets"] = "double"
    elif "targets" not in out:
        out["targets"] = "double"
        notes.append("The targets are not stated: those of double DQN.")
    if out["targets"] in {"soft", "munchausen"} and temperature and temperature > 0:
        out["temperature"] = temperature


def _munchausen(ask: Ask, out: dict[str, Any]) -> None:
    """The weight of the log-policy, and its bound."""
    alpha = ask.number(rf"(?:alpha|α|munchausen (?:weight|coefficient|scale))(?:{IN}|取)*(?P<n>{NUM})")
    out |= {"alpha": alpha} if alpha is not None and 0 <= alpha <= 1 else {}
    low = ask.first(rf"(?:log[- ]?polic(?:y|ies)|对数策略|log[- ]?prob\w*)[^\d\[-]*(?:clip|cut|clamp|kept|截断|裁剪)?"
        rf"[^\d\[-]*\[?\s*(?P<n>-\s*{NUM})\s*[,，]\s*0(?:\.0)?\s*\]?|"
                    rf"(?:clip|cut|clamp)\w*[\w ]*?(?:at|to|below)\s*\[?(?P<m>-{NUM})(?:\s*[,，]\s*0\]?)?")  # fmt: skip
    out |= {"log_low": to_number((low["n"] or low["m"]).replace(" ", ""))} if low else {}
    ask.has(r"log[- ]?polic(?:y|ies)|对数策略|(?:在|的)?基础上?|base")


_SQUARED = r"(?:(?:mse|mean[- ]squared|squared|l2)(?: (?:td )?(?:errors?|loss(?:es)?))?|均方误差(?:损失)?)"


def _error(ask: Ask, out: dict[str, Any]) -> None:
    """How the TD error is punished."""
    if _distribution(ask, out):
        return
    spoken = ask.first(
        rf"(?:qr-?dqn|quantile[- ]regression(?: dqn)?|quantiles?(?: (?:dqn|huber|loss))*){LINK}(?P<n>\d+)?(?: quantiles?)?|"
        rf"(?P<m>\d+)(?: quantiles?|\s*个分位数)|(?<!期望)分位数(?:回归)?"
    )
    if spoken:
        number = to_int(spoken["n"] or spoken["m"]) or ask.whole(r"(?P<n>\d+)\s*(?:个)?(?:quantiles?|分位数)")
        out |= {"error": "quantile", **({"quantiles": number} if number else {})}
        ask.has(r"quantiles?|regression|huber(?: ->)?|分位数|(?:with )?(?:kappa|κ)\s*(?:=|of)?\s*1(?:\.0)?(?![.\d])")
        return
    expectile = ask.first(
        rf"期望分位(?:数)?(?:损失|回归)?(?:{IN}|tau|τ|,|，)*(?P<k>{NUM})|expectiles?(?: (?:regression|loss|"
        rf"error))*(?:{IN}|tau|τ)*(?P<n>{NUM})?|期望分位(?"
        rf":数)?{LINK}(?P<m>{NUM})?"
    )
    if expectile:
        share = next((to_number(expectile[g]) for g in ("n", "m", "k") if expectile[g]), 0.7)
        out |= {"error": "expectile", "expectile": min(0.99, max(0.01, share))}
        ask.has(r"(?:td )?errors?|loss")
    elif ask.has(r"log-?cosh(?: (?:loss|error))?"):
        out["error"] = "log_cosh"
    elif ask.has(r"(?:absolute|l1|mae)(?: (?:td )?(?:error|loss))|绝对误差"):
        out["error"] = "absolute"
    elif ask.has(rf"{_SQUARED}(?: (?:instead of|rather than|in place of) (?:the )?huber(?: loss| ones)?)?"):
        out["error"] = "squared"
    elif huber := ask.first(rf"huber(?: loss)?(?:(?:{IN}|delta|δ)*(?P<n>{NUM}))?"):
        out |= {"error": "huber"} | ({"delta": to_number(huber["n"])} if huber["n"] else {})


def _distribution(ask: Ask, out: dict[str, Any]) -> bool:
    """C51 and IQN."""
    if ask.has(r"(?<![a-z])iqn(?![a-z])(?: agent)?|implicit quantiles?(?: (?:networks?|dqn|functions?))*"):
        number = ask.whole(
            rf"(?P<n>{INT}) (?:tau |τ )?(?:samples?|quantiles?|taus?|fractions?)(?: of tau)?",
            rf"(?:N|taus?|samples){LINK}(?P<n>\d+)",
            r"(?:采样|取)\s*(?P<n>\d+)\s*个\s*(?:tau|τ|分位数)?",
        )
        out |= {"error": "implicit", "quantiles": number or 8}
        return True
    spoken = ask.has(
        r"(?<![a-z])c51(?![a-z])(?: (?:targets?|loss|agent|dqn))*|(?:categorical|distributional)(?: (?:dqn|"
        r"q-?learning|targets?|loss|"
        r"projection))+|分布式 ?dqn"
    )
    if not spoken:
        return False
    atoms = ask.whole(r"(?P<n>\d+) (?:atoms|bins|points)", r"(?P<n>\d+)\s*个(?:原子|支撑点)") or 51
    span = ask.first(
        rf"(?:(?:on|with) )?(?:a |the )?(?:support )?(?:v_?min )?(?:between|from|in|within|over|on|range|在|从)"
        rf"?\s*\[?(?P<a>{NUM})\s*(?:and|to|,|，|到|和)\s*(?:v_?max )?(?P<b>{NUM})\]?(?:之间)?"
    )
    out |= {"error": "categorical", "bins": atoms}
    out |= {"low": to_number(span["a"]), "high": to_number(span["b"])} if span else {}
    ask.has(r"\bc51\b|categorical|cross[- ]entropy(?: loss)?|support")
    return True
