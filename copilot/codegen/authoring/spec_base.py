"""What the parts of plans are made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Function = Literal["relu", "tanh", "elu", "gelu", "silu", "leaky_relu", "mish", "sigmoid", "selu", "softplus"]
Normal = Literal["layer", "batch", "group", "rms", "instance"]
Count = Annotated[int, Field(ge=1, le=65_536)]
Side = Annotated[int, Field(ge=1, le=64)]
Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0, le=1e6)]


class Strict(BaseModel):
    """A part of a plan: no field that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
