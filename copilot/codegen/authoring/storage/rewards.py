"""Reads what becomes of rewards on their way into a storage."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import NUM, Ask, to_number
from copilot.codegen.authoring.storage.shares import share_of
from copilot.codegen.authoring.valued import RANGE, interval, kept_within

REWARDS = r"(?:all |the |their |each |every |any )?(?:stored |incoming |raw )?rewards?|奖励"


def rewards_of(ask: Ask, out: dict[str, Any], notes: list[str]) -> None:
    """Scale, bounds, noise."""
    _random(ask, out)
    _standardised(ask, out)
    _squashed(ask, out)
    _clipped(ask, out, notes)
    _scaled(ask, out)


def _standardised(ask: Ask, out: dict[str, Any]) -> None:
    whole = ask.has(
        rf"(?:(?:divid|scal|normali[sz]|standardi[sz])\w*)(?: (?:{REWARDS}))?[\w ]{{0,30}}?(?:by|with|to|using) (?:a |an |"
        rf"the |"
        rf"their |its )*(?:running |online |moving )(?:mean and )?"
        r"[\w ]{0,30}?(?:standard deviation|std|deviation|variance|scale)(?: of (?:the )?(?:discounted |past |seen "
        r")*(?:rewards?|returns?))?|running[- ](?:reward )?(?"
        r":normali[sz]ation|scaling)(?: of rewards?)?|(?:normali[sz]e|standardi[sz]e)s? (?:the )?rewards?(?= |$|[,.;])(?: "
        r"online)?|rewards (?:are |get )?(?:normali[sz]ed|standardi[sz]ed)(?: online)?|reward (?:standardi[sz]ation|"
        r"normali[sz]ation)|"
        r"(?:奖励)?(?:除以|按)(?:其|奖励的?)?(?:运行|滑动|移动)(?:估计)?(?:的)?标准差(?:归一化|缩放)?|用(?:运行|滑动)"
        r"标准差(?:归一化|缩放)?奖励|奖励(?:做)?(?:标准化|归一化)"
    )
    if not whole:
        return
    out["standardise"] = True
    if ask.has(
        r"(?:and )?(?:also )?subtract(?:s|ed|ing)? (?:the |its |their )?(?:running )?mean(?: as well| too| first)?|"
        r"running "
        r"mean and|zero[- ]mean|mean as well|"
        r"(?:mean 0|zero mean) and|减去(?:运行)?均值"
    ):
        out["centre"] = True
        ask.has(r"subtract\w*|as well|mean|first")
    if ask.has(
        r"(?:of )?(?:the )?discounted (?:returns?|sums?)(?: of rewards?)?|of (?:the )?returns?|(?:as in |like "
        r")?vecnormali[sz]e"
    ):
        out["of_returns"] = True
        ask.has(r"(?:as in |like )?vecnormali[sz]e|discounted|returns?")
    ask.has(r"estimate|running|standard deviation|运行|标准差")


_ROOT, _SYMLOG, _TANH = (
    r"(?:square[- ]?root|sqrt|√)",
    r"(?:symlog|(?:signed|sign[- ]preserving) log(?:arithm)?)",
    r"(?:tanh|hyperbolic tangent)",
)
_FORMULA = r"(?:: ?)?sign\(r\) ?(?:\*|·|×|x)? ?"
_SQUASHED: dict[str, str] = {
    "symlog": rf"{_FORMULA}log\(? ?(?:1 ?\+ ?\|r\||\|r\| ?\+ ?1)\)?|{_SYMLOG}\w*(?:ed|s|ging)?(?: of)?(?: "
    rf"(?:{REWARDS}))?(?: transform\w*)?",
    "root": rf"{_FORMULA}(?:sqrt|√)\(?\|?r\|?\)?|(?:takes? |taking )?(?:the )?(?:signed |sign[- ]preserving "
    rf")?(?:{_ROOT}|root)(?:[- ]transform\w*|ed|s|ing)?"
    rf"(?: (?:of )?(?:{REWARDS}))?(?:,? (?:while )?(?:keeping|with|but keep\w*|preserving) (?:their|the|its) signs?(?: "
    rf"kept)?)?|(?:带符号的?|保留符号的?)?(?:平方根|开根号?|开方)",
    "tanh": rf"(?:squash\w*|pass\w*|send\w*|put)? ?(?:{REWARDS})? ?(?:go(?:es)? |are |is |being )?(?:squashed |passed |"
    rf"sent |put )?(?:through|by|with|via|in) (?:an? |the )?"
    rf"{_TANH}|{_TANH}(?:\(r\)|[- ]squash\w*|[- ]transform\w*)?(?: of)?(?: (?:{REWARDS}))?(?: (?:is |are )?applied(?: "
    rf"to (?:{REWARDS}))?)?|(?:用|经过|经|取)?tanh(?:函数)?(?:压缩|变换|处理)?",
}


def _squashed(ask: Ask, out: dict[str, Any]) -> None:
    if ask.says(REWARDS):
        for name, words in _SQUASHED.items():
            if ask.has(rf"(?<![a-z])(?:{words})(?![a-z])"):
                out["squash"] = name
                ask.has(rf"(?:(?:are |is |get |be )?(?:stored|kept|squashed|compressed|transformed) (?:as )?|"
                    rf"(?:becomes?|go(?:es)?|pass|run)(?: through)?|applies|applied to|takes?) ?"
                        rf"(?:{REWARDS})?(?=\s*\0)|square-rooted|with their signs? kept|奖励(?:做|取|用|经过)|变换|压缩|"
                        rf"{_FORMULA}[^,.;]*")  # fmt: skip
                return
    if not ask.says(
        r"(?:flip|invert|negat)\w* (?:the )?(?:sign|reward)|signs? (?:of [\w ]{0,20})?(?:is|are|gets?|should be|be) "
        r"(?:flip|invert|revers|negat|chang)|翻转|反转"
    ) and ask.has(
        rf"(?:only |just )?(?:the )?signs? of (?:{REWARDS})(?: (?:alone|only|instead of (?:the )?rewards?))*|(?:only "
        rf")?(?:the )?reward signs?(?: only| alone)?|(?:{REWARDS}) (?:(?:are|get|should be|is) "
        rf"(?:(?:kept|stored|saved|replaced|reduced) )?)?(?:as|by|with|to) (?:only )?(?:their|its|the) signs?(?: only| "
        rf"alone)?|(?:{REWARDS}) (?:are )?(?:kept |stored )?as signs?(?: only)?|"
        rf"replac\w+ (?:{REWARDS}) (?:by|with) (?:their|its|the) signs?|奖励(?:的)?(?:正负号|符号)|(?:只|仅)(?:保留|存|"
        rf"取)奖励(?:的)?(?:正负号|符号)|奖励(?:只|仅)?(?:存|取|保留)(?:其)?(?:正负号|符号)"
    ):
        out["sign"] = True
        ask.has(
            r"(?:stores?|keeps?|stored|kept|saved) (?:only|just)?(?=\s*\0)|(?:instead of|not|rather than) (?:the "
            r")?rewards?(?: themselves)?|(?:is|are) (?:stored|kept)(?=\s*(?:[,.;]|$))"
        )


_UNCLIPPED = (
    r"(?:but |and )?(?:without|no|not any)(?: any)? (?:reward[- ])?clipp?(?:ing)?(?: of (?:the )?rewards?)?(?! (?:of|"
    r"for) (?:errors|td))|(?:rewards? )?(?:are |is |be |should |must |do |does |get |being )*"
    r"(?:but |and )?(?:not|never) (?:be |being |get )?clipp?(?:ed|ing)?(?: (?:the |any )?rewards?)?|(?:不|不要|没有|"
    r"不做)(?:裁剪|截断)(?:奖励)?|奖励(?:不|不要)(?:裁剪|截断)"
)
"""That rewards stay as large as they are."""


def _clipped(ask: Ask, out: dict[str, Any], notes: list[str]) -> None:
    if ask.has(_UNCLIPPED):
        return
    bounds = kept_within(
        ask,
        r"(?:all |the |their |each |every |any |stored |incoming |raw |scaled |resulting )*rewards?(?: values?)?|"
        r"reward(?=[ -](?:clip|limit|bound|cap|rang))",
        r"奖励(?:值)?",
    )
    if bounds is None:  # "then clipped to", "and clip them"
        again = ask.first(rf"(?:then|and|再|然后|并|后),? ?(?:are |get )?(?:clipped|clipping|clips?|clamps?|clamped|裁剪|"
            rf"截断)(?: (?:them|it))?(?:\s|to|at|in|within|between|into|到|在|至|=)*"
                          rf"(?P<n>{RANGE})")  # fmt: skip
        bounds = interval(again["n"]) if again else None
    if bounds is None:
        if ask.has(
            r"reward[- ]clipping|clipped rewards?|clips? (?:the |all )*rewards?|rewards? (?:are |get |should be |is "
            r")*clipped|(?:clip|limit)\w* (?:the |all )*rewards?|奖励(?:裁剪|截断)|(?:裁剪|截断)奖励"
        ):
            out["clip"] = 1.0
            notes.append("The limits of the rewards are not stated: -1 to 1.")
        return
    low, high = bounds
    out |= {"clip": high} if high > 0 else {}
    out |= {"clip_low": low} if low is not None else {}


_BY = (
    r"(?:\s|=|:|：|(?<![a-z])(?:of|by|to|with|at|a|an|the|is|factor|value|constant|times)(?![a-z])|为|是|到|取|系数|"
    r"因子|以|了)*"
)
PART = r"(?:a |one )?(?:half|third|quarter|fifth|tenth)(?![a-z])"
_CHANGES = r"(?:scal|multipl|divid|shrink|shrunk|rescal|downscal)\w*"


def _scaled(ask: Ask, out: dict[str, Any]) -> None:
    each = rf"(?:{REWARDS}|them|it)"
    scale = ask.first(
        rf"(?:having|after) (?:been |being )+(?P<c>{_CHANGES}){_BY}(?P<n>{NUM})|(?<![a-z])(?P<d>{_CHANGES}) (?:down "
        rf")?{each}(?: down)?{_BY}(?P<m>{NUM}|{PART})|"
        rf"{each} (?:are |is |get |gets |being |should be |must be |be |to be |having been |been |first |all "
        rf")*(?P<e>{_CHANGES})(?: down)?{_BY}(?P<o>{NUM}|{PART})|"
        rf"(?:先)?(?:把|将)?奖励(?:都|先|再)?(?P<f>除以|除|乘以|乘上?|缩放|缩小|放大)(?:系数|因子|"
        rf"倍数)?{_BY}(?P<p>{NUM})(?:\s*倍)?|(?P<g>缩放|乘以|"
        rf"除以)奖励{_BY}(?P<q>{NUM})|"
        rf"rewards? ?(?P<h>\*|×|x|times|/|÷) ?(?P<r>{NUM})|rewards?[ _-](?:scale|scaling)(?:[ _]factor)?(?:\s|=|:|of|"
        rf"is|by|with|to|factor|at)*(?P<s>{NUM})|"
        rf"(?P<t>{NUM})[ -]?(?:x|times) (?:reward scaling|the rewards?)"
    )
    if not scale:
        return
    factor = share_of(next(scale[group] for group in "nmopqrst" if scale[group]), percent=False)
    how = next((scale[group] for group in "cdefgh" if scale[group]), "")
    divides = how.startswith("divid") or how in {"除以", "除", "/", "÷", "缩小"}
    factor = 1 / factor if divides and factor else factor
    out |= {"scale": factor} if factor > 0 else {}


def _random(ask: Ask, out: dict[str, Any]) -> None:
    _noise(ask, out)
    flip = r"(?:flip|invert|negat|revers|chang)(?:s|es|e|ped|ping|ed|ing)?"
    chance = (
        rf"(?:with (?:a )?)?(?:(?:probability|chance|prob\.?|p)(?:\s|of|=|is)*(?P<A>{NUM})|(?P<B>{NUM}) (?:probability|"
        rf"chance))"
    )
    before, after = (chance.replace("A>", f"{one}>").replace("B>", f"{two}>") for one, two in ("ab", "cd"))
    flipped = ask.first(
        rf"(?<![a-z]){flip} the signs? of (?P<r>{NUM}) of (?:the |all )?rewards?|(?:{before},? )?(?:(?:the )?signs? of "
        rf"(?:the |a |each |every |any )?(?:stored )?rewards?|"
        rf"(?:the |a |each |every )?(?:reward(?:'s)? )signs?|(?:the |each |every |a )?rewards?) (?:should be |is |are |"
        rf"gets? |be |will be )*{flip}(?: {after})?"
    ) or ask.first(
        rf"(?:an? )?(?:{before} )?(?:of |to )?(?<![a-z]){flip} (?:the )?(?:signs? of (?:the |each |every |a )?|reward "
        rf"signs?|signs?|(?:the |each |every |a )?rewards?)(?:stored )?(?:rewards?)?(?: {after})?|"
        rf"以\s*(?P<p>{NUM})\s*的?概率(?:翻转|反转)奖励(?:的)?符号|奖励(?:的)?符号以\s*(?P<r>{NUM})\s*的?概率(?:翻转|反转)"
    )
    if flipped:
        given = next((value for value in flipped.groupdict().values() if value), None)
        share = (
            to_number(given) if given else ask.number(rf"(?:with )?(?:a )?(?:probability|chance)(?: of)? (?P<n>{NUM})")
        )
        out["flipped"] = share if share is not None and share <= 1 else 0.5


def _noise(ask: Ask, out: dict[str, Any]) -> None:
    """Noise on rewards."""
    plain = r"(?:zero-mean |additive |some )?(?:gaussian |normal |white |reward )*noise"
    to = (
        r"(?:(?:is |are |gets? |being )*added )?(?:to|on|onto|of|in) (?:every |each |the |all |incoming )*(?:stored "
        r")?rewards?"
    )
    size = (
        rf"(?:\s|,|=|:|\(|(?<![a-z])(?:of|with|an?|the|standard|deviation|std|stddev|sigma|σ|scale|is|at|level|"
        rf"strength)(?![a-z]))*(?P<n>{NUM})\)?"
    )
    other = size.replace("P<n>", "P<r>")
    normal = rf"n ?\( ?0(?:\.0)? ?, ?(?P<m>{NUM}) ?\)"
    noise = ask.first(
        rf"(?:perturbs?|disturbs?|corrupts?|jitters?) (?:{REWARDS}) (?:with|by) {plain}{other}|(?:rewards? (?:get|have|"
        rf"receive|with) )?(?:adds? |adding |with |plus |added |an? )?{plain}(?: {to})?{size}"
        rf"(?: {to})?|(?:adds? |adding |plus )?{normal}(?:[- ](?:distributed )?noise)?(?: {to})?|奖励(?:上|中|"
        rf"里)?(?:都)?加(?:上|入)?(?:标准差|方差)?(?:为|是)?\s*(?P<o>{NUM})\s*的?(?:高斯)?噪声|"
        rf"奖励(?:上|中|里)?(?:都)?加(?:上|入)?(?:高斯)?噪声[,，(（]?(?:标准差|方差|sigma)(?:为|是|=)?\s*(?P<p>{NUM})|"
        rf"(?:标准差(?:为)?\s*)(?P<q>{NUM})\s*的?高斯噪声"
    )
    if noise:
        out["noise"] = to_number(next(noise[group] for group in "nmopqr" if noise[group]))
        ask.has(
            r"(?:to|on) (?:every|each|the|all) (?:stored )?rewards?|as (?:it|they) (?:is|are) stored|rewards? (?:get|"
            r"have|receive)(?= ?\0)"
        )
