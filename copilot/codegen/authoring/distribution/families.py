"""Reads distributions by their names: what they are called, their numbers, and what holds of each always."""

from __future__ import annotations

import re
from collections.abc import Callable

from copilot.codegen.authoring.amounts import BIG, to_count
from copilot.codegen.authoring.ask import INT, Ask, to_int, to_number
from copilot.codegen.authoring.distribution.noise import BOX, EVERY
from copilot.codegen.authoring.distribution.numbers import CHANCE, EPSILON, STUDENT, N, said, schedule
from copilot.codegen.authoring.distribution.spec import Distribution

_ANY = (
    r"log[-_ ]?prob\w*(?:[ -]?densit\w+)?|entrop(?:y|ies)|kl(?: divergence)?s?|mode|samples?|sampl(?:ed|ing)|densit(?:y|"
    r"ies)|needs?|(?:and|with) gradients?|gradients?|summed over (?:the )?dim\w*|per dim\w*|for each dim\w*|"
    r"independent\w*(?: dim\w*)?|"
    r"(?:all |should |must |also )*(?:computed |calculated |are |is |follow\w* |correspond\w* |to )*(?:of|for|with|by|"
    r"after|on|to|from) (?:the |this |these )?(?:mixed|truncated|resulting|final|clipped|masked|renormali[sz]ed|new|"
    r"same)(?: \w+)?(?: (?:probabilities|distribution))?|"
    r"re-?normali[sz]\w+|(?:add|sum)s? up to (?:1|one)|sums? to (?:1|one)|softmax|categorical|logits?|values?|q[- ]values?|"
    r"q\b|actions?|probabilit(?:y|ies)|discrete|continuous|policy|distributions?|explor\w+|in your terms|(?:is it|i think|"
    r"i guess)[^.?]*\??|"
    r"state (?:is )?saved in (?:the )?checkpoints?|saved? in (?:the )?checkpoints?|checkpoints?|deterministic(?:ally)?|"
    r"greedy|argmax(?: of)?|the (?:rest|others?)(?: (?:get|have|are|is))?(?: (?:zero|0|never|impossible|probability))*|"
    r"zero probability|"
    r"分布|范围|分类|类别|离散|连续|动作|采样|熵|重新归一化|归一化|概率(?:为零|为0)?|其余(?:动作)?|都|按|计算|算|对应|这个|"
    r"截断后|"
    r"混合后|所有|保证|策略|对数概率|的"
)


def read(ask: Ask, notes: list[str]) -> Distribution | None:
    """The distribution that a request names, or None."""
    for words, make in _FAMILIES:
        if re.search(rf"(?<![a-z])(?:{words})(?![a-z])", ask.lower):
            found = make(ask, notes)
            if found is not None:
                ask.has(rf"(?<![a-z])(?:{words})(?![a-z])")
                ask.has(BOX)
                ask.has(EVERY)
                ask.has(_TRUE.get(found.of, r"(?!)"))
                ask.has(rf"(?<![a-z])(?:{_ANY})(?![a-z])")
                return found
    return None


def _greedy(ask: Ask, notes: list[str]) -> tuple[str | None, float | None]:
    """Epsilon: a schedule, or a number."""
    moves = schedule(ask, notes)
    return moves, None if moves else said(ask, EPSILON)


def _ez(ask: Ask, notes: list[str]) -> Distribution:
    exponent = said(ask, r"mu|μ|exponent|zeta(?: distribution)?(?: with)?(?: parameter| exponent)?|参数|指数")
    capped = ask.first(
        rf"(?:durations? )?(?:(?:is|are|be) )?(?:capp?(?:ed)?|max(?:imum|imal)?(?: (?:duration|length)s?)?|(?:for |an "
        rf"action |it |the action )*at most|up to|longest|truncated|limited|no longer than|最长|上限|最多)"
        rf"(?:\s|=|:|：|of|is|at|to|for|为|是)*(?P<n>{BIG})(?: ?(?:steps?|步))?"
    )
    longest = to_count(capped["n"]) if capped else None
    share = said(ask, EPSILON)
    if share is None:
        notes.append("Epsilon is not stated: 0.01.")
    return Distribution(
        of="ez_greedy",
        share=share if share is not None else 0.01,
        exploration=exponent or 2.0,
        k=int(longest or 10_000),
    )


