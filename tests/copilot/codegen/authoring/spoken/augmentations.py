"""Requests for augmentations, each with the plan that it tells."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from copilot.codegen.authoring.spec import Augmentation, Body
from tests.copilot.codegen.authoring.spoken.saying import GREETINGS, REASONS, REASONS_CHINESE, Teller


@dataclass
class Told:
    """One operation: which, its numbers, with what probability."""

    op: str
    numbers: dict[str, float] = field(default_factory=dict[str, float])
    p: float | None = None


@dataclass
class Plan:
    """Operations in order, of images or of vectors."""

    image: bool
    steps: list[Told]


ALIKE = {"crop": "shift", "translate": "shift"}
_SHARE = [0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5]


def _range(draw: random.Random) -> tuple[float, float]:
    return draw.choice([0.5, 0.6, 0.7, 0.8, 0.9]), draw.choice([1.1, 1.2, 1.25, 1.5, 2.0])


def _factor(op: str) -> Callable[[random.Random], Told]:
    def make(draw: random.Random) -> Told:
        low, high = _range(draw)
        return Told(op, {"low": low, "high": high})

    return make


def _of(op: str, name: str, values: list[float]) -> Callable[[random.Random], Told]:
    return lambda draw: Told(op, {name: draw.choice(values)})


IMAGES: dict[str, Callable[[random.Random], Told]] = {
    "shift": _of("shift", "pad", [2, 3, 4, 6, 8, 12]),
    "cutout": lambda draw: Told(
        "cutout", dict(zip(("min_cut", "max_cut"), sorted(draw.sample([4, 6, 8, 10, 12, 16, 20, 24], 2)), strict=True))
    ),
    "flip": lambda draw: Told("flip", {}, draw.choice(_SHARE)),
    "turn": _of("turn", "degrees", [5, 10, 15, 20, 30]),
    "brightness": _factor("brightness"),
    "contrast": _factor("contrast"),
    "saturation": _factor("saturation"),
    "gamma": _factor("gamma"),
    "grayscale": lambda draw: Told("grayscale", {}, draw.choice(_SHARE)),
    "noise": _of("noise", "sigma", [0.01, 0.02, 0.05, 0.1]),
    "blur": lambda draw: Told(
        "blur", {"kernel": draw.choice([3, 5, 7]), "low": 0.1, "high": draw.choice([1.0, 1.5, 2.0])}
    ),
    "salt_pepper": _of("salt_pepper", "share", [0.01, 0.02, 0.05, 0.1]),
    "posterize": _of("posterize", "bits", [2, 3, 4, 5]),
    "invert": lambda draw: Told("invert", {}, draw.choice(_SHARE)),
}
IMAGES |= {
    "hue": _of("hue", "degrees", [10, 20, 30]),
    "shear": _of("shear", "degrees", [5, 10, 15]),
    "zoom": lambda draw: Told("zoom", {"low": 1.0, "high": draw.choice([1.1, 1.2, 1.3, 1.5])}),
    "pixelate": _of("pixelate", "factor", [2, 3, 4, 6]),
    "sharpen": lambda draw: Told(
        "sharpen", {"low": draw.choice([0.1, 0.2, 0.5]), "high": draw.choice([1.0, 1.5, 2.0])}
    ),
    "solarize": _of("solarize", "threshold", [0.3, 0.5, 0.6]),
    "mix": lambda draw: Told("mix", {"least": (weight := draw.choice([0.1, 0.2, 0.3])), "most": weight}),
    "flip_vertical": lambda draw: Told("flip_vertical", {}, draw.choice(_SHARE)),
    "speckle": _of("speckle", "sigma", [0.05, 0.1, 0.2]),
}
VECTORS: dict[str, Callable[[random.Random], Told]] = {
    "noise": _of("noise", "sigma", [0.01, 0.02, 0.05, 0.1, 0.2]),
    "scale": _factor("scale"),
    "mask": _of("mask", "share", [0.05, 0.1, 0.15, 0.2, 0.3]),
    "uniform_noise": _of("uniform_noise", "high", [0.01, 0.05, 0.1]),
    "quantize": _of("quantize", "step", [0.01, 0.05, 0.1]),
    "clip": _of("clip", "high", [1, 2, 5, 10]),
    "offset": _of("offset", "amount", [0.01, 0.05, 0.1, 0.2]),
    "mask_some": _of("mask_some", "count", [1, 2, 3]),
    "delay": _of("delay", "most", [1, 2, 3]),
    "negate": lambda draw: Told("negate", {}, draw.choice(_SHARE)),
    "speckle": _of("speckle", "sigma", [0.05, 0.1]),
    "laplace_noise": _of("laplace_noise", "sigma", [0.05, 0.1]),
}


def plan(draw: random.Random) -> Plan:
    """A random plan of the family."""
    image = draw.random() < 0.65
    table = IMAGES if image else VECTORS
    names = draw.sample(list(table), draw.choice([1, 1, 2, 2, 3]))
    if {"noise", "uniform_noise"} <= set(names):
        names.remove("uniform_noise")
    if "clip" in names and {"noise", "uniform_noise"} & set(names):
        names.remove("clip")
    steps = [table[name](draw) for name in names]
    for step in steps:
        if step.p is None and draw.random() < 0.3 and step.op not in {"mask", "salt_pepper"}:
            step.p = draw.choice(_SHARE)
    return Plan(image, steps)


def told(plan: Plan, draw: random.Random) -> str:
    """A request for it."""
    t = Teller(draw, chinese=draw.random() < 0.25)
    return t.typed((_chinese if t.chinese else _english)(plan, t))


def _span(low: float, high: float, t: Teller) -> str:
    return t.pick(
        f"between {low:g} and {high:g}",
        f"from {low:g} to {high:g}",
        f"in [{low:g}, {high:g}]",
        f"from [{low:g}, {high:g}]",
        f"{low:g} to {high:g}",
        f"{low:g}-{high:g}",
    )


def _chance(p: float, t: Teller) -> str:
    return t.pick(
        f"with probability {p:g}",
        f"with a probability of {p:g}",
        f"p={p:g}",
        f"with p = {p:g}",
        f"with probability {p * 100:g}%",
        f"in {p * 100:g} percent of the cases",
        f"with a chance of {p * 100:g} %",
        f"applied with probability {p:g}",
        f"(probability {p:g})",
    )


def _step(step: Told, image: bool, t: Teller) -> str:
    n = step.numbers
    share = n.get("share", 0)
    part = t.pick(f"{share:g}", f"{share * 100:g}%", f"{share * 100:g} percent", f"{share * 100:g} %")
    span = _span(n["low"], n["high"], t) if "low" in n and "high" in n else ""
    name = {"turn": "rotation"}.get(step.op, step.op)
    said = {
        "shift": lambda: t.pick(
            f"a random shift of up to {n['pad']:g} pixels",
            f"random shifts by up to {n['pad']:g} px",
            f"shift randomly by at most {n['pad']:g} pixels",
            f"random translation up to {n['pad']:g} pixels",
            f"shift by up to {n['pad']:g} pixels in each direction",
        ),
        "cutout": lambda: t.pick(
            f"cutout of {n['min_cut']:g} to {n['max_cut']:g} pixels",
            f"cutout with sides from {n['min_cut']:g} to {n['max_cut']:g} pixels",
            f"cutout, squares of {n['min_cut']:g}-{n['max_cut']:g} px",
            f"cutout with sizes between {n['min_cut']:g} and {n['max_cut']:g}",
        ),
        "flip": lambda: t.pick("horizontal flip", "a horizontal flip", "random horizontal flips", "flip left-right"),
        "turn": lambda: t.pick(
            f"random rotation by up to {n['degrees']:g} degrees",
            f"rotate by up to {n['degrees']:g} degrees",
            f"rotation of at most {n['degrees']:g}°",
            f"rotations within ±{n['degrees']:g} degrees",
        ),
        "grayscale": lambda: t.pick("grayscale", "conversion to grayscale", "greyscale"),
        "noise": lambda: t.pick(
            f"Gaussian noise with standard deviation {n['sigma']:g}",
            f"Gaussian noise of std {n['sigma']:g}",
            f"Gaussian noise (sigma {n['sigma']:g})",
            f"gaussian noise with sigma = {n['sigma']:g}",
            f"normal noise of standard deviation {n['sigma']:g}",
        ),
        "blur": lambda: t.pick(
            f"Gaussian blur with kernel {n['kernel']:g} and sigma {span}",
            f"a Gaussian blur, sigma {span}, kernel size {n['kernel']:g}",
            f"blur (kernel {n['kernel']:g}, sigma {span})",
        ),
        "salt_pepper": lambda: t.pick(
            f"salt and pepper noise on {part} of the pixels", f"salt-and-pepper noise, {part} of the pixels"
        ),
        "posterize": lambda: t.pick(
            f"posterize to {n['bits']:g} bits",
            f"posterisation to {n['bits']:g} bits",
            f"reduce to {n['bits']:g} bits per channel",
        ),
        "invert": lambda: t.pick("invert the colours", "colour inversion", "inverted colours"),
        "hue": lambda: t.pick(
            f"hue shift of up to {n['degrees']:g} degrees", f"shift the hue by up to {n['degrees']:g} degrees"
        ),
        "shear": lambda: t.pick(
            f"shear by up to {n['degrees']:g} degrees", f"random shear of at most {n['degrees']:g} degrees"
        ),
        "zoom": lambda: t.pick(f"zoom {_span(1, n['high'], t)}", f"random zoom {_span(1, n['high'], t)}"),
        "pixelate": lambda: t.pick(
            f"pixelate by a factor of {n['factor']:g}", f"pixelation with factor {n['factor']:g}"
        ),
        "sharpen": lambda: t.pick(f"sharpen {span}", f"sharpening with strength {span}"),
        "solarize": lambda: t.pick(f"solarize with threshold {n['threshold']:g}", f"solarise above {n['threshold']:g}"),
        "mix": lambda: t.pick(
            f"mix each image with another of the batch, weight of the other {n['most']:g}",
            f"blend with another random image of the batch, {1 - n['most']:g} of the original and "
            f"{n['most']:g} of the other",
        ),
        "flip_vertical": lambda: t.pick("vertical flip", "flip upside down", "random vertical flips"),
        "speckle": lambda: t.pick(
            f"speckle noise with sigma {n['sigma']:g}", f"multiplicative Gaussian noise of std {n['sigma']:g}"
        ),
        "laplace_noise": lambda: t.pick(
            f"Laplace noise with scale {n['sigma']:g}", f"laplacian noise of scale {n['sigma']:g}"
        ),
        "offset": lambda: t.pick(
            f"add a random offset of up to {n['amount']:g}", f"a random constant offset within ±{n['amount']:g}"
        ),
        "mask_some": lambda: t.pick(
            f"set {t.count(int(n['count']))} random entries to zero",
            f"zero {t.count(int(n['count']))} randomly chosen entries",
        ),
        "delay": lambda: t.pick(
            f"delay the observation by up to {n['most']:g} steps", f"observations delayed by up to {n['most']:g} steps"
        ),
        "negate": lambda: t.pick("negate the state", "multiply the state by -1", "flip the sign of all entries"),
        "scale": lambda: t.pick(
            f"scale the state by a random factor {span}",
            f"random amplitude scaling {span}",
            f"multiply the state by a factor {span}",
        ),
        "mask": lambda: t.pick(
            f"set each entry to zero with probability {share:g}",
            f"mask {part} of the entries",
            f"randomly zero {part} of the dimensions",
        ),
        "uniform_noise": lambda: t.pick(
            f"uniform noise in [-{n['high']:g}, {n['high']:g}]",
            f"uniform noise between -{n['high']:g} and {n['high']:g}",
            f"uniform noise of ±{n['high']:g}",
        ),
        "quantize": lambda: t.pick(
            f"quantise to steps of {n['step']:g}",
            f"round to multiples of {n['step']:g}",
            f"quantize with step {n['step']:g}",
        ),
        "clip": lambda: t.pick(
            f"clip to [-{n['high']:g}, {n['high']:g}]",
            f"clip the values to ±{n['high']:g}",
            f"clip between -{n['high']:g} and {n['high']:g}",
        ),
    }.get(
        step.op,
        lambda: t.pick(
            f"{name} {span}",
            f"random {name} {span}",
            f"{name} factor {span}",
            f"a {name} factor drawn {_span(n['low'], n['high'], t)}",
            f"change the {name} by a factor {span}",
        ),
    )()
    if step.p is None:
        return said
    return f"{said}{t.pick(' ', ' ', ', ')}{_chance(step.p, t)}"


def _english(plan: Plan, t: Teller) -> str:
    what = (
        t.pick("image augmentation", "augmentation for images", "augmentation of images")
        if plan.image
        else t.pick("augmentation for state vectors", "augmentation of states", "state augmentation")
    )
    start = t.pick(*GREETINGS) + t.pick(
        f"write an {what}" if what[0] in "aei" else f"write a {what}",
        f"implement a custom {what}",
        f"I need a {what}",
        f"make a new {what}",
    )
    steps = [_step(step, plan.image, t) for step in plan.steps]
    end = t.pick(*(one for one in REASONS if plan.image or "images" not in one))
    way = t.random.random()
    if way < 0.2:
        return f"{start}:\n" + "\n".join(f"- {step}" for step in steps) + end
    if way < 0.3:
        return f"{start}: " + "; ".join(steps) + end
    if way < 0.4 and len(steps) > 1:
        return f"{start}: first {steps[0]}, " + ", ".join(f"then {step}" for step in steps[1:]) + end
    body = steps[0]
    for step in steps[1:]:
        body += t.pick(", then ", " followed by ", ", followed by ", " and then ", ". After that, ", ", plus ") + step
    return f"{start}{t.pick(': ', ': ', ' with ', ' that does ')}{body}{end}"


def _step_chinese(step: Told, t: Teller) -> str:
    n, share = step.numbers, step.numbers.get("share", 0)
    most = next(iter(n.values()), 0)
    part = (
        t.pick(f"{share * 100:g}%", f"百分之{share * 100:g}")
        if share * 100 == int(share * 100)
        else f"{share * 100:g}%"
    )
    span = (
        t.pick(f"{n['low']:g}到{n['high']:g}", f"[{n['low']:g}, {n['high']:g}]", f"{n['low']:g}至{n['high']:g}")
        if {"low", "high"} <= set(n)
        else ""
    )
    name = {"brightness": "亮度", "contrast": "对比度", "saturation": "饱和度", "gamma": "gamma"}.get(step.op, "")
    said = {
        "shift": lambda: t.pick(f"随机平移最多{n['pad']:g}个像素", f"随机平移不超过 {n['pad']:g} 像素"),
        "cutout": lambda: t.pick(
            f"cutout，边长{n['min_cut']:g}到{n['max_cut']:g}像素",
            f"随机遮挡边长{n['min_cut']:g}到{n['max_cut']:g}像素的方块",
        ),
        "flip": lambda: t.pick("水平翻转", "随机水平翻转"),
        "turn": lambda: t.pick(f"随机旋转最多{n['degrees']:g}度", f"旋转±{n['degrees']:g}度"),
        "grayscale": lambda: t.pick("灰度化", "转为灰度图"),
        "noise": lambda: t.pick(f"标准差{n['sigma']:g}的高斯噪声", f"高斯噪声，标准差为{n['sigma']:g}"),
        "blur": lambda: t.pick(f"高斯模糊，核大小{n['kernel']:g}，sigma从{n['low']:g}到{n['high']:g}"),
        "salt_pepper": lambda: t.pick(f"{part}的像素加椒盐噪声", f"椒盐噪声，比例{part}"),
        "posterize": lambda: f"色调分离到{n['bits']:g}位",
        "invert": lambda: "颜色反转",
        "hue": lambda: f"色调偏移最多{most:g}度",
        "shear": lambda: f"随机剪切最多{most:g}度",
        "zoom": lambda: f"随机放大{span}倍",
        "pixelate": lambda: f"像素化，倍数{most:g}",
        "sharpen": lambda: f"锐化，强度{span}",
        "solarize": lambda: f"曝光反转，阈值{most:g}",
        "mix": lambda: f"与批次中另一张图像混合，另一张的权重为{most:g}",
        "flip_vertical": lambda: "垂直翻转",
        "speckle": lambda: f"乘性高斯噪声，标准差{most:g}",
        "laplace_noise": lambda: f"拉普拉斯噪声，尺度{most:g}",
        "offset": lambda: f"随机偏移，最大{most:g}",
        "mask_some": lambda: f"随机把{t.count(int(most))}个维度置零",
        "delay": lambda: f"观测延迟最多{most:g}步",
        "negate": lambda: "状态取反",
        "scale": lambda: t.pick(f"状态乘以{span}之间的随机系数", f"随机缩放，系数{span}"),
        "mask": lambda: t.pick(f"每一维以{share:g}的概率置零", f"随机把{part}的维度置零"),
        "uniform_noise": lambda: t.pick(f"均匀噪声，范围[-{n['high']:g}, {n['high']:g}]", f"±{n['high']:g}的均匀噪声"),
        "quantize": lambda: f"量化，步长{n['step']:g}",
        "clip": lambda: f"裁剪到[-{n['high']:g}, {n['high']:g}]",
    }.get(step.op, lambda: t.pick(f"{name}系数{span}", f"随机{name}，{span}", f"{name}变化{span}"))()
    return said + (
        t.pick(f"，概率{step.p:g}", f"（概率{step.p:g}）", f"，概率为{step.p * 100:g}%") if step.p is not None else ""
    )


def _chinese(plan: Plan, t: Teller) -> str:
    out = [_step_chinese(step, t) for step in plan.steps]
    reasons = [one for one in REASONS_CHINESE if plan.image or "图像" not in one]
    start = (
        t.pick("写一个图像增强", "实现一个图像增强", "图像数据增强")
        if plan.image
        else t.pick("写一个状态向量的增强", "状态增强", "给状态向量写一个数据增强")
    )
    return start + t.pick("：", "，") + t.pick("，然后", "；", "，再").join(out) + t.pick(*reasons)


def differences(told: Plan, read: Body, notes: list[str]) -> list[str]:
    """Where an augmentation is another than the plan that was told."""
    assert isinstance(read, Augmentation)
    want = [ALIKE.get(step.op, step.op) for step in told.steps]
    got = [ALIKE.get(step.op, step.op) for step in read.steps]
    if want != got:
        return [f"told {want} | read {got}"]
    out = []
    for one, other in zip(told.steps, read.steps, strict=True):
        for name, value in one.numbers.items():
            there = other.kwargs.get(name)
            if there is None or not math.isclose(float(there), value, rel_tol=1e-6):
                out.append(f"{one.op}: {name} {value:g} is {other.kwargs}")
        share = other.p if other.p is not None else other.kwargs.get("p")
        if one.p != share:
            out.append(f"{one.op}: p {one.p} is {share}, {other.kwargs}")
        if other.only or other.but or other.fill or other.each or other.alike or other.per != "sample":
            out.append(f"{one.op}: not asked for: {other.model_dump(exclude_defaults=True)}")
    if read.choose or read.p is not None:
        out.append(f"choose {read.choose} p {read.p}")
    if (read.observations == "image") != told.image:
        out.append(f"observations {read.observations}")
    return out
