"""Reads what requests for any algorithm may say: settings, optimisers and their schedules, what stays as it is."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.authoring.agent.numbers import valued
from copilot.codegen.authoring.ask import NUM, Ask, to_number
from copilot.codegen.authoring.spec import Fall, Optimizer
from copilot.core.catalogue import load_catalogue

ALGORITHMS = (
    r"ppo|a2c|a3c|dqn|ddqn|double dqn|td3|sac|ddpg|reinforce|impala|ppg|soft actor[- ]critic|policy gradients?|q-?learning|"
    r"actor[- ]critics?|twin delayed ddpg"
)
EQUAL = r"\s|=|:|：|of|is|are|be|at|to|set|fixed|about|为|是|取|设为|用|\("
EQUALS = rf"(?:{EQUAL})*"
LINKED = (
    r"\s|\(|=|:|：|\*|×|,|，|of|with|by|at|to|is|are|an?|the|and|its|weight(?:ed)?(?: by)?|coef(?:ficient|f)?s?|scaled?|"
    r"factor|"
    r"set|fixed|times|strength|term|loss|penalty|为|是|取|系数|权重|乘以|损失|项|的"
)
LINKS = rf"(?:{LINKED})*"
"""What may stand between what is weighed and its weight."""
_REST = (
    r"(?:,|;|and|but|with)?\s*(?:the |all )?(?:rest|everything else|all else|anything else|all others?|others?(?= (?:as|"
    r"like|stays?|same)))"
    r"(?: of (?:it|the (?:agent|algorithm|method|code)))?,?"
    r"(?: (?:is|are|stays?|remains?|should|can|must|be|stay|kept|keep|unchanged|untouched|identical|the same|same|exactly|"
    r"just|as|like|to|"
    r"in|it|they|default|defaults|equal|of|from|with|our|the|your|its|library(?:'s)?|rllte(?:'s)?|here|original|normal|"
    r"usual|plain|"
    rf"vanilla|standard|version|{ALGORITHMS})(?![\w-]))*(?:'s)?"
)
_REST_CHINESE = (
    rf"(?:其余|其他|其它|剩下|别的)(?:的|部分|设置|地方|都|全部|全|均|参数|一律|保持|超参数?)*(?:与|和|跟|同|按|"
    rf"照(?!旧)|用|"
    rf"像)?(?:库里的?|库中的?|原来的?|原版的?|我们的?|"
    rf"标准的?|默认的?|普通的?)*\s*(?:{ALGORITHMS})?\s*(?:的|保持|都|完全|默认)*(?:一样|相同|一致|不变|不动|照旧|默认值?)*"
)
_BASED = (
    rf"(?:just |exactly |much )?(?:like|same as|the same as|based on|on top of|starting from|building on|as in|modify|"
    rf"modifies|extend|extends|"
    rf"take|takes)(?: an?| the| our| rllte's| your| the library's| plain| vanilla| standard)* (?:{ALGORITHMS})(?: of "
    rf"(?:the|this) library| in (?:the|this) "
    rf"library| of rllte| here| that we have| we have)?(?:,? (?:but|except(?: that)?|only|though|just))?(?: with(?![a-z]))?"
)
_WARMUP = (
    rf"(?:(?:the )?(?:learning[- ]rate|lr) (?:is|gets) )?(?:linear(?:ly)? |lr |learning[- ]rate )*warm(?:ed)?-?[- ]?up(?: "
    rf"phase| period)?(?: of the (?:learning rate|"
    rf"lr))?(?:{EQUAL}|over|for|in|during|the|first)*"
    r"(?P<n>\d+)(?: (?:environment |env |training )?(?:steps|updates))?|"
    r"(?P<m>\d+)(?: (?:environment |env )?steps?)?(?: of)?[- ]?(?: linear)? (?:lr |learning[- ]rate )?warm-?up|"
    r"(?:前|用)?\s*(?P<o>\d+)\s*步(?:的)?(?:线性)?预热|预热\s*(?P<p>\d+)\s*步"
)
_RATE = r"(?:learning[- _]?rates?|(?<![a-z_])lr(?![a-z])|step size|学习率)"
_SHAPES = {
    "cosine": "cosine", "余弦": "cosine", "exponential": "exponential",
    "exponentially": "exponential", "指数": "exponential",
    "step": "step", "stepwise": "step", "steps": "step", "阶梯": "step", "linear": "linear", "linearly": "linear", "线性":
        "linear",
}  # fmt: skip
_SHAPE = r"(?P<s>cosine|linearly|linear|exponentially|exponential|stepwise|steps?|余弦|线性|指数|阶梯)"
_FALLS = (
    r"(?:decay\w*|anneal\w*|fall\w*|drop\w*|decreas\w*|go(?:es|ing)?|shrink\w*|schedul\w*|cool\w*|"
    r"衰减|退火|下降|降|减小)"
)
_OVER = (
    r"(?:[ ,]*(?:over|within|in|during|across|throughout)(?: the)?(?: first| whole| entire)?(?: (?P<t>\d+)(?: "
    r"(?:environment |env |training )?(?:steps|frames))?| (?:of )?(?:training|run|course of training))|在?(?:训练的?)"
    r"?前?\s*(?P<u>\d+)\s*步(?:内|里|中)?)?"
)


def number_in(match: Any, *names: str) -> float | None:
    """The number of the first of these groups that there is."""
    return next((to_number(match[name]) for name in names if name in match.re.groupindex and match[name]), None)


def amount(ask: Ask, spoken: str) -> tuple[bool, float | None]:
    """Whether something is spoken of, and its weight: "0.1 times X", "X with weight 0.1", "X (0.1)"; it is taken."""
    before = ask.first(rf"(?P<n>{NUM})\s*(?:\*|×|times|x)\s*(?:the |an? )?(?:{spoken})")
    if before:
        return True, to_number(before["n"])
    after = ask.first(rf"(?:{spoken}){LINKS}(?P<n>{NUM})\)?")
    if after:
        return True, to_number(after["n"])
    return bool(ask.first(spoken)), None


def rest(ask: Ask) -> bool:
    """Whether something is said to be as it is ("the rest like our DQN", "everything else stays"); it is taken."""
    found = ask.has(_REST_CHINESE)
    ask.has(rf"(?:和|与|跟|同|像)(?:库里的?|原来的?)?\s*(?:{ALGORITHMS})\s*(?:里)?(?:一样|相同|一致)(?:地)?[,，]?")
    found = ask.has(rf"(?:{_REST})(?![\w-])") or found
    excepted = ask.has(
        rf"(?:the |our )?(?:library's |rllte's |usual |standard |plain |normal )?(?:{ALGORITHMS})(?: of (?:the|this) "
        rf"library| here)?,? "
        r"(?:except(?: that| for)?|only that)(?![a-z])"
    )
    return ask.has(_BASED) or excepted or found


_FIELDS = {
    "lr": "lr", "critic_lr": "critic_lr", "critic_weight_decay": "critic_weight_decay", "batch_size": "batch_size",
    "hidden_dim": "hidden_dim", "discount": "discount", "gae_lambda": "gae_lambda", "num_steps": "num_steps",
    "n_epochs": "epochs", "max_grad_norm": "max_grad_norm", "critic_target_tau": "tau", "epsilon_schedule": "epsilon",
    "target_update_freq": "target_update_freq", "actor_update_freq": "delay", "target_noise": "target_noise",
    "stddev_clip": "noise_clip", "update_every_steps": "every", "num_init_steps": "num_init_steps",
    "storage_size": "storage_size",
}  # fmt: skip
"""Arguments of the library's agents, by the fields of plans."""


