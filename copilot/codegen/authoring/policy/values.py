"""Reads policies of agents that learn from a replay: Q-networks for DQN, actors and critics for SAC, TD3 and DDPG."""

from __future__ import annotations

import re
from typing import Literal

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int
from copilot.codegen.authoring.policy import parts as policy_parts
from copilot.codegen.authoring.spec import ActorPolicy, QPolicy

_Q = (
    r"\bdqn\b|q-?net(?:work)?s?|\bq-?values?\b|duel(?:ing|ling)|noisy ?nets?|noisy (?:linear|layers?)|\bc51\b|"
    r"qr-?dqn|rainbow|q ?网络|双流|决斗网络|"
    r"distributional q|quantiles? per action|噪声线性层"
)
_ACTORS = r"\bsac\b|\btd3\b|\bddpg\b|\bdroq\b|soft actor[- ]critic|twin delayed|redq"
_PLAIN = (
    r"\b(?:network|policy|policies|layers?|hidden|units?|heads?|nets?|streams?|separate|each|final|linear|head|"
    r"(?:state[- ])?value|advantages?|combined|agent|everywhere|throughout)\b|"
    r"网络|策略|层|隐藏|单元|头|全部|激活(?:函数)?|均|只有|仅"
)


def kind(ask: Ask) -> Literal["q", "actor", ""]:
    """Whether a request is of action values, of an actor with twin critics, or of neither."""
    if re.search(_ACTORS, ask.lower) and not re.search(r"\bppo\b|\ba2c\b|on-policy", ask.lower):
        return "actor"
    if re.search(_Q, ask.lower) and not re.search(r"\bppo\b|\ba2c\b|on-policy", ask.lower):
        return "q"
    return ""


def q_policy(ask: Ask) -> tuple[QPolicy, list[str]]:
    """The Q-network that a request asks for, and notes."""
    notes: list[str] = []
    fields = _returns(ask, notes) | _noise(ask, notes) | _duel(ask)
    several = ask.first(
        rf"(?<![\d.])(?P<p>[2-9]|\d\d|[二两三四五六七八九十])\s*个\s*q ?(?:网络|函数)(?:的?集成)?|(?:an? "
        rf")?ensembles? of (?P<n>{INT})(?: (?:q-?)?(?:heads|networks|nets|members|q-?networks))?|(?P<m>{INT}) "
        rf"(?:q-?networks|ensemble (?:members|heads)|bootstrap(?:ped)? heads)|"
        rf"bootstrapped (?:dqn )?(?:heads|network)(?: with (?P<o>{INT}) heads)?"
    )
    if several:
        fields["heads"] = to_int(several["n"] or several["m"] or several["o"] or several["p"]) or 5
        lowest = ask.has(
            r"(?:and |whose )?(?:the |their )?min(?:imum)?(?: (?:of them )?(?:is used )?(?:for|in|as) "
            r"the targets?)|(?:and |whose |the |their )*(?:min(?:imum)?|smallest)(?: of them)?,? (?:is used |used "
            r")?(?:for|in|makes?|as|gives) the targets?|目标(?:用|取|为)?(?:其)?最小值?"
        )
        fields["target"] = "min" if lowest else "mean"
        ask.has(
            r"(?:whose |the |their )?(?:mean|average) (?:is used )?(?:for|in) acting|(?:whose |the |their "
            r")?(?:mean|average) acts"
        )
        notes.append("DQN's loss trains the mean of the networks, not each by itself.")
    if ask.has(
        r"c-?relus?(?: \([^)]*\))?|concat(?:enated)?[- ]?relu|concat\[relu\(x\),?\s*relu\(-x\)\]|relu\(x\) (?:and|"
        r"beside|next to) relu\(-x\)"
    ):
        fields["concat_relu"] = True
        ask.has(r"(?:abbas(?: et al\.?)?(?: 20\d\d)?)|concat\[relu\(x\),?\s*relu\(-x\)\]|做激活(?:的)?|"
                r"所以下一层输入\s*\d+|so (?:that )?the next layer (?:takes|has) \d+(?: inputs)?|"
                r"loss of plasticity(?: 的问题)?|plasticity")  # fmt: skip
    ask.has(
        r"keep a target copy(?: like the ready-made one)?|(?:with )?(?:a )?target (?:copy|network)(?: like the "
        r"ready-made one)?|(?:like|as) the ready-made one|"
        r"(?:要)?有目标网络|目标网络|离散动作|discrete actions?|(?:acts? )?greedil?y(?: in eval)?|after the encoder|"
        r"编码器之后"
    )
    parts = policy_parts.read(ask, rates=False)
    everywhere = parts.all
    value, advantage, critic, trunk = (parts.get(name) for name in ("value", "advantage", "critic", "trunk"))
    common = everywhere.sizes if everywhere.sizes is not None else critic.sizes
    if fields.get("dueling", "no") != "no":
        streams = value.sizes is not None or advantage.sizes is not None
        own = value.sizes or advantage.sizes or (common if trunk.sizes or not streams else None)
        fields["value"] = value.sizes if value.sizes is not None else own or [256]
        fields["advantage"] = advantage.sizes if advantage.sizes is not None else own or [256]
        fields["hidden"] = trunk.sizes or (common if streams else None) or []
        if own is None:
            notes.append("The widths of the streams are not stated: 256.")
    elif common is not None or trunk.sizes:
        fields["hidden"] = common if common is not None else trunk.sizes
    else:
        notes.append("The widths are not stated: 256.")
    names = [everywhere, value, advantage, critic, trunk]
    functions = [part.function for part in names if part.function]
    fields["function"] = functions[0] if functions else "relu"
    if len(set(functions)) > 1:
        notes.append(f"CAREFUL: one activation is in all streams: {functions[0]}.")
    fields["norm"] = any(part.norm for part in names)
    drops = [part.dropout for part in names if part.dropout]
    fields["dropout"] = drops[0] if drops else 0.0
    hidden = fields.get("hidden", [256])
    if fields.get("concat_relu") and isinstance(hidden, list):
        fields["activations"] = [2 * size for size in hidden]
    ask.has(
        rf"{_PLAIN}|q ?网络(?:策略)?|\bq\b|plain|vanilla|(?:for )?(?:the )?(?:double )?dqn(?: agent)?|"
        rf"rainbow(?:-style)?"
    )
    return QPolicy(**fields), notes  # type: ignore[arg-type]


