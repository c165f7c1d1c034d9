"""Source of the operations of augmentations on images: lines that change `values`, floats (B, C, H, W) in [0, 1]."""

from __future__ import annotations

from copilot.codegen.authoring.augmentation.blocks_state import Lines, drawn, filling, mix, shift_of
from copilot.codegen.authoring.augmentation.spec import Operation, Step

_WHOLE = ".clamp(0.0, 1.0)"


def _factor(n: str, of: str = "values") -> str:
    return f"self.uniform({of}, self.{n}low, self.{n}high)"


def _boxed(area: str, usual: str) -> Lines:
    """Something else within a box."""
    return lambda n, s: [
        f"inside = self.{area}(values, self.{n}min_cut, self.{n}max_cut)",
        f"values = th.where(inside, {filling(s, usual)}, values)",  # type: ignore[arg-type]
    ]


def _holes(n: str, step: Step) -> list[str]:
    return [
        "inside = th.zeros_like(values[:, :1], dtype=th.bool)",
        f"for _ in range(self.{n}count):",
        f"    inside = inside | self.boxes(values, self.{n}min_cut, self.{n}max_cut)",
        f"values = th.where(inside, {filling(step)}, values)",
    ]


def _cutmix(n: str, step: Step) -> list[str]:
    return [
        "other = values[th.randperm(len(values), device=values.device)]",
        f"inside = self.areas(values, self.{n}min_cut, self.{n}max_cut)",
        "values = th.where(inside, other, values)",
    ]


def _of_frames(source: list[str]) -> list[str]:
    """Frames of a stack in another order: `source` says which comes where, (B, F)."""
    return [
        "frames = self.frames(values)  # (B, F, 3 or 1, H, W), oldest first",
        "own = th.arange(frames.shape[1], device=values.device)",
        *source,
        "values = frames.gather(1, source[:, :, None, None, None].expand_as(frames)).reshape(values.shape)",
    ]


def _hold(n: str, step: Step) -> list[str]:
    lost = f"lost = th.rand(frames.shape[:2], device=values.device) < self.{n}share"
    if step.kwargs.get("chain"):
        return _of_frames([lost, "source = th.where(lost, 0, own).cummax(1).values  # the last frame that is not lost"])
    return _of_frames([lost, "source = (own - lost.long()).clamp(min=0)  # the frame before it; the first has none"])


def _grid(n: str, step: Step) -> list[str]:
    return [
        "height, width = values.shape[2:]",
        f"rows = th.arange(height, device=values.device) + self.integers(values, 0, self.{n}size - 1)[:, None]",
        f"columns = th.arange(width, device=values.device) + self.integers(values, 0, self.{n}size - 1)[:, None]",
        f"rows, columns = (place % self.{n}size < self.{n}hole for place in (rows, columns))",
        "hole = (rows[:, :, None] & columns[:, None, :])[:, None]",
        f"values = th.where(hole, {filling(step)}, values)",
    ]


def _jigsaw(n: str, step: Step) -> list[str]:
    return [
        "height, width = values.shape[2:]",
        f"parts = self.{n}parts",
        "tall, wide = max(1, height // parts), max(1, width // parts)",
        "row = th.arange(height, device=values.device)[:, None]",
        "column = th.arange(width, device=values.device)[None]",
        "inside = (row < parts * tall) & (column < parts * wide)",
        "tile = th.where(inside, row // tall * parts + column // wide, 0)",
        "order = th.rand(len(values), parts * parts, device=values.device).argsort(1)[:, tile]  # (B, H, W)",
        "rows = th.where(inside, order // parts * tall + row % tall, row).clamp(max=height - 1)",
        "columns = th.where(inside, order % parts * wide + column % wide, column).clamp(max=width - 1)",
        "values = self.pick(values, rows, columns)",
    ]


