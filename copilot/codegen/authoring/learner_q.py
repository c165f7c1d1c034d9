"""Reads what a Q-function learns from: its targets, its error, how its copies follow."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int, to_number
from copilot.codegen.authoring.spec import Learner, Term

IN = (
    r"\s|\(|\)|=|:|：|of|with|using|and|at|to|by|weight(?:ed)?(?: by)?|coef(?:ficient)?|(?:divergence )?(?:from|to|"
    r"against) (?:the )?(?:old|previous|behaviou?r|acting|last) policy|divergence|loss(?:es)?|损失|an?|the|is|scaled by|"
    r"times|为|是|系数|权重|取|,|，|target|目标"
)
LINK = rf"(?:{IN})*"
"""What may stand between a word and its number."""


def q_learning(ask: Ask, settings: dict[str, Any], notes: list[str]) -> Learner:
    """The Q-learning that a request asks for, with settings that were read already."""
    kept = ("lr", "discount", "max_grad_norm", "batch_size", "hidden_dim")
    out: dict[str, Any] = {name: settings[name] for name in kept if name in settings}
    steps = ask.first(
        rf"(?P<n>{INT})[ -]?steps?(?:[ -](?:returns?|targets?|bootstrap\w*|td|q\w*))+|(?:n|"
        rf"multi)[- ]?step(?: (?:returns?|targets?|bootstrap\w*))*{LINK}(?:n\s*=\s*)?(?P<m>\d+)?|"
        rf"(?P<o>{INT})\s*步(?:回报|目标|自举)?|多步(?:回报|目标)"
    )
    if steps:
        out["n_step"] = to_int(next((steps[g] for g in ("n", "m", "o") if steps[g]), None)) or 3
    _followed(ask, out)
    out["dueling"] = ask.has(
        r"duel(?:ing|ling)(?: (?:heads?|networks?|architectures?|dqn|streams?|q-?networks?))*|"
        r"d3qn|(?:对偶|决斗|竞争)(?:网络|结构|头)?"
    )
    out["prioritized"] = ask.has(
        r"prioriti[sz]ed(?: (?:experience )?(?:replay|sampling|buffer))*|\bper\b|优先(?:级)?(?:经验)?回放"
    )
    _error(ask, out)
    _targets(ask, out, notes)
    terms = [Term(name="q")]
    conservative = ask.first(
        rf"(?:conservative(?: (?:q-?learning|terms?|penalt(?:y|ies)|regulari[sz]\w+|loss))*|"
        rf"\bcql\b(?: (?:terms?|penalty|loss))?|保守(?:项|惩罚|正则|q ?学习)?){LINK}(?P<n>{NUM})?"
    )
    if conservative:
        terms.append(Term(name="conservative", weight=to_number(conservative["n"]) if conservative["n"] else 0.1))
    ask.has(r"(?:td )?errors?|is an?|on top of|based on|(?:在|的)?基础上?|\bn-step\b")
    ask.has(
        r"损失(?:函数)?(?:用|为|采用|使用)?|huber(?: loss)?|\b(?:dqn|deep q-?(?:learning|networks?)|q-?(?:learning|"
        r"networks?|"
        r"functions?|values?))\b|instead of the plain ones|q ?学习|q ?网络|目标"
    )
    return Learner(family="q_learning", terms=terms, **out)


def _followed(ask: Ask, out: dict[str, Any]) -> None:
    """How the copies follow, and how much is explored."""
    soft = ask.first(
        rf"(?:soft(?:ly)?|polyak)(?:[- ]averag\w*)?(?: (?:target(?: networks?)?|of the targets?))? updat(?:es?|ed|ing)(?"
        rf": of (?:the )?targets?(?: networks?)?)?"
        rf"(?:{IN}|tau|τ|rate|polyak)*(?P<n>{NUM})?|polyak(?:[- ]averag\w+)(?:{IN}|tau|τ|rate)*(?P<m>{NUM})?|"
        rf"软更新(?:目标网络)?(?:{IN}|tau|τ)*(?P<o>{NUM})?"
    )
    if soft:
        out["tau"] = next((to_number(soft[g]) for g in ("n", "m", "o") if soft[g]), 0.005)
        ask.has(r"target networks?")
    freq = ask.whole(
        r"targets?(?: networks?)?(?: (?:is|are))?(?: (?:copied|updated|synced|synchroni[sz]ed|replaced))(?: (?:each|"
        r"every|after|once))*\s*(?P<n>\d+)(?: "
        r"(?:environment )?(?:steps|updates))?", r"目标网络每\s*(?P<n>\d+)\s*步(?:更新|同步|复制)",
    )  # fmt: skip
    out |= {"target_update_freq": freq} if freq else {}
    epsilon = ask.first(
        rf"(?:epsilon|ε|exploration)[^\d.;]*?(?P<a>{NUM})\s*(?:to|->|down to|到)\s*(?P<b>{NUM})(?:[^\d.;]*?(?P<n>\d+)"
        rf"\s*(?P<k>k|万)?\s*(?:steps|步))?"
    )
    if epsilon:
        length = int(epsilon["n"] or 10_000) * {"k": 1000, "万": 10_000}.get(epsilon["k"] or "", 1)
        out["epsilon"] = f"linear({to_number(epsilon['a'])!r}, {to_number(epsilon['b'])!r}, {length})"
        ask.has(r"linear(?:ly)?|decay\w*|falling|anneal\w*|epsilon[- ]greedy|线性|衰减")


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
    elif ask.has(r"expected sarsa(?: targets?)?|期望 ?sarsa"):
        out["targets"] = "expected"
    elif ask.has(
        r"soft(?:max)?(?: (?:q-?learning|targets?|values?|max|q|bellman|backups?))*|"
        r"log-?sum-?exp(?: targets?)?|软(?:目标|q ?学习|价值)?"
    ):
        out["targets"] = "soft"
    elif ask.has(
        r"(?:without|no|not?|instead of|plain|vanilla|single|max)(?: the)? (?:double(?: dqn| "
        r"q-?learning)?(?: targets?)?|(?:max )?targets?)"
    ):
        out["targets"] = "max"
    elif ask.has(r"double(?: (?:dqn|q-?learning|targets?|estimators?))*|ddqn|双(?:重)?(?:q|dqn|目标)"):
        out["targets"] = "double"
    else:
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


def _error(ask: Ask, out: dict[str, Any]) -> None:
    """How the TD error is punished."""
    spoken = ask.first(
        rf"(?:qr-?dqn|quantile[- ]regression(?: dqn)?|quantiles?(?: (?:dqn|huber|loss))*){LINK}(?P<n>\d+)?(?: quantiles?)?|"
        rf"(?P<m>\d+) quantiles?|分位数(?:回归)?"
    )
    if spoken:
        number = to_int(spoken["n"] or spoken["m"]) or ask.whole(r"(?P<n>\d+)\s*(?:个)?(?:quantiles?|分位数)")
        out |= {"error": "quantile", **({"quantiles": number} if number else {})}
        ask.has(r"quantiles?|regression|huber|分位数")
        return
    expectile = ask.first(
        rf"expectiles?(?: (?:regression|loss|error))*(?:{IN}|tau|τ)*(?P<n>{NUM})?|期望分位(?"
        rf":数)?{LINK}(?P<m>{NUM})?"
    )
    if expectile:
        share = next((to_number(expectile[g]) for g in ("n", "m") if expectile[g]), 0.7)
        out |= {"error": "expectile", "expectile": min(0.99, max(0.01, share))}
        ask.has(r"(?:td )?errors?|loss")
    elif ask.has(r"log-?cosh(?: (?:loss|error))?"):
        out["error"] = "log_cosh"
    elif ask.has(r"(?:absolute|l1|mae)(?: (?:td )?(?:error|loss))|绝对误差"):
        out["error"] = "absolute"
    elif ask.has(r"(?:mse|squared|mean squared|l2)(?: (?:td )?(?:error|loss))?|均方误差"):
        out["error"] = "squared"
