"""Reads distributions and noises: small changes of what the library has, each with its numbers."""

from __future__ import annotations

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int, to_number
from copilot.codegen.authoring.distribution.families import read
from copilot.codegen.authoring.distribution.noise import noise
from copilot.codegen.authoring.spec import Distribution
from copilot.codegen.authoring.valued import kept_within

DEVIATION = r"(?:standard )?deviations?|std\\.?|stddev|sigma|σ"
DISCRETE = frozenset(
    [
        "temperature",
        "mixed_uniform",
        "top_k",
        "clipped_logits",
        "top_p",
        "min_p",
        "masked",
        "rank",
        "mellowmax",
        "sparsemax",
        "epsilon",
        "max_boltzmann",
        "ez_greedy",
        "ucb",
        "sticky",
    ]
)
"""Kinds of discrete actions."""
BEYOND_DISTRIBUTION = (
    r"\b(?:gumbel|dirichlet|flows?|normali[sz]ing|poisson|gamma|parameter|parameter[- ]space|state[- ]dependent|gsde|entmax|"
    r"tanh|squashed|multi(?:variate|-?modal\w*|-?discrete|-?binary|nomial)|copula|full[- ]covariance|low[- ]rank|"
    r"counts?|thompson|bootstrap\w*|noisynet|noisy nets?|"
    r"mixture of|mixtures? of (?:two |three |\w+ )?gaussians?)\b|混合高斯|高斯混合|流|多元"
)
_LINK = (
    r"(?:\s|=|:|：|of|by|to|with|at|a|the|is|factor|value|为|是|到|取|系数|因子|within|between|in|\[|\(|±|"
    r"\+/-|between|and|-)*"
)


def _shaped(ask: Ask, notes: list[str]) -> Distribution | None:
    """Families with a bound or a shape of their own."""
    if ask.has(r"\bbeta\b(?: (?:distribution|policy))?|贝塔(?:分布)?"):
        ask.has(
            rf"(?:for|over|on|of|in|within)?\s*(?:continuous )?actions?|continuous|(?:in|within|on|over|between)?"
            rf"\s*\[\s*-1(?:\.0)?\s*[,，]\s*1(?:\.0)?\s*\]|bounded|连续|有界|{NUM}"
        )
        return Distribution(of="beta")
    top = ask.first(
        rf"top[- ]?(?P<n>\d+|k)|(?:the )?(?P<m>{INT}) (?:likeliest|most (?:likely|probable)|best|highest)(?: (?:actions?|"
        rf"logits?))?|"
        rf"(?:概率)?最(?:大|高|可能)的?\s*(?P<o>{INT})\s*个(?:动作)?"
    )
    if top:
        k = to_int(top["m"] or top["o"]) or (int(top["n"]) if (top["n"] or "").isdigit() else None)
        k = k or ask.whole(r"\bk\s*(?:=|of|is|为|取)?\s*(?P<n>\d+)")
        notes += [] if k else ["How many actions stay is not stated: 3."]
        ask.has(
            r"(?:that )?(?:only )?(?:allows?|keeps?|samples?|draws?|chooses?)|among|categorical|softmax|only|"
            r"actions?|logits|分类|类别|只|保留|采样|动作"
        )
        return Distribution(of="top_k", k=k or 3)
    kept = kept_within(ask, r"(?:the |its |all )*logits?(?: values?)?", r"logits?")
    if kept:
        ask.has(r"categorical|softmax|分类|类别|截断|裁剪")
        return Distribution(of="clipped_logits", amount=kept[1])
    bound = ask.first(
        rf"logits?[^\d\[-]*?(?:clip|clamp|cut|limit|bound|kept|截断|裁剪|限制)\w*[^\d\[-]*\[?\s*(?:-\s*{NUM}\s*[,，]\s*)?"
        rf"(?:±|\+/-)?(?P<n>{NUM})\]?|"
        rf"(?:clip|clamp|limit|bound)\w* (?:the )?logits[^\d\[-]*\[?\s*(?:-\s*{NUM}\s*(?:[,，]|and|to)\s*)?(?P<m>{NUM})\]?"
    )
    if bound:
        ask.has(r"categorical|softmax|分类|类别|截断|裁剪")
        return Distribution(of="clipped_logits", amount=abs(to_number(bound["n"] or bound["m"])))
    return _bounded(ask)


