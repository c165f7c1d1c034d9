"""What an encoder's request says of its observations, and of what is done to them first."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int
from copilot.codegen.authoring.encoder.mentions import Mention, Piece
from copilot.codegen.authoring.encoder.spec import (
    Basis,
    Differences,
    Embedding,
    Frames,
    RadialBasis,
    Resize,
    Tiles,
    Tokens,
)
from copilot.codegen.authoring.encoder.units import Draft, Unit
from copilot.codegen.authoring.spec import (
    Coords,
    Fourier,
    Layer,
)

_FIXED = (
    r"(?:it should have |has )?no (?:trainable )?(?:weights|parameters)|nothing is learned(?: in it)?|not "
    r"(?:trained|learned)|不训练|fixed|full"
)


def observed(ask: Ask, draft: Draft) -> None:
    """What observations are: single frames of a stack, objects of a set, steps of a history."""
    of_frames = not ask.says(r"differenc|subtract") and ask.has(
        r"(?:over |on |to |for |through |of )?(?:each|every)(?: of the)?(?: \w+)? frames?(?: (?:of the stack|"
        r"separately|individually|by itself|on its own|"
        r"independently|alone))*|(?:same|shared) (?:little |small )?(?:cnn|network|convolutions?)? ?(?:for|over|to|"
        r"on) (?:each|every|all) frames?|per[- ]frame"
        r"(?: cnn| encoder| features?)?|frame by frame|every frame|每一?(?:张|个)?帧(?:图像)?(?:分别|各自|单独|"
        r"都)?(?:经?过|通过|用)?(?:同一个)?|"
        r"over the (?:stacked )?frames|over the (?:four|three|two|\d) (?:frames|results|frame features)"
    )
    if of_frames:
        colours = ask.says(r"rgb|colou?r|彩色")
        draft.units.append(Unit("frames", Frames(channels=3 if colours else 1), draft.group()))
        ask.has(r"(?:the )?(?:last )?(?:four|three|4|3|8|two) (?:gr[ae]y(?:scale)? |rgb |stacked )?frames(?: "
                r"are)?(?: stacked)?|(?:四|三|两|\d+)帧(?:堆叠|叠加)?(?:的)?|"
                r"(?:same|shared|separately|individually|各自|分别|同一个)|(?:a )?stack of (?:\d+|four|three)(?: \w+)? "
                r"frames|frame stack(?: of \d)?")  # fmt: skip
    number = rf"(?P<c>{INT})"
    match = ask.first(
        rf"{number}\s*(?:\w+ )?(?:objects?|entit(?:y|ies)|items?|enemies|agents?|particles?|tokens?|elements?|"
        r"units(?= (?:each )?(?:with|having|of) \d+ (?:numbers|attributes|values|features each))|"
        rf"cards|obstacles|个?(?:物体|实体|对象|敌人))"
        r"(?:(?:\s|,|，|:|with|of|each|has|have|described by|x|×|每个|有|是|由)|a vector "
        r"of)*(?P<s>\d+)(?:\s*(?:个)?(?:numbers?|features?|values?|attributes?|dims?|dimensions?|"
        r"数|特征|数值|维))?(?: each|(?:-dim(?:ensional)?))?|(?:sets?|lists?) of (?P<s2>\d+)-dim\w* (?:objects|"
        r"entities|vectors)|"
        r"(?:cut|split|chopped) into tokens of (?P<s3>\d+)(?: numbers)?"
    )
    if match:
        each = int(match["s"] or match["s2"] or match["s3"])
        masked = ask.has(
            r"(?:an? |the )?(?:entit(?:y|ies)|objects?|tokens?|rows?|items?) (?:whose|"
            r"with)[^.;,]*?zeros?[^.;,]*?(?:absent|missing|padding|masked|ignored)(?:[^.;,]*?"
            r"(?:masked|left|kept) out of (?:the )?(?:attention|pooling)(?: and (?:of )?(?:the )?(?:attention|pooling))?)?"
        )
        ask.has(r"all absent:?(?: it)? must not give nans?|no nans?(?: when all are absent)?")
        draft.first.append(Tokens(size=each, count=to_int(match["c"]) if match["c"] else None, masked=masked))
        flat = re.search(r"\bflat\b[ (,:]*(\d+)", ask.lower)
        if flat and match["c"] and int(flat[1]) == each * (to_int(match["c"]) or 0):
            draft.flags["stated"] = [float(flat[1])]
        _unordered(ask)
        return
    _history(ask, draft, number)


def _history(ask: Ask, draft: Draft, number: str) -> None:
    """Steps of a history that a vector holds.

    Args:
        number: pattern of a count, in a group `c`.
    """
    match = ask.first(
        rf"{number}\s*(?:past |last |previous )?(?:time ?steps?|steps|states|observations|frames|个?(?:时间步|时刻|"
        rf"步))(?:\s|,|，|of|with|x|×|are concatenated|each|"
        r"每步|每个|stacked|有|concatenated)*(?P<s>\d+)(?:\s*(?:个)?(?:sensor |joint )?(?:numbers?|values?|features?|"
        r"readings?|dims?|dimensions?|sensors?|数|数值|特征|维))(?: each)?|"
        rf"(?:the )?last {number.replace('<c>', '<c2>')} (?:states|observations|steps|vectors)(?: (?:are|were|"
        rf"is))?(?: (?:concatenated|stacked|joined))?|"
        rf"history of {number.replace('<c>', '<c3>')} (?:states|observations|steps|vectors)|"
        rf"过去{number.replace('<c>', '<c4>')}(?:步|个(?:状态|观测))"
    )
    if match:
        count = match["c"] or match["c2"] or match["c3"] or match["c4"]
        size: int | None = int(match["s"]) if match["s"] else None
        if size is None:
            size = ask.whole(
                r"(?P<n>\d+) (?:numbers|values|features|sensor values|dims?) (?:each|per step)|每(?:步|"
                r"个)(?P<m>\d+)(?:维|个数)"
            )
        draft.first.append(Tokens(size=size, count=to_int(count)))
        ask.has(r"(?:for )?history(?: inputs?)?|the state vector is|oldest first")


def _unordered(ask: Ask) -> None:
    """What any set is: its order says nothing."""
    ask.has(
        r"(?:the )?order (?:of (?:the )?(?:objects|entities|elements|tokens|them) )?(?:must|should|does|may|shall|"
        r"will)(?: not|n't|nt) matter|permutation[- ]invarian\w+"
        r"(?: to (?:the )?order)?|(?:must|should) not depend on (?:the |their )?order[\w ]*|顺序(?:不(?:应|"
        r"能)?(?:影响|重要)|"
        r"无关)(?:结果)?|arrives? flat(?: \(\d+\))?|"
        r"(?:applied )?(?:to|for|of|on|over|through) (?:each|every|all) (?:of the )?(?:objects?|entit(?:y|ies)|"
        r"elements?|items?)|embed (?:each|every) (?:object|entity)(?: with)?|"
        r"each object|(?:is|are|as|my "
        r"states are) (?:a )?sets?\b|a set of entities|deep ?sets?|pointnet|对每个(?:物体|实体)"
    )


def coords(draft: Draft, one: Mention, piece: Piece) -> None:
    if not any(layer.op == "coords" for layer in draft.first):
        draft.first.append(Coords())
    piece.has(r"appends?(?:ed)?|取值从-1到1|from -1 to 1|在输入后面拼")


def fourier(draft: Draft, one: Mention, piece: Piece) -> None:
    size = piece.whole(
        r"(?P<n>\d+) (?:random |different )?(?:frequenc\w+|\0)",
        r"frequenc\w+(?:\s|:|=|of|to|is|are)*(?P<n>\d+)",
        r"(?P<n>\d+)\s*个(?:随机)?频率",
        r"(?:of|with|:)\s*(?P<n>\d+)", r"(?P<n>\d+)\s*$",
    )  # fmt: skip
    scale = piece.number(rf"(?:scales?|bandwidth|sigma|尺度|std|deviation)(?:\s|of|=|:|为)*(?P<n>{NUM})")
    learned = bool(re.search(r"learn", one.match[0])) or piece.has(
        r"learned frequencies(?! no)|frequencies (?:that )?learn"
    )
    piece.has(r"learned frequencies no|fixed|gaussian|random|frequenc\w+")
    joined = piece.has(
        r"(?:concatenat\w+|joined|together|next to|beside)(?: with)? (?:the )?(?:raw |original "
        r")?(?:state|input|observation)s?(?: itself)?"
    )
    draft.units.append(
        Unit("fourier", Fourier(size=size or 64, scale=scale or 1.0, learned=learned, joined=joined), draft.group())
    )


def embedding(draft: Draft, one: Mention, piece: Piece) -> None:
    size = piece.whole(
        r"(?:of|size|dim\w*|with|to|width|=|为)(?:\s|of|size|dim\w*|=|为)*(?P<n>\d+)",
        r"(?P<n>\d+)[- ]?(?:dim\w*|d\b|维|numbers)?",
    )
    draft.first.append(Embedding(size=size or 32))
    piece.has(r"discrete|labels?|table|离散")


def basis(draft: Draft, one: Mention, piece: Piece) -> None:
    ask = piece.ask
    found = ask.first(
        r"order(?: of)? (?P<n>\d+)|(?P<m>\d+)(?:rd|th|nd|st)[- ]order|(?:degree|阶数?)(?:\s|of|"
        r"为)*(?P<o>\d+)|(?P<p>\d+)\s*阶"
    )
    order = int(next(value for value in found.groups() if value)) if found else 3
    if found is None:
        draft.notes.append("The order of the basis is not stated: 3.")
    ask.has(
        r"features cos\(?[^;\n]*?(?=with|,|\.)|for every c in \{[^}]*\}(?:\^d)?|with s scaled to \[0,\s*1\](?: by "
        r"the bounds)?|for d\s*=\s*\d+ that makes \d+|"
        r"scaled (?:to|into) \[0,\s*1\](?: by the bounds(?: of the (?:observation )?space)?)?|for linear function "
        r"approximation"
    )
    ask.has(r"(?:i )?(?:teach|for) linear function approximation(?: with (?:this|it))?")
    ask.has(_FIXED)
    kind: Literal["fourier", "polynomial"] = "polynomial" if one.kind == "polynomial" else "fourier"
    _follows(draft, ask, (order + 1) ** 2, 2)
    draft.first.append(Basis(order=order, kind=kind))


def radial(draft: Draft, one: Mention, piece: Piece) -> None:
    if any(isinstance(layer, RadialBasis) for layer in draft.first):
        return
    ask = piece.ask
    centres = ask.number(
        r"(?P<n>\d+) cent(?:er|re)s?(?: (?:per|in each|for each|along each)(?: \w+)?)?",
        r"(?:每一?维)?(?:放)?(?P<n>\d+)\s*个中心",
        r"(?P<n>\d+)\s*[x×]\s*\d+(?: grid)?",
    )
    width = ask.number(r"(?:width|sigma|deviation|bandwidth|宽度)(?:\s|of|=|:|is|为)*(?P<n>\d*\.?\d+)")
    for name, value, default in (("number of centres", centres, 7), ("width of the Gaussians", width, 0.15)):
        if value is None:
            draft.notes.append(f"The {name} is not stated: {default}.")
    ask.has(
        r"二维观测(?:每一?维)?|每一?维|共\s*\d+\s*个?(?:高斯)?特征|[（(]?按归一化到\[0,\s*1\]后的尺度[)）]?|"
        r"用来和mlp做对比|(?:\d+ )?gaussian "
        r"features|in total|"
        r"(?:after|once) (?:scaling|normali[sz]ing)[\w ]*(?:to )?\[0,\s*1\]"
    )
    ask.has(_FIXED)
    _follows(draft, ask, int(centres or 7) ** 2, 2)
    draft.first.append(RadialBasis(centres=int(centres or 7), width=width or 0.15))


def tiles(draft: Draft, one: Mention, piece: Piece) -> None:
    if any(isinstance(layer, Tiles) for layer in draft.first):
        return
    ask = piece.ask
    tilings = ask.number(r"(?P<n>\d+) (?:overlapping )?tilings", r"(?P<n>\d+)\s*(?:个|层)(?:瓦片|平铺|tilings?)")
    tiles = ask.number(
        r"(?:each )?(?P<n>\d+)\s*[x×]\s*\d+(?: tiles)?(?: over the (?:two|2) dimensions)?",
        r"(?P<n>\d+) tiles(?: (?:per|in each|"
        r"along each) dimension)?",
    )
    for name, value in (("tilings", tilings), ("tiles in each dimension", tiles)):
        if value is None:
            draft.notes.append(f"The number of {name} is not stated: 8.")
    ask.has(
        r"uniformly displaced|uniform(?:ly)? (?:offsets?|displacements?)|(?:the )?output is (?:the |a )?binary "
        r"vector|\d+\s*[*x×]\s*\d+\s*=\s*\d+(?: long)?|bounds come from the "
        r"(?:observation )?space|over the two dimensions|displaced|offset|binary|(?:as in )?sutton (?:&|and) "
        r"barto(?: ch(?:apter|\.)? ?[\d.]+)?|ch\. ?[\d.]+"
    )
    ask.has(_FIXED)
    _follows(draft, ask, int(tilings or 8) * int(tiles or 8) ** 2, int(tiles or 8) ** 2, 2)
    draft.first.append(Tiles(tilings=int(tilings or 8), tiles=int(tiles or 8)))


def first(layer: Layer) -> Callable[[Draft, Mention, Piece], None]:
    def handle(draft: Draft, one: Mention, piece: Piece) -> None:
        draft.first.append(layer)
        piece.has(r"(?:of )?(?:the )?(?:inputs?|observations?|states?)|先|做|first")

    return handle


def resize(draft: Draft, one: Mention, piece: Piece) -> None:
    draft.first.append(Resize(size=int(one.match["side"])))


def differences(draft: Draft, one: Mention, piece: Piece) -> None:
    if any(layer.op == "differences" for layer in draft.first):
        return
    joined = piece.has(
        r"(?:in addition to|appended to|concatenated with|along with|next to|beside) (?:the )?(?:raw "
        r"|original )?frames?"
    )
    piece.has(r"instead of (?:the )?(?:raw )?frames?|(?:raw )?frames?")
    draft.first.append(Differences(joined=joined))


def _follows(draft: Draft, ask: Ask, *numbers: int) -> None:
    """Keep the numbers of a request that follow from those that were read: in two dimensions these make so many."""
    told = {int(number) for number in re.findall(r"(?<![\d.])\d+(?![\d.]*\d)", ask.lower)}
    told |= {2} if re.search(r"\btwo\b|二维|两维", ask.lower) else set()
    draft.flags["stated"] = [float(number) for number in numbers if number in told]
