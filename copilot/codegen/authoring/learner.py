"""Reads an algorithm: its family, the terms of its loss, and what a Q-function learns from."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_number
from copilot.codegen.authoring.learner_q import IN, LINK, q_learning
from copilot.codegen.authoring.spec import Learner, Term

BEYOND = (
    r"\b(?:offline|decision transformer|model[- ]based|world models?|planning|mcts|muzero|dreamer|multi-?agent|meta|"
    r"hierarchical|options?|evolution\w*|genetic|cem|c51|rainbow|"
    r"categorical dqn|noisy|hindsight|"
    r"transformers?|recurrent|lstm|gru|trust region|natural gradient|conjugate|lagrang\w*|constrain\w*|safe|successor|"
    r"bootstrap\w* heads|retrace|v-?trace|diffusion|goal[- ]conditioned|contrastive|auxiliary|reconstruction|ensemble|"
    r"dreaming|imagination|adversarial|gail|ddpg|td3|sac|soft actor|deterministic|twin|boltzmann|rollback|"
    r"averaged|tree backup|successor|representation|predicts?|forward model|symlog|two-hot|pop-?art|sarsa\(|"
    r"consistency|wasserstein|renyi|f-divergence|jensen\w*|spo|grpo|implicit)\b|"
    r"离线|基于模型|规划|多智能体|元学习|分层|"
    r"进化|循环|信赖域|自然梯度|约束|对比|辅助|集成|对抗|确定性|预测|表示学习"
)
"""Words of algorithms that these terms do not make up."""
_PRE = rf"(?:系数|权重)(?:为|是)?\s*(?P<x>{NUM})\s*的\s*"
"""A coefficient before what it weighs."""
_Q = (
    r"\b(?:dqn|d3qn|ddqn|q-?learning|q-?networks?|q-?functions?|deep q|munchausen|duel(?:ing|"
    r"ling)|soft q|cql|td targets?|double q)\b|q ?学习|q ?网络"
)


def read(ask: Ask) -> tuple[Learner | None, list[str]]:
    """The algorithm that a request asks for, or None where it names no term; and notes."""
    notes: list[str] = []
    settings = _settings(ask)
    if ask.says(_Q):
        return q_learning(ask, settings, notes), notes
    values = _entropy_and_value(ask)
    terms = _policy(ask, notes) + values
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
        r"(?:without|no) (?:advantage )?normali[sz]\w*(?: (?:of )?(?:the )?advantages?)?|(?:un|non-?)normali[sz]ed "
        r"advantages?|advantages? (?:are |is )?not normali[sz]ed|"
        r"不归一化优势|优势(?:函数)?不(?:做)?归一化"
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
    epochs = ask.whole(rf"(?P<n>{INT})[ -](?:update |training |optimi[sz]ation )?(?:epochs?|passes)(?: (?:over|per) (?"
        rf":each |the |a )?"
                       r"(?:rollout|update|batch|data))?", r"(?P<n>\d+)\s*(?:轮|个 ?epoch|次遍历)")  # fmt: skip
    out |= {"epochs": min(100, epochs)} if epochs else {}
    norm = ask.number(
        rf"(?:(?:max(?:imum)? )?grad(?:ient)?s?[ -]?(?:norm(?: clip\w*)?|clip\w*)(?: (?:norm|is|are))?|clip\w* (?:the )?"
        rf"gradients?"
        rf"(?: norm)?|梯度裁剪)(?:\s|=|:|of|to|at|by|为|到|norm)*(?P<n>{NUM})"
    )
    out |= {"max_grad_norm": norm} if norm else {}
    for name, words in (
        ("batch_size", r"(?:mini-?)?batch(?: ?size)?s?|批(?:量)?大小"), ("num_steps", r"rollouts?(?: length)?|num_steps"),
        ("hidden_dim", r"hidden (?:dim\w*|units|size|width)|隐藏(?:层)?(?:大小|宽度|单元)"),
    ):  # fmt: skip
        number = ask.whole(rf"(?:{words})(?:\s|=|:|of|is|size|为|是)*(?P<n>\d+)(?![\d.])")
        out |= {name: number} if number else {}
    stop = ask.first(
        rf"(?:early[- ]?stop\w*|stop\w*(?: (?:the )?(?:epochs?|updates?|passes|early))?|提前停止)[^.;]*?kl[^.;\d]*?(?"
        rf"P<n>{NUM})|"
        rf"target[- ]kl(?:\s|=|of)*(?P<m>{NUM})(?=[^.;]*stop)"
    )
    out |= {"stop_kl": to_number(stop["n"] or stop["m"])} if stop else {}
    out["positive_advantages"] = ask.has(
        r"(?:only )?(?:the )?positive advantages?(?: only| alone)?|(?:clamp|clip|cut|floor)\w*(?: (?:the|negative))* "
        r"advantages? (?:at|to|below) "
        r"(?:0|zero)|ignor\w+ negative advantages?|只(?:用|取|使用)正(?:的)?优势"
    )
    return out


def _policy(ask: Ask, notes: list[str]) -> list[Term]:
    """Terms that improve the policy; what is "instead of clipping" does not clip."""
    instead = ask.has(
        r"(?:where )?(?:the )?(?:clipped )?surrogate(?: objective| loss)? (?:is |gets )?replaced by|instead of (?:the )?"
        r"(?:clipped )?surrogate(?: objective)?|"
        r"(?:where|in which|when) (?:ppo|it) (?:would |usually |normally |otherwise )?clips?(?: (?:the )?(?:ratio|"
        r"objective|surrogate))?|"
        r"(?:instead of|rather than|in place of|replac\w+|without|not?|drop\w*|remov\w+|no) "
        r"(?:(?:the|using|any|its|ppo'?s?) )*(?:clip\w*(?: (?:surrogate|objective|ratio|"
        r"loss))*)(?: (?:is replaced )?(?:by|with))?|"
        r"(?:代替|替代|取代|而不是|而非|不用|去掉|替换)(?:掉)?(?:原来的|ppo ?的)?(?:裁剪|截断)(?:目标|损失|项)?|"
        r"(?:裁剪|截断)(?:换成|改为|替换为)"
    )
    terms: list[Term] = []
    terms += _divergence(ask, notes)
    _dual = ask.first(
        rf"(?:dual|double)[- ]?clip\w*(?: ppo)?(?:{IN}|constant|parameter|c|\()*(?P<n>{NUM})?\)?|双重?裁剪(?:{IN}|c)*(?"
        rf"P<m>{NUM})?"
    )
    sides = _sides(ask)
    clip = (
        None
        if instead
        else ask.first(
            rf"(?:ppo'?s? )?clip(?:s|ped|ping)?(?: (?:surrogate|objective|range|ratio|loss|"
            rf"policy))*{LINK}(?P<n>{NUM})?(?! (?:value|vf))|裁剪(?:目标|范围)?{LINK}(?P<m>{NUM})?"
        )
    )
    if (_dual or sides) and not instead:
        named = next((to_number(clip[g]) for g in ("n", "m") if clip and clip[g]), None)
        low, high = sides or (named or 0.2, None)
        bound = next((to_number(_dual[g]) for g in ("n", "m") if _dual[g]), 3.0) if _dual else None
        terms.insert(0, Term(name="clip", value=low, high=high, dual=max(1.0, bound) if bound else None))
        ask.has(
            r"(?:upper|lower) (?:clip(?: range)?|bound)s?|clip(?:ping)?(?: range| ratio)?|ratios?|asymmetric(?"
            r":ally)?|非对称"
        )
    elif clip and not ask.says(r"clip\w* (?:the )?values?"):
        number = next((to_number(clip[g]) for g in ("n", "m") if clip[g]), 0.2)
        terms.insert(0, Term(name="clip", value=number or 0.2))
    if ask.has(r"(?:plain |vanilla )?policy gradients?(?: loss)?|\breinforce\b|(?:普通)?策略梯度"):
        terms.append(Term(name="gradient"))
    if instead and not terms:
        terms.append(Term(name="gradient"))
        notes.append("Nothing is named in place of clipping: the plain policy gradient is taken.")
    return terms


def _divergence(ask: Ask, notes: list[str]) -> list[Term]:
    """A penalty on the divergence from the policy that acted."""
    terms: list[Term] = []
    kl = ask.first(
        rf"(?P<a>adaptive(?:ly)? |自适应(?:的)?\s*)?(?:penali[sz]\w+ (?:the |by )?|惩罚)?(?:reverse |forward )?kl(?:[- "
        rf"]divergence)?(?: "
        rf"(?:penalt(?:y|ies)|regulari[sz]\w+|terms?|constraints?|loss|"
        rf"target))*{LINK}(?P<n>{NUM})?|(?P<b>自适应)?(?:的)?\s*kl\s*(?:散度)?(?:惩罚|"
        rf"正则)?(?:项)?{LINK}(?P<m>{NUM})?"
    )
    if kl:
        number = next((to_number(kl[g]) for g in ("n", "m") if kl[g]), None)
        if number is None:
            number = ask.number(
                rf"(?:coefficient|weight|系数|权重)(?:\s|:|：|=|of|is|为|是|取|at|fixed|to|set)*(?P<n>{NUM})"
            )
        adaptive = bool(kl["a"] or kl["b"]) or ask.has(
            r"adapt(?:ive|s|ed|ing)(?:ly)?(?: (?:coefficient|weight|penalty))?|自适应"
        )
        ask.has(r"(?:whose |with )?(?:penalty|coefficient|weight|惩罚(?:项)?|系数|权重)")
        if adaptive:
            number = number or ask.number(rf"(?:target|目标)(?:\s|kl|of|=|:|：|is|为|是)*(?P<n>{NUM})")
            terms.append(Term(name="adaptive_kl", weight=1.0, value=number if number else 0.01))
            if number is None:
                notes.append("The target of the divergence is not stated: 0.01.")
        else:
            terms.append(Term(name="kl_penalty", weight=1.0 if number is None else number))
            if number is None:
                notes.append("The weight of the divergence is not stated: 1.0.")
    return terms


def _sides(ask: Ask) -> tuple[float, float] | None:
    """Lower and upper clip range where they differ: "ratios between 0.8 and 1.28", "clip 0.2 below and 0.28 above"."""
    between = ask.first(
        r"(?:asymmetric\w* )?(?:clip\w*|ratios?|probability ratios?|比率|裁剪)[\w :]*?(?:between|in|within|to|from|在|"
        r"到)?\s*\[?(?P<a>0?\.\d+)\]?"
        r"\s*(?:and|to|,|，|到|和)\s*(?P<b>1\.\d+)\]?(?:之间)?"
    )
    if between:
        return round(1 - float(between["a"]), 6), round(float(between["b"]) - 1, 6)
    lower = ask.number(
        rf"(?P<n>{NUM}) (?:below|downwards?)",
        rf"(?:lower|low|below|下(?:界|限))(?: (?:clip(?: range)?|bound|side))?{LINK}(?P<n>{NUM})",
    )
    upper = ask.number(
        rf"(?P<n>{NUM}) (?:above|upwards?)",
        rf"(?:upper|high(?:er)?|above|上(?:界|限))(?: (?:clip(?: range)?|bound|side))?{LINK}(?P<n>{NUM})",
    )
    if upper is None or not ask.says(r"clip|裁剪"):
        return None
    return lower if lower is not None else 0.2, upper


def _entropy_and_value(ask: Ask) -> list[Term]:
    terms: list[Term] = []
    entropy = None if ask.says(r"(?:without|no) entropy|不(?:用|加)熵") else ask.first(
        rf"(?:more |larger |stronger )?entropy(?: (?:bonus|regulari[sz]\w+|terms?|coef\w*|"
        rf"maximi[sz]ation|reward))*{LINK}(?P<n>{NUM})?|熵(?:正则|奖励|系数|项)*{LINK}(?P<m>{NUM})?"
    )  # fmt: skip
    decay = (
        ask.first(
            rf"(?:which |that )?(?:linearly )?(?:decay|anneal|fall|drop|go|shrink|decreas)\w*(?: linearly)?(?: from)?\s*(?"
            rf"P<a>{NUM})\s*(?:to|->|down to)\s*"
            rf"(?P<b>{NUM})(?: (?:over|during|throughout|in the course of) (?:the )?(?:whole |entire )?(?:training|run))?|"
            rf"(?:从\s*(?P<c>{NUM})\s*)(?:线性)?(?:地)?(?:衰减|退火|降|减小)(?:到|至|为)\s*(?P<d>{NUM})"
        )
        if entropy
        else None
    )
    if entropy and decay:
        start, end = to_number(decay["a"] or decay["c"]), to_number(decay["b"] or decay["d"])
        terms.append(Term(name="entropy", weight=start, value=end))
        ask.has(r"linearly|decay\w*|anneal\w*|over training|线性|衰减")
    elif entropy:
        number = next((to_number(entropy[g]) for g in ("n", "m") if entropy[g]), 0.01)
        terms.append(Term(name="entropy", weight=number))
    for name, words in (
        ("huber_value", (
            rf"(?:(?:价值损失(?:用|采用|使用|换成|改为)?\s*)?huber(?:[- ]loss| ?损失)?(?: (?:loss )?(?:for|on|of) (?:the "
            rf")?)?(?: ?(?:values?|critic)(?: "
            rf"(?:loss|function))?)?|smooth[- ]l1(?: (?:value|critic) loss)?){LINK}(?:系数|coefficient|权重)?{LINK}(?"
            rf"P<n>{NUM})?"
        )),
        ("clipped_value", (
            rf"(?:clip(?:s|ped|ping)? (?:the )?(?:values?|vf|critic)(?: (?:loss|function)(?:es)?)?|values? (?:loss |"
            rf"function )?"
            rf"clip\w*|价值裁剪){LINK}(?P<n>{NUM})?"
        )),
        ("value", (
            rf"(?:mse |squared )?(?:value|critic)(?: function)? (?:loss|coef\w*|error)(?: "
            rf"(?:weight|coef\w*))?{LINK}(?P<n>{NUM})?|价值损失{LINK}"
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
    own = ask.first(rf"{_PRE}自(?:我)?模仿(?:学习)?(?:损失|项)?(?P<n>)(?P<m>)") or ask.first(
        rf"self[- ]?imitation(?: (?:learning|loss|terms?))*{LINK}(?P<n>{NUM})?|"
        rf"自(?:我)?模仿(?:学习)?(?:损失|项)?{LINK}(?P<m>{NUM})?"
    )
    if own:
        terms.append(
            Term(
                name="self_imitation",
                weight=next((to_number(value) for value in own.groupdict().values() if value), 0.1),
            )
        )
    weighted = ask.first(
        rf"(?:advantage[- ]weighted (?:regression|imitation|actor[- ]critic|behaviou?r cloning)|"
        rf"\bawr\b|\bawac\b|优势加权(?:回归|模仿)?)(?: (?:loss|terms?))*(?:{LINK}(?:temperature|"
        rf"温度){LINK}(?P<n>{NUM}))?"
    )
    if weighted:
        terms.append(
            Term(name="weighted_imitation", weight=1.0, value=to_number(weighted["n"]) if weighted["n"] else 1.0)
        )
    cloned = ask.first(
        rf"behaviou?r(?:al)? cloning(?: (?:loss|terms?))*{LINK}(?P<n>{NUM})?|行为克隆(?:损失|"
        rf"项)?{LINK}(?P<m>{NUM})?"
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
