"""An augmentation's plan as source: pixels are moved by the library's own classes, numbers changed in lines of code."""

from __future__ import annotations

from itertools import groupby

from copilot.codegen.authoring.augmentation.blocks_image import IMAGES, helpers
from copilot.codegen.authoring.augmentation.blocks_state import MORE, NUMBERS, VECTORS
from copilot.codegen.authoring.augmentation.facts import facts, made, suite
from copilot.codegen.authoring.layout import docstring, imports, joined, signature, source
from copilot.codegen.authoring.spec import Augmentation, ModuleSpec, Operation, Step
from copilot.core.errors import InvalidRequest

_CLASSES: dict[Operation, tuple[str, dict[str, float | int]]] = {
    "shift": ("RandomShift", {"pad": 4}),
    "crop": ("RandomCrop", {"pad": 4}),
    "translate": ("RandomTranslate", {}),
    "cutout": ("RandomCutout", {"min_cut": 10, "max_cut": 30}),
    "cutout_color": ("RandomCutoutColor", {"min_cut": 10, "max_cut": 30}),
    "flip": ("RandomFlip", {"p": 0.5}),
    "rotate": ("RandomRotate", {"p": 0.5}),
    "grayscale": ("GrayScale", {}),
    "jitter": ("RandomColorJitter", {}),
    "convolution": ("RandomConvolution", {"alpha": 0.1}),
}
"""Operations that a class of the library does, with the arguments that are taken where none is stated."""
_CLASS_MORE: dict[Operation, tuple[str, ...]] = {"jitter": ("brightness", "contrast", "saturation", "hue")}
_OWN_ONLY = frozenset({"swap", "shuffle_entries"})
"""Operations that see to `only` themselves."""
_WORDS = {
    "noise": "Gaussian noise", "uniform_noise": "uniform noise", "laplace_noise": "Laplace noise",
    "speckle": "noise in proportion to the values", "shot_noise": "shot noise",
    "scale": "a random factor", "offset": "a random offset", "mask": "random masking",
    "offset_each": "a random offset of each number", "mask_some": "a fixed number of masked entries",
    "mask_block": "a masked run of entries", "quantize": "rounding to steps", "clip": "bounds",
    "negate": "a change of sign", "swap": "exchanged entries", "shuffle_entries": "shuffled entries",
    "delay": "a delay within the stack", "exchange": "entries of other states of the batch",
    "shift": "a random shift", "crop": "a random crop of the padded image", "translate": "a random translation",
    "slide": "a random shift", "cutout": "a black box", "cutout_color": "a coloured box", "holes": "several boxes",
    "window": "nothing but a random window", "cutmix": "a box of another image of the batch",
    "grid_mask": "a grid of holes", "flip": "left-right mirroring", "transpose": "exchanged axes",
    "flip_vertical": "upside-down mirroring", "rotate": "quarter turns", "brightness": "random brightness",
    "contrast": "random contrast", "jitter": "colour jitter", "grayscale": "grey images",
    "convolution": "a random convolution", "blur": "a blur", "motion_blur": "a blur along a line",
    "invert": "inverted colours", "solarize": "solarisation", "drop_channel": "a lost channel",
    "gamma": "a random gamma correction", "hue": "a random hue", "sharpen": "sharpening",
    "saturation": "random saturation", "salt_pepper": "salt and pepper", "pixelate": "large pixels",
    "spectrum": "random factors of the Fourier amplitudes", "equalize": "equalised brightness",
    "autocontrast": "contrast over the whole range", "channel_scale": "a random factor of each colour",
    "channel_offset": "a random offset of each colour", "fog": "fog", "vignette": "darker corners",
    "lighting": "light from one side", "rows": "lost rows", "jigsaw": "tiles in another order",
    "turn": "a turn by a random angle", "zoom": "a random zoom", "shear": "a random shear", "stretch": "a random stretch",
    "resized_crop": "a cut-out brought back to size", "elastic": "an elastic deformation",
    "perspective": "a random perspective", "mix": "mixing with another of the batch",
    "erase": "a box of noise", "posterize": "fewer levels of brightness", "scale_each": "a random factor for each number",
    "shuffle_channels": "shuffled channels", "frame_hold": "frames that are repeated", "frame_drop": "lost frames",
    "frame_shuffle": "frames in another order", "frame_delay": "late frames",
}  # fmt: skip


