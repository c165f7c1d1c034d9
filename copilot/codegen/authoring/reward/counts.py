"""Reads how states are counted, and what a count pays."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.amounts import COUNT, amount_of, count_of, to_count
from copilot.codegen.authoring.ask import NUM, Ask
from copilot.codegen.authoring.reward.pays import pays_of


def counts_of(ask: Ask) -> dict[str, Any]:
    """How states are told from each other, and what a count pays."""
    out: dict[str, Any] = {}
    bits = _bits(ask)
    width = _width(ask)
    out |= {"width": width} if width else {}
    bins = _bins(ask)
    decimals = _decimals(ask)
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
    elif ask.says(r"hash|round|哈希") or decimals is not None:
        out["counted_by"] = "hash"
    _what(ask, out)
    sizes = (("bits", bits), ("bins", bins), ("decimals", decimals))
    out |= {name: value for name, value in sizes if value is not None}
    out |= pays_of(ask)
    if out.get("pays") == "first":
        out.setdefault("counted_by", "hash")
    return out


def _bits(ask: Ask) -> int | None:
    """How long the codes of SimHash are."""
    found = ask.first(
        rf"(?P<n>{COUNT})[ -]?bits?(?: (?:hash|code|sim-?hash))?(?:es|s)?(?![a-z])|(?P<m>\d+)\s*位(?=的?哈希|的?编码|"
        rf"的? ?simhash)"
        r"(?:的)?(?:哈希)?|(?<=[(（])\s*(?P<o>\d+)\s*位(?=\s*[)）])|(?:哈希|编码)(?:长度)?(?:\s|为|是|取|=)*(?P<p>\d+)\s*位|"
        rf"(?:into |to |with |of )?(?P<q>{COUNT})[ -](?:(?:binary )?signs?(?: bits?)?|random projections?)(?= |$|[,.;)])"
    )
    if found:
        return max(1, to_count(next(found[g] for g in "nmopq" if found[g])))
    return count_of(ask, r"(?:number of )?bits|(?:hash|code) (?:length|size)|length of the (?:hash|code)s?")


def _width(ask: Ask) -> float | None:
    """How wide the cells of a grid are."""
    cell = r"(?:grid|cells?|bins?|buckets?|tiles?|squares?|boxe?s?)"
    side = r"(?:width|size|side|edge|spacing|length|resolution)(?: lengths?)?s?"
    decimal = r"(?:\d*\.\d+)"
    found = amount_of(
        ask,
        rf"{cell}[ _-]{side}|{side} of (?:the |each |every |one )?{cell}|(?:格子|网格|区间|箱)?(?:的)?(?:大小|宽度|"
        rf"边长|格长)",
    )
    if found is not None:
        ask.has(r"(?<=\0)\s*的?(?:网格|格子)")
        return found
    return ask.number(
        rf"(?:每(?:一)?维)?\s*(?P<n>{decimal}|\d+)\s*(?:为)?一(?:个)?(?:格|箱)", rf"按\s*(?P<n>{decimal})\s*分格",
        rf"(?:{cell}|resolution|spacing)(?: (?:of )?{side})?(?:\s|of|is|=|:|with|a|that|are|has|"
        rf"have)*(?P<n>{decimal})(?: wide| each|"
        rf" ?(?:by|x|×) ?{decimal})?",
        rf"每格宽?(?:\s|为|是)*(?P<n>{NUM})", rf"(?:格子|网格|区间|箱)(?:\s|为|是|宽)*(?P<n>{decimal})",
        rf"{cell} of (?:{side} )?(?P<n>\d*\.?\d+)(?: ?(?:by|x|×) ?\d*\.?\d+)",
        rf"(?:each |every |the )?{cell}[\w ]{{0,30}}? (?:of|with|has|have|having) (?:an? )?{side} (?:of )?(?P<n>{NUM})",
        rf"{cell} (?:that )?(?:are|is) (?P<n>{NUM}) (?:wide|long|large|each)",
        rf"(?P<n>{decimal})[- ](?:wide|sized) {cell}", rf"{cell} of (?P<n>{NUM})(?![\d.]*\d)(?! \w)",
    )  # fmt: skip


def _bins(ask: Ask) -> int | None:
    """How many cells a number is cut into."""
    each = (
        r"(?:(?:per|for each|for every|a|in each|in every|along each|each|on every) ?(?:dimension|number|axis|"
        r"entry|coordinate|component))"
    )
    ask.has(r"(?:an? |the )?resolution of(?= \d+ (?:bins|cells))")
    found = ask.first(
        rf"(?:every|each|all|the) dimensions? (?:is|are|gets) (?:cut|split|divided|discreti[sz]ed) (?:in|into) "
        rf"(?P<r>{COUNT}) "
        rf"(?:equal )?(?:bins?|cells?|buckets?|intervals?|parts?)|(?:cut|split|divid\w+|discreti[sz]\w+) (?:each|"
        rf"every|the|all)? ?(?:dimensions?|numbers?|ax[ie]s|"
        rf"coordinates?)? ?(?:is )?"
        rf"(?:in|into) (?P<m>{COUNT}) (?:equal )?(?:bins?|cells?|buckets?|intervals?|parts?)(?: each)?|"
        rf"(?P<n>{COUNT})[ -](?:equal )?(?:bins?|cells?|buckets?|intervals?)(?: {each})?(?: each)?|"
        r"(?P<o>\d+) ?[x×] ?(?:\d+)(?: (?:cells?|grid|bins?))?(?= ?(?:grid|cells?|bins?|网格|格|over|$))|"
        r"(?P<p>\d+) ?[x×] ?\d+ ?(?:的)?(?:网格|格子|grid)|"
        rf"(?:按)?(?:每(?:一)?(?:个)?维(?:度)?)?(?:分(?:成|为)?)?\s*(?P<q>{COUNT})\s*个?(?:格子?|区间|箱|桶)(?:离散化)?"
    )
    if found:
        return max(1, to_count(next(found[g] for g in "nmopqr" if found[g])))
    return count_of(ask, rf"(?:number of )?(?:bins?|cells?|buckets?|intervals?)(?: {each})?")


def _decimals(ask: Ask) -> int | None:
    """To how many digits observations are rounded."""
    if ask.has(
        r"round(?:ed|s|ing)? (?:it |them |(?:the )?(?:observation|state)s? )?(?:to|at) (?:the (?:nearest|next) "
        r")?(?:integers?|"
        r"whole numbers?)|(?:取整|四舍五入(?:到|为)整数)"
    ):
        return 0
    found = ask.first(
        rf"round(?:ed|s|ing)? (?:it |them |(?:the |each )?(?:observation|state|number)s? )?(?:to|at) "
        rf"(?P<n>{COUNT})(?: (?:decimal places?|decimals?|"
        rf"digits?|decimal places?))?|(?:after |to )?(?:round(?:ed|s|ing)? )?(?:the |their |its )?(?:states?|"
        rf"observations?|numbers?|"
        rf"values?)? ?(?:to|at)? ?(?P<m>{COUNT}) (?:decimals?|decimal (?:places?|digits)|digits after the point)|"
        rf"(?:保留|四舍五入(?:到|至)?)(?:小数点后)?\s*(?P<o>{COUNT})\s*位(?:小数)?"
    )
    if found:
        return to_count(next(found[g] for g in "nmo" if found[g]))
    return count_of(ask, "(?:number of )?decimals")


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
