"""Reads an augmentation: which operations, in the order in which they are said, and with which numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from copilot.codegen.authoring.ask import NUM, Ask, to_number
from copilot.codegen.authoring.spec import Augmentation, Operation, Step

BEYOND = (
    r"\b(?:cutmix|style|gan|generative|adversarial|elastic|perspective|warp\w*|affine|shear\w*|fog|rain|snow|jpeg|learned|"
    r"learn|auto-?augment|randaugment|moire|background|overlay|swap\w*|jigsaw|time|temporal|reverse|smooth\w*|equali[sz]e|"
    r"vignette|sharpen\w*|edges?|scanlines?|hue|velocit\w+|neighbou?rs?|past|previous|gradients?|sinusoid\w*)\b|"
    r"风格|对抗|弹性|透视|仿射|背景|锐化|色调|时间"
)
"""Words of augmentations that the list of operations lacks."""


@dataclass(frozen=True)
class _Spoken:
    op: Operation
    words: str
    kinds: str
    """Kinds of observation that it is for: i images, v vectors."""


_SPOKEN = (
    _Spoken("erase", (
        r"random(?:ly)? eras(?:ing|es?)(?= (?:with|by|to) (?:random )?noise)|(?:replac|fill|overwrit)\w* (?:a |one |"
        r"some |each )?"
        r"(?:random )?(?:rectang\w+|box(?:es)?|squares?|patch(?:es)?|regions?|areas?)(?: of (?:the |each )?image)? (?"
        r":with|by) "
        r"(?:(?:random|uniform|white) )*(?:noise|numbers|values)|(?:矩形|方块|区域|方形)+(?:区域)?(?:换成|替换为|填充为?"
        r"|改为)(?:随机)?噪声(?:\(随机擦除\))?"
    ), "i"),
    _Spoken("mix", (
        r"mix-?up|(?:mix(?:es|ing)?|blend(?:s|ing)?|interpolat\w+)(?: (?:each|every|the|an?|one))? (?:image|observation|"
        r"state|sample|vector)s?"
        r" with (?:an?other|a random|one)(?: (?:random )?(?:one|image|observation|state|sample|vector))?(?: (?:of|from|"
        r"in) the (?:same )?batch)?|"
        r"与(?:同一?批次|批次|批内)?(?:中|内)?(?:的)?(?:另一|随机)(?:张|个)?(?:图像|样本|状态)?(?:线性)?(?:混合|插值)"
    ), "iv"),
    _Spoken("spectrum", (
        r"(?:in the )?(?:frequency (?:domain|space)|fourier (?:spectrum|domain|space|amplitudes?|magnitudes?)|spectrum|"
        r"spectral (?:amplitudes?|magnitudes?))|频(?:率)?域|(?:傅里叶|频)谱|幅度谱"
    ), "i"),
    _Spoken("gamma", r"(?:random )?gamma(?:[ -](?:corrections?|transform\w*))?|伽马(?:校正|变换|矫正)?", "i"),
    _Spoken("saturation", r"(?:random(?:ly)? )?(?:chang\w+ |var\w+ |adjust\w* )?(?:the )?(?:colou?r )?(?:saturation|"
        r"desaturat\w+)|饱和度", "i"),
    _Spoken("salt_pepper", r"salt[ -]?(?:and|&|n)?[ -]?pepper(?: noise)?|椒盐(?:噪声)?", "i"),
    _Spoken("posterize", r"posteri[sz]\w+|(?:quanti[sz]|reduc)\w*(?: (?:the )?(?:colou?rs?|pixels?|values|bit depth))|"
        r"色调分离|量化", "i"),
    _Spoken("shuffle_channels", (
        r"(?:random(?:ly)? )?(?:permut|shuffl)\w*(?: (?:of )?(?:the )?(?:colou?r )?channels?)?|(?:colou?r )?channel[ "
        r"-](?:shuffl|permut)\w+|"
        r"(?:随机)?(?:打乱|置换)(?:颜色)?通道|通道(?:打乱|置换)"
    ), "i"),
    _Spoken("turn", (
        r"(?:(?:random(?:ly)? )?rotat(?:e|es|ed|ion|ions|ing)|turn(?:s|ed|ing)?)(?=[^,.;]*\b(?:degrees?|angle|°))"
        r"|(?:small|slight)(?:ly)? rotat\w+|(?:随机)?旋转(?=[^，。]*(?:度|角))|小角度(?:随机)?旋转"
    ), "i"),
    _Spoken("zoom", (
        r"(?:random(?:ly)? )?(?:zoom(?:s|ed|ing)?(?: (?:in|out|into)(?: (?:and|or) (?:in|out))?)?|resized? crop\w*|"
        r"(?:re)?siz(?:e|es|ed|ing) (?:the |each )?images?)|(?:随机)?(?:放大|缩小|变焦)(?:或缩小|或放大)?(?:图像)?"
    ), "i"),
    _Spoken("scale_each", (
        r"(?:multipl|scal)\w+ (?:each|every) (?:number|dimension|element|entry|feature|component|coordinate)s?(?: of (?"
        r":the|a) "
        r"(?:state|vector|observation))?(?: by (?:a |an )?(?:random )?(?:factor|number)? ?(?:of its own|independent\w*)?)?|"
        r"(?:element|dimension|feature|entry)-?wise (?:random )?scal\w+|(?:每个|各个?)(?:数|维度|维|分量|元素|特征)(?"
        r":都)?(?:各自)?(?:独立地?)?(?:乘以|缩放|乘)|"
        r"逐(?:元素|维)(?:地)?(?:随机)?(?:缩放|乘以)"
    ), "v"),
    _Spoken("cutout_color", (
        r"(?:random )?(?:cut-?out|erasing|erase)[ -]?colou?r|colou?red? (?:cut-?out|box(?:es)?|"
        r"rectangles?|patch(?:es)?)|彩色(?:遮挡|方块)"
    ), "i"),
    _Spoken("cutout", (
        r"(?:random )?(?:cut-?outs?|eras(?:ing|es?)|occlu\w+|black(?:ed)?[ -]?out|(?:black|grey|"
        r"dark) (?:box(?:es)?|rectangles?|squares?|patch(?:es)?))|遮挡|擦除|挖洞"
    ), "i"),
    _Spoken("crop", (
        r"(?:random(?:ly)? )?crop(?:s|ped|ping)?(?: randomly)?(?: (?:with |after )?padding)?|pad(?:s|ding)?(?: and|"
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
        r"(?:it|them|images?|the image))?(?: horizontally|[- ]left[- ](?:to[- ])?right)?|(?:随机)?(?:水平|左右)?(?:翻转|"
        r"镜像)"
    ), "i"),
    _Spoken("rotate", r"(?:random(?:ly)? )?(?:90[ -]degree )?rotat(?:e|es|ed|ion|ions|ing)|(?:随机)?旋转", "i"),
    _Spoken("jitter", r"(?:random )?colou?r[ -]?jitter(?:s|ing)?|颜色抖动|色彩抖动", "i"),
    _Spoken("brightness", (
        r"(?:random(?:ly)? )?(?:chang\w+ |var\w+ |adjust\w* |jitters? |shifts? |alters? |perturb\w* )?(?:the "
        r")?brightness(?: "
        r"jitter| changes?)?|亮度"
    ), "i"),
    _Spoken("contrast", (
        r"(?:random(?:ly)? )?(?:chang\w+ |var\w+ |adjust\w* |jitters? |shifts? |alters? |perturb\w* )?(?:the )?contrast(?: "
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
    _Spoken("uniform_noise", r"(?:random )?uniform(?:ly)?[- ](?:distributed |random )?noise|noise (?:that is |which is "
        r")?(?:drawn )?uniform(?:ly)?|均匀(?:分布)?(?:的)?噪声", "iv"),
    _Spoken("noise", r"(?:(?:small|random|additive|some|white|gaussian|normal) )*noise|高斯噪声|噪声|噪音", "iv"),
    _Spoken("mask", (
        r"(?:random(?:ly)? )?(?:mask(?:s|ed|ing)?|(?:feature )?drop(?:s|ping)?(?:[ -]?outs?)?|(?:is |are )?sets? (?:(?"
        r":each|every|some|"
        r"single|the|random) )*(?:numbers?|pixels?|dimensions?|features?|entries|entry|coordinates?)? ?(?:to|at) (?"
        r":zero|0)|zero(?:s|es|ed|"
        r"ing)?(?:[ -]out)?)(?: (?:out )?(?:some |each |every |the |single |random )*(?:pixels?|dimensions?|"
        r"features?|entries|numbers|coordinates))?|(?:随机)?(?:掩码|掩盖|遮蔽|置零|置为零|设为 ?0|设为零|丢弃|变为 ?0|归零)"
    ), "iv"),
    _Spoken("offset", r"(?:random )?(?:offsets?|bias(?:es)?|drift)|偏移|偏置", "v"),
    _Spoken("scale", (
        r"(?:random(?:ly)? )?(?:amplitude )?(?:scal(?:e|es|ed|ing)|multipl(?:y|ies|ied|ying|"
        r"ication)|rescal\w+)|(?:随机)?(?:幅度)?(?:缩放|乘以)"
    ), "iv"),
)  # fmt: skip
_LINK = (
    r"(?:\s|=|:|：|of|by|with|(?:the )?(?:states?|images?|pixels?|observations?|vectors?|dimensions?|it|them)|"
    r"up to|at most|a|an|the|standard|deviation|std|sigma|σ|pad(?:ding)?|drawn|own|its|random(?:ly)?|uniform(?:ly)?|"
    r"numbers?|"
    r"values?|exponents?|angles?|amplitudes?|weights?|multipl\w+|are|is|each|every|some|share|small|ranges?|levels?|one|"
    r"other|"
    r"being|colou?rs?|by|strength|magnitude|independently|within|chosen|sampled|scal\w+|added|左右|各|独立|随机|范围|内|"
    r"系数|因子|"
    r"填充|个|指数|角度|强度|幅度|乘以|取自|在|从|不超过|最大|至多|"
    r"max(?:imum)?|size|sides?|width|edge|probability|p|为|是|标准差|最多|概率|,|，|factor|factors|between|from|in|\[|\(|±|"
    r"always)*"
)
_RANGE = rf"(?P<low>{NUM})\s*(?:to|and|-|,|，|到|至|~|与|和)\s*(?P<high>{NUM})"
_CHANCE = (
    rf"(?:\s|,|，|\(|each|以|有)*(?:with|at|in)?(?:\s*(?:a|an|the))?\s*(?:(?P<p1>{NUM})\s*(?:probability|"
    rf"chance|of (?:the )?(?:time|cases|images|samples|batch)|的?概率)|(?:probability|prob\.?|chance|p|概率)(?:\s|=|of|"
    rf"为|是|:)*(?P<p2>{NUM})|half "
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
    if ask.says(r"cut-?out|eras|occlu|black|patch|遮挡|擦除|挖洞"):  # filled with zeros: no mask of its own
        ask.has(
            r"(?:which |that )?(?:are |is |and )?(?:filled?|fills|painted|set|put)(?: in)?(?: it| them)?(?: with| by| to) "
            r"(?:zeros?|black|0)\b|填充?为?(?:黑色|零|0)"
        )
    spans: list[tuple[re.Match[str], _Spoken]] = []
    for spoken in _SPOKEN:
        match = ask.first(rf"(?<![a-z])(?:{spoken.words})(?![a-z])")
        if match:
            spans.append((match, spoken))
            ask.has(rf"(?<![a-z])(?:{spoken.words})(?![a-z])")
    found = [(m.start(), _step(ask, spoken.op, m, len(spans) == 1), spoken.kinds) for m, spoken in spans]
    if not found:
        return None, notes
    found.sort(key=lambda item: item[0])
    found = _merged(found)
    if image is None:
        image = any("v" not in kinds for _, _, kinds in found) or not any("i" not in kinds for _, _, kinds in found)
        if all(kinds == "iv" for _, _, kinds in found):
            image = False
            notes.append("The kind of observation is not stated: state vectors are taken.")
    ask.has(
        r"(?:standard deviation|std|sigma|probability|chance|factors?|independent(?:ly)?|uniform(?:ly)?|brightness changes?|"
        r"chang(?:e|es|ed)|becom(?:e|es)|turns?|black|white|domain|amplitudes?|spectrum|angles?|degrees|stays?|mixup|"
        r"own|drawn|weights?|"
        r"numbers?|converts?|pixels?|either way|same for all dimensions|像素|标准差|概率|倍|变成|黑或白|黑白|区域|边长|"
        r"矩形|保持不变|原样|其余|其他|不变|独立)"
    )
    ask.has(r"(?:state|vector|proprio\w*|low-dimensional)s?(?: (?:vector|observation)s?)?\b|状态(?:向量)?|向量")
    ask.has(r"images?|pictures?|frames?|图像|图片|画面")
    steps = [_in_unit(step, notes) if image else step for _, step, _ in found]
    return Augmentation(observations="image" if image else "vector", steps=_fitting(steps, image)), notes


def _merged(found: list[tuple[int, Step, str]]) -> list[tuple[int, Step, str]]:
    """Steps of which one is but the verb of another."""
    found = _spectral(found)
    for first, second in pairwise(found):  # "multiplies the brightness by ...": the verb is no step of its own
        near = second[0] - first[0] < 32 and second[1].op in {"brightness", "contrast", "saturation"}
        turned = (
            first[1].op in {"brightness", "contrast", "saturation"} and not first[1].kwargs and second[1].op == "scale"
        )
        if turned and second[0] - first[0] < 16:  # 把亮度乘以
            whole = first[1].model_copy(update={"kwargs": second[1].kwargs, "p": second[1].p})
            return [
                (at, whole if step is first[1] else step, kinds) for at, step, kinds in found if step is not second[1]
            ]
        if first[1].op in {"scale", "shift"} and not first[1].kwargs and first[1].p is None and near:
            return [item for item in found if item is not first]
    return found


def _spectral(found: list[tuple[int, Step, str]]) -> list[tuple[int, Step, str]]:
    """Amplitudes "are multiplied": the factor is that of the spectrum, and no step of its own."""
    spectrum = next((item for item in found if item[1].op == "spectrum"), None)
    scale = next((item for item in found if item[1].op == "scale"), None)
    if spectrum is None or scale is None:
        return found
    whole = spectrum[1].model_copy(update={"kwargs": {**scale[1].kwargs, **spectrum[1].kwargs}})
    return [(at, whole if step is spectrum[1] else step, kinds) for at, step, kinds in found if step is not scale[1]]


def _in_unit(step: Step, notes: list[str]) -> Step:
    """Noise of images is told in [0, 1]; a deviation above 1 counts in 255ths."""
    large = {name: value for name, value in step.kwargs.items() if name in {"sigma", "clip"} and value > 1}
    if step.op != "noise" or not large:
        return step
    notes.append(f"The noise is told in values from 0 to 255: {', '.join(map(str, large.values()))} of 255.")
    return step.model_copy(update={"kwargs": {**step.kwargs, **{name: value / 255 for name, value in large.items()}}})


def _fitting(steps: list[Step], image: bool) -> list[Step]:
    """A shift of a vector is an offset."""
    if image:
        return steps
    return [Step(op="offset", kwargs={}, p=step.p) if step.op == "shift" else step for step in steps]


def _step(ask: Ask, op: Operation, match: re.Match[str], alone: bool) -> Step:
    """Its numbers: those that follow it, up to the next operation; of the only operation, all that are said."""
    kwargs: dict[str, float | int] = {}
    text, end = ask.lower, match.end()
    limit = _next(text, end)
    unit = r"(?:\s*(?:pixels?|px|像素|degrees?|度|°|bits?|位|levels?|级))?\]?"
    chance = _at(ask, _CHANCE, end, limit)
    if op == "noise":
        kwargs |= _bounds(ask)
    side = _side(ask) if op in {"cutout", "cutout_color", "erase"} else {}
    kwargs |= side
    numbers = None if side else _at(ask, rf"{_LINK}(?:{_RANGE}|(?P<n>{NUM})){unit}", end, limit)
    if numbers is None and not side:
        numbers = _before(ask, match.start())
    if numbers is None and alone and not side:
        chance = chance or ask.first(_CHANCE)
        numbers = ask.first(rf"(?:{_RANGE}|(?P<n>{NUM})){unit}")
    if chance is None:
        chance = _at(ask, _CHANCE, numbers.end() if numbers and numbers.start() >= end else end, limit)
    if chance is None:
        chance = _chance_before(ask, match.start())
    if chance is None and alone:
        chance = ask.first(_CHANCE)
    if numbers:
        low, high, one = numbers["low"], numbers["high"], numbers["n"]
        values = [to_number(x) for x in (low, high) if x] or [to_number(one)]
        op = "shift" if op == "translate" and values[-1] >= 1 else op  # by so many pixels
        kwargs |= _named(op, values)
    p = None
    if chance:
        given = chance["p1"] or chance["p2"]
        p = min(1.0, to_number(given)) if given else 0.5
        p = p / 100 if p > 1 else p
        if op in {"mask", "salt_pepper"} and "share" not in kwargs:  # each number, or pixel, by itself
            kwargs["share"], p = min(0.95, p), None
    return Step(op=op, kwargs=kwargs, p=p)


def _side(ask: Ask) -> dict[str, float | int]:
    """How large a patch is, where all are of one size."""
    found = ask.first(
        r"(?:a |an |the |one |random )*(?:square |black |rectangular )*(?:patch|box|square|region|block|hole|area)(?:es|s)? "
        r"(?:of|with) (?:a |the )?(?:size |side |width |sides? of )*(?P<a>\d+)(?:\s*[x×]\s*(?P=a))?(?:[ -]?(?:pixels?|px))?|"
        r"(?P<b>\d+)\s*[x×]\s*(?P=b)(?:[ -]?(?:pixels?|px))?[ -]?(?:square |black )*(?:patch|box|square|region|"
        r"block|hole|area)"
        r"(?:es|s)?|(?P<c>\d+)\s*[x×]\s*(?P=c)\s*(?:像素)?的?(?:正?方块|正方形|方形|区域|块)"
    )
    ask.has(
        r"(?:square |black )*(?:patch|box|square|region|block|hole|area)(?:es|s)?(?: (?:per|in each|of the) image)?|正?方块"
    )
    if not found:
        return {}
    size = int(found["a"] or found["b"] or found["c"])
    return {"min_cut": size, "max_cut": size}


def _bounds(ask: Ask) -> dict[str, float | int]:
    """Between what a noise stays."""
    found = ask.first(
        rf"(?:clip|clamp|bound|limit|truncat)\w*(?: (?:to|at|by|within|between|it|the noise|in|into))*\s*[\[(±]?\s*(?:(?"
        rf"P<low>{NUM})\s*"
        rf"(?:to|and|,|，)\s*)?(?P<n>{NUM})\]?|(?:截断|裁剪|限制)(?:到|在|至|为|于)*\s*\[?\s*(?:(?P<from>{NUM})"
        rf"\s*[,，到至]\s*)?(?P<m>{NUM})\]?"
    )
    if not found:
        return {}
    bounds = [found[name] for name in ("low", "from", "n", "m") if found[name]]
    if len(bounds) == 2 and to_number(bounds[0]) == 0.0:  # of the image, not of the noise
        return {}
    return {"clip": abs(to_number(bounds[-1]))}


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


def _chance_before(ask: Ask, end: int) -> re.Match[str] | None:
    """A probability right before: "with probability 0.5 a flip", 以 0.5 的概率翻转."""
    match = re.search(rf"{_CHANCE}(?:\s|,|a|an|the|it|is|are)*$", ask.lower[:end])
    if match and match[0].strip() and ask.reading.free(match.start(), end):
        ask.reading.take(match.start(), end)
        return match
    return None


def _before(ask: Ask, end: int) -> re.Match[str] | None:
    """A number right before: "4-pixel shifts", "a 0.1 noise"."""
    match = re.search(
        rf"(?P<low>)(?P<high>)(?P<n>{NUM})[\s-]*(?:pixels?|px|像素|degree|的)?[\s-]*(?:pixels?|像素)?$", ask.lower[:end]
    )
    if match and ask.reading.free(match.start("n"), end):
        ask.reading.take(match.start("n"), end)
        return match
    return None


def _named(op: Operation, values: list[float]) -> dict[str, float | int]:
    """What the numbers of an operation are called."""
    low, high = values[0], values[-1]
    if op in {"shift", "crop", "translate"}:
        return {"pad": max(1, round(high))}
    if op in {"cutout", "cutout_color", "erase"}:
        smallest = max(1, round(low)) if len(values) > 1 else max(1, round(high / 2))
        return {"min_cut": smallest, "max_cut": max(1, round(high))}
    if op in {"scale", "scale_each", "brightness", "contrast", "saturation", "zoom", "gamma", "spectrum"}:
        if len(values) > 1 and low >= 0:
            return {"low": low, "high": high}
        spread = abs(high - 1.0) if 0.5 < high != 1.0 else abs(high)
        return {"low": max(0.0, round(1 - spread, 6)), "high": round(1 + spread, 6)}
    if op in {"flip", "flip_vertical", "rotate", "invert", "drop_channel", "shuffle_channels"}:
        return {"p": min(1.0, high)} if high <= 1 else {}
    if op in {"mask", "salt_pepper"}:
        return {"share": min(0.95, high if high <= 1 else high / 100)}
    if op == "mix":
        return {"most": min(1.0, high)}
    if op == "posterize":
        return {"levels": max(2, round(high))}
    if op == "uniform_noise":
        return {"low": low, "high": high} if len(values) > 1 else {"low": -abs(high), "high": abs(high)}
    name = {"noise": "sigma", "offset": "amount", "blur": "sigma", "turn": "degrees"}
    return {name[op]: abs(high)} if op in name else {}