def _max_boltzmann(ask: Ask, notes: list[str]) -> Distribution | None:
    plain = ask.says(r"max[- ]?boltzmann|wiering")
    drawn = (
        ask.says(r"greedy|argmax|best|greedily|贪心|贪婪")
        and ask.says(r"softmax|boltzmann|玻尔兹曼")
        and ask.says(r"epsilon|eps\b|ε|with prob|otherwise")
    )
    if not plain and not drawn:
        return None
    temperature = ask.number(
        rf"softmax ?\( ?(?:q|values?|logits)(?: ?\([^)]*\))? ?/ ?(?P<n>{N}) ?\)",
        rf"(?:q|values?) "
        rf"?/ ?(?P<n>{N})",
    ) or said(ask, r"temperature|temp|tau|τ|温度")
    moves, share = _greedy(ask, notes)
    if temperature is None:
        notes.append("The temperature is not stated: 1.")
    return Distribution(of="max_boltzmann", schedule=moves, share=share, temperature=temperature or 1.0)


def _ucb(ask: Ask, notes: list[str]) -> Distribution:
    ask.has(
        r"(?:argmax (?:of )?)?(?:q|values?)(?:\([^)]*\))? ?\+ ?c ?[*·]? ?(?:sqrt|√) ?\(? ?(?:ln|log) ?\(?t\)? ?/ ?n "
        r"?(?:\(a\)|_a)?\)?"
    )
    c = said(ask, r"c|exploration(?: (?:constant|coefficient|weight|parameter))?|coefficient|constant|系数")
    if c is None:
        notes.append("c is not stated: 2.")
    return Distribution(of="ucb", exploration=2.0 if c is None else c)


def _sticky(ask: Ask, notes: list[str]) -> Distribution | None:
    if ask.says(r"noise|噪声"):
        return None
    share = said(
        ask,
        rf"{CHANCE}|(?:{CHANCE}) (?:of|to|for) (?:an? |the )?(?:repet\w+|repeat\w*)(?: (?:it|the (?:last |previous "
        rf")?action))?|repeat\w*(?: probability)?|stickiness|zeta|ζ|p",
    )
    if share is None:
        notes.append("The probability of a repetition is not stated: 0.25.")
    return Distribution(of="sticky", share=0.25 if share is None else share)


def _epsilon(ask: Ask, notes: list[str]) -> Distribution:
    moves, share = _greedy(ask, notes)
    if moves is None and share is None:
        notes.append("Epsilon is not stated: 0.1.")
    return Distribution(of="epsilon", schedule=moves, share=share if share is not None else (None if moves else 0.1))


def _share_of(kind: str) -> Callable[[Ask, list[str]], Distribution]:
    def make(ask: Ask, notes: list[str]) -> Distribution:
        share = said(
            ask,
            r"top[- ]?p|min[- ]?p|p|nucleus(?: sampling)?(?: of)?|mass|threshold|cumulative probability|"
            r"probability mass|阈值",
        )
        if share is None:
            share = ask.number(rf"(?P<n>{N})")
        default = 0.9 if kind == "top_p" else 0.1
        if share is None:
            notes.append(f"p is not stated: {default}.")
        return Distribution(of=kind, share=default if share is None else share)  # type: ignore[arg-type]

    return make


