"""Source of the operations of augmentations: lines that change `values`, each with its numbers."""

from __future__ import annotations

from collections.abc import Callable

from copilot.codegen.authoring.spec import Operation

Lines = Callable[[str], list[str]]
NUMBERS: dict[Operation, dict[str, float | int]] = {
    "noise": {"sigma": 0.05},
    "uniform_noise": {"low": -0.1, "high": 0.1},
    "scale": {"low": 0.8, "high": 1.2},
    "scale_each": {"low": 0.8, "high": 1.2},
    "offset": {"amount": 0.1},
    "mask": {"share": 0.1},
    "brightness": {"low": 0.6, "high": 1.4},
    "contrast": {"low": 0.6, "high": 1.4},
    "saturation": {"low": 0.6, "high": 1.4},
    "gamma": {"low": 0.7, "high": 1.4},
    "spectrum": {"low": 0.8, "high": 1.2},
    "zoom": {"low": 0.9, "high": 1.1},
    "turn": {"degrees": 10.0},
    "salt_pepper": {"share": 0.02},
    "erase": {"min_cut": 10, "max_cut": 30},
    "mix": {"most": 0.2},
    "posterize": {"levels": 8},
    "blur": {"sigma": 1.0},
    "invert": {"p": 0.5},
    "drop_channel": {"p": 0.5},
    "shuffle_channels": {"p": 1.0},
    "flip_vertical": {"p": 0.5},
}
MORE: dict[Operation, tuple[str, ...]] = {"noise": ("clip",)}
"""Numbers that an operation may have."""


def _mix(prefix: str) -> list[str]:
    return [
        "other = values[th.randperm(len(x), device=x.device)]",
        f"weight = self.uniform(x, 0.0, self.{prefix}most)  # of another of the batch",
        "values = (1.0 - weight) * values + weight * other",
    ]


