"""Reads how states are counted, and what a count pays."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int


def counts_of(ask: Ask) -> dict[str, Any]:
    """How states are told from each other, and what a count pays."""
    out: dict[str, Any] = {}
    bits = ask.whole(
        r"(?P<n>\d+)[ -]?bits?(?: (?:hash|code|sim-?hash))?(?:es|s)?",
        r"(?P<n>\d+)\s*位(?=的?哈希|的?编码|的? ?simhash)(?:的)?(?:哈希)?",
        r"(?<=[(（])\s*(?P<n>\d+)\s*位(?=\s*[)）])",
        r"哈希\s*(?P<n>\d+)\s*位",
        r"(?:into |to |with |of )?(?P<n>\d+)[ -](?:binary )?signs?(?: bits?)?(?= |$|[,.;)])",
    )
    width = ask.number(
        r"(?:每(?:一)?维)?\s*(?P<n>\d*\.?\d+)\s*(?:为)?一(?:个)?(?:格|箱)", r"按\s*(?P<n>\d*\.\d+)\s*分格",
        r"(?:bins?|cells?|grid|buckets?|resolution|bin width|bin size|cell size)(?: (?:of )?(?:size|width|side))?(?:\s|"
        r"of|is|=|with)*(?P<n>0?\.\d+)",
        r"(?:格子|网格|区间|箱)?(?:的)?(?:大小|宽度|边长|格长)(?:\s|为|是)*(?P<n>\d+(?:\.\d+)?)(?: ?的?(?:网格|格子))?",
        r"(?:格子|网格|区间|箱)(?:\s|为|是)*(?P<n>0?\.\d+)",
        r"(?:cells?|bins?|squares?|tiles?) of (?P<n>\d*\.?\d+)(?: ?(?:by|x|×) ?\d*\.?\d+)",
        r"(?:cells?|bins?|grid|buckets?|tiles?|squares?)[\w ]{0,30}? (?:of|with) (?:side|edge|width|size)(?: length)?s? "
        r"(?:of "
        r")?(?P<n>\d+(?:\.\d+)?)",
        r"(?:grid|cell|bin) (?:width|size|side|edge|spacing)s?(?: of|=| is)* (?P<n>\d+(?:\.\d+)?)",
        r"(?P<n>0?\.\d+)[- ](?:wide|"
            r"sized) (?:bins?|cells?)",
    )  # fmt: skip
    out |= {"width": width} if width else {}
    bins = ask.whole(
        rf"(?P<n>{INT})[ -](?:equal )?(?:bins?|cells?|buckets?|intervals?)(?: (?:per|for each|a|in each|along each|"
        rf"each) ?(?:dimension|number|axis|entry)?)?(?: each)?",
        r"(?P<n>\d+) ?[x×] ?(?:\d+)(?: (?:cells?|grid|bins?))?(?= ?(?:grid|cells?|bins?|网格|格|over|$))",
        r"(?P<n>\d+) ?[x×] ?\d+ ?(?:的)?(?:网格|格子|grid)",
        r"(?:按)?(?:每(?:一)?维)?\s*(?P<n>\d+)\s*个?(?:格子?|区间|箱|桶)(?:离散化)?",
    )
    if ask.has(
        r"round(?:ed|s|ing)? (?:it |them |observations? )?(?:to|at) (?:the (?:nearest|next) )?(?:integers?|whole "
        r"numbers?)|(?:取整|四舍五入(?:到|为)整数)"
    ):
        out |= {"decimals": 0, "counted_by": "hash"}
    decimals = ask.whole(
        rf"round(?:ed|s|ing)? (?:it |them |(?:the |each )?(?:observation|state|number)s? )?(?:to|at) (?P<n>{INT})(?: "
        rf"(?:decimals?|digits?|decimal places))?",
        rf"(?:after |to )?(?:round(?:ed|s|ing)? )?(?:the |their |its )?(?:states?|observations?|numbers?|values?)? ?(?:to|"
        rf"at)? ?(?P<n>{INT}) (?:decimals?|decimal (?:places|digits)|digits after the point)",
        rf"(?:保留|四舍五入(?:到|至)?)(?:小数点后)?\s*(?P<n>{INT})\s*位(?:小数)?",
    )
    if (
        ask.has(
            r"sim-?hash\w*|locality[- ]sensitive hash\w*|\blsh\b|(?:sign of |random "
            r")projections? (?:hash\w*|signs?)|局部敏感哈希"
        )
        or bits
    ):
        out["counted_by"] = "simhash"
    elif (
        ask.has(
            r"discreti[sz](?:e|es|ed|ing|ation)(?: (?:the )?(?:states?|observations?))?|"
            r"grids?|binn(?:ed|ing)|离散化?|网格|分箱"
        )
        or bins
    ) or width:
        out["counted_by"] = "grid"
    elif ask.says(r"hash|round|哈希") or decimals:
        out["counted_by"] = "hash"
    _what(ask, out)
    out |= {name: value for name, value in (("bits", bits), ("bins", bins), ("decimals", decimals)) if value}
    _pays(ask, out)
    return out


def _what(ask: Ask, out: dict[str, Any]) -> None:
    """What is counted, where it is not the state."""
    if ask.has(
        r"count\w* (?:of )?(?:the )?(?:changes?|differences?)(?: (?:between|of) (?:the )?(?:consecutive|successive|"
        r"two)? ?(?:observations?|states?))?|"
        r"(?:changes?|differences?) (?:between|of) (?:consecutive|successive) (?:observations?|states?)(?=[\w ,]*count)|"
        r"变化(?:的)?(?:次数|计数)"
    ):
        out |= {"counted": "changes", "counted_by": out.get("counted_by", "hash")}
        ask.has(
            r"(?:,? ?(?:not|rather than|instead of) (?:of )?(?:the )?(?:states?|observations?)(?: themselves| alone)?)|of "
            r"the change"
        )
    elif ask.has(
        r"(?:counts? of|counting|count|visits? of) (?:the )?(?:whole |full )?transitions?|\(s, ?a?,? ?s'\)|"
        r"转移(?:的)?(?:次数|计数)"
    ):
        out |= {"counted": "transitions", "counted_by": out.get("counted_by", "hash")}
    elif ask.has(
        r"(?:counts? of|counting|count|how often) (?:the |each |every )*actions?(?: (?:alone|only|was taken|were taken|is "
        r"taken))?(?! pair)|动作(?:的)?(?:次数|计数)"
    ):
        out |= {"counted": "actions", "counted_by": out.get("counted_by", "hash")}


_PAID = r"(?:pays?|paid|gives?|give|reward(?: is| of)?|bonus(?: is| of)?|奖励(?:为)?|给)"
_OVER = r"(?P<c>\d*\.\d+|\d+)\s*/\s*"


def _scaled_pay(ask: Ask, out: dict[str, Any]) -> bool:
    """A formula with another number than 1 above the line: its weight, and nothing else is scaled."""
    match = ask.first(
        rf"(?:{_PAID} )?{_OVER}(?P<r>sqrt\s*\(?\s*(?:n|counts?|visits?|n\(s\)|n\(s, ?a\))\s*\)?\)?|(?:the )?(?:square "
        rf")?root of (?:the )?(?:counts?|n|visits?)|√\s*n)|"
        rf"(?:{_PAID} )?(?P<d>\d*\.\d+|[2-9]|\d\d+)\s*/\s*(?:n|count|visits)(?:\(s\))?(?![a-z(])"
    )
    if match is None:
        return False
    out["pays"] = "root" if match["r"] else "inverse"
    paid = float(match["c"] or match["d"])
    out |= {"beta": paid, "rwd_norm_type": "none"} if paid != 1.0 else {}
    return True


def _pays(ask: Ask, out: dict[str, Any]) -> None:
    """What a number of visits is worth."""
    if ask.says(r"count|visit|n\b|hash|次|seen|bebold|occur"):
        power = ask.first(
            rf"n\s*(?:\^|\*\*)\s*\(?-\s*(?P<n>{NUM.replace('[-+]?', '')}|1/2)\)?|n to the power of (?:-|"
            rf"minus ?)(?P<m>{NUM})|n的负(?P<z>{NUM})次方"
        )
        if power:
            given = power["n"] or power["m"] or power["z"]
            exponent = 0.5 if given == "1/2" else abs(float(given))
            out |= (
                {"pays": "root"}
                if exponent == 0.5
                else {"pays": "inverse"}
                if exponent == 1.0
                else {"pays": "power", "exponent": exponent}
            )
            return
        ucb = ask.first(
            rf"(?:ucb\w*[ -]?(?:style|like|type)?[\w ]{{0,30}}?:? ?)?sqrt\s*\(\s*(?:(?P<f>{NUM}) ?\*? ?)?(?:log|"
            rf"ln)\(? ?(?:t|"
            rf"n_?t|"
            rf"total)\)? ?/ ?n(?:\(s(?:, ?a)?\))?\s*\)|ucb1?"
        )
        if ucb:
            out |= {"pays": "ucb", "factor": float(ucb["f"] or 1.0)}
            return
        if _scaled_pay(ask, out):
            return
        plus = ask.first(
            rf"1 ?/ ?(?P<r>sqrt ?|√)?\( ?(?:n|count|counts|n\(s\)|visits) ?\+ ?(?P<p>{NUM}) ?\)|"
            rf"1 ?/ ?\( ?(?P<q>1|{NUM}) ?\+ ?n ?\)"
        )
        if plus:
            root = bool(plus["r"])
            out |= {"pays": "root" if root else "inverse", "plus": float(plus["p"] or plus["q"])}
            return
    if ask.has(
        r"1\s*/\s*(?:sqrt|√)\s*(?:of (?:the )?)?(?:episode |episodic )?\(?\s*(?:n|count|counts|n\(s\)|"
        r"n\(s, ?a\))\s*\)?\)?|"
        r"(?:inverse|one over(?: "
        r"the)?|1/) ?(?:square )?root(?: of (?:the )?(?:counts?|visits?|number of visits?))?|"
        r"(?:平方根|开方)(?:的)?倒数|倒数(?:的)?平方根|n\^-0\.5|√"
    ):
        out["pays"] = "root"
    elif ask.has(
        r"1\s*/\s*(?:n|count)(?:\(s\))?(?![a-z])|(?:inverse|reciprocal|one over) (?:of )?(?:the "
        r"|life-?long |lifetime |episodic |state |visit\w* |number of )*(?:counts?|visits?)|(?:次数的)?倒数"
    ):
        out["pays"] = "inverse"
    elif several := ask.first(
        rf"(?:only |just )?(?:for )?(?:the )?first (?P<n>{INT}) (?:visits?|times|occurrences)|(?:前|"
        rf"头)\s*(?P<m>{INT})\s*次(?:访问|出现)?"
    ):
        out |= {"pays": "first", "visits": to_int(several["n"] or several["m"]) or 1}
    elif ask.has(
        r"(?:only )?(?:for|on|at|the)? ?(?:the )?(?:very )?first[- ](?:time|visits?)(?: only)?|(?:states? "
        r")?never (?:been )?(?:seen|visited)(?: before)?|(?:has |have |is |was )?not (?:yet )?(?:been )?(?:seen|visited)"
        r"(?: before| yet)?|"
        r"(?:未|没有?)(?:曾)?(?:访问|见|出现)过|(?:首次|第一次)(?:访问|出现)?"
    ):
        out["pays"] = "first"
        paid = ask.number(
            rf"(?:reward )?(?P<n>{NUM}) (?:points? )?for (?:each|every|a|an) (?:new|fresh|unseen|novel|unvisited|"
            rf"first)(?: "
            rf"\w+)?",
            rf"(?:pays?|paid|gives?|reward of|bonus of|奖励|给)\s*(?P<n>{NUM})",
        )
        if paid is not None and paid not in {0.0, 1.0}:
            out |= {"beta": paid, "rwd_norm_type": "none"}
        out.setdefault("counted_by", "hash")
        ask.has(
            r"(?:and )?(?:0|zero|nothing) (?:otherwise|else|afterwards)|(?<![\d.])1 (?:for|if|when)|pays? 1|到达(?:的)?|"
            r"(?:其余|其他)(?:的)?(?:情况)?(?:为|给)? ?0|否则(?"
            r":为)? ?0|给 ?1|奖励 ?1"
        )
    elif ask.has(
        r"\blog\s*\(\s*1\s*\+\s*\w+\s*\)|\blog1p\b|\blog(?:arithm)?(?:arithmic)?(?: of(?: the)?| distances?)?|"
        r"对数"
    ):
        out["pays"] = "log"