def _top_k(ask: Ask, notes: list[str]) -> Distribution | None:
    found = ask.first(
        rf"(?:(?:all|everything) (?:but|except) )?(?:the )?top[- ]?(?P<n>{INT})(?: (?:actions?|logits?))?|top[- ]?k(?: "
        rf"?(?:sampling|softmax|categorical|采样))?[,，:：]?(?: with)? ?\(?(?:k ?)?(?:=|of|is|为|取)? "
        rf"?(?P<m>{INT})\)?|(?:the )?(?:best|likeliest|most (?:likely|probable)|highest) (?P<s>{INT})(?: actions?| "
        rf"logits?)|k ?(?:=|is|为|取) ?(?P<q>{INT})(?: for the top-k(?: sampling)?)?|"
        rf"保留(?:概率)?前(?P<r>{INT})个(?:动作)?|(?:the |its )?(?P<o>one|two|three|four|five|six|seven|eight|nine|ten|"
        rf"\d+) (?:likeliest|most "
        r"(?:likely|probable)|best|highest|largest|top)(?: (?:actions?|logits?|probabilit\w+))?|"
        r"(?:概率|logit)?最(?:大|高|可能)的? ?(?P<p>[一二两三四五六七八九十]|\d+) ?个(?:动作)?"
    )
    if not found:
        return None
    k = to_int(next(found[group] for group in "nmopqrs" if found[group]))
    ask.has(
        r"(?:(?:only|just) )?(?:allow\w*|keep\w*|sampl\w*|draw\w*|choos\w*|among|from|ever)|only|只|仅|保留|在|里|中|"
        r"但|其余动作概率为零"
    )
    return Distribution(of="top_k", k=k or 3)


def _masked(ask: Ask, notes: list[str]) -> Distribution | None:
    found = ask.first(
        r"(?:actions?|indices|index|动作)(?: (?:numbers?|ids?|indices|with (?:the )?(?:index|indices)))? ?(?P<l>\d+(?:(?:,"
        r"? and|,|、|和| or) ?\d+)*)(?: (?:are|is|must|should|will|may|can))?(?: (?:be|being|never|not|always|"
        r"forbidden|masked|taken|"
        r"chosen|excluded|disallowed|invalid|removed|impossible|sampled|out))*|(?P<m>\d+(?:(?:,|、|和) ?\d+)*) ?号动作"
    )
    if not found:
        return None
    return Distribution(
        of="masked", only=sorted({int(number) for number in re.findall(r"\d+", found["l"] or found["m"])})
    )


def _mixed(ask: Ask, notes: list[str]) -> Distribution | None:
    formula = ask.first(
        rf"(?:(?:概率|p|probs?|probability|pi|π)(?:\([^)]*\))? ?= ?)?\(? ?1 ?- ?(?P<n>{N}) ?\)? ?[*·×]? ?(?:softmax|p|pi|"
        rf"π|probs?)(?:\([^)]*\))? ?\+ ?(?P<m>{N})(?: ?/ ?(?:n|\|a\||k|num_actions)| ?[*·×]? ?(?:uniform|u))"
    )
    moves = schedule(ask, notes) if ask.says(r"uniform|均匀") else None
    if formula:
        ask.has(
            r"softmax|再?混入均匀分布|mix\w*(?: with)?(?: the)? uniform(?: distribution)?|每个动作(?:都)?有最低概率|at "
            r"least|minimum probability"
        )
        return Distribution(of="mixed_uniform", amount=to_number(formula["m"]))
    if moves:
        ask.has(r"mix\w*(?: with)?(?: the| a)? uniform(?: distribution)?|uniform|epsilon|均匀")
        return Distribution(of="mixed_uniform", schedule=moves)
    return None


def _tempered(ask: Ask, notes: list[str]) -> Distribution | None:
    if ask.says(r"noise|噪声"):
        return None
    moves = schedule(ask, notes)
    if moves is None:
        value = said(ask, r"(?:softmax |boltzmann )?temperature|temp|tau|τ|温度")
        value = value or ask.number(rf"(?:softmax )?(?:over |of )?\(?q(?:-?values?)? ?/ ?(?P<n>{N})")
        return Distribution(of="temperature", amount=value) if value else None
    ask.has(r"temperature|boltzmann|softmax|tau|温度|玻尔兹曼")
    return Distribution(of="temperature", schedule=moves)


