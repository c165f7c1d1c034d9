"""Reads what a number of visits is worth: a formula, in signs or in words, or only the first of them."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.authoring.amounts import COUNT, to_count
from copilot.codegen.authoring.ask import NUM, Ask

_PAID = (
    r"(?:(?:pays?|paid|paying|gives?|give|giving|reward(?: is| of|:| =)?|bonus(?: is| of|:| =)?|奖励(?:为|是|=)?|给) ?)"
)
_N = (
    r"(?:(?:the |its |a |this |that |of |state's |(?:life-?long|lifetime|episodic|episode|global|state|total|number "
    r"of|numbers? of|"
    r"visit\w*|visitation|occurrence) )*(?:n_?(?:\(s(?:_?t)?(?:, ?a(?:_?t)?)?\))?|(?:visit(?:ation)?s? "
    r")?counts?(?:\(s(?:, ?a)?\))?|"
    r"visits?|visitations?|occurrences)(?![a-z(]))"
)
_NUMBER = r"(?:\d*\.\d+|\d+)"
_ROOT = r"(?:sqrt|√|(?:the )?(?:square[- ]?)?root(?: of)?)"
_FORMULA = (
    rf"{_PAID}?(?P<c>{_NUMBER}|(?<![a-z])one)\s*(?:/|(?<= )over |divided by |by )\s*(?P<r>{_ROOT})?(?: of)?\s*(?P<o>\()?\s*"
    rf"(?:(?P<p>{_NUMBER}) ?(?:\+|plus) ?)?{_N}(?: ?(?:\+|plus) ?(?P<q>{_NUMBER}|one))?(?:\s*\))?"
)
_WORDS = (
    rf"{_PAID}?(?:the |an? |its )?(?:(?P<r>(?:inverse|reciprocal)(?: of)?(?: the)? (?:square[- ]?)?root)|"
    rf"(?P<i>inverse|reciprocal))(?: of)? (?:\(? ?)?{_N}(?: ?(?:\+|plus) ?(?P<q>{_NUMBER}|one))?"
)
_POWER = (
    rf"{_PAID}?(?<![a-z]){_N}\s*(?:\^|\*\*)\s*[({{]?\s*-\s*(?P<n>{_NUMBER}|1/2)[)}}]?|{_PAID}?(?<![a-z]){_N} "
    rf"(?:raised )?to the "
    rf"(?:power (?:of )?)?(?:-|minus |negative )\s*(?P<m>{_NUMBER}|half|one half)(?: power)?|n的负\s*(?P<z>{_NUMBER})次方"
)
_UCB = (
    rf"(?:ucb\w*[ -]?(?:style|like|type)?[\w ]{{0,30}}?:? ?)?sqrt\s*\(\s*(?:(?P<f>{NUM}) ?\*? ?)?(?:log|ln)\(? ?(?:t|"
    rf"n_?t|total)"
    r"\)? ?/ ?n(?:\(s(?:, ?a)?\))?\s*\)|ucb1?"
)
_CHINESE_ROOT = (
    r"(?:平方根|开方)(?:的)?倒数|倒数(?:的)?平方根|根号(?:n|次数)分之一|(?:inverse|one over(?: the)?|reciprocal of the|1/) ?"
    r"(?:square[- ]?)?root(?! of the (?:error|distance|bonus))|√"
)
_FIRST = (
    r"(?:only )?(?:for|on|at|the)? ?(?:the |its )?(?:very )?first[- ](?:time|visits?)(?: only)?|(?:the )?(?:states? |"
    r"cell |code )?"
    r"(?:is |was |has |have )?never (?:been )?(?:seen|visited)(?: before)?|(?:has |have |is |was )?not (?:yet "
    r")?(?:been )?(?:seen|"
    r"visited)(?: before| yet)?|(?:未|没有?)(?:曾)?(?:访问|见|出现)过|(?:首次|第一次)(?:访问|出现)?"
)
_LATER = (
    r"(?:and |then |but )*(?:0|zero|nothing)(?: (?:is paid|is given))? ?(?:otherwise|else|afterwards?|after that|"
    r"later(?: on)?|"
    r"from then on|for (?:all |any )?(?:later|other|further)(?: visits| ones)?)?|(?:otherwise|else|afterwards|then|later) "
    r"(?:0|zero|nothing)|(?<![\d.])1(?: each)? (?=for|if|when|the|on)|(?<![\d.])1 each|(?:pays?|paying|gives?) 1|"
    r"到达(?:的)?|"
    r"各?给 ?1|奖励 ?1|(?:其余|其他)(?:的)?(?:情况)?(?:为|给)? ?0|(?:否则|之后|以后|再来)(?:就)?(?:都)?(?:为|是|给)? "
    r"?(?:0|零)分?|"
    r"得一分|每次各?"
)


def pays_of(ask: Ask) -> dict[str, Any]:
    """What a count pays, and what is scaled by that."""
    counts = ask.says(r"count|visit|\bn\b|\bn\(s|hash|次|seen|bebold|occur|cells?\b|grid|格")
    if counts:
        for read in (_power, _ucb, _formula):
            out = read(ask)
            if out:
                return out
    if ask.has(_CHINESE_ROOT):
        return {"pays": "root"}
    if ask.has(r"(?:次数的)?倒数|n分之一|1 ?/ ?次数"):
        return {"pays": "inverse"}
    return _first(ask) or _log(ask)


def _power(ask: Ask) -> dict[str, Any]:
    match = ask.first(_POWER)
    if match is None:
        return {}
    given = match["n"] or match["m"] or match["z"]
    exponent = 0.5 if given in {"1/2", "half", "one half"} else abs(float(given))
    known = {0.5: "root", 1.0: "inverse"}.get(exponent)
    return _scoped({"pays": known} if known else {"pays": "power", "exponent": exponent}, match[0])


def _ucb(ask: Ask) -> dict[str, Any]:
    match = ask.first(_UCB)
    return {"pays": "ucb", "factor": float(match["f"] or 1.0)} if match else {}


def _formula(ask: Ask) -> dict[str, Any]:
    """c / sqrt(n + p), c over n; a number above the line that is not 1 is a weight, and nothing else is scaled."""
    match = ask.first(_FORMULA)
    if match is None:
        match = ask.first(_WORDS)
    if match is None:
        return {}
    said = match.groupdict()
    out: dict[str, Any] = {"pays": "root" if said["r"] else "inverse"}
    plus = said.get("p") or said.get("q")
    out |= {"plus": 1.0 if plus == "one" else float(plus)} if plus else {}
    paid = 1.0 if said.get("c") in {None, "one"} else float(said["c"])
    out |= {"beta": paid, "rwd_norm_type": "none"} if paid != 1.0 else {}
    return _scoped(out, match[0])


def _scoped(out: dict[str, Any], words: str) -> dict[str, Any]:
    """With the time over which its counts are said to go: "1/sqrt(episode count)"."""
    episodic, lifelong = re.search(r"episod", words), re.search(r"life-?(?:long|time)|global", words)
    return out | ({"scope": "episode"} if episodic else {"scope": "lifetime"} if lifelong else {})


def _first(ask: Ask) -> dict[str, Any]:
    """Only the first visits are paid."""
    several = ask.first(
        rf"(?:only |just )?(?:for )?(?:each of )?(?:the )?first (?P<n>{COUNT}) (?:visits?|times|occurrences)|(?:前|头)\s*"
        rf"(?P<m>{COUNT})\s*次(?:访问|出现)?"
    )
    if several:
        ask.has(_LATER)
        return {"pays": "first", "visits": max(1, to_count(several["n"] or several["m"]))}
    if not ask.has(_FIRST):
        return {}
    out: dict[str, Any] = {"pays": "first"}
    paid = ask.number(
        rf"(?:reward )?(?P<n>{NUM}) (?:points? )?for (?:each|every|a|an) (?:new|fresh|unseen|novel|unvisited|"
        rf"first)(?: \w+)?",
        rf"(?:pays?|paid|gives?|reward of|bonus of|奖励|给)\s*(?P<n>{NUM})",
    )
    if paid is not None and paid not in {0.0, 1.0}:
        out |= {"beta": paid, "rwd_norm_type": "none"}
    ask.has(_LATER)
    return out


def _log(ask: Ask) -> dict[str, Any]:
    said = ask.has(
        r"\blog\s*\(\s*1\s*\+\s*\w+\s*\)|\blog1p\b|\blog(?:arithm)?(?:arithmic)?(?: of(?: the)?| distances?)?|对数"
    )
    return {"pays": "log"} if said else {}