def _equalize(n: str, step: Step) -> list[str]:
    return [
        "levels = (values.detach().flatten(2) * 255).round().long()",
        "counts = th.zeros(*values.shape[:2], 256, device=values.device, dtype=values.dtype)",
        "counts = counts.scatter_add(2, levels, th.ones_like(levels, dtype=values.dtype))",
        "flat = (counts.cumsum(2) / levels.shape[2]).gather(2, levels).view_as(values)",
        "values = values + (flat - values).detach()  # the gradient passes",
    ]


def _move(numbers: list[str], arguments: str, step: Step) -> list[str]:
    mode = {"zero": "zeros", "reflect": "reflection"}.get(step.fill or "", "border")
    more = "" if mode == "border" else f', border="{mode}"'
    return [*numbers, f"values = self.moved(values, {arguments}{more})"]


def _affine(n: str, step: Step) -> list[str]:
    if step.op == "turn":
        angles = f"angles = self.uniform(values, -self.{n}degrees, self.{n}degrees).flatten() * (th.pi / 180.0)"
        return _move([angles], "angles.cos(), -angles.sin(), angles.sin(), angles.cos()", step)
    if step.op == "shear" and "pixels" in step.kwargs:
        lean = f"lean = self.uniform(values, -self.{n}pixels, self.{n}pixels).flatten() * 2.0 / max(1, values.shape[2] - 1)"
        one = "one, zero = th.ones_like(lean), th.zeros_like(lean)"
        return _move([lean, one], "one, lean, zero, one", step)
    if step.op == "shear":
        angles = f"angles = self.uniform(values, -self.{n}degrees, self.{n}degrees).flatten() * (th.pi / 180.0)"
        one = "one, zero = th.ones_like(angles), th.zeros_like(angles)"
        return _move([angles, one], "one, angles.tan(), zero, one", step)
    if step.op == "stretch":
        return _move(
            [f"wide = 1.0 / {_factor(n)}.flatten()", f"tall = 1.0 / {_factor(n)}.flatten()"],
            "wide, th.zeros_like(wide), th.zeros_like(wide), tall", step,
        )  # fmt: skip
    if step.op == "zoom":
        return _move([f"shrink = 1.0 / {_factor(n)}.flatten()", "zero = th.zeros_like(shrink)"],
                     "shrink, zero, zero, shrink", step)  # fmt: skip
    return _move(  # a cut-out of a share of each side, brought back to the whole size
        [f"share = {_factor(n)}.flatten()", "zero = th.zeros_like(share)",
         "right, down = ((1.0 - share) * self.uniform(values, -1.0, 1.0).flatten() for _ in range(2))"],
        "share, zero, zero, share, right, down", step,
    )  # fmt: skip


def _noisy(n: str, step: Step) -> list[str]:
    return [*drawn(n, step), f"values = (values + noise){_WHOLE}"]


def _colours(lines: list[str]) -> list[str]:
    return ["frames = self.frames(values)  # (B, F, 3 or 1, H, W)", *lines]