def _beta(ask: Ask, notes: list[str]) -> Distribution:
    ask.has(r"(?:given|made|obtained|computed) by(?= softplus)")
    raw = ask.has(
        r"(?:which |that |they )?(?:become|give|are mapped to|turn(?:ed)? into|transformed (?:in)?to|are) ?(?:the "
        r")?(?:alpha and beta|α and β|its parameters|concentrations?|parameters)?(?: (?:by|through|via|with|using))? "
        r"?softplus ?(?:\+|plus) ?(?:1|one)|softplus(?:\([^)]*\))? ?(?:\+|plus) ?(?:1|one)|(?:1|one) ?(?:\+|plus) "
        r"?softplus(?:\([^)]*\))?|softplus ?加 ?1|1 ?\+ ?softplus"
    )
    mean = ask.has(
        r"(?:the )?(?:deterministic|greedy|evaluation|test|eval)(?:[ -]time)? actions? (?:is|are|=|should be|"
        r"being) (?:the |its )?mean|(?:the |its )?mean (?:as|is|for) (?:the )?(?:deterministic|greedy|evaluation) "
        r"actions?|(?:acts?|acting|mode) (?:by|with|is|as) (?:the |its )?mean|确定性动作(?:取|为|是)?均值"
    )
    ask.has(
        r"(?:the )?(?:deterministic|greedy|evaluation) actions? (?:is|are|=) (?:the |its )?mode|(?:is |are )?(?:the "
        r")?support (?:is )?(?:stretched|scaled|moved|mapped) (?:to|onto) (?:\[ ?-1 ?, ?1 ?\])|(?:stretched|scaled|rescaled|"
        r"mapped|拉伸|缩放)(?: (?:to|onto|from \[ ?0 ?, ?1 ?\] to))?(?:到)? ?\[ ?-1(?:\.0)? ?, ?1(?:\.0)? ?\]|(?:on|in|over|"
        r"within)? ?\[ ?-1(?:\.0)? ?, ?1(?:\.0)? ?\]|"
        r"(?:it is |is )?called with (?:the )?(?:two tensors(?: of (?:arbitrary )?real numbers)?|mu and sigma|two "
        r"parameters)|(?:arbitrary )?real numbers|two tensors|(?:since|because|as) gaussians?[^.;]*|gaussian tails|"
        r"alpha and beta|alpha|beta|α|β|bounded|有界|mean|support"
    )
    return Distribution(of="beta", raw="softplus" if raw else "mode", acts="mean" if mean else "mode")


def _numbered(kind: str, **defaults: float) -> Callable[[Ask, list[str]], Distribution]:
    """A family with few numbers of its own."""

    def make(ask: Ask, notes: list[str]) -> Distribution | None:
        given: dict[str, object] = {}
        if kind in {"student", "binned_gaussian"}:
            value = ask.whole(
                rf"(?:degrees? of freedom|dof|df|nu|ν|自由度)(?:\s|=|of|is|are|为|:)*(?P<n>{INT})",
                rf"(?P<n>{INT})[ -]?(?:degrees? of "
                r"freedom|dof|(?:discrete |evenly spaced )?(?:bins?|values?|levels?|atoms?|buckets?|points?)|个(?:区间|"
                r"值|离散值|档))",
                rf"(?:bins?|values?|levels?)(?:\s|=|of|is|into|per dimension|:)*(?P<n>{INT})",
                rf"(?:into|in|to) (?P<n>{INT})",
            )
            given["k"] = value or int(defaults["k"])
            notes += [] if value else [f"Not stated, and taken: {given['k']}."]
        if kind == "von_mises":
            least = said(
                ask,
                r"min(?:imum|imal)?(?: concentration)?|最小(?:集中度|浓度)|at least|not below|never below|floor|lower "
                r"bound|最小|"
                r"至少",
            )
            given["low"] = least if least else 1e-3
        if kind == "contaminated":
            share = said(ask, rf"{CHANCE}|weight|share|fraction|概率") or ask.number(
                rf"(?P<n>{N}) of the (?:time|mass|"
                rf"samples)"
            )
            factor = ask.number(
                rf"(?P<n>{N})(?: ?[x×]| times)(?: (?:the|as|its|wider|larger|deviation|std|sigma|wide))*",
                rf"(?:factor|by|times)(?:\s|of|=|is)*(?P<n>{N})",
            )
            if factor is None:
                return None
            given |= {"share": share or 0.1, "amount": factor}
        if kind in {"mellowmax", "rank"}:
            amount = (
                ask.number(rf"\^ ?(?P<n>{N})")
                or said(ask, r"omega|ω|alpha|α|exponent|power|指数")
                or ask.number(rf"(?P<n>{N})")
            )
            given["amount"] = amount or defaults["amount"]
        return Distribution(of=kind, **given)  # type: ignore[arg-type]

    return make  # type: ignore[return-value]


