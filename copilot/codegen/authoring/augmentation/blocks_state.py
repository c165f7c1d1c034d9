"""Source of the operations of augmentations on state vectors, and the numbers of all: lines that change `values`."""

from __future__ import annotations

from collections.abc import Callable

from copilot.codegen.authoring.augmentation.spec import Fill, Operation, Step

Lines = Callable[[str, Step], list[str]]
_CUT: dict[str, float | int] = {"min_cut": 10, "max_cut": 30}
NUMBERS: dict[Operation, dict[str, float | int]] = {
    "noise": {"sigma": 0.05},
    "laplace_noise": {"sigma": 0.05},
    "uniform_noise": {"low": -0.1, "high": 0.1},
    "speckle": {"sigma": 0.1},
    "scale": {"low": 0.8, "high": 1.2},
    "scale_each": {"low": 0.8, "high": 1.2},
    "offset": {"amount": 0.1},
    "offset_each": {"amount": 0.1},
    "mask": {"share": 0.1},
    "mask_some": {"count": 1},
    "mask_block": {"length": 3},
    "quantize": {"step": 0.1},
    "clip": {"low": -1.0, "high": 1.0},
    "negate": {"p": 0.5},
    "swap": {"p": 0.5},
    "shuffle_entries": {"p": 1.0},
    "delay": {"parts": 4, "most": 1},
    "exchange": {"share": 0.1},
    "mix": {"most": 0.2},
    "brightness": {"low": 0.6, "high": 1.4},
    "contrast": {"low": 0.6, "high": 1.4},
    "saturation": {"low": 0.6, "high": 1.4},
    "hue": {"turns": 0.1},
    "gamma": {"low": 0.7, "high": 1.4},
    "spectrum": {"low": 0.8, "high": 1.2},
    "sharpen": {"low": 0.0, "high": 1.0},
    "solarize": {"threshold": 0.5},
    "motion_blur": {"length": 5},
    "shot_noise": {"photons": 50},
    "pixelate": {"factor": 4},
    "grid_mask": {"size": 16, "hole": 8},
    "holes": {"count": 4, "min_cut": 4, "max_cut": 8},
    "erase": {**_CUT},
    "window": {"min_cut": 40, "max_cut": 80},
    "cutmix": {**_CUT},
    "frame_hold": {"share": 0.2, "chain": 0},
    "frame_drop": {"share": 0.2},
    "frame_shuffle": {"p": 0.5},
    "frame_delay": {"most": 1},
    "slide": {"down": 4, "across": 4},
    "zoom": {"low": 0.9, "high": 1.1},
    "turn": {"degrees": 10.0},
    "shear": {"degrees": 10.0},
    "stretch": {"low": 0.9, "high": 1.1},
    "resized_crop": {"low": 0.8, "high": 1.0},
    "elastic": {"pixels": 2.0},
    "perspective": {"amount": 0.1},
    "jigsaw": {"parts": 2},
    "channel_scale": {"low": 0.8, "high": 1.2},
    "channel_offset": {"amount": 0.1},
    "fog": {"most": 0.5},
    "vignette": {"most": 0.5},
    "lighting": {"amount": 0.3},
    "rows": {"share": 0.1},
    "salt_pepper": {"share": 0.02, "white": 0.5},
    "posterize": {"levels": 8},
    "blur": {"low": 0.1, "high": 1.0},
    "equalize": {},
    "autocontrast": {},
    "invert": {"p": 0.5},
    "transpose": {"p": 0.5},
    "drop_channel": {"p": 0.5},
    "shuffle_channels": {"p": 1.0},
    "flip_vertical": {"p": 0.5},
}
MORE: dict[Operation, tuple[str, ...]] = {
    "noise": ("clip", "least"), "laplace_noise": ("clip",), "mask": ("rescale",), "mix": ("least", "alpha"),
    "offset": ("sigma",), "blur": ("kernel",), "hue": ("degrees",), "posterize": ("bits",), "shear": ("pixels",),
}  # fmt: skip
"""Numbers that an operation may have."""
DETERMINISTIC = frozenset(
    {"grayscale", "posterize", "solarize", "pixelate", "equalize", "autocontrast", "quantize", "clip"}
)
"""Operations that draw nothing."""
OF_FRAMES = frozenset({"frame_hold", "frame_drop", "frame_shuffle", "frame_delay"})
OF_BATCHES = frozenset({"mix", "cutmix", "exchange"})
"""Operations in which the observations of a batch meet."""
_FILLS: dict[Fill, str] = {"zero": "0.0", "one": "1.0", "grey": "0.5", "noise": "th.rand_like(values)"}


def filling(step: Step, usual: Fill = "zero") -> str:
    """What comes where something is taken away from images, as source."""
    fill = step.fill or usual
    return "values.mean((1, 2, 3), keepdim=True)" if fill == "mean" else _FILLS.get(fill, "0.0")


def _filling(step: Step) -> str:
    fill = step.fill or "zero"
    return {"mean": "values.mean(0, keepdim=True)", "noise": "th.randn_like(values)"}.get(fill, _FILLS.get(fill, "0.0"))


def mix(n: str, step: Step) -> list[str]:
    """Observations mixed with others of the batch, by weights that are uniform, or of a Beta distribution."""
    if "alpha" in step.kwargs:
        weight = [
            f"alpha = th.full((len(values), *[1] * (values.dim() - 1)), self.{n}alpha, device=values.device)",
            "weight = th.distributions.Beta(alpha, alpha).sample().to(values.dtype)  # of another of the batch",
        ]
    else:
        least = f"self.{n}least" if "least" in step.kwargs else "0.0"
        weight = [f"weight = self.uniform(values, {least}, self.{n}most)  # of another of the batch"]
    return [
        "other = values[th.randperm(len(values), device=values.device)]", *weight,
        "values = (1.0 - weight) * values + weight * other",
    ]  # fmt: skip