def _returns(ask: Ask, notes: list[str]) -> dict[str, object]:
    """Atoms or quantiles of the returns."""
    atoms = ask.first(
        r"(?P<n>\d+)[- ](?:atoms?|bins?|support points)|(?P<m>\d+)\s*个(?:原子|支撑点)|atoms?(?:\s|"
        r"of|=|:)*(?P<o>\d+)"
    )
    named = ask.has(
        r"\bc51\b(?: head)?|categorical (?:returns?|values?|outputs?|dqn|distribution(?:al)?(?: head)?|head)|"
        r"distributional "
        r"(?:q-?)?(?:network|head|value)s?"
    )
    if atoms or named:
        fields: dict[str, object] = {"atoms": int((atoms["n"] or atoms["m"] or atoms["o"]) if atoms else 51)}
        bounds = ask.first(
            rf"(?:between|from|in|on|over|within|support(?: of)?|从|范围|支撑集?|"
            rf"在)\s*\[?\s*(?P<a>{NUM})\s*(?:and|to|,|到|~|\.\.)\s*(?P<b>{NUM})\s*\]?|"
            rf"v_?min\s*=?\s*(?P<c>{NUM})[,\s]*(?:and )?v_?max\s*=?\s*(?P<d>{NUM})"
        )
        if bounds:
            fields["low"], fields["high"] = float(bounds["a"] or bounds["c"]), float(bounds["b"] or bounds["d"])
        else:
            notes.append("The range of the returns is not stated: -10 to 10.")
        ask.has(r"(?:i need )?(?:the )?q[_ -]?values?(?: (?:is|are|as|=))?(?: (?:the|their|an))?(?: expectations?| "
                r"means?| expected values?)?|q ?= ?expectations?|expectations?|"
                r"(?:and )?the log-?prob(?:abilitie)?s?(?: \(b, ?n, ?\d+\))?(?: for the loss in my agent)?|for the "
                r"loss in my agent|per action")  # fmt: skip
        notes.append(
            "DQN's loss trains the expectation alone: `log_probs` and `target_log_probs` are for a loss of "
            "distributions."
        )
        return fields
    quantiles = ask.first(
        r"(?P<n>\d+) quantiles?(?: per action| for each action)?|(?P<m>\d+)\s*个分位(?:数|点)?|"
        r"quantiles?(?:\s|of|=|:)*(?P<o>\d+)"
    )
    if quantiles or ask.has(r"qr-?dqn"):
        ask.has(
            r"qr-?dqn(?:[ -]style)?|quantile regression|q[- ]?values? (?:are|is) (?:their|the) means?(?: over "
            r"the quantiles)?|quantiles?|per action"
        )
        notes.append(
            "DQN's loss trains the mean alone: `quantiles` and `target_quantiles` are for a loss of distributions."
        )
        return {"quantiles": int((quantiles["n"] or quantiles["m"] or quantiles["o"]) if quantiles else 200)}
    return {}


