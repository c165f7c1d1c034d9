"""Reads rewards with a history of their own: the time since a visit, an expert's states, images in squares."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.amounts import BIG, to_count
from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int, to_number

SINCE = (
    r"(?:how (?:long|many steps) ago|(?:the )?(?:time|number of steps|steps|time steps)(?: that (?:have )?passed)? since)"
    r" (?:the |it |this |that |a |its |agent |environment |was |has |been )*(?:last |most recent )?(?:visit\w*|state|cell|"
    r"seen|"
    r"there|in)(?: (?:to|of|in) (?:the|this|that|a) (?:state|cell))?(?: (?:was|were|is) (?:last )?(?:visited|seen))?(?: "
    r"last)?|"
    r"距离?上次(?:访问|到达|来到?)(?:这个|该|此)?(?:格子|状态)?的?(?:步数|时间)|多久没(?:有)?(?:去过|访问过?|来过)|"
    r"最近没去过"
)
IMITATION = r"\bgail\b|\bairl\b|adversarial imitation|expert[\w ]*discriminator|discriminator[\w ,]*expert|判别器"
SQUARES = (
    r"(?:split|divid\w*|cut|partition\w*)[\w ]{0,30}?(?:into|in) (?:cells|squares|tiles|patches|blocks) of "
    r"(?P<n>\d+) ?[x×] ?\d+|"
    r"(?:per|each|over|in) (?P<m>\d+) ?[x×] ?\d+ (?:cells?|squares?|tiles?|patch(?:es)?|blocks?)|"
    r"(?P<o>\d+) ?[x×] ?\d+ ?的?(?:格|块|小块)"
)


def history(ask: Ask) -> dict[str, Any] | None:
    """The measure and what belongs to it, or None where the request is about something else."""
    if ask.says(SINCE):
        return _since(ask)
    if ask.says(IMITATION):
        return _imitation(ask)
    if ask.says(r"pixel|image|frame|unreal|图像|画面|像素") and ask.says(SQUARES):
        return _squares(ask)
    return None


def _since(ask: Ask) -> dict[str, Any]:
    out: dict[str, Any] = {"measure": "since"}
    if ask.has(rf"log\w*(?: of)? ?\(? ?(?:1|one) ?(?:\+|plus) ?(?:the )?(?:{SINCE})\)?|log1p of (?:the )?(?:{SINCE})"):
        out["pays"] = "log"
    ask.has(SINCE)
    unseen = ask.first(
        rf"(?:never|not)(?: been)?(?: yet)? (?:visited|seen)(?: \w+)?(?: states?| cells?| ones?)? (?:counts?|is|are|as|"
        rf"treated|taken|pays?|gets?)(?: \w+){{0,2}}? "
        rf"(?P<n>{BIG})(?: steps?)?|(?P<m>{BIG})(?: steps?)? (?:for|if|where|when) (?:\w+ ){{0,3}}(?:never|not)(?: "
        rf"been)?(?: yet)? (?:visited|seen)(?: before)?|"
        rf"(?:unseen|unvisited|new)(?: states?| cells?| ones?)? (?:count|is|are|as|treated|pay|get)s?(?: \w+){{0,2}}? "
        rf"(?P<p>{BIG})(?: steps?)?|"
        rf"(?:从(?:来)?没(?:有)?|没有?|从未|未)(?:去|访问|来)过的?(?:格子|状态)?(?:就)?(?:按|算|记为|"
        rf"当作)\s*(?P<o>{BIG})\s*步(?:算|计)?"
    )
    if unseen:
        out["unseen"] = max(1, to_count(next(unseen[g] for g in "nmpo" if unseen[g])))
    ask.has(
        r"(?:separate(?:ly)?|independent(?:ly)?|own|its own|per|for each|each)[\w ]{0,30}?env(?:ironment)?s?|"
        r"(?:每个)?(?:并行)?环境(?:各自|分别|单独)(?:地)?(?:记录|计算)|"
        r"(?:把)?观测?哈希成格子?|哈希成|rl里的|[“”\"「」]"
    )
    return out


def _imitation(ask: Ask) -> dict[str, Any]:
    out: dict[str, Any] = {"measure": "imitation"}
    hidden = ask.first(
        rf"(?P<k>{INT}) hidden layers? (?:of|with) (?P<n>\d+)(?: units| neurons)?(?: each)?|"
        rf"(?:mlp)?\s*(?P<l>[两二2])层\s*(?P<m>\d+)|"
        r"hidden (?:size|dim\w*|units)(?: of|=| is)* ?(?P<o>\d+)"
    )
    if hidden:
        layers = to_int(hidden["k"] or hidden["l"]) if hidden["k"] or hidden["l"] else 2
        if layers == 2:
            out["hidden_dim"] = int(hidden["n"] or hidden["m"] or hidden["o"])
        else:
            ask.missed.append(hidden[0])
    number = ask.first(
        rf"(?P<n>{INT}|\d+) (?:samples? |transitions? |states? )?(?:of|from) (?:the )?(?:expert|each|"
        rf"both)[\w ']{{0,30}}?(?: and "
        rf"(?:as many|\d+) (?:of|from) (?:the )?(?:agent|policy)\w*)?|"
        r"(?:每次)?update(?:里|中|时)?(?:专家和策略)?(?:各|分别)取\s*(?P<m>\d+)\s*条|各取\s*(?P<o>\d+)\s*条"
    )
    if number:
        out["per_update"] = to_int(next(number[g] for g in "nmo" if number[g])) or 64
    ask.has(
        r"gail(?:式的?|[- ](?:like|style))?|-? ?log ?\(1 ?- ?d\(s\)\)|discriminator|expert(?:'s)?(?: (?:observations?|"
        r"states?|tensor|data|demonstrations?))?(?: tensor)?(?: \(m, d\))?|"
        r"\(m, ?d\)|(?:passed|given|handed)(?: over)?(?: (?:to|in|at) (?:the )?(?:constructor|construction))?|binary "
        r"(?:classification|cross-entropy)|adversarial imitation|"
        r"构造时?(?:传入)?|专家(?:观测|数据)?(?:张量)?|判别器|传入|做?二分类(?:训练)?|策略|mlp|train\w*"
    )
    return out


def _squares(ask: Ask) -> dict[str, Any]:
    match = ask.first(SQUARES)
    out: dict[str, Any] = {"measure": "change", "error": "absolute"}
    if match:
        out["cells"] = int(next(match[g] for g in "nmo" if match[g]))
    most = ask.first(
        rf"min\( ?(?:\w+ ?, ?)?(?P<n>{NUM}) ?\)|(?:each |per cell )?(?:clipped|capped|cut)(?: to| at)* (?P<m>{NUM})|at "
        rf"most (?P<o>{NUM})(?: per cell)?"
    )
    if most:
        out["cell_most"] = to_number(next(most[g] for g in "nmo" if most[g]))
    ask.has(
        r"\d+ ?[x×] ?\d+ images?|(?:as in )?unreal(?:'s)?(?: auxiliary task)?|auxiliary task|but as a bonus|(?:mean "
        r")?abs(?:olute)? (?:difference|change)s?|between s and s'|per cell|pixels? (?:in|are in|scaled to) (?:0(?:\.\.|"
        r"-| to )1|\[0, ?1\])|"
        r"mean (?:of|over) (?:the )?cells?|of (?=\0)|bonus ?=|pixel (?:change|control)s?|images?|cells?|diff"
    )
    return out