IMAGES: dict[Operation, Lines] = {
    "noise": _noisy,
    "laplace_noise": _noisy,
    "uniform_noise": lambda n, s: [
        f"noise = th.empty_like(values).uniform_(self.{n}low, self.{n}high)", f"values = (values + noise){_WHOLE}",
    ],
    "speckle": lambda n, s: [f"values = (values * (1.0 + self.{n}sigma * th.randn_like(values))){_WHOLE}"],
    "shot_noise": lambda n, s: [
        f"counted = th.poisson(values.detach() * self.{n}photons) / self.{n}photons",
        "values = values + (counted.clamp(max=1.0) - values).detach()  # the gradient passes",
    ],
    "scale": lambda n, s: [f"values = (values * {_factor(n)}){_WHOLE}"],
    "brightness": lambda n, s: [
        f"factor = {_factor(n)}  # one an image", f"values = (values * factor){_WHOLE}",
    ],
    "offset": lambda n, s: [*shift_of(n, s), f"values = (values + offset){_WHOLE}"],
    "contrast": lambda n, s: [
        f"factor = {_factor(n)}", "mean = values.mean((1, 2, 3), keepdim=True)",
        f"values = (mean + factor * (values - mean)){_WHOLE}",
    ],
    "saturation": lambda n, s: _colours([
        "grey = frames.mean(2, keepdim=True)", f"factor = {_factor(n)}[:, None]",
        f"values = (grey + factor * (frames - grey)){_WHOLE}.reshape(values.shape)",
    ]),
    "hue": lambda n, s: _colours([
        f"turns = self.uniform(frames, -self.{n}degrees, self.{n}degrees) / 360.0" if "degrees" in s.kwargs else
        f"turns = self.uniform(frames, -self.{n}turns, self.{n}turns)",
        "frames = turn_hue(frames, turns, dim=2) if frames.shape[2] == 3 else frames  # grey has none",
        f"values = frames{_WHOLE}.reshape(values.shape)",
    ]),
    "channel_scale": lambda n, s: _colours([
        "factors = th.empty(len(values), 1, frames.shape[2], 1, 1, device=values.device, dtype=values.dtype)",
        f"factors = factors.uniform_(self.{n}low, self.{n}high)",
        f"values = (frames * factors){_WHOLE}.reshape(values.shape)",
    ]),
    "channel_offset": lambda n, s: _colours([
        "offsets = th.empty(len(values), 1, frames.shape[2], 1, 1, device=values.device, dtype=values.dtype)",
        f"offsets = offsets.uniform_(-self.{n}amount, self.{n}amount)",
        f"values = (frames + offsets){_WHOLE}.reshape(values.shape)",
    ]),
    "gamma": lambda n, s: [f"values = values.clamp(min=1e-6) ** {_factor(n)}"],
    "spectrum": lambda n, s: [
        "spectrum = th.fft.rfft2(values)",
        "factors = th.empty(spectrum.shape, device=values.device, dtype=values.dtype)",
        f"spectrum = spectrum * factors.uniform_(self.{n}low, self.{n}high)  # phases stay",
        f"values = th.fft.irfft2(spectrum, s=values.shape[2:]){_WHOLE}",
    ],
    "sharpen": lambda n, s: [
        "smooth = self.blurred(values, th.ones_like(values[:, :1, :1, :1]))",
        f"weight = {_factor(n)}", f"values = (values + weight * (values - smooth)){_WHOLE}",
    ],
    "blur": lambda n, s: [f"values = self.blurred(values, {_factor(n)})"],
    "motion_blur": lambda n, s: [f"values = self.streaked(values, self.{n}length)"],
    "solarize": lambda n, s: [f"values = th.where(values >= self.{n}threshold, 1.0 - values, values)"],
    "pixelate": lambda n, s: [
        "height, width = values.shape[2:]",
        f"small = (max(1, height // self.{n}factor), max(1, width // self.{n}factor))",
        'values = F.interpolate(F.interpolate(values, small, mode="area"), (height, width), mode="nearest")',
    ],
    "turn": _affine, "zoom": _affine, "shear": _affine, "stretch": _affine, "resized_crop": _affine,
    "slide": lambda n, s: [f"values = self.slid(values, self.{n}down, self.{n}across)"],
    "elastic": lambda n, s: [
        "bends = th.randn(len(values), 2, 4, 4, device=values.device, dtype=values.dtype)",
        f'bends = self.{n}pixels * F.interpolate(bends, values.shape[2:], mode="bicubic", align_corners=True)',
        "values = self.bent(values, bends)",
    ],
    "perspective": lambda n, s: [
        f"tilts = [self.uniform(values, -self.{n}amount, self.{n}amount) for _ in range(2)]",
        "values = self.tilted(values, *tilts)",
    ],
    "jigsaw": _jigsaw,
    "salt_pepper": lambda n, s: [
        "drawn = th.rand_like(values[:, :1])  # a pixel is black, or white, in all channels",
        f"extreme = (drawn < self.{n}white * self.{n}share).to(values.dtype)",
        f"values = th.where(drawn < self.{n}share, extreme, values)",
    ],
    "erase": _boxed("boxes", "noise"),
    "window": lambda n, s: [
        f"inside = self.areas(values, self.{n}min_cut, self.{n}max_cut)",
        f"values = th.where(inside, values, {filling(s)})",
    ],
    "holes": _holes, "grid_mask": _grid, "cutmix": _cutmix, "mix": mix,
    "rows": lambda n, s: [
        f"lost = th.rand_like(values[:, :1, :, :1]) < self.{n}share", f"values = th.where(lost, {filling(s)}, values)",
    ],
    "posterize": lambda n, s: [
        f"steps = 2**self.{n}bits - 1" if "bits" in s.kwargs else f"steps = self.{n}levels - 1",
        "values = values + ((values * steps).round() / steps - values).detach()  # the gradient passes",
    ],
    "equalize": _equalize,
    "autocontrast": lambda n, s: [
        "low, high = values.amin((1, 2, 3), keepdim=True), values.amax((1, 2, 3), keepdim=True)",
        "values = (values - low) / (high - low).clamp(min=1e-3)",
    ],
    "mask": lambda n, s: [
        f"kept = th.rand_like(values[:, :1]) >= self.{n}share  # a pixel is masked in all channels",
        f"values = th.where(kept, values, {filling(s)})",
    ],
    "fog": lambda n, s: [f"weight = self.uniform(values, 0.0, self.{n}most)", "values = values + weight * (1.0 - values)"],
    "vignette": lambda n, s: [
        "across, down = (th.linspace(-1.0, 1.0, n, device=values.device) for n in (values.shape[3], values.shape[2]))",
        "far = 0.5 * (across[None] ** 2 + down[:, None] ** 2)  # 0 in the middle, 1 in the corners",
        f"values = values * (1.0 - self.uniform(values, 0.0, self.{n}most) * far)",
    ],
    "lighting": lambda n, s: [
        "across, down = (th.linspace(-1.0, 1.0, n, device=values.device) for n in (values.shape[3], values.shape[2]))",
        "angle = self.uniform(values, 0.0, 2.0 * th.pi)",
        "ramp = (angle.cos() * across + angle.sin() * down[:, None]) / 2**0.5  # within [-1, 1]",
        f"values = (values * (1.0 + self.{n}amount * ramp)){_WHOLE}",
    ],
    "invert": lambda n, s: [f"values = th.where(self.chance(values, self.{n}p), 1.0 - values, values)"],
    "drop_channel": lambda n, s: _colours([
        "frames = frames if frames.shape[2] == 3 else frames.transpose(1, 2)  # grey: each frame is a channel",
        "count = frames.shape[2]",
        "lost = th.arange(count, device=values.device) == self.integers(values, 0, count - 1)[:, None]",
        f"lost = lost[:, None, :, None, None] & self.chance(frames, self.{n}p)",
        "values = frames.masked_fill(lost, 0.0).reshape(values.shape)",
    ]),
    "shuffle_channels": lambda n, s: _colours([
        "order = th.rand(len(values), frames.shape[2], device=values.device).argsort(1)  # one for all frames of a stack",
        "mixed = frames.gather(2, order[:, None, :, None, None].expand_as(frames))",
        f"values = th.where(self.chance(frames, self.{n}p), mixed, frames).reshape(values.shape)",
    ]),
    "flip_vertical": lambda n, s: [f"values = th.where(self.chance(values, self.{n}p), values.flip(2), values)"],
    "transpose": lambda n, s: [
        "turned = values.transpose(2, 3)",
        "turned = turned if turned.shape == values.shape else values  # of square images alone",
        f"values = th.where(self.chance(values, self.{n}p), turned, values)",
    ],
    "frame_hold": _hold,
    "frame_drop": lambda n, s: [
        "frames = self.frames(values)  # (B, F, 3 or 1, H, W)",
        f"kept = th.rand(frames.shape[:2], device=values.device) >= self.{n}share",
        "values = (frames * kept[:, :, None, None, None]).reshape(values.shape)",
    ],
    "frame_shuffle": lambda n, s: _of_frames([
        "source = th.rand(frames.shape[:2], device=values.device).argsort(1)",
        f"source = th.where(self.chance(values, self.{n}p).flatten(1), source, own)",
    ]),
    "frame_delay": lambda n, s: _of_frames([
        f"late = self.integers(values, 0, self.{n}most)", "source = (own - late[:, None]).clamp(min=0)",
    ]),
}  # fmt: skip
_BLUR = '''    def blurred(self, images: th.Tensor, sigma: th.Tensor) -> th.Tensor:
        """Images (B, C, H, W) under a Gaussian of {size} x {size} pixels, deviations (B, 1, 1, 1), borders repeated."""
        places = th.arange(-{half}, {past}, device=images.device)
        row = th.exp(-0.5 * (places / sigma.clamp(min=1e-3)) ** 2)  # (B, 1, 1, {size})
        row = row / row.sum(-1, keepdim=True)
        for axis in (3, 2):
            length = images.shape[axis]
            moved = [images.index_select(axis, (th.arange(length, device=images.device) + d).clamp(0, length - 1))
                     for d in range(-{half}, {past})]
            images = sum(row[..., i : i + 1] * moved[i] for i in range({size}))
        return images'''
