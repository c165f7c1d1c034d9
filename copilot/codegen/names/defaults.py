"""Whether a request wants the library's own values in the place of the tuned ones that are taken else."""

from __future__ import annotations

import re

from copilot.codegen.request.reading import Reading

_VALUES = (
    r"(?:defaults?(?: (?:hyper-?\s?param(?:eter)?s?|param(?:eter)?s?|settings?|values?|options?|arguments?|"
    r"config(?:uration)?s?))?(?! [a-z_]*(?:rate|lr|size|factor|coef\w*)(?![a-z])))"
)
_LIBRARY = r"(?:(?:rllte|library|package|framework)(?:['’]s)?)"
_ZH_VALUES = r"(?:超?参数?|设置|设定|配置|值|数值)"
_WANTED = re.compile(
    rf"(?<![a-z])(?:with |using |use |take |keep |at |on )?(?:all |only |just )*(?:the |its )?"
    rf"(?:{_LIBRARY}(?: own)? (?:own )?{_VALUES}|"
    rf"{_VALUES} (?:of|from|in) (?:the )?{_LIBRARY}|(?:constructor|untuned|stock|factory|out[- ]of[- ]the[- ]box) "
    r"(?:defaults?|settings|values|hyper-?param(?:eter)?s|param(?:eter)?s|config(?:uration)?s?)|untuned)(?![a-z])|"
    rf"(?:使用|采用|用|按照?|保持|取)?(?:rllte|库|框架)(?:里|中|自带|本身|自己)*的?(?:默认|缺省)的?{_ZH_VALUES}?|"
    rf"(?:使用|采用|用)?(?:未|没有?)调(?:优|好|过|参)过?的{_ZH_VALUES}?"
)
_REFUSED = re.compile(
    r"(?<![a-z])(?:(?:without|no|not|never|ignor(?:e|ing)|skip(?:ping)?|instead of|rather than|"
    r"(?:do not|don['’]?t|never) (?:use|take|apply))\s+(?:any |the |your |its |their |use |with )*)"
    r"(?:(?:fine-?)?tuned|presets?)(?![a-z])(?:\s+(?:settings?|values?|ones?|presets?|hyper-?param(?:eter)?s?|param(?:eter)?s?|"
    r"config(?:uration)?s?)(?![a-z]))?(?! (?:automatically|towards|by))|"
    rf"(?:不要?|别|无需|而不是|而非|不想)(?:使用|采用|用|是)?(?:任何|那些|你们?的?)?(?:已?(?:经)?调(?:好|优|过|参)(?:后|过)?了?|预设|预置)的?{_ZH_VALUES}?"
)
_DENIED = re.compile(
    r"(?:(?<![a-z])(?:not|no|without|instead of|rather than|than|never|ignore|don['’]?t|do not)(?: use| take| want)?|"
    r"不要?|别|而不是|而非|不是)(?:\s|使用|采用|用|the)*$"
)


def wants_library_defaults(reading: Reading) -> bool:
    """Whether tuned settings are to be left alone, as in "with library defaults"; the words that say so are taken."""
    wanted = False
    for pattern in (_REFUSED, _WANTED):
        for match in pattern.finditer(reading.lower):
            if reading.free(*match.span()):
                reading.take(*match.span())
                wanted |= pattern is _REFUSED or not _DENIED.search(reading.lower, 0, match.start())
    return wanted