def _noise(ask: Ask, notes: list[str]) -> dict[str, object]:
    """Noisy layers, where they are, and how large their noise begins."""
    if not ask.says(r"noisy|噪声线性|噪声网络"):
        return {}
    sigma = ask.number(
        r"(?:initial )?sigma[_ ]?(?:0|zero)?(?:\s|of|=|:|is|为)*(?P<n>0?\.\d+|1(?:\.0)?)", rf"σ_?0?\s*=?\s*(?P<n>{NUM})"
    )
    two = ask.has(
        r"(?:in place of|instead of|for|replac\w+|as) the (?:final|last) two (?:linear )?layers|(?:in|"
        r"for) the last two layers"
    )
    one = not two and ask.has(
        r"(?:(?:only |just )?in the (?:last|final|output) (?:linear )?layer(?: only)?|只有最后一层(?:用|是)?|"
        r"仅最后一层|最后一层用)|(?:in place of|instead of|for|replac\w+|as|only) the (?:final|last|output) "
        r"(?:linear )?layer|(?:only )?(?:in|for) the last layer"
    )
    ask.has(
        r"(?:with |uses? |用)?(?:\(?noisy ?nets?\)?|noisy (?:linear )?layers?|noisy linear|noisy(?= (?:dueling |"
        r"double )*(?:q|dqn|networks?|heads?|streams?|\0))|噪声线性层|噪声网络)(?: "
        r"layers?)?|factori[sz]ed(?: gaussian)?(?: noise)?|gaussian|"
        r"noise (?:is )?(?:redrawn|resampled|drawn anew)(?: (?:at|in|on|with) (?:each|every) (?:forward|call|"
        r"pass)(?: pass)?)?(?: (?:when|while|during) training)?|"
        r"in eval(?:uation)?(?: mode)? no noise(?: at all)?|no noise (?:at all )?in eval\w*|(?:then )?i can get rid "
        r"of epsilon|no epsilon(?:[- ]greedy)?|(?:so )?(?:without|no) epsilon|(?:initial )?sigma"
    )
    if sigma is None:
        notes.append("sigma 0 of the noisy layers is not stated: 0.5.")
    return {"noisy": sigma or 0.5, "noisy_layers": "last_two" if two else "last" if one else "all"}


def _duel(ask: Ask) -> dict[str, object]:
    if not ask.says(r"duel(?:ing|ling)|双流|决斗|value and advantage streams?|advantage stream"):
        return {}
    largest = ask.has(
        r"(?:(?:with |but )?(?:the )?max(?:imum)?(?: of)?(?: the)? ?(?:advantages?)? (?:is |being )?subtracted|"
        r"(?:but |that )?subtracts?(?:ing)? the max(?:imum)?(?: of)?(?: the)? advantages?)(?: (?:instead of|not|"
        r"rather than) the mean)?|"
        r"(?:but )?(?:subtract(?:ing)?|less|minus) the max(?:imum)?(?: of the)? advantages?(?: "
        r"instead of the mean)?|max(?:imum)? advantage(?: is)? subtracted|减去最大(?:的)?优势|减最大优势"
    )
    ask.has(
        r"(?:双流|dueling)\s*结构|duel(?:ing|ling)(?: (?:head|network|q-?network|architecture|policy|nets?|dqn))*|"
        r"双流|决斗(?:网络)?|"
        r"(?:combined )?(?:with )?(?:the )?mean(?: of the)?[- ](?:advantages? )?"
        r"(?:is )?subtracted(?: from the)?(?: advantages?)?|subtract(?:ing)? the mean(?: advantage)?(?: from the "
        r"advantages)?|mean[- ]subtracted advantages?|减去(?:平均|均值)(?:的)?(?:优势)?|优势减去均值|(?:双流|"
        r"dueling)\s*结构|"
        r"combined"
    )
    return {"dueling": "max" if largest else "mean"}