_MOVED = '''    def moved(
        self, images: th.Tensor, a: th.Tensor, b: th.Tensor, c: th.Tensor, d: th.Tensor,
        right: th.Tensor | None = None, down: th.Tensor | None = None, border: str = "border",
    ) -> th.Tensor:
        """Images (B, C, H, W), seen through the maps [[a, b], [c, d]], each (B,), about their centres."""
        _, _, height, width = images.shape
        zero = th.zeros_like(a)
        rows = [th.stack([a, b * height / width, zero if right is None else right], 1),
                th.stack([c * width / height, d, zero if down is None else down], 1)]
        grid = F.affine_grid(th.stack(rows, 1), list(images.shape), align_corners=False)
        return F.grid_sample(images, grid, padding_mode=border, align_corners=False).clamp(0.0, 1.0)'''
_BENT = '''    def bent(self, images: th.Tensor, bends: th.Tensor) -> th.Tensor:
        """Images (B, C, H, W) whose pixels come from so many pixels away, (B, 2, H, W): right, down."""
        batch, _, height, width = images.shape
        still = th.eye(2, 3, device=images.device, dtype=images.dtype).expand(batch, 2, 3)
        grid = F.affine_grid(still, list(images.shape), align_corners=False)
        grid = grid + 2.0 * bends.permute(0, 2, 3, 1) / bends.new_tensor([width, height])
        return F.grid_sample(images, grid, padding_mode="border", align_corners=False).clamp(0.0, 1.0)'''
