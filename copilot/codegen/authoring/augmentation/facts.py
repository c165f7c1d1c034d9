"""Tests of what a request says of an augmentation: sizes, ranges, shares, and what must not change."""

from __future__ import annotations

from copilot.codegen.authoring.augmentation.blocks_state import DETERMINISTIC, OF_BATCHES, OF_FRAMES
from copilot.codegen.authoring.augmentation.facts_operations import inputs, of_step, size_of
from copilot.codegen.authoring.facts import method
from copilot.codegen.authoring.spec import Augmentation, ModuleSpec, Operation, Step

_ALONE: dict[Operation, dict[str, float | int]] = {
    "noise": {"sigma": 0.0},
    "laplace_noise": {"sigma": 0.0},
    "speckle": {"sigma": 0.0},
    "uniform_noise": {"low": 0.0, "high": 0.0},
    "offset": {"amount": 0.0},
    "offset_each": {"amount": 0.0},
    "mask": {"share": 0.0},
    "mask_some": {"count": 0},
    "mask_block": {"length": 0},
    "exchange": {"share": 0.0},
    "mix": {"most": 0.0},
    "delay": {"most": 0},
    "hue": {"turns": 0.0},
    "sharpen": {"low": 0.0, "high": 0.0},
    "frame_hold": {"share": 0.0},
    "frame_drop": {"share": 0.0},
    "frame_delay": {"most": 0},
    "rows": {"share": 0.0},
    "slide": {"down": 0, "across": 0},
    "shift": {"pad": 0},
    "crop": {"pad": 0},
    "turn": {"degrees": 0.0},
    "shear": {"degrees": 0.0},
    "elastic": {"pixels": 0.0},
    "perspective": {"amount": 0.0},
    "jigsaw": {"parts": 1},
    "channel_offset": {"amount": 0.0},
    "fog": {"most": 0.0},
    "vignette": {"most": 0.0},
    "lighting": {"amount": 0.0},
    "salt_pepper": {"share": 0.0},
    "holes": {"count": 0},
    "grid_mask": {"hole": 0},
    "pixelate": {"factor": 1},
    "motion_blur": {"length": 1},
    "solarize": {"threshold": 2.0},
    "convolution": {"alpha": 1.0},
    **{
        op: {"low": 1.0, "high": 1.0}
        for op in (
            "scale",
            "scale_each",
            "brightness",
            "contrast",
            "saturation",
            "gamma",
            "spectrum",
            "zoom",
            "stretch",
            "resized_crop",
            "channel_scale",
        )
    },
    **{
        op: {"p": 0.0}
        for op in (
            "negate",
            "swap",
            "shuffle_entries",
            "frame_shuffle",
            "invert",
            "transpose",
            "drop_channel",
            "shuffle_channels",
            "flip_vertical",
            "flip",
            "rotate",
        )
    },
}
"""Numbers with which an operation changes nothing: what is left is the other operations."""
_VARIES = frozenset(
    {
        "shift",
        "crop",
        "slide",
        "frame_hold",
        "frame_drop",
        "mask",
        "rows",
        "salt_pepper",
        "frame_delay",
        "exchange",
        "delay",
        "hue",
        "saturation",
        "rotate",
        "shuffle_channels",
        "frame_shuffle",
    }
)
"""Operations that may change nothing although they come."""


def suite(plan: Augmentation) -> list[str]:
    """What the suite has to know: kinds of observation, whether anything is drawn, batches in which it shows."""
    image = plan.observations == "image"
    lines = [f'    kinds = ("{"Box3" if image else "Box1"}",)']
    if not plan.choose and plan.p is None and all(_fixed(step) for step in plan.steps):
        lines.append("    draws = False")
    if all(step.op == "clip" and step.kwargs["low"] <= 0 and step.kwargs["high"] >= 1 for step in plan.steps):
        lines.append("    changes = False  # of numbers within its bounds")
    narrow = all(step.op == "autocontrast" for step in plan.steps)
    shapes = "((9, 84, 84), (4, 36, 48))" if narrow else _shapes(plan)
    if shapes:
        lines += [
            "",
            "    def _batches(self) -> Iterator[th.Tensor]:",
            '        """32 varied observations of each dtype, of shapes in which it shows."""',
            "        generator = th.Generator().manual_seed(1)",
            f"        for shape in {shapes}:",
            "            for dtype in (th.uint8, th.float32, th.float64):",
            f"                values = {'0.2 + 0.6 * ' if narrow else ''}th.rand(32, *shape, generator=generator)",
            "                yield values.to(dtype) if dtype.is_floating_point else (values * 256).to(dtype)",
        ]
    if all(step.op in OF_BATCHES or (not image and step.fill == "mean") for step in plan.steps):
        shape = "3, 36, 36" if image else str(size_of(plan))
        lines += [
            "",
            "    def test_each_sample_draws_for_itself(self) -> None:",
            '        """Copies of one observation stay the same: this is looked at where the observations differ."""',
            f"        x = th.rand(64, {shape})",
            "        changed = self.make()(x)",
            "        assert not th.equal(changed - x, (changed - x)[:1].expand_as(x))",
        ]
    return lines


def _fixed(step: Step) -> bool:
    same = (
        "low" in step.kwargs and step.kwargs["low"] == step.kwargs["high"] and step.op not in {"resized_crop", "clip"}
    )
    return step.p is None and (step.op in DETERMINISTIC or (same and step.op != "uniform_noise"))


