"""Reads what becomes of rewards on their way into a storage."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import NUM, Ask, to_number

_LINK = (
    r"(?:\s|=|:|：|of|by|to|with|at|a|the|is|factor|value|为|是|到|取|系数|因子|within|between|in|into|inside|range|\[|\(|"
    r"±|"
    r"\+/-|and|-)*"
)
REWARDS = r"(?:all |the |their |each |every |any )?(?:stored |incoming |raw )?rewards?|奖励"
_TWO = rf"(?:(?P<LOW>-?{NUM})\s*(?:,|，|to|and|到|至|~)\s*)?(?P<HIGH>{NUM})?"


def _range(name: str) -> str:
    return _TWO.replace("LOW", f"{name}l").replace("HIGH", name)


def rewards_of(ask: Ask, out: dict[str, Any], notes: list[str]) -> None:
    """Scale, bounds, noise."""
    _standardised(ask, out)
    _squashed(ask, out)
    _clipped(ask, out, notes)
    _scaled(ask, out)
    _random(ask, out)


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


def _squashed(ask: Ask, out: dict[str, Any]) -> None:
    formula = r"(?:: ?)?sign\(r\) ?(?:\*|·)? ?"
    if ask.first(
        rf"symlog\w*(?: (?:of )?(?:{REWARDS}))?|(?:sign[- ]preserving |signed )log\w*(?: of (?:the "
        rf")?rewards?)?|{formula}log\(?(?:1 ?\+ ?\|r\||\|r\| ?\+ ?1)\)?"
    ):
        out["squash"] = "symlog"
    elif ask.first(
        rf"(?:square-?root|sqrt)[- ]transform(?:s|ed|ation)?(?: of)? (?:the )?rewards?(?:,? (?:while )?(?:keeping|with) "
        rf"(?:their|the) signs?)?|(?:square-?root|sqrt|take the (?:square )?root of)(?:s|ed|ing)? (?:the "
        rf")?(?:{REWARDS})|(?:signed |"
        rf"sign[- ]preserving )(?:square )?root(?: of (?:the )?rewards?)?|{formula}(?:sqrt|√)\(?\|?r\|?\)?"
    ):
        out["squash"] = "root"
    elif ask.first(
        rf"(?:squash\w*|pass\w*|send\w*)? ?(?:the )?(?:{REWARDS})? ?(?:through|by|with) (?:a )?tanh|tanh of (?:the "
        rf")?rewards?|tanh\(r\)"
    ):
        out["squash"] = "tanh"
    if "squash" in out:
        ask.has(rf"{formula}(?:sqrt|√|log)?\(?(?:1 ?\+ ?)?\|?r\|?\)?\)?|: ?sign\(r\)[^,.;]*")
        return
    if not ask.says(r"flip|probability|概率") and ask.has(
        rf"signs? of (?:{REWARDS})|(?:only )?(?:the )?reward signs?|(?:{REWARDS}) (?:are (?:kept|stored) )?(?:as|by) "
        rf"(?:their )?signs?(?: only)?|奖励(?:的)?符号|只保留奖励(?:的)?(?:正负号|符号)"
    ):
        out["sign"] = True


def _clipped(ask: Ask, out: dict[str, Any], notes: list[str]) -> None:
    clip = ask.first(
        rf"(?:clip|clamp|limit|bound|cap)(?:s|ped|ping|ed|ing)? (?:{REWARDS}){_LINK}{_range('n')}\]?|(?:裁剪|截断)"
        rf"(?:{REWARDS}){_LINK}{_range('m')}\]?|(?:{REWARDS}) ?(?:are |is |被|先|都)?(?"
        rf":clipped|clamped|limited|bounded|裁剪|截断){_LINK}{_range('o')}\]?|reward clipping{_LINK}{_range('q')}\]?|"
        rf"clipped rewards?|"
        rf"(?:then|and|再|然后|并|后) ?(?:clipped|clipping|clips?|裁剪)(?: (?:them|it))?(?:到|在|"
        rf"至)?{_LINK}{_range('p')}\]?"
    )
    if not clip:
        return
    name = next((g for g in "nmoqp" if clip[g]), None)
    limit = to_number(clip[name].strip("+")) if name else 1.0
    low = to_number(clip[f"{name}l"]) if name and clip[f"{name}l"] else None
    out |= {"clip": abs(limit)} if limit else {}
    if low is not None and abs(low) != abs(limit):
        out["clip_low"] = low
    notes += [] if name else ["The limits of the rewards are not stated: -1 to 1."]


def _scaled(ask: Ask, out: dict[str, Any]) -> None:
    scale = ask.first(
        rf"(?:having|after) (?:been |being )+(?P<z>scal|multipl|divid)\w*{_LINK}(?P<zz>{NUM})|"
        rf"(?P<w>scal|multipl|divid|shrink)\w* (?:{REWARDS}){_LINK}(?P<n>{NUM})|(?:缩放|乘以)(?:{REWARDS}){_LINK}(?"
        rf"P<m>{NUM})|(?:奖励)(?:缩放|乘以)"
        rf"{_LINK}(?P<o>{NUM})|(?:把|将)?奖励(?:都|先)?(?P<u>除以|乘以|缩放为?|乘){_LINK}(?P<r>{NUM})|(?:{REWARDS}) "
        rf"(?:are "
        rf"|"
        rf"is |get |being )?(?:having been |been |first )?(?P<v>scal|multipl|divid)\w*{_LINK}(?P<q>{NUM})|rewards? (?:\*|"
        rf"×|"
        rf"x|"
        rf"times) ?(?P<s>{NUM})|rewards? ?(?P<t>/) ?(?P<x>{NUM})|reward (?:scale|scaling)(?: factor)?(?: of|=| "
        rf"is)* ?(?P<y>{NUM})"
    )
    if not scale:
        return
    factor = to_number(next(scale[g] for g in ("n", "m", "o", "q", "r", "s", "x", "y", "zz") if scale[g]))
    divides = (scale["w"] or scale["v"] or scale["u"] or scale["t"] or scale["z"] or "") in {"divid", "除以", "/"}
    factor = 1 / factor if divides and factor else factor
    out |= {"scale": factor} if factor > 0 else {}


def _random(ask: Ask, out: dict[str, Any]) -> None:
    noise = ask.first(
        rf"(?:adds? |adding |with |plus |added )?(?:zero-mean )?(?:gaussian |normal |white )*noise(?: is added)?(?: (?:of|"
        rf"with|to (?:every|each|the) (?:stored )?rewards?|on (?:the )?rewards?|a|an|standard|deviation|std|sigma|σ|"
        rf"=))*"
        rf"\s*(?:\(?(?:std|sigma|σ) ?=? ?)?(?P<n>{NUM})\)?(?: (?:is added )?(?:to|on) (?:every|each|the|all) (?:stored "
        rf")?rewards?)?|奖励(?:上)?加(?:上)?(?:标准差|方差)?(?:为)?\s*(?P<m>{NUM})\s*的?(?:高斯)?噪声|"
        rf"(?:标准差(?:为)?\s*)(?P<o>{NUM})\s*的?高斯噪声"
    )
    if noise:
        out["noise"] = to_number(noise["n"] or noise["m"] or noise["o"])
        ask.has(r"(?:to|on) (?:every|each|the|all) (?:stored )?rewards?|as (?:it|they) (?:is|are) stored")
    flipped = ask.first(
        rf"(?:flips?|flipping|inverts?|negates?) the signs? of (?P<r>{NUM}) of (?:the |all )?rewards?|"
        rf"(?:with (?:a )?(?:probability|chance)(?: of)? (?P<n>{NUM}),? )?(?:the )?signs? of (?:the |a |each |every "
        rf")?(?:stored )?rewards? (?:should be |is |are |gets? |be )*(?:flipped|inverted|changed|reversed|negated)(?: "
        rf"with (?:a )?(?:probability|chance)(?: of)? (?P<m>{NUM}))?|"
        rf"(?:flips?|flipping|inverts?|negates?) (?:the )?(?:signs? of (?:the |each |every )?|reward signs?|"
        rf"rewards?)(?:stored )?(?:rewards?)?(?: with (?:a )?(?:probability|chance)(?: of)? (?P<o>{NUM}))?|"
        rf"以\s*(?P<p>{NUM})\s*的?概率(?:翻转|反转)奖励(?:的)?符号"
    )
    if flipped:
        given = next((flipped[g] for g in "nmopr" if flipped[g]), None)
        chance = (
            to_number(given) if given else ask.number(rf"(?:with )?(?:a )?(?:probability|chance)(?: of)? (?P<n>{NUM})")
        )
        out["flipped"] = chance if chance is not None and chance <= 1 else 0.5