_TILTED = '''    def tilted(self, images: th.Tensor, across: th.Tensor, down: th.Tensor) -> th.Tensor:
        """Images (B, C, H, W), seen at a slant: numbers (B, 1, 1, 1), 0 for none."""
        still = th.eye(2, 3, device=images.device, dtype=images.dtype).expand(len(images), 2, 3)
        grid = F.affine_grid(still, list(images.shape), align_corners=False)
        depth = 1.0 + across * grid[..., :1] + down * grid[..., 1:]
        return F.grid_sample(images, grid / depth, padding_mode="border", align_corners=False).clamp(0.0, 1.0)'''
_SLID = '''    def slid(self, images: th.Tensor, down: int, across: int) -> th.Tensor:
        """Images (B, C, H, W) moved by up to so many pixels; {what} comes in."""
        places, inside = [], []
        for length, most in zip(images.shape[2:], (down, across), strict=True):
            place = th.arange(length, device=images.device) + self.integers(images, -most, most)[:, None]
            inside.append((place >= 0) & (place < length))
            places.append({place})
        moved = self.pick(images, places[0][:, :, None], places[1][:, None, :])
        {out}'''
_STREAKED = '''    def streaked(self, images: th.Tensor, length: int) -> th.Tensor:
        """The mean of images (B, C, H, W) along a line of so many pixels, in a direction of its own for each."""
        height, width = images.shape[2:]
        angle = self.uniform(images, 0.0, th.pi).flatten()
        total = th.zeros_like(images)
        for place in range(length):
            far = place - (length - 1) / 2
            rows = th.arange(height, device=images.device) + (far * angle.sin()).round().long()[:, None]
            columns = th.arange(width, device=images.device) + (far * angle.cos()).round().long()[:, None]
            rows, columns = rows.clamp(0, height - 1), columns.clamp(0, width - 1)
            total = total + self.pick(images, rows[:, :, None], columns[:, None, :])
        return total / length'''
