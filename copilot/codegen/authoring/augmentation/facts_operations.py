"""Known answers of the operations of augmentations, as lines of tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from copilot.codegen.authoring.augmentation.blocks_state import NUMBERS, OF_FRAMES
from copilot.codegen.authoring.facts import method
from copilot.codegen.authoring.spec import Augmentation, Operation, Step


def size_of(plan: Augmentation) -> int:
    """How long the states of the tests are."""
    for step in plan.steps:
        if step.each:
            return len(step.each)
        if step.op == "delay":
            return 3 * int({**NUMBERS["delay"], **step.kwargs}["parts"])
    places = [place for step in plan.steps for place in (*step.only, *step.but)]
    if any(step.kwargs.get("share", 1.0) < 0.03 for step in plan.steps):
        return 256
    longest = max((int(step.kwargs.get("count", step.kwargs.get("length", 0))) for step in plan.steps), default=0)
    return max(17, longest + 4, *(abs(place) + 1 for place in places)) if places else max(17, longest + 4)


def inputs(plan: Augmentation, count: int = 256) -> str:
    if plan.observations == "image":
        return f"th.rand({count}, 12, 36, 36)"
    return f"th.rand({count}, {size_of(plan)}) + 0.5"


def of_step(step: Step, plan: Augmentation, alone: str) -> list[str]:
    image = plan.observations == "image"
    if step.only or step.but or (step.per != "sample" and step.op not in _FACTORS):
        return []
    k: dict[str, Any] = {**NUMBERS.get(step.op, {}), **step.kwargs}
    if step.op in _FACTORS:
        return _factors(step, k, plan, alone)
    if step.op not in _FACTS or (not step.kwargs and not step.each and step.op not in OF_FRAMES):
        return []
    name, lines = _FACTS[step.op](step, k, image, plan)
    return method(f"{name}{alone}", lines) if lines else []


_FACTORS = frozenset({"scale", "scale_each", "brightness", "channel_scale"})


def _factors(step: Step, k: dict[str, Any], plan: Augmentation, alone: str) -> list[str]:
    if "low" not in step.kwargs:
        return []
    image = plan.observations == "image"
    lines = [f"x = {'0.4 * ' if image else ''}({inputs(plan)}) + 0.1", "ratio = self.make()(x) / x"]
    lines += [f"assert ratio.min() >= {k['low']!r} - 1e-3", f"assert ratio.max() <= {k['high']!r} + 1e-3"]
    one = ".flatten(1)"
    if step.op in {"scale", "brightness"} and k["high"] * 0.5 <= 1.0 and step.per == "sample":
        lines.append(f"assert th.allclose(ratio{one}, ratio{one}[:, :1].expand_as(ratio{one}), atol=1e-3)  # one each")
    if step.op == "scale_each" and k["high"] > k["low"]:
        lines.append("assert not th.allclose(ratio[:, 0], ratio[:, 1])  # each number has its own")
    if image and step.per == "frame" and k["high"] > k["low"]:
        lines.append("assert not th.allclose(ratio[:, 0], ratio[:, 3])  # each frame has its own")
    return method(f"factors_stay_within_their_bounds{alone}", lines)


Fact = Callable[[Step, dict[str, Any], bool, Augmentation], tuple[str, list[str]]]


def _noise(step: Step, k: dict[str, Any], image: bool, plan: Augmentation) -> tuple[str, list[str]]:
    x = "0.5 + 0.0 * th.rand(64, 12, 36, 36)" if image else inputs(plan)
    lines = [f"x = {x}", "noise = self.make()(x) - x"]
    if "clip" in k:
        lines.append(f"assert noise.abs().max() <= {k['clip']!r} + 1e-5")
    plain = ("clip" not in k or k["clip"] >= 2.5 * k["sigma"]) and "least" not in k
    if step.each:
        lines.append(f"assert ((noise.std(0) / th.tensor({step.each}) - 1.0).abs() < 0.3).all()")
    elif plain and not (image and k["sigma"] > 0.15):
        lines.append(f"assert abs(float(noise.std()) / {k['sigma']!r} - 1.0) < 0.1")
    if step.alike == "channels":
        lines.append("assert th.allclose(noise, noise[:, :1].expand_as(noise), atol=1e-6)  # alike in all channels")
    if step.alike == "frames":
        lines.append("assert th.allclose(noise[:, :3], noise[:, 3:6], atol=1e-6)  # alike in all frames")
    return "noise_has_this_deviation", lines


def _uniform(step: Step, k: dict[str, Any], image: bool, plan: Augmentation) -> tuple[str, list[str]]:
    x = "0.5 + 0.0 * th.rand(64, 3, 36, 36)" if image else inputs(plan)
    near = 0.05 * (k["high"] - k["low"])
    fits = not image or max(abs(k["low"]), abs(k["high"])) <= 0.5
    ends = [f"assert {k['low']!r} <= float(noise.min()) + 1e-5 and float(noise.max()) <= {k['high']!r} + 1e-5"]
    reach = [f"assert float(noise.max()) > {k['high']!r} - {near!r} and float(noise.min()) < {k['low']!r} + {near!r}"]
    return "noise_fills_its_range", [f"x = {x}", "noise = self.make()(x) - x", *(ends + reach if fits else ends)]


def _masked(step: Step, k: dict[str, Any], image: bool, plan: Augmentation) -> tuple[str, list[str]]:
    x = f"0.1 + 0.8 * {'th.rand(64, 3, 36, 36)' if image else f'th.rand(512, {size_of(plan)})'}"
    lines = [f"x = {x}", "out = self.make()(x)"]
    if step.op == "salt_pepper":
        lines.append("assert bool(((out == 0) | (out == 1) | (out == x)).all())")
        lines.append(f"assert abs(float((out == 1).float().mean()) - {k['white'] * k['share']!r}) < 0.02")
        lines.append("assert th.equal(out[:, 0] != x[:, 0], out[:, 1] != x[:, 1])  # all channels of a pixel")
    elif step.fill in {None, "zero"} and not k.get("rescale"):
        lines.append("assert bool(((out == 0) | (out == x)).all())")
    elif k.get("rescale"):
        lines.append(f"assert th.allclose(out[out != 0], (x / (1.0 - {k['share']!r}))[out != 0])  # the mean stays")
    lines.append(f"assert abs(float((out != x).float().mean()) - {k['share']!r}) < 0.05")
    return "share_of_numbers_that_change", lines if not k.get("rescale") else lines[:-1]


def _moved(step: Step, k: dict[str, Any], image: bool, plan: Augmentation) -> tuple[str, list[str]]:
    down, across = (k["pad"], k["pad"]) if "pad" in k else (k["down"], k["across"])
    side = 2 * max(down, across) + 5
    lines = [
        f"x = th.zeros(512, 1, {side}, {side})",
        f"x[:, :, {side // 2}, {side // 2}] = 0.75",
        f"places = (self.make()(x) == 0.75).nonzero()[:, 2:] - {side // 2}",
        f"assert places.abs().amax(0).tolist() == [{down}, {across}]",
    ]
    if step.op == "slide" and step.fill in {"zero", "one"}:
        value = 0.0 if step.fill == "zero" else 1.0
        lines += ["out = self.make()(th.full_like(x, 0.5))", f"assert set(out.unique().tolist()) == {{0.5, {value!r}}}"]
    if step.op == "slide" and step.fill == "wrap":
        lines += [
            "y = th.rand_like(x)",
            "th.testing.assert_close(self.make()(y).sum((1, 2, 3)), y.sum((1, 2, 3)))  # nothing is lost",
        ]
    return "pixels_move_as_far_and_no_further", lines


def _frames(step: Step, k: dict[str, Any], image: bool, plan: Augmentation) -> tuple[str, list[str]]:
    lines = [
        "x = th.rand(512, 12, 6, 6)",
        "old, new = (batch.reshape(512, 4, 3, 6, 6) for batch in (x, self.make()(x)))",
    ]
    same = "lambda a, b: (a == b).flatten(1).all(1)"
    if step.op == "frame_hold":
        lines += [
            f"same = {same}",
            "assert same(new[:, 0], old[:, 0]).all()  # the first has none before it",
            "for place in (1, 2, 3):",
            "    own, earlier = same(new[:, place], old[:, place]), same(new[:, place], old[:, place - 1])",
        ]
        lines += ["    earlier = earlier | same(new[:, place], new[:, place - 1])"] if k["chain"] else []
        lines += [
            "    assert (own | earlier).all()",
            f"    assert abs(float((~own).float().mean()) - {k['share']!r}) < 0.1",
        ]
        return "frames_are_those_before_them", lines
    if step.op == "frame_drop":
        lines += [
            "lost = (new == 0).flatten(2).all(2)",
            "assert th.equal(new[~lost], old[~lost])",
            f"assert abs(float(lost.float().mean()) - {k['share']!r}) < 0.1",
        ]
        return "whole_frames_are_lost", lines
    if step.op == "frame_delay":
        lines += [
            f"same = {same}",
            "found = th.stack([same(new[:, 3], old[:, 3 - late]) for late in range(4)])",
            f"assert found.any(1).tolist() == [late <= {k['most']} for late in range(4)]",
            "assert same(new[:, 0], old[:, 0]).all()",
        ]
        return "frames_come_this_late", lines
    lines += ["assert th.equal(new.flatten(2).sort(1).values, old.flatten(2).sort(1).values)  # none is lost"]
    return "frames_change_places", lines


def _boxes(step: Step, k: dict[str, Any], image: bool, plan: Augmentation) -> tuple[str, list[str]]:
    inside = "out == x" if step.op == "window" else "out != x"
    side = max(2 * k["max_cut"] + 2, 36)
    if side > 180:
        return "", []
    lines = [
        f"x = 0.1 + 0.8 * th.rand(128, 3, {side}, {side})",
        "out = self.make()(x)",
        f"inside = ({inside}).any(1)",
        "for sides in (inside.any(1).sum(1), inside.any(2).sum(1)):",
    ]
    if step.op == "cutmix":  # an image may meet itself
        lines += ["    sides = sides[sides > 0]"]
    lines += [f"    assert sides.min() >= {k['min_cut']} and sides.max() <= {k['max_cut']}"]
    return "boxes_have_these_sides", lines


def _turned(step: Step, k: dict[str, Any], image: bool, plan: Augmentation) -> tuple[str, list[str]]:
    lines = [
        "x = th.zeros(256, 1, 65, 65)",
        "x[:, :, 32, 58:61] = x[:, :, 31, 58:61] = x[:, :, 33, 58:61] = 1.0  # right of the middle",
        "out = self.make()(x)[:, 0]",
        "weight = out / out.sum((1, 2), keepdim=True).clamp(min=1e-6)",
        "place = th.arange(65.0) - 32.0",
        "down = (weight.sum(2) * place).sum(1)",
        "right = (weight.sum(1) * place).sum(1)",
        "angles = th.atan2(down, right).rad2deg().abs()",
        f"assert {0.85 * k['degrees']!r} < float(angles.max()) < {1.05 * k['degrees'] + 0.5!r}",
    ]
    return "angles_reach_this_far", lines if k["degrees"] <= 60 and step.op == "turn" else []


_FACTS: dict[Operation, Fact] = {
    "noise": _noise,
    "laplace_noise": _noise,
    "uniform_noise": _uniform,
    "mask": _masked,
    "salt_pepper": _masked,
    "shift": _moved,
    "crop": _moved,
    "slide": _moved,
    "frame_hold": _frames,
    "frame_drop": _frames,
    "frame_delay": _frames,
    "frame_shuffle": _frames,
    "window": _boxes,
    "cutmix": _boxes,
    "erase": _boxes,
    "turn": _turned,
    "cutout": _boxes,
    "offset": lambda s, k, image, plan: (
        "one_offset_for_all_numbers",
        [
            f"x = {'0.5 + 0.0 * th.rand(256, 3, 9, 9)' if image else inputs(plan)}",
            "moved = (self.make()(x) - x).flatten(1)",
            f"assert abs(float(moved.std()) / {k['sigma']!r} - 1.0) < 0.25"
            if "sigma" in k
            else f"assert moved.abs().max() <= {k['amount']!r} + 1e-5",
            "assert th.allclose(moved, moved[:, :1].expand_as(moved), atol=1e-5)",
        ],
    ),
    "offset_each": lambda s, k, image, plan: (
        "each_number_has_its_own_offset",
        [
            f"x = {inputs(plan)}",
            "moved = self.make()(x) - x",
            f"assert moved.abs().max() <= {k['amount']!r} + 1e-5",
            "assert not th.allclose(moved[:, 0], moved[:, 1])",
        ],
    ),
    "mask_some": lambda s, k, image, plan: (
        "so_many_numbers_are_masked",
        [
            f"x = {inputs(plan)}",
            f"assert ((self.make()(x) != x).sum(1) == {k['count']}).all()",
        ],
    ),
    "mask_block": lambda s, k, image, plan: (
        "a_run_of_numbers_is_masked",
        [
            f"x = {inputs(plan)}",
            "lost = (self.make()(x) != x).float()",
            f"assert (lost.sum(1) == {k['length']}).all()",
            "assert (lost.diff(dim=1).abs().sum(1) <= 2).all()  # one run",
        ],
    ),
    "quantize": lambda s, k, image, plan: (
        "numbers_are_rounded_to_steps",
        [
            f"x = {inputs(plan)}",
            f"steps = self.make()(x) / {k['step']!r}",
            "assert th.allclose(steps, steps.round(), atol=1e-3)",
            f"assert (self.make()(x) - x).abs().max() <= {0.5 * k['step']!r} + 1e-4",
        ],
    ),
    "clip": lambda s, k, image, plan: (
        "numbers_stay_within_their_bounds",
        [
            f"x = {100 * max(abs(k['low']), abs(k['high']), 1)!r} * th.randn(64, 17)",
            "out = self.make()(x)",
            f"assert out.min() == {k['low']!r} and out.max() == {k['high']!r}"
            if k["low"] == round(k["low"], 3)
            else f"assert out.min() >= {k['low']!r} - 1e-3",
        ],
    ),
    "delay": lambda s, k, image, plan: (
        "parts_come_this_late",
        [
            f"parts = th.rand(512, {k['parts']}, 3)",
            f"late = self.make()(parts.flatten(1)).view(512, {k['parts']}, 3)",
            "found = th.stack([(late[:, -1] == parts[:, -1 - by]).all(1) for by in range(parts.shape[1])])",
            f"assert found.any(1).tolist() == [by <= {k['most']} for by in range(parts.shape[1])]",
        ],
    ),
    "exchange": lambda s, k, image, plan: (
        "numbers_come_from_other_states",
        [
            f"x = {inputs(plan)}",
            "out = self.make()(x)",
            f"assert abs(float((out != x).float().mean()) - {k['share']!r}) < 0.05",
            "assert all(th.isin(out[:, at], x[:, at]).all() for at in range(x.shape[1]))",
        ],
    ),
    "mix": lambda s, k, image, plan: (
        "weights_stay_within_their_bounds",
        []
        if "alpha" in k
        else [
            "x = th.eye(8).repeat(16, 1)"
            if not image
            else "x = th.eye(8).repeat(16, 1)[:, :, None, None].expand(128, 8, 9, 9)",
            "own = (self.make()(x) * x).flatten(1).amax(1)",
            f"assert own.min() >= 1.0 - {k['most']!r} - 1e-4",
        ],
    ),
    "solarize": lambda s, k, image, plan: (
        "bright_pixels_are_inverted",
        [
            "x = th.rand(8, 3, 36, 36)",
            f"th.testing.assert_close(self.make()(x), th.where(x >= {k['threshold']!r}, 1.0 - x, x))",
        ],
    ),
    "posterize": lambda s, k, image, plan: (
        "so_many_levels_are_left",
        [
            "x = th.rand(8, 3, 64, 64)",
            f"assert len((self.make()(x) * 1e4).round().unique()) == {2 ** k['bits'] if 'bits' in k else k['levels']}",
        ],
    ),
    "pixelate": lambda s, k, image, plan: (
        "pixels_are_this_large",
        [
            f"side = 8 * {k['factor']}",
            "out = self.make()(th.rand(4, 3, side, side))",
            f"blocks = out.unfold(2, {k['factor']}, {k['factor']}).unfold(3, {k['factor']}, {k['factor']}).flatten(4)",
            "assert th.allclose(blocks, blocks[..., :1].expand_as(blocks))",
            "assert len(out[0, 0].unique()) == 64",
        ],
    ),
    "holes": lambda s, k, image, plan: (
        "no_more_is_cut_than_asked",
        [
            f"x = 0.1 + 0.8 * th.rand(64, 3, {2 * k['max_cut'] + 20}, {2 * k['max_cut'] + 20})",
            "lost = (self.make()(x) != x).any(1).flatten(1).sum(1)",
            f"assert {k['min_cut'] ** 2} <= int(lost.min()) and int(lost.max()) <= {k['count'] * k['max_cut'] ** 2}",
            *([f"assert int(lost.max()) > {k['max_cut'] ** 2}  # more than one"] if k["count"] > 2 else []),
        ],
    ),
    "grid_mask": lambda s, k, image, plan: (
        "holes_come_in_a_grid",
        [
            f"side = 4 * {k['size']}",
            "x = 0.1 + 0.8 * th.rand(64, 3, side, side)",
            "lost = (self.make()(x) != x).float()",
            f"assert abs(float(lost.mean()) - {(k['hole'] / k['size']) ** 2!r}) < 1e-3",
            f"assert th.equal(lost[:, :, :-{k['size']}], lost[:, :, {k['size']}:])",
        ],
    ),
    "rows": lambda s, k, image, plan: (
        "whole_rows_are_lost",
        [
            "x = 0.1 + 0.8 * th.rand(128, 3, 36, 36)",
            "lost = (self.make()(x) != x)",
            "assert th.equal(lost, lost[:, :1, :, :1].expand_as(lost))",
            f"assert abs(float(lost.float().mean()) - {k['share']!r}) < 0.05",
        ],
    ),
    "fog": lambda s, k, image, plan: (
        "white_is_mixed_in",
        [
            "x = th.zeros(256, 3, 9, 9)",
            f"assert {0.9 * k['most']!r} < float(self.make()(x).max()) <= {k['most']!r} + 1e-5",
        ],
    ),
    "channel_offset": lambda s, k, image, plan: (
        "each_colour_has_its_own_offset",
        [
            "x = 0.5 + 0.0 * th.rand(256, 3, 9, 9)",
            "moved = self.make()(x) - x",
            f"assert moved.abs().max() <= {k['amount']!r} + 1e-5",
            "assert not th.allclose(moved[:, 0], moved[:, 1])",
        ],
    ),
}
