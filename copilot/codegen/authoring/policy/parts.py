"""What of a policy's request is said of which part: actor, critic, trunk, streams, or all of them.

Parts and what is said of them are found each by itself. "In the actor" behind something that is said gives it to the
actor; else it is of the part that was named last, in the same sentence; else of all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from copilot.codegen.authoring.ask import NUM, Ask, to_number
from copilot.codegen.authoring.encoder.layer_words import function_of_word
from copilot.codegen.authoring.policy import sizes as policy_sizes
from copilot.codegen.authoring.policy.said import Part, Parts
from copilot.codegen.authoring.policy.words import BINDS, EVERY, FUNCTION, IN, MARKS, NAMES, RATE

_SENTENCE = re.compile(r"[;；。]|\.(?!\d)|\n|\bwhile\b|\bwhereas\b")
_LISTING = re.compile(r"[,，、]|\band\b|[,，] ?plus\b|\bbut\b(?! with)|和|并|且")


@dataclass
class _Mention:
    """Parts that are named together: "actor and critic"."""

    start: int
    end: int
    names: tuple[str, ...]
    behind: bool = False
    """Whether it stands behind what is said of it, and begins nothing."""


@dataclass
class _Said:
    """Something that is said of a part."""

    start: int
    end: int
    kind: Literal[
        "sizes", "function", "norm", "dropout", "spectral", "linear", "rate", "same", "double", "half", "neg", "ignored"
    ]
    value: Any = None
    owner: tuple[str, ...] | None = None


def read(ask: Ask, *, rates: bool = True) -> Parts:
    """What is said of each part."""
    out = Parts()
    out.separate = ask.has(
        r"(?:with )?(?:no|without(?: any)?|not) (?:shared|common) (?:layers?|weights|parameters|trunk|parts?)|"
        r"shar(?:e|es|ing) (?:nothing|no \w+)|"
        r"(?:that |which )?(?:do(?:es)? not|never) share(?: (?:any |their |the )?(?:layers?|weights|parameters|"
        r"anything|trunk|network))?|"
        r"nothing (?:is )?shared|unshared|两边不共享任何层|(?:互)?不共享(?:任何)?(?:层|参数|网络|权重)?"
    )
    ask.has(
        rf",?\s*(?:(?:instead of|rather than|in place of|and not|(?<!is )(?<!are )not)\s+(?:the (?:usual|default|"
        rf"library's) )?|而不是|而非|代替)"
        rf"(?:{FUNCTION}|(?:\d{{1,4}}(?:\s*(?:,|-|x|/|and)\s*\d{{1,4}})*)(?!\.?\d)(?: units)?|layer ?norm)(?![a-z])"
    )
    _respective(ask, out)
    shown = ask.open
    mentions = _mentions(shown, streams=ask.says(r"advantage (?:stream|branch)|duel(?:ing|ling)|优势流|双流"))
    said = _said(shown, mentions, rates=rates)
    mentions = _joined(shown, mentions, said)
    _owned(shown, mentions, said)
    _told(ask, out, mentions, said)
    return out


def _respective(ask: Ask, out: Parts) -> None:
    """ "Learning rates of 1e-4 and 3e-4", of actor and critic."""
    match = ask.first(
        rf"{RATE}(?: are| of|:|分别(?:是|为)?|是|为|\s)*(?P<a>{NUM})\s*(?:and|和|,|，|/)\s*(?P<b>{NUM})(?! (?:for|"
        rf"\())(?:,? respectively)?"
    ) if ask.says(r"actor|演员|policy") and ask.says(r"critic|评论家|value") else None  # fmt: skip
    if match and to_number(match["a"]) <= 1 and to_number(match["b"]) <= 1:
        out.get("actor").rate, out.get("critic").rate = to_number(match["a"]), to_number(match["b"])


def _mentions(shown: str, *, streams: bool) -> list[_Mention]:
    """The parts that are named, in order; those in a row as one."""
    names = dict(NAMES)
    if re.search(r"(?<![a-z])(?:value|v)\s*[:=]", shown) and re.search(r"(?<![a-z])policy\s*[:=]", shown):
        names["actor"] += r"|policy(?=\s*[:=])"
        names["critic"] += r"|(?:value|v)(?=\s*[:=])"
    found = [
        _Mention(m.start(), m.end(), ("actor", "critic") if name == "both" else (name,))
        for name, pattern in names.items()
        for m in re.finditer(rf"(?<![a-z-])(?:{pattern})(?![a-z])", shown)
    ]
    if streams:
        for one in found:
            if one.names == ("actor", "critic") and re.search(r"stream|流|each|both|heads", shown[one.start : one.end]):
                one.names = ("value", "advantage")
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[_Mention] = []
    for one in found:
        if kept and one.start < kept[-1].end:
            continue
        kept.append(one)
    return kept


def _joined(shown: str, mentions: list[_Mention], said: list[_Said]) -> list[_Mention]:
    """Parts that are named in a row as one: "actor and critic of 64"; not "64 in the actor and 128 in the critic"."""
    kept: list[_Mention] = []
    for one in mentions:
        last = kept[-1] if kept else None
        between = shown[last.end : one.start] if last else "."
        if (
            last
            and re.fullmatch(
                r"\s*(?:/|&|and|or|as well as|、|和|与|及|,\s*and)\s*(?:for |in |of )?(?:the |an? )?", between
            )
            and not any(
                o.kind == "linear" and not shown[o.end : last.start].strip() for o in said if o.end <= last.start
            )
            and (not set(one.names) & set(last.names) or "net" in one.names)
            and not (
                any(re.fullmatch(IN, shown[o.end : last.start]) for o in said if o.end <= last.start)
                and any(re.fullmatch(BINDS, shown[one.end : o.start]) for o in said if o.start >= one.end)
            )
        ):
            kept[-1] = _Mention(last.start, one.end, (*last.names, *one.names))
            continue
        kept.append(one)
    return kept


def _said(shown: str, mentions: list[_Mention], *, rates: bool) -> list[_Said]:
    """What is said of any part, in order."""
    out: list[_Said] = []
    for one in policy_sizes.found(shown):
        mentions[:] = [m for m in mentions if shown[m.start : m.end] != "each" or not one.start < m.start < one.end]
        over = [mention for mention in mentions if mention.start < one.end and one.start < mention.end]
        if any(not mention.start <= one.start < mention.end <= one.at for mention in over):
            continue
        if over:  # "shared layers of 64"
            one = replace(one, start=over[-1].end, shared=False)
        if one.bare and not _of_a_part(shown, mentions, one):
            continue
        earlier = policy_sizes.count_before(shown, one.start) if len(one.widths) == 1 and not one.counted else None
        if earlier and not any(o.start < earlier[2] and earlier[1] < o.end for o in out):
            one = replace(one, widths=one.widths * earlier[0], counted=True)
            out.append(_Said(earlier[1], earlier[2], "ignored", None, ("all",)))
        out.append(_Said(one.start, one.end, "sizes", one, ("trunk",) if one.shared else None))
    taken = [(one.start, one.end) for one in out]
    for match in re.finditer(FUNCTION, shown):
        out.append(_Said(match.start(), match.end(), "function", function_of_word(re.sub(r"[ _-]", "_", match["f"]))))
    for kind, pattern in MARKS.items():
        if kind == "rate" and not (
            rates and re.search(rf"{RATE}|(?:learns?|trained|rate) (?:at|with|of)|\d ?e-\d", shown)
        ):
            continue
        for match in re.finditer(rf"(?<![a-z])(?:{pattern})", shown):
            if any(a < match.end() and match.start() < b for a, b in taken) and kind != "norm":
                continue
            groups = match.groupdict()
            if any(one.start < match.end() and match.start() < one.end for one in out if one.kind != "function"):
                continue
            out.append(_Said(match.start(), match.end(), kind, _value(kind, groups)))  # type: ignore[arg-type]
    return sorted(out, key=lambda one: (one.start, one.end))


def _value(kind: str, groups: dict[str, str | None]) -> Any:
    if kind == "norm":
        return not groups["no"]
    number = next((groups[key] for key in ("d", "e", "r", "s", "t") if groups.get(key)), None)
    if kind == "dropout":
        return 0.1 if number is None else to_number(number)
    return to_number(number) if number else True


def _of_a_part(shown: str, mentions: list[_Mention], one: policy_sizes.Sizes) -> bool:
    """Whether numbers alone are told of a part that stands right before or behind them, or are surely widths."""
    before = [shown[m.end : one.start] for m in mentions if m.end <= one.start]
    if any(re.fullmatch(BINDS, between) for between in before):
        return True
    if before and re.search(r"each|apiece", shown[one.start : one.end]) and re.fullmatch(r",\s*", before[-1]):
        return True  # "actor and critic, 64 each"
    if any(re.fullmatch(IN, shown[one.end : m.start]) for m in mentions if m.start >= one.end):
        return True
    return len(one.widths) > 1 and min(one.widths) >= 16 and len(set(one.widths)) < 4


def _owned(shown: str, mentions: list[_Mention], said: list[_Said]) -> None:
    """Gives everything that is said its part."""
    ends = [match.start() for match in _SENTENCE.finditer(shown)]
    for index, one in enumerate(said):
        if one.owner is not None:
            continue
        if (
            one.kind in {"linear", "spectral"}
            and (m := next((m for m in mentions if m.start >= one.end), None))
            and not shown[one.end : m.start].strip()
        ):
            one.owner, m.behind = m.names, True  # "a linear critic"
            continue
        if shared := re.match(
            r"\s*(?:,?\s*(?:that (?:is|are) |which (?:is|are) ))?(?:shared|in common)(?: (?:by|between|among|"
            r"across|to)[\w ]*?(?:actor and(?: the)? "
            r"critic|both(?: heads| networks)?|them))?(?![a-z])", shown[one.end :]
        ):  # fmt: skip
            one.owner, one.end = ("trunk",), one.end + shared.end()
            continue
        behind = next((m for m in mentions if m.start >= one.end and re.fullmatch(IN, shown[one.end : m.start])), None)
        following = one
        for other in said[index + 1 :]:
            if not _bound(shown, following, other):
                break
            following = other
        if behind is None and following is not one:
            behind = next(
                (m for m in mentions if m.start >= following.end and re.fullmatch(IN, shown[following.end : m.start])),
                None,
            )
            before = [
                m for m in mentions if m.end <= one.start and not m.behind and _same_sentence(ends, m.end, one.start)
            ]
            if (
                behind is not None
                and before
                and not any(o.kind == one.kind and o.owner == before[-1].names for o in said)
            ):
                behind = None
        if behind is not None:
            one.owner, behind.behind = behind.names, True
            continue
        one.owner = _before(shown, mentions, said, one, ends)


def _bound(shown: str, one: _Said, other: _Said) -> bool:
    """Whether two things are said in one breath: "two layers of 64 with tanh", "two 64-unit tanh layers"."""
    if other.start < one.end:
        return True
    comma = "," if one.kind == "sizes" else "(?!)"
    return bool(
        re.fullmatch(
            rf"\s*(?:with|using|and|plus|{comma}|of|\(|（)?\s*(?:with |using )?(?:an? )?(?:activations? )?",
            shown[one.end : other.start],
        )
    )


def _same_sentence(ends: list[int], start: int, end: int) -> bool:
    return not any(start <= at < end for at in ends)


def _before(shown: str, mentions: list[_Mention], said: list[_Said], one: _Said, ends: list[int]) -> tuple[str, ...]:
    """The part that was named before something, or all."""
    named = [m for m in mentions if m.end <= one.start + 1 and not m.behind]
    if not named:
        return ("all",)
    last = named[-1]
    between = shown[last.end : one.start]
    if re.match(EVERY, shown[one.end :]) or re.search(
        r"(?:^|[,.;]\s*)(?:all|everything|everywhere|both)[\w ]{0,24}$|全部|都$|都用|均用", between
    ):
        return ("all",)
    if not _same_sentence(ends, last.end, one.start) and not re.search(
        r"[.;]\s*(?:it|its|this one|that one|each|both|they|there)\b[^.;]*$", between
    ):
        return ("all",)
    opened = between.count("(") + between.count("（") > between.count(")") + between.count("）")
    if opened and "(" in between.rsplit(")", 1)[-1]:
        return last.names
    if one.kind in {"sizes", "linear", "rate", "same", "double", "half", "neg"}:
        return last.names
    if one.kind == "norm" and re.search(r"[,，]\s*(?:并|且)?(?:带|有)(?:有)?\s*$", shown[: one.start]):
        return last.names
    since = max([last.end, *(o.end for o in said if last.end <= o.start and o.end <= one.start)])
    if not _LISTING.search(shown[since : one.start]):
        return last.names
    nearest = [o for o in said if o.end == since]
    if nearest and nearest[-1].kind in {"norm", "dropout", "function"} and "," not in between and nearest[-1].owner:
        return nearest[-1].owner  # "critics with dropout and layer norm"
    parts = {name for m in mentions if not m.behind for name in m.names} - {"net", "trunk"}
    beside = [m for m in mentions if not m.behind and _same_sentence(ends, *sorted((m.start, one.start)))]
    if len(beside) == 1 and parts - set(last.names):
        return last.names  # the sentence is of this part alone
    later = any(m.start >= one.end and not m.behind for m in mentions)
    others = {o.owner for o in said if o.kind == one.kind and o.owner is not None and o is not one}
    own = any(set(last.names) & set(owner or ()) for owner in others)
    peers = parts - set(last.names)
    told = all(any(name in (owner or ()) for owner in others) for name in peers)
    if one.kind == "dropout" or own:
        return ("all",)
    if peers and (told or (later and _next_of(shown, mentions, said, one))):
        return last.names
    return ("all",)


def _next_of(shown: str, mentions: list[_Mention], said: list[_Said], one: _Said) -> bool:
    """Whether the part that is named next is told its layers: then what stands before it is of the one before."""
    following = next((m for m in mentions if m.start >= one.end), None)
    if following is None:
        return False
    ends = next((m.start for m in mentions if m.start >= following.end), len(shown))
    return any(o.kind == "sizes" and following.end <= o.start < ends for o in said)


def _told(ask: Ask, out: Parts, mentions: list[_Mention], said: list[_Said]) -> None:
    """Puts what is said into the parts, and takes the words."""
    for mention in mentions:
        for name in mention.names:
            part = out.all if name == "net" else out.get(name)
            part.named = True
        ask.reading.take(mention.start, mention.end)
    last: dict[str, str] = {}
    relative: list[tuple[Part, _Said]] = []
    for one in said:
        parts = [out.all if name in {"all", "net"} else out.get(name) for name in dict.fromkeys(one.owner or ("all",))]
        if one.kind == "rate" and not (
            (one.value or 2) <= 0.1 and any(part.name in {"actor", "critic"} for part in parts)
        ):
            continue
        if one.kind in {"same", "double", "half"}:
            relative += [(part, one) for part in parts if part.name in {"actor", "critic"}]
            continue
        if one.kind == "ignored":
            ask.reading.take(one.start, one.end)
            continue
        if one.kind == "neg":
            _denied(ask, one, parts, last)
            continue
        done = [_put(part, one) for part in parts]
        last["kind"] = one.kind
        if all(done):
            ask.reading.take(one.start, one.end)
    for part, one in relative:
        other = out.get("critic" if part.name == "actor" else "actor")
        if part.sizes is None and other.sizes is not None:
            factor = {"double": 2.0, "half": 0.5}.get(one.kind, 1.0)
            part.sizes = [max(1, round(size * factor)) for size in other.sizes]
            part.counted = True
            ask.reading.take(one.start, one.end)
    if any(part.rate is not None for part in out.by.values()):
        ask.has(RATE)
    ask.has(
        r"(?:with |the |an? |all |use[sd]? |as )*(?:activations?(?: functions?)?|non-?linearit(?:y|ies))|"
        r"激活(?:函数)?(?:为|用)?"
    )


def _denied(ask: Ask, one: _Said, parts: list[Part], last: dict[str, str]) -> None:
    """ "The actor does not", after layer norm was spoken of."""
    kind = last.get("kind")
    if kind == "norm":
        for part in parts:
            if part.name != "all":
                part.norm = False
                ask.reading.take(one.start, one.end)
    elif kind in {"dropout", "spectral"}:
        for part in parts:
            if part.name != "all":
                part.dropout = 0.0 if kind == "dropout" else part.dropout
                ask.reading.take(one.start, one.end)


def _put(part: Part, one: _Said) -> bool:
    """Puts something into a part; whether there was room for it."""
    if one.kind == "sizes":
        if part.sizes is not None:
            return False
        part.sizes, part.counted = list(one.value.widths), one.value.counted
        return True
    if one.kind == "linear":
        part.linear, part.sizes, part.counted = True, [], True
        return True
    before = getattr(part, one.kind)
    if before not in {None, False} and before != one.value:
        return False
    setattr(part, one.kind, one.value)
    return True


def spans(parts: Parts) -> Iterator[Part]:
    """All parts of which anything may be said."""
    yield from parts.by.values()
    yield parts.all