def as_in_library(agent: str, fields: set[str]) -> dict[str, Any]:
    """What an agent of the library has by default, of these fields of a plan."""
    out: dict[str, Any] = {}
    names = _FIELDS | ({"tau": "tau"} if agent == "TD3" else {})
    for parameter in load_catalogue().component(agent, "agent")["parameters"]:
        field = names.get(parameter["name"])
        if field in fields and parameter["default"] is not None:
            out[field] = parameter["default"]
    if agent == "A2C":
        out |= {"optimizer": Optimizer(name="RMSprop", eps=1e-5), "batch_size": 100_000}
    return out


def settings(ask: Ask) -> dict[str, Any]:
    """Numbers that most algorithms have, by the names of the plans' fields."""
    out: dict[str, Any] = {}
    optimizer, lr = optimiser(ask)
    out["optimizer"] = optimizer
    lr = (
        lr
        or valued(ask, rf"(?<!actor )(?<!critic )(?<!actor_)(?<!critic_){_RATE}")
        or ask.number(r"\badam\s*\(?(?:with )?(?P<n>\d*\.?\d+(?:e-\d+)?)\)?")
    )
    out |= {"lr": lr} if lr and 0 < lr <= 1 else {}
    discount = valued(ask, r"discount(?:ing)?(?:[ _](?:factor|rate))?|gamma|γ|折扣(?:因子|率|系数)?")
    out |= {"discount": discount} if discount is not None and 0 <= discount <= 1 else {}
    norm = valued(
        ask,
        r"(?:(?:max(?:imum)?[ _-]|global )*grad(?:ient)?s?[ _-]?(?:norms?(?: clip\w*)?|clip\w*)(?: (?:norm|is|are|"
        r"clipped|cut|capped|"
        r"limited))*|(?:all |the )*gradients? (?:are |is |get )?(?:clipped|cut|capped|limited|scaled down)(?: "
        r"(?:to|at|by)(?: an?)? norm)?|clip\w* (?:the "
        r"|all )?gradients?(?: norms?)?|最大梯度范数|梯度(?:范数)?裁剪(?:到|范数)?|梯度范数)",
    )
    out |= {"max_grad_norm": norm} if norm else {}
    for name, words in (
        ("batch_size", r"(?:mini-?)?batch(?:es)?(?:[ _-]?sizes?)?|批(?:量)?(?:大小)?"),
        (
            "hidden_dim",
            r"hidden[ _-](?:dim(?:ension)?s?|units|size|width|layers?)|(?:two )?layers of(?= \d)|"
            r"隐藏(?:层)?(?:的)?(?:大小|宽度|单元|"
            r"维度)?|hidden(?= \d+(?![.\d]))",
        ),
    ):
        number = valued(ask, words)
        if number is not None and number >= 1:
            out[name] = round(number)
        elif found := ask.whole(
            rf"(?P<n>\d+)(?: (?:units?|neurons|samples|transitions))? (?:per |in (?:a|each) )(?:{words})",
            rf"(?:{words}){EQUALS}(?P<n>\d+)(?: (?:units|transitions|samples))",
        ):
            out[name] = found
    if "hidden_dim" not in out:
        found = ask.whole(
            r"(?:features of )?(?P<n>\d+) hidden (?:units|neurons)",
            r"(?:networks?|layers|mlps?)(?: are| is| of| with)* (?P<n>\d+) (?:wide|units)",
            r"(?P<n>\d+)-unit (?:networks|layers|mlps)",
        )
        out |= {"hidden_dim": found} if found else {}
    return out


