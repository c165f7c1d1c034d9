"""How a request is laid out: lines, bullets, tables, options and quoted mail, as clauses of one text."""

from __future__ import annotations

import re

_KEY = re.compile(r"\n+(?=[ \t]*[A-Za-z\u4e00-\u9fff][\w \u4e00-\u9fff./()-]{0,30}[:=：])")
_ROW = re.compile(r"(?m)^[ \t]*\|\s*([^|\n]+?)\s*\|\s*([^|\n]+?)\s*\|[ \t]*$")
"""A row of a table of keys and values."""
_FLAG = re.compile(r"(?<!\S)--([a-z][a-z_-]*[a-z])(?:=|\s+(?!--))(?=\S)", re.IGNORECASE)
"""An option as on a command line."""
_BULLET = re.compile(r"(?m)^[ \t]*[-*•·]\s+(?=\S)")
_QUOTED = re.compile(r"(?m)^[ \t]*(?:>[ \t]?)+")
_MAIL = re.compile(r"(?mi)^[ \t]*(?:from|to|cc|date|sent|发件人|收件人|抄送|日期)[ \t]*[:：][^\n]*\n")
"""A line of the head of a mail, that says who wrote to whom."""
_LEADS_ON = (
    r"(?:on|for|with|the|an?|of|and|or|to|in|at|use|using|over|per|by|from|as|is|be|my|not|no|than|each|about|learn|train|"
    r"run|play)"
)
_GOES_ON = (
    r"(?:steps?|timesteps?|parallel|env\w*|copies|workers|seeds?|frames?|epochs?|episodes?|updates?|and|or|with|on|for|in|of|to|"
    r"at|is|are|should|until|over|million|thousand|hundred)"
)
_SHORT_LINE = re.compile(
    rf"(?mi)^(?![^\n]*\s{_LEADS_ON}[ \t]*$)([^\n]{{1,48}}[^\s,;:，；：。.!?！？、])[ \t]*\n+"
    rf"(?=[ \t]*\S)(?![ \t]*(?:[,*•·|-]|[\w \u4e00-\u9fff./()-]{{0,30}}[:=：]|{_GOES_ON}(?![a-z])))"
)
"""A line that ends before the margin does: what follows is said apart from it."""


def as_clauses(request: str) -> str:
    """The request with commas in the place of what its keys, bullets, rows and options part."""
    request = _FLAG.sub(lambda match: f", {match[1].replace('-', '_')}=", request)
    if "\n" not in request:
        return request
    request = _ROW.sub(r", \1: \2", request)
    return _BULLET.sub(", ", _KEY.sub(", ", request))  # a line "lr: 1e-3" is a clause of its own


def lines_apart(request: str) -> str:
    """The request without the marks of quoted mail, and with commas where a line ends before the margin does."""
    return _SHORT_LINE.sub(r"\1, ", _MAIL.sub("", _QUOTED.sub("", request))) if "\n" in request else request