def module(spec: ModuleSpec, plan: Augmentation) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is.

    Raises:
        InvalidRequest: an operation of images for state vectors, or the other way round.
    """
    image = plan.observations == "image"
    known = {*_CLASSES, *IMAGES} if image else set(VECTORS)
    for step in plan.steps:
        if step.op not in known:
            kind, others = ("images", "state vectors") if image else ("state vectors", "images")
            raise InvalidRequest(
                f"{_WORDS[step.op]} is for {others}; this augmentation takes {kind}.",
                hint=f"For {kind} there are: {', '.join(sorted(known))}.",
            )
    names = [_prefix(plan.steps, index) for index in range(len(plan.steps))]
    about = describe(plan)
    body = [f"class {spec.name}(BaseAugmentation):", *docstring(f"{about}\n\n{_contract(plan)}"), ""]
    body += _constructor(plan, names)
    body += ["", "    def forward(self, x: th.Tensor) -> th.Tensor:"]
    shape = "(B, C, H, W)" if image else "(B, D)"
    body += [f'        """{shape} to {shape}, dtype kept; x stays as it is."""']
    body += ["        self.images(x)" if image else "        self.vectors(x)"]
    body += _forward(plan, names, image)
    for text in helpers(plan.steps) if image else []:
        body += ["", text]
    return source(_head(spec, plan, "\n".join(body)), body), about


def _head(spec: ModuleSpec, plan: Augmentation, body: str) -> list[str]:
    classes = sorted(
        {_CLASSES[step.op][0] for step in plan.steps if step.op in _CLASSES and plan.observations == "image"}
    )
    head = [f'"""{spec.name}: an augmentation written for RLLTE."""', "", "from __future__ import annotations"]
    library = ["from rllte.common.prototype import BaseAugmentation"]
    library += [f"from rllte.xplore.augmentation import {', '.join(classes)}"] if classes else []
    library += ["from rllte.xplore.augmentation.colors import turn_hue"] if "turn_hue(" in body else []
    torch = ["import torch as th", *(["import torch.nn.functional as F"] if "F." in body else [])]
    return head + imports(torch, library)


def _prefix(steps: list[Step], index: int) -> str:
    """What attributes of a step begin with; a second noise is noise_2."""
    same = [i for i, step in enumerate(steps) if step.op == steps[index].op]
    return f"{steps[index].op}_" if len(same) == 1 else f"{steps[index].op}_{same.index(index) + 1}_"


def _contract(plan: Augmentation) -> str:
    if plan.observations == "image":
        return "Takes images (B, C, H, W), bytes or floats in [0, 1] or [0, 255]; each image draws its own numbers."
    return "Takes states (B, D); each state draws its own numbers."


def _numbers(step: Step) -> dict[str, float | int]:
    """The step's numbers, defaults included; a probability that is stated apart is that of the operation."""
    defaults = _CLASSES[step.op][1] if step.op in _CLASSES else NUMBERS[step.op]
    more = (*MORE.get(step.op, ()), *_CLASS_MORE.get(step.op, ()))
    if unknown := sorted(set(step.kwargs) - set(defaults) - set(more)):
        raise InvalidRequest(
            f"{step.op} has no {', '.join(unknown)}.", hint=f"It has: {', '.join((*defaults, *more)) or 'no numbers'}."
        )
    numbers: dict[str, float | int] = {**defaults, **step.kwargs}
    for instead, name in (
        ("sigma", "amount"),
        ("pixels", "degrees"),
        ("alpha", "most"),
        ("degrees", "turns"),
        ("bits", "levels"),
    ):
        if instead in step.kwargs and name not in step.kwargs:
            numbers.pop(name, None)
    if step.each:
        numbers.pop("sigma", None)
    if "p" in numbers and step.p is not None:
        numbers["p"] = step.p
    return {
        name: value
        for name, value in numbers.items()
        if name not in {"chain", "parts", "rescale", "kernel"} or _used(step, name)
    }


def _used(step: Step, name: str) -> bool:
    """Whether a number is an argument, and no choice of how the source is written."""
    return name == "parts" and step.op in {"delay", "jigsaw"}


def _constructor(plan: Augmentation, names: list[str]) -> list[str]:
    arguments, lines = ["self"], ["        super().__init__()"]
    for step, name in zip(plan.steps, names, strict=True):
        numbers = _numbers(step)
        arguments += [f"{name}{key}: {type(value).__name__} = {value!r}" for key, value in numbers.items()]
        if step.op in _CLASSES:
            inside = ", ".join(f"{key}={name}{key}" for key in numbers)
            lines.append(f"        self.{name.rstrip('_')} = {_CLASSES[step.op][0]}({inside})")
        else:
            lines += [f"        self.{name}{key} = {name}{key}" for key in numbers]
        if step.each:
            arguments.append(f"{name}each: tuple[float, ...] = ({', '.join(map(repr, step.each))},)")
            lines.append(f"        self.{name}each = {name}each")
        if _apart(step):
            arguments.append(f"{name}p: float = {step.p!r}")
            lines.append(f"        self.{name}p = {name}p")
    if plan.p is not None:
        arguments.append(f"p: float = {plan.p!r}")
        lines.append("        self.p = p")
    return [*signature("__init__", arguments, "None"), *lines]


def _apart(step: Step) -> bool:
    """Whether the operation is done with a probability that it has no argument for."""
    return step.p is not None and "p" not in {**_CLASSES.get(step.op, ("", {}))[1], **NUMBERS.get(step.op, {})}


