"""Reads shares of a batch: of what is new, of what transitions are; how shares are said."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.authoring.amounts import BIG
from copilot.codegen.authoring.amounts import to_count as to_big
from copilot.codegen.authoring.ask import NUM, Ask, to_number

_SHARES = {
    "half": 0.5, "a third": 1 / 3, "one third": 1 / 3, "a quarter": 0.25, "one quarter": 0.25, "two thirds": 2 / 3,
    "three quarters": 0.75, "一半": 0.5, "半数": 0.5, "四分之一": 0.25, "三分之一": 1 / 3, "四分之三": 0.75, "a tenth": 0.1,
    "tenth": 0.1, "one tenth": 0.1, "fifth": 0.2, "a fifth": 0.2, "one fifth": 0.2, "quarter": 0.25, "third": 1 / 3,
    "三分之二": 2 / 3, "二分之一": 0.5, "五分之二": 0.4, "五分之三": 0.6, "五分之四": 0.8,
    "八分之一": 0.125, "十分之三": 0.3,
    "十分之一": 0.1, "五分之一": 0.2, "most": 0.75, "a half": 0.5, "one half": 0.5,
}  # fmt: skip
SHARE = (
    rf"(?:(?<![\w./])[1-9] ?/ ?[1-9]\d?(?![\d/])|(?<!/)(?:{NUM})|{'|'.join(sorted(_SHARES, key=len, reverse=True))})"
)
OF_BATCH = r"(?:(?: of)? (?:each|every|a|the|any)(?: drawn)? (?:mini-?)?(?:batch(?:es)?|samples?))"
VERB = (
    r"(?: (?:is|are|comes?|come|drawn|taken|sampled|being|should|be|must|have|has|having|with|consists?|of|made up|filled|"
    r"reserved|for|from|transitions?|experience|samples?|all|those|steps?|only|a|the|which|that|whose|were))*"
)


def share_of(text: str, *, percent: bool = True) -> float:
    """A share in words or digits; above 1 it is in percent, where `percent` says so."""
    text = text.strip()
    if text in _SHARES:
        return _SHARES[text]
    if fraction := re.fullmatch(r"(\d) ?/ ?(\d+)", text):
        return int(fraction[1]) / int(fraction[2])
    value = to_number(text)
    value = next((exact for exact in (1 / 3, 2 / 3, 1 / 6) if abs(value - exact) < 1e-6), value)
    return value if value <= 1 or not percent else value / 100


KINDS = {
    "positive": (
        r"success(?:es|ful transitions?)(?: \(rewards? ?> ?0\))?|"
        r"(?:with |of |having |have |has |whose |a |an |rewards? (?:is |are |of )?|transitions? )*(?:positive|above zero|"
        r"> ?0|larger than (?:0|zero)|greater than (?:0|zero)|non-?zero)[- ]?(?:rewards?|transitions?|ones?|returns?)?",
        r"正奖励|奖励(?:为正|大于 ?(?:0|零)|非零)",
    ),
    "negative": (
        r"(?:with |of |having |have |has |whose |a |an |rewards? (?:is |are |of )?|transitions? )*(?:negative|below zero|"
        r"< ?0|less than (?:0|zero))[- ]?(?:rewards?|transitions?|ones?)?",
        r"负奖励|奖励(?:为负|小于 ?(?:0|零))",
    ),
    "zero": (
        r"(?:with |of |having |have |has |whose |a |an |transitions? )*(?:zero|no|0)[- ]rewards?(?: transitions?| ones?)?|"
        r"rewards? (?:is |of |are )?(?:zero|0)",
        r"零奖励|奖励为(?:零|0)",
    ),
    "ended": (
        r"(?:with |of |the |which |that |are |were |transitions? |steps? |a )*(?:terminal|terminating|done|end-of-episode|"
        r"episode-ending|(?:final|last)(?= (?:transitions?|steps?|states?) of (?:an |their |the |its )?episodes?)|"
        r"ends?(?= of (?:an? |the )?episodes?))"
        r"(?: transitions?| steps?| states?| ones?)?(?: of (?:an |their |the |its )?episodes?)?|"
        r"(?:transitions? |steps? |those )*(?:that |which |with which |where |in which )(?:an? |the |its )?"
        r"(?:end(?:ed|s)?|terminat\w+|finish\w*|episode (?:ended|ends|was over))(?: (?:an?|the|their) episodes?)?",
        r"(?:回合)?终止(?:的)?|(?:回合)?结束(?:回合)?的?",
    ),
}


def pools_of(ask: Ask, out: dict[str, Any], notes: list[str]) -> None:
    """Shares of a batch by what transitions are."""
    for name, (english, chinese) in KINDS.items():
        if name == "ended" and (out.get("latest") or out.get("delay") or out.get("emphasis")):
            continue
        match = ask.first(
            rf"(?:(?:remaining|other) )?(?P<n>{SHARE})(?:{OF_BATCH})?{VERB} (?:{english})|"
            rf"(?:{english})(?: {VERB.strip()})?(?: transitions?)?(?: (?:is|are|make up|fill|get|form|have|with)) "
            rf"(?P<m>{SHARE})(?:{OF_BATCH})?|"
            rf"(?:每(?:个)?)?(?:(?:批(?:次)?|(?:mini-?)?batch)(?:中|里)?(?:的|有)?)?\s*(?P<o>{SHARE})\s*(?:是|为|来自|有|"
            rf"给)?(?:{chinese})(?:的)?(?:转移|样本|经验)?|(?:{chinese})(?:的)?(?:转移|样本|经验)?(?:占|"
            rf"为)(?:每(?:个)?批(?:次)?的?)?\s*(?P<p>{SHARE})"
        )
        if match:
            out[name] = share_of(next(match[g] for g in "nmop" if match[g]))
    if (
        "positive" not in out
        and not any(name in out for name in ("negative", "zero"))
        and ask.first(
            r"balanc\w*[\w ]{0,30}?(?:positive|rewards?|success\w*)[\w -]{0,30}?|(?:平衡|均衡)[^,，。]*?(?:正|"
            r"奖励)[^,，。]*|"
            r"(?:more|"
            r"over-?sampl\w+)[\w ]{0,30}? positive(?: rewards?| transitions?)?"
        )
    ):
        out["positive"] = 0.5
        notes.append("How much of a batch has positive rewards is not stated: half.")


def recent_of(ask: Ask, out: dict[str, Any], notes: list[str]) -> None:
    if any(out.get(name) for name in ("emphasis", "latest", "delay", "by_age", "attention")):
        return
    newest = r"(?:most recent|newest|latest|freshest|last|recent|最近|最新)(?:的)?"
    of_stored = ask.first(
        rf"{newest}\s*(?P<s>{SHARE})(?= of (?:what|the|all|stored)|(?:的)?(?:经验|数据|存储|缓冲|样本|转移))"
        r"(?: of (?:what is stored|the (?:buffer|storage|memory|data)|all (?:of it|transitions)|stored transitions))?"
    )
    number = (
        None
        if of_stored
        else ask.first(
            rf"{newest}\s*(?P<n>{BIG})(?: (?:transitions?|steps?|samples?)|\s*(?:步|条|个))?|(?P<m>\d{{3,6}}) (?:newest|"
            rf"most recent|latest)(?: (?:transitions?|steps?))?"
        )
    )
    recent = ask.first(
        rf"(?:(?P<n>{SHARE})\s*(?:of (?:a |the |each |every )?(?:batch(?:es)?|samples?) ?)?(?:comes? |is |are |drawn |"
        rf"taken )*)?(?:from |with |favou?r\w* |prefer\w* |more )*(?:the )?"
        r"(?:(?:most )?(?:recent|newest|latest|new|newer|fresh)(?: (?:transitions?|experience|samples?|steps?|data))*(?: "
        r"more often)?)|"
        rf"(?:(?:每个|每)?(?:批(?:次)?|(?:mini-?)?batch)(?:中|里)?(?:的)?\s*)?(?P<m>{SHARE})?(?:来自|取自)?(?:近期|"
        rf"最近|最新)(?:的)?(?:经验|"
        rf"样本|转移)?"
    )
    near = ask.first(
        rf"(?P<n>{SHARE})(?: of (?:it|them|each batch|the batch))?(?: (?:is|are|comes?|drawn|taken))* from (?:the "
        rf")?(?P<m>)(?=\0|{newest})"
    )
    early = near or ask.first(
        rf"(?P<n>{SHARE}) of (?:a |the |each |every )?(?:batch(?:es)?|samples?)(?: (?:comes?|is|are|drawn|taken))*(?: "
        rf"from)?|(?:每个|每)?(?:批(?:次)?|(?:mini-?)?batch)(?:中|里)?(?:的|有)?\s*(?P<m>{SHARE})(?:来自|取自)?"
    )
    if not (of_stored or number or recent):
        return
    given = next((match[g] for match in (early, recent) if match for g in ("n", "m") if match[g]), None)
    out["recent"] = share_of(given) if given else 0.5
    if not given and ask.has(r"\bonly\b|exclusively|仅|只"):
        out["recent"], given = 1.0, "all"
    notes += [] if given else ["How much comes from the newest is not stated: half of a batch."]
    if of_stored:
        out["newest_share"] = share_of(of_stored["s"])
    elif number:
        out["newest"] = max(1, to_big(re.sub(r"[_,]", "", number["n"] or number["m"])))
    else:
        notes.append("How many are the newest is not stated: 1000 transitions.")
