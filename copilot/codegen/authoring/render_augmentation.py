"""An augmentation's plan as source: pixels are moved by the library's own classes, numbers changed in lines of code."""

from __future__ import annotations

from itertools import groupby

from copilot.codegen.authoring.blocks_augmentation import BLUR, CLIPPED, IMAGES, MORE, MOVED, NUMBERS, VECTORS
from copilot.codegen.authoring.facts import facts_of_augmentation
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
    "convolution": ("RandomConvolution", {}),
}
"""Operations that a class of the library does, with the arguments that are taken where none is stated."""
_WORDS = {
    "noise": "Gaussian noise", "uniform_noise": "uniform noise",
    "scale": "a random factor", "offset": "a random offset", "mask": "random masking",
    "shift": "a random shift", "crop": "a random crop of the padded image", "translate": "a random translation",
    "cutout": "a black box", "cutout_color": "a coloured box", "flip": "left-right mirroring",
    "flip_vertical": "upside-down mirroring", "rotate": "quarter turns", "brightness": "random brightness",
    "contrast": "random contrast", "jitter": "colour jitter", "grayscale": "grey images",
    "convolution": "a random convolution",
    "blur": "a random blur", "invert": "inverted colours", "drop_channel": "a lost channel",
    "gamma": "a random gamma correction",
    "saturation": "random saturation", "salt_pepper": "salt and pepper",
    "spectrum": "random factors of the Fourier amplitudes",
    "turn": "a turn by a random angle", "zoom": "a random zoom", "mix": "mixing with another of the batch",
    "erase": "a box of noise", "posterize": "fewer levels of brightness", "scale_each": "a random factor for each number",
    "shuffle_channels": "shuffled channels",
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
    body = [f"class {spec.name}(BaseAugmentation):", *docstring(f"{about}\n\n{_contract(image)}"), ""]
    body += _constructor(plan, names)
    body += ["", "    def forward(self, x: th.Tensor) -> th.Tensor:"]
    shape = "(B, C, H, W)" if image else "(B, D)"
    body += [f'        """{shape} to {shape}, dtype kept; x stays as it is."""']
    body += ["        self.images(x)" if image else "        self.vectors(x)"]
    body += _forward(plan, names, image)
    if any(step.op == "blur" for step in plan.steps):
        body += ["", BLUR]
    if any(step.op in {"turn", "zoom"} for step in plan.steps):
        body += ["", MOVED]
    classes = sorted({_CLASSES[step.op][0] for step in plan.steps if step.op in _CLASSES and image})
    head = [f'"""{spec.name}: an augmentation written for RLLTE."""', "", "from __future__ import annotations"]
    library = ["from rllte.common.prototype import BaseAugmentation"]
    library += [f"from rllte.xplore.augmentation import {', '.join(classes)}"] if classes else []
    moved = any(step.op in {"turn", "zoom"} for step in plan.steps)
    torch = ["import torch as th", *(["import torch.nn.functional as F"] if moved else [])]
    return source(head + imports(torch, library), body), about


def _prefix(steps: list[Step], index: int) -> str:
    """What attributes of a step begin with; a second noise is noise_2."""
    same = [i for i, step in enumerate(steps) if step.op == steps[index].op]
    return f"{steps[index].op}_" if len(same) == 1 else f"{steps[index].op}_{same.index(index) + 1}_"


def _contract(image: bool) -> str:
    if image:
        return "Takes images (B, C, H, W), bytes or floats in [0, 1] or [0, 255]; each image draws its own numbers."
    return "Takes states (B, D) of any size; each state draws its own numbers."


def _numbers(step: Step) -> dict[str, float | int]:
    """The step's numbers, defaults included; a probability that is stated apart is that of the operation."""
    defaults = _CLASSES[step.op][1] if step.op in _CLASSES else NUMBERS[step.op]
    if unknown := sorted(set(step.kwargs) - set(defaults) - set(MORE.get(step.op, ()))):
        raise InvalidRequest(
            f"{step.op} has no {', '.join(unknown)}.", hint=f"It has: {', '.join(defaults) or 'no numbers'}."
        )
    numbers: dict[str, float | int] = {**defaults, **step.kwargs}
    if "p" in numbers and step.p is not None:
        numbers["p"] = step.p
    return numbers


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
        if _apart(step):
            arguments.append(f"{name}p: float = {step.p!r}")
            lines.append(f"        self.{name}p = {name}p")
    return [*signature("__init__", arguments, "None"), *lines]


def _apart(step: Step) -> bool:
    """Whether the operation is done with a probability that it has no argument for."""
    return step.p is not None and "p" not in {**_CLASSES.get(step.op, ("", {}))[1], **NUMBERS.get(step.op, {})}


def _forward(plan: Augmentation, names: list[str], image: bool) -> list[str]:
    """Steps in order; neighbours that change numbers share one way to floats and back."""
    lines: list[str] = []
    pairs = list(zip(plan.steps, names, strict=True))
    for moved, group in groupby(pairs, key=lambda pair: image and pair[0].op in _CLASSES):
        steps = list(group)
        if moved:
            for step, name in steps:
                lines.append(_maybe(step, name, "x", [f"x = self.{name.rstrip('_')}(x)"]))
            continue
        lines.append("values, top = self.unit(x)" if image else "values = x if x.is_floating_point() else x.float()")
        for step, name in steps:
            written = (IMAGES if image else VECTORS)[step.op](name)
            if "clip" in step.kwargs:
                written = [
                    CLIPPED.format(n=name),
                    f"values = {'(values + noise).clamp(0.0, 1.0)' if image else 'values + noise'}",
                ]
            lines.append(_maybe(step, name, "values", written))
        lines.append("x = self.restore(values * top, x)" if image else "x = self.restore(values, x)")
    text = "\n".join(lines).split("\n")
    if text[-1].startswith("x = "):
        text[-1] = f"return {text[-1].removeprefix('x = ')}"
    else:
        text.append("return x")
    return [f"        {line}" for line in text]


def _maybe(step: Step, name: str, variable: str, lines: list[str]) -> str:
    if not _apart(step):
        return "\n".join(lines)
    last = lines[-1].replace(f"{variable} = ", "changed = ", 1)
    return "\n".join([*lines[:-1], last, f"{variable} = th.where(self.chance(x, self.{name}p), changed, {variable})"])


def describe(plan: Augmentation) -> str:
    """What is done, in a sentence."""
    text = joined([_WORDS[step.op] for step in plan.steps], "then")
    return f"{text[0].upper()}{text[1:]}, in this order." if len(plan.steps) > 1 else f"{text[0].upper()}{text[1:]}."


_BATCHES = """    def test_each_sample_draws_for_itself(self) -> None:
        \"\"\"Copies of one observation mix to the same: this is looked at where the observations differ.\"\"\"
        x = th.rand(64, *{shape})
        changed = self.make()(x)
        assert not th.equal(changed - x, (changed - x)[:1].expand_as(x))"""


def test(spec: ModuleSpec, plan: Augmentation) -> str:
    """The test file: the suite, and what the request says of it."""
    facts = facts_of_augmentation(spec, plan)
    lines = [f'"""{spec.name} against the suite of augmentations: pytest, or see README.md."""', ""]
    lines += ["from __future__ import annotations"]
    mixed = any(step.op == "mix" for step in plan.steps)
    lines += imports(
        ["import torch as th"] if mixed or facts else [],
        ["from rllte.conformance.augmentation import AugmentationSuite"],
        [f"from {spec.module} import {spec.name}"],
    )
    image = plan.observations == "image"
    kinds = "Box3" if image else "Box1"
    body = [f"class Test{spec.name}(AugmentationSuite):", f'    kinds = ("{kinds}",)']
    if all(step.op in {"grayscale", "posterize"} and step.p is None for step in plan.steps):
        body.append("    draws = False")
    body += ["", f"    def make(self) -> {spec.name}:", f"        return {spec.name}()"]
    if all(step.op == "mix" for step in plan.steps):
        body += ["", _BATCHES.format(shape="(3, 36, 36)" if image else "(17,)")]
    return source(lines, [*body, *facts])


def wiring(spec: ModuleSpec) -> list[str]:
    """What `train.py` does with it."""
    return [f"    augmentation = {spec.name}()"]
