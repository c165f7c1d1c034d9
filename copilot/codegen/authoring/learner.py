"""Reads an algorithm: its family, the terms of its loss, and what a Q-function learns from."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int, to_number
from copilot.codegen.authoring.spec import Learner, Term

BEYOND = (
    r"\b(?:offline|decision transformer|model[- ]based|world models?|planning|mcts|muzero|dreamer|multi-?agent|meta|"
    r"hierarchical|options?|evolution\w*|genetic|cem|distributional|quantile|c51|rainbow|"
    r"categorical dqn|noisy|hindsight|"
    r"transformers?|recurrent|lstm|gru|trust region|natural gradient|conjugate|lagrang\w*|constrain\w*|safe|successor|"
    r"bootstrap\w* heads|retrace|v-?trace|diffusion|goal[- ]conditioned|contrastive|auxiliary|reconstruction|ensemble|"
    r"dreaming|imagination|adversarial|gail|ddpg|td3|sac|soft actor|deterministic|twin)\b|"
    r"离线|基于模型|规划|多智能体|元学习|分层|"
    r"进化|分布式|分位数|循环|信赖域|自然梯度|约束|对比|辅助|集成|对抗|确定性"
)
"""Words of algorithms that these terms do not make up."""
_LINK = r"(?:\s|=|:|：|of|with|weight(?:ed)?(?: by)?|coef(?:ficient)?|a|the|is|为|是|系数|权重|取|,|，|target|目标)*"
_Q = (
    r"\b(?:dqn|d3qn|ddqn|q-?learning|q-?networks?|q-?functions?|deep q|munchausen|duel(?:ing|"
    r"ling)|soft q|cql|td targets?|double q)\b|q ?学习|q ?网络"
)


def read(ask: Ask) -> tuple[Learner | None, list[str]]:
    """The algorithm that a request asks for, or None where it names no term; and notes."""
    notes: list[str] = []
    settings = _settings(ask)
    if ask.says(_Q):
        return _q_learning(ask, settings, notes), notes
    terms = _policy(ask, notes)
    terms += _entropy_and_value(ask, bool(terms))
    terms += _imitation(ask, notes)
    if not terms and not ask.says(r"\b(?:ppo|a2c|actor-?critic|policy gradient|reinforce)\b|策略梯度|演员"):
        return None, notes
    named = {term.name for term in terms}
    if not named & {"clip", "gradient", "kl_penalty", "adaptive_kl", "weighted_imitation"}:
        gradient = ask.says(r"\b(?:a2c|reinforce|policy gradient)\b|策略梯度")
        terms.insert(0, Term(name="gradient") if gradient else Term(name="clip", value=0.2))
    if not named & {"value", "clipped_value", "huber_value"}:
        terms.append(Term(name="value", weight=0.5))
    if "entropy" not in named and not ask.says(r"(?:without|no) entropy|不(?:用|加)熵|去掉熵"):
        terms.append(Term(name="entropy", weight=0.01))
    ask.has(
        r"\b(?:ppo|a2c|actor-?critics?|policy gradients?|reinforce|proximal policy "
        r"optimi[sz]ation)\b|策略梯度|演员评论家|(?:without|no) entropy(?: bonus)?|不(?:用|加)熵|去掉熵"
    )
    if "epochs" not in settings:
        settings["epochs"] = 1 if any(term.name == "gradient" for term in terms) else 4
    normalised = not ask.has(
        r"(?:without|no) (?:advantage )?normali[sz]\w*(?: (?:of )?(?:the )?advantages?)?|不归一化优势"
    )
    return Learner(family="actor_critic", terms=terms, normalize_advantages=normalised, **settings), notes


def _settings(ask: Ask) -> dict[str, Any]:
    out: dict[str, Any] = {}
    lr = ask.number(rf"(?:learning rate|\blr|学习率)(?:\s|=|:|：|of|is|为|是)*(?P<n>{NUM})")
    out |= {"lr": lr} if lr and 0 < lr <= 1 else {}
    discount = ask.number(rf"(?:discount(?: factor)?|gamma|γ|折扣(?:因子)?)(?:\s|=|:|：|of|is|为|是)*(?P<n>{NUM})")
    out |= {"discount": discount} if discount is not None and 0 <= discount <= 1 else {}
    gae = ask.number(rf"(?:gae[ -]?(?:lambda)?|lambda|λ)(?:\s|=|:|：|of|is|为|是)*(?P<n>{NUM})")
    out |= {"gae_lambda": gae} if gae is not None and 0 <= gae <= 1 else {}
    epochs = ask.whole(rf"(?P<n>{INT})[ -](?:update )?(?:epochs?|passes)", r"(?P<n>\d+)\s*(?:轮|个 ?epoch)")
    out |= {"epochs": min(100, epochs)} if epochs else {}
    return out


def _policy(ask: Ask, notes: list[str]) -> list[Term]:
    """Terms that improve the policy; what is "instead of clipping" does not clip."""
    instead = ask.has(
        r"(?:instead of|rather than|in place of|replac\w+|without|not?|drop\w*|remov\w+|no) "
        r"(?:(?:the|using|any|its|ppo'?s?) )*(?:clip\w*(?: (?:surrogate|objective|ratio|"
        r"loss))*)(?: (?:is replaced )?(?:by|with))?|"
        r"(?:代替|替代|取代|而不是|而非|不用|去掉|替换)(?:掉)?(?:原来的|ppo ?的)?(?:裁剪|截断)(?:目标|损失|项)?|"
        r"(?:裁剪|截断)(?:换成|改为|替换为)"
    )
    terms: list[Term] = []
    kl = ask.first(
        rf"(?P<a>adaptive(?:ly)? |自适应(?:的)?\s*)?(?:reverse |forward )?kl(?:[- ]divergence)?(?: "
        rf"(?:penalt(?:y|ies)|regulari[sz]\w+|terms?|constraints?|loss|"
        rf"target))*{_LINK}(?P<n>{NUM})?|(?P<b>自适应)?(?:的)?\s*kl\s*(?:散度)?(?:惩罚|"
        rf"正则)?(?:项)?{_LINK}(?P<m>{NUM})?"
    )
    if kl:
        number = next((to_number(kl[g]) for g in ("n", "m") if kl[g]), None)
        adaptive = bool(kl["a"] or kl["b"]) or ask.has(
            r"adapt(?:ive|s|ed|ing)(?:ly)?(?: (?:coefficient|weight|penalty))?|自适应"
        )
        ask.has(r"(?:whose |with )?(?:penalty|coefficient|惩罚(?:项)?|系数)")
        if adaptive:
            number = number or ask.number(rf"(?:target|目标)(?:\s|kl|of|=|:|：|is|为|是)*(?P<n>{NUM})")
            terms.append(Term(name="adaptive_kl", weight=1.0, value=number if number else 0.01))
            if number is None:
                notes.append("The target of the divergence is not stated: 0.01.")
        else:
            terms.append(Term(name="kl_penalty", weight=1.0 if number is None else number))
            if number is None:
                notes.append("The weight of the divergence is not stated: 1.0.")
    clip = (
        None
        if instead
        else ask.first(
            rf"(?:ppo'?s? )?clip(?:s|ped|ping)?(?: (?:surrogate|objective|range|ratio|loss|"
            rf"policy))*{_LINK}(?P<n>{NUM})?(?! (?:value|vf))|裁剪(?:目标|范围)?{_LINK}(?P<m>{NUM})?"
        )
    )
    if clip and not ask.says(r"clip\w* (?:the )?values?"):
        number = next((to_number(clip[g]) for g in ("n", "m") if clip[g]), 0.2)
        terms.insert(0, Term(name="clip", value=number or 0.2))
    if ask.has(r"(?:plain |vanilla )?policy gradients?(?: loss)?|\breinforce\b|(?:普通)?策略梯度"):
        terms.append(Term(name="gradient"))
    if instead and not terms:
        terms.append(Term(name="gradient"))
        notes.append("Nothing is named in place of clipping: the plain policy gradient is taken.")
    return terms


def _entropy_and_value(ask: Ask, any_policy: bool) -> list[Term]:
    terms: list[Term] = []
    entropy = None if ask.says(r"(?:without|no) entropy|不(?:用|加)熵") else ask.first(
        rf"(?:more |larger |stronger )?entropy(?: (?:bonus|regulari[sz]\w+|terms?|coef\w*|"
        rf"maximi[sz]ation|reward))*{_LINK}(?P<n>{NUM})?|熵(?:正则|奖励|系数|项)*{_LINK}(?P<m>{NUM})?"
    )  # fmt: skip
    if entropy:
        number = next((to_number(entropy[g]) for g in ("n", "m") if entropy[g]), 0.01)
        terms.append(Term(name="entropy", weight=number))
    for name, words in (
        ("huber_value", (
            r"huber(?:[- ]loss)?(?: (?:loss )?(?:for|on|of) (?:the )?)?(?: ?(?:values?|critic)(?: "
            r"(?:loss|function))?)?|smooth[- ]l1(?: (?:value|critic) loss)?"
        )),
        ("clipped_value", (
            rf"(?:clip(?:s|ped|ping)? (?:the )?(?:values?|vf|critic)(?: (?:loss|function))?|value "
            rf"clip\w*|价值裁剪){_LINK}(?P<n>{NUM})?"
        )),
        ("value", (
            rf"(?:mse |squared )?(?:value|critic)(?: function)? (?:loss|coef\w*|error)(?: "
            rf"(?:weight|coef\w*))?{_LINK}(?P<n>{NUM})?|价值损失{_LINK}"
        )),
    ):  # fmt: skip
        match = ask.first(words)
        if match:
            found = match["n"] if "n" in match.re.groupindex else None
            weight = to_number(found) if found else None
            if name == "clipped_value":
                terms.append(Term(name="clipped_value", weight=0.5, value=weight or 0.2))
            else:
                terms.append(Term(name=name, weight=0.5 if weight is None else weight))  # type: ignore[arg-type]
            break
    return terms


def _imitation(ask: Ask, notes: list[str]) -> list[Term]:
    terms: list[Term] = []
    own = ask.first(
        rf"self[- ]?imitation(?: (?:learning|loss|terms?))*{_LINK}(?P<n>{NUM})?|"
        rf"自(?:我)?模仿(?:学习)?(?:损失|项)?{_LINK}(?P<m>{NUM})?"
    )
    if own:
        terms.append(Term(name="self_imitation", weight=next((to_number(own[g]) for g in ("n", "m") if own[g]), 0.1)))
    weighted = ask.first(
        rf"(?:advantage[- ]weighted (?:regression|imitation|actor[- ]critic|behaviou?r cloning)|"
        rf"\bawr\b|\bawac\b|优势加权(?:回归|模仿)?)(?: (?:loss|terms?))*(?:{_LINK}(?:temperature|"
        rf"温度){_LINK}(?P<n>{NUM}))?"
    )
    if weighted:
        terms.append(
            Term(name="weighted_imitation", weight=1.0, value=to_number(weighted["n"]) if weighted["n"] else 1.0)
        )
    cloned = ask.first(
        rf"behaviou?r(?:al)? cloning(?: (?:loss|terms?))*{_LINK}(?P<n>{NUM})?|行为克隆(?:损失|"
        rf"项)?{_LINK}(?P<m>{NUM})?"
    )
    if cloned:
        terms.append(
            Term(name="self_imitation", weight=next((to_number(cloned[g]) for g in ("n", "m") if cloned[g]), 0.1))
        )
        notes.append(
            "CAREFUL: there are no demonstrations to clone; what did better than expected in the "
            "rollout is cloned (self-imitation)."
        )
    return terms


def _q_learning(ask: Ask, settings: dict[str, Any], notes: list[str]) -> Learner:
    out: dict[str, Any] = {name: settings[name] for name in ("lr", "discount") if name in settings}
    steps = ask.first(
        rf"(?P<n>{INT})[ -]?steps?(?:[ -](?:returns?|targets?|bootstrap\w*|td|q\w*))+|(?:n|"
        rf"multi)[- ]?step(?: (?:returns?|targets?|bootstrap\w*))*{_LINK}(?:n\s*=\s*)?(?P<m>\d+)?|"
        rf"(?P<o>{INT})\s*步(?:回报|目标|自举)?|多步(?:回报|目标)"
    )
    if steps:
        out["n_step"] = to_int(next((steps[g] for g in ("n", "m", "o") if steps[g]), None)) or 3
    out["dueling"] = ask.has(
        r"duel(?:ing|ling)(?: (?:heads?|networks?|architectures?|dqn|streams?|q-?networks?))*|"
        r"d3qn|(?:对偶|决斗|竞争)(?:网络|结构|头)?"
    )
    out["prioritized"] = ask.has(
        r"prioriti[sz]ed(?: (?:experience )?(?:replay|sampling|buffer))*|\bper\b|优先(?:级)?(?:经验)?回放"
    )
    temperature = ask.number(rf"(?:temperature|tau|τ|温度){_LINK}(?P<n>{NUM})")
    if ask.has(r"munchausen(?: (?:dqn|rl|targets?|rewards?|q-?learning|reinforcement learning))*|m-dqn|闵希豪森"):
        out["targets"] = "munchausen"
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
        notes.append("The targets are not stated: those of double DQN.")
    out |= {"temperature": temperature} if temperature and temperature > 0 else {}
    terms = [Term(name="q")]
    conservative = ask.first(
        rf"(?:conservative(?: (?:q-?learning|terms?|penalt(?:y|ies)|regulari[sz]\w+|loss))*|"
        rf"\bcql\b(?: (?:terms?|penalty|loss))?|保守(?:项|惩罚|正则|q ?学习)?){_LINK}(?P<n>{NUM})?"
    )
    if conservative:
        terms.append(Term(name="conservative", weight=to_number(conservative["n"]) if conservative["n"] else 0.1))
    out["error"] = (
        "squared" if ask.has(r"(?:mse|squared|mean squared|l2)(?: (?:td )?(?:error|loss))?|均方误差") else "huber"
    )
    ask.has(
        r"huber(?: loss)?|\b(?:dqn|deep q-?(?:learning|networks?)|q-?(?:learning|networks?|"
        r"functions?|values?))\b|instead of the plain ones|q ?学习|q ?网络|目标"
    )
    return Learner(family="q_learning", terms=terms, **out)