def optimiser(ask: Ask) -> tuple[Optimizer, float | None]:
    """The optimiser that a request names, and a learning rate that its schedule begins with."""
    out: dict[str, Any] = {}
    eps = ask.number(
        rf"(?:adam\w*(?:'s)?[ -](?:with )?(?:an? )?)(?:eps(?:ilon)?|ε){EQUALS}(?P<n>{NUM})",
        rf"(?:eps(?:ilon)?|ε)(?: of)?(?: adam\w*)?{EQUALS}(?P<n>\d*\.?\d*e-\d+)(?: (?:in|for|of) adam\w*)?",
    )
    out |= {"eps": eps} if eps and eps < 0.05 else {}
    decay = ask.number(rf"(?:weight decay|l2(?: penalty| regulari[sz]ation)?|权重衰减){LINKS}(?P<n>{NUM})")
    ask.has(r"(?:with |using )?adam (?:instead of|rather than|in place of) (?:the )?(?:rms-?prop|sgd)")
    named = ask.first(
        r"(?:with |using |use |用\s*)?(?:优化器\s*(?:用|为|是|换成|改成|:|：|=)?\s*)?(?:(?:the |an? |its "
        r")?optimi[sz]er\s*(?:is|should be|be|=|:)?\s*)?(?:the )?\b(?P<n>adamw|"
        r"nadam|rms-?prop|sgd)(?!\w)(?:(?: as the)? optimi[sz]er|\s*优化器)?(?: instead of adam| in place "
        r"of adam| rather than adam)?|"
        r"(?:优化器\s*(?:用|为|是|换成|改成|:|：|=)?\s*)?(?:用|换成)?\s*(?P<m>adamw|nadam|rms-?prop|"
        r"sgd)\s*(?:优化器)?(?:代替 ?adam)?"
    )
    if named:
        names = {"adamw": "AdamW", "nadam": "NAdam", "rmsprop": "RMSprop", "rms-prop": "RMSprop", "sgd": "SGD"}
        out["name"] = names[named["n"] or named["m"]]
    if named:
        ask.has(
            r"(?:instead of|rather than|in place of) (?:the )?adam(?!w)|(?:as )?(?:the |its "
            r")?optimi[sz]ers?(?![a-z])|优化器"
        )
    if decay is not None:
        out["weight_decay"] = decay
    momentum = (
        ask.number(rf"momentum{EQUALS}(?P<n>{NUM})")
        if not ask.says("baseline|基线|ema|average") and out.get("name") in {"SGD", "RMSprop"}
        else None
    )
    out |= {"momentum": momentum} if momentum is not None else {}
    warm = ask.first(_WARMUP)
    out |= {"warmup": int(number_in(warm, "n", "m", "o", "p") or 0)} if warm else {}
    fall, start = rate_fall(ask)
    out |= {"fall": fall} if fall else {}
    if not ask.says(r"\b(?:adam)\b.*\d"):
        ask.has(r"(?:with |using )?(?:the )?\badam(?: optimi[sz]er)?")
    return Optimizer(**out), start


