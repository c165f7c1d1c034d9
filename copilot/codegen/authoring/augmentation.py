"""Reads an augmentation: which operations, in the order in which they are said, and with which numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.codegen.authoring.ask import NUM, Ask, to_number
from copilot.codegen.authoring.spec import Augmentation, Operation, Step

BEYOND = (
    r"\b(?:mix-?up|cutmix|style|gan|generative|adversarial|elastic|perspective|warp\w*|affine|"
    r"shear\w*|fourier|frequency|"
    r"fog|rain|snow|jpeg|learned|learn|auto-?augment|randaugment|moire|background|overlay|"
    r"swap\w*|permut\w*|shuffl\w*|jigsaw|"
    r"time|temporal|reverse|smooth\w*|posteri[sz]e|equali[sz]e|vignette|gamma|saturation|"
    r"sharpen\w*|edges?|salt|pepper|zoom\w*|"
    r"resiz\w*|scanlines?)\b|混合|风格|对抗|弹性|透视|仿射|频域|打乱|背景|伽马|锐化|缩小图|放大图"
)
"""Words of augmentations that the list of operations lacks."""


@dataclass(frozen=True)
class _Spoken:
    op: Operation
    words: str
    kinds: str
    """Kinds of observation that it is for: i images, v vectors."""


_SPOKEN = (
    _Spoken("cutout_color", (
        r"(?:random )?(?:cut-?out|erasing|erase)[ -]?colou?r|colou?red? (?:cut-?out|box(?:es)?|"
        r"rectangles?|patch(?:es)?)|彩色(?:遮挡|方块)"
    ), "i"),
    _Spoken("cutout", (
        r"(?:random )?(?:cut-?outs?|eras(?:ing|es?)|occlu\w+|black(?:ed)?[ -]?out|(?:black|grey|"
        r"dark) (?:box(?:es)?|rectangles?|squares?|patch(?:es)?))|遮挡|擦除|挖洞"
    ), "i"),
    _Spoken("crop", (
        r"(?:random(?:ly)? )?crop(?:s|ped|ping)?(?: (?:with )?padding)?|pad(?:s|ding)?(?: and|"
        r"-and-) ?crop\w*|随机?裁剪|裁剪|裁切"
    ), "i"),
    _Spoken("translate", r"(?:random(?:ly)? )?translat(?:e|es|ed|ion|ing)", "i"),
    _Spoken("shift", (
        r"(?:random(?:ly)? )?(?:(?:pixel|image|drq)[ -])?(?:shift(?:s|ed|ing)?|mov(?:es?|ing) "
        r"(?:the )?(?:image|picture|pixel)s?)|(?:随机)?(?:平移|移位|位移)"
    ), "i"),
    _Spoken("flip_vertical", (
        r"(?:random(?:ly)? )?(?:vertical(?:ly)?|upside[ -]down)[ -]?(?:flip|mirror)\w*|(?:flip|"
        r"mirror)\w*(?: it| them| images?)? (?:vertically|upside down)|(?:随机)?(?:垂直|上下)翻转"
    ), "i"),
    _Spoken("flip", (
        r"(?:random(?:ly)? )?(?:horizontal(?:ly)?[ -]?)?(?:flip|mirror)(?:s|ped|ping|ed|ing)?(?: "
        r"(?:it|them|images?))?(?: horizontally)?|(?:随机)?(?:水平|左右)?(?:翻转|镜像)"
    ), "i"),
    _Spoken("rotate", r"(?:random(?:ly)? )?(?:90[ -]degree )?rotat(?:e|es|ed|ion|ions|ing)|(?:随机)?旋转", "i"),
    _Spoken("jitter", r"(?:random )?colou?r[ -]?jitter(?:s|ing)?|颜色抖动|色彩抖动", "i"),
    _Spoken("brightness", (
        r"(?:random(?:ly)? )?(?:chang\w+ |var\w+ |adjust\w* |jitters? )?(?:the )?brightness(?: "
        r"jitter| changes?)?|亮度"
    ), "i"),
    _Spoken("contrast", (
        r"(?:random(?:ly)? )?(?:chang\w+ |var\w+ |adjust\w* |jitters? )?(?:the )?contrast(?: "
        r"jitter| changes?)?|对比度"
    ), "i"),
    _Spoken("grayscale", r"(?:random )?gr[ae]y-?(?:scale|ing)?s?|灰度(?:化)?", "i"),
    _Spoken("convolution", r"random conv(?:olution)?s?|随机卷积", "i"),
    _Spoken("blur", r"(?:random(?:ly)? )?(?:gaussian )?blur(?:s|red|ring)?|(?:高斯)?模糊", "i"),
    _Spoken("invert", (
        r"(?:random(?:ly)? )?(?:colou?r )?(?:invert(?:s|ed|ing)?(?: (?:the )?colou?rs?)?|"
        r"inversion|negat(?:ive|es?)(?: (?:the )?colou?rs?)?|solari[sz]\w*)|反色|反相|颜色反转"
    ), "i"),
    _Spoken("drop_channel", (
        r"(?:random(?:ly)? )?(?:channel[ -]dropout|drop(?:s|ping)? (?:a |one |colou?r "
        r")*channels?)|通道(?:丢弃|随机丢弃)"
    ), "i"),
    _Spoken("noise", r"(?:(?:small|random|additive|some|white|gaussian|normal) )*noise|高斯噪声|噪声|噪音", "iv"),
    _Spoken("mask", (
        r"(?:random(?:ly)? )?(?:mask(?:s|ed|ing)?|drop(?:s|ping)?(?:out)?|zero(?:s|es|ed|"
        r"ing)?(?:[ -]out)?)(?: (?:out )?(?:some |single |random )*(?:pixels?|dimensions?|"
        r"features?|entries|numbers|coordinates))?|(?:随机)?(?:掩码|掩盖|遮蔽|置零|丢弃)"
    ), "iv"),
    _Spoken("offset", r"(?:random )?(?:offsets?|bias(?:es)?|drift)|偏移|偏置", "v"),
    _Spoken("scale", (
        r"(?:random(?:ly)? )?(?:amplitude )?(?:scal(?:e|es|ed|ing)|multipl(?:y|ies|ied|ying|"
        r"ication)|rescal\w+)|(?:随机)?(?:幅度)?(?:缩放|乘以)"
    ), "iv"),
)  # fmt: skip
_LINK = (
    r"(?:\s|=|:|：|of|by|with|(?:the )?(?:states?|images?|pixels?|observations?|vectors?|dimensions?|it|them)|"
    r"up to|at most|a|an|the|standard|deviation|std|sigma|σ|pad(?:ding)?|"
    r"max(?:imum)?|size|probability|p|为|是|标准差|最多|概率|,|，|factor|factors|between|from|in|\[|\(|each|"
    r"always)*"
)
_RANGE = rf"(?P<low>{NUM})\s*(?:to|and|-|,|，|到|至|~|与|和)\s*(?P<high>{NUM})"
_CHANCE = (
    rf"(?:\s|,|，|\(|each)*(?:with|at)?(?:\s*(?:a|an|the))?\s*(?:(?P<p1>{NUM})\s*(?:probability|"
    rf"chance|of the time)|(?:probability|prob\.?|chance|p|概率)(?:\s|=|of|为|是|:)*(?P<p2>{NUM})|half "
    rf"(?:of )?the time)"
)


def read(ask: Ask, image: bool | None) -> tuple[Augmentation | None, list[str]]:
    """The augmentation that a request asks for, or None where it names no operation; and notes.

    Args:
        image: whether observations are images; None: as the operations say.
    """
    notes: list[str] = []
    if ask.says(r"(?:state|vector|proprio\w*|low-dimensional)s?(?: (?:vector|observation)s?)?\b|状态(?:向量)?|向量"):
        image = False if image is None else image
    elif ask.says(r"(?:images?|pixels? observations?|pictures?|frames?|图像|图片|画面)") and image is None:
        image = True
    found: list[tuple[int, Step, str]] = []
    for spoken in _SPOKEN:
        match = ask.first(rf"(?<![a-z])(?:{spoken.words})(?![a-z])")
        if match:
            found.append((match.start(), _step(ask, spoken.op, match), spoken.kinds))
            ask.has(rf"(?<![a-z])(?:{spoken.words})(?![a-z])")
    if not found:
        return None, notes
    found.sort(key=lambda item: item[0])
    if image is None:
        image = any("v" not in kinds for _, _, kinds in found) or not any("i" not in kinds for _, _, kinds in found)
        if all(kinds == "iv" for _, _, kinds in found):
            image = False
            notes.append("The kind of observation is not stated: state vectors are taken.")
    ask.has(r"(?:standard deviation|std|sigma|probability|chance|factors?|标准差|概率|倍)")
    ask.has(r"(?:state|vector|proprio\w*|low-dimensional)s?(?: (?:vector|observation)s?)?\b|状态(?:向量)?|向量")
    ask.has(r"images?|pictures?|frames?|图像|图片|画面")
    steps = [step for _, step, _ in found]
    return Augmentation(observations="image" if image else "vector", steps=_fitting(steps, image)), notes


def _fitting(steps: list[Step], image: bool) -> list[Step]:
    """A shift of a vector is an offset."""
    if image:
        return steps
    return [Step(op="offset", kwargs={}, p=step.p) if step.op == "shift" else step for step in steps]


def _step(ask: Ask, op: Operation, match: re.Match[str]) -> Step:
    """Its numbers: those that follow it, up to the next operation."""
    kwargs: dict[str, float | int] = {}
    text, end = ask.lower, match.end()
    limit = _next(text, end)
    chance = _at(ask, _CHANCE, end, limit)
    numbers = _at(ask, rf"{_LINK}(?:{_RANGE}|(?P<n>{NUM}))(?:\s*(?:pixels?|px|像素))?", end, limit)
    if numbers is None:
        numbers = _before(ask, match.start())
    if chance is None:
        chance = _at(ask, _CHANCE, numbers.end() if numbers and numbers.start() >= end else end, limit)
    if numbers:
        low, high, one = numbers["low"], numbers["high"], numbers["n"]
        values = [to_number(x) for x in (low, high) if x] or [to_number(one)]
        op = "shift" if op == "translate" and values[-1] >= 1 else op  # by so many pixels
        kwargs = _named(op, values)
    p = None
    if chance:
        given = chance["p1"] or chance["p2"]
        p = min(1.0, to_number(given)) if given else 0.5
        p = p / 100 if p > 1 else p
    return Step(op=op, kwargs=kwargs, p=p)


def _next(text: str, start: int) -> int:
    """Where the next operation begins."""
    later = [
        found.start()
        for spoken in _SPOKEN
        for found in [re.compile(rf"(?<![a-z])(?:{spoken.words})(?![a-z])").search(text, start)]
        if found
    ]
    return min(later, default=len(text))


def _at(ask: Ask, pattern: str, start: int, limit: int) -> re.Match[str] | None:
    match = re.compile(pattern).match(ask.lower, start, limit)
    if match and match[0].strip() and ask.reading.free(match.start(), match.end()):
        ask.reading.take(match.start(), match.end())
        return match
    return None


def _before(ask: Ask, end: int) -> re.Match[str] | None:
    """A number right before: "4-pixel shifts", "a 0.1 noise"."""
    match = re.search(rf"(?P<low>)(?P<high>)(?P<n>{NUM})[\s-]*(?:pixels?|px|像素|degree)?[\s-]*$", ask.lower[:end])
    if match and ask.reading.free(match.start("n"), end):
        ask.reading.take(match.start("n"), end)
        return match
    return None


def _named(op: Operation, values: list[float]) -> dict[str, float | int]:
    """What the numbers of an operation are called."""
    low, high = values[0], values[-1]
    if op in {"shift", "crop", "translate"}:
        return {"pad": max(1, round(high))}
    if op in {"cutout", "cutout_color"}:
        return {
            "min_cut": max(1, round(low)) if len(values) > 1 else max(1, round(high / 2)),
            "max_cut": max(1, round(high)),
        }
    if op == "scale":
        spread = abs(high - 1.0) if high != 1.0 and high < 1.0 else high
        return {"low": low, "high": high} if len(values) > 1 else {"low": max(0.0, 1 - spread), "high": 1 + spread}
    if op in {"flip", "flip_vertical", "rotate", "invert", "grayscale", "drop_channel"}:
        return {"p": min(1.0, high)} if high <= 1 else {}
    if op == "mask":
        return {"share": min(0.95, high if high <= 1 else high / 100)}
    name = {
        "noise": "sigma",
        "brightness": "amount",
        "contrast": "amount",
        "offset": "amount",
        "blur": "sigma",
        "jitter": "amount",
    }
    return {name[op]: high} if op in name else {}