def actor_policy(ask: Ask) -> tuple[ActorPolicy, list[str]]:
    """The actor and critics that a request asks for, and notes."""
    notes: list[str] = []
    of = "TD3" if ask.says(r"\btd3\b|twin delayed") else "DDPG" if ask.says(r"\bddpg\b") else "SAC"
    fields: dict[str, object] = {"of": of}
    if ask.has(r"\bdroq\b"):
        fields |= {"critic_norm": True, "critic_dropout": 0.01}
    bounds = ask.first(
        rf"log[- _]?(?:std|deviations?|sigma)s?[\w ]*?(?:clamped|clipped|bounded|kept|in|within|"
        rf"between|to|from)+(?:\s|to|between|within|"
        rf"in)*\[?\s*(?P<a>{NUM})\s*(?:and|to|,)\s*(?P<b>{NUM})\s*\]?"
    )
    if bounds:
        fields["log_low"], fields["log_high"] = float(bounds["a"]), float(bounds["b"])
    if ask.has(
        r"where the actions? enters? at the second (?:hidden )?layer|actions? (?:enters?|is fed|joins?|are "
        r"added)(?: (?:to |into )?(?:the )?critics?)?(?: only)? (?:at|in|after) the (?:second|first) (?:hidden )?layer|"
        r"动作(?:在|从)?第[二一]个?(?:隐藏)?层(?:之?后)?(?:才)?(?:输入|进入|加入|送入)(?:评论家|critic)?"
    ):
        fields["late_action"] = True
    if ask.has(r"d2rl(?:[- ]style)?(?: dense)?(?: connections?)?|dense connections?"):
        fields["blocks"] = "dense"
    elif ask.has(r"simba(?:[- ]style)?|(?:pre-?norm )?residual blocks?"):
        fields["blocks"] = "residual"
    ask.has(
        r"(?:soft actor[- ]critic|twin delayed ddpg|sac|td3|ddpg)(?:[- ]like)?|dropout (?:is )?on in (?:the "
        r")?targets(?: too)?|off when acting greedily|tanh output|(?:two|twin) (?=critics)|"
        r"after each (?:linear|hidden) layer(?: before (?:the )?relu)?|before (?:the )?relu|like(?= critics)"
    )
    parts = policy_parts.read(ask)
    actor, critic, every = parts.get("actor"), parts.get("critic"), parts.all
    for name, part, other in (("actor", actor, critic), ("critic", critic, actor)):
        told = (
            part if part.sizes is not None else every if every.sizes is not None else other if not part.named else None
        )
        sizes = told.sizes if told is not None and told.sizes is not None else [256, 256]
        if told is not None and len(sizes) == 1 and not told.counted:
            sizes = sizes * 2
            notes.append(f"How many layers the {name} has is not stated: two of {sizes[0]}.")
        fields[name] = sizes
    if actor.sizes is None and critic.sizes is None and every.sizes is None:
        notes.append("The widths are not stated: 256, 256.")
    fields["function"] = actor.function or every.function or "relu"
    fields["critic_function"] = critic.function or every.function
    fields["norm"] = bool(actor.norm if actor.norm is not None else every.norm)
    fields["critic_norm"] = bool(critic.norm or every.norm or fields.get("critic_norm"))
    fields["dropout"] = actor.dropout or 0.0
    fields["critic_dropout"] = critic.dropout or every.dropout or fields.get("critic_dropout", 0.0)
    fields["spectral"] = critic.spectral or every.spectral
    fields["actor_lr"], fields["critic_lr"] = actor.rate, critic.rate
    ask.has(_PLAIN)
    return ActorPolicy(**fields), notes  # type: ignore[arg-type]