VECTORS: dict[Operation, Lines] = {
    "noise": lambda n: [f"values = values + self.{n}sigma * th.randn_like(values)"],
    "scale": lambda n: [f"values = values * self.uniform(x, self.{n}low, self.{n}high)"],
    "uniform_noise": lambda n: [f"values = values + th.empty_like(values).uniform_(self.{n}low, self.{n}high)"],
    "scale_each": lambda n: [f"values = values * th.empty_like(values).uniform_(self.{n}low, self.{n}high)"],
    "offset": lambda n: [
        f"values = values + self.uniform(x, -self.{n}amount, self.{n}amount)  # one for all of a state"
    ],
    "mask": lambda n: [f"values = values * (th.rand_like(values) >= self.{n}share)"],
    "mix": _mix,
}
_FACTOR = "self.uniform(x, self.{n}low, self.{n}high)"
IMAGES: dict[Operation, Lines] = {
    "noise": lambda n: [f"values = (values + self.{n}sigma * th.randn_like(values)).clamp(0.0, 1.0)"],
    "uniform_noise": lambda n: [
        f"noise = th.empty_like(values).uniform_(self.{n}low, self.{n}high)",
        "values = (values + noise).clamp(0.0, 1.0)",
    ],
    "scale": lambda n: [f"values = (values * {_FACTOR.format(n=n)}).clamp(0.0, 1.0)"],
    "brightness": lambda n: [f"values = (values * {_FACTOR.format(n=n)}).clamp(0.0, 1.0)  # a factor an image"],
    "contrast": lambda n: [
        f"factor = {_FACTOR.format(n=n)}",
        "mean = values.mean((1, 2, 3), keepdim=True)",
        "values = (mean + factor * (values - mean)).clamp(0.0, 1.0)",
    ],
    "saturation": lambda n: [
        "frames = self.frames(values)  # (B, F, 3, H, W)",
        "grey = frames.mean(2, keepdim=True)",
        f"factor = {_FACTOR.format(n=n)}[:, None]",
        "values = (grey + factor * (frames - grey)).clamp(0.0, 1.0).reshape(values.shape)",
    ],
    "gamma": lambda n: [f"values = values.clamp(min=1e-6) ** {_FACTOR.format(n=n)}"],
    "spectrum": lambda n: [
        "spectrum = th.fft.rfft2(values)",
        "factors = th.empty(spectrum.shape, device=x.device, dtype=values.dtype)",
        f"spectrum = spectrum * factors.uniform_(self.{n}low, self.{n}high)  # phases stay",
        "values = th.fft.irfft2(spectrum, s=values.shape[2:]).clamp(0.0, 1.0)",
    ],
    "turn": lambda n: [
        f"angles = self.uniform(x, -self.{n}degrees, self.{n}degrees).flatten() * (th.pi / 180.0)",
        "values = self.moved(values, angles.cos(), angles.sin())",
    ],
    "zoom": lambda n: [
        f"shrink = 1.0 / {_FACTOR.format(n=n)}.flatten()",
        "values = self.moved(values, shrink, th.zeros_like(shrink))",
    ],
    "salt_pepper": lambda n: [
        "drawn = th.rand_like(values[:, :1])  # a pixel is black, or white, in all channels",
        f"extreme = (drawn < 0.5 * self.{n}share).to(values.dtype)",
        f"values = th.where(drawn < self.{n}share, extreme, values)",
    ],
    "erase": lambda n: [
        f"inside = self.boxes(x, self.{n}min_cut, self.{n}max_cut)",
        "values = th.where(inside, th.rand_like(values), values)",
    ],
    "mix": _mix,
    "posterize": lambda n: [
        f"steps = self.{n}levels - 1",
        "values = values + ((values * steps).round() / steps - values).detach()  # the gradient passes",
    ],
    "mask": lambda n: [
        f"kept = th.rand_like(values[:, :1]) >= self.{n}share  # a pixel is masked in all channels",
        "values = values * kept",
    ],
    "blur": lambda n: [f"values = self.blurred(values, self.{n}sigma * self.uniform(x, 0.1, 1.0))"],
    "invert": lambda n: [f"values = th.where(self.chance(x, self.{n}p), 1.0 - values, values)"],
    "drop_channel": lambda n: [
        "lost = self.integers(x, 0, x.shape[1] - 1)",
        "lost = th.arange(x.shape[1], device=x.device) == lost[:, None]",
        f"lost = lost[:, :, None, None] & self.chance(x, self.{n}p)",
        "values = values.masked_fill(lost, 0.0)",
    ],
    "shuffle_channels": lambda n: [
        "own = th.arange(x.shape[1], device=x.device).expand(x.shape[:2])",
        "order = th.rand(x.shape[:2], device=x.device).argsort(1)",
        f"order = th.where(self.chance(x, self.{n}p).flatten(1), order, own)",
        "values = values.gather(1, order[:, :, None, None].expand_as(values))",
    ],
    "flip_vertical": lambda n: [f"values = th.where(self.chance(x, self.{n}p), values.flip(2), values)"],
}
CLIPPED = "noise = (self.{n}sigma * th.randn_like(values)).clamp(-self.{n}clip, self.{n}clip)"
BLUR = '''    def blurred(self, images: th.Tensor, sigma: th.Tensor) -> th.Tensor:
        """Images (B, C, H, W) under a Gaussian of 5 x 5 pixels, of deviations (B, 1, 1, 1); borders are repeated."""
        places = th.arange(-2, 3, device=images.device)
        row = th.exp(-0.5 * (places / sigma.clamp(min=1e-3)) ** 2)  # (B, 1, 1, 5)
        row = row / row.sum(-1, keepdim=True)
        for axis in (3, 2):
            length = images.shape[axis]
            moved = [images.index_select(axis, (th.arange(length, device=images.device) + d).clamp(0, length - 1))
                     for d in range(-2, 3)]
            images = sum(row[..., i : i + 1] * moved[i] for i in range(5))
        return images'''
MOVED = '''    def moved(self, images: th.Tensor, cos: th.Tensor, sin: th.Tensor) -> th.Tensor:
        """Images (B, C, H, W) turned and stretched about their centres, by numbers (B,); borders are repeated."""
        _, _, height, width = images.shape
        zero = th.zeros_like(cos)
        rows = [th.stack([cos, -sin * height / width, zero], 1), th.stack([sin * width / height, cos, zero], 1)]
        grid = F.affine_grid(th.stack(rows, 1), list(images.shape), align_corners=False)
        return F.grid_sample(images, grid, padding_mode="border", align_corners=False).clamp(0.0, 1.0)'''