def rate_fall(ask: Ask) -> tuple[Fall | None, float | None]:
    """How the learning rate falls, and what it begins with, where that is said."""
    match = ask.first(
        rf"(?:an? )?{_SHAPE}(?:ly)?[- ](?:{_FALLS}[- ]?)?(?:of |for |on |in )?(?:the )?{_RATE}(?:[- ]{_FALLS})?(?: "
        rf"schedule)?"
        rf"(?:(?:,? from|从)\s*(?P<a>{NUM}))?(?:\s*(?:down )?(?:to|->|到|至)\s*(?P<b>{NUM}|zero|零))?{_OVER}"
    )
    if match is None:
        match = ask.first(
            rf"{_RATE}(?:{EQUALS}(?P<c>{NUM}))?(?:,? (?:that|which|and it|it))?[ ]?(?:is |are |gets? |should |be |按|用|"
            rf"采用)*\s*(?:{_SHAPE}[- ]?)?{_FALLS}(?: schedule)?"
            rf"(?: (?:by|on|with|along)(?: an?)? )?[ ]?(?:{_SHAPE.replace('<s>', '<q>')}(?: (?:schedule|curve))?)?"
            rf"(?:(?: from|从)\s*(?P<a>{NUM}))?(?:\s*(?:down )?(?:to|->|到|至|为)\s*(?P<b>{NUM}|zero|零|0))?{_OVER}"
        )
    if match is None and ask.says(_RATE):
        match = ask.first(
            rf"(?:then |followed by |with )*(?:an? )?(?P<s>cosine)(?: {_FALLS})?(?: of (?:the )?{_RATE})?(?: (?:down )?to "
            rf"(?P<b>{NUM}|zero))"
            rf"?{_OVER}"
        )
    if match is None:
        return None, None
    groups = match.groupdict()
    shape = _SHAPES[groups.get("s") or groups.get("q") or "linear"]
    start = number_in(match, "a", "c")
    end = 0.0 if groups.get("b") in {None, "zero", "零"} else to_number(groups["b"])
    over = number_in(match, "t", "u")
    factor: dict[str, Any] = {}
    if shape == "step":
        halved = ask.first(
            rf"(?:by |times |a factor (?:of )?)(?P<n>{NUM}|half|a half)(?: (?:every|each|after every) "
            rf"(?P<t>\d+)(?: (?:environment )?steps)?)?|"
            r"(?:halv\w+|减半)(?: (?:every|each) (?P<u>\d+)(?: steps)?)?|(?:every|each) (?P<v>\d+) steps"
        )
        if halved:
            over = over or number_in(halved, "t", "u", "v")
            value = halved["n"]
            factor = {"factor": to_number(value)} if value and "half" not in value else {}
    return Fall(shape=shape, end=end, over=int(over) if over else None, **factor), start  # type: ignore[arg-type]


