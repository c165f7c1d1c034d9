"""What an augmentation is, as data: its operations in order, what each is drawn for, and how often."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from copilot.codegen.authoring.encoder.spec import Share, Strict

Operation = Literal[
    "noise", "scale", "offset", "mask", "shift", "crop", "translate", "cutout", "cutout_color", "flip", "flip_vertical",
    "rotate", "brightness", "contrast", "jitter", "grayscale", "convolution", "blur", "invert", "drop_channel",
    "gamma", "saturation", "salt_pepper", "spectrum", "turn", "zoom", "mix", "erase", "posterize", "scale_each",
    "shuffle_channels", "uniform_noise", "hue", "sharpen", "solarize", "motion_blur", "speckle", "shot_noise", "pixelate",
    "grid_mask", "holes", "window", "cutmix", "frame_hold", "frame_drop", "frame_shuffle", "frame_delay", "slide",
    "shear", "stretch", "elastic", "perspective", "jigsaw", "equalize", "autocontrast", "channel_scale", "channel_offset",
    "fog", "vignette", "lighting", "rows", "resized_crop", "transpose", "laplace_noise", "offset_each", "mask_some",
    "mask_block", "quantize", "clip", "negate", "swap", "shuffle_entries", "delay", "exchange",
]  # fmt: skip
Fill = Literal["zero", "one", "grey", "mean", "noise", "border", "reflect", "wrap"]
Drawn = Literal["sample", "frame", "channel"]


class Step(Strict):
    """One operation of an augmentation; `kwargs` are its numbers."""

    op: Operation
    kwargs: dict[str, float | int] = Field(default_factory=dict)
    p: Share | None = None
    """For each observation with this probability; None: always."""
    per: Drawn = "sample"
    """For what the operation draws its numbers anew: each observation, each frame of a stack, each channel."""
    only: Annotated[list[int], Field(max_length=64)] = Field(default_factory=list[int])
    """Numbers of a state, or frames of a stack, that are changed, from 0 or, below 0, from the end; empty: all."""
    but: Annotated[list[int], Field(max_length=64)] = Field(default_factory=list[int])
    """Those that stay as they are, all others change."""
    fill: Fill | None = None
    """What comes where something is taken away; None: as the operation has it."""
    each: Annotated[list[float], Field(max_length=64)] = Field(default_factory=list[float])
    """Of a noise: its deviation in each dimension."""
    alike: Literal["", "channels", "frames"] = ""
    """Of a noise: one draw for all channels of a pixel, or for all frames of a stack."""


class Augmentation(Strict):
    """Operations in order, or some of them drawn for each observation."""

    family: Literal["augmentation"] = "augmentation"
    observations: Literal["image", "vector"] = "image"
    steps: Annotated[list[Step], Field(min_length=1, max_length=12)]
    choose: Literal[0, 1] = 0
    """1: one of the operations for each observation, each as likely; 0: all, in order."""
    stack: Annotated[int, Field(ge=1, le=64)] | None = None
    """How many frames an image is said to be made of; what is rendered takes any number."""
    p: Share | None = None
    """Of all of it: for each observation with this probability."""