_AREAS = '''    def areas(self, images: th.Tensor, least: int, most: int) -> th.Tensor:
        """A box in each image, (B, 1, H, W) bool: sides of least to most pixels, both included."""
        inside = []
        for length in images.shape[2:]:
            side = self.integers(images, min(least, length), min(most, length))
            begin = (th.rand(len(images), device=images.device) * (length - side + 1)).long()
            place = th.arange(length, device=images.device)
            inside.append((place >= begin[:, None]) & (place < (begin + side)[:, None]))
        return (inside[0][:, :, None] & inside[1][:, None, :])[:, None]'''
_SLIDES = {
    "border": ("the border, repeated,", "place.clamp(0, length - 1)", "return moved"),
    "wrap": ("the other side", "place % length", "return moved"),
    "reflect": (
        "the image, mirrored,", "((length - 1) - ((length - 1) - place.abs()).abs()).clamp(0, length - 1)", "return moved",
    ),
}  # fmt: skip
_EMPTY = ("{word}", "place.clamp(0, length - 1)",
          "kept = inside[0][:, None, :, None] & inside[1][:, None, None, :]\n"
          "        return th.where(kept, moved, {value})")  # fmt: skip


def helpers(steps: list[Step]) -> list[str]:
    """The methods that operations of a plan call."""
    ops, out = {step.op: step for step in steps}, list[str]()
    if ops.keys() & {"blur", "sharpen"}:
        most = float(ops["blur"].kwargs.get("high", 1.0)) if "blur" in ops else 1.0
        half = max(2, min(10, round(2.5 * most)))
        half = int(ops["blur"].kwargs["kernel"]) // 2 if "blur" in ops and "kernel" in ops["blur"].kwargs else half
        out.append(_BLUR.format(half=half, past=half + 1, size=2 * half + 1))
    if ops.keys() & {"turn", "zoom", "shear", "stretch", "resized_crop"}:
        out.append(_MOVED)
    for op, text in (("elastic", _BENT), ("perspective", _TILTED), ("motion_blur", _STREAKED)):
        out += [text] if op in ops else []
    if ops.keys() & {"window", "cutmix"}:
        out.append(_AREAS)
    if "slide" in ops:
        fill = ops["slide"].fill or "border"
        what, place, end = _SLIDES.get(fill, _EMPTY)
        value, word = {"one": ("1.0", "white"), "grey": ("0.5", "grey"), "noise": ("th.rand_like(moved)", "noise"),
                       "mean": ("images.mean((1, 2, 3), keepdim=True)", "the mean")}.get(fill, ("0.0", "black"))  # fmt: skip
        out.append(_SLID.format(what=what.format(word=word), place=place, out=end.format(value=value)))
    return out