def _bounded(ask: Ask) -> Distribution | None:
    """A Gaussian whose deviation is kept between two numbers."""
    never = ask.first(
        rf"(?:never |not )?(?:(?:falls?|drops?|goes|sinks?|be|is|stays?) )?(?:below|under|less than|at least)\s*(?"
        rf"P<a>{NUM})[^\d]*?"
        rf"(?:above|over|more than|beyond|at most)\s*(?P<b>{NUM})"
    )
    noise = ask.says(r"noise|噪声")
    bounds = None if noise else kept_within(ask, rf"(?:the |its |their )*(?:{DEVIATION})(?: values?)?", r"标准差|方差")
    if bounds and bounds[0] is not None and bounds[0] > 0:
        ask.has(
            rf"(?:diagonal )?(?:gaussian|normal)(?: (?:policy|distribution))?|{DEVIATION}|高斯|正态|连续|continuous"
        )
        return Distribution(of="clipped_gaussian", low=max(bounds[0], 1e-6), high=bounds[1])
    kept = (
        never
        if never or noise
        else ask.first(
            rf"(?:deviations?|std|sigma|scale|标准差|方差)[^\d]*?(?:clip|clamp|kept|keep|bound|limit|stay|between|within|in|"
            rf"截断|裁剪|限制|保持)\w*[^\d]*?"
            rf"(?P<a>{NUM})\s*(?:and|to|,|，|到|至|和|~)\s*(?P<b>{NUM})\]?(?:之间|以内)?"
        )
    )
    if kept and ask.says(r"gaussian|normal|高斯|正态|deviation|std|标准差"):
        low, high = sorted((to_number(kept["a"]), to_number(kept["b"])))
        ask.has(
            r"(?:diagonal )?(?:gaussian|normal)(?: (?:policy|distribution))?|(?:standard )?deviations?|standard|"
            r"kept|stays?|between|高斯|正态|连续|continuous|标准差"
        )
        return Distribution(of="clipped_gaussian", low=max(low, 1e-6), high=high)
    return None


def _tempered(ask: Ask, notes: list[str]) -> Distribution | None:
    """Logits divided by a temperature."""
    ask.has(r"temperature (?=softmax|categorical|scaled|distribution)")
    divided = ask.number(rf"logits? (?:are )?divided by (?P<n>{NUM})", rf"divid\w+ (?:the |all )?logits by (?P<n>{NUM})",
                         rf"logits? ?除以 ?(?P<n>{NUM})")  # fmt: skip
    if divided:
        ask.has(r"discrete|categorical|softmax|离散|分类|类别")
        return Distribution(of="temperature", amount=divided)
    temperature = ask.first(
        rf"(?:with )?(?:a )?(?:softmax )?temperature{_LINK}(?P<n>{NUM})?|(?:softmax )?sharp(?:er|ened)|"
        rf"温度{_LINK}(?P<m>{NUM})?"
    )
    if temperature:
        groups = [temperature[g] for g in ("n", "m") if temperature[g]]
        ask.has(
            r"categorical|softmax|discrete|boltzmann|类别|离散|玻尔兹曼|分类|choices?|(?:get|are|become)s? (?:flatter|"
            r"sharper)|flatter|sharper|"
            r"divid\w+(?: the)? logits(?: by)?|logits"
        )
        if not groups:
            notes.append("The temperature is not stated: 0.5.")
        return Distribution(of="temperature", amount=to_number(groups[0]) if groups else 0.5)
    return None


def _mixed(ask: Ask) -> Distribution | None:
    """A distribution mixed with the uniform one."""
    mixes = r"(?:mix\w*|blend\w*|smooth\w*|混合|混入)"
    alike = r"(?:the |a )?uniform(?: (?:one|distribution|part|component|share|sampling))*"
    weight = (
        r"(?:an? |the )?(?:mixing |uniform )?(?:weight|share|epsilon|eps|ε|probability|fraction|proportion|amount|"
        r"mass)(?: (?:of the uniform(?: (?:one|part|distribution))?))?"
    )
    share = ask.first(
        rf"(?:with )?(?:a )?(?:probability|chance)(?: of)? (?P<n>{NUM})(?: of| for)? (?:a |an )?(?:uniform(?:ly)?|"
        rf"random)[\w ]*"
    ) or ask.first(
        rf"(?:gives? |has |have |with |and )?{weight}{_LINK}(?P<n>{NUM})(?: (?:to|for|on) {alike})?|{alike} (?:has|"
        rf"gets|with|have){_LINK}(?:weight|share|probability)?{_LINK}(?P<m>{NUM})|"
        rf"(?P<o>{NUM}) (?:of (?:the )?(?:probability(?: mass)?|mass|weight) )?(?:of |is |are |being )*{alike}|"
        rf"{mixes}[^\d.;]*{alike}{_LINK}(?P<p>{NUM})|均匀(?:分布)?(?:混合|的权重|权重)?{_LINK}(?P<q>{NUM})"
    )
    if not ask.says(r"uniform|均匀"):
        return None
    named = ask.has(rf"{mixes}(?: (?:in|with|of|and))*(?: {alike})?|{alike}")
    if not (share or named):
        return None
    given = next((value for value in share.groupdict().values() if value), None) if share else None
    ask.has(
        r"softmax|epsilon|actions?|with the uniform(?: distribution)?|over (?:all )?actions?|mixed?|greedy|weight|"
        r"share|mixture|mixing"
    )
    ask.has(r"categorical|softmax|discrete|类别|离散|exploration|distribution")
    return Distribution(of="mixed_uniform", amount=min(0.99, to_number(given)) if given else 0.1)