def drawn(n: str, step: Step) -> list[str]:
    """`noise`, as it is drawn: its shape, its deviation in each dimension, its bounds."""
    lines = []
    like = {"channels": "values[:, :1]", "frames": "self.frames(values)[:, :1]"}.get(step.alike, "values")
    if step.each:
        sigma = f"values.new_tensor(self.{n}each)"
    elif "least" in step.kwargs:
        sigma = f"self.uniform(values, self.{n}least, self.{n}sigma)"
    else:
        sigma = f"self.{n}sigma"
    if step.op == "laplace_noise":
        lines = [f"draws = th.empty_like({like}).exponential_() - th.empty_like({like}).exponential_()"]
        draw = "0.5**0.5 * draws"
    else:
        draw = f"th.randn_like({like})"
    lines.append(f"noise = {sigma} * {draw}")
    if step.alike == "frames":
        lines.append("noise = noise.expand_as(self.frames(values)).reshape(values.shape)")
    if "clip" in step.kwargs:
        lines.append(f"noise = noise.clamp(-self.{n}clip, self.{n}clip)")
    return lines


def _mask(n: str, step: Step) -> list[str]:
    kept = f"kept = th.rand_like(values) >= self.{n}share"
    if step.kwargs.get("rescale"):
        return [kept, f"values = values * kept / (1.0 - self.{n}share)  # the mean stays"]
    return [kept, f"values = th.where(kept, values, {_filling(step)})"]


def _delay(n: str, step: Step) -> list[str]:
    return [
        f"parts = values.reshape(len(values), self.{n}parts, -1)  # oldest first",
        f"places = th.arange(self.{n}parts, device=values.device)",
        f"places = (places - self.integers(values, 0, self.{n}most)[:, None]).clamp(min=0)",
        "values = parts.gather(1, places[..., None].expand_as(parts)).reshape(values.shape)",
    ]


def _swap(n: str, step: Step) -> list[str]:
    pairs = list(zip(step.only[::2], step.only[1::2], strict=False))
    order = [place for pair in pairs for place in pair]
    changed = [place for first, second in pairs for place in (second, first)]
    return [
        "order = th.arange(values.shape[1], device=values.device)",
        f"order[{order}] = order[{changed}]",
        f"values = th.where(self.chance(values, self.{n}p), values[:, order], values)",
    ]


def _shuffle(n: str, step: Step) -> list[str]:
    chosen = f"[{', '.join(map(str, step.only))}]" if step.only else ""
    lines = [f"part = values[:, {chosen}]" if chosen else "part = values"]
    lines += ["order = th.rand_like(part).argsort(1)", "mixed = part.gather(1, order)"]
    if chosen:
        lines += ["shuffled = values.clone()", f"shuffled[:, {chosen}] = mixed"]
    return [*lines, f"values = th.where(self.chance(values, self.{n}p), {'shuffled' if chosen else 'mixed'}, values)"]


def shift_of(n: str, step: Step) -> list[str]:
    """`offset`: one number for each observation, uniform or normal."""
    if "sigma" in step.kwargs:
        return [f"offset = self.{n}sigma * th.randn_like(self.uniform(values, 0.0, 1.0))"]
    return [f"offset = self.uniform(values, -self.{n}amount, self.{n}amount)"]


VECTORS: dict[Operation, Lines] = {
    "noise": lambda n, s: [*drawn(n, s), "values = values + noise"],
    "laplace_noise": lambda n, s: [*drawn(n, s), "values = values + noise"],
    "uniform_noise": lambda n, s: [f"values = values + th.empty_like(values).uniform_(self.{n}low, self.{n}high)"],
    "speckle": lambda n, s: [f"values = values * (1.0 + self.{n}sigma * th.randn_like(values))"],
    "scale": lambda n, s: [f"values = values * self.uniform(values, self.{n}low, self.{n}high)"],
    "scale_each": lambda n, s: [f"values = values * th.empty_like(values).uniform_(self.{n}low, self.{n}high)"],
    "offset": lambda n, s: [*shift_of(n, s), "values = values + offset  # one for all of a state"],
    "offset_each": lambda n, s: [
        f"values = values + th.empty_like(values).uniform_(-self.{n}amount, self.{n}amount)"
    ],
    "mask": _mask,
    "mask_some": lambda n, s: [
        "rank = th.rand_like(values).argsort(1).argsort(1)",
        f"values = th.where(rank < self.{n}count, {_filling(s)}, values)",
    ],
    "mask_block": lambda n, s: [
        "size = values.shape[1]",
        f"begin = self.integers(values, 0, max(0, size - self.{n}length))[:, None]",
        "place = th.arange(size, device=values.device)",
        f"inside = (place >= begin) & (place < begin + self.{n}length)",
        f"values = th.where(inside, {_filling(s)}, values)",
    ],
    "quantize": lambda n, s: [
        f"rounded = (values / self.{n}step).round() * self.{n}step",
        "values = values + (rounded - values).detach()  # the gradient passes",
    ],
    "clip": lambda n, s: [f"values = values.clamp(self.{n}low, self.{n}high)"],
    "negate": lambda n, s: [f"values = th.where(self.chance(values, self.{n}p), -values, values)"],
    "swap": _swap,
    "shuffle_entries": _shuffle,
    "delay": _delay,
    "exchange": lambda n, s: [
        "other = values[th.randperm(len(values), device=values.device)]",
        f"values = th.where(th.rand_like(values) < self.{n}share, other, values)",
    ],
    "mix": mix,
}  # fmt: skip