def _forward(plan: Augmentation, names: list[str], image: bool) -> list[str]:
    """Steps in order; neighbours that change numbers share one way to floats and back."""
    lines: list[str] = ["given = x"] if plan.p is not None else []
    begin = "values, top = self.unit(x)" if image else "values = x if x.is_floating_point() else x.float()"
    end = "x = self.restore(values * top, x)" if image else "x = self.restore(values, x)"
    pairs = list(zip(plan.steps, names, strict=True))
    if plan.choose:
        lines += [begin, *_chosen(pairs, image), end]
        pairs = []
    for moved, group in groupby(pairs, key=lambda pair: image and _whole(pair[0])):
        steps = list(group)
        if moved:
            for step, name in steps:
                lines.append(_maybe(step, name))
            continue
        lines.append(begin)
        for step, name in steps:
            lines += _step(step, name, image)
        lines.append(end)
    if plan.p is not None:
        lines.append("x = th.where(self.chance(given, self.p), x, given)")
    if lines[-1].startswith("x = "):
        lines[-1] = f"return {lines[-1].removeprefix('x = ')}"
    return [f"        {line}" for line in lines]


def _whole(step: Step) -> bool:
    """Whether a class of the library does it to the observations as they come in."""
    return step.op in _CLASSES and step.per == "sample" and not step.only and not step.but


def _maybe(step: Step, name: str) -> str:
    done = f"self.{name.rstrip('_')}(x)"
    return f"x = th.where(self.chance(x, self.{name}p), {done}, x)" if _apart(step) else f"x = {done}"


def _chosen(pairs: list[tuple[Step, str]], image: bool) -> list[str]:
    """One of the operations for each observation."""
    ones = ", ".join(["None"] * (3 if image else 1))
    lines = [f"choice = self.integers(values, 0, {len(pairs) - 1})[:, {ones}]", "clean = mixed = values"]
    for index, (step, name) in enumerate(pairs):
        lines += ["values = clean"] if index else []
        lines += [*_step(step, name, image), f"mixed = th.where(choice == {index}, values, mixed)"]
    return [*lines, "values = mixed"]


def _step(step: Step, name: str, image: bool) -> list[str]:
    """The lines of one operation, drawn for what it is drawn for, where it applies."""
    if step.op in _CLASSES and image:
        lines = [f"values = self.{name.rstrip('_')}(values)"]
    else:
        lines = (IMAGES if image else VECTORS)[step.op](name, step)
    if _apart(step):
        lines = ["before = values", *lines, f"values = th.where(self.chance(values, self.{name}p), values, before)"]
    partly = bool((step.only or step.but) and step.op not in _OWN_ONLY)
    if step.per != "sample":
        apart = {
            "frame": "values = self.frames(values).flatten(0, 1)  # each frame draws for itself",
            "channel": "values = values.reshape(-1, 1, *values.shape[2:])  # each channel draws for itself",
        }[step.per]
        lines = [apart, *lines, "values = values.reshape(whole.shape)"]
    if step.per != "sample" or partly:
        lines = ["whole = values", *lines]
    return [*lines, *(_part(step, image) if partly else [])]


def _part(step: Step, image: bool) -> list[str]:
    """All but some of the numbers, or frames, back as they were."""
    places, value = (step.only, "True") if step.only else (step.but, "False")
    size = "self.frames(whole).shape[1]" if image else "whole.shape[1]"
    start = f"th.{'zeros' if step.only else 'ones'}({size}, dtype=th.bool, device=whole.device)"
    lines = [f"chosen = {start}", f"chosen[{places}] = {value}"]
    if image:
        lines.append("chosen = chosen.repeat_interleave(whole.shape[1] // len(chosen))[:, None, None]")
    return [*lines, "values = th.where(chosen, values, whole)"]


def describe(plan: Augmentation) -> str:
    """What is done, in a sentence."""
    words = [_WORDS[step.op] for step in plan.steps]
    if plan.choose:
        return f"For each observation one of these, each as likely: {joined(words, 'or')}."
    text = joined(words, "then")
    return f"{text[0].upper()}{text[1:]}, in this order." if len(plan.steps) > 1 else f"{text[0].upper()}{text[1:]}."


def test(spec: ModuleSpec, plan: Augmentation) -> str:
    """The test file: the suite, and what the request says of it."""
    lines = [f'"""{spec.name} against the suite of augmentations: pytest, or see README.md."""', ""]
    lines += ["from __future__ import annotations"]
    body = [f"class Test{spec.name}(AugmentationSuite):", *suite(plan)]
    body += ["", f"    def make(self) -> {spec.name}:", *made(spec, plan), *facts(spec, plan)]
    text = "\n".join(body)
    lines += imports(
        ["from collections.abc import Iterator"] if "Iterator[" in text else [],
        ["import torch as th"] if "th." in text else [],
        ["from rllte.conformance.augmentation import AugmentationSuite"],
        [f"from {spec.module} import {spec.name}"],
    )
    return source(lines, body)


def wiring(spec: ModuleSpec) -> list[str]:
    """What `train.py` does with it."""
    return [f"    augmentation = {spec.name}()"]