def distribution(ask: Ask) -> tuple[Distribution | None, list[str]]:
    """The distribution or noise that a request asks for, or None; and notes."""
    found, notes = _distribution(ask)
    if found is not None:
        ask.has(
            r"(?<![a-z])(?:for |over |on |of |in )?(?:the )?(?:"
            + (r"discrete|离散" if found.of in DISCRETE else r"continuous|连续|box")
            + r")(?: (?:actions?(?: spaces?)?|control|policies|policy))?(?![a-z])"
        )
        ask.has(
            r"(?<![a-z])(?:for|around|on|to) (?:the |an? )?(?:actor|policy|agent)(?:'s)?(?: (?:actions?|"
            r"output))?(?![a-z])|动作空间|(?<=\0)的?过程"
        )
        ask.has(
            r"(?<![a-z])(?:masks?|limits?|lowers?|anneals?|decays?|shrinks?|raises?|gives?|keeps?|allows?|considers?|"
            r"uses?|has|have|gets?|std|standard deviation|deviation|sigma|probability|weight)(?= ?\0)|"
            r"(?<=\0) ?(?:of )?(?:the )?(?:probability|weight)(?= (?:is )?\0)|(?:各|每)个?维度?(?=\0)|"
            r"(?<=\0)的?高斯(?:分布)?|重复(?=\0)"
        )
    return found, notes


def _distribution(ask: Ask) -> tuple[Distribution | None, list[str]]:
    """By names first, then by what is done to logits or deviations."""
    notes: list[str] = []
    if not ask.says(r"noise|噪声"):
        named = read(ask, notes)
        if named is not None:
            return named, notes
    else:
        return noise(ask, notes), notes
    shaped = _shaped(ask, notes)
    if shaped is not None:
        return shaped, notes
    tempered = _tempered(ask, notes)
    if tempered is not None:
        return tempered, notes
    mixed = _mixed(ask)
    if mixed is not None:
        return mixed, notes
    if ask.has(r"laplac\w*|拉普拉斯"):
        ask.has(r"continuous|连续|box")
        return Distribution(of="laplace"), notes
    times = ask.first(
        r"(?P<w>twice|double|half|thrice|three times) (?:of )?(?:the |its )?(?:(?:usual|normal|standard) )*(?:deviation|"
        r"std|sigma)|(?:deviation|std|sigma)s? (?:is |are |should be |gets? )*(?P<v>doubled|halved|tripled)|"
        r"标准差(?:为|是)?(?:原来的)?(?P<c>两倍|一半|翻倍|减半)"
    )
    if times:
        ask.has(r"gaussian|normal|高斯|正态")
        factors = {
            "twice": 2.0,
            "double": 2.0,
            "half": 0.5,
            "thrice": 3.0,
            "three times": 3.0,
            "两倍": 2.0,
            "一半": 0.5,
            "翻倍": 2.0,
            "减半": 0.5,
            "doubled": 2.0,
            "halved": 0.5,
            "tripled": 3.0,
        }
        return Distribution(of="scaled_gaussian", amount=factors[times["w"] or times["v"] or times["c"]]), notes
    scaled = ask.first(
        rf"(?:gaussian|normal|高斯|正态)[^\d]*(?:deviation|std|sigma|variance|scale|"
        rf"标准差)[^\d]*?(?P<n>{NUM})"
    )
    if scaled:
        return Distribution(of="scaled_gaussian", amount=to_number(scaled["n"]) or 1.0), notes
    return None, notes