def _unless(kind: str, words: str) -> Callable[[Ask, list[str]], Distribution | None]:
    """A family without numbers, where nothing says that it is another."""
    return lambda ask, notes: None if ask.says(words) else Distribution(of=kind)  # type: ignore[arg-type]


_FAMILIES: tuple[tuple[str, Callable[[Ask, list[str]], Distribution | None]], ...] = (
    (r"(?:ε|e|epsilon|eps)[- ]?z[- ]?greedy|εz[- ]?(?:greedy)?|temporally[- ]extended (?:ε|e|epsilon|eps)?[- ]?greedy(?: "
    r"exploration)?", _ez),
    (r"max[- ]?boltzmann|(?:ε|e|epsilon|eps)[- ]?(?:softmax|boltzmann)|boltzmann|softmax|玻尔兹曼", _max_boltzmann),
    (r"ucb[- ]?1?|upper[- ]confidence[- ]bounds?|置信上界", _ucb),
    (r"sticky(?: actions?)?|repeat\w* (?:the |its )?(?:previous|last|same|old) actions?(?: again)?|(?:previous|last|same) "
    r"action (?:is |gets )?(?:repeated|again|once more|kept)|粘性(?:动作)?|重复上一(?:个|步)?动作", _sticky),
    (r"top[- ]?p|nucleus(?: sampling)?|核采样", _share_of("top_p")), (r"min[- ]?p", _share_of("min_p")),
    (rf"top[- ]?(?:{INT}|k)|保留(?:概率)?前\S{{1,2}}个|(?:likeliest|most (?:likely|probable)|best|highest|largest) "
        rf"(?:actions?|logits?)|最(?:大|高|"
    r"可能)的? ?\S{1,2} ?个(?:动作)?", _top_k),
    (r"mask\w*|forbid\w*|forbidden|never (?:be )?(?:takes?|taken|chooses?|chosen|samples?|sampled|picks?|picked)|"
        r"invalid actions?|disallow\w*|exclud\w*|屏蔽|禁止|"
    r"不允许", _masked),
    (r"(?:ε|e|epsilon|eps)[- ]?greedy|贪心", _epsilon),
    (r"rank[- ]?based|ranks?|1 ?/ ?rank|按排名", _numbered("rank", amount=1.0)),
    (r"mellowmax(?: policy)?", _numbered("mellowmax", amount=5.0)), (r"sparsemax", _numbered("sparsemax")),
    (r"uniform(?:ly)?|均匀(?:分布)?", _mixed), (r"temperature|boltzmann|tau|τ|温度|softmax (?:over|of) ?\(?q ?/", _tempered),
    (r"kumaraswamy(?:'s)?(?: distribution)?", _numbered("kumaraswamy")),
    (r"von[- ]mises", _numbered("von_mises")),
    (r"bang[- ]?bang(?: (?:policy|control|actions?))?|only (?:the )?(?:extremes?|extreme actions?)|bernoulli (?:over|on|"
    r"between|policy over) (?:the )?(?:two )?(?:extremes?|-1 and 1|bounds)|只(?:取|用)(?:两个)?极值",
     _unless("bang_bang", r"noise|噪声")),
    (r"discreti[sz]ed (?:gaussian|normal|continuous|actions?)|(?:gaussian|normal)(?: \w+)? (?:over|on) (?:\d+ )?(?:bins|"
    r"evenly)|binned (?:gaussian|actions?)|discreti[sz]\w*(?: (?:each|every|the))?(?: continuous)?(?: action)?(?: dim\w*)?|"
    r"离散化", _numbered("binned_gaussian", k=11)),
    (r"truncated (?:gaussian|normal)(?: (?:distribution|policy))?|(?:gaussian|normal)(?: distribution| policy)?,? "
    r"truncated|截断(?:的)?(?:高斯|正态)(?:分布)?", _unless("truncated_gaussian", r"noise|噪声")),
    (r"(?:clipped|censored|rectified) (?:gaussian|normal)(?: (?:distribution|policy))?|clipped action policy(?: "
    r"gradients?)?|(?:gaussian|normal)(?: policy| distribution)? (?:that is |which is )?(?:clipped|censored) (?:at|to)|"
    r"裁剪(?:的)?(?:高斯|正态)(?:分布)?", _unless("censored_gaussian", r"noise|噪声|deviation|std|标准差")),
    (r"logistic[- ]?normal|logit[- ]?normal|sigmoid (?:of (?:a )?)?(?:gaussian|normal)|(?:gaussian|normal)(?: \w+){0,4} "
    r"sigmoid|逻辑正态", _numbered("logistic_normal")),
    (rf"{STUDENT}", _numbered("student", k=3)),
    (r"cauchy|柯西", _numbered("cauchy")),
    (r"logistic", _numbered("logistic")),
    (r"contaminated (?:gaussian|normal)|scale mixture|(?:gaussian|normal)(?:[^.;]*?)(?:wider|wide) (?:gaussian|normal|one|"
    r"component)", _numbered("contaminated")),
    (r"beta|贝塔(?:分布)?", _beta),
)  # fmt: skip
_TRUE = {
    "ez_greedy": r"(?:pick|take|choose|select)s? (?:an? )?random(?:ly)?(?: chosen)? actions?|random actions?|(?:and "
    r")?repeat\w* (?:it|this|that action|the action)?(?: for)?(?: n)?(?: steps)?|n ~(?: a)?|zeta(?: distribut\w+)?|"
    r"durations?(?: (?:is|are|of|follow\w*|drawn|from))*|own counters?|counters?|every parallel env\w*(?: has its own "
    r"counter)?|heavy[- ]tailed|a|n|ζ|分布|持续(?:步数|时间)?",
    "max_boltzmann": r"like epsilon[- ]?greedy|(?:but )?(?:the )?explorat\w+ actions?(?: (?:isn't|is not|are not) "
    r"uniform)?|(?:isn't|is not|not|instead of|rather than) uniform(?:ly)?|it'?s drawn from|drawn from|thesis|wiering'?s?|"
    r"otherwise|best|boltzmann|softmax(?: ?\( ?q ?\))?|uniform|epsilon|eps|贪心|softmax",
    "ucb": r"n(?:\(a\))? (?:counts?|is)(?: how often)?(?: each action)?(?: (?:was|is|has been) taken)?(?: (?:overall|so "
    r"far))?|how often (?:each|an) action (?:was|is) (?:taken|chosen)(?: overall)?|counts?|unvisited(?: actions?)? "
    r"(?:first|come first)|untried actions? (?:first|come first)|(?:for )?(?:the )?q-?values?|overall|sqrt|ln t|n\(a\)",
    "sticky": r"(?:with |a )?(?:probability|chance)|atari[- ]like|previous|last|repeat\w*|categorical|softmax|上一(?:个|"
    r"步)动作",
    "masked": r"illegal|out|mask\w*|never|forbidden|invalid|zero|-inf|infinit\w+|logits? (?:of|to|set)|set to|屏蔽|禁止",
    "epsilon": r"exploration|uniform(?:ly)? random actions?|random actions?|epsilon|eps|best action",
    "beta": r"alpha|beta|α|β|mean|support|bounds?|cut off|parameters?|concentrations?",
    "kumaraswamy": r"bounded|a and b|closed[- ]form (?:cdf|quantiles?|inverse)|inverse cdf|like (?:the )?beta|stretched|"
    r"softplus(?: plus (?:1|one))?|support|\[ ?-1 ?, ?1 ?\]",
    "von_mises": r"steering|pi|angles?|(?:is |are )?(?:scaled|divided)(?: so (?:that )?)?(?: the action)?|(?:the )?action "
    r"in "
    r"\[ ?-1 ?, ?1 ?\] is angle ?/ ?pi|angle ?/ ?pi|\[ ?-1 ?, ?1 ?\]|concentrations?(?: (?:from|by|is))?|softplus(?: "
    r"of)?(?: (?:the )?(?:2nd|second) param\w*)?|(?:2nd|second) param\w*|from|circular|periodic|minimal|kappa",
    "bang_bang": r"two|extremes?|bernoulli|-1 (?:and|or) \+?1|max(?:imum)? (?:and|or) min(?:imum)?(?: (?:actions?|"
    r"torques?))?|"
    r"per dim\w*|only|极值",
    "binned_gaussian": r"splits?|divides?|cuts?|bins?|values?|levels?|buckets?|each dim\w*|per dim\w*|evenly spaced|"
        r"gaussian|density|between|-1 "
    r"and 1|continuous|\[ ?-1 ?, ?1 ?\]|ordinal|atoms?",
    "truncated_gaussian": r"gaussian|normal|re-?normali[sz]\w*|\[ ?-1 ?, ?1 ?\]|action bounds?|bounds?|at -1 and 1|between "
    r"-1 and 1|to|densit\w+|高斯|正态|截断",
    "censored_gaussian": r"accounts?(?: for)?|gaussian|normal|bounds?|(?:probability )?mass (?:beyond|outside|at)(?: "
    r"(?:the|each))?(?: "
    r"bounds?)?|tails?|clipp?\w*|\[ ?-1 ?, ?1 ?\]|log[- ]?probability|at -1 and 1|point mass\w*|corrected|correction|"
    r"fujita|capg",
    "logistic_normal": r"sigmoid|gaussian|normal|squash\w*|\[ ?-1 ?, ?1 ?\]|\[ ?0 ?, ?1 ?\]|stretched|scaled|through",
    "student": r"(?:with )?(?:heavy|heavier|fat)[- ]tail\w*|tails?|gaussian|degrees? of freedom|instead of (?:a |the "
    r")?(?:gaussian|normal)|重尾",
    "cauchy": r"(?:with )?(?:heavy|heavier|fat)[- ]tail\w*|tails?|location|scale|instead of (?:a |the )?(?:gaussian|"
    r"normal)|重尾",
    "logistic": r"(?:with )?(?:heavy|heavier|fat)[- ]tail\w*|tails?|location|scale|instead of (?:a |the )?(?:gaussian|"
    r"normal)",
    "contaminated": r"gaussian|normal|mixture(?: of)?|components?|narrow|wide|wider|deviation|std|sigma|heavy[- ]tail\w*|"
    r"same mean|(?:as )?large|otherwise|now and then|times",
    "top_p": r"nucleus|smallest set|cumulative|mass|actions whose|at least|sampling|tail|likeliest|together|reach\w*",
    "min_p": r"(?:of )?(?:the )?(?:maximum|largest|likeliest|best)(?: (?:probability|action|one))?(?:'s)?|at least|times|"
    r"threshold|relative|sampling|below|cut",
    "temperature": r"boltzmann|softmax|temperature|tau|玻尔兹曼|温度",
    "mixed_uniform": r"mix\w*|uniform|floor|minimum|at least|最低|混入|混合|每个动作|n",
    "rank": r"proportional(?: to)?|in proportion(?: to)?|power|best|sorted|ranks?|1 ?/ ?rank|values?|\^",
    "mellowmax": r"operator|maximum[- ]entropy|entropy|asadi|littman|omega|ω",
    "sparsemax": r"sparse|zero|instead of softmax|softmax|martins|astudillo|exactly|poor",
    "top_k": r"(?:get|have|has|with) (?:a )?(?:zero probability|probability (?:zero|0|of zero))|all (?:other "
        r")?actions(?: but)?|all but|among|others?|never|zero|categorical|softmax|only",
}  # fmt: skip
"""What people say of a kind beside its numbers, and what holds of it always."""
