"""Reads an augmentation: which operations, in the order in which they are said, what they are done to, and how strongly."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.augmentation import parts
from copilot.codegen.authoring.augmentation.assign import assigned
from copilot.codegen.authoring.augmentation.blocks_state import OF_FRAMES
from copilot.codegen.authoring.augmentation.numbers import Token, tokens
from copilot.codegen.authoring.augmentation.spec import Fill
from copilot.codegen.authoring.augmentation.spoken import Spoken
from copilot.codegen.authoring.augmentation.talk import (
    BEYOND,
    CONTRACT,
    DENIED,
    EACH_OWN,
    IMAGE,
    RESCALED,
    TALK,
    VECTOR,
)
from copilot.codegen.authoring.augmentation.words import ALL
from copilot.codegen.authoring.spec import Augmentation, Step

__all__ = ["BEYOND", "read"]


@dataclass
class _Mention:
    """An operation where it is said."""

    spoken: Spoken
    start: int
    end: int
    count: int | None = None
    zone: tuple[int, int] = (0, 0)
    found: list[Token] = field(default_factory=list[Token])


def read(ask: Ask, image: bool | None) -> tuple[Augmentation | None, list[str]]:
    """The augmentation that a request asks for, or None where it names no operation; and notes.

    Args:
        image: whether observations are images; None: as the operations say.
    """
    notes: list[str] = []
    image = _kind(ask, image)
    ask.has(r"[\"“'][a-z][\w -]{2,40}[\"”'](?=:| -|,? (?:that|which|where))")  # what it is called
    ask.has(DENIED)
    early = parts.filling_of_boxes(ask)
    stack, rescale = _stack(ask), ask.has(RESCALED)
    mentions = _mentions(ask, image)
    if not mentions:
        return None, notes
    if image is None:
        image = _kind_of(mentions, notes)
        mentions = [item for item in mentions if ("i" if image else "v") in item.spoken.kinds] or mentions
    ask.has(CONTRACT)
    choose = len(mentions) > 1 and parts.one_of(ask)
    fill = early or parts.filling(ask) if any(_filled(item) for item in mentions) else None
    only, but = (parts.frames if image else parts.entries)(ask)
    ask.has(EACH_OWN)
    steps = [_step(ask, item, mentions, image, notes) for item in mentions]
    steps = parts.drawn_for(ask, steps) if image else steps
    whole = None
    if choose:
        steps, whole = _shared(ask, steps)
    steps = [_with(step, fill, only, but, image) for step in steps]
    if rescale:
        steps = [
            step.model_copy(update={"kwargs": {**step.kwargs, "rescale": 1}}) if step.op == "mask" else step
            for step in steps
        ]
    for item in mentions:
        ask.has(rf"(?<![a-z])(?:{item.spoken.words})(?![a-z])")
        ask.has(rf"(?<![a-z\d.])(?:{item.spoken.true})(?![a-z\d])")
    ask.has(TALK)
    ask.has(IMAGE if image else VECTOR)
    plan = Augmentation(observations="image" if image else "vector", steps=steps, choose=1 if choose else 0, p=whole,
                        stack=stack if image else None)  # fmt: skip
    return plan, notes


def _stack(ask: Ask) -> int | None:
    """How many frames a stack is said to have."""
    found = (
        ask.first(
            r"(?:in |of |from |on )?(?:a |the )?stacks? of (?P<n>\d+|two|three|four|five|six)(?: (?:rgb |gr[ae]y(?:scale)? "
            r")?frames)?|(?P<m>\d+|two|three|four|five|six)[- ](?:stacked (?:rgb |gr[ae]y )?frames|frame stacks?)|"
            r"堆叠(?:的)? "
            r"?(?P<o>\d+|[两二三四五六]) ?帧"
        )
        if ask.says(r"frames?|images?|pixels?|帧") and not ask.says(r"stack of \w+ (?:states|vectors|observations)")
        else None
    )
    return _number(found["n"] or found["m"] or found["o"]) if found else None


def _kind(ask: Ask, image: bool | None) -> bool | None:
    if image is not None:
        return image
    vector, picture = (bool(re.search(rf"(?<![a-z])(?:{words})", ask.open)) for words in (VECTOR, IMAGE))
    if vector != picture:
        return picture
    return None


def _kind_of(mentions: list[_Mention], notes: list[str]) -> bool:
    image = any("v" not in item.spoken.kinds for item in mentions)
    if not image and all(item.spoken.kinds == "iv" for item in mentions):
        notes.append("The kind of observation is not stated: state vectors are taken.")
    return image


_CLIPS = (
    r"(?:\bthen\b|followed by|after that|afterwards|\bplus\b|\bfirst|finally|[;.:]|再|然后|最后|"
    r"(?:augmentations?|vectors?|states?|observations?|增强)(?: that does| with)?,?)\s*"
    r"(?:a |an )?(?:clipp?|clamp|裁剪|截断|限制)(?=[^,;.]{0,30}\[|[^,;.]{0,20}(?:±|between -))"
)
"""Where all numbers are bounded, not those of a noise."""


def _mentions(ask: Ask, image: bool | None) -> list[_Mention]:
    """Where operations are said, in order; a verb that belongs to another is none of its own."""
    found: list[_Mention] = []
    for spoken in ALL:
        if image is not None and ("i" if image else "v") not in spoken.kinds:
            continue
        if spoken.op == "clip" and ask.says(r"noise|噪声") and not ask.says(_CLIPS):  # of the noise
            continue
        if spoken.op in {"rotate", "turn", "flip"} and spoken.op in {item.spoken.op for item in found}:
            continue
        match = next(
            (
                one
                for one in ask.find(rf"(?<![a-z])(?:{spoken.words})(?![a-z])")
                if spoken.op != "scale"
                or not re.search(r"noise(?: of| with)?(?: an?| the)? $", ask.lower[: one.start()])
            ),
            None,
        )  # "Laplace noise of scale 0.1" scales nothing
        if match:
            found.append(_Mention(spoken, match.start(), match.end(), _count(spoken, match)))
            for again in ask.find(rf"(?<![a-z])(?:{spoken.words})(?![a-z])"):
                found[-1].count = found[-1].count or _count(spoken, again)
    found.sort(key=lambda item: item.start)
    return _zoned(ask, _merged(ask, found))


def _count(spoken: Spoken, match: re.Match[str]) -> int | None:
    """How many are spoken of in the very words of an operation."""
    counted = next((match[name] for name in match.groupdict() if name.startswith("count") and match[name]), None)
    if spoken.op == "holes":
        inside = re.search(
            r"(?<![a-z])(?:\d+|two|three|four|five|six|seven|eight|nine|ten|[两二三四五六七八九十])(?![a-z])", match[0]
        )
        counted = inside[0] if inside else None
    return _number(counted)


def _number(text: str | None) -> int | None:
    words = {
        "one": 1,
        "two": 2,
        "three": 3,
        "four": 4,
        "five": 5,
        "six": 6,
        "seven": 7,
        "eight": 8,
        "nine": 9,
        "ten": 10,
        "七": 7,
        "八": 8,
        "九": 9,
        "十": 10,
        "一": 1,
        "两": 2,
        "二": 2,
        "三": 3,
        "四": 4,
        "五": 5,
        "六": 6,
    }
    return None if text is None else words.get(text) or (int(text) if text.isdigit() else None)


_MORE_EXACT = {
    verb: frozenset(others.split())
    for verb, others in {
        "mask": "cutmix cutout delay drop_channel erase exchange frame_drop frame_hold grid_mask holes mask_block "
        "mask_some rows salt_pepper window",
        "scale": "brightness channel_scale contrast gamma hue negate pixelate resized_crop saturation scale_each speckle "
        "spectrum stretch zoom",
        "shift": "brightness channel_offset contrast elastic grid_mask hue pixelate shear slide zoom",
        "cutout": "frame_drop frame_hold cutmix cutout_color erase grid_mask holes window",
        "jitter": "brightness contrast hue saturation",
        "noise": "erase exchange laplace_noise offset offset_each salt_pepper scale_each shot_noise speckle uniform_noise",
        "speckle": "scale_each",
        "crop": "resized_crop zoom",
        "zoom": "pixelate resized_crop",
        "blur": "motion_blur sharpen",
        "frame_drop": "frame_hold",
        "window": "grid_mask mask_block",
        "brightness": "lighting",
        "offset": "channel_offset grid_mask offset_each",
        "frame_delay": "frame_hold",
        "holes": "cutmix grid_mask",
        "quantize": "posterize",
        "flip": "negate",
        "mix": "cutmix",
    }.items()
}
"""Operations whose words are also verbs of others: of these alone, where one of those is said close by without a number."""


def _merged(ask: Ask, found: list[_Mention]) -> list[_Mention]:
    """Mentions of which one is but the verb, or the class, of another."""
    ops = {item.spoken.op for item in found}
    kept = []
    for item in found:
        exact = _MORE_EXACT.get(item.spoken.op, frozenset[str]()) & ops
        if item.spoken.op == "jitter" and exact:  # of brightness and contrast: these, and no other
            continue
        near = [other for other in found if other.spoken.op in exact]
        if near and any(_one(ask, item, other) for other in near):
            continue
        kept.append(item)
    return kept


def _one(ask: Ask, item: _Mention, other: _Mention) -> bool:
    """Whether two mentions speak of one operation: nothing between them that parts two."""
    first, second = sorted((item, other), key=lambda each: each.start)
    between = ask.lower[first.end : second.start]
    if not re.search(r"\bthen\b|,? and (?!the |its |all )|, |[.;]|\bafter\b|\bplus\b|\bfollowed\b|然后|再|，", between):
        return True
    parted = re.search(
        r"\bthen\b|\bplus\b|followed|on top|after (?:that|it)|[;；]|然后|接着|(?<!一)再|and (?:a|an|with) ", between
    )
    return other.spoken.op in _WORDY and len(between) < 120 and not parted


_WORDY = frozenset(
    {
        "frame_hold",
        "grid_mask",
        "cutmix",
        "erase",
        "salt_pepper",
        "exchange",
        "scale_each",
        "negate",
        "resized_crop",
        "window",
        "pixelate",
        "frame_drop",
        "holes",
        "zoom",
    }
)
"""Operations that take a sentence to describe."""
_CUT = re.compile(
    r"(?:(?:[,;]|\.(?!\d))\s*(?:and |but |or )?(?:then|finally|after that|afterwards|next|lastly|second(?:ly)?|"
    r"third(?:ly)?)?\s*(?:apply |add |a |an |with (?=p|a p))?|\bthen\b|\bfollowed by\b|\bplus\b|\band then\b| and "
    r"(?!\s*[\d.±+-])|\bor\b|然后|接着|再|[，；。、])"
)


def _zoned(ask: Ask, found: list[_Mention]) -> list[_Mention]:
    """Each with the part of the request that its numbers are in."""
    if not found:
        return found
    text, begin = ask.lower, 0
    for item, later in zip(found, [*found[1:], None], strict=True):
        end = len(text)
        if later is not None:
            cuts = [m.start() for m in _CUT.finditer(text, item.end, later.start)]
            cuts = [at for at in cuts if not re.match(r"[,，]\s*\d", text[at:])]
            end = cuts[-1] if cuts else later.start
        item.zone = (begin, end)
        begin = end
    return found


def _step(ask: Ask, item: _Mention, mentions: list[_Mention], image: bool, notes: list[str]) -> Step:
    """One operation with its numbers: those of its clause."""
    item.found = tokens(ask, *item.zone)
    begin, end = item.zone
    clause = " " * begin + ask.lower[begin:end]
    op, kwargs, p, used, each = assigned(item.spoken.op, item.found, clause, image, item.count, notes)
    for token in used:
        ask.reading.take(token.start, token.end)
    del mentions
    return Step(op=op, kwargs=kwargs, p=p, each=each)


def _shared(ask: Ask, steps: list[Step]) -> tuple[list[Step], float | None]:
    """Of a choice: the operations that are chosen are done, and the probability is that of the whole."""
    shares = [step.p for step in steps if step.p is not None]
    whole = shares[0] if len(shares) == 1 else None
    out = []
    for step in steps:
        always = (
            {"p": 1.0}
            if step.op in {"flip", "flip_vertical", "rotate", "invert", "negate", "transpose", "drop_channel"}
            else {}
        )
        kept = {"p": None} if whole is not None else {}
        out.append(
            step.model_copy(
                update={**kept, "kwargs": {**step.kwargs, **always}} if step.p is None or whole is not None else {}
            )
        )
    return out, whole


_GAPS = frozenset(
    {
        "holes",
        "window",
        "cutout",
        "grid_mask",
        "mask",
        "rows",
        "shift",
        "translate",
        "turn",
        "zoom",
        "shear",
        "stretch",
        "resized_crop",
        "mask_some",
        "mask_block",
        "crop",
        "frame_drop",
    }
)
"""Operations that leave something to be filled."""


def _filled(item: _Mention) -> bool:
    return item.spoken.op in _GAPS


def _with(step: Step, fill: Fill | None, only: list[int], but: list[int], image: bool) -> Step:
    """The step with what fills its gaps, and what it is done to."""
    changes: dict[str, object] = {}
    if only or but:
        first_stays = step.op == "frame_hold" and but == [0] and not only
        changes |= {} if first_stays else {"only": only, "but": but}
    if fill:
        changes |= _fill(step, fill)
    if not image and step.op == "shift":
        changes["op"] = "offset"
    return step.model_copy(update=changes) if changes else step


def _fill(step: Step, fill: Fill) -> dict[str, object]:
    if step.op in {"shift", "crop", "translate"}:
        if fill == "border" and step.op != "translate":
            return {}
        pad = step.kwargs.get("pad", 4)
        return {"op": "slide", "kwargs": {"down": pad, "across": pad}, "fill": fill}
    if step.op == "cutout" and fill != "zero":
        return {"op": "holes", "kwargs": {"count": 1, **step.kwargs}, "fill": fill}
    if step.op in OF_FRAMES:
        return {}
    return (
        {}
        if fill == "zero" and step.op not in {"slide", "turn", "zoom", "shear", "stretch", "resized_crop"}
        else {"fill": fill}
    )