def _shapes(plan: Augmentation) -> str:
    """Where the suite's own shapes would not do: stacks of frames, states with the numbers that are named."""
    if plan.observations == "image":
        of_frames = any(step.op in OF_FRAMES or step.only or step.but for step in plan.steps)
        return f"(({3 * (plan.stack or 3)}, 84, 84), (12, 36, 48))" if of_frames else ""
    named = any(step.only or step.but or step.each or step.op in _LONG for step in plan.steps)
    return f"(({size_of(plan)},),)" if named else ""


_LONG = frozenset({"delay", "swap", "shuffle_entries", "mask_some", "mask_block", "mask", "exchange"})
"""Operations that do not show in states of a single number."""


def made(spec: ModuleSpec, plan: Augmentation) -> list[str]:
    """What the suite is run on: the augmentation itself, or one that comes often enough to be seen in 32 observations."""
    rare = [step.p if plan.p is None else plan.p for step in plan.steps]
    if any(p is None or p >= 0.3 for p in rare):
        return [f"        return {spec.name}()"]
    names = _prefixes(plan)
    given = "p=0.5" if plan.p is not None else ", ".join(f"{name}p=0.5" for name in names)
    return [f"        return {spec.name}({given})  # often enough to be seen in a small batch"]


def facts(spec: ModuleSpec, plan: Augmentation) -> list[str]:
    """What the numbers of each operation mean, with all others left out where they can be."""
    lines, names = list[str](), _prefixes(plan)
    for index, (step, name) in enumerate(zip(plan.steps, names, strict=True)):
        others = [(other, names[at]) for at, other in enumerate(plan.steps) if at != index]
        still = [_still(other, prefix) for other, prefix in others]
        if any(number is None for number in still):
            continue
        given = [text for text in still if text]
        made = f"{spec.name}({', '.join(given)})"
        alone = "" if len(plan.steps) == 1 else f"_{name.rstrip('_')}"
        if plan.choose:
            own = step.p if step.p is not None else 0.5 if step.op in {"flip", "invert", "flip_vertical"} else 1.0
            always = f"{spec.name}({', '.join([*given, 'p=1.0'])})" if plan.p is not None else made
            lines += _often(plan, step, always, own / len(plan.steps), f"comes_as_often_as_the_others{alone}")
            continue
        if plan.p is not None:
            lines += _often(plan, step, made, plan.p, f"comes_as_often_as_asked{alone}") if not alone else []
            made = f"{spec.name}({', '.join([*given, 'p=1.0'])})"
        elif step.p is not None:
            lines += _often(plan, step, made, step.p, f"comes_as_often_as_asked{alone}")
            made = f"{spec.name}({', '.join([*given, f'{name}p=1.0'])})"
        lines += [line.replace("self.make()", made) for line in of_step(step, plan, alone)]
        lines += [line.replace("self.make()", made) for line in _of_parts(step, plan, alone)]
    never = [name for name, step in zip(names, plan.steps, strict=True) if step.p is not None]
    if never and len(never) == len(plan.steps):
        none = ", ".join(f"{name}p=0.0" for name in never)
        lines += method(
            "probability_of_0_changes_nothing",
            [
                f"x = {inputs(plan)}",
                f"th.testing.assert_close({spec.name}({none})(x), x)",
            ],
        )
    return lines


def _still(step: Step, name: str) -> str | None:
    """The arguments with which a step does nothing; None: there are none."""
    if step.p is not None:
        return f"{name}p=0.0"
    numbers = _ALONE.get(step.op)
    if numbers is None or step.each:
        return None
    return ", ".join(f"{name}{key}={value!r}" for key, value in numbers.items())


def _prefixes(plan: Augmentation) -> list[str]:
    ops = [step.op for step in plan.steps]
    return [f"{op}_" if ops.count(op) == 1 else f"{op}_{ops[: i + 1].count(op)}_" for i, op in enumerate(ops)]


def _often(plan: Augmentation, step: Step, made: str, p: float, name: str) -> list[str]:
    if step.op in _VARIES or step.op in DETERMINISTIC or step.per != "sample" or step.op in OF_BATCHES:
        return []
    return method(
        name,
        [
            f"x, augment = {inputs(plan, 512)}, {made}",
            "changed = (augment(x) != x).flatten(1).any(1).float().mean()",
            f"assert abs(float(changed) - {p!r}) < 0.1",
        ],
    )


def _of_parts(step: Step, plan: Augmentation, alone: str) -> list[str]:
    """What is not to change does not, and the rest does."""
    if not (step.only or step.but) or step.op in {"swap", "shuffle_entries"}:
        return []
    image = plan.observations == "image"
    chosen, rest = ("[places]", "~") if step.only else ("[places]", "")
    size = "x.shape[1]" if not image else "4"
    lines = [f"x = {inputs(plan)}", "out = self.make()(x)", f"inside = th.zeros({size}, dtype=th.bool)"]
    if image:
        lines[2:2] = ["x, out = (batch.reshape(256, 4, 3, 36, 36) for batch in (x, out))"]
    lines += [
        f"inside[{step.only or step.but}] = True",
        f"assert th.equal(out[:, {rest}inside], x[:, {rest}inside])",
        f"assert not th.equal(out[:, {'' if rest else '~'}inside], x[:, {'' if rest else '~'}inside])",
    ]
    del chosen
    return method(f"the_rest_stays_as_it_is{alone}", lines)
