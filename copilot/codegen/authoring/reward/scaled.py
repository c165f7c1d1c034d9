"""Reads whether and how an intrinsic reward, and the observations that it looks at, are brought to a common scale."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.authoring.ask import Ask

_NORMAL = (
    r"(?:normali[sz](?:e|es|ed|ing|ation)|standardi[sz](?:e|es|ed|ing|ation)|re-?scal(?:e|ed|ing)|scaling|whiten\w*)"
)
_SEEN = r"(?:observations?|inputs?|states?|frames?|obs)"
_PAID = r"(?:(?:intrinsic |novelty )?rewards?|bonus(?:es)?|outputs?)"
_DENIED = (
    r"(?:without|no|not|never|do not|must not(?: be)?|should not(?: be)?|are not|is not|skip\w*|drop\w*|omit\w*|"
    r"disable[sd]?|"
    r"turn off|switch off)"
)
_OFF = (
    r"(?: (?:is|are|should be|must be|to be|has to be|turned|switched|set to|stays?))* (?:off|disabled|false|none|"
    r"skipped)"
)
_WHAT = rf"(?P<w>{_SEEN}|{_PAID}|it|them)"
_CHINESE = (
    r"(?:不(?:对|做|进行|用|需要|要)?|无需|没有)(?:任何)?(?P<a>观测|状态|奖励)?(?:进行|做)?归一化(?P<b>观测|状态|奖励)?|"
    r"(?P<c>观测|状态|奖励)?(?:不(?:做|进行|用|要|需要)?|没有)(?:任何)?归一化"
)


def scaled_of(ask: Ask) -> dict[str, Any]:
    """Whether rewards and observations are scaled, where that is said."""
    out: dict[str, Any] = {}
    leave = r"(?:leave|leaving|keep|stays?|staying|remains?|left|kept|as|are|is)"
    for words in (
        rf"(?:the |its )?{_WHAT} (?:are |is |that |to |should |must |will |being )*{_DENIED} (?:be )?{_NORMAL}",
        rf"{_DENIED} (?:any |the |its |of |be |we )*{_WHAT}[- ]{_NORMAL}(?: (?:whatsoever|at all|of any kind))?",
        rf"{_DENIED} (?:be )?{_NORMAL}(?: (?:of )?(?:the |its |any |intrinsic )*{_WHAT})?(?![a-z])"
        r"(?: (?:whatsoever|at all|of any kind))?",
        rf"(?:the |its )?{_WHAT}[- ]{_NORMAL}{_OFF}",
        rf"{_NORMAL} of (?:the |its )?{_WHAT}{_OFF}",
        rf"(?:{leave} )?(?:the |its )?{_WHAT} (?:{leave} )?(?:un-?(?:normali[sz]ed|scaled)|raw and unscaled)",
        rf"(?:the )?un-?(?:normali[sz]ed|scaled)(?: {_WHAT}(?![a-z]))?",
        r"norm(?:ali[sz]e)?_?(?P<w>obs|reward)s?\s*[=:]\s*(?:false|off|0|none)|(?P<v>obs|"
        r"rwd)_norm_type\s*[=:]\s*[\"']?none",
    ):
        for match in ask.find(rf"(?<![a-z]){words}"):
            what = next((match[name] for name in match.groupdict() if match[name]), "")
            out["obs_norm_type" if re.fullmatch(_SEEN, what) else "rwd_norm_type"] = "none"
    for match in ask.find(_CHINESE):
        what = match["a"] or match["b"] or match["c"]
        out["obs_norm_type" if what in {"观测", "状态"} else "rwd_norm_type"] = "none"
    if out:
        ask.has(r"as (?:it is|they are)(?=[ ,]*\0)|(?<![a-z])(?:without|no) normali[sz]ation")
    if "rwd_norm_type" not in out:
        out |= _scale(ask)
    return out


def _scale(ask: Ask) -> dict[str, Any]:
    """By what rewards are scaled."""
    if ask.has(rf"(?:use )?min-?max(?:[ -]{_NORMAL})?(?: of (?:the )?{_PAID})?(?:\s*归一化)?|最大最小归一化"):
        return {"rwd_norm_type": "minmax"}
    if ask.has(
        r"(?:normali[sz](?:e|es|ed|ing|ation)|scal(?:e|es|ed|ing)|divided?)(?: (?:it|them|the rewards?|rewards?|the "
        r"bonus))? "
        r"(?:by|with|to) (?:the |a |an |its |their )*(?:running )(?:estimate of (?:the |its )*)?(?:standard deviation|std|"
        r"deviation|rms|mean and std|unit variance)|running (?:std|standard deviation)|(?:用)?(?:运行|滑动)(?:标准差|"
        r"均方根)归一化"
    ):
        return {"rwd_norm_type": "rms"}
    return {}
