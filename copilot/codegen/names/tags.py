"""The name of a run, which may hold any other name."""

from __future__ import annotations

import re

from copilot.codegen.request.reading import Reading

_TAG = re.compile(
    r"(?:(?<![a-z])(?:(?:the )?(?:run|experiment|it|this|that) (?:(?:is|should be|shall be|to be|will be|be|gets|must be) )?"
    r"(?:called|named|labell?ed|tagged)|(?:tag|name|label)(?: of the run)? (?:is|should be|shall be|to be|will be))(?![a-z])"
    r"(?:\s+as)?\s+|(?<![a-z])rename\s+(?:(?:it|this|the (?:run|experiment))\s+)?(?:to|as|into)\s+|"
    r"(?<![a-z])(?:exp(?:eriment)?|run|job)[_ -](?:name|id|tag)(?:\s*[=:]\s*|\s+(?:is|should be|will be)\s+|"
    r"\s+(?=\S*[_\d]))|"
    r"(?<![a-z])(?:tag(?:ged)?|(?:name|call|label)(?=\s+(?:it|(?:the|this|my) (?:run|experiment))\s))(?![a-z])(?:\s+(?:the|"
    r"this|my)\s+(?:run|"
    r"experiment)|"
    r"\s+it)?(?:\s+as)?(?:\s*[=:]\s*|\s+)|(?:标签|运行名|实验名称?|(?<![a-z])tag(?![a-z]))[\s=:]*(?:为|是|叫|取|写成?|设为|设成|用)?\s*|(?:命名为|取名为?|名字叫)\s*)"
    r"[\"'`]?([A-Za-z0-9][\w.-]{0,63})",
    re.IGNORECASE | re.ASCII,
)


def read_tag(reading: Reading) -> str | None:
    """The name of the run; read before all else, since it may hold any other name."""
    match = _TAG.search(reading.text)
    if match is None:
        return None
    reading.take(match.start(), match.end())
    return match[1].rstrip(".")