def fall_of(ask: Ask, spoken: str) -> tuple[float, Fall] | None:
    """A number that changes over time: "from 0.02 to 0 over the first 100000 steps, linearly"; what it begins with."""
    steps = r"(?P<{}>\d+)\s*(?:environment |env |training )?(?:steps|frames|updates|步|次更新)"
    match = ask.first(
        rf"(?:(?P<x>linear(?:ly)?|cosine|exponential(?:ly)?)[- ](?:{_FALLS}[- ])?(?:of )?(?:the "
        rf")?)?(?:{spoken})[^.;。；\d]{{0,44}}?(?:{steps.format('v')}[^.;。；\d]{{0,12}})?(?:from|从|of|starts at|begins "
        rf"at|at|=|starting at)?\s*(?P<a>{NUM})"
        rf"[^.;。；\d]{{0,34}}?(?:to|->|到|至|为|towards|成)\s*(?P<b>{NUM}|zero|零|nothing)"
        rf"(?:[ ,，(]*(?:linearly|exponentially|with a cosine|on a cosine|in a straight line|线性|指数))?(?:[ "
        rf",，(]*(?:over|within|in|during|across|throughout|by|after|的|在|用|内|里|共|总共|经过)+(?: the)?(?: "
        rf"first| whole| entire| "
        rf"course of)*\s*(?:{steps.format('t')}|training|the run|run|训练(?:过程)?)?\)?)?"
    )
    if match is None:
        match = ask.first(
            rf"(?:{spoken})[^.;。；\d]{{0,44}}?(?P<a>{NUM})\s*(?:at (?:the )?(?:very )?(?:beginning|start|first)|initially|"
            rf"at first|to begin with|开始)"
            rf"[^.;。；\d]{{0,24}}?(?P<b>{NUM}|zero|零|nothing|none)(?: left)?(?:[^.;。；\d]{{0,14}}(?:{steps.format('t')})"
            rf"|[^.;。；\d]{{0,10}}(?:the )?end(?: of training)?)"
        )
    if match is None:
        return None
    said = match[0]
    shape = (
        "cosine"
        if re.search(r"cosine|余弦", said)
        else "exponential"
        if re.search(r"exponential|指数", said)
        else "linear"
    )
    if not re.search(
        rf"(?i){_FALLS}|linear|cosine|exponential|from|从|线性|余弦|smaller|beginning|start|initially|at "
        rf"first|开始",
        said,
    ):
        return None
    over = number_in(match, "t", "v")
    by = "updates" if re.search(r"\d\s*(?:updates|次更新)", said) else "steps"
    total = (
        ask.number(
            r"(?:退火)?总更新数(?:设|为|是)*\s*(?P<n>\d+)",
            r"over (?P<n>\d+) updates",
            r"(?P<n>\d+) updates in (?:all|total)",
        )
        if not over
        else None
    )
    if total:
        over, by = total, "updates"
    floor = ask.number(
        rf"[（(]?\s*(?:(?:but )?never (?:below|under|less than)|at least|floor(?:ed)?(?: at| of)?|下限(?:为|是)?|不低于|"
        rf"最低){EQUALS}(?P<n>{NUM})\s*[)）]?"
    )
    end = 0.0 if match["b"] in {"zero", "零", "nothing", "none"} else to_number(match["b"])
    ask.has(r"linearly|(?:with )?a cosine|exponentially|线性")
    fall = Fall.model_validate(
        {"shape": shape, "end": end, "over": int(over) if over else None, "by": by, "floor": floor or 0.0}
    )
    return to_number(match["a"]), fall


_WHERE = (
    r"(?:for|when|where|if|with|on) (?:the |an? )?"
    r"(?:advantages? (?:is|are) {0}|{0}(?: (?:advantages?|ones?|samples?|actions?))?)"
)
"""Where an advantage has this sign."""


def by_sign(ask: Ask, *, take: bool = True) -> tuple[float, float] | None:
    """Clip ranges of negative and of positive advantages: "0.3 for positive advantages and 0.1 for negative ones".

    Args:
        ask: the request.
        take: whether the words are taken.
    """
    for first, second in (("positive", "negative"), ("negative", "positive")):
        told = (
            rf"(?:is |of )?(?P<a>{NUM}) {_WHERE.format(first)},?(?: and| but|,)? (?P<b>{NUM}) {_WHERE.format(second)}"
        )
        match = ask.first(told) if take else re.search(told, ask.lower)
        if match:
            one, other = to_number(match["a"]), to_number(match["b"])
            return (other, one) if first == "positive" else (one, other)
    return None
